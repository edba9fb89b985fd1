"""One run of the service, from the lock in the data directory to the last process gone."""

import gc
import math
import os
import shlex
import signal
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from actors.front.instance.identity import instance_of
from actors.front.instance.lock import DataDirectoryRefused, InstanceLock, movable_by_all, words_of
from actors.front.run import remains
from actors.front.run.databases import DatabaseLost, RunDatabase
from actors.front.run.processes import ActorProcesses
from actors.front.run.signals import StopRequests, stop_requests
from actors.front.run.watchdog import LOOK, SupervisorLost, Watchdog
from actors.runtime.durations import duration_text
from actors.runtime.engine.bases import SIMPLE
from actors.runtime.engine.system import Driver, start_system
from actors.runtime.os.service_manager import ServiceManager
from actors.runtime.output import logs
from actors.runtime.output.redaction import HiddenSecrets, secrets_of
from actors.runtime.output.state_dump import StateDump
from actors.supervisor.actor import SupervisorActor
from actors.supervisor.specs import actor_specs
from messages.lifecycle import (
    ActorSpec,
    Begun,
    ProcessPlan,
    ServiceDrained,
    ServiceFailing,
    ServiceStarted,
    StartFailed,
    StartService,
    StopService,
)
from messages.reloading import ConfigChanged, ConfigOrigin, ReloadRequested
from messages.settings import Settings

T = TypeVar("T")
Prepare = Callable[[Driver, Settings, ProcessPlan], Settings]

OCCASIONS: Mapping[signal.Signals, str] = MappingProxyType(
    {
        signal.SIGINT: "Ctrl-C (SIGINT)",
        signal.SIGTERM: "it was asked to (SIGTERM)",
        signal.SIGHUP: "its terminal was closed (SIGHUP)",
    }
)

START_LIMIT = 120.0
STOP_LIMIT = 5.0


class ServiceFailed(Exception):
    """The service could not start, or could not go on; the text is for the operator."""


def run_service(
    settings: Settings,
    started: Callable[[ServiceStarted], None],
    prepare: Prepare | None = None,
    seconds: float | None = None,
    specs: tuple[ActorSpec, ...] = (),
    config: ConfigOrigin | None = None,
) -> None:
    """Run until SIGTERM or SIGINT, or for `seconds` after the start. `prepare` may put other actors on first, and
    change the settings; `started` is called when every actor of the `cast` has begun. `config` says of which files the
    settings were made: they are read again when one of them changes, and on SIGHUP. Raises ServiceFailed,
    AlreadyRunning and what the embedded server raises; whatever was started is ended in any case."""
    data_dir = Path(settings.data_dir)
    lock = InstanceLock.acquire(data_dir)
    os.umask(0o077)  # whatever is written from now on is for the service's own user
    try:
        _set_up_logs(settings, data_dir)
        if (above := movable_by_all(data_dir)) is not None:
            logs.logger_of("front").warning(
                "every user can put another directory in place of the data directory, because all may write to %s; run"
                " `chmod o-w %s`", above, shlex.quote(str(above)),
            )  # fmt: skip
        if left := remains.clear(data_dir):
            logs.logger_of("front").warning("ended %d processes left over from a service that died", left)
        manager = ServiceManager(os.environ, logs.logger_of("front"))
        with stop_requests() as stop, RunDatabase(settings) as database:
            began = _run(settings, database, stop, manager, started, prepare, seconds, specs, config)
        if began is not None:
            lasted = duration_text(datetime.now(UTC) - began)
            logs.logger_of("front").warning("Callboard has stopped, after running for %s", lasted)
    except (DatabaseLost, SupervisorLost) as error:
        raise ServiceFailed(str(error)) from error
    finally:
        lock.release()


def _set_up_logs(settings: Settings, data_dir: Path) -> None:
    os.environ["THESPLOG_FILE"] = str(data_dir / "thespian.log")
    logs.set_up(settings.log.level, secrets_of(settings))


def _run(
    settings: Settings,
    database: RunDatabase,
    stop: StopRequests,
    manager: ServiceManager,
    started: Callable[[ServiceStarted], None],
    prepare: Prepare | None,
    seconds: float | None,
    specs: tuple[ActorSpec, ...],
    config: ConfigOrigin | None,
) -> datetime | None:
    """Since when it ran; None if it was asked to stop before it did."""
    if stop.asked is not None:  # while the database was started
        return None
    plan = _plan(settings, config)
    driver = start_system(settings.system.base, settings.system.admin_port, settings.system.hang_limit)
    processes = ActorProcesses(Path(settings.data_dir), driver.process_group)
    _write_state_on_signal(stop, processes)
    try:
        processes.record()
        if prepare is not None:
            settings = prepare(driver, settings, plan)
        changed = _LogKeeper(settings).changed
        supervisor = driver.create(SupervisorActor)
        chosen = specs or actor_specs(settings)
        driver.tell(supervisor, StartService(settings=settings, dsn=database.dsn, plan=plan, specs=chosen))
        deadline = time.monotonic() + START_LIMIT
        begun = await_message(Begun, driver, stop, deadline, database, changed)
        if begun is not None and plan.own_process:
            processes.found(begun.pid)
        service: ServiceStarted | None = None
        if begun is not None:
            service = await_message(ServiceStarted, driver, stop, deadline, database, changed)
        if service is None:
            return None
        gc.collect()
        gc.freeze()
        started(service)
        manager.ready()
        watch = Watchdog(
            driver,
            plan,
            processes,
            settings.system.hang_limit,
            manager,
            reload=lambda: driver.tell(supervisor, ReloadRequested()),
            changed=changed,
        )
        reason = watch.until_over(stop, database, math.inf if seconds is None else time.monotonic() + seconds)
        manager.stopping()
        logs.logger_of("front").warning("Callboard stops: %s", reason or _occasion(stop))
        driver.tell(supervisor, StopService())
        _await_drained(driver)
        if reason is not None:
            raise ServiceFailed(reason)
        return plan.started_at
    finally:
        driver.shut_down()
        processes.see_gone()


def _occasion(stop: StopRequests) -> str:
    return "its time is over" if stop.asked is None else OCCASIONS[stop.asked]


class _LogKeeper:
    """The log of this process, when the settings change."""

    def __init__(self, settings: Settings) -> None:
        self._hidden = HiddenSecrets()
        self._hidden.hide(settings)

    def changed(self, settings: Settings) -> None:
        """They are these from now on."""
        self._hidden.hide(settings)
        logs.set_up(settings.log.level, self._hidden.secrets)


def _write_state_on_signal(stop: StopRequests, processes: ActorProcesses) -> None:
    """On SIGUSR1 every actor's stack and state goes to the log: of this process, and of the actors' own."""

    def pass_on() -> None:
        stop.sleep_again()
        processes.write_state()

    StateDump(pass_on).listen()


def _plan(settings: Settings, config: ConfigOrigin | None) -> ProcessPlan:
    try:
        instance = instance_of(Path(settings.data_dir))
    except OSError as error:
        raise DataDirectoryRefused(
            f"the data directory {settings.data_dir} cannot be used: {words_of(error)}"
        ) from error
    return ProcessPlan(
        front_pid=os.getpid(),
        own_process=settings.system.base != SIMPLE,
        log_level=settings.log.level,
        instance=instance,
        started_at=datetime.now(UTC),
        config=config,
    )


def await_message(
    kind: type[T],
    driver: Driver,
    stop: StopRequests,
    deadline: float,
    database: RunDatabase,
    changed: Callable[[Settings], None],
) -> T | None:
    """The next message of this class; None when the front was asked to stop before. The database may end while actors
    begin: they wait for it. The configuration may change too: `changed` is called. Raises ServiceFailed."""
    while stop.asked is None:
        database.look_after()
        stop.sleep_again()  # SIGHUP wakes the wait too, and is looked at when the service runs
        message = driver.listen(min(LOOK, max(0.0, deadline - time.monotonic())), stop.wake)
        if isinstance(message, kind):
            return message
        if isinstance(message, ConfigChanged):
            changed(message.settings)
        if isinstance(message, StartFailed | ServiceFailing):
            raise ServiceFailed(message.reason)
        if time.monotonic() > deadline:
            raise ServiceFailed(
                f"the actors did not start within {START_LIMIT:.0f} s: the log above shows how far they got"
            )
    return None


def _await_drained(driver: Driver) -> None:
    deadline = time.monotonic() + STOP_LIMIT
    while (left := deadline - time.monotonic()) > 0:
        message = driver.listen(left)
        if isinstance(message, ServiceDrained):
            if message.unfinished:
                logs.logger_of("front").warning("did not finish in time: %s", ", ".join(message.unfinished))
            return

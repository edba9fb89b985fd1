"""One run of the service, from the lock in the data directory to the last process gone."""

import gc
import math
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from actors.front.instance.identity import instance_of
from actors.front.instance.lock import DataDirectoryRefused, InstanceLock
from actors.front.run import remains
from actors.front.run.databases import DatabaseLost, RunDatabase
from actors.front.run.processes import ActorProcesses
from actors.front.run.signals import StopRequests, stop_requests
from actors.front.run.watchdog import LOOK, SupervisorLost, Watchdog
from actors.runtime.os import logs
from actors.runtime.os.bases import SIMPLE
from actors.runtime.os.redaction import secrets_of
from actors.runtime.os.service_manager import ServiceManager
from actors.runtime.os.state_dump import StateDump
from actors.runtime.os.system import Driver, start_system
from actors.supervisor.actor import SupervisorActor
from actors.supervisor.specs import ACTOR_SPECS
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
from messages.settings import Settings

T = TypeVar("T")
Prepare = Callable[[Driver, Settings, ProcessPlan], Settings]

START_LIMIT = 120.0
STOP_LIMIT = 5.0


class ServiceFailed(Exception):
    """The service could not start, or could not go on; the text is for the operator."""


def run_service(
    settings: Settings,
    started: Callable[[ServiceStarted], None],
    prepare: Prepare | None = None,
    seconds: float | None = None,
    specs: tuple[ActorSpec, ...] = ACTOR_SPECS,
) -> None:
    """Run until SIGTERM or SIGINT, or for `seconds` after the start. `prepare` may put other actors on first, and
    change the settings; `started` is called when every actor of the `cast` has begun. Raises ServiceFailed,
    AlreadyRunning and what the embedded server raises; whatever was started is ended in any case."""
    data_dir = Path(settings.data_dir)
    lock = InstanceLock.acquire(data_dir)
    os.umask(0o077)  # whatever is written from now on is for the service's own user
    try:
        _set_up_logs(settings, data_dir)
        if left := remains.clear(data_dir):
            logs.logger_of("front").warning("ended %d processes left over from a service that died", left)
        manager = ServiceManager(os.environ, logs.logger_of("front"))
        with stop_requests() as stop, RunDatabase(settings) as database:
            _run(settings, database, stop, manager, started, prepare, seconds, specs)
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
) -> None:
    plan = _plan(settings)
    driver = start_system(settings.system.base, settings.system.admin_port, settings.system.hang_limit)
    processes = ActorProcesses(Path(settings.data_dir), driver.process_group)
    _write_state_on_signal(stop, processes)
    try:
        processes.record()
        if prepare is not None:
            settings = prepare(driver, settings, plan)
        supervisor = driver.create(SupervisorActor)
        driver.tell(supervisor, StartService(settings=settings, dsn=database.dsn, plan=plan, specs=specs))
        deadline = time.monotonic() + START_LIMIT
        begun = _await(Begun, driver, stop, deadline)
        if begun is not None and plan.own_process:
            processes.found(begun.pid)
        service = None if begun is None else _await(ServiceStarted, driver, stop, deadline)
        if service is None:
            return
        gc.collect()
        gc.freeze()
        started(service)
        manager.ready()
        watch = Watchdog(driver, plan, processes, settings.system.hang_limit, manager)
        reason = watch.until_over(stop, database, math.inf if seconds is None else time.monotonic() + seconds)
        manager.stopping()
        driver.tell(supervisor, StopService())
        _await_drained(driver)
        if reason is not None:
            raise ServiceFailed(reason)
    finally:
        driver.shut_down()
        processes.see_gone()


def _write_state_on_signal(stop: StopRequests, processes: ActorProcesses) -> None:
    """On SIGUSR1 every actor's stack and state goes to the log: of this process, and of the actors' own."""

    def pass_on() -> None:
        stop.sleep_again()
        processes.write_state()

    StateDump(pass_on).listen()


def _plan(settings: Settings) -> ProcessPlan:
    try:
        instance = instance_of(Path(settings.data_dir))
    except OSError as error:
        raise DataDirectoryRefused(f"the data directory {settings.data_dir} cannot be used: {error}") from error
    return ProcessPlan(
        front_pid=os.getpid(),
        own_process=settings.system.base != SIMPLE,
        log_level=settings.log.level,
        instance=instance,
        started_at=datetime.now(UTC),
    )


def _await(kind: type[T], driver: Driver, stop: StopRequests, deadline: float) -> T | None:
    """The next message of this class; None when the front was asked to stop before."""
    while stop.asked is None:
        message = driver.listen(min(LOOK, max(0.0, deadline - time.monotonic())), stop.wake)
        if isinstance(message, kind):
            return message
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

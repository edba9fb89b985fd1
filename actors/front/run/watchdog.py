"""What the front does while the service runs: it lets the actors work, and checks that supervisor and database live."""

import time
from collections.abc import Callable

from actors.front.run.databases import RunDatabase
from actors.front.run.processes import ActorProcesses
from actors.front.run.signals import StopRequests
from actors.runtime import heartbeat
from actors.runtime.engine.system import Driver
from actors.runtime.heartbeat import Beat
from actors.runtime.os.service_manager import ServiceManager
from actors.runtime.output import streams
from messages.lifecycle import ProcessPlan, ServiceFailing, StillHere
from messages.reloading import ConfigChanged
from messages.settings import Settings

LOOK = 1.0
SUPERVISOR = "supervisor"

ALIVE = Beat(asked=True)
"""The supervisor reports unasked: the front could not ask one that hangs without waiting for it."""


class SupervisorLost(Exception):
    """Nobody is left to stop the service in order; the text says what happened."""


class Watchdog:
    """One run's. The supervisor watches the others; the front watches the supervisor, where that has a process.
    `reload` is called when the configuration is to be read again, and `changed` with the one that came of it."""

    def __init__(
        self,
        driver: Driver,
        plan: ProcessPlan,
        processes: ActorProcesses,
        hang_limit: float,
        manager: ServiceManager,
        reload: Callable[[], None],
        changed: Callable[[Settings], None],
    ) -> None:
        self._driver = driver
        self._reload, self._changed = reload, changed
        self._manager = manager
        self._processes = processes
        self._limit = hang_limit
        self._look = min(LOOK, heartbeat.interval(hang_limit))
        self._beats = {SUPERVISOR: ALIVE} if plan.own_process else {}
        self._beat_at = time.monotonic()

    def until_over(self, stop: StopRequests, database: RunDatabase, until: float) -> str | None:
        """Until the front is asked to stop or the time is over (None), or the service cannot go on: why. Raises
        SupervisorLost, and what the embedded server raises that cannot be started again."""
        while stop.asked is None and time.monotonic() < until:
            match self._driver.listen(self._look, stop.wake):
                case ServiceFailing(reason=reason):
                    return reason
                case StillHere():
                    self._beats[SUPERVISOR] = ALIVE
                case ConfigChanged(settings=settings):
                    self._changed(settings)
                case _:
                    pass
            if stop.take_reload():
                self._reload()
            if self._processes.supervisor_ended():
                raise SupervisorLost(
                    "the supervisor's process has ended, and all actors with it: start the service again"
                )
            if self._supervisor_hangs():
                raise SupervisorLost(
                    f"the supervisor has not responded for {self._limit:.0f} s: start the service again"
                )
            database.look_after()
            streams.push()
            self._manager.alive()
        return None

    def _supervisor_hangs(self) -> bool:
        elapsed = time.monotonic() - self._beat_at
        if elapsed >= heartbeat.interval(self._limit):
            self._beats = heartbeat.after_tick(self._beats, elapsed, self._limit)
            self._beat_at += elapsed
        return heartbeat.hung(self._beats, self._limit) is not None

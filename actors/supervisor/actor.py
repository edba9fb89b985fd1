"""The SupervisorActor. It only supervises.

Owns: the children's addresses, their restarts. Accepts: StartService and StopService from the front, what children say
of their beginning, failing and draining, ChildActorExited. Emits: Begin, Introduce, Drain; to the front ServiceStarted
or StartFailed, ServiceDrained. On failure of a child to begin: at the start of the service the start fails; later it
is tried again, ever more slowly.
"""

import os
from typing import Any, ClassVar

from thespian.actors import ActorAddress, ActorExitRequest

from actors.runtime.actor import CallboardActor
from actors.supervisor.cast import CLASSES, ORDER, Restarts, ended
from messages.lifecycle import (
    SUPERVISOR_ACCEPTS,
    ActorFailed,
    Begin,
    BeginRefused,
    Begun,
    Drain,
    Drained,
    Introduce,
    LoopOpened,
    ServiceDrained,
    ServiceStarted,
    StartFailed,
    StartService,
    StopService,
)

DRAIN_LIMIT = 3.0
"""Seconds that the actors have to finish what is on the way when the service stops."""


class SupervisorActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = SUPERVISOR_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._front: ActorAddress | None = None
        self._start: StartService | None = None
        self._cast: dict[str, ActorAddress] = {}
        self._details: dict[str, str] = {}
        self._pids: dict[str, int] = {}
        self._restarts: dict[str, Restarts] = {}
        self._stopping = False
        self._draining: set[str] = set()

    # --- start

    def receiveMsg_StartService(self, message: StartService, sender: ActorAddress) -> None:
        """Become an actor like the others, then begin them one after the other."""
        self._front, self._start = sender, message
        begin = Begin(name="supervisor", settings=message.settings, dsn=message.dsn, plan=message.plan)
        self.receiveMsg_Begin(begin, sender)
        self._begin_next()

    def _begin_next(self) -> None:
        waiting = [name for name in ORDER if name not in self._details]
        if waiting:
            self._create(waiting[0])
        else:
            self._introduce()
            self.settled()
            self._tell_front(
                ServiceStarted(
                    process_group=os.getpgrp() if self._plan.own_process else 0,
                    pids=(os.getpid(), *self._pids.values()),
                    health_url=self._details["health"],
                )
            )

    def _is_starting(self) -> bool:
        return len(self._details) < len(ORDER)

    def _create(self, name: str) -> None:
        self._cast[name] = self.hire(CLASSES[name], name)

    def _introduce(self) -> None:
        names = tuple(self._cast)
        message = Introduce(names=names, addresses=tuple(self._cast[name] for name in names))
        for address in self._cast.values():
            self.send(address, message)

    # --- what children say

    def receiveMsg_Begun(self, message: Begun, sender: ActorAddress) -> None:
        """The next one, at the start; after a restart, introductions again."""
        super().receiveMsg_Begun(message, sender)
        starting = self._is_starting()
        self._details[message.name], self._pids[message.name] = message.detail, message.pid
        if starting:
            self._begin_next()
        else:
            self.log.info("%s has begun again", message.name)
            self._introduce()

    def receiveMsg_BeginRefused(self, message: BeginRefused, sender: ActorAddress) -> None:
        """At the start of the service the start fails; later the child is ended, to be tried again."""
        if self._is_starting():
            self._tell_front(StartFailed(actor=message.name, reason=message.reason))
        else:
            self.log.error("%s could not begin again: %s", message.name, message.reason)
            self.send(sender, ActorExitRequest())

    def receiveMsg_ActorFailed(self, message: ActorFailed, sender: ActorAddress) -> None:
        """The child has logged it; here it is counted."""
        self.count(f"failures_{message.name}")

    def receiveMsg_LoopOpened(self, message: LoopOpened, sender: ActorAddress) -> None:
        """The front drives the loops on the simple base."""
        self._tell_front(message)

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """Begin it again after a while, unless the service is stopping."""
        if self._stopping or self._cast.get(name) != address:
            return
        if self._is_starting():
            reason = f"{name} ended before it had begun: the log above, or thespian.log in the data directory, says why"
            self._tell_front(StartFailed(actor=name, reason=reason))
            return
        self._restarts[name], delay = ended(self._restarts.get(name, Restarts()), self.now())
        self.count("restarts")
        self.log.error("%s has ended; it begins again in %.1f s", name, delay)
        self.after(delay, lambda: self._create(name))

    # --- stop

    def receiveMsg_StopService(self, message: StopService, sender: ActorAddress) -> None:
        """Drain everybody; tell the front when they are, or when the limit is over."""
        self._front, self._stopping = sender, True
        self._draining = set(self._cast)
        for address in self._cast.values():
            self.send(address, Drain())
        self.after(DRAIN_LIMIT, self._all_drained)

    def receiveMsg_Drained(self, message: Drained, sender: ActorAddress) -> None:
        """One less to wait for."""
        if message.name in self._draining:
            self._draining.remove(message.name)
            if not self._draining:
                self._all_drained()

    def _all_drained(self) -> None:
        self._tell_front(ServiceDrained(unfinished=tuple(sorted(self._draining))))

    def _tell_front(self, message: Any) -> None:
        if self._front is not None:
            self.send(self._front, message)

"""The SupervisorActor. It only supervises.

Owns: the children's addresses, their restarts, their heartbeats, the settings with which they begin, and whether this
instance leads. Accepts: StartService, StopService and ReloadRequested from the front, what children say of their
beginning, failing and draining, heartbeats, the news of the lease, ConfigLoaded, BeginAgain, ChildActorExited. Emits:
Begin, Introduce, AreYouThere, ConfigChanged, Drain, ReleaseLease, ReloadRequested; to the front ServiceStarted or
StartFailed, ServiceFailing, ConfigChanged, ServiceDrained. On failure of a child to begin: at the start of the service
the start fails; later it is tried again, ever more slowly. One that ends too often ends the service.
"""

import logging
import os
from dataclasses import replace
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime import heartbeat
from actors.runtime.actor import CallboardActor
from actors.runtime.output.redaction import without_checks
from actors.supervisor.child_table import ChildTable
from actors.supervisor.restarts import MOST_FAILURES, Limit, Restarts, delay, ended, failed, in_words, too_many
from actors.supervisor.specs import NEED_CHECKS, added_specs
from messages.lease import LeaseHeld, LeaseReleased, LeaseTaken, ReleaseLease
from messages.lifecycle import (
    SUPERVISOR_ACCEPTS,
    ActorFailed,
    AreYouThere,
    Begin,
    BeginRefused,
    Begun,
    Drain,
    Drained,
    Introduce,
    LoopOpened,
    ServiceDrained,
    ServiceFailing,
    ServiceStarted,
    StartFailed,
    StartService,
    StillHere,
    StopService,
)
from messages.reloading import BeginAgain, ConfigChanged, ConfigLoaded, ReloadRequested
from messages.settings import Settings

DRAIN_LIMIT = 3.0
"""Seconds that the actors have to finish what is on the way when the service stops."""

LEAVE_LIMIT = 0.7
"""Seconds that they then have to leave, and what is left of those, before the lease is kept lest one still writes."""


class SupervisorActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = SUPERVISOR_ACCEPTS

    _table: ChildTable
    _limit: Limit

    def __init__(self) -> None:
        super().__init__()
        self._front: ActorAddress | None = None
        self._epoch: int | None = None
        self._led_by: str | None = None
        self._announced = False
        self._changed = False
        self._restarts: dict[str, Restarts] = {}
        self._restarted: dict[str, int] = {}
        self._causes: dict[str, str] = {}
        self._outages: set[str] = set()
        self._failures: dict[str, tuple[float, ...]] = {}
        self._beats: dict[str, heartbeat.Beat] = {}
        self._beat_at = 0.0
        self._given_up = False
        self._stopping = False
        self._draining: set[str] = set()
        self._drained = False
        self._leaving_to_return: dict[str, ActorAddress] = {}
        self._returning: set[str] = set()
        self._renewed: dict[str, int] = {}

    # --- start

    def receiveMsg_StartService(self, message: StartService, sender: ActorAddress) -> None:
        """Become an actor like the others, then begin them one after the other."""
        self._front, self._table = sender, ChildTable(message.specs)
        begin = Begin(name="supervisor", settings=message.settings, dsn=message.dsn, plan=message.plan)
        self.receiveMsg_Begin(begin, sender)
        system = message.settings.system
        self._limit = Limit(times=system.restart_limit, seconds=system.restart_window)
        if message.plan.own_process:
            self._beat_at = self.loop.time()
            self.every(heartbeat.interval(system.hang_limit), self._beat, first=heartbeat.interval(system.hang_limit))
        self._proceed()

    def _proceed(self) -> None:
        """Begin the next one, if there is one to begin now; else tell everybody who is there, if that has changed."""
        if self._stopping or self._given_up:
            return
        spec = self._table.next_spec(leading=self._epoch is not None)
        if spec is not None:
            epoch = None if spec.on_standby else self._epoch
            again = spec.name in self._returning
            self._returning.discard(spec.name)
            self._table.created(spec.name, self.hire(spec.actor, spec.name, epoch, again=again))
        elif self._changed and not self._table.under_way():
            self._changed = False
            self._introduce()
            self._announce()

    def _introduce(self) -> None:
        members = dict(self._table.members())
        addresses = tuple(member.address for member in members.values())
        message = Introduce(
            names=tuple(members),
            addresses=addresses,
            leader=self._led_by or "",
            restarts=tuple(self._restarted.items()),
            renewed=tuple(self._renewed.items()),
        )
        for address in addresses:
            self.send(address, message)

    def _announce(self) -> None:
        """Tell the front, once, that the service runs: when it is known who leads, and everybody has begun."""
        known = self._epoch is not None or self._led_by is not None
        if self._announced or not known or not self._table.complete(leading=self._epoch is not None):
            return
        self._announced = True
        self.settled()
        members = dict(self._table.members())
        self._tell_front(
            ServiceStarted(
                process_group=os.getpgrp() if self._plan.own_process else 0,
                pids=(os.getpid(), *(member.pid for member in members.values())),
                health_url=members["health"].detail,
                leader=self._led_by or "",
            )
        )

    # --- who leads

    def receiveMsg_LeaseTaken(self, message: LeaseTaken, sender: ActorAddress) -> None:
        """This instance leads: the others of the cast begin, under this lease."""
        if message.epoch == self._epoch:
            return
        self._step_down()
        self._epoch, self._led_by, self._changed = message.epoch, None, True
        self.log.log(self._level_of_change, "this instance leads (epoch %d)", message.epoch)
        self._proceed()

    def receiveMsg_LeaseHeld(self, message: LeaseHeld, sender: ActorAddress) -> None:
        """Another instance leads: whoever works here leaves."""
        if self._epoch is not None:
            self.log.warning(
                "the lease is lost: %s leads. The actors leave; this instance is a standby", message.leader
            )
        else:
            self.log.log(self._level_of_change, "this instance is a standby: %s leads", message.leader)
        self._step_down()
        self._led_by, self._changed = message.leader, True
        self._proceed()

    @property
    def _level_of_change(self) -> int:
        """At the start, who leads is no news."""
        return logging.WARNING if self._announced else logging.INFO

    def _step_down(self) -> None:
        self._epoch = None
        for name in self._table.workers():
            self._beats.pop(name, None)
            self.dismiss(self._table.leaves(name))

    # --- a configuration that changes

    def receiveMsg_ReloadRequested(self, message: ReloadRequested, sender: ActorAddress) -> None:
        """The front got SIGHUP. A ControlActor that is not there looks at the files when it begins."""
        control = self._table.address("control")
        if control is not None:
            self.send(control, message)

    def receiveMsg_ConfigLoaded(self, message: ConfigLoaded, sender: ActorAddress) -> None:
        """New settings: for everybody who is there, for whoever begins from now on, and for the front."""
        changed = ConfigChanged(settings=message.settings, version=self._version + 1)
        self.receiveMsg_ConfigChanged(changed, sender)
        self._tell_front(replace(changed, settings=without_checks(message.settings)))
        for spec in added_specs(message.settings):
            self._table.add(spec)
        self._proceed()

    def settings_for(self, child: str) -> Settings:
        """With the checks for those who need them."""
        return self.settings if child in NEED_CHECKS else without_checks(self.settings)

    def receiveMsg_BeginAgain(self, message: BeginAgain, sender: ActorAddress) -> None:
        """Let it finish what is on the way, and leave; then it begins with the settings of now."""
        name = message.name
        if self._stopping or name in self._leaving_to_return or self._table.address(name) != sender:
            return
        self.log.info("%s starts over with the new configuration", name)
        self._leaving_to_return[name] = sender
        self.send(sender, Drain())
        self.after(DRAIN_LIMIT, lambda: self._let_go(name, sender))

    def _let_go(self, name: str, address: ActorAddress) -> None:
        if self._leaving_to_return.get(name) == address and name not in self._returning:
            self._returning.add(name)
            self.dismiss(address)

    def _returns(self, name: str) -> bool:
        """Whether one that has ended did so to start over."""
        if self._leaving_to_return.pop(name, None) is not None:
            self._returning.add(name)
        return name in self._returning

    # --- what children say

    def receiveMsg_Begun(self, message: Begun, sender: ActorAddress) -> None:
        """The next one, at the start; after a restart, introductions again."""
        super().receiveMsg_Begun(message, sender)
        if self._table.begun(message.name, sender, message.pid, message.detail):
            if message.name in self._restarts:
                self.log.warning("%s has restarted", message.name)
            self._beats[message.name] = heartbeat.Beat()
            self._changed = True
            self._proceed()

    def receiveMsg_BeginRefused(self, message: BeginRefused, sender: ActorAddress) -> None:
        """At the start of the service the start fails; later the child is ended, to be tried again."""
        if not self._announced:
            self._tell_front(StartFailed(actor=message.name, reason=message.reason))
            return
        self.log.error("%s could not begin: %s", message.name, message.reason)
        self._causes[message.name] = f"it could not begin: {message.reason}"
        if message.outage:
            self._outages.add(message.name)
        self.dismiss(sender)

    def receiveMsg_ActorFailed(self, message: ActorFailed, sender: ActorAddress) -> None:
        """The child has logged it; here it is counted. One that fails again and again is restarted."""
        self.count(f"failures_{message.name}")
        if message.outage:
            return
        failures = failed(self._failures.get(message.name, ()), self.loop.time())
        self._failures[message.name] = failures
        if len(failures) >= MOST_FAILURES and self._table.address(message.name) == sender:
            del self._failures[message.name]
            last = message.trace.rstrip().rpartition("\n")[2]
            self._causes[message.name] = f"{message.handler} failed, like {MOST_FAILURES - 1} before it: {last}"
            self.log.error("%s fails again and again: it is restarted", message.name)
            self.dismiss(sender)

    def receiveMsg_LoopOpened(self, message: LoopOpened, sender: ActorAddress) -> None:
        """The front drives the loops on the simple base."""
        self._tell_front(message)

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """Begin it again after a while, unless it was to leave, or ended too often."""
        cause = self._causes.pop(name, self._hired.last_words)
        counts = name not in self._outages
        self._outages.discard(name)
        returns = self._returns(name)
        if not self._table.gone(name, address):
            self._returning.discard(name)
            self._go_on_without_them()
            return
        self._beats.pop(name, None)
        if self._stopping:
            if returns:  # it was told to leave before it could hear of the stop
                self._has_drained(name)
            return
        if returns:
            self._renewed[name] = self._renewed.get(name, 0) + 1
            self._may_begin(name)
            return
        if not self._announced:
            reason = f"{name} ended before it had begun: the log above, or thespian.log in the data directory, says why"
            self._tell_front(StartFailed(actor=name, reason=reason))
            return
        self._restart(name, cause, counts=counts)

    def _restart(self, name: str, cause: str, *, counts: bool) -> None:
        known = ended(self._restarts.get(name, Restarts()), self.loop.time(), self._limit, counts=counts)
        self._restarts[name] = known
        self.count("restarts")
        self._restarted[name] = self._restarted.get(name, 0) + 1
        if too_many(known, self._limit):
            self._give_up(in_words(name, known, self._limit, cause))
            return
        wait = delay(known)
        self.log.warning("%s has ended (%s); it restarts in %.1f s", name, cause, wait)
        self.after(wait, lambda: self._may_begin(name))

    def _may_begin(self, name: str) -> None:
        self._table.may_begin(name)
        self._proceed()

    def _give_up(self, reason: str) -> None:
        self._given_up = True
        self.log.critical("%s: the service stops", reason)
        self._tell_front(ServiceFailing(reason=reason))

    # --- heartbeats

    def _beat(self) -> None:
        """Give the front a sign, ask everybody for one; end who has given none for too long."""
        now, limit, before = self.loop.time(), self.settings.system.hang_limit, self._beats
        self._beats = heartbeat.after_tick(before, now - self._beat_at, limit)
        self._beat_at = now
        self._tell_front(StillHere(name=self.name))
        for name in heartbeat.to_ask(before, self._beats, limit):
            self.send(self._table.address(name), AreYouThere())
        if (hung := heartbeat.hung(self._beats, limit)) is not None:
            self._end_hung(hung)

    def _end_hung(self, name: str) -> None:
        self._causes[name] = f"it gave no sign for {self._beats.pop(name).silent:.0f} s and was killed"
        self._beats = heartbeat.reset_silence(self._beats)
        self.count("hangs")
        self.log.error("%s hangs: it is killed; its trace, if it can write one, follows", name)
        self._hired.hangs(self._table.address(name))

    def receiveMsg_StillHere(self, message: StillHere, sender: ActorAddress) -> None:
        """A sign."""
        if message.name in self._beats and self._table.address(message.name) == sender:
            self._beats[message.name] = heartbeat.Beat()
            if message.version < self._version:
                self.send(sender, ConfigChanged(settings=self.settings_for(message.name), version=self._version))

    # --- stop

    def receiveMsg_StopService(self, message: StopService, sender: ActorAddress) -> None:
        """Drain everybody; let those leave who write; give the lease back; tell the front, or when the time is over."""
        self._front, self._stopping = sender, True
        self._beats = {}
        drained = {name: member.address for name, member in self._table.members() if name != "lease"}
        self._draining = set(drained)
        for address in drained.values():
            self.send(address, Drain())
        self.after(DRAIN_LIMIT, self._all_drained)
        self.after(DRAIN_LIMIT + LEAVE_LIMIT, self._stopped)

    def receiveMsg_Drained(self, message: Drained, sender: ActorAddress) -> None:
        """One less to wait for."""
        if message.name in self._leaving_to_return:
            self._let_go(message.name, sender)
        self._has_drained(message.name)

    def _has_drained(self, name: str) -> None:
        if name in self._draining:
            self._draining.remove(name)
            if not self._draining:
                self._all_drained()

    def _all_drained(self) -> None:
        if self._drained:
            return
        self._drained = True
        self._step_down()
        self._go_on_without_them()

    def _go_on_without_them(self) -> None:
        if self._table.leaving():
            return
        lease = self._table.address("lease")
        if not self._stopping:
            self._proceed()
        elif self._drained and lease is not None:
            self.send(lease, ReleaseLease())
        elif self._drained:
            self._stopped()

    def receiveMsg_LeaseReleased(self, message: LeaseReleased, sender: ActorAddress) -> None:
        """The next one may lead."""
        self._stopped()

    def _stopped(self) -> None:
        self._tell_front(ServiceDrained(unfinished=tuple(sorted(self._draining))))

    def _tell_front(self, message: Any) -> None:
        self.send(self._front, message)

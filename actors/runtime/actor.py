"""The shell that every actor is: dispatch, the guard around handlers, the private loop, timers, introductions."""

import os
import time
import traceback
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from thespian.actors import (
    ActorAddress,
    ActorExitRequest,
    ThespianWatch,
    WakeupMessage,
    WatchMessage,
)

from actors.runtime.counters import Counters
from actors.runtime.database.connection import CALL_LIMIT, Database
from actors.runtime.failures import BeginRefusal, Outage
from actors.runtime.os import logs, process
from actors.runtime.os.loop import PrivateLoop
from actors.runtime.parent import ParentActor
from actors.runtime.turns import TurnGuard
from messages.health import ActorStatus
from messages.lifecycle import (
    ActorFailed,
    AreYouThere,
    Begin,
    BeginRefused,
    Begun,
    Drain,
    Drained,
    Introduce,
    LoopOpened,
    ProcessPlan,
    Pump,
    StillHere,
)
from messages.settings import Settings

T = TypeVar("T")

OUTAGE_QUIET = 60.0
"""Seconds for which an outage is not logged again."""


class CallboardActor(ParentActor):
    """Base of all actors of Callboard.

    A subclass says what it ACCEPTS, writes `receiveMsg_<Message>` for each, and overrides the hooks `begin`,
    `introduced`, `drain` and `close`. Whatever a handler raises is caught here, once: it is logged with its trace,
    counted, and told to the parent as text; the handler is not run again, and the actor goes on with the state it had.
    """

    ACCEPTS: ClassVar[frozenset[type[Any]]] = frozenset()

    name: str
    settings: Settings

    def __init__(self) -> None:
        super().__init__()
        self.name = type(self).__name__
        self.log = logs.logger_of(self.name)
        self._loop: PrivateLoop | None = None
        self._addresses: dict[str, ActorAddress] = {}
        self._leader = ""
        self._counters = Counters()
        self._turns = TurnGuard(self._counters, self._report)
        self._left = False
        self._quiet_until = 0.0

    # --- what the runtime gives

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)

    def clock(self) -> float:
        """Seconds that never go back: the time of the private loop."""
        return time.monotonic()

    def open_database(self, dsn: str, schema: str, limit: float = CALL_LIMIT, epoch: int | None = None) -> Database:
        """The connection to this actor's tables; see Database."""
        return Database(dsn, schema, limit, epoch)

    def address_of(self, name: str) -> ActorAddress | None:
        """The address of an introduced actor."""
        return self._addresses.get(name)

    def tell(self, name: str, message: Any) -> None:
        """Send to an introduced actor; one that is not there is logged, for what matters goes by durable events."""
        address = self._addresses.get(name)
        if address is None:
            self.log.warning("%s for %s not sent: no such actor has been introduced", type(message).__name__, name)
        else:
            self.send(address, message)

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""
        self._counters.count(counter, by)

    def record_error(self, text: str) -> None:
        """Remember the last error that health shows."""
        self._counters.record_error(text, self.now())

    def status(self, *reasons: str) -> ActorStatus:
        """The common part of a snapshot, taken now; `reasons` say why the actor is degraded."""
        return self._counters.status(reasons, self.now())

    @property
    def front_pid(self) -> int:
        """The process that started the service, and stops it on SIGTERM."""
        return self._plan.front_pid

    @property
    def leader(self) -> str:
        """The instance that leads when this one is a standby; empty when it leads itself."""
        return self._leader

    @property
    def loop(self) -> PrivateLoop:
        """The private loop; there from `begin` on."""
        assert self._loop is not None, "the actor has not begun"
        return self._loop

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """Call `call` on a turn of this actor in `seconds`. The handle that comes back has `cancel()`."""
        return self.loop.after(seconds, _name_of(call), call)

    def every(self, seconds: float, call: Callable[[], None], first: float | None = None) -> None:
        """Call `call` each `seconds`, also after it failed; the first time after `first` seconds."""

        def tick() -> None:
            self.loop.after(seconds, _name_of(call), tick)
            call()

        self.loop.after(seconds if first is None else first, _name_of(call), tick)

    def run(
        self,
        coroutine: Coroutine[Any, Any, T],
        then: Callable[[T], None],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> Any:
        """Run `coroutine` on the private loop; `then(result)` or `otherwise(exception)` comes on a turn of this actor.
        The task that comes back has `cancel()`."""
        return self.loop.run(_name_of(then), coroutine, then, otherwise)

    def finish(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """In `close`: run `coroutine` to its end now, for at most 2 s. Nothing else of this actor runs meanwhile."""
        self.loop.finish(coroutine)

    def settled(self) -> None:
        """The start is over: what there is now is there to stay, and turns are short from now on."""
        self._turns.settled(self.log, own_process=self._plan.own_process)

    def drained(self) -> None:
        """Tell the parent that nothing is on the way any more."""
        if self._parent is not None:
            self.send(self._parent, Drained(name=self.name))

    # --- hooks

    def begin(self, begin: Begin) -> str:
        """Open what the actor owns. The returned text is shown to the parent. Raise BeginRefusal to refuse."""
        return ""

    def introduced(self) -> None:
        """The addresses are known, or have changed."""

    def begin_turn(self) -> None:
        """A message has come, or something on the private loop: before it is handled."""

    def drain(self) -> None:
        """Take no more work; call `drained` when nothing is on the way."""
        self.drained()

    def close(self) -> None:
        """Release what `begin` opened (async things with `finish`). The private loop is closed afterwards."""

    # --- the turn

    def receiveMessage(self, message: Any, sender: ActorAddress) -> ThespianWatch | None:
        """Thespian's entry: one turn of the actor. One that has left takes no more."""
        if not self._left:
            self._turns.guard("the beginning of a turn", self.begin_turn)
        if not (self._left or isinstance(message, WatchMessage | Pump | WakeupMessage)):
            self._turns.guard(type(message).__name__, lambda: self._dispatch(message, sender))
        if self._loop is None or self._left:
            return None
        with self._turns.timed("the private loop"):
            self._loop.pump()
        return ThespianWatch([self._loop.fileno()]) if self._plan.own_process else None

    def _dispatch(self, message: Any, sender: ActorAddress) -> None:
        handler = getattr(self, f"receiveMsg_{type(message).__name__}", None)
        if handler is None:
            self.count("unknown_messages")
            self.log.error("a message that this actor does not know was dropped: %s", type(message).__name__)
        else:
            handler(message, sender)

    def _report(self, handler: str, error: BaseException) -> None:
        self.count("failures")
        self.record_error(f"{handler}: {type(error).__name__}: {error}")
        if isinstance(error, Outage):
            self._log_outage(f"{handler}: {error}")
        else:
            self.log.error("%s failed", handler, exc_info=error)
        if self._parent is not None:
            trace, outage = "".join(traceback.format_exception(error)), isinstance(error, Outage)
            self.send(self._parent, ActorFailed(name=self.name, handler=handler, trace=trace, outage=outage))

    def _log_outage(self, text: str) -> None:
        """Once a minute: what is tried again fails again."""
        now = self.clock()
        if now >= self._quiet_until:
            self._quiet_until = now + OUTAGE_QUIET
            self.log.error("%s", text)

    # --- commands of the runtime

    def receiveMsg_Begin(self, begin: Begin, sender: ActorAddress) -> None:
        """Become an actor with a name, a loop, and what it owns."""
        self._begin, self._parent = begin, sender
        self.name, self.settings = begin.name, begin.settings
        process.set_up(begin.name, begin.plan, begin.settings)
        self.log = logs.logger_of(begin.name)
        self._loop = PrivateLoop(self._turns.guard, self.clock)
        process.watch_front(begin.plan, self._loop)
        try:
            self._open_tables(begin)
            detail = self.begin(begin)
        except Exception as error:
            if not isinstance(error, BeginRefusal):
                self._report("begin", error)
            outage = isinstance(error, Outage) or isinstance(error.__cause__, Outage)
            self.send(sender, BeginRefused(name=self.name, reason=str(error) or type(error).__name__, outage=outage))
            return
        self.send(sender, Begun(name=self.name, pid=os.getpid(), detail=detail))
        if not begin.plan.own_process:
            self.send(sender, LoopOpened(name=self.name, fileno=self._loop.fileno(), address=self.myAddress))

    def receiveMsg_Introduce(self, message: Introduce, sender: ActorAddress) -> None:
        """Learn the addresses."""
        before = self._addresses
        self._addresses = dict(zip(message.names, message.addresses, strict=True))
        self._leader = message.leader
        self._reach({name for name, address in self._addresses.items() if before.get(name) != address})
        self.introduced()
        self.settled()

    def receiveMsg_AreYouThere(self, message: AreYouThere, sender: ActorAddress) -> None:
        """The heartbeat."""
        self.send(sender, StillHere(name=self.name))

    def receiveMsg_Drain(self, message: Drain, sender: ActorAddress) -> None:
        """Stop taking work."""
        self.drain()

    def receiveMsg_ActorExitRequest(self, message: ActorExitRequest, sender: ActorAddress) -> None:
        """Leave: release what is owned and close the loop."""
        try:
            self.close()
        finally:
            self._left = True
            self._leave_children()
            if self._loop is not None:
                self._loop.close()

    def _open_tables(self, begin: Begin) -> None:
        """For actors with tables; before `begin`."""

    def _reach(self, names: set[str]) -> None:
        """For actors with durable events: these have new addresses."""

    @property
    def _plan(self) -> ProcessPlan:
        assert self._begin is not None, "the actor has not begun"
        return self._begin.plan


def _name_of(call: Callable[..., Any]) -> str:
    return getattr(call, "__name__", type(call).__name__)

"""The shell that every actor is: dispatch, the guard around handlers, the private loop, timers, introductions."""

import asyncio
import os
import time
import traceback
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from thespian.actors import (
    Actor,
    ActorAddress,
    ActorExitRequest,
    ChildActorExited,
    ThespianWatch,
    WakeupMessage,
    WatchMessage,
)

from actors.runtime import heartbeat
from actors.runtime.children import Children, newest_process
from actors.runtime.database.connection import CALL_LIMIT, Database
from actors.runtime.failures import BeginRefusal, Outage
from actors.runtime.os import hang_timer, logs, process, security, streams
from actors.runtime.os.loop import PrivateLoop
from actors.runtime.os.redaction import Redactor, secrets_of
from actors.runtime.os.state_dump import StateDump
from actors.runtime.turns import Counters, TurnGuard
from messages.health import ActorStatus, HealthReason
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

MOST_TASKS = 20
"""Tasks of the private loop that a description of the actor shows."""


class CallboardActor(Actor):
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
        self._begin: Begin | None = None
        self._parent: ActorAddress | None = None
        self._children: Children | None = None
        self._loop: PrivateLoop | None = None
        self._addresses: dict[str, ActorAddress] = {}
        self._leader = ""
        self._redactor = Redactor()
        self._counters = Counters()
        self._turns = TurnGuard(self._counters, self.report_failure)
        self._left = False
        self._quiet_until = 0.0
        self._watcher: ActorAddress | None = None
        self._sign_due = 0.0

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

    def redact(self, text: str) -> str:
        """The text without secrets. What an error says goes through here before it is stored, shown or cut."""
        return self._redactor.redact(text)

    def record_error(self, text: str) -> None:
        """Remember the last error that health shows."""
        self._counters.record_error(self.redact(text), self.now())

    def status(self, *reasons: HealthReason) -> ActorStatus:
        """The common part of a snapshot, taken now; `reasons` say why the actor is degraded."""
        return self._counters.status(tuple(map(self._redacted, reasons)), self.now())

    def _redacted(self, reason: HealthReason) -> HealthReason:
        values = tuple((name, self.redact(value)) for name, value in reason.fields)
        return replace(reason, subject=self.redact(reason.subject), text=self.redact(reason.text), fields=values)

    def describe(self) -> Iterator[str]:
        """The state of this actor in lines, for the log. No contents of messages, no settings."""
        running = self._turns.running()
        yield f"{self.name}: {', in it '.join(running)}" if running else f"{self.name}: no handler runs"
        status = self._counters.status((), self.now())
        yield f"last error: {status.last_error or 'none'}"
        yield f"counters: {dict(status.counters)}"
        if self._loop is not None:
            due = self._loop.due
            yield f"private loop: next timer {'none' if due is None else f'in {due - self._loop.time():.1f} s'}"
            yield from (f"task {line}" for task in self._loop.tasks()[:MOST_TASKS] for line in _task_lines(task))

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

    def hire(self, actor_class: type["CallboardActor"] | str, name: str, epoch: int | None = None) -> ActorAddress:
        """Create a child and tell it to begin, under its parent's lease or under `epoch`. `actor_class` may be a dotted
        name, which is imported where the child runs."""
        assert self._begin is not None, "the actor has not begun"
        address = self.createActor(actor_class)
        begin = replace(self._begin, name=name, epoch=self._begin.epoch if epoch is None else epoch)
        self._hired.hired(name, address, newest_process(self) if begin.plan.own_process else None)
        self.send(address, begin)
        return address

    def dismiss(self, address: ActorAddress) -> None:
        """Tell a child to leave. One that hangs and does not leave in time is killed where that is possible."""
        self.send(address, ActorExitRequest())
        self._hired.dismissed(address)

    def tell_parent(self, message: Any) -> None:
        """Send to the actor that hired this one, or to the front for a top-level actor."""
        if self._parent is not None:
            self.send(self._parent, message)

    def settled(self) -> None:
        """The start is over: what there is now is there to stay, and turns are short from now on."""
        self._turns.settled(self.log, own_process=self._plan.own_process)

    def drained(self) -> None:
        """Tell the parent that no work is left in progress."""
        self.tell_parent(Drained(name=self.name))

    # --- hooks

    def begin(self, begin: Begin) -> str:
        """Open what the actor owns. The returned text is shown to the parent. Raise BeginRefusal to refuse."""
        return ""

    def introduced(self) -> None:
        """The addresses are known, or have changed."""

    def begin_turn(self) -> None:
        """Called before each message, and before each callback of the private loop."""

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """A hired child has ended. Called once for each child."""

    def drain(self) -> None:
        """Take no more work; call `drained` when nothing is on the way."""
        self.drained()

    def close(self) -> None:
        """Release what `begin` opened (async things with `finish`). The private loop is closed afterwards."""

    # --- the turn

    def receiveMessage(self, message: Any, sender: ActorAddress) -> ThespianWatch | None:
        """Thespian's entry: one turn of the actor. An actor that has left ignores the message."""
        if not (self._left or isinstance(message, WatchMessage | Pump | WakeupMessage)):
            self._run_turn(type(message).__name__, lambda: self._dispatch(message, sender))
        if self._loop is None or self._left:
            return None
        with self._turns.timed("the private loop"):
            self._loop.pump()
        if dropped := streams.push():
            self.count("output_lines_dropped", dropped)
        if refused := security.take_refused(self):
            self.count("connections_refused", refused)
        return ThespianWatch([self._loop.fileno()]) if self._plan.own_process else None

    def _run_turn(self, name: str, call: Callable[[], None]) -> None:
        hang_timer.turn_begins(self)
        self._turns.guard("the beginning of a turn", self.begin_turn)
        self._turns.guard(name, call)
        self._give_sign()

    def _give_sign(self) -> None:
        """The question whether this actor is there waits behind its long turns, so it also gives signs without being
        asked."""
        if self._watcher is not None and time.monotonic() >= self._sign_due:
            self._tell_watcher(self._watcher)

    def _tell_watcher(self, watcher: ActorAddress) -> None:
        self._watcher = watcher
        self._sign_due = time.monotonic() + heartbeat.interval(self.settings.system.hang_limit)
        self.send(watcher, StillHere(name=self.name))

    def _dispatch(self, message: Any, sender: ActorAddress) -> None:
        handler = getattr(self, f"receiveMsg_{type(message).__name__}", None)
        if handler is None:
            self.count("unknown_messages")
            self.log.error("a message that this actor does not know was dropped: %s", type(message).__name__)
        else:
            handler(message, sender)

    def report_failure(self, handler: str, error: BaseException) -> None:
        """Log and count what a handler raised, and tell the parent."""
        self.count("failures")
        self.record_error(f"{handler}: {type(error).__name__}: {error}")
        if isinstance(error, Outage):
            self._log_outage(f"{handler}: {error}")
        else:
            self.log.error("%s failed", handler, exc_info=error)
        trace, outage = self.redact("".join(traceback.format_exception(error))), isinstance(error, Outage)
        self.tell_parent(ActorFailed(name=self.name, handler=handler, trace=trace, outage=outage))

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
        self._redactor = Redactor(secrets_of(begin.settings))
        process.set_up(begin.name, begin.plan, begin.settings)
        StateDump.of_process().add(self.describe)
        self.log = logs.logger_of(begin.name)
        self._loop = PrivateLoop(self._run_turn, self.clock)
        process.watch_front(begin.plan, self._loop)
        try:
            self._open_tables(begin)
            detail = self.begin(begin)
        except Exception as error:
            if not isinstance(error, BeginRefusal):
                self.report_failure("begin", error)
            outage = isinstance(error, Outage) or isinstance(error.__cause__, Outage)
            reason = self.redact(str(error)) or type(error).__name__
            self.send(sender, BeginRefused(name=self.name, reason=reason, outage=outage))
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
        self._tell_watcher(sender)

    def receiveMsg_Drain(self, message: Drain, sender: ActorAddress) -> None:
        """Stop taking work."""
        self.drain()

    def receiveMsg_ActorExitRequest(self, message: ActorExitRequest, sender: ActorAddress) -> None:
        """Leave: release what is owned and close the loop."""
        try:
            self.close()
        finally:
            self._left = True
            if self._children is not None:
                self._children.close()
            if self._loop is not None:
                self._loop.close()

    # --- what children say

    def receiveMsg_Begun(self, message: Begun, sender: ActorAddress) -> None:
        """A hired child has begun: its process is watched from now on. One that was given up is told to leave."""
        if not self._hired.begun(sender, message.pid):
            self.send(sender, ActorExitRequest())

    def receiveMsg_BeginRefused(self, message: BeginRefused, sender: ActorAddress) -> None:
        """A hired child could not begin and has logged why: its parent fails with it."""
        raise RuntimeError(f"{message.name} could not begin: {message.reason}")

    def receiveMsg_LoopOpened(self, message: LoopOpened, sender: ActorAddress) -> None:
        """Pass on a hired child's descriptor."""
        self.tell_parent(message)

    def receiveMsg_ActorFailed(self, message: ActorFailed, sender: ActorAddress) -> None:
        """Pass on a hired child's failure."""
        self.tell_parent(message)

    def receiveMsg_ChildActorExited(self, message: ChildActorExited, sender: ActorAddress) -> None:
        """A child ended. Thespian may say so twice; the hook is called once."""
        self._hired.gone(message.childAddress)

    @property
    def _hired(self) -> Children:
        if self._children is None:
            self._children = Children(self.loop, self.child_exited)
        return self._children

    # --- for actors with tables

    def _open_tables(self, begin: Begin) -> None:
        """Called before `begin`."""

    def _reach(self, names: set[str]) -> None:
        """These actors have new addresses."""

    @property
    def _plan(self) -> ProcessPlan:
        assert self._begin is not None, "the actor has not begun"
        return self._begin.plan


def _name_of(call: Callable[..., Any]) -> str:
    return getattr(call, "__name__", type(call).__name__)


def _task_lines(task: asyncio.Task[Any]) -> Iterator[str]:
    yield task.get_name()
    for frame in task.get_stack(limit=2):
        yield f"    at {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}"

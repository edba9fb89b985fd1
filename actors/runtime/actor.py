"""The shell that every actor is: dispatch, the guard around handlers, the private loop, timers, introductions."""

import os
import time
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

from actors.runtime.children import Children, newest_process
from actors.runtime.database.connection import CALL_LIMIT, Database
from actors.runtime.engine import hang_timer, process, security
from actors.runtime.engine.loop import SHARED_SLICE_SECONDS, SLICE_SECONDS, PrivateLoop
from actors.runtime.failure_reports import FailureReports
from actors.runtime.failures import BeginRefusal, Outage
from actors.runtime.introductions import Introductions
from actors.runtime.life_signs import LifeSigns
from actors.runtime.output import logs, streams
from actors.runtime.output.redaction import HiddenSecrets, without_checks
from actors.runtime.output.state_dump import StateDump
from actors.runtime.problem_log import ProblemLog
from actors.runtime.trace import LOOP, TraceRing, kind_of
from actors.runtime.turns import Counters, TurnGuard, name_of_call
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
from messages.reloading import BeginAgain, ConfigChanged
from messages.settings import Settings
from messages.trace import TracedTurn, TraceQuery, TraceReply

T = TypeVar("T")


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
        self._introductions = Introductions()
        self._hidden = HiddenSecrets()
        self._version = 0
        self._counters = Counters()
        self._failure_reports = FailureReports(self)
        self._turns = TurnGuard(self._counters, self.report_failure)
        self._trace = TraceRing(time.time)
        self._left = False
        self._problems = ProblemLog()
        self._life_signs = LifeSigns(self._tell_watcher, lambda: self.settings.system.hang_limit)

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
        return self._introductions.address_of(name)

    @property
    def introduced_names(self) -> tuple[str, ...]:
        """Everybody who has been introduced."""
        return self._introductions.names

    def tell(self, name: str, message: Any) -> None:
        """Send to an introduced actor; one that is not there is logged, for what matters goes by durable events."""
        address = self.address_of(name)
        if address is None:
            self.log.warning("%s for %s not sent: no such actor has been introduced", type(message).__name__, name)
        else:
            self.send(address, message)

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""
        self._counters.count(counter, by)

    def redact(self, text: str) -> str:
        """The text without secrets. What an error says goes through here before it is stored, shown or cut."""
        return self._hidden.redact(text)

    def record_error(self, text: str) -> None:
        """Remember the last error that health shows."""
        self._counters.record_error(self.redact(text), self.now())

    def status(self, *reasons: HealthReason) -> ActorStatus:
        """The common part of a snapshot, taken now; `reasons` say why the actor is degraded. The log says when one
        begins and when it is over: somebody asks for a snapshot each minute."""
        shown, now = tuple(map(self._redacted, reasons)), self.now()
        self._problems.see(self.name, shown, now, self.log)
        return self._counters.status(shown, now)

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
            yield from self._loop.describe()

    @property
    def front_pid(self) -> int:
        """The process that started the service, and stops it on SIGTERM."""
        return self._plan.front_pid

    @property
    def leader(self) -> str:
        """The instance that leads when this one is a standby; empty when it leads itself."""
        return self._introductions.leader

    @property
    def loop(self) -> PrivateLoop:
        """The private loop; there from `begin` on."""
        assert self._loop is not None, "the actor has not begun"
        return self._loop

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """Call `call` on a turn of this actor in `seconds`. The handle that comes back has `cancel()`."""
        return self.loop.after(seconds, name_of_call(call), call)

    def every(self, seconds: float, call: Callable[[], None], first: float | None = None) -> None:
        """Call `call` each `seconds`, also after it failed; the first time after `first` seconds."""

        def tick() -> None:
            self.loop.after(seconds, name_of_call(call), tick)
            call()

        self.loop.after(seconds if first is None else first, name_of_call(call), tick)

    def run(
        self,
        coroutine: Coroutine[Any, Any, T],
        then: Callable[[T], None],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> Any:
        """Run `coroutine` on the private loop; `then(result)` or `otherwise(exception)` comes on a turn of this actor.
        The task that comes back has `cancel()`."""
        return self.loop.run(name_of_call(then), coroutine, then, otherwise)

    def finish(self, *closings: Coroutine[Any, Any, Any]) -> None:
        """In `close`: cancel what `run` has begun, then run these to their ends, side by side, for at most 2 s."""
        self.loop.finish(*closings)

    def hire(
        self, actor_class: type["CallboardActor"] | str, name: str, epoch: int | None = None, *, again: bool = False
    ) -> ActorAddress:
        """Create a child and tell it to begin, under its parent's lease or under `epoch`; `again`: because it asked for
        that. `actor_class` may be a dotted name, which is imported where the child runs."""
        assert self._begin is not None, "the actor has not begun"
        address = self.createActor(actor_class)
        begin = replace(
            self._begin,
            name=name,
            settings=self.settings_for(name),
            epoch=self._begin.epoch if epoch is None else epoch,
            again=again,
        )
        self._hired.hired(name, address, newest_process(self) if begin.plan.own_process else None)
        self.send(address, begin)
        return address

    def settings_for(self, child: str) -> Settings:
        """What the child of this name gets to know of the settings. Few need the checks, and there may be many."""
        return without_checks(self.settings)

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

    def begins_again_for(self, settings: Settings) -> bool:
        """Whether these new settings need what only `begin` does. Then the actor leaves in order, and starts over with
        them; until then it has the old ones. Otherwise it gets them at once, and `settings_changed` is called."""
        return False

    def settings_changed(self, before: Settings) -> None:
        """`settings` are new. What is read from them where it is used needs nothing here."""

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
            self._run_turn(kind_of(message), lambda: self._dispatch(message, sender), sender)
        if self._loop is None or self._left:
            return None
        with self._turns.timed(LOOP):
            self._loop.pump()
        self._trace.between()
        if dropped := streams.push():
            self.count("output_lines_dropped", dropped)
        if refused := security.take_refused(self):
            self.count("connections_refused", refused)
        return ThespianWatch([self._loop.fileno()]) if self._plan.own_process else None

    def _run_turn(self, name: str, call: Callable[[], None], sender: ActorAddress | None = None) -> None:
        hang_timer.turn_begins(self)
        self._trace.begin()
        self._turns.guard("the beginning of a turn", self.begin_turn)
        self._turns.guard(name, call)
        self._trace.end(name, sender)
        self._life_signs.give()

    def _tell_watcher(self, watcher: ActorAddress) -> None:
        self.send(watcher, StillHere(name=self.name, version=self._version))

    def _dispatch(self, message: Any, sender: ActorAddress) -> None:
        handler = getattr(self, f"receiveMsg_{type(message).__name__}", None)
        if handler is None:
            self.count("unknown_messages")
            self.log.error("a message that this actor does not know was dropped: %s", type(message).__name__)
        else:
            handler(message, sender)

    def report_failure(self, handler: str, error: BaseException) -> None:
        """Log and count what a handler raised, and tell the parent."""
        self._failure_reports.report(handler, error)

    def outage_over(self, text: str) -> None:
        """What was away is back: the log says so, if it has said that it was away."""
        self._failure_reports.outage_over(text)

    def send(self, address: ActorAddress, message: Any) -> None:
        """Send a message; the trace remembers its kind."""
        self._trace.sends(message, address)
        super().send(address, message)

    # --- commands of the runtime

    def receiveMsg_Begin(self, begin: Begin, sender: ActorAddress) -> None:
        """Become an actor with a name, a loop, and what it owns."""
        self._begin, self._parent = begin, sender
        self.name, self.settings, self._version = begin.name, begin.settings, begin.version
        self._hidden.hide(begin.settings)
        process.set_up(begin.name, begin.plan, begin.settings)
        StateDump.of_process().add(self.describe)
        self.log = logs.logger_of(begin.name)
        self._loop = PrivateLoop(
            self._run_turn, self.clock, SLICE_SECONDS if begin.plan.own_process else SHARED_SLICE_SECONDS
        )
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
        self._reach(self._introductions.learn(message))
        self.introduced()
        self.settled()

    def receiveMsg_ConfigChanged(self, message: ConfigChanged, sender: ActorAddress) -> None:
        """Take up new settings, once."""
        if message.version <= self._version:
            return
        self._hidden.hide(message.settings)
        process.set_up_again(message.settings.log.level, self._hidden.secrets, own_process=self._plan.own_process)
        if self.begins_again_for(message.settings):
            self.tell_parent(BeginAgain(name=self.name))
            return
        assert self._begin is not None, "the actor has begun"
        before, self.settings, self._version = self.settings, message.settings, message.version
        plan = replace(self._begin.plan, log_level=message.settings.log.level)
        self._begin = replace(self._begin, settings=message.settings, version=message.version, plan=plan)
        for address in self._hired.addresses:
            self.send(address, replace(message, settings=self.settings_for(self._hired.name_of(address))))
        self.settings_changed(before)

    def receiveMsg_TraceQuery(self, query: TraceQuery, sender: ActorAddress) -> None:
        """What happened lately."""
        self.send(sender, TraceReply(request_id=query.request_id, turns=self.traced(query.limit)))

    def traced(self, limit: int) -> tuple[TracedTurn, ...]:
        """The last turns of this actor, oldest first."""
        return self._trace.newest(limit, self.name, self._name_of)

    def _name_of(self, address: ActorAddress) -> str:
        if address == self.myAddress:
            return self.name
        known = self._introductions.name_of(address)
        if not known and self._children is not None:
            known = self._children.name_of(address)
        if not known and address == self._parent:
            known = "parent"
        return known or "?"

    def receiveMsg_AreYouThere(self, message: AreYouThere, sender: ActorAddress) -> None:
        """The heartbeat."""
        self._life_signs.asked(sender)

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

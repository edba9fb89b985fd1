"""The shell that every actor is: dispatch, the guard around handlers, the private loop, timers, introductions."""

import gc
import os
import signal
import time
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
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

from actors.runtime import logs
from actors.runtime.children import Children
from actors.runtime.failures import BeginRefusal, Outage
from actors.runtime.linux import name_process
from actors.runtime.loop import PrivateLoop
from messages.health import Vitals
from messages.lifecycle import (
    ActorFailed,
    Begin,
    BeginRefused,
    Begun,
    Drain,
    Drained,
    Introduce,
    LoopOpened,
    ProcessPlan,
    Pump,
)
from messages.settings import Settings

T = TypeVar("T")

LONG_TURN = 0.050
"""Seconds after which a handler's turn is logged: everything else of this actor waited for it."""


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
        self._loop: PrivateLoop | None = None
        self._addresses: dict[str, ActorAddress] = {}
        self._children: Children | None = None
        self._counters: dict[str, int] = {}
        self._last_error: str | None = None
        self._last_error_at: datetime | None = None
        self._settled = False
        self._left = False

    # --- what the runtime gives

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)

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
        self._counters[counter] = self._counters.get(counter, 0) + by

    def counted(self, counter: str) -> int:
        """The value of a counter."""
        return self._counters.get(counter, 0)

    def trouble(self, text: str) -> None:
        """Remember the last error that health shows."""
        self._last_error = text
        self._last_error_at = self.now()

    def vitals(self, *reasons: str) -> Vitals:
        """The common part of a snapshot, taken now; `reasons` say why the actor is degraded."""
        return Vitals(
            last_updated=self.now(),
            reasons=reasons,
            counters=tuple(sorted(self._counters.items())),
            last_error=self._last_error,
            last_error_at=self._last_error_at,
        )

    @property
    def front_pid(self) -> int:
        """The process that started the service, and stops it on SIGTERM."""
        return self._plan.front_pid

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

    def hire(self, actor_class: type["CallboardActor"] | str, name: str) -> ActorAddress:
        """Create a child and let it begin. `actor_class` may be a dotted name, imported where the child runs."""
        assert self._begin is not None, "the actor has not begun"
        address = self.createActor(actor_class)
        plan, settings = self._begin.plan, self._begin.settings
        self._hired.hired(name, address)
        self.send(address, Begin(name=name, settings=settings, dsn=self._begin.dsn, plan=plan))
        return address

    def settled(self) -> None:
        """The start is over: from now on long turns are logged. What there is now is there to stay: the garbage
        collector need not look at it again, which makes its full collections short."""
        if not self._settled and self._plan.own_process:
            gc.collect()
            gc.freeze()
        self._settled = True

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

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """A hired child has ended; told once a child."""

    def drain(self) -> None:
        """Take no more work; call `drained` when nothing is on the way."""
        self.drained()

    def close(self) -> None:
        """Release what `begin` opened (async things with `finish`). The private loop is closed afterwards."""

    # --- the turn

    def receiveMessage(self, message: Any, sender: ActorAddress) -> ThespianWatch | None:
        """Thespian's entry: one turn of the actor. One that has left takes no more."""
        if not (self._left or isinstance(message, WatchMessage | Pump | WakeupMessage)):
            self._guard(type(message).__name__, lambda: self._dispatch(message, sender))
        if self._loop is None or self._left:
            return None
        with self._timed("the private loop"):
            self._loop.pump()
        return ThespianWatch([self._loop.fileno()]) if self._plan.own_process else None

    def _dispatch(self, message: Any, sender: ActorAddress) -> None:
        handler = getattr(self, f"receiveMsg_{type(message).__name__}", None)
        if handler is None:
            self.count("unknown_messages")
            self.log.error("a message that this actor does not know was dropped: %s", type(message).__name__)
        else:
            handler(message, sender)

    def _guard(self, handler: str, call: Callable[[], None]) -> None:
        with self._timed(handler):
            try:
                call()
            except BaseException as error:  # the one place: Thespian would run the handler again, or die of it
                self._report(handler, error)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        """Log a turn that was too long, by the innermost name that explains it."""
        settled, started, before = self._settled, time.monotonic(), self.counted("long_turns")
        yield
        took = time.monotonic() - started
        if settled and took > LONG_TURN and self.counted("long_turns") == before:
            self.count("long_turns")
            self.log.warning("%s kept its turn for %.0f ms", what, took * 1000)

    def _report(self, handler: str, error: BaseException) -> None:
        self.count("failures")
        self.trouble(f"{handler}: {type(error).__name__}: {error}")
        if isinstance(error, Outage):
            self.log.error("%s: %s", handler, error)
        else:
            self.log.error("%s failed", handler, exc_info=error)
        if self._parent is not None:
            trace = "".join(traceback.format_exception(error))
            self.send(self._parent, ActorFailed(name=self.name, handler=handler, trace=trace))

    # --- commands of the runtime

    def receiveMsg_Begin(self, begin: Begin, sender: ActorAddress) -> None:
        """Become an actor with a name, a loop, and what it owns."""
        self._begin, self._parent = begin, sender
        self.name, self.settings = begin.name, begin.settings
        self._set_up_process(begin.plan)
        self.log = logs.logger_of(begin.name)
        self._loop = PrivateLoop(self._guard)
        if begin.plan.own_process:
            self._watch_front(begin.plan.front_pid)
        try:
            self._open_tables(begin)
            detail = self.begin(begin)
        except Exception as error:
            if not isinstance(error, BeginRefusal):
                self._report("begin", error)
            self.send(sender, BeginRefused(name=self.name, reason=str(error) or type(error).__name__))
            return
        self.send(sender, Begun(name=self.name, pid=os.getpid(), detail=detail))
        if not begin.plan.own_process:
            self.send(sender, LoopOpened(name=self.name, fileno=self._loop.fileno(), address=self.myAddress))

    def receiveMsg_Introduce(self, message: Introduce, sender: ActorAddress) -> None:
        """Learn the addresses."""
        before = self._addresses
        self._addresses = dict(zip(message.names, message.addresses, strict=True))
        self._reach({name for name, address in self._addresses.items() if before.get(name) != address})
        self.introduced()
        self.settled()

    def receiveMsg_Begun(self, message: Begun, sender: ActorAddress) -> None:
        """A hired child has begun: from now on its process is watched."""
        self._hired.begun(sender, message.pid)

    def receiveMsg_BeginRefused(self, message: BeginRefused, sender: ActorAddress) -> None:
        """A hired child could not begin: it has logged why; its parent fails with it."""
        raise RuntimeError(f"{message.name} could not begin: {message.reason}")

    def receiveMsg_LoopOpened(self, message: LoopOpened, sender: ActorAddress) -> None:
        """Pass on a hired child's descriptor."""
        self._to_parent(message)

    def receiveMsg_ActorFailed(self, message: ActorFailed, sender: ActorAddress) -> None:
        """Pass on a hired child's failure."""
        self._to_parent(message)

    def receiveMsg_Drain(self, message: Drain, sender: ActorAddress) -> None:
        """Stop taking work."""
        self.drain()

    def receiveMsg_ChildActorExited(self, message: ChildActorExited, sender: ActorAddress) -> None:
        """A child ended. Thespian may say so twice; the hook hears it once."""
        self._hired.gone(message.childAddress)

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

    def _open_tables(self, begin: Begin) -> None:
        """For actors with tables; before `begin`."""

    def _reach(self, names: set[str]) -> None:
        """For actors with durable events: these have new addresses."""

    @property
    def _hired(self) -> Children:
        if self._children is None:
            self._children = Children(self.loop, self.child_exited)
        return self._children

    @property
    def _plan(self) -> ProcessPlan:
        assert self._begin is not None, "the actor has not begun"
        return self._begin.plan

    def _to_parent(self, message: Any) -> None:
        if self._parent is not None:
            self.send(self._parent, message)

    def _set_up_process(self, plan: ProcessPlan) -> None:
        if plan.own_process:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            name_process(self.name)
            logs.set_up(plan.log_level, secrets=secrets_of(self.settings))

    def _watch_front(self, front_pid: int) -> None:
        """When the front process dies, the whole process group of the actor system goes: admin, logger and actors."""
        try:
            descriptor = os.pidfd_open(front_pid)
        except ProcessLookupError:
            os.killpg(os.getpgrp(), signal.SIGKILL)
            return
        self.loop.reader(descriptor, "front died", lambda: os.killpg(os.getpgrp(), signal.SIGKILL))


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """What must never appear in a log line."""
    return tuple(secret for secret in (settings.slack.bot_token, settings.database.url) if secret)


def _name_of(call: Callable[..., Any]) -> str:
    return getattr(call, "__name__", type(call).__name__)

"""An actor under test, on either base: the test is the front, and one recorder stands for everybody it speaks to."""

import os
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psutil
from thespian.actors import Actor, ActorAddress, ActorExitRequest

from actors.runtime.actor import CallboardActor
from actors.runtime.engine.bases import SIMPLE
from actors.runtime.engine.system import Driver, SimpleDriver, TcpDriver
from messages.delivery import Ack, Deliver
from messages.lifecycle import ActorFailed, Begin, BeginRefused, Begun, Introduce, ProcessPlan
from messages.settings import Settings
from tests.processes import has_ended

T = TypeVar("T")
LIMIT = 60.0

CALL_LIMIT = 20.0
"""Seconds. A database that a busy machine keeps waiting for longer than a service would wait is not away."""

CASCADE_LIMIT = 600.0
"""Seconds. On the simple base all that a message causes at once is one turn, of the process that runs the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Command to a recorder: you stand for `name`; tell me what you are told."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn:
    """Command to a recorder: send `message` to `address` as if from you."""

    address: Any = field(hash=False)
    message: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Event to the test: `to` was told `message` (a delivery is unpacked)."""

    to: str
    message: Any


class Recorder(Actor):
    """Stands for an actor that is not under test: takes each durable event once, acknowledges, passes all on."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._front: ActorAddress | None = None
        self._taken: dict[str, int] = {}

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:
        """Thespian's entry."""
        match message:
            case Record():
                self._name, self._front = message.name, sender
                self.send(sender, message)
            case PassOn():
                self.send(message.address, message.message)
            case Deliver():
                last = max(self._taken.get(message.source, 0), message.first - 1)
                self._taken[message.source] = last
                if message.seq == last + 1:
                    self._taken[message.source] = message.seq
                    self.send(self._front, Recorded(to=self._name, message=message.event))
                self.send(sender, Ack(source=message.source, receiver=self._name, seq=self._taken[message.source]))
            case ActorExitRequest():
                pass
            case _:
                self.send(self._front, Recorded(to=self._name, message=message))


class PicklingDriver(SimpleDriver):
    """The simple base passes messages by reference; the tests pickle each one on its way, as the other base does."""

    def __init__(self) -> None:
        super().__init__(hang_limit=CASCADE_LIMIT)
        engine = self._system._systemBase
        send = engine.actor_send

        def pickled(sender: ActorAddress, receiver: ActorAddress, message: Any) -> None:
            send(sender, receiver, pickle.loads(pickle.dumps(message)))

        engine.actor_send = pickled


class Harness:
    """One actor system with one actor under test. Close it (the `harness` fixture does)."""

    def __init__(self, base: str, settings: Settings, dsn: str = "", call_limit: float | None = CALL_LIMIT) -> None:
        self.base, self.settings, self.dsn, self.call_limit = base, settings, dsn, call_limit
        self.driver: Driver = PicklingDriver() if base == SIMPLE else TcpDriver(0)
        self.actor: ActorAddress | None = None
        self.detail, self.pid = "", 0
        self._process: psutil.Process | None = None
        self._closed = False
        self.heard: list[Any] = []
        self.recorders: dict[str, ActorAddress] = {}

    def begin(self, actor_class: type[CallboardActor], name: str, others: tuple[str, ...] = ()) -> None:
        """Create the actor, let it begin, introduce it to recorders called `others`."""
        reply = self.try_begin(actor_class, name)
        assert isinstance(reply, Begun), reply
        self.detail, self.pid = reply.detail, reply.pid
        self._process = psutil.Process(reply.pid)
        self.introduce(*others)

    def try_begin(self, actor_class: type[CallboardActor], name: str) -> Begun | BeginRefused:
        """Create the actor and let it begin; what it answers."""
        plan = ProcessPlan(
            front_pid=os.getpid(), own_process=self.base != SIMPLE, log_level="INFO", call_limit=self.call_limit
        )
        self.actor = self.driver.create(actor_class)
        self.name = name
        self.driver.tell(self.actor, Begin(name=name, settings=self.settings, dsn=self.dsn, plan=plan))
        reply = self._hear(lambda message: isinstance(message, Begun | BeginRefused) and message.name == name, LIMIT)
        assert isinstance(reply, Begun | BeginRefused)
        return reply

    def leave(self) -> None:
        """Let the actor leave, and wait until it has: another one on its tables may begin then."""
        if self.base == SIMPLE:
            self.tell(ActorExitRequest())
            return
        assert self._process is not None, "the actor has begun"
        deadline = time.monotonic() + LIMIT
        if not has_ended(self._process):
            self.tell(ActorExitRequest())
        while not has_ended(self._process):
            assert time.monotonic() < deadline, "the actor has not left"
            self.listen(0.02)

    def introduce(self, *others: str, leader: str = "") -> None:
        """Let the actor know recorders by these names, and who leads instead of its instance."""
        for name in others:
            if name not in self.recorders:
                self.recorders[name] = self.driver.create(Recorder)
                self.driver.tell(self.recorders[name], Record(name=name))
                self._hear(lambda message: isinstance(message, Record), LIMIT)
        names = (self.name, *others)
        addresses = (self.actor, *(self.recorders[name] for name in others))
        self.tell(Introduce(names=names, addresses=addresses, leader=leader))

    def tell(self, message: Any) -> None:
        """Send to the actor, as the front."""
        self.driver.tell(self.actor, message)

    def tell_as(self, name: str, message: Any) -> None:
        """Send to the actor, as the recorder `name`; replies to it are recorded."""
        self.driver.tell(self.recorders[name], PassOn(address=self.actor, message=message))

    def deliver(self, source: str, seq: int, event: Any) -> None:
        """Deliver a durable event as the recorder `source`."""
        self.tell_as(source, Deliver(source=source, seq=seq, event=event))

    def deliver_and_wait(self, source: str, seq: int, event: Any) -> None:
        """Deliver a durable event and wait until it has taken effect: what other recorders send overtakes it on TCP."""
        self.deliver(source, seq, event)
        self.expect(Ack, to=source, where=lambda ack: ack.source == source and ack.seq >= seq)

    def listen(self, seconds: float) -> None:
        """Let the actors work, until somebody says something or the time is over. What is heard is kept."""
        if (message := self.driver.listen(seconds)) is not None:
            self.heard.append(message)

    def expect(
        self, kind: type[T], to: str | None = None, where: Callable[[T], bool] = lambda _: True, limit: float = LIMIT
    ) -> T:
        """The next message of this class: to the recorder `to`, or to the front. Others are kept for later."""

        def fits(message: Any) -> bool:
            if to is not None:
                return isinstance(message, Recorded) and message.to == to and fits_kind(message.message)
            return fits_kind(message)

        def fits_kind(message: Any) -> bool:
            return isinstance(message, kind) and where(message)

        message = self._hear(fits, limit)
        found: T = message.message if isinstance(message, Recorded) and to is not None else message
        return found

    def ask(self, message: Any, kind: type[T], limit: float = LIMIT) -> T:
        """Send as the front and expect the reply of this class with the same request_id."""
        self.tell(message)
        return self.expect(kind, where=lambda reply: reply.request_id == message.request_id, limit=limit)  # type: ignore[attr-defined]

    def heard_of(self, kind: type[T]) -> list[T]:
        """What was heard of a class and not yet expected (deliveries and messages to recorders unpacked)."""
        unpacked = [message.message if isinstance(message, Recorded) else message for message in self.heard]
        return [message for message in unpacked if isinstance(message, kind)]

    def failures(self) -> list[str]:
        """The traces of handlers that failed and were not expected."""
        return [message.trace for message in self.heard if isinstance(message, ActorFailed)]

    def close(self) -> None:
        """End the actor system; once is enough."""
        if not self._closed:
            self._closed = True
            self.driver.shut_down()

    def _hear(self, fits: Callable[[Any], bool], limit: float) -> Any:
        for message in self.heard:
            if fits(message):
                self.heard.remove(message)
                return message
        deadline = time.monotonic() + limit
        while (left := deadline - time.monotonic()) > 0:
            message = self.driver.listen(left)
            if message is not None and fits(message):
                return message
            if message is not None:
                self.heard.append(message)
        raise AssertionError(f"not heard within {limit} s; heard were: {self.heard}")

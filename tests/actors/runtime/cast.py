"""Actors that the tests of the runtime put on stage."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from thespian.actors import Actor, ActorAddress

from actors.runtime.actor import CallboardActor
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.output import logs
from actors.runtime.output.streams import ServiceStream
from messages.delivery import Ack, Deliver
from messages.drafts import WatchedNumbers
from messages.health import ActorStatus, SnapshotRequest
from tests.actors.harness import LIMIT, Harness

NO_VITALS = ActorStatus(
    last_updated=datetime(2025, 1, 1, tzinfo=UTC), reasons=(), counters=(), last_error=None, last_error_at=None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a test actor is to do."""

    request_id: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a test actor did."""

    request_id: str
    text: str
    status: ActorStatus


class Stumbler(CallboardActor):
    """Fails in the ways that it is ordered to."""

    def __init__(self) -> None:
        super().__init__()
        self._orders = 0

    def receiveMsg_Order(self, order: Order, sender: ActorAddress) -> None:
        self._orders += 1
        match order.what:
            case "raise":
                raise ValueError("boom")
            case "exit":
                raise SystemExit(3)
            case "interrupt":
                raise KeyboardInterrupt
            case "late":
                self.after(0.01, self._stumble)
            case "async":
                self.run(self._stumble_later(), lambda result: None)
            case "chatter":
                self._chatter()
            case "hush":
                self._hush()
            case "pid":
                self._report_back(order, sender, str(os.getpid()))
            case _:
                self._report_back(order, sender, str(self._orders))

    def _chatter(self) -> None:
        """Log more to a pipe that nobody reads than it and the queue hold."""
        self._pipe = os.pipe()
        self._stderr, sys.stderr = sys.stderr, ServiceStream(self._pipe[1], "utf-8")
        logs.set_up("INFO")
        for _ in range(2000):
            self.log.info("%s", "x" * 1000)

    def _hush(self) -> None:
        sys.stderr = self._stderr
        logs.set_up("INFO")
        for descriptor in self._pipe:
            os.close(descriptor)

    def _report_back(self, order: Order, sender: ActorAddress, text: str) -> None:
        self.send(sender, Report(request_id=order.request_id, text=text, status=self.status()))

    def _stumble(self) -> None:
        raise ValueError("late boom")

    async def _stumble_later(self) -> None:
        raise ValueError("async boom")


class Parent(CallboardActor):
    """Hires a Stumbler and tells the front what becomes of it."""

    def receiveMsg_Order(self, order: Order, sender: ActorAddress) -> None:
        self._front = sender
        self._child = self.hire(Stumbler, "child")

    def receiveMsg_Begun(self, message: Any, sender: ActorAddress) -> None:
        super().receiveMsg_Begun(message, sender)
        self.send(self._front, Report(request_id="begun", text=str(message.pid), status=self.status()))

    def child_exited(self, name: str, address: ActorAddress) -> None:
        self.count("exits")
        self.send(self._front, Report(request_id="exited", text=name, status=self.status()))


class Counters(DurableActor):
    """Adds up the numbers that it is told, and tells `next` of each; 13 is bad luck without an amulet, 14 cannot be
    spoken of, 15 quotes the token, 404 loses the connection to the database without one, and 666 ends it."""

    SCHEMA = "ledger"
    MIGRATIONS = "tests.actors.runtime.migrations"
    DESTINATIONS = ("next",)

    def __init__(self) -> None:
        super().__init__()
        self._total = 0

    def load(self, tx: Tx) -> None:
        tx.cursor.execute("SELECT coalesce(sum(number), 0) FROM numbers")
        self._total = int(tx.cursor.fetchone()[0])

    def take_WatchedNumbers(self, event: WatchedNumbers, tx: Tx) -> None:
        for number in event.added:
            tx.cursor.execute("INSERT INTO numbers (number) VALUES (%s)", (number,))
        tx.cursor.execute("SELECT 1 FROM amulets")
        wears_one = tx.cursor.fetchone() is not None
        if 13 in event.added and not wears_one:
            raise ValueError("bad luck")
        if 404 in event.added and not wears_one:
            tx.cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        if 14 in event.added:
            raise ValueError("\0\ud800")
        if 15 in event.added:
            raise ValueError(f"{'x' * 1990} {self.settings.slack.bot_token}, postgresql://u:hunter2@h/d")
        if 666 in event.added:
            os._exit(1)
        tx.emit("next", event)
        total = self._total + sum(event.added)
        tx.after_commit(lambda: self._assign(total))

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        self.send(sender, Report(request_id=request.request_id, text=str(self._total), status=self.status()))

    def _assign(self, total: int) -> None:
        self._total = total


class Rereader(DurableActor):
    """Holds a list that it reads from its tables. The order "cut" breaks the connection in a transaction; "compare"
    asks whether the memory is the same object before and after a transaction, and what is in it."""

    SCHEMA = "rereader"
    MIGRATIONS = "tests.actors.runtime.migrations"

    def __init__(self) -> None:
        super().__init__()
        self._numbers: list[int] = []

    def load(self, tx: Tx) -> None:
        tx.cursor.execute("SELECT number FROM numbers ORDER BY number")
        self._numbers = [number for (number,) in tx.cursor.fetchall()]

    def receiveMsg_Order(self, order: Order, sender: ActorAddress) -> None:
        before = self._numbers
        with self.transaction() as tx:
            if order.what == "cut":
                tx.cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        kept = "the same" if self._numbers is before else "another"
        self.send(sender, Report(request_id=order.request_id, text=f"{kept} {self._numbers}", status=self.status()))


class Feeder(DurableActor):
    """Emits as many numbers as it is ordered to, as fast as `next` lets it, and reports when all are in its outbox."""

    SCHEMA = "feeder"
    MIGRATIONS = "tests.actors.runtime.migrations"
    DESTINATIONS = ("next",)

    def __init__(self) -> None:
        super().__init__()
        self._wanted = self._emitted = 0
        self._front: ActorAddress | None = None

    def receiveMsg_Order(self, order: Order, sender: ActorAddress) -> None:
        self._front, self._wanted = sender, int(order.what)
        self._feed()

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        text = f"{os.getpid()} {self._emitted}"
        self.send(sender, Report(request_id=request.request_id, text=text, status=self.status()))

    def _feed(self) -> None:
        if self._emitted == self._wanted:
            self.send(self._front, Report(request_id="fed", text="", status=self.status()))
        elif self.congested() is not None:
            self.after(0.05, self._feed)
        else:
            with self.transaction() as tx:
                for number in range(self._emitted, self._emitted + 500):
                    tx.emit("next", WatchedNumbers(added=(number,), removed=()))
            self._emitted += 500
            self.after(0, self._feed)


class Sleeper(Actor):
    """Takes nothing until it is ordered to wake up; then it takes numbers in their order up to the `what`-th, which it
    reports."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = self._wanted = self._asked = 0
        self._front: ActorAddress | None = None

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:
        match message:
            case Order(what="count"):
                self.send(sender, Report(request_id=message.request_id, text=str(self._asked), status=NO_VITALS))
            case Order(what="pid"):
                self.send(sender, Report(request_id=message.request_id, text=str(os.getpid()), status=NO_VITALS))
            case Order():
                self._front, self._wanted = sender, int(message.what)
            case Deliver():
                self._asked += 1
                if self._wanted:
                    self._take(message, sender)

    def _take(self, message: Deliver, sender: ActorAddress) -> None:
        if message.seq == self._taken + 1 and self._taken < self._wanted:
            assert message.event.added[0] % 1000 == self._taken % 1000
            self._taken += 1
            if self._taken == self._wanted:
                self.send(self._front, Report(request_id="slept", text=str(self._taken), status=NO_VITALS))
        self.send(sender, Ack(source=message.source, receiver="next", seq=self._taken))


def numbers(*added: int) -> WatchedNumbers:
    return WatchedNumbers(added=added, removed=())


def deliver_until_taken(harness: Harness, source: str, seq: int, event: WatchedNumbers) -> None:
    """As a source does: a database that was slow to fail is left alone for a moment, and the event refused."""
    deadline = time.monotonic() + LIMIT
    harness.deliver(source, seq, event)
    while harness.expect(Ack, to=source).seq < seq:
        assert time.monotonic() < deadline
        harness.listen(0.1)
        harness.deliver(source, seq, event)


def total(harness: Harness) -> int:
    return int(harness.ask(SnapshotRequest(request_id="total"), Report).text)


def reaches(seq: int) -> Callable[[Ack], bool]:
    """Whether an acknowledgement is that of `seq`."""
    return lambda ack: ack.seq == seq


def report(harness: Harness) -> Report:
    return harness.ask(SnapshotRequest(request_id="vitals"), Report)

"""Actors that the tests of the runtime put on stage."""

import os
from dataclasses import dataclass
from typing import Any

from thespian.actors import ActorAddress

from actors.runtime.actor import CallboardActor
from actors.runtime.durable import DurableActor, Tx
from messages.drafts import WatchedNumbers
from messages.health import SnapshotRequest, Vitals


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
    vitals: Vitals


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
            case "pid":
                self._report_back(order, sender, str(os.getpid()))
            case _:
                self._report_back(order, sender, str(self._orders))

    def _report_back(self, order: Order, sender: ActorAddress, text: str) -> None:
        self.send(sender, Report(request_id=order.request_id, text=text, vitals=self.vitals()))

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
        self.send(self._front, Report(request_id="begun", text=str(message.pid), vitals=self.vitals()))

    def child_exited(self, name: str, address: ActorAddress) -> None:
        self.count("exits")
        self.send(self._front, Report(request_id="exited", text=name, vitals=self.vitals()))


class Ledger(DurableActor):
    """Adds up the numbers that it is told, and tells `next` of each; 13 is bad luck, each time."""

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
        if 13 in event.added:
            raise ValueError("bad luck")
        tx.emit("next", event)
        total = self._total + sum(event.added)
        tx.after_commit(lambda: self._assign(total))

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        self.send(sender, Report(request_id=request.request_id, text=str(self._total), vitals=self.vitals()))

    def _assign(self, total: int) -> None:
        self._total = total

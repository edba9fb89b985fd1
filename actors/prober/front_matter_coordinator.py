"""Front matter on its way out: fresh drafts are told of with it, or when they have waited for it long enough."""

from asyncio import TimerHandle
from collections.abc import Callable
from datetime import datetime

from actors.prober.announce import events
from actors.prober.detection.evaluate import Decision
from actors.prober.frontmatter import queue
from actors.prober.model import names
from actors.prober.model.batch import Portion
from actors.prober.politeness import host as hosts
from actors.prober.politeness.host import Host
from actors.prober.state import Desk
from actors.prober.storage import front_matter
from actors.prober.storage import host as host_store
from actors.runtime.delivery.durable import DurableActor, Tx
from messages.probing import FilesRead

AGAIN = 1.0
"""Seconds after which it is tried again to tell of what could not be stored."""


class Herald:
    """Owned by the prober, whose turns these are; `desk()` is its memory."""

    def __init__(self, actor: DurableActor, desk: Callable[[], Desk]) -> None:
        self._actor = actor
        self._desk = desk
        self._due: TimerHandle | None = None

    def want(self, decision: Decision, now: datetime, tx: Tx) -> None:
        """A batch brought fresh drafts, or changed ones: their front matter is to be read."""
        wanted = self._desk().wants(decision, now)
        front_matter.save(tx.cursor, wanted)
        tx.after_commit(lambda: self._learn(wanted))

    def take(self, answer: FilesRead, portion: Portion, tx: Tx) -> None:
        """What files say of themselves: store it, and tell what it causes."""
        now = self._actor.now()
        told = self._desk().weigh_reading(answer, now)
        host = hosts.heard_files(self._desk().host, answer, now.timestamp())
        host_store.save_host(tx.cursor, host, now)
        self._tell(told, tx)
        tx.after_commit(lambda: self._settle(answer, portion, host))

    def _learn(self, told: queue.Told) -> None:
        self._desk().learn(told)
        self.tell_in_time()

    def tell_in_time(self) -> None:
        """Let no fresh draft wait too long for its front matter."""
        if self._due is not None:
            self._due.cancel()
        at = self._desk().work.readings.tell_at()
        if at is None:
            self._due = None
        else:
            seconds = (at - self._actor.now()).total_seconds()
            self._due = self._actor.after(max(seconds, 0.001), self._tell_overdue)

    def _tell_overdue(self) -> None:
        self._due = self._actor.after(AGAIN, self._tell_overdue)  # should the database be away
        with self._actor.transaction() as tx:
            self._tell(self._desk().overdue(self._actor.now()), tx)

    def _tell(self, told: queue.Told, tx: Tx) -> None:
        front_matter.save(tx.cursor, told)
        for destination, event in events.of_reading(told):
            tx.emit(destination, event)
        tx.after_commit(lambda: self._learn(told))
        tx.after_commit(lambda: self._actor.count("drafts_announced", len(told.fresh)))

    def _settle(self, answer: FilesRead, portion: Portion, host: Host) -> None:
        self._desk().host = host
        self._desk().work.give_back(portion)
        self._actor.count("requests", answer.requests)
        for reading in answer.readings:
            self._actor.count("front_matters" if reading.front_matter is not None else "front_matters_unread")
            if reading.error:
                self._actor.log.info("%s: %s", names.text_of(reading.name), reading.error)

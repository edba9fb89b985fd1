"""Front matter on its way out: a new draft is announced with its front matter, or without once it has waited enough."""

from asyncio import TimerHandle
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from actors.prober.announce import events, requests
from actors.prober.detection.evaluate import BatchDecision
from actors.prober.frontmatter.queue import FrontMatterDecision
from actors.prober.model import names
from actors.prober.model.batch import Batch
from actors.prober.politeness import host as hosts
from actors.prober.politeness.host import Host
from actors.prober.state import ProberState
from actors.prober.storage import front_matter, journal
from actors.prober.storage import host as host_store
from actors.runtime.delivery.durable import DurableActor, Tx
from messages.drafts import Draft
from messages.probing import FilesRead

STORE_RETRY_SECONDS = 1.0
"""Pause before we try again to store an announcement."""


class FrontMatterCoordinator:
    """Owned by the prober and called in its turns. `state()` is the prober's state; `tell_readers()` says that there is
    news."""

    def __init__(self, actor: DurableActor, state: Callable[[], ProberState], tell_readers: Callable[[], None]) -> None:
        self._actor = actor
        self._state = state
        self._tell_readers = tell_readers
        self._timer: TimerHandle | None = None

    def request(self, decision: BatchDecision, now: datetime, tx: Tx) -> None:
        """Queue the new and the changed drafts of a batch, so that their front matter is read."""
        jobs = self._state().front_matter_jobs(decision, now)
        front_matter.save(tx.cursor, jobs)
        tx.after_commit(lambda: self._apply(jobs))

    def store(self, answer: FilesRead, batch: Batch, tx: Tx) -> None:
        """Store the front matter that was read, and announce what follows."""
        now, state = self._actor.now(), self._state()
        drafts = self._with_text((names.draft_id(reading.name) for reading in answer.readings), tx.cursor)
        decision = state.front_matter_read(answer, drafts, now)
        host = hosts.after_files(state.host, answer, now.timestamp())
        host_store.save_host(tx.cursor, host, now)
        journal.add_requests(tx.cursor, requests.of_files(answer), now)
        self._emit(decision, tx)
        tx.after_commit(lambda: self._after_read(answer, batch, host))

    def schedule_announcement(self) -> None:
        """Set the timer for the draft that has to be announced next."""
        if self._timer is not None:
            self._timer.cancel()
        at = self._state().work_queue.front_matter.announce_at()
        if at is None:
            self._timer = None
        else:
            seconds = (at - self._actor.now()).total_seconds()
            self._timer = self._actor.after(max(seconds, 0.001), self._announce_overdue)

    def _announce_overdue(self) -> None:
        self._timer = self._actor.after(STORE_RETRY_SECONDS, self._announce_overdue)  # in case the database is down
        with self._actor.transaction() as tx:
            drafts = self._with_text(self._state().work_queue.front_matter.jobs, tx.cursor)
            self._emit(self._state().overdue_announcements(drafts, self._actor.now()), tx)

    def _with_text(self, ids: Iterable[str], cursor: Any) -> dict[str, Draft]:
        """Drafts that the catalog holds, with the text of their front matter, by id."""
        known = self._state().catalog.drafts
        return {
            draft.id: draft for draft in front_matter.with_text(cursor, [known[id_] for id_ in ids if id_ in known])
        }

    def _apply(self, decision: FrontMatterDecision) -> None:
        self._state().learn_front_matter(decision)
        self.schedule_announcement()

    def _emit(self, decision: FrontMatterDecision, tx: Tx) -> None:
        front_matter.save(tx.cursor, decision)
        pending = events.of_reading(decision)
        for destination, event in pending:
            tx.emit(destination, event)
        journal.record_events(tx.cursor, (event for _, event in pending), self._actor.now())
        if pending:
            tx.after_commit(self._tell_readers)
        tx.after_commit(lambda: self._apply(decision))
        tx.after_commit(lambda: self._actor.count("drafts_announced", len(decision.fresh)))

    def _after_read(self, answer: FilesRead, batch: Batch, host: Host) -> None:
        self._state().host = host
        self._state().work_queue.give_back(batch)
        self._actor.count("requests", answer.requests)
        for reading in answer.readings:
            self._actor.count("front_matters" if reading.front_matter is not None else "front_matters_unread")
            if reading.error:
                self._actor.log.info("%s: %s", names.text_of(reading.name), reading.error)

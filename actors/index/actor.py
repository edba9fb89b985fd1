"""The IndexActor: keeps the paper index as it is upstream, and tells what is new in it."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ParamSpec

import httpx
from thespian.actors import ActorAddress

from actors.index import answers
from actors.index.announce.events import MOST_ADDED, SyncOccasion, closing, next_events, occasion_of
from actors.index.entries.difference import compare
from actors.index.fetch.look import NewIndex, look
from actors.index.fetch.wg21link import Wg21Link, user_agent
from actors.index.model.fetching import HELD_BACK, FetchFailed, NotModified, retry_delay
from actors.index.storage import store
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from messages.health import HealthReason, IndexSnapshot, ReasonCode, SnapshotRequest
from messages.lifecycle import Begin
from messages.papers import (
    INDEX_ACCEPTS,
    AllPapersQuery,
    PaperKind,
    PaperQuery,
    RecentPapersQuery,
    YearOfPapersQuery,
)
from messages.settings import hosts_in

P = ParamSpec("P")

STAGED_AT_ONCE = 125
"""Candidates compared and written in one turn: about 10 ms."""

CONGESTION_CHECK_SECONDS = 1.0
"""Seconds after which it is looked again whether a receiver takes what it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failing:
    since: datetime
    reason: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sync:
    """A sync under way: how many of the candidates have been looked at, and what came of them; `notable`
    as in ComparedEntries."""

    index: NewIndex
    number: int
    at: datetime
    staged: int = 0
    added: int = 0
    changed: int = 0
    notable: int = 0


class IndexActor(DurableActor):
    """Owns the schema `index`, the validators, and the connection to wg21.link.

    Works in cycles: fetch, compare, stage the news some at a time, apply them by one short transaction, tell them
    message by message; then rest for `index.interval`. Each step is one turn and schedules the next. A step that
    fails ends the cycle: the old index stays, health says since when and why, and the next cycle begins after a delay
    that grows. News that were applied and not told are told first.

    Accepts RecentPapersQuery, PaperQuery, YearOfPapersQuery, AllPapersQuery and SnapshotRequest; emits PapersAdded and
    PapersChanged to prober and watchlist.
    """

    ACCEPTS = INDEX_ACCEPTS
    SCHEMA = "index"
    MIGRATIONS = "actors.index.storage.migrations"
    DESTINATIONS = ("prober", "watchlist")

    def __init__(self) -> None:
        super().__init__()
        self._source: Wg21Link | None = None
        self._progress: store.SyncProgress
        self._known: dict[str, int] = {}
        self._papers = 0
        self._failing: _Failing | None = None
        self._due = 0.0
        self._pending: Any = None
        self._stopped = False

    # --- life

    def load(self, tx: Tx) -> None:
        """Read how far the index has come, and the fingerprints by which entries are compared."""
        self._progress = store.progress(tx.cursor)
        self._known = store.fingerprints(tx.cursor)
        self._papers = store.count(tx.cursor, PaperKind.P)

    def begin(self, begin: Begin) -> str:
        """Open the client and begin the first cycle."""
        self._source = self.open_source()
        self._next(0.0, self._resume)
        return ""

    def open_source(self, transport: httpx.AsyncBaseTransport | None = None) -> Wg21Link:
        """The client of wg21.link, over `transport` where that is not the network."""
        return Wg21Link(
            url=self.settings.index.url,
            timeout=self.settings.index.timeout,
            max_bytes=self.settings.index.max_bytes,
            user_agent=user_agent(self.settings.prober.contact),
            redirect_hosts=hosts_in(self.settings.network.redirect_hosts),
            transport=transport,
        )

    def drain(self) -> None:
        """Abandon the cycle: what it staged does not count; what it applied is told after the next start."""
        self._stop()
        self.drained()

    def close(self) -> None:
        """Close the client, in one last pump of the loop."""
        self._stop()
        if self._source is not None:
            self.run(self._source.close(), then=lambda _: None)
            self.loop.pump()

    def _stop(self) -> None:
        self._stopped = True
        if self._pending is not None:
            self._pending.cancel()

    def expire(self, tx: Tx) -> int:
        """Versions of entries that nobody needs."""
        return super().expire(tx) + store.expire(tx.cursor, self.settings.retention.versions, EXPIRY_BATCH_ROWS)

    # --- queries

    def receiveMsg_RecentPapersQuery(self, query: RecentPapersQuery, sender: ActorAddress) -> None:
        """Answer with the newest news."""
        with self.transaction() as tx:
            reply = answers.recent(tx.cursor, query)
        self.send(sender, reply)

    def receiveMsg_PaperQuery(self, query: PaperQuery, sender: ActorAddress) -> None:
        """Answer with all revisions of a number."""
        with self.transaction() as tx:
            reply = answers.of_number(tx.cursor, query)
        self.send(sender, reply)

    def receiveMsg_YearOfPapersQuery(self, query: YearOfPapersQuery, sender: ActorAddress) -> None:
        """Answer with the next entries of the last year."""
        with self.transaction() as tx:
            reply = answers.of_last_year(tx.cursor, query, self._progress.synced_at)
        self.send(sender, reply)

    def receiveMsg_AllPapersQuery(self, query: AllPapersQuery, sender: ActorAddress) -> None:
        """Answer with the next entries."""
        with self.transaction() as tx:
            reply = answers.all_papers(tx.cursor, query, self._progress.synced_at)
        self.send(sender, reply)

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """Answer from memory."""
        snapshot = IndexSnapshot(
            request_id=request.request_id,
            status=self.status(*self._reasons()),
            entries=len(self._known),
            papers=self._papers,
            synced_at=self._progress.synced_at,
            failing_since=self._failing.since if self._failing else None,
        )
        self.send(sender, snapshot)

    def _reasons(self) -> tuple[HealthReason, ...]:
        why = f": {self._failing.reason}" if self._failing else ""
        if self._progress.applied == 0:
            text = f"index: not loaded yet{why}"
        elif self._failing:
            text = f"index: not fetched since {self._failing.since:%Y-%m-%d %H:%M} UTC{why}"
        else:
            return ()
        urgent = self._failing is not None and self._failing.reason.startswith(HELD_BACK)
        return (HealthReason(code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text=text, urgent=urgent),)

    # --- the cycle

    def _resume(self) -> None:
        if self._progress.told < self._progress.news and self.congested() is not None:
            self._next(CONGESTION_CHECK_SECONDS, self._resume)
        elif self._progress.told < self._progress.news:
            self._tell()
        else:
            self._next(self._due - self.loop.time(), self._fetch)

    def _fetch(self) -> None:
        assert self._source is not None, "the actor has not begun"
        self.count("fetches")
        looking = look(self._source, self._progress.validators, self._known)
        self._pending = self.run(looking, self._guarded(self._judge), self._broke)

    def _judge(self, outcome: NotModified | FetchFailed | NewIndex) -> None:
        match outcome:
            case FetchFailed():
                self._fail(outcome.reason, outcome.retry_after)
            case NotModified():
                self._confirm()
            case NewIndex():
                self._stage(_Sync(index=outcome, number=self._progress.applied + 1, at=self.now()))

    def _confirm(self) -> None:
        with self.transaction() as tx:
            progress = store.confirm(tx.cursor, self.now(), self._progress.validators)
            tx.after_commit(lambda: self._rest(progress))
        self.count("not_modified")
        self._next(0.0, self._resume)

    def _stage(self, sync: _Sync) -> None:
        """Compare the next candidates with what is stored; write those that are news, where they do not count yet."""
        portion = sync.index.candidates[sync.staged : sync.staged + STAGED_AT_ONCE]
        with self.transaction() as tx:
            if sync.staged == 0:
                store.discard_unfinished(tx.cursor)
            compared = compare(store.papers(tx.cursor, [candidate.paper.id for candidate in portion]), portion)
            news = compared.added + compared.changed
            store.add_versions(tx.cursor, sync.number, sync.added + sync.changed, sync.at, news)
            store.set_fingerprints(tx.cursor, compared.same)
        sync = replace(
            sync,
            staged=sync.staged + len(portion),
            added=sync.added + len(compared.added),
            notable=sync.notable + compared.notable,
            changed=sync.changed + len(compared.changed),
        )
        self._next(0.0, self._apply if sync.staged == len(sync.index.candidates) else self._stage, sync)

    def _apply(self, sync: _Sync) -> None:
        news = sync.added + sync.changed
        with self.transaction() as tx:
            reason = occasion_of(sync.number, sync.notable, self._progress.synced_at, sync.at)
            progress = store.apply(tx.cursor, sync.number, news, sync.at, sync.index.validators, reason)
            tx.after_commit(lambda: self._applied(sync, progress))
        self._next(0.0, self._resume)

    def _applied(self, sync: _Sync, progress: store.SyncProgress) -> None:
        added = [candidate.paper for candidate in sync.index.candidates if candidate.paper.id not in self._known]
        self._papers += sum(paper.kind is PaperKind.P for paper in added)
        self._known.update((candidate.paper.id, candidate.fingerprint) for candidate in sync.index.candidates)
        self._rest(progress)
        self.count("syncs")
        self.count("added", sync.added)
        self.count("changed", sync.changed)
        self.log.info("the index has %d entries: %d added, %d changed", len(self._known), sync.added, sync.changed)
        self._report_bad(sync.index)

    def _report_bad(self, index: NewIndex) -> None:
        reading = index.reading
        if reading.bad:
            self.count("bad_entries", reading.bad)
            examples = "; ".join(f"{entry.id}: {entry.why}" for entry in reading.examples)
            self.log.warning("%d entries of the index cannot be read and were skipped: %s", reading.bad, examples)
        if reading.unknown:
            self.count("unknown_kinds", reading.unknown)

    def _rest(self, progress: store.SyncProgress) -> None:
        self._progress = progress
        self._failing = None
        self._due = self.loop.time() + self.settings.index.interval

    def _tell(self) -> None:
        before = self._progress
        reason = SyncOccasion(occasion=before.occasion, since=before.since)
        with self.transaction() as tx:
            telling = next_events(store.untold(tx.cursor, MOST_ADDED), reason.occasion)
            telling = closing(telling, before.told, before.news, reason, self.now())
            for destination, event in telling.events:
                tx.emit(destination, event)
            progress = store.tell(tx.cursor, telling.covered)
            tx.after_commit(lambda: self._told(progress))
        self._next(0.0, self._resume)

    def _told(self, progress: store.SyncProgress) -> None:
        self._progress = progress

    # --- steps and their failures

    def _next(self, seconds: float, step: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        @functools.wraps(step)
        def turn() -> None:
            self._guarded(step)(*args, **kwargs)

        if not self._stopped:
            self._pending = self.after(seconds, turn)

    def _guarded(self, step: Callable[P, None]) -> Callable[P, None]:
        """The step, ending the cycle when it fails; the runtime reports what it raised."""

        @functools.wraps(step)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                step(*args, **kwargs)
            except Exception as error:
                self._fail(f"{type(error).__name__}: {error}", None)
                raise

        return guarded

    def _broke(self, error: BaseException) -> None:
        self._fail(f"{type(error).__name__}: {error}", None)
        raise error

    def _fail(self, reason: str, retry_after: float | None) -> None:
        before = self._failing
        since, times = (before.since, before.times + 1) if before else (self.now(), 1)
        self._failing = _Failing(since=since, reason=reason, times=times)
        delay = retry_delay(times, self.settings.index.interval, retry_after)
        self.count("failed_cycles")
        self.record_error(reason)
        self.log.warning("the index stays as it was, next try in %.0f s: %s", delay, reason)
        self._next(delay, self._try_again)

    def _try_again(self) -> None:
        with self.transaction() as tx:  # reloads all memory first, if the last commit was in doubt
            self._progress = store.progress(tx.cursor)
        self._due = 0.0
        self._resume()

"""The ProberActor: finds unpublished drafts by requesting the names they would have, and follows what it found."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from thespian.actors import ActorAddress

from actors.prober import operator_probes, replanner
from actors.prober.announce import events, notices, requests
from actors.prober.detection import drafts as drafting
from actors.prober.detection import evaluate
from actors.prober.dispatcher import Dispatcher
from actors.prober.front_matter_coordinator import FrontMatterCoordinator
from actors.prober.http.handle import InFlightBatch, WorkerHandle
from actors.prober.model import names, wording
from actors.prober.model.batch import Batch
from actors.prober.operator_probes import OperatorProbes
from actors.prober.politeness import host as hosts
from actors.prober.politeness.host import Host, KillSwitch
from actors.prober.replanner import Replanner
from actors.prober.state import EvaluatedBatch, ProberState
from actors.prober.storage import drafts, front_matter, host, journal, snapshot
from actors.prober.storage import papers as store
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from messages.drafts import DraftsQuery, WatchedNumbers
from messages.health import SnapshotRequest
from messages.inquiries import AskNames, ExplainNumber
from messages.lifecycle import Begin
from messages.papers import CaughtUp, Occasion, Paper, PapersAdded, PapersChanged
from messages.prober import PROBER_ACCEPTS
from messages.probing import FilesRead, Network, ProbeResults, RobotsRead
from messages.reading import (
    DraftHistoryQuery,
    DraftHistoryReply,
    RequestHistoryQuery,
    RequestHistoryReply,
    SomethingNew,
)
from messages.settings import Settings
from messages.sources import PublicationsQuery, PublicationsReply
from messages.switching import Probing, ProbingQuery, ProbingRefused, SwitchProbing

MAX_PUBLICATIONS_OF_A_MAILING = 5
"""So many drafts that became papers with a mailing go into the threads of their drafts; of more, the notice of the
mailing is enough."""

FIRST_WORD_SECONDS = 2.0
"""After the start: what is said of the schedule then stands below the banner."""

SIMILAR_SHARE = 0.1
"""By how much the number of numbers may change without a word."""

STORE_RETRY_SECONDS = 1.0
STORE_RETRY_LIMIT_SECONDS = 60.0
"""Pause after answers that could not be stored, doubled each time up to the limit."""


class ProberActor(DurableActor):
    """Owns what is known about each paper number, the drafts found, the schedule, and how the host is to be treated.

    Accepts PapersAdded, PapersChanged, CaughtUp and WatchedNumbers (durable), SwitchProbing, AskNames, ProbingQuery,
    DraftsQuery, DraftHistoryQuery, RequestHistoryQuery, ExplainNumber and SnapshotRequest; its worker replies with
    ProbeResults, FilesRead and RobotsRead. Emits DraftsFound, DraftsRead, DraftsUpdated, DraftsWithdrawn and
    DraftsPublished to the watchlist and NotifyChannel to the notifier, in the transaction that stores the drafts or
    their front matter; after it, SomethingNew to health. A lost worker is replaced and its
    batch sent again; its late replies are dropped. After a restart, an unfinished batch is sent again too.
    """

    ACCEPTS = PROBER_ACCEPTS
    SCHEMA = "prober"
    MIGRATIONS = "actors.prober.storage.migrations"
    DESTINATIONS = ("watchlist", "notifier")

    _state: ProberState

    def __init__(self) -> None:
        super().__init__()
        self._worker = WorkerHandle(self, free=lambda: self._dispatcher.send_next(), lost=self._abandon)
        self._front_matter = FrontMatterCoordinator(self, lambda: self._state, self._tell_readers)
        self._operator_probes = OperatorProbes(self)
        self._dispatcher = Dispatcher(self, self._worker, self._operator_probes, lambda: self._state)
        self._replanner = Replanner(
            self,
            begin=lambda: self._state.replan(self.now()),
            stepped=self._dispatcher.send_next,
            planned=self._planned,
        )
        self._said: int | None = None
        self._store_failures = 0

    # --- start

    def load(self, tx: Tx) -> None:
        """Read everything from the tables. A batch on its way belongs to the old state and is dropped."""
        self._worker.recall()
        self._state = snapshot.load_state(tx.cursor, self.settings.prober, self.now())
        self._replanner.forget()
        self._replanner.replan_in(0)
        self._front_matter.schedule_announcement()

    def begin(self, begin: Begin) -> str:
        """Start the worker and the schedule."""
        self._worker.begin(hosts.worker_settings(self.settings))
        self.every(replanner.REPLAN_SECONDS, lambda: self._replanner.replan_in(0))
        return ""

    def introduced(self) -> None:
        """The start is over."""
        if self._said is None:
            self._said = 0
            self.after(FIRST_WORD_SECONDS, self._planned)

    def _planned(self) -> None:
        """Say how many numbers are asked for, and when the next is, unless that is about what was said last."""
        numbers = self._state.numbers_on_schedule
        if self._said is None or not numbers or abs(numbers - self._said) <= numbers * SIMILAR_SHARE:
            return
        self._said = numbers
        self.log.info("%s", self._state.outlook_in_words(self.now()))

    def begins_again_for(self, settings: Settings) -> bool:
        """The schedule, the rate limit and the worker are made for what is searched for, and how."""
        before = self.settings
        return settings.prober != before.prober or hosts.worker_settings(settings) != hosts.worker_settings(before)

    # --- events

    def take_PapersAdded(self, event: PapersAdded, tx: Tx) -> None:
        """New numbers or newer revisions entered the index; drafts became papers."""
        papers = [paper for paper in event.papers if names.is_numbered(paper)]
        known = self._state.catalog.drafts.values()
        publications = drafting.published_by(known, papers)
        self._store_papers(papers, tx, 0 if event.occasion is Occasion.NEWS else replanner.FIRST_SYNC_SECONDS)
        published = [publication.draft for publication in publications]
        drafts.save_drafts(tx.cursor, published)
        if published:
            journal.record_published(tx.cursor, published, self.now())
            tx.after_commit(self._tell_readers)
        tx.after_commit(lambda: self._state.catalog.learn_drafts(published))
        if event.occasion in (Occasion.NEWS, Occasion.MAILING):
            with_text = front_matter.with_text(tx.cursor, published)
            told = events.of_publications(publications, with_text)
            is_much = event.occasion is Occasion.MAILING and len(publications) > MAX_PUBLICATIONS_OF_A_MAILING
            self._emit(events.to_watchlist(told) if is_much else told, tx)
        elif event.occasion is Occasion.CATCH_UP:
            drafts.add_catch_up_notices(tx.cursor, notices.published_notices(publications))

    def take_CaughtUp(self, event: CaughtUp, tx: Tx) -> None:
        """A catch-up is over: the channel gets one summary of it."""
        self._emit(events.of_catch_up(drafts.take_catch_up_notices(tx.cursor), event.since), tx)

    def take_PapersChanged(self, event: PapersChanged, tx: Tx) -> None:
        """Papers have a new title, new authors or a new date."""
        self._store_papers([change.after for change in event.changes if names.is_numbered(change.after)], tx, 0)

    def take_WatchedNumbers(self, event: WatchedNumbers, tx: Tx) -> None:
        """Numbers got their first watcher or lost their last."""
        added = tuple(filter(names.is_askable, event.added))
        removed = tuple(filter(names.is_askable, event.removed))
        store.change_watched(tx.cursor, added, removed)
        tx.after_commit(lambda: self._state.catalog.watch(added, removed))
        tx.after_commit(lambda: self._replanner.replan_in(0))

    def _store_papers(self, papers: Sequence[Paper], tx: Tx, replan_after: float) -> None:
        if not papers:
            return
        known, dated = snapshot.save_papers(tx.cursor, papers)
        tx.after_commit(lambda: self._state.catalog.learn_numbers(known))
        tx.after_commit(lambda: self._state.catalog.learn_entries(dated))
        tx.after_commit(lambda: self._replanner.replan_in(replan_after))

    def _emit(self, pending: events.PendingEvents, tx: Tx) -> None:
        for destination, event in pending:
            tx.emit(destination, event)
        journal.record_events(tx.cursor, (event for _, event in pending), self.now())
        if pending:
            tx.after_commit(self._tell_readers)

    def _tell_readers(self) -> None:
        if self.address_of("health") is not None:
            self.tell("health", SomethingNew(source=self.name))

    # --- commands and queries

    def receiveMsg_SwitchProbing(self, command: SwitchProbing, sender: ActorAddress) -> None:
        """Stop probing immediately, or resume it. The switch is stored."""
        if self._state.switch.probing is Probing.DISABLED:
            self.send(sender, ProbingRefused(request_id=command.request_id, detail=hosts.DISABLED_DETAIL))
            return
        switch = KillSwitch(probing=command.wanted, since=self.now(), by=command.by)
        with self.transaction() as tx:
            host.save_switch(tx.cursor, switch)
        self._state.switch = switch
        self.log.warning("%s switched probing %s", switch.by, switch.probing.value)
        if switch.probing is Probing.OFF:
            self._worker.recall()
        self._dispatcher.send_next()
        self.send(sender, hosts.switch_reply(switch, command.request_id))

    def receiveMsg_ProbingQuery(self, query: ProbingQuery, sender: ActorAddress) -> None:
        """Whether probing is on."""
        self.send(sender, hosts.switch_reply(self._state.switch, query.request_id))

    def receiveMsg_DraftsQuery(self, message: DraftsQuery, sender: ActorAddress) -> None:
        """The newest drafts, from memory."""
        self.send(sender, self._state.newest_drafts(message))

    def receiveMsg_PublicationsQuery(self, query: PublicationsQuery, sender: ActorAddress) -> None:
        """Which drafts would have become papers, from memory."""
        found = drafting.published_by(self._state.catalog.drafts.values(), query.papers)
        self.send(sender, PublicationsReply(request_id=query.request_id, publications=found))

    def receiveMsg_DraftHistoryQuery(self, query: DraftHistoryQuery, sender: ActorAddress) -> None:
        """What happened to drafts."""
        with self.transaction() as tx:
            entries = journal.history(tx.cursor, query)
        self.send(sender, DraftHistoryReply(request_id=query.request_id, entries=entries))

    def receiveMsg_RequestHistoryQuery(self, query: RequestHistoryQuery, sender: ActorAddress) -> None:
        """How many requests were sent."""
        with self.transaction() as tx:
            counts = journal.requests(tx.cursor, query)
        budget = self.settings.prober.requests_per_hour
        self.send(sender, RequestHistoryReply(request_id=query.request_id, counts=counts, budget=budget))

    def receiveMsg_SnapshotRequest(self, message: SnapshotRequest, sender: ActorAddress) -> None:
        """The prober's health, from memory."""
        now = self.now().timestamp()
        status = self.status(*self._state.reasons(now))
        self.send(sender, self._state.snapshot(message.request_id, status, now))

    def receiveMsg_ExplainNumber(self, query: ExplainNumber, sender: ActorAddress) -> None:
        """What is known about a number."""
        self.soon(partial(self._explain, query, sender))

    def _explain(self, query: ExplainNumber, sender: ActorAddress) -> None:
        with self.transaction() as tx:
            newest = store.newest_papers(tx.cursor, {query.number}).get(query.number)
        self.send(sender, operator_probes.explained(query, newest, self._state, self.now()))

    def receiveMsg_AskNames(self, command: AskNames, sender: ActorAddress) -> None:
        """Probe these names as soon as the rate limit allows it."""
        self._operator_probes.add(command, sender)
        self._dispatcher.send_next()

    # --- the worker's replies

    def receiveMsg_RobotsRead(self, message: RobotsRead, sender: ActorAddress) -> None:
        """What the host's robots.txt allows."""
        if self._stored(message.generation, lambda _, tx: self._store_robots(message, tx)):
            if self._state.needs_replan:  # a crawl delay came or went
                self._replanner.replan_in(0)
            self._dispatcher.send_next()

    def receiveMsg_ProbeResults(self, message: ProbeResults, sender: ActorAddress) -> None:
        """Evaluate a batch; store in one transaction what it says and what follows."""
        if self._stored(message.generation, lambda in_flight, tx: self._store_results(message, in_flight, tx)):
            self._operator_probes.answer(message, self._state, self.now().date())
            self._dispatcher.send_next()

    def receiveMsg_FilesRead(self, message: FilesRead, sender: ActorAddress) -> None:
        """Store the front matter of drafts, and announce what follows."""
        if self._stored(
            message.generation, lambda in_flight, tx: self._front_matter.store(message, in_flight.batch, tx)
        ):
            self._dispatcher.send_next()

    def _stored(self, generation: int, store_answers: Callable[[InFlightBatch, Tx], None]) -> bool:
        """Store the answers to a batch, unless they come too late."""
        in_flight = self._worker.answered(generation)
        if in_flight is None:
            self.count("late_batches")
            return False
        try:
            with self.trying("store what was answered"), self.transaction() as tx:
                store_answers(in_flight, tx)
        except Exception:
            self._abandon(in_flight.batch)
            pause = STORE_RETRY_SECONDS * 2.0 ** min(self._store_failures, 10)
            self._dispatcher.send_later(min(pause, STORE_RETRY_LIMIT_SECONDS))
            self._store_failures += 1
            raise
        self._store_failures = 0
        return True

    def _abandon(self, batch: Batch) -> None:
        """No answer to this batch will come, or none that could be stored."""
        self._state.work_queue.give_back(batch)
        self._operator_probes.lost("the answers were lost on their way or could not be stored: try again")

    def _store_robots(self, message: RobotsRead, tx: Tx) -> None:
        after = hosts.after_robots(self._state.host, message, self.now().timestamp())
        snapshot.save_rules(tx.cursor, after, self.now())
        tx.after_commit(lambda: self._set_host(after))

    def _set_host(self, after: Host) -> None:
        self._state.host = after
        self._note_problems()

    def _note_problems(self) -> None:
        """The log says at once what has begun or is over."""
        self.status(*self._state.reasons(self.now().timestamp()))

    def _store_results(self, probed: ProbeResults, in_flight: InFlightBatch, tx: Tx) -> None:
        now, state = self.now(), self._state
        numbers = state.confirmed_numbers(probed, in_flight.batch)
        predecessors = store.newest_papers(tx.cursor, numbers) if numbers else {}
        evaluated = state.evaluate(probed, in_flight.batch, in_flight.at, predecessors, now)
        if probed.network is Network.AWAY:
            tx.after_commit(lambda: self._network_away(in_flight.batch, evaluated))
            return
        decision = evaluated.decision
        snapshot.save(tx.cursor, decision, evaluated.progress, state.host, evaluated.host, now)
        journal.add_requests(tx.cursor, requests.of_batch(probed, in_flight.batch), now)
        with_text = front_matter.with_text(tx.cursor, events.drafts_of(decision))
        self._emit(events.of_batch(decision, with_text, state.withheld), tx)
        tx.after_commit(lambda: self._apply(probed, in_flight.batch, evaluated, now))
        self._front_matter.request(decision, now, tx)

    def _network_away(self, batch: Batch, evaluated: EvaluatedBatch) -> None:
        self._state.network_away(batch, evaluated.host)
        self.count("network_away")
        self.record_error(f"no host can be reached: {evaluated.host.last_error.text}")
        self._note_problems()

    def _apply(self, probed: ProbeResults, batch: Batch, evaluated: EvaluatedBatch, now: datetime) -> None:
        self._state.apply(batch, evaluated, now)
        self._state.count_verdicts(probed, now)
        if self._state.needs_replan or evaluated.decision.drafts:  # one draft makes others likely
            self._replanner.replan_soon()
        if last_error := evaluated.decision.last_error:
            self.record_error(f"{evaluated.host.name}: {last_error.text}")
        for counter, number in evaluate.counters(probed, evaluated.decision).items():
            self.count(counter, number)
        for draft in evaluated.decision.drafts:
            self.log.info("%s", wording.draft_status(draft))
        self._note_problems()

    # --- children, and the end

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """The worker died: its successor gets the batch again."""
        self._worker.ended(address)

    def expire(self, tx: Tx) -> int:
        """Delete part of what readers no longer see."""
        return super().expire(tx) + journal.expire(tx.cursor, EXPIRY_BATCH_ROWS)

    def drain(self) -> None:
        """Hand back the batch on its way, and let the worker leave."""
        self._worker.leave(self.drained)

    def close(self) -> None:
        """The worker leaves with its parent."""
        self._worker.close()

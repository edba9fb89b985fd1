"""The ProberActor: finds unpublished drafts by asking for names that they would have."""

import math
import random
from asyncio import TimerHandle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from thespian.actors import ActorAddress

from actors.prober import drafts as drafting
from actors.prober import names, pace, store, weighing, wording
from actors.prober.agenda import Agenda, Progress
from actors.prober.isocpp import user_agent
from actors.prober.memory import Memory
from actors.prober.schedule import TwoFrequency
from actors.prober.visits import Answers
from actors.prober.weighing import Belief, Decision
from actors.prober.worker import ProbeWorker
from actors.runtime.durable import DurableActor, Tx
from messages.drafts import PROBER_ACCEPTS, DraftsFound, DraftsQuery, DraftsReply, WatchedNumbers
from messages.health import ProberSnapshot, SnapshotRequest
from messages.lifecycle import Begin
from messages.notices import Audience, NotifyChannel, SummarizeForChannel
from messages.papers import CaughtUp, Occasion, Paper, PapersAdded, PapersChanged
from messages.probing import BeginProbing, DraftName, ProbeBatch, ProbeResults, Verdict

WORKER = "probe-worker"

SETTLING = 1.0
"""Seconds without more papers after which a first sync is taken to be whole: before that, half of the numbers would
look unknown and be asked for too much."""

SURVEY_INTERVAL = 3600.0
"""Seconds between two surveys without a cause: papers grow old."""

MOST_DRAFTS = 500
"""Most drafts in one reply."""

BATCH_GRACE = 5.0
"""Seconds beyond what a batch can take before it counts as lost."""

CONGESTED = 1.0
"""Seconds after which it is looked again whether a receiver takes what it was told."""

UNSTORED_PAUSE = 1.0
UNSTORED_PAUSE_LIMIT = 60.0
"""Seconds until names are asked again whose answers could not be stored, doubled each time: no host is asked in vain
because our database is away."""

HIRE_AGAIN = 0.1
HIRE_AGAIN_LIMIT = 10.0
"""Seconds before a lost worker is replaced, doubled each time one is lost without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The batch that the worker has; `limit` is the timer after which it counts as lost."""

    generation: int
    names: tuple[DraftName, ...]
    at: datetime
    limit: TimerHandle


class ProberActor(DurableActor):
    """Owns what is known of each paper number, the drafts found, the due queue, and the pace towards the host.

    Accepts PapersAdded, PapersChanged, CaughtUp and WatchedNumbers (durable), DraftsQuery, SnapshotRequest; its worker
    answers with ProbeResults. Emits DraftsFound to the watchlist and NotifyChannel to the notifier, in the transaction
    that stores the drafts. A lost worker is hired again and its batch given out anew; what it still says is dropped.
    What an unfinished batch would have answered is asked again after a restart.
    """

    ACCEPTS = PROBER_ACCEPTS
    SCHEMA = "prober"
    MIGRATIONS = "actors.prober.migrations"
    DESTINATIONS = ("watchlist", "notifier")

    _agenda: Agenda
    _pace: pace.Pace

    def __init__(self) -> None:
        super().__init__()
        self._memory = Memory()
        self._belief = Belief.UNHEARD
        self._complaint = ""
        self._worker: ActorAddress | None = None
        self._given: Given | None = None
        self._generation = 0
        self._losses = 0
        self._unstored = 0
        self._draining = False
        self._wake: TimerHandle | None = None
        self._survey_due: TimerHandle | None = None
        self._survey_steps: Iterator[int] = iter(())
        self._random = random.Random()

    # --- start

    def load(self, tx: Tx) -> None:
        """Read everything anew; a batch on its way is of no use any more."""
        self._give_up()
        self._memory = Memory(watched=store.load_watched(tx.cursor))
        self._memory.learn_numbers(store.known_numbers(tx.cursor))
        self._memory.learn_drafts(store.load_drafts(tx.cursor).values())
        revisit = self.settings.prober.min_revisit
        self._agenda = Agenda(TwoFrequency(min_revisit=revisit), revisit, store.load_asked(tx.cursor))
        self._survey_steps = iter(())
        self._survey_in(0)

    def begin(self, begin: Begin) -> str:
        """Hire the worker and start to ask."""
        chosen = self.settings.prober
        manners = pace.manners_towards(chosen.base_url, chosen.requests_per_hour, chosen.min_revisit)
        self._pace = pace.fresh(manners, self.now().timestamp())
        self._hire()
        self.every(SURVEY_INTERVAL, lambda: self._survey_in(0))
        return ""

    def clock_set_back(self, seconds: float) -> None:
        """What is due was planned anew; the host is asked again as soon as it would have been."""
        self._pace = pace.set_back(self._pace, seconds)

    # --- events

    def take_PapersAdded(self, event: PapersAdded, tx: Tx) -> None:
        """Numbers are known, or have a newer revision; drafts have become papers."""
        papers = [paper for paper in event.papers if names.is_numbered(paper)]
        publications = drafting.published_by(self._memory.drafts.values(), papers)
        self._learn_papers(papers, tx, 0 if event.occasion is Occasion.NEWS else SETTLING)
        published = [publication.draft for publication in publications]
        store.save_drafts(tx.cursor, published)
        tx.after_commit(lambda: self._memory.learn_drafts(published))
        notices = wording.published_notices(publications)
        if notices and event.occasion is Occasion.NEWS:
            tx.emit("notifier", NotifyChannel(audience=Audience.READERS, notices=notices))
        elif notices and event.occasion is Occasion.CATCH_UP:
            store.gather(tx.cursor, notices)

    def take_CaughtUp(self, event: CaughtUp, tx: Tx) -> None:
        """The end of a catch-up: the channel gets one summary of it."""
        if notices := store.take_gathered(tx.cursor):
            tx.emit(
                "notifier",
                SummarizeForChannel(audience=Audience.READERS, since=event.since, notices=notices, more=0),
            )

    def take_PapersChanged(self, event: PapersChanged, tx: Tx) -> None:
        """Papers have another title, other authors or another date."""
        self._learn_papers([change.after for change in event.changes if names.is_numbered(change.after)], tx, 0)

    def take_WatchedNumbers(self, event: WatchedNumbers, tx: Tx) -> None:
        """Numbers got their first watcher, or lost their last."""
        added = tuple(filter(names.is_askable, event.added))
        removed = tuple(filter(names.is_askable, event.removed))
        store.change_watched(tx.cursor, added, removed)
        tx.after_commit(lambda: self._memory.watch(added, removed))
        tx.after_commit(lambda: self._survey_in(0))

    def _learn_papers(self, papers: list[Paper], tx: Tx, settling: float) -> None:
        if not papers:
            return
        store.save_papers(tx.cursor, papers)
        known = store.known_numbers(tx.cursor, {paper.number for paper in papers})
        tx.after_commit(lambda: self._memory.learn_numbers(known))
        tx.after_commit(lambda: self._survey_in(settling))

    # --- answers of the worker

    def receiveMsg_ProbeResults(self, message: ProbeResults, sender: ActorAddress) -> None:
        """Weigh a batch; store what it says and what it causes at once."""
        given = self._given
        if given is None or message.generation != given.generation:
            self.count("late_batches")
            return
        self._forget_given()
        try:
            with self.trying("store what was answered"), self.transaction() as tx:
                self._take_answers(message, given, tx)
        except Exception:
            self._agenda.give_back(given.names)
            self._ask_in(min(UNSTORED_PAUSE * 2.0 ** min(self._unstored, 10), UNSTORED_PAUSE_LIMIT))
            self._unstored += 1
            raise
        self._unstored = 0
        self._ask()

    def _take_answers(self, batch: ProbeResults, given: Given, tx: Tx) -> None:
        now = self.now()
        decision = self._weigh(batch, now, tx)
        answers = Answers(
            given_at=given.at.timestamp(), missing=decision.missing, found=decision.found, failed=decision.failed
        )
        progress = self._agenda.progress(answers, now.timestamp())
        store.save_asked(tx.cursor, progress.records)
        store.save_drafts(tx.cursor, decision.absorbed.changed)
        self._announce(decision, tx)
        tx.after_commit(lambda: self._settle(batch, given, decision, progress, now))

    def _weigh(self, batch: ProbeResults, now: datetime, tx: Tx) -> Decision:
        hits = {result.name.number for result in batch.results if result.verdict is Verdict.HIT}
        known = weighing.Known(
            drafts=self._memory.drafts,
            numbers=self._memory.known,
            predecessors=store.newest_papers(tx.cursor, hits) if hits else {},
            missing_at=self._missing_at,
            alert_within=self.settings.prober.alert_modified_within,
            base_url=self.settings.prober.base_url,
        )
        return weighing.weigh(known, batch, self._belief, now)

    def _announce(self, decision: Decision, tx: Tx) -> None:
        if fresh := decision.absorbed.fresh:
            notices = tuple(wording.found_notice(draft) for draft in fresh)
            tx.emit("watchlist", DraftsFound(drafts=fresh))
            tx.emit("notifier", NotifyChannel(audience=Audience.READERS, notices=notices))

    def _settle(self, batch: ProbeResults, given: Given, decision: Decision, progress: Progress, now: datetime) -> None:
        self._losses = 0
        self._agenda.apply(progress, now.timestamp())
        asked = {result.name for result in batch.results}
        self._agenda.give_back(name for name in given.names if name not in asked)
        self._memory.learn_drafts(decision.absorbed.changed)
        self._pace = pace.settled(self._pace, decision.tally, now.timestamp())
        if decision.belief is not Belief.UNHEARD:
            self._belief = decision.belief
        if decision.last_error:
            self._complaint = decision.last_error
            self.trouble(f"{self._host}: {decision.last_error}")
        self._count(batch, decision)

    def _count(self, batch: ProbeResults, decision: Decision) -> None:
        self.count("heads", len(batch.results))
        self.count("hits", len(decision.found))
        self.count("misses", len(decision.missing))
        self.count("asked_again", len(decision.failed))
        self.count("drafts_announced", len(decision.absorbed.fresh))
        self.count("worker_cpu_ms", round(batch.cpu * 1000))
        for draft in decision.absorbed.changed:
            files = " and ".join(file.extension.value for file in draft.files)
            self.log.info("%s lies there as %s (%s)", draft.id, files, draft.announcement.value)

    def _missing_at(self, name: DraftName) -> datetime | None:
        at = self._agenda.missing_at(name)
        return None if at is None else datetime.fromtimestamp(at, UTC)

    # --- queries

    def receiveMsg_DraftsQuery(self, message: DraftsQuery, sender: ActorAddress) -> None:
        """The newest drafts, from memory."""
        drafts = self._memory.newest_drafts(min(message.limit, MOST_DRAFTS), message.number)
        self.send(sender, DraftsReply(request_id=message.request_id, drafts=drafts))

    def receiveMsg_SnapshotRequest(self, message: SnapshotRequest, sender: ActorAddress) -> None:
        """How the prober is, from memory."""
        now = self.now().timestamp()
        reasons = wording.reasons(self._host, self._pace, self._belief, self._complaint, now)
        paused = self._pace.paused_until > now
        snapshot = ProberSnapshot(
            request_id=message.request_id,
            vitals=self.vitals(*reasons),
            frontier=self._memory.frontier,
            hot=self._agenda.hot,
            cold=self._agenda.cold,
            late=self._agenda.late(now),
            drafts=len(self._memory.drafts),
            rate=self._pace.rate * 3600,
            paused_until=datetime.fromtimestamp(self._pace.paused_until, UTC) if paused else None,
        )
        self.send(sender, snapshot)

    # --- its own ticks

    def _survey_in(self, seconds: float) -> None:
        """Bring the schedule in line in `seconds`, but not before the time that was set already."""
        if self._survey_due is not None:
            seconds = max(seconds, self._survey_due.when() - self.loop.time())
            self._survey_due.cancel()
        self._survey_due = self.after(seconds, self._survey)

    def _survey(self) -> None:
        self._survey_due = None
        now = self.now()
        self._survey_steps = self._agenda.survey(self._memory.circumstances(now.date()), now.timestamp())
        self._survey_on()

    def _survey_on(self) -> None:
        if next(self._survey_steps, 0):
            self.after(0, self._survey_on)
        self._ask()

    def _ask(self) -> None:
        """Give out the next batch, or wait until there is one to give."""
        if self._given is not None or self._worker is None or self._draining:
            return
        if self.congested() is not None:
            self._ask_in(CONGESTED)
            return
        now = self.now()
        granted = pace.grant(self._pace)
        if granted.at > now.timestamp():
            self._ask_in(granted.at - now.timestamp())
            return
        asked_for = self._agenda.take(granted.size, self._memory.circumstances(now.date()), now.timestamp())
        if asked_for:
            self._give(self._worker, asked_for, now)
        elif (at := self._agenda.next_at()) is not None:
            self._ask_in(at - now.timestamp())

    def _ask_in(self, seconds: float) -> None:
        if self._wake is not None:
            self._wake.cancel()
        self._wake = self.after(max(seconds, 0.001), self._ask)

    def _give(self, worker: ActorAddress, asked_for: tuple[DraftName, ...], now: datetime) -> None:
        spread = pace.spread(self._pace, len(asked_for))
        jitter = self._random.uniform(0.8, 1.2)
        self._pace = pace.started(self._pace, len(asked_for), jitter, now.timestamp())
        self._generation += 1
        rounds = math.ceil(len(asked_for) / self.settings.prober.concurrency) + 5  # four canaries, and a slow start
        limit = self.after(spread + rounds * self.settings.prober.timeout + BATCH_GRACE, self._batch_lost)
        self._given = Given(generation=self._generation, names=asked_for, at=now, limit=limit)
        canary = names.canary(self._generation)
        batch = ProbeBatch(generation=self._generation, names=asked_for, canary=canary, spread=spread)
        self.send(worker, batch)

    # --- the worker

    def _hire(self) -> None:
        chosen = self.settings.prober
        self._worker = self.hire(ProbeWorker, WORKER)
        command = BeginProbing(
            base_url=chosen.base_url,
            user_agent=user_agent(chosen.contact),
            concurrency=chosen.concurrency,
            deadline=chosen.timeout,
        )
        self.send(self._worker, command)
        self._ask()

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """The worker died: hire another, which gets the batch anew."""
        if address == self._worker:
            self._replace_worker("the probe worker ended")

    def _batch_lost(self) -> None:
        self._dismiss()
        self._replace_worker("the probe worker did not answer in time")

    def _dismiss(self) -> None:
        if self._worker is not None:
            self.dismiss(self._worker)
            self._worker = None

    def _replace_worker(self, why: str) -> None:
        self._worker = None
        self._give_up()
        self.count("workers_lost")
        self.trouble(why)
        if self._draining:
            return
        pause = min(HIRE_AGAIN * 2.0 ** min(self._losses, 10), HIRE_AGAIN_LIMIT)
        self._losses += 1
        self.log.warning("%s; another one is hired in %.1f s", why, pause)
        self.after(pause, self._hire)

    def _give_up(self) -> None:
        """The batch on its way is lost: its names are the next again."""
        if self._given is not None:
            self._agenda.give_back(self._given.names)
            self._forget_given()

    def _forget_given(self) -> None:
        if self._given is not None:
            self._given.limit.cancel()
            self._given = None

    # --- the end

    def drain(self) -> None:
        """Hand back the batch on its way: what it would say is asked again after the next start."""
        self._draining = True
        self._give_up()
        self._dismiss()
        self.drained()

    def close(self) -> None:
        """The worker goes with its parent: its end is no loss."""
        self._draining = True
        self._worker = None

    @property
    def _host(self) -> str:
        return urlsplit(self.settings.prober.base_url).hostname or self.settings.prober.base_url

"""The ProberActor: finds unpublished drafts by asking for names that they would have, and follows what it found."""

import random
from asyncio import TimerHandle
from collections.abc import Callable
from datetime import datetime

from thespian.actors import ActorAddress

from actors.prober import operator_probes, replanner
from actors.prober.announce import events, notices
from actors.prober.detection import drafts as drafting
from actors.prober.detection import evaluate
from actors.prober.front_matter_coordinator import Herald
from actors.prober.http.handle import Crew, Given
from actors.prober.model import names, wording
from actors.prober.model.batch import Portion
from actors.prober.operator_probes import Inquiries
from actors.prober.politeness import host as hosts
from actors.prober.politeness import rate_limiter
from actors.prober.politeness.host import Next, Switch
from actors.prober.replanner import Surveyor
from actors.prober.state import Desk, Weighed
from actors.prober.storage import drafts, host, snapshot
from actors.prober.storage import papers as store
from actors.runtime.delivery.durable import DurableActor, Tx
from messages.drafts import DraftsQuery, WatchedNumbers
from messages.health import SnapshotRequest
from messages.inquiries import AskNames, ExplainNumber
from messages.lifecycle import Begin
from messages.papers import CaughtUp, Occasion, Paper, PapersAdded, PapersChanged
from messages.prober import PROBER_ACCEPTS
from messages.probing import FilesRead, Network, ProbeResults, RobotsRead
from messages.switching import Probing, ProbingQuery, ProbingRefused, SwitchProbing

CONGESTED = 1.0
"""Seconds after which it is looked again whether a receiver takes what it was told."""

UNSTORED_PAUSE = 1.0
UNSTORED_PAUSE_LIMIT = 60.0
"""Seconds until names are asked again whose answers could not be stored, doubled each time."""


class ProberActor(DurableActor):
    """Owns what is known of each paper number, the drafts found, what is asked next, and how the host is to be treated.

    Accepts PapersAdded, PapersChanged, CaughtUp and WatchedNumbers (durable), SwitchProbing, AskNames, ProbingQuery,
    DraftsQuery, ExplainNumber and SnapshotRequest; its worker answers with ProbeResults, FilesRead and RobotsRead.
    Emits DraftsFound, DraftsRead, DraftsUpdated, DraftsWithdrawn and DraftsPublished to the watchlist and NotifyChannel
    to the notifier, in the transaction that stores the drafts or what they say of themselves. A lost worker is hired
    again and its batch given out anew; what it still says is dropped. What an unfinished batch would have answered is
    asked again after a restart.
    """

    ACCEPTS = PROBER_ACCEPTS
    SCHEMA = "prober"
    MIGRATIONS = "actors.prober.storage.migrations"
    DESTINATIONS = ("watchlist", "notifier")

    _desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self._crew = Crew(self, free=self._ask, lost=self._lose)
        self._herald = Herald(self, desk=lambda: self._desk)
        self._inquiries = Inquiries(self)
        self._surveyor = Surveyor(self, begin=lambda: self._desk.survey(self.now()), stepped=self._ask)
        self._unstored = 0
        self._wake: TimerHandle | None = None
        self._random = random.Random()

    # --- start

    def load(self, tx: Tx) -> None:
        """Read everything anew; a batch on its way is of no use any more."""
        self._crew.recall()
        self._desk = snapshot.load_desk(tx.cursor, self.settings.prober, self.now())
        self._surveyor.forget()
        self._surveyor.survey_in(0)
        self._herald.tell_in_time()

    def begin(self, begin: Begin) -> str:
        """Hire the worker and start to ask."""
        self._crew.begin(hosts.orders(self.settings))
        self.every(replanner.INTERVAL, lambda: self._surveyor.survey_in(0))
        return ""

    # --- events

    def take_PapersAdded(self, event: PapersAdded, tx: Tx) -> None:
        """Numbers are known, or have a newer revision; drafts have become papers."""
        papers = [paper for paper in event.papers if names.is_numbered(paper)]
        publications = drafting.published_by(self._desk.memory.drafts.values(), papers)
        self._learn_papers(papers, tx, 0 if event.occasion is Occasion.NEWS else replanner.SETTLING)
        published = [publication.draft for publication in publications]
        drafts.save_drafts(tx.cursor, published)
        tx.after_commit(lambda: self._desk.memory.learn_drafts(published))
        if event.occasion is Occasion.NEWS:
            self._tell(events.of_publications(publications), tx)
        elif event.occasion is Occasion.CATCH_UP:
            drafts.gather(tx.cursor, notices.published_notices(publications))

    def take_CaughtUp(self, event: CaughtUp, tx: Tx) -> None:
        """The end of a catch-up: the channel gets one summary of it."""
        self._tell(events.of_catch_up(drafts.take_gathered(tx.cursor), event.since), tx)

    def take_PapersChanged(self, event: PapersChanged, tx: Tx) -> None:
        """Papers have another title, other authors or another date."""
        self._learn_papers([change.after for change in event.changes if names.is_numbered(change.after)], tx, 0)

    def take_WatchedNumbers(self, event: WatchedNumbers, tx: Tx) -> None:
        """Numbers got their first watcher, or lost their last."""
        added = tuple(filter(names.is_askable, event.added))
        removed = tuple(filter(names.is_askable, event.removed))
        store.change_watched(tx.cursor, added, removed)
        tx.after_commit(lambda: self._desk.memory.watch(added, removed))
        tx.after_commit(lambda: self._surveyor.survey_in(0))

    def _learn_papers(self, papers: list[Paper], tx: Tx, settling: float) -> None:
        if not papers:
            return
        known, dated = snapshot.save_papers(tx.cursor, papers)
        tx.after_commit(lambda: self._desk.memory.learn_numbers(known))
        tx.after_commit(lambda: self._desk.memory.learn_entries(dated))
        tx.after_commit(lambda: self._surveyor.survey_in(settling))

    def _tell(self, told: events.Told, tx: Tx) -> None:
        for destination, event in told:
            tx.emit(destination, event)

    # --- commands and queries

    def receiveMsg_SwitchProbing(self, command: SwitchProbing, sender: ActorAddress) -> None:
        """Stop asking at once, or go on. The switch is stored."""
        if self._desk.switch.probing is Probing.DISABLED:
            self.send(sender, ProbingRefused(request_id=command.request_id, detail=hosts.DISABLED_DETAIL))
            return
        switch = Switch(probing=command.wanted, since=self.now(), by=command.by)
        with self.transaction() as tx:
            host.save_switch(tx.cursor, switch)
        self._desk.switch = switch
        self.log.warning("probing is switched %s by %s", switch.probing.value, switch.by)
        if switch.probing is Probing.OFF:
            self._crew.recall()
        self._ask()
        self.send(sender, hosts.standing(switch, command.request_id))

    def receiveMsg_ProbingQuery(self, query: ProbingQuery, sender: ActorAddress) -> None:
        """How the switch stands."""
        self.send(sender, hosts.standing(self._desk.switch, query.request_id))

    def receiveMsg_DraftsQuery(self, message: DraftsQuery, sender: ActorAddress) -> None:
        """The newest drafts, from memory."""
        self.send(sender, self._desk.newest(message))

    def receiveMsg_SnapshotRequest(self, message: SnapshotRequest, sender: ActorAddress) -> None:
        """How the prober is, from memory."""
        now = self.now().timestamp()
        status = self.status(*self._desk.reasons(now))
        self.send(sender, self._desk.snapshot(message.request_id, status, now))

    def receiveMsg_ExplainNumber(self, query: ExplainNumber, sender: ActorAddress) -> None:
        """What is known of a number."""
        with self.transaction() as tx:
            newest = store.newest_papers(tx.cursor, {query.number}).get(query.number)
        self.send(sender, operator_probes.explained(query, newest, self._desk, self.now()))

    def receiveMsg_AskNames(self, command: AskNames, sender: ActorAddress) -> None:
        """Ask for these names as soon as the pace allows it."""
        self._inquiries.wish(command, sender)
        self._ask()

    # --- answers of the worker

    def receiveMsg_RobotsRead(self, message: RobotsRead, sender: ActorAddress) -> None:
        """What the host allows."""
        if self._crew.answered(message.generation) is None:
            return
        self._desk.host = hosts.told_rules(self._desk.host, message, self.now().timestamp())
        self._ask_in(UNSTORED_PAUSE)  # should the database be away
        with self.transaction() as tx:
            snapshot.save_rules(tx.cursor, self._desk.host, self.now())
        if self._desk.is_out_of_line:  # a crawl delay, or none any more
            self._surveyor.survey_in(0)
        self._ask()

    def receiveMsg_ProbeResults(self, message: ProbeResults, sender: ActorAddress) -> None:
        """Weigh a batch; store what it says and what it causes at once."""
        if self._stored(message.generation, lambda given, tx: self._take_answers(message, given, tx)):
            self._inquiries.heard(message, self._desk.memory)
            self._ask()

    def receiveMsg_FilesRead(self, message: FilesRead, sender: ActorAddress) -> None:
        """What drafts say of themselves: store it, and tell what it causes."""
        if self._stored(message.generation, lambda given, tx: self._herald.take(message, given.portion, tx)):
            self._ask()

    def _stored(self, generation: int, store_answers: Callable[[Given, Tx], None]) -> bool:
        """Store the answers to a batch, unless they come too late."""
        given = self._crew.answered(generation)
        if given is None:
            self.count("late_batches")
            return False
        try:
            with self.trying("store what was answered"), self.transaction() as tx:
                store_answers(given, tx)
        except Exception:
            self._lose(given.portion)
            self._ask_in(min(UNSTORED_PAUSE * 2.0 ** min(self._unstored, 10), UNSTORED_PAUSE_LIMIT))
            self._unstored += 1
            raise
        self._unstored = 0
        return True

    def _lose(self, portion: Portion) -> None:
        """Of this work no answer will come, or none that could be stored."""
        self._desk.work.give_back(portion)
        self._inquiries.lost("the answers were lost on their way, or could not be stored: try again")

    def _take_answers(self, batch: ProbeResults, given: Given, tx: Tx) -> None:
        now, desk = self.now(), self._desk
        numbers = desk.confirmed_numbers(batch, given.portion)
        predecessors = store.newest_papers(tx.cursor, numbers) if numbers else {}
        weighed = desk.weigh(batch, given.portion, given.at, predecessors, now)
        if batch.network is Network.AWAY:
            tx.after_commit(lambda: self._stay(given.portion, weighed))
            return
        snapshot.save(tx.cursor, weighed.decision, weighed.progress, desk.host, weighed.host, now)
        self._tell(events.of_batch(weighed.decision), tx)
        tx.after_commit(lambda: self._settle(batch, given.portion, weighed, now))
        self._herald.want(weighed.decision, now, tx)

    def _stay(self, portion: Portion, weighed: Weighed) -> None:
        self._desk.stay(portion, weighed.host)
        self.count("network_away")
        self.record_error(f"no host can be reached: {weighed.host.complaint.text}")

    def _settle(self, batch: ProbeResults, portion: Portion, weighed: Weighed, now: datetime) -> None:
        self._desk.settle(portion, weighed, now)
        if self._desk.is_out_of_line:
            self._surveyor.survey_soon()
        if complaint := weighed.decision.complaint:
            self.record_error(f"{weighed.host.name}: {complaint.text}")
        for counter, number in evaluate.counters(batch, weighed.decision).items():
            self.count(counter, number)
        for draft in weighed.decision.drafts:
            self.log.info("%s", wording.how_it_stands(draft))

    # --- its own ticks

    def _ask(self) -> None:
        """Give out the next batch, or wait until there is one to give."""
        now = self.now()
        if self._inquiries.is_waiting and (detail := self._desk.refusal(now.timestamp())) is not None:
            self._inquiries.refuse(detail)
        is_due = self._inquiries.is_waiting or self._desk.work.next_at() is not None
        if not (is_due and self._crew.is_free and self._desk.is_on):
            return
        if self.congested() is not None:
            self._ask_in(CONGESTED)
            return
        granted = rate_limiter.grant(self._desk.host.pace)
        if (wait := granted.at - now.timestamp()) > 0:
            self._ask_in(wait)
            return
        match hosts.next_step(self._desk.host, now.timestamp()):
            case Next.READ_ROBOTS:
                self._start(1, now)
                self._crew.read_robots(now)
            case Next.NOTHING:
                self._ask_in(self._desk.host.robots.due_at - now.timestamp())
            case Next.ASK:
                wished, work = self._inquiries.take(), self._desk.work
                self._ask_for(work.wished(wished) if wished else work.take(granted.size, now), now)

    def _ask_for(self, portion: Portion, now: datetime) -> None:
        if portion.size:
            spread = rate_limiter.spread(self._desk.host.pace, portion.size)
            self._start(portion.size, now)
            self._crew.give(portion, spread, now)
        elif (at := self._desk.work.next_at()) is not None:
            self._ask_in(at - now.timestamp())

    def _start(self, requests: int, now: datetime) -> None:
        jitter = self._random.uniform(0.8, 1.2)
        self._desk.host = hosts.started(self._desk.host, requests, jitter, now.timestamp())

    def _ask_in(self, seconds: float) -> None:
        if self._wake is not None:
            self._wake.cancel()
        self._wake = self.after(max(seconds, 0.001), self._ask)

    # --- children, and the end

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """The worker died: another gets its batch anew."""
        self._crew.ended(address)

    def drain(self) -> None:
        """Hand back the batch on its way, and see the worker off."""
        self._crew.leave(self.drained)

    def close(self) -> None:
        """The worker goes with its parent."""
        self._crew.close()

"""The ChecksActor: runs what is due, keeps the state of each check, and tells when one goes down and comes back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.checks.book import MOST_TOLD, CheckBook, TakenResults
from actors.checks.built_in.service import BuiltInChecks
from actors.checks.heartbeats.service import HeartbeatService
from actors.checks.intake import MOST_STORED, ResultIntake
from actors.checks.maintenance import MaintenanceService
from actors.checks.places.taking import PlaceResults
from actors.checks.reading.service import MOST_PAGE_CHECKS, CheckReadings
from actors.checks.roster import Roster, roster_of
from actors.checks.runner import CheckRunner
from actors.checks.runs import RunsInFlight
from actors.checks.storage import checks as store
from actors.checks.storage import results as results_store
from actors.runtime.actor import CallboardActor
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.failures import Outage
from messages.built_in_checks import BUILT_IN_REPLIES, all_checks
from messages.check_definitions import CheckDefinition, CheckKind
from messages.check_reading import (
    CHECK_READING_QUERIES,
    CheckBadgeQuery,
    CheckBoardQuery,
    CheckFlipsQuery,
    CheckHistoryQuery,
    CheckPageQuery,
)
from messages.checks import (
    CHECKS_ACCEPTS,
    MOST_LISTED_RESULTS,
    CheckAlert,
    CheckPaused,
    CheckRefused,
    CheckResult,
    ChecksDone,
    ChecksListed,
    CheckSummary,
    CheckWasRun,
    ListChecks,
    PauseCheck,
    RunCheckNow,
)
from messages.health import ChecksSnapshot, IndexSnapshot, NotifierSnapshot, ProberSnapshot, SnapshotRequest
from messages.heartbeats import HeartbeatsPushed, PushHeartbeats
from messages.lifecycle import Begin
from messages.maintenance import BeginMaintenance, EndMaintenance, ListMaintenance, MaintenanceListed
from messages.reading import SomethingNew
from messages.settings import Settings

LONGEST_WAIT_SECONDS = 5.0
"""Seconds after which it is looked again what is due, whatever was said before: the clock of the database counts."""

SHORTEST_WAIT_SECONDS = 0.1
"""Runs that are due within this time of each other are given out together."""

AWAY_WAIT_SECONDS = 0.5
"""Seconds after which what the database kept from being done is tried again."""

DAYS_AHEAD = 3
"""Partitions of results are made for so many days."""

HOUSEKEEPING_SECONDS = 600.0

PLACES_SECONDS = 0.5
"""Between two looks for results of places."""

CHANGED_MEANWHILE = "the checks have changed meanwhile: ask again"


class ChecksActor(DurableActor):
    """Owns the schema `checks`: how each check of the configuration stands, its results, and which runs are given out.

    Accepts ChecksDone of its runner, and ListChecks, RunCheckNow, PauseCheck, PushHeartbeats and SnapshotRequest of
    others; emits CheckAlert to the notifier (durable), and RunChecks to the runner. On failure: a run whose result does
    not come in time is given out again under a new generation; a result that comes after that is counted and dropped. A
    result, the state of the check after it and the alert that it causes are one transaction.
    """

    ACCEPTS: ClassVar[frozenset[type[Any]]] = CHECKS_ACCEPTS | CHECK_READING_QUERIES | BUILT_IN_REPLIES
    SCHEMA: ClassVar[str] = "checks"
    MIGRATIONS: ClassVar[str] = "actors.checks.storage.migrations"
    DESTINATIONS: ClassVar[tuple[str, ...]] = ("notifier",)

    RUNNER: ClassVar[type[CallboardActor]] = CheckRunner

    GRACE_SECONDS: ClassVar[float] = 20.0
    """A run that has had its time limit and this much more is given out again."""

    REMINDER_SECONDS: ClassVar[float] = 10.0
    """How often it is looked whether a reminder is due."""

    def __init__(self) -> None:
        super().__init__()
        self._book = CheckBook(self.now, self._alerted)
        self._built_in = BuiltInChecks(self, self._done)
        self._runs = RunsInFlight(self, self.RUNNER, self._release, self._built_in.run)
        self._readings = CheckReadings(
            self, lambda: self._roster.checks, lambda: self._book.standings, lambda text: self._roster.named(text)
        )
        self._intake = ResultIntake(self, self._book, self._stored)
        self._heartbeats = HeartbeatService(self, self._intake.push, self._is_off)
        self._maintenance = MaintenanceService(self, self._book)
        self._place_results = PlaceResults(self, self._book, self._intake.taken)
        self._asked: dict[str, list[tuple[ActorAddress, str]]] = {}
        self._timer: Any = None
        self._look_at = 0.0
        self._overdue = 0.0

    # --- life

    def load(self, tx: Tx) -> None:
        """Read how the checks stand."""
        self._book.load(tx)
        self._heartbeats.load(tx)

    def begin(self, begin: Begin) -> str:
        """Take up the checks of the configuration."""
        with self.transaction() as tx:
            roster = roster_of(all_checks(self.settings), self.GRACE_SECONDS)
            self._book.adopt(tx, roster)
            self._heartbeats.adopt(tx, roster.checks)
        self._readings.begin()
        self.every(HOUSEKEEPING_SECONDS, self._keep_days, first=0.0)
        if self._roster.checks:
            self.every(self.REMINDER_SECONDS, self._tell_what_is_due)
            if any(check.places for check in self._roster.checks.values()):
                self.every(PLACES_SECONDS, self._place_results.take)
            self._look_in(0.0)
        return ""

    def begins_again_for(self, settings: Settings) -> bool:
        """What is under way is handed back, and each check goes on as it stands in the tables."""
        return all_checks(settings) != all_checks(self.settings)

    def child_exited(self, name: str, address: ActorAddress) -> None:
        """The runner has ended."""
        self._runs.ended(address)
        self._look_in(0.0)

    def drain(self) -> None:
        """Store what has come, and hand back what is under way. While the database is away neither can be: then results
        that were not stored come to nothing, the runs are due still, and are given out again by whoever begins next."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            self._intake.store_all()
            self._heartbeats.stop()
        finally:
            try:
                self._runs.leave()
            finally:
                self.drained()

    @property
    def _roster(self) -> Roster:
        return self._book.roster

    def _alerted(self, alert: CheckAlert) -> None:
        self.count("alerts")
        self.log.info("%s", alert.text.splitlines()[0])

    # --- running

    def _look_in(self, seconds: float, *, or_sooner: bool = False) -> None:
        """Look what is due in so many seconds; `or_sooner`: unless that is to be done before anyway."""
        at = self.clock() + seconds
        if self._timer is not None:
            if or_sooner and self._look_at <= at:
                return
            self._timer.cancel()
        self._timer, self._look_at = self.after(seconds, self._look), at

    def _look(self) -> None:
        """Give out what is due, as far as there is room for it, and see when to look again. Results that could not be
        stored come first."""
        self._timer, wait = None, LONGEST_WAIT_SECONDS
        try:
            self._intake.store_all()
            if self.congested() is None and self._runs.room:
                wait = self._give_out(min(self._runs.room, MOST_STORED))
        except Outage:
            wait = AWAY_WAIT_SECONDS
            raise
        finally:
            self._look_in(wait)

    def _give_out(self, most: int) -> float:
        """Give out up to so many runs; in how many seconds it is to be looked again."""
        with self.transaction() as tx:
            claimed = store.claim(tx.cursor, most, self._roster.limits)
            due = store.next_due(tx.cursor)
            tx.after_commit(lambda: self._runs.give(claimed, self._roster.checks, self._roster.limits))
        self._overdue = max(0.0, -due) if due is not None else 0.0
        if len(claimed) == most and self._runs.room:
            return 0.0
        waits = [
            LONGEST_WAIT_SECONDS,
            self._runs.until_one_is_lost,
            due if due is not None and self._runs.room else None,
        ]
        return max(min(wait for wait in waits if wait is not None), SHORTEST_WAIT_SECONDS)

    def receiveMsg_ChecksDone(self, message: ChecksDone, sender: ActorAddress) -> None:
        """Results: they are stored some at a time, and make room for other runs. While the database is away, they are
        kept; there are no more of them than runs in flight."""
        self._done(message.results)

    def _done(self, results: Sequence[CheckResult]) -> None:
        was_full = not self._runs.room
        self._runs.done(results)
        self._intake.add(results)
        try:
            self._intake.store_all()
        finally:
            if self._intake.is_waiting:
                self._look_in(AWAY_WAIT_SECONDS)
            else:
                self._look_in(0.0 if was_full else SHORTEST_WAIT_SECONDS, or_sooner=True)

    def _stored(self, taken: TakenResults) -> None:
        if taken.changed:
            self.tell("health", SomethingNew(source=self.name))
        self._readings.took(taken.fresh)
        for result in taken.fresh:
            for asker, request_id in self._asked.pop(result.key, ()):
                self.send(asker, CheckWasRun(request_id=request_id, result=result))

    def _release(self, runs: Sequence[tuple[str, int]]) -> None:
        with self.transaction() as tx:
            store.release(tx.cursor, runs)

    def _tell_what_is_due(self) -> None:
        """Reminders; what was held back in a maintenance window, or until it was known whose outage it is. More than
        one transaction tells is told in the next ones, turn by turn."""
        news, held = self._book.due()
        if (news or held) and self.congested() is None:
            with self.transaction() as tx:
                self._book.tell(tx, news, held)
            if len(news) == MOST_TOLD:
                self.after(0.0, self._tell_what_is_due)

    def _keep_days(self) -> None:
        """Make the partitions of the next days ahead, so that no result waits for it, and drop what is too old, also
        when there are no checks any more. One that another session reads cannot be dropped now: the rest is done all
        the same."""
        ahead = DAYS_AHEAD if self._roster.checks else 0
        with self.transaction() as tx:
            self._book.make_days(tx, [self.now() + timedelta(days=days) for days in range(ahead)])
        with self.transaction() as tx:
            self._book.forget_old(tx)

    # --- queries and commands of operators

    def receiveMsg_ListChecks(self, query: ListChecks, sender: ActorAddress) -> None:
        """How checks stand."""
        if not query.key:
            some = self._readings.page(CheckPageQuery(request_id="", after=query.after, limit=MOST_PAGE_CHECKS))
            if some.is_after_known:
                self.send(sender, ChecksListed(request_id=query.request_id, checks=some.checks, next=some.next))
            else:
                self.send(sender, CheckRefused(request_id=query.request_id, detail=CHANGED_MEANWHILE))
            return
        check = self._roster.named(query.key)
        if isinstance(check, str):
            self.send(sender, CheckRefused(request_id=query.request_id, detail=check))
            return
        with self.transaction() as tx:
            limit = min(query.limit, MOST_LISTED_RESULTS)
            history = results_store.history(tx.cursor, check.key, limit, query.until, query.skip)
        reply = ChecksListed(
            request_id=query.request_id,
            checks=(self._summary(check),),
            history=history,
            definition=check,
            badge=self._readings.token_of(check.key),
            heartbeat=self._heartbeats.view(check.key),
        )
        self.send(sender, reply)

    def receiveMsg_RunCheckNow(self, command: RunCheckNow, sender: ActorAddress) -> None:
        """Run one now; the answer comes with its result."""
        check = self._roster.named(command.key)
        if isinstance(check, CheckDefinition) and check.kind is CheckKind.HEARTBEAT:
            check = f"{check.key} is a heartbeat: it is pushed, and cannot be run"
        elif isinstance(check, CheckDefinition) and check.places:
            check = f"{check.key} runs at its places ({', '.join(check.places)}), each in its time"
        elif isinstance(check, CheckDefinition) and not self._runs.room:
            check = "all runners are busy: try again in a moment"
        if isinstance(check, str):
            self.send(sender, CheckRefused(request_id=command.request_id, detail=check))
            return
        with self.transaction() as tx:
            claimed = {check.key: store.claim_one(tx.cursor, check.key, self._roster.limits)}
            tx.after_commit(lambda: self._runs.give(claimed, self._roster.checks, self._roster.limits))
        self._asked.setdefault(check.key, []).append((sender, command.request_id))

    def receiveMsg_PauseCheck(self, command: PauseCheck, sender: ActorAddress) -> None:
        """Run one no more, or again."""
        check = self._roster.named(command.key)
        if isinstance(check, str):
            self.send(sender, CheckRefused(request_id=command.request_id, detail=check))
            return
        with self.transaction() as tx:
            self._book.pause(tx, check.key, paused=command.paused)
            if not command.paused:
                self._heartbeats.resume(tx, check.key)
        self.send(sender, CheckPaused(request_id=command.request_id, check=self._summary(check)))
        self._look_in(0.0)

    def receiveMsg_BeginMaintenance(self, command: BeginMaintenance, sender: ActorAddress) -> None:
        """Tell nobody of some checks for a while."""
        self.send(sender, self._maintenance.begin(command))

    def receiveMsg_EndMaintenance(self, command: EndMaintenance, sender: ActorAddress) -> None:
        """It is over; what is down still is told now."""
        reply = self._maintenance.end(command)
        self.send(sender, reply)
        if isinstance(reply, MaintenanceListed):
            self._tell_what_is_due()

    def receiveMsg_ListMaintenance(self, query: ListMaintenance, sender: ActorAddress) -> None:
        """What lasts now."""
        self.send(sender, self._maintenance.listed(query))

    def receiveMsg_PushHeartbeats(self, command: PushHeartbeats, sender: ActorAddress) -> None:
        """What jobs say: each is answered when it is stored."""
        self._heartbeats.push(command.pushes, lambda replies: self.send(sender, HeartbeatsPushed(replies=replies)))

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """Answer from memory."""
        snapshot = ChecksSnapshot(
            request_id=request.request_id,
            status=self.status(),
            states=self._readings.states(),
            in_flight=self._runs.count,
            late=self._overdue,
            lag=self._intake.lag,
        )
        self.send(sender, snapshot)

    # --- what other actors know

    def receiveMsg_IndexSnapshot(self, snapshot: IndexSnapshot, sender: ActorAddress) -> None:
        """How wg21.link and open-std.org treat us."""
        self._built_in.replied(snapshot)

    def receiveMsg_ProberSnapshot(self, snapshot: ProberSnapshot, sender: ActorAddress) -> None:
        """How the papers' host treats us."""
        self._built_in.replied(snapshot)

    def receiveMsg_NotifierSnapshot(self, snapshot: NotifierSnapshot, sender: ActorAddress) -> None:
        """How Slack treats us."""
        self._built_in.replied(snapshot)

    # --- queries of readers

    def receiveMsg_CheckBoardQuery(self, query: CheckBoardQuery, sender: ActorAddress) -> None:
        """All checks at a glance."""
        self.send(sender, self._readings.board(query))

    def receiveMsg_CheckPageQuery(self, query: CheckPageQuery, sender: ActorAddress) -> None:
        """Some of them."""
        self.send(sender, self._readings.page(query))

    def receiveMsg_CheckHistoryQuery(self, query: CheckHistoryQuery, sender: ActorAddress) -> None:
        """One of them, with what happened."""
        self.send(sender, self._readings.history(query))

    def receiveMsg_CheckBadgeQuery(self, query: CheckBadgeQuery, sender: ActorAddress) -> None:
        """What the badges of one show."""
        self.send(sender, self._readings.badge(query))

    def receiveMsg_CheckFlipsQuery(self, query: CheckFlipsQuery, sender: ActorAddress) -> None:
        """What changed lately."""
        self.send(sender, self._readings.flips(query))

    def _is_off(self, key: str) -> bool:
        return self._roster.checks[key].disabled or self._book.standings[key].paused

    def _summary(self, check: CheckDefinition) -> CheckSummary:
        return self._readings.card_of(check).summary

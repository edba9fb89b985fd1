"""Takes what is pushed to heartbeats, and notices what does not come."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol

import psycopg2

from actors.checks.conditions.grammar import parse_condition
from actors.checks.heartbeats.deadlines import HeartbeatDeadline, after_miss, brought_back, deadline_of, is_ahead
from actors.checks.heartbeats.pace import PushPace
from actors.checks.heartbeats.signals import is_repeated, missed, taken
from actors.checks.kinds.findings import WeightedCondition
from actors.checks.model.heartbeats import HeartbeatRecord
from actors.checks.storage import heartbeats as store
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import Outage
from messages.check_definitions import CheckDefinition, CheckKind
from messages.checks import CheckResult
from messages.heartbeats import HeartbeatPushed, HeartbeatView, PushHeartbeat, PushOutcome

LONGEST_WAIT_SECONDS = 30.0
"""Seconds after which it is looked again what is late: clocks are set."""

SHORTEST_WAIT_SECONDS = 0.02
AWAY_WAIT_SECONDS = 0.5

GATHER_SECONDS = 0.005
"""A signal waits so long for others."""

PATIENCE_SECONDS = 4.0
"""Who sent a signal waits a little longer for the answer."""

MOST_TAKEN = 100
MOST_MISSED = 50
"""Signals, and failures, that are stored in one transaction."""

MOST_CHARACTERS = 20_000
"""Of what the jobs of these signals say: to look through 10,000 for 1,000 secrets takes 35 ms."""


Answer = Callable[[tuple[HeartbeatPushed, ...]], None]
"""Called with what became of some signals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _WaitingPush:
    """A signal that is not stored yet; it came at `since` of the loop's clock."""

    push: PushHeartbeat
    key: str
    answer: Answer
    since: float

    @property
    def characters(self) -> int:
        """Of what the job says."""
        return len(self.push.output) + len(self.push.error)


class HeartbeatOwner(Protocol):
    """What the ChecksActor offers."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def clock(self) -> float:
        """Seconds that never go back."""

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """Call it on a later turn; the handle has `cancel()`."""

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""

    def record_error(self, text: str) -> None:
        """Remember the last error that health shows."""

    def redact(self, text: str) -> str:
        """The text without secrets."""

    def congested(self, source: str = "") -> str | None:
        """The destination that too many events wait for."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """Raises DatabaseAway."""


class HeartbeatService:
    """Owned by the ChecksActor. `apply(tx, results)` judges results and stores them; `is_off(key)` says whether a check
    is paused or disabled: its signals are kept, but mean nothing."""

    def __init__(
        self,
        owner: HeartbeatOwner,
        apply: Callable[[Tx, Sequence[CheckResult]], None],
        is_off: Callable[[str], bool],
    ) -> None:
        self._owner = owner
        self._apply = apply
        self._is_off = is_off
        self._checks: Mapping[str, CheckDefinition] = MappingProxyType({})
        self._keys: Mapping[bytes, str] = MappingProxyType({})
        self._conditions: Mapping[str, tuple[WeightedCondition, ...]] = MappingProxyType({})
        self._records: dict[str, HeartbeatRecord] = {}
        self._deadlines: dict[str, HeartbeatDeadline] = {}
        self._listens_since: datetime | None = None
        self._pace = PushPace()
        self._waiting: list[_WaitingPush] = []
        self._gathering: Any = None
        self._timer: Any = None

    # --- life

    def load(self, tx: Tx) -> None:
        """Read what is remembered."""
        self._records = store.records(tx.cursor)
        self._deadlines = self._all_deadlines()

    def adopt(self, tx: Tx, checks: Mapping[str, CheckDefinition]) -> None:
        """Take up the heartbeats among the checks of the configuration, and forget the others."""
        beating = {key: check for key, check in checks.items() if check.kind is CheckKind.HEARTBEAT}
        records = store.records(tx.cursor)  # some may have another key since they were read
        store.forget(tx.cursor, records.keys() - beating.keys())
        tx.after_commit(lambda: self._adopted(beating, records))

    def stop(self) -> None:
        """Notice nothing any more, and store what waits. What cannot be stored gets no answer: whoever sent it sends it
        again."""
        try:
            while self._waiting:
                self._take_waiting()
        finally:
            for timer in (self._timer, self._gathering):
                if timer is not None:
                    timer.cancel()

    def _adopted(self, beating: Mapping[str, CheckDefinition], records: Mapping[str, HeartbeatRecord]) -> None:
        self._checks = MappingProxyType(dict(beating))
        self._keys = MappingProxyType({_digest(check.heartbeat.token): key for key, check in beating.items()})
        self._conditions = MappingProxyType({key: _weighted(check) for key, check in beating.items()})
        self._records = {key: record for key, record in records.items() if key in beating}
        self._listens_since = self._listens_since or self._owner.now()
        self._deadlines = self._all_deadlines()
        self._look_soon()

    # --- what is pushed

    def push(self, pushes: Sequence[PushHeartbeat], answer: Answer) -> None:
        """Take signals; `answer` is called with each once it is stored, and never with one that cannot be. Those that
        come together are stored together, and answered together."""
        refused = []
        for push in pushes:
            key = self._key_of(push)
            if key is None:
                self._owner.count("heartbeats_unknown")
                refused.append(_outcome(push, PushOutcome.UNKNOWN))
            elif not self._pace.allows(key, self._owner.clock()):
                self._owner.count("heartbeats_refused")
                refused.append(_outcome(push, PushOutcome.TOO_OFTEN))
            else:
                self._waiting.append(_WaitingPush(push=push, key=key, answer=answer, since=self._owner.clock()))
        if refused:
            answer(tuple(refused))
        if self._waiting and self._gathering is None:
            self._gathering = self._owner.after(GATHER_SECONDS, self._take_waiting)

    def _take_waiting(self) -> None:
        """Store what waits, one signal of each heartbeat in a transaction. While the database is away, what came lately
        is kept: whoever sent it still waits for the answer."""
        batch: dict[str, _WaitingPush] = {}
        later: list[_WaitingPush] = []
        begun: set[str] = set()
        characters = 0
        for each in self._waiting:
            is_too_much = len(batch) >= MOST_TAKEN or characters + each.characters > MOST_CHARACTERS
            if each.key in begun or (batch and is_too_much):
                later.append(each)
            else:
                batch[each.key] = each
                characters += each.characters
            begun.add(each.key)
        if self._gathering is not None:
            self._gathering.cancel()
        self._waiting, self._gathering, wait = later, None, 0.0
        try:
            self._take_all_or_each(batch)
        except Outage:
            patient = self._owner.clock() - PATIENCE_SECONDS
            self._waiting = [each for each in (*batch.values(), *later) if each.since > patient]
            wait = AWAY_WAIT_SECONDS
            raise
        finally:
            if self._waiting and self._gathering is None:
                self._gathering = self._owner.after(wait, self._take_waiting)

    def _take_all_or_each(self, batch: dict[str, _WaitingPush]) -> None:
        """One that cannot be stored fails alone. On an outage, `batch` is left with those that are not stored."""
        try:
            self._take(tuple(batch.values()))
        except (psycopg2.DataError, psycopg2.IntegrityError, ValueError):
            for key in tuple(batch):
                try:
                    self._take((batch[key],))
                except (psycopg2.DataError, psycopg2.IntegrityError, ValueError) as error:
                    self._owner.count("heartbeats_refused")
                    self._owner.record_error(f"a signal of {key} cannot be stored: {error}")
                del batch[key]

    def _take(self, batch: Sequence[_WaitingPush]) -> None:
        signals, now = [], self._owner.now()
        known = [each for each in batch if each.key in self._checks]
        for each in known:
            record = self._records.get(each.key, HeartbeatRecord(key=each.key))
            if not is_repeated(record, each.push, now):
                signals.append(taken(record, self._clean(each.push), self._conditions[each.key], now))
        results = [each.result for each in signals if each.result is not None and not self._is_off(each.record.key)]
        with self._owner.transaction() as tx:
            store.keep(tx.cursor, [each.record for each in signals])
            if results:
                self._apply(tx, results)
            tx.after_commit(lambda: self._kept([each.record for each in signals]))
        replies: dict[Answer, list[HeartbeatPushed]] = {}
        for each in batch:
            outcome = PushOutcome.STORED if each in known else PushOutcome.UNKNOWN
            replies.setdefault(each.answer, []).append(_outcome(each.push, outcome))
        for answer, outcomes in replies.items():
            answer(tuple(outcomes))
        self._owner.count("heartbeats", len(signals))

    def _clean(self, push: PushHeartbeat) -> PushHeartbeat:
        return replace(push, output=self._owner.redact(push.output), error=self._owner.redact(push.error))

    def resume(self, tx: Tx, key: str) -> None:
        """A check that was paused goes on: what did not come meanwhile is not missed."""
        record = self._records.get(key)
        if record is not None:
            fresh = replace(record, missed_at=self._owner.now())
            store.keep(tx.cursor, [fresh])
            tx.after_commit(lambda: self._kept([fresh]))

    def view(self, key: str) -> HeartbeatView | None:
        """How it is now; None for what is no heartbeat."""
        if key not in self._checks:
            return None
        record, deadline = self._records.get(key, HeartbeatRecord(key=key)), self._deadlines.get(key)
        return HeartbeatView(
            signal=record.signal,
            at=record.signal_at,
            started_at=record.started_at,
            expected_at=deadline.expected_at if deadline else None,
            late_at=self._late_at(key, deadline) if deadline else None,
            output=record.output,
            output_at=record.output_at,
        )

    def _key_of(self, push: PushHeartbeat) -> str | None:
        """Whose token it is. The time that this takes says nothing about the tokens: they are looked up by a digest."""
        key = self._keys.get(_digest(push.token))
        if key is None or not hmac.compare_digest(_bytes(push.token), _bytes(self._checks[key].heartbeat.token)):
            return None
        return key if push.endpoint in ("", endpoint_key(self._checks[key])) else None

    # --- what does not come

    def _look_soon(self) -> None:
        """See that it is looked when the next deadline passes."""
        if self._timer is not None:
            self._timer.cancel()
        late = min((self._late_at(key, each) for key, each in self._deadlines.items()), default=None)
        wait = LONGEST_WAIT_SECONDS if late is None else (late - self._owner.now()).total_seconds()
        self._timer = self._owner.after(min(max(wait, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS), self._look)

    def _look(self) -> None:
        """Store a failure for each heartbeat that is late. After our clock was put back, nothing is late for as long as
        that was: times in the future are put right first."""
        now = self._owner.now()
        self._listens_since = min(self._listens_since or now, now)
        ahead = [each for each in self._records.values() if is_ahead(each, now)]
        late = [key for key, each in self._deadlines.items() if self._late_at(key, each) <= now]
        if not (ahead or late) or self._owner.congested() is not None:
            self._look_soon()
            return
        try:
            if ahead:
                self._bring_back(ahead[:MOST_MISSED], now)
            else:
                self._miss(late[:MOST_MISSED], now)
        except Exception:
            self._timer = self._owner.after(AWAY_WAIT_SECONDS, self._look)
            raise

    def _bring_back(self, ahead: Sequence[HeartbeatRecord], now: datetime) -> None:
        records = [brought_back(each, now) for each in ahead]
        with self._owner.transaction() as tx:
            store.keep(tx.cursor, records)
            tx.after_commit(lambda: self._kept(records))

    def _miss(self, late: Sequence[str], now: datetime) -> None:
        records, results = [], []
        for key in late:
            record, deadline, options = self._records[key], self._deadlines[key], self._checks[key].heartbeat
            records.append(after_miss(record, deadline, options, now))
            if not self._is_off(key):
                results.append(missed(record, deadline, options, now))
        with self._owner.transaction() as tx:
            store.keep(tx.cursor, records)
            self._apply(tx, results)
            tx.after_commit(lambda: self._kept(records))
        self._owner.count("heartbeats_missed", len(results))

    def _kept(self, records: Sequence[HeartbeatRecord]) -> None:
        for record in records:
            self._records[record.key] = record
            deadline = deadline_of(record, self._checks[record.key].heartbeat)
            if deadline is None:
                self._deadlines.pop(record.key, None)
            else:
                self._deadlines[record.key] = deadline
        self._look_soon()

    def _late_at(self, key: str, deadline: HeartbeatDeadline) -> datetime:
        """Nobody heard a signal that was due while we did not listen: its grace begins when we do."""
        since = self._listens_since
        if since is None or deadline.late_at > since:
            return deadline.late_at
        return since + timedelta(seconds=self._checks[key].heartbeat.grace)

    def _all_deadlines(self) -> dict[str, HeartbeatDeadline]:
        found = {
            key: deadline_of(record, self._checks[key].heartbeat)
            for key, record in self._records.items()
            if key in self._checks
        }
        return {key: deadline for key, deadline in found.items() if deadline is not None}


def _outcome(push: PushHeartbeat, outcome: PushOutcome) -> HeartbeatPushed:
    return HeartbeatPushed(request_id=push.request_id, outcome=outcome)


def endpoint_key(check: CheckDefinition) -> str:
    """What gatus calls the key of an endpoint: `group_name`, in small letters, with hyphens for what an address does
    not take."""
    return "_".join(_in_address(text) for text in (check.group, check.name))


def _in_address(text: str) -> str:
    return "".join("-" if each in "/_., #+&" else each for each in text.strip().lower())


def _weighted(check: CheckDefinition) -> tuple[WeightedCondition, ...]:
    return tuple(
        WeightedCondition(condition=parse_condition(each.text), severity=each.severity) for each in check.conditions
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(_bytes(token)).digest()


def _bytes(token: str) -> bytes:
    """Also of what was no UTF-8 when it came, of which Python makes surrogates."""
    return token.encode("utf-8", "surrogatepass")

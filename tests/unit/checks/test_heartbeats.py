"""Heartbeats: when a signal is late, and what each one means."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.checks.conditions.grammar import parse_condition
from actors.checks.heartbeats.deadlines import after_miss, brought_back, deadline_of, is_ahead
from actors.checks.heartbeats.pace import BURST, PushPace
from actors.checks.heartbeats.service import HeartbeatService
from actors.checks.heartbeats.signals import is_repeated, missed, taken
from actors.checks.kinds.findings import WeightedCondition
from actors.checks.model.heartbeats import HeartbeatRecord
from actors.runtime.delivery.tx import Tx
from messages.check_definitions import CheckDefinition, CheckKind, HeartbeatOptions, Severity
from messages.checks import CheckVerdict
from messages.heartbeats import HeartbeatSignal, PushHeartbeat, PushOutcome
from tests.check_builders import NOON, a_check

HOURLY = HeartbeatOptions(period=3600.0, grace=300.0)


class Owner:
    """Of a HeartbeatService whose tables are empty."""

    def __init__(self) -> None:
        self.time = NOON
        self.timers: list[SimpleNamespace] = []
        self.service = HeartbeatService(self, lambda tx, results: None, lambda key: False)

    def now(self) -> datetime:
        return self.time

    def clock(self) -> float:
        return 0.0

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        timer = SimpleNamespace(is_set=True, seconds=seconds, call=call)
        timer.cancel = lambda: setattr(timer, "is_set", False)
        self.timers.append(timer)
        return timer

    def count(self, counter: str, by: int = 1) -> None:
        return

    def record_error(self, text: str) -> None:
        return

    def redact(self, text: str) -> str:
        return text

    def congested(self, source: str = "") -> str | None:
        return None

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        connection = SimpleNamespace(encoding="UTF8")
        tx = Tx(SimpleNamespace(execute=lambda *_: None, fetchall=list, mogrify=lambda *_: b"", connection=connection))
        yield tx
        for call in tx.calls:
            call()

    def adopt(self, *checks: CheckDefinition) -> None:
        with self.transaction() as tx:
            self.service.adopt(tx, {check.key: check for check in checks})


def a_record(**changes: Any) -> HeartbeatRecord:
    return HeartbeatRecord(key="backup", **changes)


def a_push(signal: HeartbeatSignal = HeartbeatSignal.SUCCESS, **changes: Any) -> PushHeartbeat:
    known: dict[str, Any] = {"request_id": "r", "token": "t", "signal": signal}
    return PushHeartbeat(**(known | changes))


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def berlin(cron: str, last: str, grace: float = 600.0) -> str:
    """When the next signal is expected in Berlin, in UTC, after one at `last` UTC."""
    options = HeartbeatOptions(cron=cron, timezone="Europe/Berlin", grace=grace)
    deadline = deadline_of(a_record(ended_at=datetime.fromisoformat(f"{last}+00:00")), options)
    assert deadline is not None
    assert deadline.late_at - deadline.expected_at == timedelta(seconds=grace)
    return f"{deadline.expected_at:%Y-%m-%d %H:%M}"


def test_who_has_left_notices_nothing_any_more() -> None:
    owner = Owner()
    answered: list[PushOutcome] = []
    owner.adopt(a_check("backup", kind=CheckKind.HEARTBEAT, condition=(), heartbeat=replace(HOURLY, token="t")))
    owner.service.push([a_push(), a_push()], lambda replies: answered.extend(each.outcome for each in replies))
    owner.adopt()
    owner.service.stop()
    assert answered == [PushOutcome.UNKNOWN] * 2
    assert [timer for timer in owner.timers if timer.is_set] == []


def test_a_turn_takes_a_bounded_amount_of_what_jobs_say() -> None:
    owner = Owner()
    answered: list[list[str]] = []
    names = ["a", "b", "c", "d"]
    options = [replace(HOURLY, token=name) for name in names]
    owner.adopt(*(a_check(each.token, kind=CheckKind.HEARTBEAT, condition=(), heartbeat=each) for each in options))
    said = [("a", 10_000), ("b", 9_000), ("c", 9_000), ("c", 1), ("d", 1), ("a", 30_000)]
    pushes = [a_push(request_id=f"{name}{size}", token=name, output="x" * size) for name, size in said]
    owner.service.push(pushes, lambda replies: answered.append([each.request_id for each in replies]))
    owner.adopt()
    while waiting := [timer for timer in owner.timers if timer.is_set and timer.seconds < 1.0]:
        waiting[0].is_set = False
        waiting[0].call()
    assert answered == [["a10000", "b9000", "d1"], ["c9000"], ["c1"], ["a30000"]]


def test_a_clock_that_was_put_back_keeps_no_silence_from_being_noticed() -> None:
    owner = Owner()
    owner.time = after(days=4000)  # the clock is wrong by years
    owner.adopt(a_check("backup", kind=CheckKind.HEARTBEAT, condition=(), heartbeat=replace(HOURLY, token="t")))
    owner.service.push([a_push()], lambda replies: None)
    owner.service.stop()
    owner.time = after(hours=1)
    owner.timers[-1].call()
    view = owner.service.view("backup")
    assert view is not None
    assert (view.expected_at, view.late_at) == (after(hours=2), after(hours=2, minutes=5))


# --- when


def test_times_in_the_future_have_happened_by_now() -> None:
    record = a_record(ended_at=after(days=1), started_at=after(days=2), missed_at=after(hours=-1))
    assert is_ahead(record, NOON)
    assert brought_back(record, NOON) == a_record(ended_at=NOON, started_at=NOON, missed_at=after(hours=-1))
    assert is_ahead(a_record(missed_at=after(days=1)), NOON)
    assert not is_ahead(a_record(ended_at=after(seconds=2)), NOON)  # clocks are slowed down, too
    assert not is_ahead(a_record(), NOON)


def test_no_run_has_taken_less_than_no_time() -> None:
    ended = taken(a_record(started_at=after(hours=1)), a_push(), (), NOON)
    assert ended.result is not None
    assert ended.result.duration == 0.0


def test_a_run_of_a_time_in_the_future_is_no_signal_that_is_sent_again() -> None:
    record = taken(a_record(), a_push(run_id="nightly"), (), after(days=1)).record
    assert not is_repeated(record, a_push(run_id="nightly"), NOON)


def test_nothing_is_awaited_before_the_first_signal() -> None:
    assert deadline_of(a_record(), HOURLY) is None
    assert deadline_of(a_record(signal=HeartbeatSignal.LOG, signal_at=NOON), HOURLY) is None


def test_a_signal_is_expected_a_period_after_the_last_and_late_after_the_grace() -> None:
    deadline = deadline_of(a_record(ended_at=NOON), HOURLY)
    assert deadline is not None
    assert (deadline.expected_at, deadline.late_at, deadline.ends_run) == (after(hours=1), after(minutes=65), False)


def test_a_run_that_has_begun_must_end_within_the_grace() -> None:
    started = a_record(ended_at=NOON, started_at=after(minutes=10))
    deadline = deadline_of(started, HOURLY)
    assert deadline is not None
    assert (deadline.late_at, deadline.ends_run) == (after(minutes=15), True)
    first = deadline_of(a_record(started_at=NOON), HOURLY)
    assert first is not None
    assert first.late_at == after(minutes=5)
    late = after_miss(started, deadline, HOURLY, after(minutes=15))
    again = deadline_of(late, HOURLY)
    assert again is not None
    assert (again.ends_run, again.expected_at) == (False, after(minutes=75))


def test_what_goes_on_missing_is_missed_again_each_period() -> None:
    record, now = a_record(ended_at=NOON), NOON
    found = []
    for _ in range(3):
        deadline = deadline_of(record, HOURLY)
        assert deadline is not None
        now = deadline.late_at
        found.append(now)
        record = after_miss(record, deadline, HOURLY, now)
    assert found == [after(minutes=65), after(minutes=125), after(minutes=185)]


def test_what_was_missed_unnoticed_for_days_counts_once() -> None:
    record = a_record(ended_at=NOON)
    deadline = deadline_of(record, HOURLY)
    assert deadline is not None
    record = after_miss(record, deadline, HOURLY, after(days=5))
    again = deadline_of(record, HOURLY)
    assert again is not None
    assert after(days=5) < again.late_at <= after(days=5, hours=1)


@pytest.mark.parametrize(
    ("cron", "last", "expected"),
    [
        ("0 3 * * *", "2026-01-10 02:00", "2026-01-11 02:00"),
        ("0 3 * * *", "2026-07-10 01:00", "2026-07-11 01:00"),
        ("0 3 * * *", "2026-03-28 02:01", "2026-03-29 01:00"),  # the first day of summer time
        ("30 2 * * *", "2026-03-28 01:31", "2026-03-29 01:00"),  # 2:30 does not exist: right after
        ("30 2 * * *", "2026-10-24 00:31", "2026-10-25 00:30"),  # 2:30 comes twice: the first counts
        ("30 2 * * *", "2026-10-25 00:31", "2026-10-26 01:30"),
        ("*/30 * * * *", "2026-10-25 00:31", "2026-10-25 01:00"),  # every half hour of the hour that comes twice
        ("0 9 * * MON", "2026-11-30 08:00", "2026-12-07 08:00"),
    ],
)
def test_cron_is_read_on_the_clock_of_its_zone(cron: str, last: str, expected: str) -> None:
    assert berlin(cron, last) == expected


def test_a_cron_that_is_missed_is_awaited_at_its_next_time() -> None:
    options = HeartbeatOptions(cron="0 3 * * *", grace=3600.0)
    record = a_record(ended_at=datetime(2026, 3, 1, 3, 5, tzinfo=UTC))
    deadline = deadline_of(record, options)
    assert deadline is not None
    assert deadline.expected_at == datetime(2026, 3, 2, 3, tzinfo=UTC)
    record = after_miss(record, deadline, options, deadline.late_at + timedelta(seconds=2))
    again = deadline_of(record, options)
    assert again is not None
    assert again.expected_at == datetime(2026, 3, 3, 3, tzinfo=UTC)


@given(
    st.lists(st.sampled_from(["success", "fail", "start", "log", "miss"]), max_size=20),
    st.integers(1, 5000),
    st.integers(1, 5000),
)
def test_what_is_awaited_after_a_miss_is_later_than_that(steps: list[str], period: int, grace: int) -> None:
    options = HeartbeatOptions(period=float(period), grace=float(grace))
    record, now = a_record(), NOON
    for step in steps:
        now += timedelta(seconds=7)
        deadline = deadline_of(record, options)
        if step != "miss":
            record = taken(record, a_push(HeartbeatSignal(step)), (), now).record
        elif deadline is not None:
            now = max(now, deadline.late_at)
            record = after_miss(record, deadline, options, now)
            again = deadline_of(record, options)
            assert again is not None
            assert again.late_at > now or again.ends_run != deadline.ends_run


# --- what


def test_a_success_passes_and_a_failure_says_why() -> None:
    passed = taken(a_record(), a_push(), (), NOON)
    assert passed.result is not None
    assert (passed.result.verdict, passed.result.error) == (CheckVerdict.PASSED, "")
    assert passed.record.ended_at == NOON
    for push, said in (
        (a_push(HeartbeatSignal.FAIL), "the job reported a failure"),
        (a_push(HeartbeatSignal.FAIL, exit_status=3), "exit status 3"),
        (a_push(HeartbeatSignal.FAIL, exit_status=3, output="begin\ndisk full\n\n"), "exit status 3: disk full"),
        (a_push(HeartbeatSignal.FAIL, error="no route"), "the job reported a failure: no route"),
    ):
        failed = taken(a_record(), push, (), NOON)
        assert failed.result is not None
        assert (failed.result.verdict, failed.result.error) == (CheckVerdict.FAILED, said)


def test_a_run_takes_from_its_beginning_to_its_end() -> None:
    begun = taken(a_record(), a_push(HeartbeatSignal.START), (), NOON)
    assert (begun.result, begun.record.started_at) == (None, NOON)
    ended = taken(begun.record, a_push(), (), after(seconds=42))
    assert ended.result is not None
    assert ended.result.duration == 42.0
    assert ended.record.started_at is None
    measured = taken(begun.record, a_push(duration=1.5), (), after(seconds=42))
    assert measured.result is not None
    assert measured.result.duration == 1.5


def test_runs_that_overlap_are_told_apart_by_their_id() -> None:
    begun = taken(a_record(), a_push(HeartbeatSignal.START, run_id="b"), (), NOON)
    other = taken(begun.record, a_push(run_id="a"), (), after(seconds=5))
    assert other.result is not None
    assert other.result.duration == 0.0
    assert other.record.started_at == NOON
    own = taken(other.record, a_push(run_id="b"), (), after(seconds=9))
    assert own.result is not None
    assert (own.result.duration, own.record.started_at) == (9.0, None)


def test_a_log_changes_nothing_but_the_output() -> None:
    record = a_record(ended_at=NOON, started_at=after(minutes=1), output="old", output_at=NOON)
    logged = taken(record, a_push(HeartbeatSignal.LOG, output="half way"), (), after(minutes=2))
    assert logged.result is None
    assert (logged.record.ended_at, logged.record.started_at) == (NOON, after(minutes=1))
    assert (logged.record.output, logged.record.output_at) == ("half way", after(minutes=2))


def test_a_signal_without_output_keeps_what_was_printed_last() -> None:
    record = a_record(ended_at=NOON, output="done", output_at=NOON)
    for signal in HeartbeatSignal:
        kept = taken(record, a_push(signal), (), after(minutes=2)).record
        assert (kept.output, kept.output_at) == ("done", NOON)


def test_conditions_are_about_the_output_and_the_duration() -> None:
    slow = WeightedCondition(condition=parse_condition("[RESPONSE_TIME] < 10s"), severity=Severity.WARNING)
    done = WeightedCondition(condition=parse_condition("[BODY] == pat(*done*)"), severity=Severity.CRITICAL)
    begun = taken(a_record(), a_push(HeartbeatSignal.START), (), NOON).record
    for output, seconds, verdict in (
        ("all done", 5, CheckVerdict.PASSED),
        ("all done", 50, CheckVerdict.WARNED),
        ("half", 5, CheckVerdict.FAILED),
    ):
        ended = taken(begun, a_push(output=output), (slow, done), after(seconds=seconds))
        assert ended.result is not None
        assert ended.result.verdict is verdict, ended.result.error


def test_a_signal_that_is_sent_again_is_known_by_its_run() -> None:
    record = taken(a_record(), a_push(run_id="a"), (), NOON).record
    assert is_repeated(record, a_push(run_id="a"), after(minutes=1))
    assert not is_repeated(record, a_push(run_id="b"), NOON)
    assert not is_repeated(record, a_push(HeartbeatSignal.FAIL, run_id="a"), NOON)
    assert not is_repeated(taken(a_record(), a_push(), (), NOON).record, a_push(), NOON)


def test_a_job_whose_runs_all_have_the_same_id_is_heard() -> None:
    record = taken(a_record(), a_push(run_id="nightly"), (), NOON).record
    assert not is_repeated(record, a_push(run_id="nightly"), after(days=1))


@pytest.mark.parametrize(
    ("signal", "run_id"), [(HeartbeatSignal.SUCCESS, ""), (HeartbeatSignal.FAIL, ""), (HeartbeatSignal.FAIL, "b")]
)
def test_a_success_without_an_id_and_any_failure_end_the_run(signal: HeartbeatSignal, run_id: str) -> None:
    begun = taken(a_record(), a_push(HeartbeatSignal.START, run_id="a"), (), NOON).record
    ended = taken(begun, a_push(signal, run_id=run_id), (), after(seconds=5)).record
    assert (ended.started_at, ended.ended_at) == (None, after(seconds=5))


def test_what_is_missing_is_said() -> None:
    record = a_record(ended_at=NOON)
    deadline = deadline_of(record, HOURLY)
    assert deadline is not None
    said = missed(record, deadline, HOURLY, after(hours=2)).error
    assert said == (
        "no signal since 2026-03-01 12:00 UTC: one was expected at 2026-03-01 13:00 UTC, with a grace of 5 min"
    )
    begun = a_record(started_at=NOON)
    deadline = deadline_of(begun, HOURLY)
    assert deadline is not None
    said = missed(begun, deadline, HOURLY, after(hours=2)).error
    assert said == "a run began at 2026-03-01 12:00 UTC, and did not end within 5 min"


def test_a_heartbeat_may_be_pushed_only_so_often() -> None:
    pace = PushPace()
    assert all(pace.allows("a", 0.0) for _ in range(BURST))
    assert not pace.allows("a", 0.0)
    assert pace.allows("b", 0.0)
    assert pace.allows("a", 1.0)
    assert not pace.allows("a", 1.5)

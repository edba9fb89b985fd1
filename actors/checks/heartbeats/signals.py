"""What a signal of a heartbeat means. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actors.checks.conditions.evaluate import Evidence
from actors.checks.heartbeats.deadlines import HeartbeatDeadline
from actors.checks.judging.wording import span_text
from actors.checks.kinds.findings import CheckFinding, WeightedCondition, verdict_of
from actors.checks.model.heartbeats import HeartbeatRecord
from messages.check_definitions import HeartbeatOptions
from messages.checks import CheckResult, CheckVerdict
from messages.heartbeats import HeartbeatSignal, PushHeartbeat

LONGEST_QUOTED_CHARACTERS = 200

REPEATED_WITHIN = timedelta(minutes=5)
"""A signal is sent again within this time, or not at all."""

REPORTED = "the job reported a failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSignal:
    """The record after a signal, and the result that it is; None where it is none."""

    record: HeartbeatRecord
    result: CheckResult | None = None


def is_repeated(record: HeartbeatRecord, push: PushHeartbeat, at: datetime) -> bool:
    """Whether this is the last signal once more, sent again because its answer was lost. Only a run's id shows it; a
    job that gives each run the same one is heard all the same."""
    if not push.run_id or (record.signal, record.signal_run) != (push.signal, push.run_id):
        return False
    return record.signal_at is not None and abs(at - record.signal_at) <= REPEATED_WITHIN


def taken(
    record: HeartbeatRecord, push: PushHeartbeat, conditions: Sequence[WeightedCondition], at: datetime
) -> TakenSignal:
    """What a signal changes. A run that ends has taken as long as it says, or as has passed since it began. As
    Healthchecks has it, a failure, and a success without an id, end whatever run is under way."""
    after = replace(record, signal=push.signal, signal_at=at, signal_run=push.run_id)
    if push.output:
        after = replace(after, output=push.output, output_at=at)
    if push.signal is HeartbeatSignal.LOG:
        return TakenSignal(record=after)
    if push.signal is HeartbeatSignal.START:
        return TakenSignal(record=replace(after, started_at=at, run_id=push.run_id))
    is_of_run = record.started_at is not None and record.run_id in ("", push.run_id)
    measured = max(0.0, (at - record.started_at).total_seconds()) if is_of_run and record.started_at else 0.0
    seconds = measured if push.duration is None else push.duration
    ends_run = is_of_run or push.signal is HeartbeatSignal.FAIL or not push.run_id
    ended = replace(after, ended_at=at, started_at=None, run_id="") if ends_run else replace(after, ended_at=at)
    return TakenSignal(record=ended, result=_result(push, record.key, conditions, at, seconds))


def missed(
    record: HeartbeatRecord, deadline: HeartbeatDeadline, options: HeartbeatOptions, at: datetime
) -> CheckResult:
    """The failure that it is to say nothing."""
    grace = span_text(timedelta(seconds=options.grace))
    if deadline.ends_run and record.started_at is not None:
        said = f"a run began at {_minute(record.started_at)}, and did not end within {grace}"
    elif record.ended_at is not None:
        said = (
            f"no signal since {_minute(record.ended_at)}: one was expected at {_minute(deadline.expected_at)},"
            f" with a grace of {grace}"
        )
    else:
        said = f"no signal: one was expected at {_minute(deadline.expected_at)}, with a grace of {grace}"
    return CheckResult(
        key=record.key, generation=0, verdict=CheckVerdict.FAILED, at=at, duration=0.0, error=said
    )  # fmt: skip


def _result(
    push: PushHeartbeat, key: str, conditions: Sequence[WeightedCondition], at: datetime, seconds: float
) -> CheckResult:
    evidence = Evidence(connected=True, response_ms=seconds * 1000, body=push.output)
    if push.signal is HeartbeatSignal.FAIL:
        verdict, said = CheckVerdict.FAILED, _failure(push)
    else:
        verdict, said = verdict_of(CheckFinding(evidence=evidence), conditions)
    return CheckResult(key=key, generation=0, verdict=verdict, at=at, duration=seconds, error=said)


def _failure(push: PushHeartbeat) -> str:
    """`exit status 3: disk full`: what it says of it, or the last line that it printed."""
    what = f"exit status {push.exit_status}" if push.exit_status else REPORTED
    lines = [line.strip() for line in push.output.splitlines() if line.strip()]
    why = push.error or (lines[-1] if lines else "")
    return f"{what}: {why[:LONGEST_QUOTED_CHARACTERS]}" if why else what


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

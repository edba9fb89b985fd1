"""When the next signal of a heartbeat is expected, and when it is late. Pure."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from actors.checks.model.heartbeats import HeartbeatRecord
from messages.check_definitions import HeartbeatOptions

AHEAD = timedelta(minutes=1)
"""A time that is further in the future than this was taken by a clock that has been put back since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatDeadline:
    """What is awaited: a signal at `expected_at`, which is late at `late_at`; or, if `ends_run`, the end of a run that
    has begun."""

    expected_at: datetime
    late_at: datetime
    ends_run: bool = False


def deadline_of(record: HeartbeatRecord, options: HeartbeatOptions) -> HeartbeatDeadline | None:
    """What is awaited of a heartbeat; None before its first signal. After one that was missed, the next one is
    awaited; a run that did not end in time is awaited no more."""
    grace = timedelta(seconds=options.grace)
    awaited = []
    after = max(filter(None, (record.ended_at, record.missed_at)), default=None)
    if after is not None and (expected := _next(options, after)) is not None:
        awaited.append(HeartbeatDeadline(expected_at=expected, late_at=expected + grace))
    started = record.started_at
    if started is not None and (record.missed_at is None or record.missed_at < started):
        awaited.append(HeartbeatDeadline(expected_at=started + grace, late_at=started + grace, ends_run=True))
    return min(awaited, key=lambda each: each.late_at, default=None)


def is_ahead(record: HeartbeatRecord, now: datetime) -> bool:
    """Whether a time of the record is in the future: nothing would be missed until then."""
    return any(at is not None and at > now + AHEAD for at in (record.ended_at, record.started_at, record.missed_at))


def brought_back(record: HeartbeatRecord, now: datetime) -> HeartbeatRecord:
    """The record without times in the future: what happened then has happened by now."""
    ended, started, missed = (at and min(at, now) for at in (record.ended_at, record.started_at, record.missed_at))
    return replace(record, ended_at=ended, started_at=started, missed_at=missed)


def after_miss(
    record: HeartbeatRecord, deadline: HeartbeatDeadline, options: HeartbeatOptions, now: datetime
) -> HeartbeatRecord:
    """The record once that was found missing. What was missed unnoticed meanwhile counts once."""
    if deadline.ends_run:
        return replace(record, missed_at=now)
    return replace(record, missed_at=max(deadline.expected_at, now - timedelta(seconds=options.grace)))


def _next(options: HeartbeatOptions, after: datetime) -> datetime | None:
    if not options.cron:
        return after + timedelta(seconds=options.period)
    # The times are those of a clock on the wall: cronsim knows what cron does when it is put forward or back.
    expected: datetime | None = next(CronSim(options.cron, after.astimezone(ZoneInfo(options.timezone))), None)
    return None if expected is None else expected.astimezone(UTC)

"""What came of each run: raw for some days, by the hour and by each change for good."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg2 import sql
from psycopg2.extras import execute_values

from actors.checks.model.standing import CheckStanding
from messages.checks import CheckResult, CheckVerdict, PhaseTimes, ResultMark

DAYS_KEPT = 2
"""Full days for which raw results are kept, beside today."""

MOST_DAYS_AHEAD = 7
"""Partitions of later days were made by a clock that was wrong."""

PREFIX = "results_"

_RESULT = (
    "key, generation, verdict, at, duration, error, status, mark, place, resolve, connect, tls, processing, transfer,"
    " round_trip"
)


def add(cursor: Any, results: Sequence[CheckResult]) -> None:
    """Store results, and add them to their hours. The partitions of their days must be there."""
    execute_values(
        cursor,
        f"INSERT INTO results ({_RESULT}) VALUES %s",
        [
            (
                each.key, each.generation, each.verdict.value, each.at, each.duration, each.error, each.status,
                each.mark.value, each.place, each.phases.resolve, each.phases.connect, each.phases.tls,
                each.phases.processing, each.phases.transfer, each.round_trip,
            )
            for each in results
        ],
    )  # fmt: skip
    execute_values(
        cursor,
        "INSERT INTO hours AS h (key, hour, runs, warned, failed, marked, duration, fastest, slowest)"
        " SELECT key, date_trunc('hour', at::timestamptz, 'UTC'), count(*) FILTER (WHERE mark = ''),"
        " count(*) FILTER (WHERE mark = '' AND verdict = 'warned'),"
        " count(*) FILTER (WHERE mark = '' AND verdict = 'failed'), count(*) FILTER (WHERE mark <> ''),"
        " coalesce(sum(duration) FILTER (WHERE mark = ''), 0), min(duration) FILTER (WHERE mark = ''),"
        " coalesce(max(duration) FILTER (WHERE mark = ''), 0)"
        " FROM (VALUES %s) AS new (key, at, verdict, mark, duration) GROUP BY 1, 2"
        " ON CONFLICT (key, hour) DO UPDATE SET runs = h.runs + EXCLUDED.runs, warned = h.warned + EXCLUDED.warned,"
        " failed = h.failed + EXCLUDED.failed, marked = h.marked + EXCLUDED.marked,"
        " duration = h.duration + EXCLUDED.duration,"
        " fastest = least(h.fastest, EXCLUDED.fastest), slowest = greatest(h.slowest, EXCLUDED.slowest)",
        [(each.key, each.at, each.verdict.value, each.mark.value, each.duration) for each in results],
    )


def add_transitions(cursor: Any, changed: Iterable[CheckStanding]) -> None:
    """Note changes of states."""
    rows = [(each.key, each.since, each.state.value, each.error) for each in changed]
    if rows:
        execute_values(cursor, "INSERT INTO transitions (key, at, state, error) VALUES %s ON CONFLICT DO NOTHING", rows)


def history(cursor: Any, key: str, limit: int, until: datetime | None = None, skip: int = 0) -> tuple[CheckResult, ...]:
    """The last results of a check, newest first: those until `until`, without the first `skip` of them."""
    cursor.execute(
        f"SELECT {_RESULT} FROM results WHERE key = %s AND (%s::timestamptz IS NULL OR at <= %s)"
        " ORDER BY at DESC, generation DESC OFFSET %s LIMIT %s",
        (key, until, until, skip, limit),
    )
    return tuple(map(_result, cursor.fetchall()))


def make_partitions(cursor: Any, moments: Iterable[datetime]) -> frozenset[date]:
    """Make the partitions of the days (UTC) of these moments and of the day after each, where they are missing; the
    days that have one for sure."""
    days = {_day(moment) + timedelta(days=offset) for moment in moments for offset in (0, 1)}
    for day in sorted(days):
        cursor.execute(
            sql.SQL("CREATE TABLE IF NOT EXISTS {} PARTITION OF results FOR VALUES FROM ({}) TO ({})").format(
                sql.Identifier(_partition(day)), sql.Literal(day), sql.Literal(day + timedelta(days=1))
            )
        )
    return frozenset(day.date() for day in days)


def drop_partitions(cursor: Any, now: datetime) -> frozenset[date]:
    """Drop the days that are over, and those that are so far ahead that a clock must have been wrong; returns them. A
    day goes only if the clock of the database says so too: one clock that jumps takes nothing away."""
    cursor.execute(
        "SELECT clock_timestamp(),"
        " (SELECT array_agg(relname::text) FROM pg_class JOIN pg_inherits ON oid = inhrelid"
        " WHERE inhparent = 'results'::regclass)"
    )
    database_now, names = cursor.fetchone()
    clocks = (_day(now).date(), _day(database_now).date())
    oldest, newest = min(clocks) - timedelta(days=DAYS_KEPT), max(clocks) + timedelta(days=MOST_DAYS_AHEAD)
    days = {name: datetime.strptime(name.removeprefix(PREFIX), _FORM).date() for name in names or ()}
    gone = {name: day for name, day in days.items() if not oldest <= day <= newest}
    for name in sorted(gone):
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
    return frozenset(gone.values())


_FORM = "%Y_%m_%d"


def _day(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _partition(day: datetime) -> str:
    return f"{PREFIX}{day.strftime(_FORM)}"


def _result(row: Sequence[Any]) -> CheckResult:
    key, generation, verdict, at, duration, error, status, mark, place, *phases, round_trip = row
    resolve, connect, tls, processing, transfer = phases
    return CheckResult(
        key=key,
        generation=generation,
        verdict=CheckVerdict(verdict),
        at=at,
        duration=duration,
        error=error,
        status=status,
        mark=ResultMark(mark),
        place=place,
        phases=PhaseTimes(resolve=resolve, connect=connect, tls=tls, processing=processing, transfer=transfer),
        round_trip=round_trip,
    )

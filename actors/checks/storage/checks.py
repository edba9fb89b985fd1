"""How each check stands, and which runs are given out. All times are the database's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2.extras import execute_values

from actors.checks.model.standing import CheckOutage, CheckStanding
from messages.check_definitions import Severity
from messages.checks import CheckState

_COLUMNS = (
    "key, state, since, failed, not_passed, not_failed, passed, outage, severity, outage_since, told_at, reminders,"
    " last_at, duration, error, certificate_until, paused, told, ended_at, failing_since, flaps, flapped_at, is_offline"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCheck:
    """A check of the configuration: the first run of a new one comes in `delay` seconds, the next of another in
    `interval` at the latest."""

    key: str
    active: bool
    delay: float
    interval: float
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRun:
    """How a check stands after a result, and in how many seconds, from when the last run was due, it runs again."""

    standing: CheckStanding
    delay: float


def standings(cursor: Any) -> dict[str, CheckStanding]:
    """Of all checks, by key."""
    cursor.execute(f"SELECT {_COLUMNS} FROM checks")
    return {row[0]: _standing(row) for row in cursor.fetchall()}


def subjects(cursor: Any) -> dict[str, str]:
    """The keys that are known, each with a digest of what it checks."""
    cursor.execute("SELECT key, subject FROM checks")
    return dict(cursor.fetchall())


def rename(cursor: Any, keys: Mapping[str, str]) -> None:
    """Checks that are called something else now keep their state, their history and their maintenance; `keys` has old
    and new ones. What is left of a former check of a new name goes. Names may be swapped: those that are taken are
    given up first."""
    between = {old: f"{old}/>" for old in keys if old in keys.values()}
    for old, parked in between.items():
        _rename(cursor, old, parked)
    for old, new in keys.items():
        for table in _KEYED[1:]:
            cursor.execute(f"DELETE FROM {table} WHERE key = %s", (new,))
        cursor.execute("DELETE FROM maintenance WHERE scope = %s", (new,))
        _rename(cursor, between.get(old, old), new)


_KEYED = ("checks", "results", "transitions", "hours", "heartbeats")


def _rename(cursor: Any, old: str, new: str) -> None:
    for table in _KEYED:
        cursor.execute(f"UPDATE {table} SET key = %s WHERE key = %s", (new, old))
    cursor.execute("UPDATE maintenance SET scope = %s WHERE scope = %s", (new, old))


def hasten(cursor: Any, keys: Collection[str]) -> None:
    """Let checks run now that wait for their time."""
    if keys:
        cursor.execute(
            "UPDATE checks SET due_at = clock_timestamp() WHERE key = ANY(%s) AND active AND NOT paused"
            " AND claimed_until IS NULL AND due_at > clock_timestamp()",
            (list(keys),),
        )


def adopt(cursor: Any, planned: Sequence[PlannedCheck]) -> None:
    """Take up the checks of the configuration. Runs that a former actor gave out are lost, and come again."""
    execute_values(
        cursor,
        "INSERT INTO checks AS c (key, active, due_at, subject)"
        " SELECT key, active, clock_timestamp() + make_interval(secs => delay), subject"
        " FROM (VALUES %s) AS planned (key, active, delay, subject)"
        " ON CONFLICT (key) DO UPDATE SET active = EXCLUDED.active, subject = EXCLUDED.subject",
        [(check.key, check.active, check.delay, check.subject) for check in planned],
    )
    execute_values(
        cursor,
        "UPDATE checks SET claimed_until = NULL,"
        " due_at = least(due_at, clock_timestamp() + make_interval(secs => longest))"
        " FROM (VALUES %s) AS planned (key, longest) WHERE checks.key = planned.key",
        [(check.key, check.interval) for check in planned],
    )


def remove(cursor: Any, keys: Collection[str]) -> None:
    """Forget checks that the configuration no longer has."""
    cursor.execute("DELETE FROM checks WHERE key = ANY(%s)", (list(keys),))


def claim(cursor: Any, most: int, limits: Mapping[str, float]) -> dict[str, int]:
    """Give out up to `most` runs that are due, the most overdue first: key and generation. Each is claimed for as many
    seconds as `limits` says; a claim that has run out is given out again."""
    cursor.execute(
        "SELECT key FROM checks WHERE active AND NOT paused AND due_at <= clock_timestamp()"
        " AND (claimed_until IS NULL OR claimed_until < clock_timestamp())"
        " ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED",
        (most,),
    )
    return _claimed(cursor, [key for (key,) in cursor.fetchall()], limits)


def claim_one(cursor: Any, key: str, limits: Mapping[str, float]) -> int:
    """Give out a run of this check now, whatever else it does: a run that is under way no longer counts."""
    return _claimed(cursor, [key], limits)[key]


def release(cursor: Any, generations: Iterable[tuple[str, int]]) -> None:
    """Hand back runs that were given out and will get no result."""
    pairs = list(generations)
    if pairs:
        execute_values(
            cursor,
            "UPDATE checks SET claimed_until = NULL FROM (VALUES %s) AS given (key, generation)"
            " WHERE checks.key = given.key AND checks.generation = given.generation",
            pairs,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedRun:
    """A run whose result is awaited; `lag`: how many seconds ago it was due, less than 0 for one that was asked for."""

    generation: int
    lag: float


def awaited(cursor: Any, keys: Collection[str]) -> dict[str, AwaitedRun]:
    """The runs under way of these checks, by key; they stay locked."""
    cursor.execute(
        "SELECT key, generation, extract(epoch FROM clock_timestamp() - due_at)::double precision FROM checks"
        " WHERE key = ANY(%s) AND claimed_until IS NOT NULL ORDER BY key FOR UPDATE",
        (list(keys),),
    )
    return {key: AwaitedRun(generation=generation, lag=lag) for key, generation, lag in cursor.fetchall()}


def record(cursor: Any, next_runs: Sequence[NextRun]) -> None:
    """Write the standings of checks after their results, and when they run next: by their rhythm, or after a whole
    delay from now if that is over."""
    rows = [(*_row(each.standing), each.delay) for each in next_runs]
    if rows:
        execute_values(
            cursor,
            f"UPDATE checks SET {_SET}, claimed_until = NULL,"
            " due_at = CASE WHEN due_at + make_interval(secs => new.delay) > clock_timestamp()"
            " THEN due_at + make_interval(secs => new.delay)"
            " ELSE clock_timestamp() + make_interval(secs => new.delay) END"
            f" FROM (VALUES %s) AS new ({_NEW}, delay) WHERE checks.key = new.key",
            rows,
            template=f"({_TYPES}, %s::double precision)",
        )


def rewrite(cursor: Any, standings: Iterable[CheckStanding]) -> None:
    """Write the standings of checks, without a result."""
    rows = [_row(standing) for standing in standings]
    if rows:
        execute_values(
            cursor,
            f"UPDATE checks SET {_SET} FROM (VALUES %s) AS new ({_NEW}) WHERE checks.key = new.key",
            rows,
            template=f"({_TYPES})",
        )


def set_paused(cursor: Any, key: str, paused: bool) -> CheckStanding:
    """Pause a check or let it run again. A run that is under way no longer counts; who goes on is due at once."""
    cursor.execute(
        "UPDATE checks SET paused = %s, claimed_until = NULL, generation = generation + 1,"
        f" due_at = CASE WHEN %s THEN due_at ELSE clock_timestamp() END WHERE key = %s RETURNING {_COLUMNS}",
        (paused, paused, key),
    )
    return _standing(cursor.fetchone())


def next_due(cursor: Any) -> float | None:
    """Seconds until the next run is due of those that are not under way, less than 0 if one is late; None if there is
    none."""
    cursor.execute(
        "SELECT extract(epoch FROM min(due_at) - clock_timestamp())::double precision FROM checks"
        " WHERE active AND NOT paused AND claimed_until IS NULL"
    )
    (seconds,) = cursor.fetchone()
    return None if seconds is None else float(seconds)


def _claimed(cursor: Any, keys: Sequence[str], limits: Mapping[str, float]) -> dict[str, int]:
    if not keys:
        return {}
    return dict(
        execute_values(
            cursor,
            "UPDATE checks SET generation = generation + 1,"
            " claimed_until = clock_timestamp() + make_interval(secs => seconds)"
            " FROM (VALUES %s) AS chosen (key, seconds) WHERE checks.key = chosen.key"
            " RETURNING checks.key, generation",
            [(key, limits.get(key, 0.0)) for key in keys],
            fetch=True,
        )
    )


_NAMES = tuple(_COLUMNS.split(", "))
_NEW = ", ".join(_NAMES)
_SET = ", ".join(f"{name} = new.{name}" for name in _NAMES[1:])
_TYPES = (
    "%s::text, %s::text, %s::timestamptz, %s::integer, %s::integer, %s::integer, %s::integer, %s::text, %s::text,"
    " %s::timestamptz, %s::timestamptz, %s::integer, %s::timestamptz, %s::double precision, %s::text, %s::timestamptz,"
    " %s::boolean, %s::text, %s::timestamptz, %s::timestamptz, %s::integer, %s::timestamptz, %s::boolean"
)


def _row(standing: CheckStanding) -> tuple[Any, ...]:
    outage = standing.outage
    return (
        standing.key,
        standing.state.value,
        standing.since,
        standing.failed,
        standing.not_passed,
        standing.not_failed,
        standing.passed,
        outage.id if outage else None,
        outage.severity.value if outage else None,
        outage.since if outage else None,
        outage.told_at if outage else None,
        outage.reminders if outage else 0,
        standing.last_at,
        standing.duration,
        standing.error,
        standing.certificate_until,
        standing.paused,
        outage.told.value if outage and outage.told else None,
        outage.ended_at if outage else None,
        standing.failing_since,
        standing.flaps,
        standing.flapped_at,
        standing.is_offline,
    )


def _standing(row: Sequence[Any]) -> CheckStanding:
    (key, state, since, failed, not_passed, not_failed, passed, outage, severity, outage_since, told_at, reminders,
     last_at, duration, error, certificate_until, paused, told, ended_at, failing_since, flaps, flapped_at,
     is_offline) = row  # fmt: skip
    known = None
    if outage is not None:
        known = CheckOutage(
            id=outage,
            severity=Severity(severity),
            since=outage_since,
            told=None if told is None else Severity(told),
            told_at=told_at,
            reminders=reminders,
            ended_at=ended_at,
        )
    return CheckStanding(
        key=key,
        state=CheckState(state),
        since=since,
        failed=failed,
        not_passed=not_passed,
        not_failed=not_failed,
        passed=passed,
        outage=known,
        last_at=last_at,
        duration=duration,
        error=error,
        certificate_until=certificate_until,
        paused=paused,
        failing_since=failing_since,
        flaps=flaps,
        flapped_at=flapped_at,
        is_offline=is_offline,
    )

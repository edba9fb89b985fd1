"""The tables through which the instances of places and the one that leads share runs and results. All times are the
database's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import psycopg2
from psycopg2.extras import Json, execute_values

from messages.checks import CheckResult

SCHEMA = "checks"

KEPT_HOURS = 24
"""Results that no instance that leads has taken."""


def is_there(cursor: Any) -> bool:
    """Whether the tables have been made: the instance that leads does that."""
    cursor.execute("SELECT to_regclass('checks.place_results') IS NOT NULL")
    return bool(cursor.fetchone()[0])


def adopt(cursor: Any, place: str, delays: Mapping[str, float]) -> None:
    """The checks of a place, each with the seconds until its first run; those that have run keep their rhythm."""
    cursor.execute("DELETE FROM checks.place_runs WHERE place = %s AND NOT key = ANY(%s)", (place, list(delays)))
    cursor.execute(
        "DELETE FROM checks.place_results WHERE at < clock_timestamp() - make_interval(hours => %s)", (KEPT_HOURS,)
    )
    cursor.execute("UPDATE checks.place_runs SET claimed_until = NULL WHERE place = %s", (place,))
    rows = [(key, place, delay) for key, delay in delays.items()]
    if rows:
        execute_values(
            cursor,
            "INSERT INTO checks.place_runs (key, place, due_at)"
            " SELECT key, place, clock_timestamp() + make_interval(secs => delay)"
            " FROM (VALUES %s) AS new (key, place, delay) ON CONFLICT DO NOTHING",
            rows,
        )


def claim(cursor: Any, place: str, most: int, limits: Mapping[str, float]) -> dict[str, int]:
    """Give out up to `most` runs of a place that are due: key and generation."""
    cursor.execute(
        "SELECT key FROM checks.place_runs AS run WHERE place = %s AND due_at <= clock_timestamp()"
        " AND (claimed_until IS NULL OR claimed_until < clock_timestamp())"
        " AND NOT EXISTS (SELECT FROM checks.checks WHERE checks.key = run.key AND paused) ORDER BY due_at LIMIT %s"
        " FOR UPDATE SKIP LOCKED",
        (place, most),
    )
    keys = [key for (key,) in cursor.fetchall()]
    if not keys:
        return {}
    found = execute_values(
        cursor,
        "UPDATE checks.place_runs AS r SET generation = generation + 1,"
        " claimed_until = clock_timestamp() + make_interval(secs => seconds)"
        " FROM (VALUES %s) AS chosen (key, place, seconds) WHERE r.key = chosen.key AND r.place = chosen.place"
        " RETURNING r.key, r.generation",
        [(key, place, limits[key]) for key in keys if key in limits],
        fetch=True,
    )
    return dict(found)


def release(cursor: Any, place: str, runs: Iterable[tuple[str, int]]) -> None:
    """Hand back runs that will get no result."""
    for key, generation in runs:
        cursor.execute(
            "UPDATE checks.place_runs SET claimed_until = NULL WHERE key = %s AND place = %s AND generation = %s",
            (key, place, generation),
        )


def put(cursor: Any, place: str, results: Sequence[tuple[CheckResult, float]]) -> tuple[int, list[str]]:
    """Store results that are awaited, each with the seconds until its next run; how many were, and why others cannot be
    stored."""
    stored, refused = 0, []
    for result, delay in results:
        cursor.execute("SAVEPOINT result")
        try:
            stored += _put_one(cursor, place, result, delay)
        except (psycopg2.DataError, ValueError) as error:
            cursor.execute("ROLLBACK TO SAVEPOINT result")
            refused.append(f"the result of {result.key} cannot be stored: {error}")
        cursor.execute("RELEASE SAVEPOINT result")
    return stored, refused


def _put_one(cursor: Any, place: str, result: CheckResult, delay: float) -> int:
    cursor.execute(
        "UPDATE checks.place_runs SET claimed_until = NULL, due_at = clock_timestamp() + make_interval(secs => %s)"
        " WHERE key = %s AND place = %s AND generation = %s AND claimed_until IS NOT NULL",
        (delay, result.key, place, result.generation),
    )
    if not cursor.rowcount:
        return 0
    cursor.execute("INSERT INTO checks.place_results (result) VALUES (%s)", (Json(msgspec.to_builtins(result)),))
    return 1


def take(cursor: Any, most: int) -> list[CheckResult]:
    """Take out the oldest results; the transaction that does so stores what they mean."""
    cursor.execute(
        "DELETE FROM checks.place_results WHERE id IN (SELECT id FROM checks.place_results"
        " ORDER BY id LIMIT %s FOR UPDATE) RETURNING id, result",
        (most,),
    )
    return [msgspec.convert(result, CheckResult) for _, result in sorted(cursor.fetchall(), key=lambda row: row[0])]


def drop_first(cursor: Any) -> None:
    """Drop the oldest result."""
    cursor.execute("DELETE FROM checks.place_results WHERE id = (SELECT min(id) FROM checks.place_results)")

"""What was stored about runs, for readers: results, hours, changes of states; and the secret of the badges."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from messages.check_reading import (
    RECENT_RUNS,
    WINDOW_SECONDS,
    CheckFlip,
    CheckHour,
    CheckUptime,
    UptimeWindow,
)
from messages.checks import CheckState

BADGE_KEY_BYTES = 32

RAW_WINDOWS = (UptimeWindow.HOUR, UptimeWindow.DAY)
"""Counted from raw results, to the second; the others from whole hours, which last longer."""


def badge_key(cursor: Any) -> bytes:
    """The secret of this installation, made if there is none yet."""
    cursor.execute(
        "INSERT INTO badge_key (key) SELECT %s WHERE NOT EXISTS (SELECT FROM badge_key)",
        (secrets.token_bytes(BADGE_KEY_BYTES),),
    )
    cursor.execute("SELECT key FROM badge_key")
    return bytes(cursor.fetchone()[0])


def uptimes(cursor: Any, key: str, now: datetime) -> tuple[CheckUptime, ...]:
    """Of one check, for each window that ends at `now`. A window of days begins with the hour that it begins in."""
    raw, hourly = [window for window in UptimeWindow if window in RAW_WINDOWS], []
    begins = {window: now - timedelta(seconds=seconds) for window, seconds in WINDOW_SECONDS.items()}
    hourly = [window for window in UptimeWindow if window not in RAW_WINDOWS]
    cursor.execute(
        "SELECT began, count(key), count(key) FILTER (WHERE verdict = 'failed')"
        " FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS asked (began, number)"
        " LEFT JOIN results ON key = %s AND mark = '' AND at > began AND at <= %s"
        " GROUP BY number, began ORDER BY number",
        ([begins[window] for window in raw], key, now),
    )
    counted = dict(zip(raw, cursor.fetchall(), strict=True))
    cursor.execute(
        "SELECT began, coalesce(sum(runs), 0), coalesce(sum(failed), 0)"
        " FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS asked (began, number)"
        " LEFT JOIN hours ON key = %s AND hour >= date_trunc('hour', began, 'UTC') AND hour <= %s"
        ""
        " GROUP BY number, began ORDER BY number",
        ([begins[window] for window in hourly], key, now),
    )
    counted |= dict(zip(hourly, cursor.fetchall(), strict=True))
    return tuple(
        CheckUptime(window=window, runs=int(runs), failed=int(failed)) for window, (_, runs, failed) in counted.items()
    )


def hours(cursor: Any, key: str, since: datetime) -> tuple[CheckHour, ...]:
    """The hours of a check from the one of `since` on, oldest first."""
    cursor.execute(
        "SELECT hour, runs, warned, failed, duration / runs, fastest, slowest FROM hours"
        " WHERE key = %s AND hour >= date_trunc('hour', %s, 'UTC') AND runs > 0 ORDER BY hour",
        (key, since),
    )
    return tuple(
        CheckHour(hour=hour, runs=runs, warned=warned, failed=failed, mean=mean, fastest=fastest, slowest=slowest)
        for hour, runs, warned, failed, mean, fastest, slowest in cursor.fetchall()
    )


def flips(cursor: Any, key: str, limit: int) -> tuple[CheckFlip, ...]:
    """The last changes of a check's state, newest first."""
    cursor.execute(
        "SELECT key, at, state, error FROM transitions WHERE key = %s ORDER BY at DESC LIMIT %s", (key, limit)
    )
    return tuple(map(_flip, cursor.fetchall()))


def all_flips(cursor: Any, since: datetime, limit: int) -> tuple[CheckFlip, ...]:
    """The last changes of any check's state since then, newest first. That a new check is up is none."""
    cursor.execute(
        "SELECT key, at, state, error FROM transitions AS flip WHERE at >= %s AND (state <> 'up' OR EXISTS"
        " (SELECT FROM transitions AS earlier WHERE earlier.key = flip.key AND earlier.at < flip.at))"
        " ORDER BY at DESC, key LIMIT %s",
        (since, limit),
    )
    return tuple(map(_flip, cursor.fetchall()))


def recent(cursor: Any, keys: Iterable[str]) -> dict[str, list[tuple[str, float]]]:
    """The verdict and the duration of the last RECENT_RUNS of each check, oldest first."""
    cursor.execute(
        "SELECT asked.key, verdict, duration FROM unnest(%s::text[]) AS asked (key), LATERAL"
        " (SELECT verdict, duration, at FROM results WHERE results.key = asked.key ORDER BY at DESC LIMIT %s) AS last"
        " ORDER BY asked.key, at",
        (list(keys), RECENT_RUNS),
    )
    found: dict[str, list[tuple[str, float]]] = {}
    for key, verdict, duration in cursor.fetchall():
        found.setdefault(key, []).append((verdict, duration))
    return found


def _flip(row: Sequence[Any]) -> CheckFlip:
    key, at, state, error = row
    return CheckFlip(key=key, at=at, state=CheckState(state), error=error)

"""Maintenance windows that operators began. Functions on a cursor, inside the actor's transaction."""

from datetime import datetime
from typing import Any

from messages.maintenance import ManualWindow


def windows(cursor: Any) -> dict[str, ManualWindow]:
    """Those that are known, by scope; some may be over."""
    cursor.execute("SELECT scope, since, until, begun_by, reason FROM maintenance")
    return {
        scope: ManualWindow(scope=scope, since=since, until=until, by=by, reason=reason)
        for scope, since, until, by, reason in cursor.fetchall()
    }


def begin(cursor: Any, window: ManualWindow) -> None:
    """One for each scope: the new one counts."""
    cursor.execute(
        "INSERT INTO maintenance (scope, since, until, begun_by, reason) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (scope) DO UPDATE SET since = EXCLUDED.since, until = EXCLUDED.until,"
        " begun_by = EXCLUDED.begun_by, reason = EXCLUDED.reason",
        (window.scope, window.since, window.until, window.by, window.reason),
    )


def end(cursor: Any, scope: str) -> None:
    """It is over."""
    cursor.execute("DELETE FROM maintenance WHERE scope = %s", (scope,))


def forget(cursor: Any, now: datetime) -> None:
    """Those that ended by themselves."""
    cursor.execute("DELETE FROM maintenance WHERE until <= %s", (now,))

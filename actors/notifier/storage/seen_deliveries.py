"""The table of what Slack has delivered. Functions on a cursor, inside the actor's transaction."""

from datetime import datetime
from typing import Any

KEPT = 7 * 86_400.0
"""Seconds: Slack delivers again for a day at the most."""


def first_time(cursor: Any, event_id: str, at: datetime) -> bool:
    """Remember a delivery; False if it was there before."""
    cursor.execute("INSERT INTO heard (event_id, at) VALUES (%s, %s) ON CONFLICT DO NOTHING", (event_id, at))
    return bool(cursor.rowcount == 1)


def expire(cursor: Any, most: int) -> int:
    """Forget what Slack will not deliver again; how many, at most `most`."""
    cursor.execute(
        "DELETE FROM heard WHERE event_id IN (SELECT event_id FROM heard"
        " WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT %s)",
        (KEPT, most),
    )
    return int(cursor.rowcount)

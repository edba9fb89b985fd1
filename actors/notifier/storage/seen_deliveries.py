"""The table of deliveries that were seen, by Slack's own ids. Functions on a cursor."""

from datetime import datetime
from typing import Any

KEPT_SECONDS = 7 * 86_400.0
"""Slack repeats a delivery for at most a day."""


def first_time(cursor: Any, event_id: str, at: datetime) -> bool:
    """Store a delivery; False if it was seen before."""
    cursor.execute("INSERT INTO seen_deliveries (event_id, at) VALUES (%s, %s) ON CONFLICT DO NOTHING", (event_id, at))
    return bool(cursor.rowcount == 1)


def expire(cursor: Any, limit: int) -> int:
    """Delete up to `limit` deliveries that Slack will not repeat; returns how many."""
    cursor.execute(
        "DELETE FROM seen_deliveries WHERE event_id IN (SELECT event_id FROM seen_deliveries"
        " WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT %s)",
        (KEPT_SECONDS, limit),
    )
    return int(cursor.rowcount)

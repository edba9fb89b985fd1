"""What each recipient was told of, and where: the table by which later news find their thread. On a cursor."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

KEPT = 2 * 365 * 86_400.0
"""Seconds: a draft that has not become a paper by then is told of anew."""


def known(cursor: Any, recipient: str, subjects: Iterable[str]) -> Mapping[str, str]:
    """Of these subjects those that the recipient was told of, and the message in which that was."""
    cursor.execute(
        "SELECT subject, message::text FROM announcements WHERE recipient = %s AND subject = ANY(%s)",
        (recipient, list(subjects)),
    )
    return dict(cursor.fetchall())


def remember(cursor: Any, recipient: str, told: Sequence[tuple[str, str]], at: datetime) -> None:
    """Subjects with the message that tells of them; who was told of one before stays with that."""
    execute_values(
        cursor,
        "INSERT INTO announcements (recipient, subject, message, at) VALUES %s ON CONFLICT DO NOTHING",
        [(recipient, subject, message, at) for subject, message in dict(told).items()],
    )


def place(cursor: Any, message: str, channel: str, ts: str) -> None:
    """Slack has taken a message: where it stands."""
    cursor.execute(
        "UPDATE announcements SET channel = %s, ts = %s WHERE message = %s AND ts IS NULL", (channel, ts, message)
    )


def expire(cursor: Any, most: int) -> int:
    """Forget what is very old; how many, at most `most`."""
    cursor.execute(
        "DELETE FROM announcements WHERE (recipient, subject) IN (SELECT recipient, subject FROM announcements"
        " WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT %s)",
        (KEPT, most),
    )
    return int(cursor.rowcount)

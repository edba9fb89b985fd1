"""The table of what was announced to each recipient, and in which message: later news goes into its thread. On a
cursor."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

KEPT_SECONDS = 2 * 365 * 86_400.0
"""A draft that has not become a paper by then is announced again."""


def known(cursor: Any, recipient: str, subjects: Iterable[str]) -> Mapping[str, str]:
    """Which of these subjects were announced to the recipient, and in which message."""
    cursor.execute(
        "SELECT subject, message::text FROM announcements WHERE recipient = %s AND subject = ANY(%s)",
        (recipient, list(subjects)),
    )
    return dict(cursor.fetchall())


def remember(cursor: Any, recipient: str, announced: Sequence[tuple[str, str]], at: datetime) -> None:
    """Store pairs of a subject and the message that announces it. An earlier announcement stays."""
    execute_values(
        cursor,
        "INSERT INTO announcements (recipient, subject, message, at) VALUES %s ON CONFLICT DO NOTHING",
        [(recipient, subject, message, at) for subject, message in dict(announced).items()],
    )


def place(cursor: Any, message: str, channel: str, ts: str) -> None:
    """Slack has accepted the message: store where it is."""
    cursor.execute(
        "UPDATE announcements SET channel = %s, ts = %s WHERE message = %s AND ts IS NULL", (channel, ts, message)
    )


def first_sent(cursor: Any, subjects: Iterable[str]) -> Mapping[str, datetime]:
    """When the first message about each of these subjects was sent, for those where any was. A message that has been
    deleted since counts from when it was queued."""
    cursor.execute(
        "SELECT subject, min(coalesce(messages.changed_at, announcements.at)) FROM announcements"
        " LEFT JOIN messages ON messages.id = announcements.message"
        " WHERE subject = ANY(%s) AND coalesce(messages.state, 'sent') = 'sent' GROUP BY subject",
        (list(subjects),),
    )
    return dict(cursor.fetchall())


def expire(cursor: Any, limit: int) -> int:
    """Delete up to `limit` very old announcements; returns how many."""
    cursor.execute(
        "DELETE FROM announcements WHERE (recipient, subject) IN (SELECT recipient, subject FROM announcements"
        " WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT %s)",
        (KEPT_SECONDS, limit),
    )
    return int(cursor.rowcount)

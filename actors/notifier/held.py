"""The tables of what is held for users until their hour, and of their hours. Functions on a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from actors.notifier.desk import Gone
from actors.notifier.lifecycle import MessageState
from messages.commands import Delivery, Preferences
from messages.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one user: notices in their order, how many were left out before, since when nobody looked."""

    notices: tuple[Notice, ...]
    more: int
    since: datetime | None


def preferences_of(cursor: Any, user: str) -> Preferences | None:
    """A user's way, None for one who never said."""
    cursor.execute(
        "SELECT delivery, at_minute, weekday, zone, quiet_from, quiet_to FROM preferences WHERE user_id = %s", (user,)
    )
    row = cursor.fetchone()
    if row is None:
        return None
    return Preferences(
        user=user, delivery=Delivery(row[0]), at_minute=row[1], weekday=row[2], zone=row[3],
        quiet_from=row[4], quiet_to=row[5],
    )  # fmt: skip


def prefer(cursor: Any, wanted: Preferences) -> None:
    """Remember a user's way."""
    cursor.execute(
        "INSERT INTO preferences (user_id, delivery, at_minute, weekday, zone, quiet_from, quiet_to)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (user_id) DO UPDATE SET delivery = excluded.delivery,"
        " at_minute = excluded.at_minute, weekday = excluded.weekday, zone = excluded.zone,"
        " quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to",
        (
            wanted.user, wanted.delivery.value, wanted.at_minute, wanted.weekday, wanted.zone,
            wanted.quiet_from, wanted.quiet_to,
        ),
    )  # fmt: skip


def hold(cursor: Any, user: str, kept: Held, now: datetime, due_at: datetime) -> None:
    """Keep it until `due_at`, or until what is kept already is due."""
    notices = msgspec.json.encode(kept.notices).decode()
    cursor.execute(
        "INSERT INTO held (user_id, notices, more, since, held_at) VALUES (%s, %s::jsonb, %s, %s, %s)",
        (user, notices, kept.more, kept.since, now),
    )
    cursor.execute("INSERT INTO due (user_id, due_at) VALUES (%s, %s) ON CONFLICT DO NOTHING", (user, due_at))


def retime(cursor: Any, user: str, due_at: datetime) -> None:
    """What is kept for a user is due then."""
    cursor.execute("UPDATE due SET due_at = %s WHERE user_id = %s", (due_at, user))


def next_due(cursor: Any) -> datetime | None:
    """When the next user's is due."""
    cursor.execute("SELECT min(due_at) FROM due")
    found: datetime | None = cursor.fetchone()[0]
    return found


def users_due(cursor: Any, now: datetime, most: int) -> Sequence[str]:
    """Whose is due, the longest due first."""
    cursor.execute("SELECT user_id FROM due WHERE due_at <= %s ORDER BY due_at LIMIT %s", (now, most))
    return [user for (user,) in cursor.fetchall()]


def take(cursor: Any, user: str) -> Held:
    """What was kept for a user, which is kept no more."""
    cursor.execute("DELETE FROM due WHERE user_id = %s", (user,))
    cursor.execute("DELETE FROM held WHERE user_id = %s RETURNING place, notices::text, more, since", (user,))
    rows = sorted(cursor.fetchall(), key=lambda row: int(row[0]))
    notices = tuple(
        notice for _, text, _, _ in rows for notice in msgspec.json.decode(text, type=tuple[Notice, ...])
    )  # fmt: skip
    since = min((row[3] for row in rows if row[3] is not None), default=None)
    return Held(notices=notices, more=sum(row[2] for row in rows), since=since)


def count(cursor: Any) -> int:
    """Users for whom something is kept."""
    cursor.execute("SELECT count(*) FROM due")
    return int(cursor.fetchone()[0])


def forget(cursor: Any, user: str) -> Gone:
    """Delete all that is of one user, but answers to their commands that are not sent; which messages that were."""
    for table in ("preferences", "held", "due"):
        cursor.execute(f"DELETE FROM {table} WHERE user_id = %s", (user,))
    for table in ("announcements", "parked", "conversations"):
        cursor.execute(f"DELETE FROM {table} WHERE recipient = %s", (user,))
    cursor.execute(
        "WITH gone AS (DELETE FROM messages WHERE recipient = %s"
        " AND NOT (kind = 'answer' AND state IN ('queued', 'sending')) RETURNING state, unsettled)"
        " SELECT state, count(*), count(*) FILTER (WHERE unsettled > 0) FROM gone GROUP BY state",
        (user,),
    )
    rows = cursor.fetchall()
    return Gone(
        counts={MessageState(state): count for state, count, _ in rows},
        unsettled=sum(unsettled for _, _, unsettled in rows),
    )

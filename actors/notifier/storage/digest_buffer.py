"""The tables of what is held for users until their hour, and of their hours. Functions on a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actors.notifier.model.outgoing import DeletedMessages, MessageState
from actors.runtime.delivery import dead_letters
from actors.runtime.delivery.encoding import CODEC
from messages.commands import Delivery, Preferences
from messages.notices import NotifyUser, SummarizeForUser


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferedEvent:
    """An event that is kept for a user, as it is stored; `place` is its number."""

    place: int
    kind: str
    version: int
    payload: str


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


def hold(cursor: Any, event: NotifyUser | SummarizeForUser, now: datetime, due_at: datetime) -> None:
    """Keep it for its user until `due_at`, or until what is kept already is due."""
    kind, version, payload = CODEC.encode(event)
    cursor.execute(
        "INSERT INTO held (user_id, kind, version, payload, held_at) VALUES (%s, %s, %s, %s, %s)",
        (event.user, kind, version, payload, now),
    )
    cursor.execute(
        "INSERT INTO due (user_id, due_at, set_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (event.user, due_at, now),
    )


def retime(cursor: Any, user: str, now: datetime, due_at: datetime) -> None:
    """What is kept for a user is due then."""
    cursor.execute("UPDATE due SET due_at = %s, set_at = %s WHERE user_id = %s", (due_at, now, user))


def next_due(cursor: Any, now: datetime) -> datetime | None:
    """When the next user's is due, or is to be timed anew."""
    cursor.execute(
        "SELECT least((SELECT min(due_at) FROM due), (SELECT %s WHERE EXISTS (SELECT 1 FROM due WHERE set_at > %s)))",
        (now, now),
    )
    found: datetime | None = cursor.fetchone()[0]
    return found


def users_due(cursor: Any, now: datetime, most: int) -> Sequence[str]:
    """Whose is due, the longest due first."""
    cursor.execute("SELECT user_id FROM due WHERE due_at <= %s ORDER BY due_at LIMIT %s", (now, most))
    return [user for (user,) in cursor.fetchall()]


def users_ahead(cursor: Any, now: datetime, most: int) -> Sequence[str]:
    """Whose hour was found out by a clock that was set back since."""
    cursor.execute("SELECT user_id FROM due WHERE set_at > %s LIMIT %s", (now, most))
    return [user for (user,) in cursor.fetchall()]


def take(cursor: Any, user: str) -> Sequence[BufferedEvent]:
    """What was kept for a user, in its order; it is kept no more."""
    cursor.execute("DELETE FROM due WHERE user_id = %s", (user,))
    cursor.execute("DELETE FROM held WHERE user_id = %s RETURNING place, kind, version, payload::text", (user,))
    rows = [
        BufferedEvent(place=place, kind=kind, version=version, payload=payload)
        for place, kind, version, payload in cursor.fetchall()
    ]
    return sorted(rows, key=lambda row: row.place)


def forget(cursor: Any, user: str) -> DeletedMessages:
    """Delete all that is of one user, but answers to their commands that are not sent; which messages that were."""
    dead_letters.forget(cursor, user)
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
    return DeletedMessages(
        counts={MessageState(state): count for state, count, _ in rows},
        unsettled=sum(unsettled for _, _, unsettled in rows),
    )

"""The tables of notices that are kept for users, and of the hours that users chose. Functions on a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from actors.notifier.model.outgoing import DeletedMessages, MessageKind, MessageState
from actors.runtime.delivery import dead_letters
from actors.runtime.delivery.encoding import CODEC
from messages.channels import is_channel
from messages.commands import Delivery, DigestStyle, DigestTimes, Preferences, QuietHours
from messages.notices import NotifyUser, SummarizeForUser


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferedEvent:
    """An event that is kept for a user, as it is stored; `place` gives the order."""

    place: int
    kind: str
    version: int
    payload: str


_PREFERENCES = "user_id, delivery, digest, zone, quiet, style"


def preferences_of(cursor: Any, user: str) -> Preferences | None:
    """A user's preferences, None if the user never set any."""
    cursor.execute(f"SELECT {_PREFERENCES} FROM preferences WHERE user_id = %s", (user,))
    row = cursor.fetchone()
    return None if row is None else _preferences(*row)


def save_preferences(cursor: Any, wanted: Preferences) -> None:
    """Store a user's preferences."""
    cursor.execute(
        f"INSERT INTO preferences ({_PREFERENCES}) VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (user_id) DO UPDATE"
        " SET delivery = excluded.delivery, digest = excluded.digest, zone = excluded.zone, quiet = excluded.quiet,"
        " style = excluded.style",
        (
            wanted.user,
            wanted.delivery.value,
            msgspec.json.encode(wanted.digest).decode(),
            wanted.zone,
            msgspec.json.encode(wanted.quiet).decode(),
            wanted.style.value,
        ),
    )


def unknown_zones(cursor: Any, known: Sequence[str], limit: int) -> Sequence[tuple[str, str]]:
    """Users whose zone is none of `known`, and who were not told so; and that zone."""
    cursor.execute(
        "SELECT user_id, zone FROM preferences WHERE zone <> '' AND zone <> ALL(%s) AND told_zone <> zone LIMIT %s",
        (list(known), limit),
    )
    return [(user, zone) for user, zone in cursor.fetchall()]


def first_told_about_zone(cursor: Any, user: str, zone: str) -> bool:
    """Record that a user learns that this zone of theirs is unknown; False if they learned it before."""
    cursor.execute(
        "UPDATE preferences SET told_zone = zone WHERE user_id = %s AND zone = %s AND told_zone <> zone", (user, zone)
    )
    return bool(cursor.rowcount)


def reschedule_all(cursor: Any, known: Sequence[str], now: datetime) -> None:
    """Let digests be rescheduled whose zone may have changed since they were scheduled: the installation's, or one
    that is none of `known`. A digest that is already due stays so."""
    cursor.execute(
        "UPDATE digest_schedule SET set_at = 'infinity' FROM preferences WHERE digest_schedule.due_at > %s"
        " AND preferences.user_id = digest_schedule.user_id AND zone <> ALL(%s)",
        (now, list(known)),
    )


def hold(cursor: Any, event: NotifyUser | SummarizeForUser, now: datetime, due_at: datetime) -> None:
    """Keep an event for its user until `due_at`, or until what is already kept is due."""
    kind, version, payload = CODEC.encode(event)
    cursor.execute(
        "INSERT INTO digest_buffer (user_id, kind, version, payload, held_at) VALUES (%s, %s, %s, %s, %s)",
        (event.user, kind, version, payload, now),
    )
    cursor.execute(
        "INSERT INTO digest_schedule (user_id, due_at, set_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (event.user, due_at, now),
    )


def reschedule(cursor: Any, user: str, now: datetime, due_at: datetime) -> None:
    """Change when a user's digest is due."""
    cursor.execute("UPDATE digest_schedule SET due_at = %s, set_at = %s WHERE user_id = %s", (due_at, now, user))


def held_since(cursor: Any, user: str) -> datetime | None:
    """Since when the oldest of what is kept for a user is kept."""
    cursor.execute("SELECT min(held_at) FROM digest_buffer WHERE user_id = %s", (user,))
    found: datetime | None = cursor.fetchone()[0]
    return found


def next_due(cursor: Any, now: datetime) -> datetime | None:
    """When the next digest is due, or has to be rescheduled."""
    cursor.execute(
        "SELECT least((SELECT min(due_at) FROM digest_schedule),"
        " (SELECT %s WHERE EXISTS (SELECT 1 FROM digest_schedule WHERE set_at > %s)))",
        (now, now),
    )
    found: datetime | None = cursor.fetchone()[0]
    return found


def users_due(cursor: Any, now: datetime, limit: int) -> Sequence[str]:
    """The users whose digest is due, those due longest first."""
    cursor.execute("SELECT user_id FROM digest_schedule WHERE due_at <= %s ORDER BY due_at LIMIT %s", (now, limit))
    return [user for (user,) in cursor.fetchall()]


def users_ahead(cursor: Any, now: datetime, limit: int) -> Sequence[str]:
    """The users whose digest was scheduled before the clock was set back."""
    cursor.execute("SELECT user_id FROM digest_schedule WHERE set_at > %s LIMIT %s", (now, limit))
    return [user for (user,) in cursor.fetchall()]


def take(cursor: Any, user: str) -> Sequence[BufferedEvent]:
    """Remove what is kept for a user, and return it in order."""
    cursor.execute("DELETE FROM digest_schedule WHERE user_id = %s", (user,))
    cursor.execute(
        "DELETE FROM digest_buffer WHERE user_id = %s RETURNING place, kind, version, payload::text", (user,)
    )
    rows = [
        BufferedEvent(place=place, kind=kind, version=version, payload=payload)
        for place, kind, version, payload in cursor.fetchall()
    ]
    return sorted(rows, key=lambda row: row.place)


def forget(cursor: Any, user: str) -> DeletedMessages:
    """Delete everything about a user or a channel except unsent answers to commands, and in a channel what operators
    are to read; returns which messages were deleted."""
    kept = [MessageKind.ANSWER.value, *((MessageKind.INCIDENT.value,) if is_channel(user) else ())]
    dead_letters.forget(cursor, user)
    for table in ("preferences", "digest_buffer", "digest_schedule"):
        cursor.execute(f"DELETE FROM {table} WHERE user_id = %s", (user,))
    for table in ("announcements", "suspended", "conversations"):
        cursor.execute(f"DELETE FROM {table} WHERE recipient = %s", (user,))
    cursor.execute(
        "WITH gone AS (DELETE FROM messages WHERE recipient = %s"
        " AND NOT (kind = ANY(%s) AND state IN ('queued', 'sending')) RETURNING state, unsettled)"
        " SELECT state, count(*), count(*) FILTER (WHERE unsettled > 0) FROM gone GROUP BY state",
        (user, kept),
    )
    rows = cursor.fetchall()
    return DeletedMessages(
        counts={MessageState(state): count for state, count, _ in rows},
        unsettled=sum(unsettled for _, _, unsettled in rows),
    )


def _preferences(user: str, delivery: str, digest: Any, zone: str, quiet: Any, style: str) -> Preferences:
    return Preferences(
        user=user,
        delivery=Delivery(delivery),
        digest=msgspec.convert(digest, type=tuple[DigestTimes, ...]),
        zone=zone,
        quiet=msgspec.convert(quiet, type=tuple[QuietHours, ...]),
        style=DigestStyle(style),
    )

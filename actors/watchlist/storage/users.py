"""What is stored for each user: the tables `entries`, `mutes`, `preferences` and `open_commands`. Functions on a
cursor, inside the actor's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg2.extras import execute_values

from actors.runtime.delivery import dead_letters
from actors.watchlist.matching.entries import EntryKind, WatchEntry
from actors.watchlist.matching.mutes import ALL, Mute
from actors.watchlist.matching.recipients import EarlierMatches
from actors.watchlist.model.questions import OpenCommand, Question
from messages.commands import Delivery, DigestStyle, DigestTimes, Preferences, QuietHours, UserCommand

PAGE_ROWS = 20_000
"""Rows read by one statement, so that none takes long, however many there are."""

_MUTE = "user_id, kind, key, text, until"
_OLDER = "coalesce(index_sync < %s, added_at < %s)"
"""Whether an entry was there before a sync of the index; by the time if an older version wrote one of them, which tells
less: the clock may have been set back or forth in between."""

_PREFERENCES = "user_id, delivery, digest, zone, quiet, style"

# --- entries


def add_entries(cursor: Any, entries: Iterable[WatchEntry]) -> None:
    """Store new entries, with the sync of the index after which they were added."""
    execute_values(
        cursor,
        "INSERT INTO entries (user_id, kind, key, text, added_at, added_by, index_sync) VALUES %s",
        [(each.user, each.kind.value, each.key, each.text, each.added_at, each.added_by) for each in entries],
        template="(%s, %s, %s, %s, %s, %s, (SELECT index_sync FROM recent_papers_status))",
        page_size=1000,
    )


def remove_entries(cursor: Any, user: str, keys: Iterable[tuple[EntryKind, str]]) -> None:
    """Delete entries of a user."""
    wanted = [(kind.value, key) for kind, key in keys]
    cursor.execute(
        "DELETE FROM entries WHERE user_id = %s AND (kind, key) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
        (user, [kind for kind, _ in wanted], [key for _, key in wanted]),
    )


def entries_of(cursor: Any, user: str) -> tuple[WatchEntry, ...]:
    """All entries of a user, oldest first."""
    cursor.execute(
        "SELECT user_id, kind, key, text, added_at, added_by FROM entries WHERE user_id = %s"
        " ORDER BY added_at, kind, key",
        (user,),
    )
    return tuple(
        WatchEntry(user=user_id, kind=EntryKind(kind), key=key, text=text, added_at=added_at, added_by=added_by)
        for user_id, kind, key, text, added_at, added_by in cursor.fetchall()
    )


def all_entries(cursor: Any) -> Iterator[tuple[str, EntryKind, str, str]]:
    """User, kind, key and text of every entry, read page by page."""
    kinds = {kind.value: kind for kind in EntryKind}
    last = ("", "", "")
    while True:
        cursor.execute(
            "SELECT user_id, kind, key, text FROM entries WHERE (user_id, kind, key) > (%s, %s, %s)"
            " ORDER BY user_id, kind, key LIMIT %s",
            (*last, PAGE_ROWS),
        )
        rows = cursor.fetchall()
        for user, kind, key, text in rows:
            yield user, kinds[kind], key, text
        if len(rows) < PAGE_ROWS:
            return
        last = rows[-1][:3]


def who_knew(cursor: Any, earlier: EarlierMatches, some: Sequence[str]) -> frozenset[str]:
    """Which of some users, who match an entry of the index as it was earlier, did so while it was like that."""
    until = earlier.earlier.until_sync, earlier.earlier.until
    cursor.execute(
        f"SELECT DISTINCT user_id FROM entries WHERE user_id = ANY(%s) AND NOT {_OLDER}", (list(some), *until)
    )
    changed = [user for (user,) in cursor.fetchall()]
    if not changed:
        return frozenset(some)
    cursor.execute(
        f"SELECT user_id, kind, key, text FROM entries WHERE user_id = ANY(%s) AND {_OLDER}", (changed, *until)
    )
    entries = ((user, EntryKind(kind), key, text) for user, kind, key, text in cursor.fetchall())
    return frozenset(some) - frozenset(changed) | earlier.knew(entries)


# --- mutes


def all_mutes(cursor: Any) -> Iterator[Mute]:
    """The active mutes, after deleting those that have ended."""
    cursor.execute("DELETE FROM mutes WHERE until < now()")
    cursor.execute(f"SELECT {_MUTE} FROM mutes")
    return (
        Mute(user=user, kind=_kind_of(kind), key=key, text=text, until=until)
        for user, kind, key, text, until in cursor.fetchall()
    )


def save_mutes(cursor: Any, mutes: Iterable[Mute]) -> None:
    """Store mutes; each replaces one for the same thing."""
    rows = {(each.user, _stored_kind(each.kind), each.key): (each.text, each.until) for each in mutes}
    execute_values(
        cursor,
        f"INSERT INTO mutes ({_MUTE}) VALUES %s ON CONFLICT (user_id, kind, key)"
        " DO UPDATE SET text = EXCLUDED.text, until = EXCLUDED.until",
        [(*key, *value) for key, value in rows.items()],
    )


def remove_mutes(cursor: Any, user: str, keys: Iterable[tuple[EntryKind | None, str]]) -> None:
    """Delete mutes of a user."""
    for kind, key in keys:
        cursor.execute(
            "DELETE FROM mutes WHERE user_id = %s AND kind = %s AND key = %s", (user, _stored_kind(kind), key)
        )


def expire_mutes(cursor: Any, limit: int) -> tuple[tuple[str, EntryKind | None, str], ...]:
    """Delete up to `limit` mutes that have ended: of which users, for what."""
    cursor.execute(
        "DELETE FROM mutes WHERE (user_id, kind, key) IN"
        " (SELECT user_id, kind, key FROM mutes WHERE until < now() LIMIT %s) RETURNING user_id, kind, key",
        (limit,),
    )
    return tuple((user, _kind_of(kind), key) for user, kind, key in cursor.fetchall())


# --- preferences


def preferences_of(cursor: Any, user: str) -> Preferences | None:
    """A user's preferences; None if they never set any."""
    cursor.execute(f"SELECT {_PREFERENCES} FROM preferences WHERE user_id = %s", (user,))
    row = cursor.fetchone()
    if row is None:
        return None
    user_id, delivery, digest, zone, quiet, style = row
    return Preferences(
        user=user_id,
        delivery=Delivery(delivery),
        digest=msgspec.convert(digest, type=tuple[DigestTimes, ...]),
        zone=zone,
        quiet=msgspec.convert(quiet, type=tuple[QuietHours, ...]),
        style=DigestStyle(style),
    )


def save_preferences(cursor: Any, wanted: Preferences) -> None:
    """Store a user's preferences."""
    cursor.execute(
        f"INSERT INTO preferences ({_PREFERENCES}) VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (user_id) DO UPDATE"
        " SET delivery = EXCLUDED.delivery, digest = EXCLUDED.digest, zone = EXCLUDED.zone, quiet = EXCLUDED.quiet,"
        " style = EXCLUDED.style",
        (
            wanted.user,
            wanted.delivery.value,
            msgspec.json.encode(wanted.digest).decode(),
            wanted.zone,
            msgspec.json.encode(wanted.quiet).decode(),
            wanted.style.value,
        ),
    )


# --- commands that wait for other actors


def add_open_command(cursor: Any, command: UserCommand | OpenCommand, question: Question, at: datetime) -> OpenCommand:
    """Store a command until it is answered."""
    cursor.execute(
        "INSERT INTO open_commands (command_id, user_id, channel, thread, question, at)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING place",
        (command.command_id, command.user, command.channel, command.thread, msgspec.json.encode(question).decode(), at),
    )
    return OpenCommand(
        place=cursor.fetchone()[0],
        command_id=command.command_id,
        user=command.user,
        channel=command.channel,
        thread=command.thread,
        question=question,
    )


def all_open_commands(cursor: Any) -> tuple[OpenCommand, ...]:
    """The commands that are not answered yet, oldest first."""
    cursor.execute("SELECT place, command_id, user_id, channel, thread, question FROM open_commands ORDER BY place")
    return tuple(
        OpenCommand(
            place=place,
            command_id=command_id,
            user=user,
            channel=channel,
            thread=thread,
            question=msgspec.json.decode(question, type=Question),
        )
        for place, command_id, user, channel, thread, question in cursor.fetchall()
    )


def close_command(cursor: Any, place: int) -> bool:
    """Delete a command that is answered; False when it is gone already, or its user was forgotten."""
    cursor.execute("DELETE FROM open_commands WHERE place = %s", (place,))
    return bool(cursor.rowcount)


# --- everything


def forget(cursor: Any, user: str) -> None:
    """Delete everything about a user or a channel except events on their way to other actors. The entries that a user
    has added for others, as a channel, stay without their name."""
    cursor.execute("UPDATE entries SET added_by = user_id WHERE added_by = %s AND user_id <> %s", (user, user))
    for table in ("entries", "mutes", "preferences", "pending_notices", "sent_notices", "open_commands"):
        cursor.execute(f"DELETE FROM {table} WHERE user_id = %s", (user,))
    dead_letters.forget(cursor, user)


def _kind_of(kind: str) -> EntryKind | None:
    return None if kind == ALL else EntryKind(kind)


def _stored_kind(kind: EntryKind | None) -> str:
    return ALL if kind is None else kind.value

"""The tables `mutes` and `preferences`, and what forgetting a user means. Functions on a cursor, inside the actor's
transaction."""

from collections.abc import Iterable, Iterator
from typing import Any

from psycopg2.extras import execute_values

from actors.runtime.delivery import dead_letters
from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.matching.mutes import ALL, Mute
from messages.commands import Delivery, Preferences

_MUTE = "user_id, kind, key, text, until"
_PREFERENCES = "user_id, delivery, at_minute, weekday, zone, quiet_from, quiet_to"


def all_mutes(cursor: Any) -> Iterator[Mute]:
    """Those that are not over, after deleting the others."""
    cursor.execute("DELETE FROM mutes WHERE until < now()")
    cursor.execute(f"SELECT {_MUTE} FROM mutes")
    return map(_mute, cursor.fetchall())


def mute(cursor: Any, mutes: Iterable[Mute]) -> None:
    """Store mutes, in place of those for the same thing."""
    rows = {(each.user, _kind(each.kind), each.key): (each.text, each.until) for each in mutes}
    execute_values(
        cursor,
        f"INSERT INTO mutes ({_MUTE}) VALUES %s ON CONFLICT (user_id, kind, key)"
        " DO UPDATE SET text = EXCLUDED.text, until = EXCLUDED.until",
        [(*key, *value) for key, value in rows.items()],
    )


def expire_mutes(cursor: Any, most: int) -> tuple[tuple[str, EntryKind | None, str], ...]:
    """Delete some of those that are over; of whom, and of what."""
    cursor.execute(
        "DELETE FROM mutes WHERE (user_id, kind, key) IN"
        " (SELECT user_id, kind, key FROM mutes WHERE until < now() LIMIT %s) RETURNING user_id, kind, key",
        (most,),
    )
    return tuple((user, _kind_of(kind), key) for user, kind, key in cursor.fetchall())


def unmute(cursor: Any, user: str, keys: Iterable[tuple[EntryKind | None, str]]) -> None:
    """Delete mutes."""
    for kind, key in keys:
        cursor.execute("DELETE FROM mutes WHERE user_id = %s AND kind = %s AND key = %s", (user, _kind(kind), key))


def preferences(cursor: Any, user: str) -> Preferences | None:
    """Of a user; None when they never said anything."""
    cursor.execute(f"SELECT {_PREFERENCES} FROM preferences WHERE user_id = %s", (user,))
    row = cursor.fetchone()
    if row is None:
        return None
    user_id, delivery, at_minute, weekday, zone, quiet_from, quiet_to = row
    return Preferences(
        user=user_id,
        delivery=Delivery(delivery),
        at_minute=at_minute,
        weekday=weekday,
        zone=zone,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
    )


def prefer(cursor: Any, wanted: Preferences) -> None:
    """Store what a user wants."""
    cursor.execute(
        f"INSERT INTO preferences ({_PREFERENCES}) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (user_id) DO UPDATE"
        " SET delivery = EXCLUDED.delivery, at_minute = EXCLUDED.at_minute, weekday = EXCLUDED.weekday,"
        " zone = EXCLUDED.zone, quiet_from = EXCLUDED.quiet_from, quiet_to = EXCLUDED.quiet_to",
        (wanted.user, wanted.delivery.value, wanted.at_minute, wanted.weekday, wanted.zone, wanted.quiet_from,
         wanted.quiet_to),
    )  # fmt: skip


def forget(cursor: Any, user: str) -> None:
    """Delete everything about a user, but for events that are on their way."""
    for table in ("entries", "mutes", "preferences", "waiting", "told", "open_commands"):
        cursor.execute(f"DELETE FROM {table} WHERE user_id = %s", (user,))
    dead_letters.forget(cursor, user)


def _mute(row: Any) -> Mute:
    user, kind, key, text, until = row
    return Mute(user=user, kind=_kind_of(kind), key=key, text=text, until=until)


def _kind_of(kind: str) -> EntryKind | None:
    return None if kind == ALL else EntryKind(kind)


def _kind(kind: EntryKind | None) -> str:
    return ALL if kind is None else kind.value

"""The table `entries`. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Iterable, Iterator
from typing import Any

from psycopg2.extras import execute_values

from actors.watchlist.matching.entries import EntryKind, WatchEntry

PAGE = 20_000
"""Rows read by one statement, so that none takes long, however many there are."""


def add(cursor: Any, entries: Iterable[WatchEntry]) -> None:
    """Store entries that are not there yet."""
    execute_values(
        cursor,
        "INSERT INTO entries (user_id, kind, key, text, added_at, added_by) VALUES %s",
        [(each.user, each.kind.value, each.key, each.text, each.added_at, each.added_by) for each in entries],
        page_size=1000,
    )


def remove(cursor: Any, user: str, keys: Iterable[tuple[EntryKind, str]]) -> None:
    """Delete entries."""
    wanted = [(kind.value, key) for kind, key in keys]
    cursor.execute(
        "DELETE FROM entries WHERE user_id = %s AND (kind, key) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
        (user, [kind for kind, _ in wanted], [key for _, key in wanted]),
    )


def of_user(cursor: Any, user: str) -> tuple[WatchEntry, ...]:
    """All entries of one user, oldest first."""
    cursor.execute(
        "SELECT user_id, kind, key, text, added_at, added_by FROM entries WHERE user_id = %s"
        " ORDER BY added_at, kind, key",
        (user,),
    )
    return tuple(_entry(row) for row in cursor.fetchall())


def everything(cursor: Any) -> Iterator[tuple[str, EntryKind, str, str]]:
    """User, kind, key and text of every entry, a page at a time."""
    kinds = {kind.value: kind for kind in EntryKind}
    last = ("", "", "")
    while True:
        cursor.execute(
            "SELECT user_id, kind, key, text FROM entries WHERE (user_id, kind, key) > (%s, %s, %s)"
            " ORDER BY user_id, kind, key LIMIT %s",
            (*last, PAGE),
        )
        rows = cursor.fetchall()
        for user, kind, key, text in rows:
            yield user, kinds[kind], key, text
        if len(rows) < PAGE:
            return
        last = rows[-1][:3]


def _entry(row: Any) -> WatchEntry:
    user, kind, key, text, added_at, added_by = row
    return WatchEntry(user=user, kind=EntryKind(kind), key=key, text=text, added_at=added_at, added_by=added_by)

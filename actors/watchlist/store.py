"""The tables of the schema `watchlist`. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from psycopg2.extras import execute_values

from messages.notices import Notice, NotifyUser
from messages.watching import EntryKind, WatchEntry

PAGE = 20_000
"""Rows read by one statement, so that none takes long, however many there are."""


def add(cursor: Any, entry: WatchEntry) -> None:
    """Store an entry that is not there yet."""
    cursor.execute(
        "INSERT INTO entries (user_id, kind, key, text, added_at, added_by) VALUES (%s, %s, %s, %s, %s, %s)",
        (entry.user, entry.kind.value, entry.key, entry.text, entry.added_at, entry.added_by),
    )


def remove(cursor: Any, user: str, kind: EntryKind, key: str) -> WatchEntry:
    """Delete an entry that is there; what it was."""
    cursor.execute(
        "DELETE FROM entries WHERE user_id = %s AND kind = %s AND key = %s"
        " RETURNING user_id, kind, key, text, added_at, added_by",
        (user, kind.value, key),
    )
    return _entry(cursor.fetchone())


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


def gather(cursor: Any, batches: Iterable[NotifyUser]) -> None:
    """Keep what a catch-up brings until it is over."""
    rows = [(batch.user, msgspec.json.encode(notice).decode()) for batch in batches for notice in batch.notices]
    execute_values(cursor, "INSERT INTO gathered (user_id, notice) VALUES %s", rows, template="(%s, %s::jsonb)")


def take_gathered(cursor: Any, most: int) -> dict[str, tuple[tuple[Notice, ...], int]]:
    """For each user the first `most` of what was gathered, and how many more there were. It is gathered no more."""
    cursor.execute(
        "SELECT user_id, notice::text, more FROM (SELECT place, user_id, notice,"
        " row_number() OVER (PARTITION BY user_id ORDER BY place) AS nth,"
        " greatest(count(*) OVER (PARTITION BY user_id) - %s, 0) AS more FROM gathered) g WHERE nth <= %s"
        " ORDER BY user_id, place",
        (most, most),
    )
    notices: dict[str, list[Notice]] = {}
    left_out: dict[str, int] = {}
    for user, text, more in cursor.fetchall():
        notices.setdefault(user, []).append(msgspec.json.decode(text, type=Notice))
        left_out[user] = int(more)
    cursor.execute("DELETE FROM gathered")
    return {user: (tuple(theirs), left_out[user]) for user, theirs in notices.items()}


def _entry(row: Any) -> WatchEntry:
    user, kind, key, text, added_at, added_by = row
    return WatchEntry(user=user, kind=EntryKind(kind), key=key, text=text, added_at=added_at, added_by=added_by)

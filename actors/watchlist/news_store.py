"""The tables of what is being told, and of what was: `work`, `news`, `waiting`, `told`. Functions on a cursor, inside
the actor's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from psycopg2.extras import execute_values

from actors.runtime.encoding import CODEC
from actors.watchlist.commands.standing import Told
from messages.notices import Notice

CATCH_UP = 0
"""The work of what a catch-up has gathered."""

PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An event that is being told; see the table."""

    place: int
    event: Any
    at: datetime
    position: int
    last_user: str
    matched: bool


def add_work(cursor: Any, event: Any, at: datetime) -> None:
    """Put an event behind the others."""
    kind, version, payload = CODEC.encode(event)
    cursor.execute(
        "INSERT INTO work (kind, version, payload, at) VALUES (%s, %s, %s, %s)", (kind, version, payload, at)
    )


def next_work(cursor: Any) -> Work | None:
    """The first event, None when all was told. Raises UnreadableEvent."""
    cursor.execute(
        "SELECT place, kind, version, payload, at, position, last_user, matched FROM work ORDER BY place LIMIT 1"
    )
    row = cursor.fetchone()
    if row is None:
        return None
    place, kind, version, payload, at, position, last_user, matched = row
    event = CODEC.decode(kind, version, payload)
    return Work(place=place, event=event, at=at, position=position, last_user=last_user, matched=matched)


def first_row(cursor: Any) -> tuple[int, str, int, str] | None:
    """Place, kind, version and payload of the first event as they are stored, None when there is none."""
    cursor.execute("SELECT place, kind, version, payload FROM work ORDER BY place LIMIT 1")
    row: tuple[int, str, int, str] | None = cursor.fetchone()
    return row


def move_on(cursor: Any, place: int, position: int, last_user: str) -> None:
    """How far the matching has come."""
    cursor.execute("UPDATE work SET position = %s, last_user = %s WHERE place = %s", (position, last_user, place))


def all_matched(cursor: Any, place: int) -> None:
    """The matching is over."""
    cursor.execute("UPDATE work SET matched = true WHERE place = %s", (place,))


def finish(cursor: Any, place: int) -> None:
    """Nobody waits for this event any more."""
    cursor.execute("DELETE FROM work WHERE place = %s", (place,))
    cursor.execute("DELETE FROM waiting WHERE work = %s", (place,))


def add_news(cursor: Any, place: int, position: int, subject: str, notice: Notice, at: datetime) -> int:
    """The id of something that happened; the same when it is there already."""
    cursor.execute(
        "INSERT INTO news (work, position, subject, notice, at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (work, position) DO UPDATE SET subject = EXCLUDED.subject RETURNING id",
        (place, position, subject, msgspec.json.encode(notice).decode(), at),
    )
    return int(cursor.fetchone()[0])


def add_waiting(cursor: Any, work: int, news: int, matches: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """Who is to be told of it."""
    rows = [(work, user, news, list(texts)) for user, texts in matches]
    statement = "INSERT INTO waiting (work, user_id, news, matched) VALUES %s ON CONFLICT DO NOTHING"
    execute_values(cursor, statement, rows, template="(%s, %s, %s, %s::text[])", page_size=PAGE)


def next_users(cursor: Any, work: int, most: int) -> Mapping[str, int]:
    """The first users who wait, with how much waits for each: at least one, then as many as have `most` together."""
    cursor.execute(
        "SELECT user_id, count FROM (SELECT user_id, count, sum(count) OVER (ORDER BY user_id) AS total FROM"
        " (SELECT user_id, count(*) AS count FROM waiting WHERE work = %s GROUP BY user_id ORDER BY user_id LIMIT %s)"
        " f) g WHERE total <= %s OR total = count ORDER BY user_id",
        (work, most, most),
    )
    return {user: int(count) for user, count in cursor.fetchall()}


def anybody_waits(cursor: Any, work: int) -> bool:
    """Whether somebody is still to be told."""
    cursor.execute("SELECT EXISTS (SELECT 1 FROM waiting WHERE work = %s)", (work,))
    return bool(cursor.fetchone()[0])


def take_waiting(
    cursor: Any, work: int, users: Sequence[str], most: int, at: datetime
) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """For each of the users the first `most` news, by id, with the entries that matched. They wait no longer: all of
    it was told at `at`."""
    cursor.execute(
        "WITH gone AS (DELETE FROM waiting WHERE work = %s AND user_id = ANY(%s) RETURNING user_id, news, matched),"
        " kept AS (INSERT INTO told (user_id, news, matched, at) SELECT user_id, news, matched, %s FROM gone"
        " ON CONFLICT DO NOTHING)"
        " SELECT user_id, news, matched FROM gone ORDER BY user_id, news",
        (work, list(users), at),
    )
    taken: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for user, news, matched in cursor.fetchall():
        theirs = taken.setdefault(user, [])
        if len(theirs) < most:
            theirs.append((news, tuple(matched)))
    return taken


def notices(cursor: Any, ids: Iterable[int]) -> dict[int, Notice]:
    """What happened, by id."""
    cursor.execute("SELECT id, notice FROM news WHERE id = ANY(%s)", (list(ids),))
    return {id: msgspec.json.decode(text, type=Notice) for id, text in cursor.fetchall()}


def told(cursor: Any, user: str, subject: str, most: int) -> tuple[Told, ...]:
    """What a user was told of a number, and what waits to be, newest first."""
    cursor.execute(
        "SELECT n.notice, t.matched, t.at FROM news n JOIN"
        " (SELECT news, matched, at FROM told WHERE user_id = %s"
        " UNION ALL SELECT news, matched, NULL FROM waiting WHERE user_id = %s) t ON t.news = n.id"
        " WHERE n.subject = %s ORDER BY t.at DESC NULLS FIRST, n.id DESC LIMIT %s",
        (user, user, subject, most),
    )
    return tuple(
        Told(notice=msgspec.json.decode(notice, type=Notice), matched=tuple(matched), at=at)
        for notice, matched, at in cursor.fetchall()
    )


def expire(cursor: Any, seconds: float, most: int) -> int:
    """Delete some of what happened longer ago than that, with who was told; how many rows."""
    cursor.execute("SELECT id FROM news WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT 1", (seconds,))
    row = cursor.fetchone()
    if row is None:
        return 0
    cursor.execute(
        "DELETE FROM told WHERE (user_id, news) IN (SELECT user_id, news FROM told WHERE news = %s LIMIT %s)",
        (row[0], most),
    )
    if (gone := int(cursor.rowcount)) < most:
        cursor.execute(
            "DELETE FROM news WHERE id = %s AND NOT EXISTS (SELECT 1 FROM waiting WHERE news = %s)", (row[0], row[0])
        )
        return gone + int(cursor.rowcount)
    return gone

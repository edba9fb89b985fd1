"""The tables of what is being told, and of what was: `work`, `news`, `waiting`, `told`. Functions on a cursor, inside
the actor's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from actors.runtime.delivery.encoding import CODEC
from actors.watchlist.matching.recipients import MatchReason
from actors.watchlist.model.user_state import NoticeRecord
from messages.notices import Notice

CATCH_UP = 0
"""The work of what a catch-up has gathered."""

SEPARATOR, COLUMN = "\x1f", "\x1e"
"""Between the texts of entries, and between users and what is of one user. Neither can stand in them: nothing invisible
can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedEvent:
    """An event that is being told; see the table."""

    place: int
    event: Any
    at: datetime
    position: int
    last_user: str


def add_work(cursor: Any, event: Any, at: datetime) -> None:
    """Put an event behind the others."""
    kind, version, payload = CODEC.encode(event)
    cursor.execute(
        "INSERT INTO work (kind, version, payload, at) VALUES (%s, %s, %s, %s)", (kind, version, payload, at)
    )


def add_again(cursor: Any, place: int, event: Any, at: datetime) -> None:
    """Put an event back that was given up, where it stood: what is known of its place says who was told of it."""
    kind, version, payload = CODEC.encode(event)
    cursor.execute(
        "INSERT INTO work (place, kind, version, payload, at) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (place, kind, version, payload, at),
    )


def heads(cursor: Any) -> tuple[int | None, int | None]:
    """The places of the first event, and of the first that is not all matched; None where there is none."""
    cursor.execute("SELECT (SELECT min(place) FROM work), (SELECT min(place) FROM work WHERE NOT matched)")
    first, unmatched = cursor.fetchone()
    return first, unmatched


def row(cursor: Any, place: int) -> tuple[str, int, str]:
    """Kind, version and payload of an event as they are stored."""
    cursor.execute("SELECT kind, version, payload FROM work WHERE place = %s", (place,))
    kind, version, payload = cursor.fetchone()
    return kind, version, payload


def work(cursor: Any, place: int) -> QueuedEvent:
    """An event, and how far it has come. Raises UnreadableEvent."""
    event = CODEC.decode(*row(cursor, place))
    cursor.execute("SELECT at, position, last_user FROM work WHERE place = %s", (place,))
    at, position, last_user = cursor.fetchone()
    return QueuedEvent(place=place, event=event, at=at, position=position, last_user=last_user)


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
        " ON CONFLICT (work, position) DO UPDATE SET notice = EXCLUDED.notice RETURNING id",
        (place, position, subject, msgspec.json.encode(notice).decode(), at),
    )
    return int(cursor.fetchone()[0])


def add_waiting(cursor: Any, work: int, news: int, recipients: Mapping[str, MatchReason]) -> None:
    """Who is to be told of it, and why. Each column is one text, which PostgreSQL reads faster than an array."""
    cursor.execute(
        "INSERT INTO waiting (work, user_id, news, matched, mentioned) SELECT %s, user_id, %s,"
        " string_to_array(coalesce(matched, ''), chr(31)), string_to_array(coalesce(mentioned, ''), chr(31))"
        " FROM unnest(string_to_array(%s, chr(30)), string_to_array(%s, chr(30)), string_to_array(%s, chr(30)))"
        " AS t (user_id, matched, mentioned) ON CONFLICT DO NOTHING",
        (
            work,
            news,
            COLUMN.join(recipients),
            COLUMN.join([SEPARATOR.join(why.matched) for why in recipients.values()]),
            COLUMN.join([SEPARATOR.join(why.mentioned) for why in recipients.values()]),
        ),
    )


def next_users(cursor: Any, work: int, after: str, most: int) -> Sequence[str]:
    """The users who wait after that one, in their order: one if there is any, then as many as have `most` together."""
    cursor.execute(
        "SELECT user_id FROM waiting WHERE work = %s AND user_id > %s ORDER BY user_id LIMIT %s",
        (work, after, most + 1),
    )
    rows = [user for (user,) in cursor.fetchall()]
    whole = [user for user in rows if len(rows) <= most or user != rows[-1]]  # of the last one there may be more
    return list(dict.fromkeys(whole or rows))


@dataclass(slots=True)
class NoticesForUser:
    """What a user is told of: how many news, and the first of them by id, with why."""

    count: int = 0
    first: list[tuple[int, MatchReason]] = field(default_factory=list)


def take_waiting(cursor: Any, work: int, after: str, last: str, most: int, at: datetime) -> dict[str, NoticesForUser]:
    """For each of the users after one, up to another, the news of which they were not told before, the first `most` of
    them with why they are told. They wait no longer: all of it was told at `at`."""
    cursor.execute(
        "WITH gone AS (DELETE FROM waiting WHERE work = %s AND user_id > %s AND user_id <= %s"
        " RETURNING user_id, news, matched, mentioned),"
        " kept AS (INSERT INTO told (user_id, news, matched, mentioned, at)"
        " SELECT user_id, news, matched, mentioned, %s FROM gone ON CONFLICT DO NOTHING"
        " RETURNING user_id, news, matched, mentioned)"
        " SELECT user_id, news, array_to_string(matched, chr(31)), array_to_string(mentioned, chr(31))"
        " FROM kept ORDER BY user_id, news",
        (work, after, last, at),
    )
    taken: dict[str, NoticesForUser] = {}
    for user, news, matched, mentioned in cursor.fetchall():
        theirs = taken.setdefault(user, NoticesForUser())
        theirs.count += 1
        if len(theirs.first) < most:
            theirs.first.append((news, MatchReason(matched=_texts(matched), mentioned=_texts(mentioned))))
    return taken


def _texts(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(SEPARATOR)) if joined else ()


def notices(cursor: Any, ids: Iterable[int]) -> dict[int, Notice]:
    """What happened, by id."""
    cursor.execute("SELECT id, notice FROM news WHERE id = ANY(%s)", (list(ids),))
    return {id: msgspec.json.decode(text, type=Notice) for id, text in cursor.fetchall()}


def told(cursor: Any, user: str, subject: str, most: int) -> tuple[NoticeRecord, ...]:
    """What a user was told of a number, and what waits to be, newest first."""
    cursor.execute(
        "SELECT n.notice, t.matched, t.mentioned, t.at FROM news n JOIN"
        " (SELECT news, matched, mentioned, at FROM told WHERE user_id = %s"
        " UNION ALL SELECT news, matched, mentioned, NULL FROM waiting WHERE user_id = %s) t ON t.news = n.id"
        " WHERE n.subject = %s ORDER BY t.at DESC NULLS FIRST, n.id DESC LIMIT %s",
        (user, user, subject, most),
    )
    return tuple(
        NoticeRecord(
            notice=msgspec.json.decode(notice, type=Notice), matched=tuple(matched), mentioned=tuple(mentioned), at=at
        )
        for notice, matched, mentioned, at in cursor.fetchall()
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

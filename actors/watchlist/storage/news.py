"""The tables of what is being announced and what was: `queued_events`, `news_items`, `pending_notices`, `sent_notices`.
Functions on a cursor, inside the actor's transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from actors.runtime.delivery.encoding import CODEC
from actors.watchlist.matching.recipients import MatchReason
from actors.watchlist.model.user_state import NoticeRecord
from messages.notices import Notice, TakeBackNotices

CATCH_UP = 0
"""The event under which a catch-up collects its notices."""

SEPARATOR, COLUMN = "\x1f", "\x1e"
"""Between the texts of one user's entries, and between users. An entry cannot contain either, as they are invisible."""

# --- the queue of events


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedEvent:
    """An event that is being announced; see the table."""

    place: int
    event: Any
    at: datetime
    position: int
    last_user: str


def queue_event(cursor: Any, event: Any, at: datetime) -> None:
    """Put an event at the end of the queue."""
    kind, version, payload = CODEC.encode(event)
    cursor.execute(
        "INSERT INTO queued_events (kind, version, payload, at) VALUES (%s, %s, %s, %s)", (kind, version, payload, at)
    )


def requeue_event(cursor: Any, place: int, event: Any, at: datetime) -> None:
    """Put an event that was given up back in its old place: the place leads to the users already notified of it."""
    kind, version, payload = CODEC.encode(event)
    cursor.execute(
        "INSERT INTO queued_events (place, kind, version, payload, at) OVERRIDING SYSTEM VALUE"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (place, kind, version, payload, at),
    )


def queue_heads(cursor: Any) -> tuple[int | None, int | None]:
    """The places of the first event and of the first that is not fully matched; None where there is none."""
    cursor.execute(
        "SELECT (SELECT min(place) FROM queued_events), (SELECT min(place) FROM queued_events WHERE NOT matched)"
    )
    first, unmatched = cursor.fetchone()
    return first, unmatched


def stored_event(cursor: Any, place: int) -> tuple[str, int, str]:
    """Kind, version and payload of an event as they are stored."""
    cursor.execute("SELECT kind, version, payload FROM queued_events WHERE place = %s", (place,))
    kind, version, payload = cursor.fetchone()
    return kind, version, payload


def queued_event(cursor: Any, place: int) -> QueuedEvent:
    """An event and how far it has been matched. Raises UnreadableEvent."""
    event = CODEC.decode(*stored_event(cursor, place))
    cursor.execute("SELECT at, position, last_user FROM queued_events WHERE place = %s", (place,))
    at, position, last_user = cursor.fetchone()
    return QueuedEvent(place=place, event=event, at=at, position=position, last_user=last_user)


def save_progress(cursor: Any, place: int, position: int, last_user: str) -> None:
    """Store how far an event has been matched."""
    cursor.execute(
        "UPDATE queued_events SET position = %s, last_user = %s WHERE place = %s", (position, last_user, place)
    )


def mark_matched(cursor: Any, place: int) -> None:
    """All items of the event have been matched."""
    cursor.execute("UPDATE queued_events SET matched = true WHERE place = %s", (place,))


def finish_event(cursor: Any, place: int) -> None:
    """Delete an event and the notices that are still pending for it."""
    cursor.execute("DELETE FROM queued_events WHERE place = %s", (place,))
    cursor.execute("DELETE FROM pending_notices WHERE event = %s", (place,))


# --- pending notices


def add_news_item(cursor: Any, event: int, position: int, subject: str, notice: Notice, at: datetime) -> int:
    """Store what happened, unless it is stored already; its id."""
    cursor.execute(
        "INSERT INTO news_items (event, position, subject, notice, at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (event, position) DO UPDATE SET notice = EXCLUDED.notice RETURNING id",
        (event, position, subject, msgspec.json.encode(notice).decode(), at),
    )
    return int(cursor.fetchone()[0])


def add_pending(cursor: Any, event: int, news_item: int, recipients: Mapping[str, MatchReason]) -> None:
    """Store who will be notified of an item, and why. Each column is passed as one text, which PostgreSQL reads faster
    than an array."""
    cursor.execute(
        "INSERT INTO pending_notices (event, user_id, news_item, matched, mentioned) SELECT %s, user_id, %s,"
        " string_to_array(coalesce(matched, ''), chr(31)), string_to_array(coalesce(mentioned, ''), chr(31))"
        " FROM unnest(string_to_array(%s, chr(30)), string_to_array(%s, chr(30)), string_to_array(%s, chr(30)))"
        " AS t (user_id, matched, mentioned) ON CONFLICT DO NOTHING",
        (
            event,
            news_item,
            COLUMN.join(recipients),
            COLUMN.join([SEPARATOR.join(why.matched) for why in recipients.values()]),
            COLUMN.join([SEPARATOR.join(why.mentioned) for why in recipients.values()]),
        ),
    )


def next_users(cursor: Any, event: int, after: str, limit: int) -> Sequence[str]:
    """The users after `after` with pending notices, in alphabetical order: as many as have `limit` notices together,
    but at least one if there is any."""
    cursor.execute(
        "SELECT user_id FROM pending_notices WHERE event = %s AND user_id > %s ORDER BY user_id LIMIT %s",
        (event, after, limit + 1),
    )
    rows = [user for (user,) in cursor.fetchall()]
    complete = [user for user in rows if len(rows) <= limit or user != rows[-1]]  # the last one may have more
    return list(dict.fromkeys(complete or rows))


@dataclass(slots=True)
class NoticesForUser:
    """The first notices that a user gets, by id, with why; and of the others, how many each set of entries matched."""

    first: list[tuple[int, MatchReason]] = field(default_factory=list)
    others: Counter[tuple[str, ...]] = field(default_factory=Counter)


def take_pending(
    cursor: Any, event: int, after: str, last: str, limit: int, at: datetime, only: Sequence[str] | None = None
) -> dict[str, NoticesForUser]:
    """Move the pending notices of the users between `after` (excluded) and `last` (included) to the sent ones, or only
    those about the papers with these ids. For each user it returns the notices that they have not had before, with the
    first `limit` in full."""
    ids = None if only is None else list(only)
    cursor.execute(
        "WITH gone AS (DELETE FROM pending_notices p WHERE event = %s AND user_id > %s AND user_id <= %s"
        " AND (%s::text[] IS NULL OR EXISTS (SELECT 1 FROM news_items n WHERE n.id = p.news_item"
        " AND n.notice::json ->> 'id' = ANY(%s::text[])))"
        " RETURNING user_id, news_item, matched, mentioned),"
        " sent AS (INSERT INTO sent_notices (user_id, news_item, matched, mentioned, at)"
        " SELECT user_id, news_item, matched, mentioned, %s FROM gone ON CONFLICT DO NOTHING"
        " RETURNING user_id, news_item, matched, mentioned)"
        " SELECT user_id, news_item, array_to_string(matched, chr(31)), array_to_string(mentioned, chr(31))"
        " FROM sent ORDER BY user_id, news_item",
        (event, after, last, ids, ids, at),
    )
    taken: dict[str, NoticesForUser] = {}
    for user, news_item, matched, mentioned in cursor.fetchall():
        theirs = taken.setdefault(user, NoticesForUser())
        why = MatchReason(matched=_texts(matched), mentioned=_texts(mentioned))
        if len(theirs.first) < limit:
            theirs.first.append((news_item, why))
        else:
            theirs.others[(*why.matched, *why.mentioned)] += 1
    return taken


def take_back(cursor: Any, command: TakeBackNotices, at: datetime) -> None:
    """Take back what is pending for a user: it counts as told, with the reason why it was not sent. Entries that no
    longer count leave the notices that other entries matched too."""
    fields = {
        "user": command.user, "entries": list(command.entries), "subjects": list(command.subjects),
        "everything": command.everything, "reason": command.reason, "at": at,
    }  # fmt: skip
    cursor.execute(
        "WITH gone AS (DELETE FROM pending_notices p USING news_items n"
        " WHERE n.id = p.news_item AND p.user_id = %(user)s"
        " AND (%(everything)s OR n.subject = ANY(%(subjects)s::text[])"
        " OR (p.matched <@ %(entries)s::text[] AND p.mentioned <@ %(entries)s::text[]))"
        " RETURNING p.user_id, p.news_item, p.matched, p.mentioned)"
        " INSERT INTO sent_notices (user_id, news_item, matched, mentioned, at, taken_back)"
        " SELECT user_id, news_item, matched, mentioned, %(at)s, %(reason)s FROM gone ON CONFLICT DO NOTHING",
        fields,
    )
    cursor.execute(
        "UPDATE pending_notices SET"
        " matched = ARRAY(SELECT t FROM unnest(matched) WITH ORDINALITY AS m (t, place)"
        " WHERE t <> ALL(%(entries)s::text[]) ORDER BY place),"
        " mentioned = ARRAY(SELECT t FROM unnest(mentioned) WITH ORDINALITY AS m (t, place)"
        " WHERE t <> ALL(%(entries)s::text[]) ORDER BY place)"
        " WHERE user_id = %(user)s AND (matched && %(entries)s::text[] OR mentioned && %(entries)s::text[])",
        fields,
    )


def _texts(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(SEPARATOR)) if joined else ()


def notices(cursor: Any, ids: Iterable[int]) -> dict[int, Notice]:
    """The notices of news items, by id."""
    cursor.execute("SELECT id, notice FROM news_items WHERE id = ANY(%s)", (list(ids),))
    return {id: msgspec.json.decode(text, type=Notice) for id, text in cursor.fetchall()}


# --- history


def notice_history(cursor: Any, user: str, subject: str, limit: int) -> tuple[NoticeRecord, ...]:
    """A user's notices about a number, pending and sent, newest first."""
    cursor.execute(
        "SELECT n.notice, u.matched, u.mentioned, u.at, u.taken_back FROM news_items n JOIN"
        " (SELECT news_item, matched, mentioned, at, taken_back FROM sent_notices WHERE user_id = %s"
        " UNION ALL SELECT news_item, matched, mentioned, NULL, '' FROM pending_notices WHERE user_id = %s) u"
        " ON u.news_item = n.id WHERE n.subject = %s ORDER BY u.at DESC NULLS FIRST, n.id DESC LIMIT %s",
        (user, user, subject, limit),
    )
    return tuple(
        NoticeRecord(
            notice=msgspec.json.decode(notice, type=Notice),
            matched=tuple(matched),
            mentioned=tuple(mentioned),
            at=at,
            taken_back=taken_back,
        )
        for notice, matched, mentioned, at, taken_back in cursor.fetchall()
    )


def expire(cursor: Any, seconds: float, limit: int) -> int:
    """Delete part of what happened more than `seconds` ago, with the record of who was notified; how many rows."""
    cursor.execute(
        "SELECT id FROM news_items WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT 1", (seconds,)
    )
    row = cursor.fetchone()
    if row is None:
        return 0
    cursor.execute(
        "DELETE FROM sent_notices WHERE (user_id, news_item) IN"
        " (SELECT user_id, news_item FROM sent_notices WHERE news_item = %s LIMIT %s)",
        (row[0], limit),
    )
    if (gone := int(cursor.rowcount)) < limit:
        cursor.execute(
            "DELETE FROM news_items WHERE id = %s AND NOT EXISTS (SELECT 1 FROM pending_notices WHERE news_item = %s)",
            (row[0], row[0]),
        )
        return gone + int(cursor.rowcount)
    return gone

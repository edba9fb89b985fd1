"""What is taken back of the queued messages and of the digest buffer. Functions on a cursor.

A message that is taken back keeps its row, which says when and why. What is taken out of a message or out of the buffer
gets a row of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.model.taking_back import UserNotices
from actors.notifier.render.threads import subject_of
from actors.notifier.storage import cards
from actors.runtime.delivery.encoding import CODEC, UnreadableEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedNotices:
    """A message with a user's notices that waits to be sent. `thread` is the message that starts its thread, which may
    be itself; `event` says the same as the message (None: it was queued by a version that did not keep this)."""

    id: str
    thread: str
    announced: tuple[str, ...]
    created_at: datetime
    event: UserNotices | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNotices:
    """An event that is kept for a user's digest since `held_at`; `place` gives the order."""

    place: int
    event: UserNotices
    held_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenNotices:
    """Notices that were taken back, by their ids; `since` is when they were queued or kept."""

    ids: tuple[str, ...]
    since: datetime


def queued(cursor: Any, user: str, *, with_events: bool) -> Sequence[QueuedNotices]:
    """The messages with notices that wait for a user, in order."""
    event = "event_kind, event_version, event_payload::text" if with_events else "NULL, NULL, NULL"
    cursor.execute(
        f"SELECT id::text, coalesce(parent, id)::text, announced, created_at, {event} FROM messages"
        " WHERE recipient = %s AND state = 'queued' AND kind = 'notice' ORDER BY place",
        (user,),
    )
    return [
        QueuedNotices(
            id=id, thread=thread, announced=tuple(announced), created_at=created_at,
            event=None if kind is None else _event(kind, version, payload),
        )
        for id, thread, announced, created_at, kind, version, payload in cursor.fetchall()
    ]  # fmt: skip


def take_back(cursor: Any, dropped: Mapping[str, tuple[str, ...]], reason: str, now: datetime) -> None:
    """These messages will not be sent; each is the record of the notices with these ids."""
    execute_values(
        cursor,
        "UPDATE messages m SET state = 'taken_back', announced = v.announced, reason = v.reason, changed_at = v.at,"
        " not_before = NULL, blocks = NULL, event_kind = NULL, event_version = NULL, event_payload = NULL"
        " FROM (VALUES %s) AS v (id, announced, reason, at) WHERE m.id = v.id",
        [(id, list(ids), reason, now) for id, ids in dropped.items()],
        template="(%s::uuid, %s::text[], %s, %s::timestamptz)",
        page_size=500,
    )


def rewrite(cursor: Any, pages: Iterable[tuple[str, RenderedMessage, UserNotices | None]]) -> None:
    """These messages now say only what is left of them."""
    execute_values(
        cursor,
        "UPDATE messages m SET text = v.text, announced = v.announced, blocks = v.blocks, event_kind = v.kind,"
        " event_version = v.version, event_payload = v.payload,"
        " card = CASE WHEN m.card IS NULL THEN NULL ELSE v.card END"
        " FROM (VALUES %s) AS v (id, text, announced, blocks, kind, version, payload, card) WHERE m.id = v.id",
        [
            (
                id,
                page.text,
                list(page.ids),
                page.blocks or None,
                *((None,) * 3 if event is None else CODEC.encode(event)),
                cards.encoded(page.card),
            )
            for id, page, event in pages
        ],
        template="(%s::uuid, %s, %s::text[], %s::jsonb, %s::text, %s::integer, %s::jsonb, %s::jsonb)",
    )


def record(cursor: Any, user: str, taken: Iterable[tuple[str, TakenNotices]], reason: str, now: datetime) -> None:
    """Rows for notices that were part of a message or were kept for later, each with an id of its own."""
    execute_values(
        cursor,
        "INSERT INTO messages (id, recipient, text, announced, state, reason, created_at, changed_at) VALUES %s",
        [(id, user, "", list(each.ids), "taken_back", reason, each.since, now) for id, each in taken],
    )


def forget_announcements(cursor: Any, user: str, taken: Iterable[tuple[str, Iterable[str]]]) -> None:
    """The papers in `taken`, each with the thread that would have announced it, are not announced after all, unless
    something else in that thread does: news about them starts a new thread."""
    taken = tuple(taken)
    threads = [thread for thread, _ in taken]
    cursor.execute(
        "SELECT coalesce(parent, id)::text, announced FROM messages WHERE recipient = %s AND kind = 'notice'"
        " AND state <> 'taken_back' AND coalesce(parent, id) = ANY(%s::uuid[])",
        (user, threads),
    )
    announced: dict[str, set[str]] = {}
    for thread, ids in cursor.fetchall():
        announced.setdefault(thread, set()).update(map(subject_of, ids))
    cursor.execute("SELECT id::text FROM messages WHERE id = ANY(%s::uuid[])", (threads,))
    known = {id for (id,) in cursor.fetchall()}  # of an old thread nobody knows what its first message said
    forgotten = [
        (thread, subject)
        for thread, ids in taken
        if thread in known
        for subject in {*map(subject_of, ids)} - announced.get(thread, set())
    ]
    cursor.execute(
        "DELETE FROM announcements WHERE recipient = %s AND (message::text, subject) IN"
        " (SELECT * FROM unnest(%s::text[], %s::text[]))",
        (user, [thread for thread, _ in forgotten], [subject for _, subject in forgotten]),
    )


def kept(cursor: Any, user: str) -> Sequence[KeptNotices]:
    """What is kept for a user's digest, in order. What cannot be read is left for the day when the digest is due, and
    becomes a dead letter then."""
    cursor.execute(
        "SELECT place, kind, version, payload::text, held_at FROM digest_buffer WHERE user_id = %s ORDER BY place",
        (user,),
    )
    return [
        KeptNotices(place=place, event=event, held_at=held_at)
        for place, kind, version, payload, held_at in cursor.fetchall()
        if (event := _event(kind, version, payload)) is not None
    ]


def rewrite_kept(cursor: Any, user: str, left: Mapping[int, UserNotices | None]) -> None:
    """Replace kept events, by their place, by what is left of them. When nothing is kept, no digest is due."""
    gone = [place for place, event in left.items() if event is None]
    cursor.execute("DELETE FROM digest_buffer WHERE place = ANY(%s)", (gone,))
    for place, event in left.items():
        if event is not None:
            kind, version, payload = CODEC.encode(event)
            cursor.execute(
                "UPDATE digest_buffer SET kind = %s, version = %s, payload = %s WHERE place = %s",
                (kind, version, payload, place),
            )
    cursor.execute(
        "DELETE FROM digest_schedule WHERE user_id = %s"
        " AND NOT EXISTS (SELECT 1 FROM digest_buffer WHERE digest_buffer.user_id = digest_schedule.user_id)",
        (user,),
    )


def expire(cursor: Any, seconds: float, limit: int) -> int:
    """Delete up to `limit` messages that were taken back more than `seconds` ago; returns how many."""
    cursor.execute(
        "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE state = 'taken_back'"
        " AND changed_at < now() - make_interval(secs => %s) ORDER BY changed_at LIMIT %s)",
        (seconds, limit),
    )
    return int(cursor.rowcount)


def _event(kind: str, version: int, payload: str) -> UserNotices | None:
    try:
        event: UserNotices = CODEC.decode(kind, version, payload)
    except UnreadableEvent:
        return None
    return event

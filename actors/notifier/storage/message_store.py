"""The tables of messages, conversations and suspended recipients. Functions on a cursor."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.notifier.model.outgoing import (
    MessageKind,
    MessageState,
    NewMessage,
    OpenMessage,
    OutgoingMessage,
    StoredQueue,
    SuspendedRecipient,
)
from actors.notifier.outbound.retries import OutcomeCounter, Step
from actors.notifier.outbound.throttle import RECIPIENT_QUEUE_LIMIT
from actors.notifier.storage import announcements, cards
from actors.runtime.delivery.encoding import CODEC

_ORDER = "state = 'queued', kind <> 'answer', place"
"""The order of one recipient's open messages: what Slack may have already, then answers to commands, then the rest."""


def queue(cursor: Any, messages: Sequence[NewMessage], now: datetime) -> frozenset[str]:
    """Store messages in this order, except those that are stored already; returns the ids of the new ones."""
    stored = execute_values(
        cursor,
        "INSERT INTO messages (id, recipient, text, announced, kind, blocks, parent, thread_ts, created_at, changed_at,"
        " uploaded_at, event_kind, event_version, event_payload, card, broadcast) VALUES %s"
        " ON CONFLICT (id) DO NOTHING RETURNING id::text",
        [
            (
                message.id, message.recipient, message.text, list(message.announced), message.kind.value,
                message.blocks or None, message.parent or None, message.thread_ts or None, now, now,
                message.uploaded_at,
                *((None, None, None) if message.event is None else CODEC.encode(message.event)),
                cards.encoded(message.card) if message.card else None, message.broadcast,
            )
            for message in messages
        ],
        fetch=True,
    )  # fmt: skip
    return frozenset(id for (id,) in stored)


def mark_sending(cursor: Any, ids: Sequence[str], now: datetime) -> None:
    """Start a new attempt for those of `ids` that are queued."""
    cursor.execute(
        "UPDATE messages SET state = 'sending', attempt = attempt + 1, not_before = NULL, tried_at = %s,"
        " changed_at = %s WHERE id = ANY(%s::uuid[]) AND state = 'queued'",
        (now, now, list(ids)),
    )


def sending(cursor: Any, ids: Sequence[str]) -> dict[str, OutgoingMessage]:
    """Those of `ids` that are sending, by id, with what is known about their conversations."""
    cursor.execute(
        "SELECT messages.id::text, recipient, messages.text, messages.attempt, messages.failures,"
        " conversations.channel, last_ts, messages.tried_at, coalesce(tries, 0), coalesce(messages.blocks::text, ''),"
        " coalesce(messages.thread_ts, parent.ts, (SELECT ts FROM announcements WHERE message = messages.parent"
        " AND ts IS NOT NULL LIMIT 1), ''), messages.kind, messages.announced, messages.created_at,"
        " messages.uploaded_at, messages.broadcast"
        " FROM messages LEFT JOIN (SELECT * FROM conversations WHERE NOT is_stale) conversations USING (recipient)"
        " LEFT JOIN suspended USING (recipient)"
        " LEFT JOIN (SELECT id, ts FROM messages) parent ON parent.id = messages.parent"
        " WHERE messages.id = ANY(%s::uuid[]) AND messages.state = 'sending'",
        (list(ids),),
    )
    return {
        row[0]: OutgoingMessage(
            id=row[0], recipient=row[1], text=row[2], attempt=row[3], failures=row[4], channel=row[5],
            last_ts=row[6], tried_at=row[7], suspended=row[8], blocks=row[9], thread_ts=row[10],
            kind=MessageKind(row[11]), announced=tuple(row[12]), queued_at=row[13], uploaded_at=row[14],
            broadcast=row[15],
        )
        for row in cursor.fetchall()
    }  # fmt: skip


def conclude(cursor: Any, message: OutgoingMessage, step: Step, now: datetime, not_before: datetime | None) -> bool:
    """Store the outcome of an attempt. False if the message is no longer in this attempt."""
    posted = step.posted
    cursor.execute(
        "UPDATE messages SET state = %s, reason = %s, failures = failures + %s, unsettled = unsettled + %s,"
        " not_before = %s, channel = %s, ts = %s, changed_at = %s WHERE id = %s AND state = 'sending' AND attempt = %s",
        (
            step.state.value, step.reason, int(step.is_failure),
            int(step.counter is OutcomeCounter.UNSETTLED), not_before,
            posted.channel if posted else None, posted.ts if posted else None,
            now, message.id, message.attempt,
        ),
    )  # fmt: skip
    if cursor.rowcount != 1:
        return False
    if posted is not None and posted.ts:
        _remember_conversation(cursor, message.recipient, posted.channel, posted.ts)
        announcements.place(cursor, message.id, posted.channel, posted.ts)
    if step.state is MessageState.SENT:
        cursor.execute(
            "UPDATE messages SET event_kind = NULL, event_version = NULL, event_payload = NULL WHERE id = %s",
            (message.id,),
        )
    if step.counter is OutcomeCounter.UNTHREADED:
        cursor.execute("UPDATE messages SET thread_ts = NULL, parent = NULL WHERE id = %s", (message.id,))
    if step.counter is OutcomeCounter.UNBLOCKED:
        cursor.execute("UPDATE messages SET blocks = NULL WHERE id = %s", (message.id,))
    if step.counter is OutcomeCounter.SUSPENDED:
        _suspend(cursor, message.recipient, step)
        if message.recipient.startswith("#"):
            # the name may belong to another channel by now
            cursor.execute("UPDATE conversations SET is_stale = true WHERE recipient = %s", (message.recipient,))
    elif step.state is MessageState.SENT:
        cursor.execute("DELETE FROM suspended WHERE recipient = %s", (message.recipient,))
    return True


def heard_from(cursor: Any, user: str, channel: str) -> Sequence[str]:
    """A user has written in this channel: make the suspended recipients that stand for them due now; returns which."""
    cursor.execute(
        "UPDATE suspended SET heard_at = now(), retry_at = now() WHERE recipient IN (%s, %s)"
        " OR recipient IN (SELECT recipient FROM conversations WHERE channel = %s) RETURNING recipient",
        (user, channel, channel),
    )
    return [recipient for (recipient,) in cursor.fetchall()]


def recipient_in(cursor: Any, channel: str, named: Sequence[str]) -> str:
    """The recipient among `named` that stands for the conversation with this id and can be reached, otherwise the id
    itself. All messages to one conversation should share one queue."""
    cursor.execute(
        "SELECT recipient FROM conversations WHERE channel = %s AND recipient = ANY(%s) AND NOT is_stale"
        " AND recipient NOT IN (SELECT recipient FROM suspended) ORDER BY recipient LIMIT 1",
        (channel, list(named)),
    )
    known = cursor.fetchone()
    return str(known[0]) if known is not None else channel


def conversation_of(cursor: Any, recipient: str) -> str:
    """Slack's id of the conversation with a recipient, the last one that was known; empty if none was."""
    cursor.execute("SELECT channel FROM conversations WHERE recipient = %s", (recipient,))
    known = cursor.fetchone()
    return "" if known is None else str(known[0])


def learn_conversation(cursor: Any, recipient: str, channel: str) -> None:
    """Store Slack's id of the conversation with a recipient, unless one is known that is not stale."""
    cursor.execute(
        "INSERT INTO conversations (recipient, channel, last_ts) VALUES (%s, %s, '0') ON CONFLICT (recipient) DO UPDATE"
        " SET channel = excluded.channel, last_ts = excluded.last_ts, at = now(), is_stale = false"
        " WHERE conversations.is_stale",
        (recipient, channel),
    )


def tables(cursor: Any) -> StoredQueue:
    """What is to be sent, and what was."""
    cursor.execute("SELECT count(*) FROM messages WHERE unsettled > 0")
    (unsettled,) = cursor.fetchone()
    return StoredQueue(
        messages=_heads(cursor), counts=counts(cursor), unsettled=unsettled, suspended=_suspended(cursor)
    )


def expire_conversations(cursor: Any, seconds: float, limit: int) -> int:
    """Delete up to `limit` conversations without a message for `seconds`; returns how many."""
    cursor.execute(
        "DELETE FROM conversations WHERE recipient IN (SELECT recipient FROM conversations"
        " WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT %s)",
        (seconds, limit),
    )
    return int(cursor.rowcount)


def next_of(cursor: Any, recipient: str) -> Sequence[OpenMessage]:
    """The next messages of one recipient, in order: one more than its queue in memory holds."""
    cursor.execute(
        "SELECT id::text, recipient, state, not_before, kind, created_at FROM messages"
        f" WHERE recipient = %s AND state IN ('queued', 'sending') ORDER BY {_ORDER} LIMIT %s",
        (recipient, RECIPIENT_QUEUE_LIMIT + 1),
    )
    return _open_ones(cursor)


def counts(cursor: Any) -> Mapping[MessageState, int]:
    """How many messages are in each state."""
    cursor.execute("SELECT state, count(*) FROM messages GROUP BY state")
    return {MessageState(state): count for state, count in cursor.fetchall()}


def _heads(cursor: Any) -> Sequence[OpenMessage]:
    """The next messages of every recipient, in order."""
    cursor.execute(
        "SELECT id, recipient, state, not_before, kind, created_at"
        " FROM (SELECT place, id::text, recipient, state, not_before, kind, created_at,"
        f" row_number() OVER (PARTITION BY recipient ORDER BY {_ORDER}) AS number"
        " FROM messages WHERE state IN ('queued', 'sending')) heads"
        f" WHERE number <= %s ORDER BY {_ORDER}",
        (RECIPIENT_QUEUE_LIMIT + 1,),
    )
    return _open_ones(cursor)


def _open_ones(cursor: Any) -> Sequence[OpenMessage]:
    return [
        OpenMessage(
            id=id,
            recipient=recipient,
            state=MessageState(state),
            not_before=not_before,
            kind=MessageKind(kind),
            queued_at=queued_at,
        )
        for id, recipient, state, not_before, kind, queued_at in cursor.fetchall()
    ]


def _suspended(cursor: Any) -> Mapping[str, SuspendedRecipient]:
    cursor.execute(
        "SELECT recipient, since, reason, extract(epoch FROM retry_at - now())::float, tried_at, heard_at"
        " FROM suspended"
    )
    return {
        recipient: SuspendedRecipient(since=since, reason=reason, wait=wait, tried_at=tried_at, heard_at=heard_at)
        for recipient, since, reason, wait, tried_at, heard_at in cursor.fetchall()
    }


def _suspend(cursor: Any, recipient: str, step: Step) -> None:
    cursor.execute(
        "INSERT INTO suspended (recipient, reason, retry_at) VALUES (%s, %s, now() + make_interval(secs => %s))"
        " ON CONFLICT (recipient) DO UPDATE SET reason = excluded.reason, tries = suspended.tries + 1,"
        " tried_at = now(), retry_at = excluded.retry_at",
        (recipient, step.reason, step.wait),
    )


def _remember_conversation(cursor: Any, recipient: str, channel: str, ts: str) -> None:
    cursor.execute(
        "INSERT INTO conversations (recipient, channel, last_ts) VALUES (%s, %s, %s)"
        " ON CONFLICT (recipient) DO UPDATE SET channel = excluded.channel, last_ts = excluded.last_ts, at = now(),"
        " is_stale = false",
        (recipient, channel, ts),
    )

"""The tables of the schema `notifier`. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.notifier.desk import Open
from actors.notifier.lifecycle import MessageState, Step, Tally
from actors.notifier.outcomes import Outgoing

PAGE = 10_000
"""Rows read by one statement, so that none takes long, however many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that is to be queued."""

    id: str
    recipient: str
    text: str
    announced: tuple[str, ...]


def queue(cursor: Any, drafts: Sequence[Draft], now: datetime) -> None:
    """Store messages in their order."""
    execute_values(
        cursor,
        "INSERT INTO messages (id, recipient, text, announced, created_at, changed_at) VALUES %s",
        [(draft.id, draft.recipient, draft.text, list(draft.announced), now, now) for draft in drafts],
    )


def mark_sending(cursor: Any, ids: Sequence[str], now: datetime) -> None:
    """Those of `ids` that are queued begin a new attempt."""
    cursor.execute(
        "UPDATE messages SET state = 'sending', attempt = attempt + 1, not_before = NULL, changed_at = %s"
        " WHERE id = ANY(%s::uuid[]) AND state = 'queued'",
        (now, list(ids)),
    )


def sending(cursor: Any, ids: Sequence[str]) -> dict[str, Outgoing]:
    """Those of `ids` that are sending, by id, with what is known of their conversations."""
    cursor.execute(
        "SELECT id::text, recipient, text, attempt, failures, conversations.channel, last_ts"
        " FROM messages LEFT JOIN conversations USING (recipient)"
        " WHERE id = ANY(%s::uuid[]) AND state = 'sending'",
        (list(ids),),
    )
    return {
        row[0]: Outgoing(
            id=row[0], recipient=row[1], text=row[2], attempt=row[3], failures=row[4], channel=row[5],
            last_ts=row[6],
        )
        for row in cursor.fetchall()
    }  # fmt: skip


def conclude(cursor: Any, message: Outgoing, step: Step, now: datetime, not_before: datetime | None) -> bool:
    """Write what came of an attempt, if the message is still in it; False if it is not."""
    posted = step.posted
    cursor.execute(
        "UPDATE messages SET state = %s, reason = %s, failures = failures + %s, not_before = %s, channel = %s, ts = %s,"
        " changed_at = %s WHERE id = %s AND state = 'sending' AND attempt = %s",
        (
            step.state.value, step.reason, int(step.tally is Tally.UNKNOWN), not_before,
            posted.channel if posted else None, posted.ts if posted else None,
            now, message.id, message.attempt,
        ),
    )  # fmt: skip
    hit = bool(cursor.rowcount == 1)
    if hit and posted is not None and posted.ts:
        _remember_conversation(cursor, message.recipient, posted.channel, posted.ts)
    return hit


def open_messages(cursor: Any) -> Iterator[Open]:
    """Everything that is queued or sending, in its order."""
    last = 0
    while True:
        cursor.execute(
            "SELECT place, id::text, recipient, state, not_before FROM messages"
            " WHERE state IN ('queued', 'sending') AND place > %s ORDER BY place LIMIT %s",
            (last, PAGE),
        )
        rows = cursor.fetchall()
        for _, id, recipient, state, not_before in rows:
            yield Open(id=id, recipient=recipient, state=MessageState(state), not_before=not_before)
        if len(rows) < PAGE:
            return
        last = rows[-1][0]


def counts(cursor: Any) -> Mapping[MessageState, int]:
    """How many messages are in each state."""
    cursor.execute("SELECT state, count(*) FROM messages GROUP BY state")
    return {MessageState(state): count for state, count in cursor.fetchall()}


def _remember_conversation(cursor: Any, recipient: str, channel: str, ts: str) -> None:
    cursor.execute(
        "INSERT INTO conversations (recipient, channel, last_ts) VALUES (%s, %s, %s)"
        " ON CONFLICT (recipient) DO UPDATE SET channel = excluded.channel, last_ts = excluded.last_ts",
        (recipient, channel, ts),
    )

"""The dead messages and suspended recipients that operators list, retry and discard. Functions on a cursor."""

from typing import Any

from actors.notifier.model.outgoing import MessageState
from messages.dead_letters import DeadLetter, DeadLetterKind

MESSAGE = "notifier/message/"
RECIPIENT = "notifier/recipient/"
"""Their ids begin with this; then comes the message's place, or the recipient as it is configured or watched."""


def recipient_of(id: str) -> str | None:
    """The suspended recipient that an id names, if it names one."""
    return id.removeprefix(RECIPIENT) if id.startswith(RECIPIENT) else None


def place_of(id: str) -> int | None:
    """The place of the dead message that an id names, if it names one."""
    place = id.removeprefix(MESSAGE) if id.startswith(MESSAGE) else ""
    return int(place) if place.isascii() and place.isdigit() and len(place) < 19 else None


def listed(cursor: Any, limit: int) -> tuple[DeadLetter, ...]:
    """The oldest of both kinds."""
    return (*_suspended(cursor, limit), *_dead(cursor, limit))


def count(cursor: Any) -> int:
    """How many there are."""
    cursor.execute("SELECT (SELECT count(*) FROM suspended) + (SELECT count(*) FROM messages WHERE state = 'dead')")
    return int(cursor.fetchone()[0])


def retry_recipient(cursor: Any, recipient: str) -> int | None:
    """Make a suspended recipient due now; returns how many messages wait, None if it is not suspended."""
    cursor.execute("UPDATE suspended SET retry_at = now() WHERE recipient = %s", (recipient,))
    if cursor.rowcount == 0:
        return None
    cursor.execute("SELECT count(*) FROM messages WHERE recipient = %s AND state = 'queued'", (recipient,))
    return int(cursor.fetchone()[0])


def discard_recipient(cursor: Any, recipient: str) -> int | None:
    """Delete what waits for a suspended recipient; returns how many messages, None if it is not suspended."""
    cursor.execute("DELETE FROM suspended WHERE recipient = %s", (recipient,))
    if cursor.rowcount == 0:
        return None
    cursor.execute("DELETE FROM messages WHERE recipient = %s AND state = 'queued'", (recipient,))
    return int(cursor.rowcount)


def retry_message(cursor: Any, place: int) -> bool:
    """Queue a dead message again; False if there is none."""
    cursor.execute(
        "UPDATE messages SET state = 'queued', failures = 0, not_before = NULL WHERE place = %s AND state = 'dead'",
        (place,),
    )
    return bool(cursor.rowcount == 1)


def discard_message(cursor: Any, place: int) -> bool:
    """Delete a dead message; False if there is none."""
    cursor.execute("DELETE FROM messages WHERE place = %s AND state = 'dead'", (place,))
    return bool(cursor.rowcount == 1)


def expire(cursor: Any, *, sent: float, suspended: float, dead: float, limit: int) -> dict[MessageState, int]:
    """Delete messages that were sent, died, or have waited for a suspended recipient longer ago than these seconds, up
    to `limit` of each; returns how many of each state. A suspended recipient without messages is also forgotten after
    that time; the next message finds out whether Slack can reach it again."""
    gone = {
        MessageState.SENT: _expire_over(cursor, MessageState.SENT, sent, limit),
        MessageState.DEAD: _expire_over(cursor, MessageState.DEAD, dead, limit),
        MessageState.QUEUED: _expire_suspended(cursor, suspended, limit),
    }
    cursor.execute(
        "DELETE FROM suspended WHERE tried_at < now() - make_interval(secs => %s)"
        " AND NOT EXISTS (SELECT 1 FROM messages"
        " WHERE messages.recipient = suspended.recipient AND state IN ('queued', 'sending'))",
        (suspended,),
    )
    return gone


def _expire_over(cursor: Any, state: MessageState, seconds: float, limit: int) -> int:
    cursor.execute(
        "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE state = %s"
        " AND changed_at < now() - make_interval(secs => %s) ORDER BY changed_at LIMIT %s)",
        (state.value, seconds, limit),
    )
    return int(cursor.rowcount)


def _expire_suspended(cursor: Any, seconds: float, limit: int) -> int:
    cursor.execute(
        "DELETE FROM messages WHERE id IN (SELECT id FROM messages JOIN suspended USING (recipient)"
        " WHERE state = 'queued' AND created_at < now() - make_interval(secs => %s) ORDER BY place LIMIT %s)",
        (seconds, limit),
    )
    return int(cursor.rowcount)


def _suspended(cursor: Any, limit: int) -> tuple[DeadLetter, ...]:
    cursor.execute(
        "SELECT recipient, reason, tries, since, suspended.tried_at,"
        " (SELECT count(*) FROM messages WHERE messages.recipient = suspended.recipient"
        " AND state IN ('queued', 'sending')) FROM suspended ORDER BY since, recipient LIMIT %s",
        (limit,),
    )
    return tuple(
        DeadLetter(
            id=RECIPIENT + recipient,
            kind=DeadLetterKind.RECIPIENT,
            what=f"messages to {recipient}",
            error=reason,
            failures=tries,
            messages=waiting,
            since=since,
            tried_at=tried_at,
        )
        for recipient, reason, tries, since, tried_at, waiting in cursor.fetchall()
    )


def _dead(cursor: Any, limit: int) -> tuple[DeadLetter, ...]:
    cursor.execute(
        "SELECT place, recipient, announced, kind, reason, attempt, created_at, changed_at FROM messages"
        " WHERE state = 'dead' ORDER BY place LIMIT %s",
        (limit,),
    )
    return tuple(
        DeadLetter(
            id=f"{MESSAGE}{place}",
            kind=DeadLetterKind.MESSAGE,
            what=f"{', '.join(announced) or kind} to {recipient}",
            error=reason,
            failures=attempt,
            messages=1,
            since=created_at,
            tried_at=changed_at,
        )
        for place, recipient, announced, kind, reason, attempt, created_at, changed_at in cursor.fetchall()
    )

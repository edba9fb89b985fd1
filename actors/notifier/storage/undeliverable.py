"""What Slack does not take, as operators see and settle it: dead messages and parked recipients. On a cursor."""

from typing import Any

from actors.notifier.model.outgoing import MessageState
from messages.dead_letters import DeadLetter, DeadLetterKind

MESSAGE = "notifier/message/"
RECIPIENT = "notifier/recipient/"
"""How their ids begin; a message's place, a recipient as it is configured or watched, follows."""


def recipient_of(id: str) -> str | None:
    """The recipient of a letter that is one."""
    return id.removeprefix(RECIPIENT) if id.startswith(RECIPIENT) else None


def place_of(id: str) -> int | None:
    """The place of a message that is a letter."""
    place = id.removeprefix(MESSAGE) if id.startswith(MESSAGE) else ""
    return int(place) if place.isascii() and place.isdigit() and len(place) < 19 else None


def listed(cursor: Any, limit: int) -> tuple[DeadLetter, ...]:
    """The oldest of both."""
    return (*_suspended(cursor, limit), *_dead(cursor, limit))


def count(cursor: Any) -> int:
    """How many there are."""
    cursor.execute("SELECT (SELECT count(*) FROM parked) + (SELECT count(*) FROM messages WHERE state = 'dead')")
    return int(cursor.fetchone()[0])


def retry_recipient(cursor: Any, recipient: str) -> int | None:
    """Let a parked recipient be tried now; how many messages wait, None for one who is not parked."""
    cursor.execute("UPDATE parked SET retry_at = now() WHERE recipient = %s", (recipient,))
    if cursor.rowcount == 0:
        return None
    cursor.execute("SELECT count(*) FROM messages WHERE recipient = %s AND state = 'queued'", (recipient,))
    return int(cursor.fetchone()[0])


def discard_recipient(cursor: Any, recipient: str) -> int | None:
    """Delete what waits for a parked recipient; how many messages, None for one who is not parked."""
    cursor.execute("DELETE FROM parked WHERE recipient = %s", (recipient,))
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


def expire(cursor: Any, *, sent: float, suspended: float, dead: float, most: int) -> dict[MessageState, int]:
    """Delete messages that were sent, that are dead, and that wait for parked recipients, for longer than these
    seconds, at most so many of each; how many of each state. A parked recipient for whom nothing waits is forgotten
    after that time too: the next message finds out anew."""
    gone = {
        MessageState.SENT: _expire_over(cursor, MessageState.SENT, sent, most),
        MessageState.DEAD: _expire_over(cursor, MessageState.DEAD, dead, most),
        MessageState.QUEUED: _expire_suspended(cursor, suspended, most),
    }
    cursor.execute(
        "DELETE FROM parked WHERE tried_at < now() - make_interval(secs => %s) AND NOT EXISTS (SELECT 1 FROM messages"
        " WHERE messages.recipient = parked.recipient AND state IN ('queued', 'sending'))",
        (suspended,),
    )
    return gone


def _expire_over(cursor: Any, state: MessageState, seconds: float, most: int) -> int:
    cursor.execute(
        "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE state = %s"
        " AND changed_at < now() - make_interval(secs => %s) ORDER BY changed_at LIMIT %s)",
        (state.value, seconds, most),
    )
    return int(cursor.rowcount)


def _expire_suspended(cursor: Any, seconds: float, most: int) -> int:
    cursor.execute(
        "DELETE FROM messages WHERE id IN (SELECT id FROM messages JOIN parked USING (recipient)"
        " WHERE state = 'queued' AND created_at < now() - make_interval(secs => %s) ORDER BY place LIMIT %s)",
        (seconds, most),
    )
    return int(cursor.rowcount)


def _suspended(cursor: Any, limit: int) -> tuple[DeadLetter, ...]:
    cursor.execute(
        "SELECT recipient, reason, tries, since, parked.tried_at,"
        " (SELECT count(*) FROM messages WHERE messages.recipient = parked.recipient"
        " AND state IN ('queued', 'sending')) FROM parked ORDER BY since, recipient LIMIT %s",
        (limit,),
    )
    return tuple(
        DeadLetter(
            id=RECIPIENT + recipient,
            kind=DeadLetterKind.RECIPIENT,
            what=f"what is for {recipient}",
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

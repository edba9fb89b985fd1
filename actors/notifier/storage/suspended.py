"""The table of suspended recipients, as events of the workspace change it. Functions on a cursor."""

from collections.abc import Sequence
from typing import Any


def recipients_of(cursor: Any, id: str) -> Sequence[str]:
    """The recipients that stand for a person or a channel with this id, if Callboard has anything to do with it."""
    cursor.execute(
        "SELECT recipient FROM conversations WHERE recipient = %(id)s OR channel = %(id)s"
        " UNION SELECT recipient FROM messages WHERE recipient = %(id)s AND state IN ('queued', 'sending')"
        " UNION SELECT recipient FROM suspended WHERE recipient = %(id)s"
        " UNION SELECT user_id FROM preferences WHERE user_id = %(id)s"
        " UNION SELECT user_id FROM digest_buffer WHERE user_id = %(id)s ORDER BY 1",
        {"id": id},
    )
    return [recipient for (recipient,) in cursor.fetchall()]


def suspend(cursor: Any, recipients: Sequence[str], reason: str, wait: float) -> None:
    """Suspend these recipients, and try them again in `wait` seconds."""
    for recipient in recipients:
        cursor.execute(
            "INSERT INTO suspended (recipient, reason, retry_at) VALUES (%s, %s, now() + make_interval(secs => %s))"
            " ON CONFLICT (recipient) DO UPDATE SET reason = excluded.reason, retry_at = excluded.retry_at",
            (recipient, reason, wait),
        )


def free(cursor: Any, recipients: Sequence[str]) -> Sequence[str]:
    """Make those of these recipients due now that are suspended; returns which."""
    cursor.execute(
        "UPDATE suspended SET retry_at = now() WHERE recipient = ANY(%s) RETURNING recipient", (list(recipients),)
    )
    return sorted(recipient for (recipient,) in cursor.fetchall())

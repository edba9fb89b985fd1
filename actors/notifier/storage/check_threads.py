"""Which message began the thread of an outage of a check. Functions on a cursor, inside the actor's transaction."""

from typing import Any


def message(cursor: Any, outage: str, recipient: str) -> str:
    """The id of the first message about an outage to this recipient; empty if there was none."""
    cursor.execute("SELECT message FROM check_threads WHERE outage = %s AND recipient = %s", (outage, recipient))
    row = cursor.fetchone()
    return "" if row is None else str(row[0])


def recipients(cursor: Any, outage: str) -> list[str]:
    """Who was told that it began."""
    cursor.execute("SELECT recipient FROM check_threads WHERE outage = %s ORDER BY recipient", (outage,))
    return [recipient for (recipient,) in cursor.fetchall()]


def add(cursor: Any, outage: str, recipient: str, message: str) -> None:
    """Remember the first message."""
    cursor.execute(
        "INSERT INTO check_threads (outage, recipient, message) VALUES (%s, %s, %s)", (outage, recipient, message)
    )


def forget(cursor: Any, outage: str) -> None:
    """The outage is over."""
    cursor.execute("DELETE FROM check_threads WHERE outage = %s", (outage,))

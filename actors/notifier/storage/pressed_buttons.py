"""The table of buttons whose commands are not answered yet, and the buttons that say what was done. On a cursor."""

from datetime import datetime
from typing import Any


def remember(cursor: Any, command_id: str, channel: str, ts: str, command: str, at: datetime) -> None:
    """A command came from the button of a message that only its user reads."""
    cursor.execute(
        "INSERT INTO pressed_buttons (command_id, channel, ts, command, at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (command_id, channel, ts, command, at),
    )


def settle(cursor: Any, command_id: str, user: str, *, is_done: bool) -> bool:
    """The command of `user` is answered: if it was carried out, its button says so from now on. True if a message
    changes."""
    cursor.execute("DELETE FROM pressed_buttons WHERE command_id = %s RETURNING channel, ts, command", (command_id,))
    found = cursor.fetchone()
    if found is None or not is_done:
        return False
    channel, ts, command = found
    cursor.execute(
        "UPDATE messages SET pressed = array_append(pressed, %s), card_version = card_version + 1"
        " WHERE recipient = %s AND ts = %s AND channel = %s AND blocks IS NOT NULL AND NOT %s = ANY(pressed)",
        (command, user, ts, channel, command),
    )
    return bool(cursor.rowcount)


def expire(cursor: Any, limit: int) -> int:
    """Delete up to `limit` that were never answered; returns how many."""
    cursor.execute(
        "DELETE FROM pressed_buttons WHERE command_id IN (SELECT command_id FROM pressed_buttons"
        " WHERE at < now() - interval '1 day' ORDER BY at LIMIT %s)",
        (limit,),
    )
    return int(cursor.rowcount)

"""The table `open_commands`. Functions on a cursor, inside the actor's transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from actors.watchlist.model.questions import Question
from messages.commands import UserCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCommand:
    """A command that waits for others; see the table."""

    place: int
    command_id: str
    user: str
    channel: str
    thread: str
    question: Question


def open_command(cursor: Any, command: UserCommand, question: Question, at: datetime) -> OpenCommand:
    """Keep a command until it is answered."""
    cursor.execute(
        "INSERT INTO open_commands (command_id, user_id, channel, thread, question, at)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING place",
        (command.command_id, command.user, command.channel, command.thread, msgspec.json.encode(question).decode(), at),
    )
    return OpenCommand(
        place=cursor.fetchone()[0],
        command_id=command.command_id,
        user=command.user,
        channel=command.channel,
        thread=command.thread,
        question=question,
    )


def all_open(cursor: Any) -> tuple[OpenCommand, ...]:
    """Those that are not answered, oldest first."""
    cursor.execute("SELECT place, command_id, user_id, channel, thread, question FROM open_commands ORDER BY place")
    return tuple(
        OpenCommand(
            place=place,
            command_id=command_id,
            user=user,
            channel=channel,
            thread=thread,
            question=msgspec.json.decode(question, type=Question),
        )
        for place, command_id, user, channel, thread, question in cursor.fetchall()
    )


def close(cursor: Any, place: int) -> int:
    """It is answered; 0 when it was already, or its user is forgotten."""
    cursor.execute("DELETE FROM open_commands WHERE place = %s", (place,))
    return int(cursor.rowcount)

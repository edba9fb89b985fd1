"""Without Slack: messages on the console. Each is one write, so that lines of two do not mix."""

from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from actors.notifier.outbound.outcomes import (
    NOT_LEADING,
    NotReached,
    Outgoing,
    Posted,
    PostOutcome,
    SearchOutcome,
    Unsearchable,
)
from actors.notifier.render.escaping import one_line, plain

WIDTH = 72


def shown(recipient: str, text: str, at: datetime) -> str:
    """A message as it is printed: who it is for and when, then the text without markup."""
    head = f"── to {one_line(recipient)} · {at:%Y-%m-%d %H:%M} UTC "
    body = "\n".join(f"   {line}" if line else "" for line in plain(text).split("\n"))
    return f"\n{head.ljust(WIDTH, '─')}\n{body}\n"


class ConsoleDelivery:
    """Prints messages. What a crash left between the print and the note of it is printed again: a console cannot be
    asked."""

    name = "console"

    def __init__(self, stream: TextIO, now: Callable[[], datetime], leads: Callable[[], bool] = lambda: True) -> None:
        self._stream = stream
        self._now = now
        self._leads = leads

    async def post(self, message: Outgoing) -> PostOutcome:
        """Print the message."""
        if not self._leads():
            return NotReached(why=NOT_LEADING)
        try:
            self._stream.write(shown(message.recipient, message.text, self._now()))
            self._stream.flush()
        except (OSError, ValueError) as error:
            return NotReached(why=f"the console cannot be written to: {error}")
        return Posted(channel=message.recipient, ts="")

    async def search(self, message: Outgoing) -> SearchOutcome:
        """Nobody can say what a console has shown."""
        return Unsearchable(why="a console has no history")

    async def close(self) -> None:
        """Nothing is held open."""

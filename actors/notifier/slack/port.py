"""Where messages go: to Slack when there is a token, else to the console."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TextIO

from actors.notifier.model.outcomes import NOT_LEADING, NotReached, Posted, PostOutcome, SearchOutcome, Unsearchable
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.render.console import shown
from actors.notifier.slack.client import SlackTransport
from messages.settings import SlackSettings


class MessageTransport(Protocol):
    """What both can do."""

    @property
    def name(self) -> str:
        """For health."""

    async def post(self, message: OutgoingMessage) -> PostOutcome:
        """Post it."""

    async def search(self, message: OutgoingMessage) -> SearchOutcome:
        """Find out whether it was posted."""

    async def close(self) -> None:
        """Release what is held open."""


class ConsoleTransport:
    """Prints messages. What a crash left between the print and the note of it is printed again: a console cannot be
    asked."""

    name = "console"

    def __init__(self, stream: TextIO, now: Callable[[], datetime], leads: Callable[[], bool] = lambda: True) -> None:
        self._stream = stream
        self._now = now
        self._leads = leads

    async def post(self, message: OutgoingMessage) -> PostOutcome:
        """Print the message."""
        if not self._leads():
            return NotReached(why=NOT_LEADING)
        try:
            self._stream.write(shown(message.recipient, message.text, self._now()))
            self._stream.flush()
        except (OSError, ValueError) as error:
            return NotReached(why=f"the console cannot be written to: {error}")
        return Posted(channel=message.recipient, ts="")

    async def search(self, message: OutgoingMessage) -> SearchOutcome:
        """Nobody can say what a console has shown."""
        return Unsearchable(why="a console has no history")

    async def close(self) -> None:
        """Nothing is held open."""


def transport_for(settings: SlackSettings, now: Callable[[], datetime], leads: Callable[[], bool]) -> MessageTransport:
    """What the configuration asks for; nothing is opened yet. `leads` is asked right before each call: whether it is
    certain that no other instance leads."""
    return SlackTransport(settings, leads) if settings.bot_token else ConsoleTransport(sys.stdout, now, leads)

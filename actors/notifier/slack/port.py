"""Where messages go: to Slack if there is a bot token, otherwise to the console."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TextIO

from actors.notifier.model.outcomes import (
    NOT_LEADING,
    Failure,
    NotReached,
    Posted,
    PostOutcome,
    SearchOutcome,
    Unsearchable,
)
from actors.notifier.model.outgoing import OutgoingMessage, RenderedMessage
from actors.notifier.render.console import console_text
from actors.notifier.slack.client import SlackTransport
from actors.notifier.slack.token import BotToken
from actors.runtime.output import streams
from messages.settings import SlackSettings


class MessageTransport(Protocol):
    """Delivers messages."""

    @property
    def name(self) -> str:
        """The name that health shows."""

    async def post(self, message: OutgoingMessage) -> PostOutcome:
        """Post the message."""

    async def search(self, message: OutgoingMessage) -> SearchOutcome:
        """Find out whether it was posted."""

    async def update(self, channel: str, ts: str, message: RenderedMessage) -> Failure | None:
        """Let the message that stands there say this from now on; None if it does."""

    async def close(self) -> None:
        """Release what is open."""


class ConsoleTransport:
    """Prints messages, each with one write so that they do not mix. A message that was printed just before a crash is
    printed again, because a console has no history to search."""

    name = "console"

    def __init__(self, stream: TextIO, now: Callable[[], datetime], leads: Callable[[], bool] = lambda: True) -> None:
        self._stream = stream
        self._now = now
        self._leads = leads

    async def post(self, message: OutgoingMessage) -> PostOutcome:
        """Print the message."""
        if not self._leads():
            return NotReached(why=NOT_LEADING)
        if why := streams.offer(self._stream, console_text(message.recipient, message.text, self._now())):
            return NotReached(why=f"cannot write to the console: {why}")
        return Posted(channel=message.recipient, ts="")

    async def search(self, message: OutgoingMessage) -> SearchOutcome:
        """Never possible."""
        return Unsearchable(why="a console has no history")

    async def update(self, channel: str, ts: str, message: RenderedMessage) -> Failure | None:
        """Never necessary: what was printed has no address."""

    async def close(self) -> None:
        """Nothing is open."""


def transport_for(
    settings: SlackSettings, now: Callable[[], datetime], leads: Callable[[], bool], token: BotToken | None = None
) -> MessageTransport:
    """The transport that the settings ask for; it opens nothing yet. It calls `leads` right before each call, to make
    sure that no other instance leads."""
    return SlackTransport(settings, leads, token) if settings.bot_token else ConsoleTransport(sys.stdout, now, leads)

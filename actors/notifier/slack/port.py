"""Where messages go: to Slack when there is a token, else to the console."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from actors.notifier.outbound.outcomes import Outgoing, PostOutcome, SearchOutcome
from actors.notifier.render.console import ConsoleDelivery
from actors.notifier.slack.client import SlackDelivery
from messages.settings import SlackSettings


class Delivery(Protocol):
    """What both can do."""

    @property
    def name(self) -> str:
        """For health."""

    async def post(self, message: Outgoing) -> PostOutcome:
        """Post it."""

    async def search(self, message: Outgoing) -> SearchOutcome:
        """Find out whether it was posted."""

    async def close(self) -> None:
        """Release what is held open."""


def delivery_for(settings: SlackSettings, now: Callable[[], datetime], leads: Callable[[], bool]) -> Delivery:
    """What the configuration asks for; nothing is opened yet. `leads` is asked right before each call: whether it is
    certain that no other instance leads."""
    return SlackDelivery(settings, leads) if settings.bot_token else ConsoleDelivery(sys.stdout, now, leads)

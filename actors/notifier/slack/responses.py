"""Sends answers to the addresses that Slack gives with a slash command or a button: only one person sees them.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from actors.notifier.model.outcomes import Failure
from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.slack.api import SlackApi
from messages.settings import SlackSettings


class ResponseSender:
    """Opens its session with the first answer; must be closed."""

    def __init__(self, settings: SlackSettings, leads: Callable[[], bool]) -> None:
        self._api = SlackApi(settings, leads)

    async def respond(
        self, url: str, rendered: Sequence[RenderedMessage], *, replaces: bool
    ) -> tuple[int, Failure | None]:
        """Send the messages one after the other, the first in the place of the pressed one if it `replaces` it. Returns
        how many were taken, and what went wrong then."""
        for number, message in enumerate(rendered):
            payload: dict[str, Any] = {
                "response_type": "ephemeral",
                "replace_original": replaces and not number,
                "text": message.text,
                **({"blocks": json.loads(message.blocks)} if message.blocks else {}),
            }
            if (failure := await self._api.respond(url, payload)) is not None:
                return number, failure
        return len(rendered), None

    async def close(self) -> None:
        """Close the session."""
        await self._api.close()

"""A client of a Slack, for as long as a test uses it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import structs

from actors.notifier.slack.client import SlackTransport
from messages.settings import SlackSettings
from tests.actors.notifier.slack_server import TOKEN
from tests.builders import settings

T = TypeVar("T")


def with_client(
    url: str,
    use: Callable[[SlackTransport], Awaitable[T]],
    timeout: float = 30.0,
    leads: Callable[[], bool] = lambda: True,
    signing_secret: str = "",
) -> T:
    """Use a client of this Slack."""
    slack: SlackSettings = structs.replace(
        settings().slack, api_url=url, bot_token=TOKEN, signing_secret=signing_secret, timeout=timeout
    )

    async def run() -> T:
        delivery = SlackTransport(slack, leads)
        try:
            return await use(delivery)
        finally:
            await delivery.close()

    return asyncio.run(run())

"""What the service says of itself, to the play that goes along with it."""

from typing import Any

import aiohttp

LIMIT_SECONDS = 30.0
"""For one answer."""


async def index_is_loaded(health_url: str) -> bool:
    """Whether the service has loaded the index, by its health document. Not if it does not answer."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LIMIT_SECONDS)) as session,
            session.get(health_url) as answer,
        ):
            document: dict[str, Any] = await answer.json()
    except (TimeoutError, aiohttp.ClientError):
        return False
    return document.get("actors", {}).get("watchlist", {}).get("index_loaded") is True

"""Whether our own network is away when a check fails: then the failure says nothing about what is checked."""

import asyncio
import ipaddress
import time
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from actors.runtime.http.connectivity import check_network
from actors.runtime.http.environment import NetworkEnvironment
from messages.probing import Network
from messages.settings import Settings

KEPT_SECONDS = 2.0
"""What a look found counts for so long: when the network goes, many checks fail at once."""

Look = Callable[[Iterable[str], NetworkEnvironment], Awaitable[Network]]


def witnesses_of(settings: Settings) -> tuple[str, ...]:
    """The origins of the hosts that the service uses anyway. Nothing is sent to them."""
    urls = (
        settings.index.url,
        settings.prober.base_url if settings.prober.enabled else "",
        settings.open_std.url if settings.open_std.enabled else "",
        settings.slack.api_url if settings.slack.bot_token else "",
    )
    origins = (urlsplit(url)._replace(path="", query="", fragment="").geturl() for url in urls if url)
    return tuple(dict.fromkeys(origins))


def is_elsewhere(url: str) -> bool:
    """Whether the way to what is checked leads through our network: not if it is on this machine, or has an address of
    a private network."""
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host != "localhost"
    return not address.is_private


class OwnNetwork:
    """Owned by a runner. `look` finds out; many who ask at once share one look."""

    def __init__(self, witnesses: Iterable[str], network: NetworkEnvironment, look: Look = check_network) -> None:
        self._witnesses = tuple(witnesses)
        self._network = network
        self._look = look
        self._looking: asyncio.Task[bool] | None = None
        self._began = 0.0

    async def is_away(self) -> bool:
        """Whether none of the witnesses accepts or refuses a connection."""
        now = time.monotonic()
        if self._looking is None or (self._looking.done() and now - self._began > KEPT_SECONDS):
            self._looking, self._began = asyncio.ensure_future(self._find_out()), now
        return await asyncio.shield(self._looking)

    async def _find_out(self) -> bool:
        return await self._look(self._witnesses, self._network) is Network.AWAY

"""Asks for the configured URL. The URL may hold a secret, so only its host is named."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

import aiohttp
import httpx

from actors.runtime.http.client import HttpClient, network_of_this_process
from actors.runtime.http.redirects import RedirectRefused
from actors.runtime.http.session import words_of
from actors.runtime.http.transport import HttpTransport
from messages.about import VERSION

TIMEOUT_SECONDS = 10.0

HEADERS: Mapping[str, str] = MappingProxyType({"User-Agent": f"Callboard/{VERSION}", "Accept": "*/*"})


class DeadMansSwitch:
    """Its client. One ping at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._host = httpx.URL(url).host
        self._client = HttpClient(url, HttpTransport(network_of_this_process(), connections=1), headers=HEADERS)

    async def ping(self) -> str:
        """Say that we live; empty if that was heard, else why it was not."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                response = await self._client.send("GET", self._url, {}, redirected=False)
                await response.aclose()
        except TimeoutError:
            return f"no answer from {self._host} within {TIMEOUT_SECONDS:g} s"
        except (aiohttp.ClientError, httpx.HTTPError, RedirectRefused, OSError) as error:
            return f"{self._host}: {words_of(error)}"
        return "" if response.status_code < 400 else f"HTTP {response.status_code} from {self._host}"

    async def close(self) -> None:
        """Close its connection."""
        await self._client.close()

"""wg21.link's index.json, a source of one page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import httpx

from actors.index.entries.decoding import NotAnIndex
from actors.index.entries.difference import read
from actors.index.fetch.client import FetchLimits, PageClient
from actors.index.fetch.source import in_turns, new_page
from actors.index.model.fetching import NOT_AN_INDEX, Fetched, FetchFailed, IndexValidators, NotModified
from actors.index.model.pages import NewPage, PageState
from actors.index.model.sources import WG21_LINK

PAGE = "index.json"


class Wg21Link:
    """The client for one URL; limits as in FetchLimits, `interval` in seconds."""

    def __init__(
        self,
        *,
        url: str,
        timeout: float,
        max_bytes: int,
        user_agent: str,
        interval: float = 600.0,
        redirect_hosts: Iterable[str] = (),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = WG21_LINK
        self.interval = interval
        self.older_interval = interval
        self.is_first = True
        self._url = url
        limits = FetchLimits(
            timeout=timeout, max_bytes=max_bytes, user_agent=user_agent, redirect_hosts=tuple(redirect_hosts)
        )
        self._client = PageClient(url, limits, accept="application/json", transport=transport)

    def pages(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        """There is only one."""
        return (PAGE,)

    def older(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        """None."""
        return ()

    async def fetch(self, known: IndexValidators) -> NotModified | Fetched | FetchFailed:
        """Ask for the index unless it is the one of `known`."""
        return await self._client.fetch(self._url, known)

    async def look(
        self, page: PageState, asked: IndexValidators, known: Mapping[str, int], today: date
    ) -> NotModified | FetchFailed | NewPage:
        """Fetch and read the index."""
        fetched = await self.fetch(asked)
        if not isinstance(fetched, Fetched):
            return fetched
        try:
            reading = await in_turns(read(fetched.body, known))
        except NotAnIndex as error:
            return FetchFailed(reason=f"{NOT_AN_INDEX}{error}")
        return new_page(reading, known, fetched.validators)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

"""The HTTP client of every room: no cookies, no state but open connections; redirects only as `redirects` says."""

import os
from collections.abc import Iterable, Mapping

import httpx

from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.http.redirects import REDIRECTS, RedirectRule
from actors.runtime.http.transport import CONFIGURED


class HttpClient:
    """Requests to one configured URL, to others of its site, and to where these redirect; each with `headers`. `hosts`
    are those that the configuration lets redirects lead to. `requests` counts what was sent."""

    def __init__(
        self, url: str, transport: httpx.AsyncBaseTransport, *, headers: Mapping[str, str], hosts: Iterable[str] = ()
    ) -> None:
        self.requests = 0
        self._url = httpx.URL(url)
        self._transport = transport
        self._headers = httpx.Headers(dict(headers))
        self._rule = RedirectRule(url, hosts)

    async def send(self, method: str, url: str, headers: Mapping[str, str], *, redirected: bool) -> httpx.Response:
        """One exchange. The response is open and must be closed. `redirected` says that the URL is from `target`."""
        self.requests += 1
        extensions = {CONFIGURED: self._url} if redirected else {}
        request = httpx.Request(method, url, headers=self._headers, extensions=extensions)
        if headers:
            request.headers.update(headers)
        response = await self._transport.handle_async_request(request)
        response.request = request
        return response

    def target(self, response: httpx.Response) -> str | None:
        """The URL that an answer redirects to; None if it does not. Raises RedirectRefused."""
        if response.status_code not in REDIRECTS or not (location := response.headers.get("location", "")):
            return None
        return self._rule.target(str(response.url), location)

    async def close(self) -> None:
        """Close its connections."""
        await self._transport.aclose()


def network_of_this_process() -> NetworkEnvironment:
    """The variables as the service was started with them."""
    return NetworkEnvironment(dict(os.environ))

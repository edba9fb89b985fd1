"""httpx's requests and responses over aiohttp's connections, since httpx's own pool costs several times the CPU."""

import socket
import ssl
from collections.abc import AsyncIterator, Callable

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from yarl import URL

from actors.runtime.http.addresses import is_public
from actors.runtime.http.certificates import tls_context
from actors.runtime.http.connections import LiberalConnector
from actors.runtime.http.environment import NetworkEnvironment, address_in, is_this_machine
from actors.runtime.http.redirects import RedirectRefused
from actors.runtime.http.resolving import NotPublic, PublicResolver
from actors.runtime.http.session import open_session

CONFIGURED = "configured"
"""The extension of a request that follows a redirect: the URL that the configuration names."""

_CHUNK_BYTES = 16 * 1024


class HttpTransport(httpx.AsyncBaseTransport):
    """One exchange at a time, without redirects. Raises what aiohttp raises, and RedirectRefused for a redirect from
    outside that leads inside. `connections` is the most at a time, `connect_seconds` how long each may take."""

    def __init__(
        self,
        network: NetworkEnvironment,
        *,
        connections: int,
        connect_seconds: float | None = None,
        resolver: AbstractResolver | None = None,
        is_public: Callable[[str], bool] = is_public,
    ) -> None:
        self._network = network
        self._has_proxy = network.names_a_proxy
        self._tls: ssl.SSLContext | None = None
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect_seconds)
        self._resolver = resolver
        self._is_public = is_public
        self._anywhere: aiohttp.ClientSession | None = None
        self._outside: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. The response is open and must be closed."""
        configured = request.extensions.get(CONFIGURED)
        session = self._to_anywhere() if configured is None else await self._after(configured, request.url)
        try:
            response = await session.request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=request.headers,
                allow_redirects=False,
                ssl=self._tls_for(request.url),
            )
        except aiohttp.ClientConnectorDNSError as error:
            if isinstance(error.__cause__, NotPublic):
                raise _leads_inside(request.url) from error
            raise
        return httpx.Response(response.status, headers=response.raw_headers, stream=_Body(response))

    async def aclose(self) -> None:
        """Close the connections; no new ones are made."""
        for session in (self._anywhere, self._outside):
            if session is not None:
                await session.close()

    async def _after(self, configured: httpx.URL, url: httpx.URL) -> aiohttp.ClientSession:
        """The session for what a redirect leads to. If a proxy resolves the name, only the proxy knows the address."""
        if not await self._is_outside(configured):
            return self._to_anywhere()
        if is_this_machine(url.host) or (address_in(url.host) is not None and not self._is_public(url.host)):
            raise _leads_inside(url)
        return self._to_anywhere() if self._network.proxy_for(str(url)) is not None else self._to_outside()

    async def _is_outside(self, url: httpx.URL) -> bool:
        """Whether a host is of the public internet. So is a name that cannot be resolved, or is left to a proxy."""
        if is_this_machine(url.host) or address_in(url.host) is not None:
            return self._is_public(url.host)
        if self._network.proxy_for(str(url)) is not None:
            return True
        try:
            found = await self._names().resolve(url.host, 0, socket.AF_UNSPEC)
        except OSError:
            return True
        return any(self._is_public(result["host"]) for result in found)

    def _tls_for(self, url: httpx.URL) -> ssl.SSLContext | bool:
        if self._tls is None and (url.scheme == "https" or self._has_proxy):
            self._tls = tls_context(self._network)
        return self._tls or True

    def _to_anywhere(self) -> aiohttp.ClientSession:
        if self._anywhere is None:
            connector = LiberalConnector(limit=self._connections, resolver=self._resolver)
            self._anywhere = open_session(self._network, connector, self._timeout, auto_decompress=False)
        return self._anywhere

    def _to_outside(self) -> aiohttp.ClientSession:
        if self._outside is None:
            resolver = PublicResolver(self._names(), self._is_public)
            connector = LiberalConnector(limit=self._connections, resolver=resolver, use_dns_cache=False)
            self._outside = open_session(self._network, connector, self._timeout, auto_decompress=False)
        return self._outside

    def _names(self) -> AbstractResolver:
        return self._resolver or aiohttp.DefaultResolver()


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.content.iter_chunked(_CHUNK_BYTES):
            yield chunk

    async def aclose(self) -> None:
        self._response.release()  # which closes the connection if the body has not been read


def _leads_inside(url: httpx.URL) -> RedirectRefused:
    return RedirectRefused(f"to {url.host}, which is not an address of the public internet")

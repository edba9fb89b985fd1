"""Sessions of aiohttp's, all by the same rules: no cookies, one set of limits, the proxies of the environment."""

import base64
import os
from collections.abc import Sequence

import aiohttp
from aiohttp import hdrs
from aiohttp.client_middlewares import ClientHandlerType, ClientMiddlewareType
from multidict import CIMultiDict
from yarl import URL

from actors.runtime.http.connections import LiberalConnector
from actors.runtime.http.environment import NetworkEnvironment, ProxyServer
from actors.runtime.http.heads import MOST_HEAD_BYTES
from actors.runtime.http.redirects import REDIRECTS
from actors.runtime.os.redaction import without_shapes


def open_session(
    network: NetworkEnvironment,
    connector: LiberalConnector,
    timeout: aiohttp.ClientTimeout,
    *,
    auto_decompress: bool = True,
    middlewares: Sequence[ClientMiddlewareType] = (),
) -> aiohttp.ClientSession:
    """A session; must be closed."""

    async def by_proxy(request: aiohttp.ClientRequest, handler: ClientHandlerType) -> aiohttp.ClientResponse:
        proxy = network.proxy_for(str(request.url))
        if proxy is not None:
            _send_by(request, proxy)
        return await handler(request)

    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=auto_decompress,
        trust_env=False,
        max_line_size=MOST_HEAD_BYTES,
        max_field_size=MOST_HEAD_BYTES,
        max_headers=MOST_HEAD_BYTES,
        middlewares=(*((by_proxy,) if network.names_a_proxy else ()), *middlewares),
    )


async def refuse_redirects(request: aiohttp.ClientRequest, handler: ClientHandlerType) -> aiohttp.ClientResponse:
    """A middleware for a service that has no reason to redirect, and gets secrets from us."""
    response = await handler(request)
    if response.status in REDIRECTS:
        response.close()
        raise aiohttp.ClientError(f"HTTP {response.status}: a redirect, which is not followed")
    return response


def words_of(error: BaseException) -> str:
    """What an exception of aiohttp's says, on one line and without the URL and what looks like a secret."""
    return without_shapes(" ".join(_said(error).split()))


def _said(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy answered {error.status} {error.message}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"the proxy {error.host}:{error.port} cannot be reached: {error.os_error.strerror or error.os_error}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name cannot be resolved"
    if isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, aiohttp.ClientSSLError):
        return f"cannot connect: {_system_words(error.os_error)}"
    if isinstance(error, aiohttp.ClientResponseError):
        return error.message
    if isinstance(error, aiohttp.InvalidURL):
        return "the URL is not valid"
    return str(error) or type(error).__name__


def _system_words(error: OSError) -> str:
    """What the operating system says; asyncio puts its own words and a tuple there."""
    return os.strerror(error.errno) if error.errno is not None and error.errno > 0 else error.strerror or str(error)


def login_of(proxy: ProxyServer) -> dict[str, str]:
    """The header by which we log in at a proxy; empty without credentials."""
    if not proxy.user and not proxy.password:
        return {}
    pair = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode("ascii")
    return {hdrs.PROXY_AUTHORIZATION: f"Basic {pair}"}


def _send_by(request: aiohttp.ClientRequest, proxy: ProxyServer) -> None:
    login = login_of(proxy)
    request.update_proxy(URL(proxy.url), None, CIMultiDict(login) if request.is_ssl() else None)
    if not request.is_ssl():
        request.headers.update(login)

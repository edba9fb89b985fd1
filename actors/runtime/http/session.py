"""Sessions of aiohttp's, all by the same rules: no cookies, one set of limits, the proxies of the environment."""

import base64
import os
import re
import ssl
from collections.abc import Mapping, Sequence

import aiohttp
from aiohttp import hdrs
from aiohttp.client_middlewares import ClientHandlerType, ClientMiddlewareType
from multidict import CIMultiDict
from yarl import URL

from actors.runtime.http.connections import LiberalConnector
from actors.runtime.http.environment import NetworkEnvironment, ProxyServer
from actors.runtime.http.heads import MOST_HEAD_BYTES
from actors.runtime.http.redirects import REDIRECTS
from actors.runtime.output.redaction import without_shapes

_ENCODING = re.compile(r"Can not decode content-encoding: (\w+)")
_STATUS = re.compile(r"^\d{3}, message: ?")
"""How aiohttp begins what its parser, or ours, has to say."""


def open_session(
    network: NetworkEnvironment,
    connector: LiberalConnector,
    timeout: aiohttp.ClientTimeout,
    *,
    headers: Mapping[str, str] | None = None,
    auto_decompress: bool = True,
    middlewares: Sequence[ClientMiddlewareType] = (),
    traces: Sequence[aiohttp.TraceConfig] = (),
) -> aiohttp.ClientSession:
    """A session; must be closed. `headers` go with each request that says nothing else in their place."""

    async def by_proxy(request: aiohttp.ClientRequest, handler: ClientHandlerType) -> aiohttp.ClientResponse:
        proxy = network.proxy_for(str(request.url))
        if proxy is not None:
            _send_by(request, proxy)
        return await handler(request)

    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=headers,
        auto_decompress=auto_decompress,
        trust_env=False,
        trace_configs=list(traces),
        max_line_size=MOST_HEAD_BYTES,
        max_field_size=MOST_HEAD_BYTES,
        max_headers=MOST_HEAD_BYTES,
        middlewares=(*((by_proxy,) if network.names_a_proxy else ()), *middlewares),
    )


class RedirectAnswered(aiohttp.ClientError):
    """The answer leads elsewhere, where nothing is sent; `status` says in which way."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}: a redirect, which is not followed")
        self.status = status


async def refuse_redirects(request: aiohttp.ClientRequest, handler: ClientHandlerType) -> aiohttp.ClientResponse:
    """A middleware for a service that has no reason to redirect, and gets secrets from us."""
    response = await handler(request)
    if response.status in REDIRECTS:
        response.close()
        raise RedirectAnswered(response.status)
    return response


def words_of(error: BaseException) -> str:
    """What went wrong with an exchange, on one line: no class of Python, no object of a library, no URL, nothing that
    looks like a secret."""
    said = _STATUS.sub("", " ".join(_said(error).split()))
    return without_shapes(said) or "the connection failed"


def _said(error: BaseException) -> str:
    if encoding := _ENCODING.search(str(error)):
        return f"the body cannot be unpacked: it is not {encoding[1]}, or that is not known here"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy answered {error.status} {error.message}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"the proxy {error.host}:{error.port} cannot be reached: {error.os_error.strerror or error.os_error}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name cannot be resolved"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return tls_words(error.certificate_error)
    if isinstance(error, aiohttp.ClientConnectorError):
        is_tls = isinstance(error, aiohttp.ClientSSLError)
        return tls_words(error.os_error) if is_tls else f"cannot connect: {system_words(error.os_error)}"
    if isinstance(error, aiohttp.ClientResponseError):
        return error.message.partition("\n")[0].rstrip(":")  # what follows is a picture of the bytes
    if isinstance(error, aiohttp.ClientPayloadError) and str(error).startswith("Response payload is not completed"):
        return "the answer broke off"
    if isinstance(error, aiohttp.InvalidURL):
        return "the URL is not valid"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "no connection in time"
    if isinstance(error, ssl.SSLError):
        return tls_words(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return "the connection was closed" if error.errno is None else system_words(error)
    return str(error)


def tls_words(error: BaseException) -> str:
    """What is wrong with TLS, without the place in OpenSSL's source."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    reason = getattr(error, "reason", None) if isinstance(error, ssl.SSLError) else None
    return f"TLS failed: {reason.replace('_', ' ').lower()}" if isinstance(reason, str) else "TLS failed"


def system_words(error: OSError) -> str:
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

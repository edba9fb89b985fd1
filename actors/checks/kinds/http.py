"""Pages: one request over a connection of its own, with the time of each phase and the certificates."""

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDict
from yarl import URL

from actors.checks.conditions.evaluate import Evidence
from actors.checks.kinds.findings import CheckFinding, PhaseClock, so_far
from actors.checks.kinds.names import family_of
from actors.checks.kinds.tls import (
    CLOSED_IN_HANDSHAKE,
    NO_TLS,
    TlsContexts,
    nameless,
    on_handshake,
    tls_facts,
    tls_words,
)
from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.http.plain import PlainAnswer, PlainRequest, is_plain
from actors.runtime.http.redirects import REDIRECTS
from actors.runtime.http.session import open_session, words_of
from actors.runtime.http.single_use import SingleUseConnector
from messages.about import VERSION
from messages.check_definitions import CheckDefinition, TlsOptions

MOST_BODY_BYTES = 1 << 20
"""What is behind them is not looked at."""

MOST_REDIRECTS = 10

PLAIN_HEADERS: Mapping[str, str] = MappingProxyType({"User-Agent": f"Callboard/{VERSION}", "Accept": "*/*"})
NO_HEADERS: Mapping[str, str] = MappingProxyType({})

_Answer = aiohttp.ClientResponse | PlainAnswer

_connected: ContextVar["_Connected | None"] = ContextVar("connected", default=None)


class _WantedAddresses(AbstractResolver):
    """Of the family that the check wants: a session asks for any. It says when a name is resolved: aiohttp's traces
    would say that too, and the other phases, for a tenth of all that a check costs."""

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises NameUnknown."""
        if (seen := _connected.get()) is None:
            return await self._resolver.resolve(host, port, family)
        seen.clock.begin("resolve")
        found = await self._resolver.resolve(host, port, seen.family or family)
        seen.clock.begin("connect")
        return found

    async def close(self) -> None:
        """The other one has an owner."""


class _Connected:
    """What the connections of one run were: the last peer's address, and its TLS; `clock` measures how they came about.
    Of addresses, those of `family` are wanted."""

    def __init__(self, family: socket.AddressFamily) -> None:
        self.clock = PhaseClock()
        self.family = family
        self.ip = ""
        self.tls = NO_TLS

    def failure(self, error: str) -> CheckFinding:
        """What was found out up to now, and what kept the run from finding out more."""
        evidence = self.tls.added_to(Evidence(connected=bool(self.ip), ip=self.ip))
        return CheckFinding(evidence=evidence, phases=self.clock.times(), error=error)


class _WitnessConnector(SingleUseConnector):
    """Says what a connection is as soon as it is made: a short answer closes it before anybody could look."""

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
        connection = await super().connect(req, traces, timeout)
        if (seen := _connected.get()) is not None and connection.transport is not None:
            peer = connection.transport.get_extra_info("peername")
            seen.ip = str(peer[0]) if isinstance(peer, tuple) else ""
            seen.tls = tls_facts(connection.transport.get_extra_info("ssl_object"))
            seen.clock.begin("processing")
        return connection


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageRequest:
    """What is asked for; after a redirect, something else."""

    method: str
    url: URL
    headers: Mapping[str, str]
    body: bytes | None

    @classmethod
    def of(cls, check: CheckDefinition) -> "_PageRequest":
        """The first request of a check."""
        body = check.http.body.encode() or None
        return cls(method=check.http.method, url=URL(check.url), headers=_headers(check), body=body)

    def redirected(self, response: _Answer) -> "_PageRequest | None":
        """What an answer redirects to; None if it does not. Another site gets nothing of what the check sends: a header
        may be a key. What is no GET or HEAD becomes a GET, unless the status says otherwise (RFC 9110, 15.4)."""
        if response.status not in REDIRECTS or not (location := response.headers.get("Location", "")):
            return None
        try:
            url = self.url.join(URL(location))
        except ValueError:
            raise ValueError("it redirects to what is no URL") from None
        if url.scheme not in ("http", "https"):
            raise ValueError(f"it redirects to {url.scheme}:, which is no page")
        is_same_site = url.origin() == self.url.origin()
        keeps = response.status in (307, 308) or self.method in ("GET", "HEAD")
        if keeps and is_same_site:
            return replace(self, url=url)
        method = self.method if keeps and self.method in ("GET", "HEAD") else "GET"
        return _PageRequest(method=method, url=url, headers=self.headers if is_same_site else NO_HEADERS, body=None)


class HttpProbe:
    """Owned by a runner. One session for all checks; each request has a connection of its own."""

    def __init__(self, network: NetworkEnvironment, resolver: AbstractResolver, contexts: TlsContexts) -> None:
        self._network = network
        self._has_proxy = network.names_a_proxy
        self._resolver = _WantedAddresses(resolver)
        self._contexts = contexts
        self._session: aiohttp.ClientSession | None = None

    async def find(self, check: CheckDefinition) -> CheckFinding:
        """Ask for the page. The time limit is the caller's."""
        began, seen = time.perf_counter(), _Connected(family_of(check.ip_version))
        clock = seen.clock
        _connected.set(seen)
        so_far.set(seen.failure)
        request = _PageRequest.of(check)
        try:
            for _ in range(MOST_REDIRECTS + 1):
                clock.begin("connect")
                is_tls = request.url.scheme == "https"
                if is_tls:
                    on_handshake.set(partial(clock.begin, "tls"))
                async with self._asked(check, request, is_tls) as response:
                    clock.begin("transfer")
                    target = request.redirected(response) if check.http.follow_redirects else None
                    if target is None:
                        body = await _beginning(response.content)
                        evidence = _evidence(response, body, seen, time.perf_counter() - began)
                        return CheckFinding(evidence=evidence, phases=clock.times())
                request = target
            return seen.failure(f"it redirects more than {MOST_REDIRECTS} times")
        except (ssl.SSLError, aiohttp.ClientSSLError) as error:
            cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
            return seen.failure(tls_words(cause))
        except (aiohttp.ClientError, OSError, ValueError, asyncio.LimitOverrunError) as error:
            closed = clock.phase == "tls" and isinstance(error, aiohttp.ClientConnectorError | ConnectionError)
            return seen.failure(CLOSED_IN_HANDSHAKE if closed else _words(error))

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    def _asked(
        self, check: CheckDefinition, request: _PageRequest, is_tls: bool
    ) -> AbstractAsyncContextManager[_Answer]:
        session = self._opened()
        if not self._has_proxy and is_plain(request.method, request.url, request.headers, request.body):
            return PlainRequest(session, request.method, request.url, request.headers)
        return session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.body,
            allow_redirects=False,
            ssl=self._contexts.context(_tls(check, request)) if is_tls else True,
            server_hostname=_server_name(check, request) if is_tls else None,
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = _WitnessConnector(self._resolver)
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None)
            self._session = open_session(self._network, connector, timeout, headers=PLAIN_HEADERS)
        return self._session


def _tls(check: CheckDefinition, request: _PageRequest) -> TlsOptions:
    """Another site is not shown our certificate."""
    return check.tls if request.url.origin() == URL(check.url).origin() else nameless(check.tls)


def _server_name(check: CheckDefinition, request: _PageRequest) -> str | None:
    """What the certificate is for, where that is not the host of the URL: another site has a name of its own."""
    return check.tls.server_name or None if request.url.host == URL(check.url).host else None


def _headers(check: CheckDefinition) -> Mapping[str, str]:
    """What a check sends beside, or instead of, PLAIN_HEADERS."""
    if not (check.http.headers or check.http.username or check.http.bearer):
        return NO_HEADERS
    headers = CIMultiDict(check.http.headers)
    if check.http.username:
        headers["Authorization"] = aiohttp.encode_basic_auth(check.http.username, check.http.password, "utf-8")
    elif check.http.bearer:
        headers["Authorization"] = f"Bearer {check.http.bearer}"
    return headers


def _evidence(response: _Answer, body: bytes, seen: _Connected, seconds: float) -> Evidence:
    try:
        text = body.decode(response.charset or "utf-8", errors="replace")
    except (LookupError, UnicodeError):  # some of Python's codecs are for names, or for nothing at all
        text = body.decode("utf-8", errors="replace")
    text = text.removeprefix("\ufeff")  # a mark of the encoding, and no part of the text
    evidence = Evidence(
        connected=True,
        status=response.status,
        response_ms=seconds * 1000,
        ip=seen.ip,
        body=text,
        headers=tuple((name.lower(), value) for name, value in response.headers.items()),
    )
    return seen.tls.added_to(evidence)


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """The first MOST_BODY_BYTES of a body."""
    first = await content.readany()
    if content.at_eof():  # a short one comes all at once
        return first[:MOST_BODY_BYTES]
    body = bytearray(first)
    while len(body) < MOST_BODY_BYTES and not content.at_eof():
        body += await content.readany()
    return bytes(body[:MOST_BODY_BYTES])


def _words(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return str(error.os_error.strerror or error.os_error)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection without an answer"
    return words_of(error)

"""Plain pages are asked for without aiohttp's session: what is sent, found and said is the same as with it."""

import asyncio
import gzip
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from actors.checks.conditions.evaluate import Evidence
from actors.checks.kinds.findings import so_far
from actors.checks.kinds.http import HttpProbe
from actors.checks.kinds.names import NameUnknown
from actors.checks.kinds.tls import TlsContexts
from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.http.plain import is_plain
from messages.check_definitions import CheckDefinition, HttpOptions
from tests.check_builders import a_check

LIMIT = 30.0
MIB = 1 << 20

PLAIN = NetworkEnvironment({})
BY_SESSION = NetworkEnvironment({"http_proxy": "http://127.0.0.1:9", "no_proxy": "*"})
"""Where any proxy is named, a session makes every request, also those to hosts for which there is no proxy."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
RESET = struct.pack("ii", 1, 0)
NAMES = (("page.test", ("127.0.0.1",)), ("two.test", ("127.0.0.2", "127.0.0.1")))

Talk = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Found:
    """What a check found, without how long it took; what the server was asked, and how often; whether the connections
    were closed."""

    evidence: Evidence
    error: str
    phases: tuple[str, ...]
    asked: tuple[bytes, ...]
    closed: int


class Names(AbstractResolver):
    """Knows a few."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = dict(NAMES).get(host)
        if addresses is None:
            raise NameUnknown(0, f"there is no name {host}")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        return


async def found_by(network: NetworkEnvironment, talk: Talk, seconds: float | None, path: str, options: Any) -> Found:
    """What a check of a server finds that answers with `talk`; on its own port, so that it is asked the same. With
    `seconds`, the time of the check is over so long after that."""
    asked: list[bytes] = []
    closed: list[asyncio.Future[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        done = asyncio.get_running_loop().create_future()
        try:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            closed.append(done)
            await talk(writer)
            if seconds is not None:
                limit.reschedule(asyncio.get_running_loop().time() + seconds)
            if not writer.is_closing():
                while await reader.read(MIB):
                    pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            done.set_result(None)

    limit = asyncio.timeout(LIMIT)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    probe = HttpProbe(network, Names(), TlsContexts(network))
    try:
        check = checked(path.replace("PORT", str(port)), port, options)
        so_far.set(None)
        try:
            async with limit:
                finding = await probe.find(check)
        except TimeoutError:
            told = so_far.get()
            assert told is not None
            finding = told("no answer")
        await asyncio.wait_for(asyncio.gather(*closed), LIMIT)
    finally:
        await probe.close()
        server.close()
    phases = ("resolve", "connect", "tls", "processing", "transfer")
    return Found(
        replace(finding.evidence, response_ms=0.0),
        finding.error.replace(str(port), "PORT"),
        tuple(phase for phase in phases if getattr(finding.phases, phase) > 0),
        tuple(head.replace(str(port).encode(), b"PORT") for head in asked),
        len(closed),
    )


def checked(path: str, port: int, options: dict[str, Any]) -> CheckDefinition:
    url = path if "://" in path else f"http://127.0.0.1:{port}{path}"
    return a_check(url=url, http=HttpOptions(**options))


def both(talk: Talk, *, seconds: float | None = None, path: str = "/", **options: Any) -> Found:
    """What is found by both ways, which is the same."""

    async def ask() -> Found:
        by_session = await found_by(BY_SESSION, talk, seconds, path, options)
        plain = await found_by(PLAIN, talk, seconds, path, options)
        assert plain == by_session
        return plain

    return asyncio.run(ask())


def says(*pieces: bytes, closes: bool = True) -> Talk:
    """These bytes, piece by piece, and maybe the end."""

    async def talk(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if closes:
            writer.close()

    return talk


def bytewise(data: bytes) -> Iterable[bytes]:
    return (data[place : place + 1] for place in range(len(data)))


PACKED = gzip.compress(b"packed " * 1000)
LONG = bytes(range(256)) * (3 * MIB // 256)

ANSWERS: dict[str, tuple[Talk, dict[str, Any]]] = {
    "plain": (says(OK), {}),
    "left open": (says(OK, closes=False), {}),
    "until the end": (says(b"HTTP/1.0 200 OK\r\nX-A: b\r\n\r\nto the ", b"end"), {}),
    "in chunks": (says(CHUNKED + b"\r\n3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n"), {}),
    "in chunks without an end": (says(CHUNKED + b"\r\n3\r\nabc\r\n"), {}),
    "in bad chunks": (says(CHUNKED + b"\r\n3\r\nabcdef\r\n0\r\n\r\n"), {}),
    "packed": (says(CHUNKED + b"Content-Encoding: gzip\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED)), {}),
    "spoilt": (says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno packed"), {}),
    "shorter than said": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"), {}),
    "longer than said": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nlonger"), {}),
    "two lengths": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"), {}),
    "ends at once": (says(), {}),
    "ends in the head": (says(b"HTTP/1.1 200 OK\r\nConte"), {}),
    "huge head": (says(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"x" * 300_000 + b"\r\n\r\n"), {}),
    "large head": (says(b"HTTP/1.1 200 OK\r\nX-A: " + b"x" * 100_000 + b"\r\nContent-Length: 2\r\n\r\nok"), {}),
    "bare line ends": (says(b"HTTP/1.1 200 OK\nContent-Length: 2\nX-A: b\n\nok"), {}),
    "no HTTP": (says(b"220 mail.test ESMTP\r\n"), {}),
    "interim": (says(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n", OK), {}),
    "switching": (says(b"HTTP/1.1 101 Switching\r\nUpgrade: other\r\n\r\nwhatever"), {}),
    "HEAD": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", closes=False), {"method": "HEAD"}),
    "HEAD with a body": (says(OK), {"method": "HEAD"}),
    "204": (says(b"HTTP/1.1 204 No Content\r\n\r\n", closes=False), {}),
    "204 with a body": (says(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok"), {}),
    "304": (says(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), {}),
    "503": (says(b"HTTP/1.1 503 Unavailable\r\nContent-Length: 2\r\n\r\nno"), {}),
    "Latin-1": (says(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=latin-1\r\n\r\nB\xfcro"), {}),
    "repeated headers": (says(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n"), {}),
    "drips": (says(*bytewise(OK)), {}),
    "drips in chunks": (says(*bytewise(CHUNKED + b"\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")), {}),
    "redirects for ever": (says(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 2\r\n\r\nno"), {}),
    "redirects to what is no page": (says(b"HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\n\r\n"), {}),
    "redirect not followed": (says(b"HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n"), {"follow_redirects": False}),
    "own headers": (says(OK), {"headers": (("X-A", "b"), ("user-agent", "Me"), ("X-B", "c"), ("x-a", "d"))}),
    "own host": (says(OK), {"headers": (("X-A", "b"), ("host", "other.test"), ("Accept-Encoding", "identity"))}),
    "kept": (says(OK), {"headers": (("Connection", "keep-alive"), ("Cookie", "a=b"))}),
    "line end in a header": (says(OK), {"headers": (("X-A", "b\r\nX-C: d"),)}),
    "login": (says(OK), {"username": "me", "password": "pässword"}),
    "bearer": (says(OK), {"bearer": "token"}),
    "posted": (says(OK), {"method": "POST", "body": "hällo"}),
    "GET with a body": (says(OK), {"body": "hällo"}),
    "expects": (says(b"HTTP/1.1 100 Continue\r\n\r\n" + OK), {"headers": (("Expect", "100-continue"),)}),
    "login in the URL": (says(OK), {"path": "http://me:word@127.0.0.1:PORT/"}),
    "query": (says(OK), {"path": "/%7Ea%2Fb/ü?q=a%20b+c&d=é#part"}),
    "name": (says(OK), {"path": "http://page.test:PORT/"}),
    "two addresses": (says(OK), {"path": "http://two.test:PORT/"}),
    "no such name": (says(OK), {"path": "http://none.test:PORT/"}),
    "no address": (says(OK), {"path": "http://127.1:PORT/"}),
    "refused": (says(OK), {"path": "http://127.0.0.2:PORT/"}),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_is_found_is_what_a_session_finds(case: str) -> None:
    talk, options = ANSWERS[case]
    both(talk, **options)


def test_the_first_answers_are_what_they_should_be() -> None:
    plain = both(ANSWERS["plain"][0])
    assert (plain.evidence.status, plain.evidence.body, plain.evidence.ip) == (200, "ok", "127.0.0.1")
    assert (plain.error, plain.phases) == ("", ("connect", "processing", "transfer"))
    assert plain.asked[0].startswith(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: Callboard/")
    assert both(ANSWERS["packed"][0]).evidence.body == "packed " * 1000
    assert both(ANSWERS["name"][0], path="http://page.test:PORT/").phases[0] == "resolve"
    once_more = both(ANSWERS["ends at once"][0])
    assert (once_more.error, once_more.closed) == ("the server closed the connection without an answer", 2)


def test_a_body_is_read_as_far_as_it_is_looked_at() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    assert both(endless).evidence.body == "x" * MIB
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=latin-1\r\nContent-Length: %d\r\n\r\n" % len(LONG)
    assert both(says(head + LONG)).evidence.body == LONG[:MIB].decode("latin-1")
    packed = gzip.compress(bytes(3 * MIB))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    assert both(says(head + packed)).evidence.body == "\0" * MIB


def test_a_reset_is_said_as_by_a_session() -> None:
    async def reset(writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()

    assert both(reset).closed == 2


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbeg"], ids=["silent", "begun"])
def test_a_run_whose_time_is_over_closes_its_connection(begun: bytes) -> None:
    """The server waits until it is closed, and `both` for the server."""
    found = both(says(begun, closes=False), seconds=1.0)
    assert (found.error, found.closed) == ("no answer", 1)
    assert found.phases[-1] == ("transfer" if begun else "processing")


def test_which_requests_are_plain() -> None:
    url = URL("http://page.test/")
    assert is_plain("GET", url, {}, None)
    assert is_plain("HEAD", url, {"X-A": "b"}, None)
    assert not is_plain("POST", url, {}, None)
    assert not is_plain("GET", url, {}, b"body")
    assert not is_plain("GET", URL("https://page.test/"), {}, None)
    assert not is_plain("GET", URL("http://me@page.test/"), {}, None)

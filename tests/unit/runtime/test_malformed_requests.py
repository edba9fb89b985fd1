"""Whatever a stranger sends to a port of ours: a status that says so, a counter, one line a minute, and no trace."""

import asyncio
import gzip
import hashlib
import hmac
import io
import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.health.checks.routes import CheckRoutes
from actors.health.server.server import HealthServer
from actors.notifier.inbound.parse import InboundEvent, InboundResult
from actors.notifier.slack.httpevents import PATH, EventsServer
from actors.runtime.listening import listening
from actors.runtime.output.logs import LIBRARIES, LibraryHandler, LineFormatter
from actors.runtime.request_errors import RequestErrors

SECRET = "signing secret"


def get(target: bytes = b"/livez", *headers: bytes, version: bytes = b"HTTP/1.1") -> bytes:
    return b"\r\n".join((b"GET " + target + b" " + version, *headers, b"", b""))


def posted(body: bytes = b"{}", *headers: bytes, kind: bytes = b"application/json") -> bytes:
    length = b"Content-Length: %d" % len(body)
    first = b"POST " + PATH.encode() + b" HTTP/1.1"
    return b"\r\n".join((first, b"Host: x", b"Content-Type: " + kind, length, *headers, b"", body))


def signed(body: bytes, *headers: bytes, timestamp: bytes | None = None) -> bytes:
    at = str(int(time.time())).encode() if timestamp is None else timestamp
    digest = hmac.new(SECRET.encode(), b"v0:" + at + b":" + body, hashlib.sha256).hexdigest()
    stamp = b"X-Slack-Request-Timestamp: " + at
    return posted(body, stamp, b"X-Slack-Signature: v0=" + digest.encode(), *headers)


HOST = b"Host: x"
MALFORMED: Mapping[str, bytes] = {
    "no Host": get(),
    "two Hosts": get(b"/livez", HOST, HOST),
    "a huge header": get(b"/livez", HOST, b"A: " + b"a" * 100_000),
    "many headers": get(b"/livez", HOST, *(b"A%d: a" % number for number in range(5000))),
    "a huge line": get(b"/" + b"a" * 100_000, HOST),
    "bad bytes": get(b"/\xff\xfe", HOST),
    "a surrogate": get(b"/\xed\xa0\x80", HOST),
    "a NUL": get(b"/\x00", HOST),
    "a broken address": get(b"http://[::1", HOST),
    "a port that is none": get(b"http://x:99999999/", HOST),
    "a bad version": get(b"/livez", HOST, version=b"HTTP/9.9"),
    "a version too long": get(b"/livez", HOST, version=b"HTTP/1.1.1"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a websocket of old": get(b"/livez", HOST, b"Upgrade: websocket", b"Connection: upgrade", b"Sec-WebSocket-Key1: 1"),
    "an encoding that we lack": posted(b"{}", b"Content-Encoding: br"),
    "a negative length": get(b"/livez", HOST, b"Content-Length: -1"),
    "a length that is no number": get(b"/livez", HOST, b"Content-Length: ten"),
    "a length beyond all": get(b"/livez", HOST, b"Content-Length: " + b"9" * 50),
    "two lengths": get(b"/livez", HOST, b"Content-Length: 1", b"Content-Length: 2"),
    "chunks and a length": get(b"/livez", HOST, b"Content-Length: 1", b"Transfer-Encoding: chunked")
    + b"1\r\na\r\n0\r\n",
}
BAD_BODIES: Mapping[str, bytes] = {
    "broken gzip": posted(b"not gzip", b"Content-Encoding: gzip"),
    "broken deflate": posted(b"\xff\xff\xff", b"Content-Encoding: deflate"),
}
UNSIGNED: Mapping[str, bytes] = {
    "nothing": posted(),
    "half a gzip": posted(gzip.compress(bytes(100_000))[:50], b"Content-Encoding: gzip"),
    "an endless timestamp": signed(b"{}", timestamp=b"9" * 5000),
    "a timestamp beyond a float": signed(b"{}", timestamp=b"9" * 400),
    "a timestamp that is no number": signed(b"{}", timestamp=b"nan"),
    "a timestamp in other digits": signed(b"{}", timestamp="\u0661".encode()),
    "a body that is not UTF-8": signed(b"\xff\xfe"),
    "a signature that is not ASCII": posted(b"{}", b"X-Slack-Request-Timestamp: 1", b"X-Slack-Signature: \xff"),
}
SENSELESS: Mapping[str, bytes] = {
    "deep JSON": b"[" * 100_000,
    "deep JSON in an object": b'{"a":' * 50_000,
    "a number without end": b"9" * 100_000,
    "no object": b"[]",
}
"""Bodies. The test signs them, because a signature is good for five minutes only."""


class Port:
    """One of the two servers, what it logs and counts, and the time that it goes by."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.time = 0.0
        self.rejected: list[str] = []
        self.stray: list[object] = []
        self.written = io.StringIO()
        handler = logging.StreamHandler(self.written)
        handler.setFormatter(LineFormatter(()))
        self._log = logging.Logger("callboard.port")
        self._log.addHandler(handler)
        self.errors = RequestErrors(self._log, lambda name: self.counted.update([name]), lambda: self.time)

    @property
    def lines(self) -> list[str]:
        return self.written.getvalue().splitlines()

    @asynccontextmanager
    async def served(self, kind: str) -> AsyncIterator[int]:
        async def document() -> tuple[bytes, bool]:
            return b"{}", True

        async def ready() -> bool:
            return True

        async def deliver(event: InboundEvent) -> InboundResult:
            return InboundResult.IGNORED

        asyncio.get_running_loop().set_exception_handler(lambda loop, context: self.stray.append(context))
        server: HealthServer | EventsServer
        if kind == "health":
            server = HealthServer(self.errors, routes=CheckRoutes(document, ready, lambda: "ready").routes())
        else:
            server = EventsServer(SECRET, deliver, self.rejected.append, self.errors)
        bound = listening("127.0.0.1", 0)
        await server.serve(bound)
        try:
            yield bound.getsockname()[1]
        finally:
            await server.close()
            await asyncio.sleep(0)


async def status_of(port: int, request: bytes, patience: float) -> int:
    """0 when the connection is closed without an answer, or the server waits for more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        answer = await asyncio.wait_for(reader.readline(), patience)
        return int(answer.split()[1]) if answer else 0
    except (ConnectionError, TimeoutError):
        return 0
    finally:
        writer.close()


def statuses(port: Port, kind: str, requests: Mapping[str, bytes], patience: float = 60.0) -> dict[str, int]:
    async def all_of_them() -> dict[str, int]:
        async with port.served(kind) as number:
            return {name: await status_of(number, request, patience) for name, request in requests.items()}

    return asyncio.run(all_of_them())


@pytest.fixture
def propagated(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What reaches the root logger, which on a process per actor is Thespian's."""
    return caplog


@pytest.mark.parametrize("kind", ["health", "events"])
def test_a_malformed_request_is_answered_with_400_and_all_of_them_make_one_line(
    kind: str, propagated: pytest.LogCaptureFixture
) -> None:
    port = Port()
    found = statuses(port, kind, MALFORMED)
    assert {name: status for name, status in found.items() if status != 400} == {}
    assert port.counted["malformed_requests"] == len(MALFORMED)
    assert len(port.lines) == 1, port.lines
    assert "WARNING port: rejected a malformed request: BadHttpMessage" in port.lines[0]
    assert propagated.records == []
    assert port.stray == []
    port.time += 60
    statuses(port, kind, {"no Host": get()})
    assert len(port.lines) == 2, port.lines
    assert f"rejected a malformed request ({len(MALFORMED) - 1} more since the last such line): " in port.lines[1]


@pytest.mark.parametrize(
    ("request_", "detail"),
    [
        (get(b"/livez"), "missing 'Host' header in request"),
        (b"FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n", "there is no such method"),
        (get(b"/" + b"a" * 9000, HOST), "the address or a header is too long"),
        (get(b"/livez", HOST, b"X: " + b"a" * 20_000), "the address or a header is too long"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", "received HTTPS traffic on an HTTP port"),
        (get(b"/livez", HOST, version=b"HTTP/3.0"), "bad status line"),
    ],
)
def test_a_malformed_request_is_answered_with_a_problem_in_json_that_names_no_versions(
    request_: bytes, detail: str
) -> None:
    async def answered() -> bytes:
        async with Port().served("health") as number:
            reader, writer = await asyncio.open_connection("127.0.0.1", number)
            writer.write(request_)
            answer = await asyncio.wait_for(reader.read(), 60)
            writer.close()
            return answer

    head, _, body = asyncio.run(answered()).partition(b"\r\n\r\n")

    assert b"Content-Type: application/problem+json" in head
    assert b"Server: Callboard" in head
    assert b"aiohttp" not in head
    assert detail in json.loads(body)["detail"]


def test_a_body_that_is_not_what_its_headers_say_is_answered_with_400(propagated: pytest.LogCaptureFixture) -> None:
    port = Port()
    assert set(statuses(port, "events", BAD_BODIES).values()) == {400}
    assert port.counted["malformed_requests"] >= len(BAD_BODIES)
    assert len(port.lines) == 1, port.lines
    assert propagated.records == []


def test_what_slack_did_not_sign_is_answered_with_401_without_a_line(propagated: pytest.LogCaptureFixture) -> None:
    port = Port()
    found = statuses(port, "events", UNSIGNED)
    assert set(found.values()) == {401}, found
    assert len(port.rejected) == len(UNSIGNED)
    assert port.lines == []
    assert propagated.records == []


def test_what_is_signed_and_makes_no_sense_is_answered_with_200_without_a_line() -> None:
    port = Port()
    found = statuses(port, "events", {name: signed(body) for name, body in SENSELESS.items()})
    assert set(found.values()) == {200}, found
    assert port.lines == []


def test_how_often_slack_tried_is_a_number_of_any_length() -> None:
    port = Port()
    request = signed(json.dumps({"type": "event_callback"}).encode(), b"X-Slack-Retry-Num: " + b"9" * 5000)
    assert statuses(port, "events", {"retries": request}) == {"retries": 200}


@settings(max_examples=60)
@given(kind=st.sampled_from(["health", "events"]), data=st.data())
def test_no_change_of_a_request_makes_a_failure_of_ours(kind: str, data: st.DataObject) -> None:
    bases = [*MALFORMED.values(), *BAD_BODIES.values(), *UNSIGNED.values(), get(b"/livez", HOST), signed(b"{}")]
    requests = {}
    for number in range(5):
        base = bytearray(data.draw(st.sampled_from(bases))[:2000])
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(base)))
            base[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        requests[str(number)] = bytes(base)
    port = Port()
    found = statuses(port, kind, requests, patience=0.1)
    assert not [status for status in found.values() if status >= 500], requests
    assert port.counted["request_failures"] == 0
    assert port.stray == []
    assert len(port.lines) <= 1, port.lines


def test_a_failure_of_ours_keeps_its_trace_once_a_minute() -> None:
    port = Port()
    for _ in range(3):
        try:
            raise KeyError("ours")
        except KeyError as error:
            port.errors.exception("Error handling request from %s", "127.0.0.1", exc_info=error)
    assert port.written.getvalue().count("Traceback") == 1
    assert port.counted == {"request_failures": 3}


def test_a_library_has_one_line_a_minute_for_each_of_its_loggers() -> None:
    written, now = io.StringIO(), [0.0]
    target = logging.StreamHandler(written)
    target.setFormatter(LineFormatter(("a secret token",)))
    handler = LibraryHandler(target, lambda: now[0])
    logger = logging.Logger("aiohttp.server")
    logger.addHandler(handler)
    for number in range(1000):
        try:
            raise ValueError(f"{number}: a secret token\nand more")
        except ValueError:
            logger.exception("it %s", "failed")
    assert written.getvalue().count("\n") == 1
    assert written.getvalue().endswith(" ERROR   aiohttp.server: it failed: ValueError: 0: [secret] and more\n")
    now[0] = 61.0
    logger.error("again")
    assert written.getvalue().endswith(" ERROR   aiohttp.server: again (999 more lines since the last)\n")


def test_the_libraries_that_the_service_uses_are_named() -> None:
    import aiohttp.log
    import httpx  # noqa: F401
    import slack_sdk  # noqa: F401

    known = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in LIBRARIES]
    assert aiohttp.log.server_logger.name in known
    assert {name.partition(".")[0] for name in known} >= {"aiohttp", "asyncio", "httpx", "slack_sdk"}


def test_a_client_that_left_before_its_answer_is_counted_and_no_failure_of_ours() -> None:
    port = Port()
    port.errors.exception("Error handling request", exc_info=ConnectionResetError("Connection lost"))
    assert (port.counted, port.lines) == ({"clients_gone": 1}, [])

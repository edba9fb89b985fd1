"""The HealthActor over real HTTP, on both bases; recorders stand for the other actors."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TypeVar

import httpx
import pytest
from thespian.actors import ActorAddress

from actors.health.actor import HealthActor
from messages.health import (
    ActorStatus,
    HealthReason,
    ReasonCode,
    SnapshotRequest,
)
from messages.lifecycle import BeginRefused
from messages.reloading import ConfigChanged
from tests.actors.harness import Harness
from tests.builders import NOON, settings
from tests.health_builders import a_snapshot

T = TypeVar("T")

OTHERS = ("lease", "index", "prober", "watchlist", "notifier", "checks")


@pytest.fixture
def client() -> Iterator[ThreadPoolExecutor]:
    """Asks in its own thread, while the test drives the actors."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield pool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeIsUp:
    """Command to an Unhurried: who has not answered by now does not answer."""


class Unhurried(HealthActor):
    """A HealthActor that leaves the others as much time as the test does, and asks them for each request."""

    ANSWER_LIMIT = ASK_AGAIN = LOOK_EVERY = 600.0
    KEEP = -1.0

    def receiveMsg_TimeIsUp(self, message: TimeIsUp, sender: ActorAddress) -> None:
        self._snapshots.finish()


@pytest.fixture
def health(make_harness: Callable[..., Harness]) -> Harness:
    harness = make_harness()
    harness.begin(Unhurried, "health", others=OTHERS)
    return harness


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=60, trust_env=False)


def drive(harness: Harness, asked: "Future[T]") -> T:
    """Let the actors work until the answer is there."""
    while not asked.done():
        message = harness.driver.listen(0.05)
        if message is not None:
            harness.heard.append(message)
    return asked.result()


def a_reason(text: str) -> HealthReason:
    return HealthReason(code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text=text)


def answer(harness: Harness, *names: str, reason: str | None = None) -> None:
    """Answer the round of asking, for these actors."""
    status = ActorStatus(
        last_updated=NOON,
        reasons=() if reason is None else (a_reason(reason),),
        counters=(),
        last_error=None,
        last_error_at=None,
    )
    for name in names:
        request_id = harness.expect(SnapshotRequest, to=name).request_id
        harness.tell(a_snapshot(name, request_id, status))


def test_all_is_well_when_everybody_says_so(health: Harness, client: ThreadPoolExecutor) -> None:
    asked = client.submit(get, f"{health.detail}health")
    answer(health, *OTHERS)
    response = drive(health, asked)
    assert response.status_code == 200
    document = response.json()
    assert document["status"] == "ok"
    assert set(document["actors"]) == {*OTHERS, "health"}
    assert all(actor["last_updated"] and actor["age"] >= 0 for actor in document["actors"].values())


def test_a_reason_makes_it_503(health: Harness, client: ThreadPoolExecutor) -> None:
    asked = client.submit(get, f"{health.detail}health")
    answer(health, *OTHERS, reason="index: not loaded yet")
    response = drive(health, asked)
    assert response.status_code == 503
    assert "index: not loaded yet" in response.json()["reasons"]


def test_an_actor_that_does_not_answer_in_time_is_shown(health: Harness, client: ThreadPoolExecutor) -> None:
    asked = client.submit(get, f"{health.detail}health")
    answer(health, "lease", "index", "prober", "watchlist", "checks")
    health.tell(TimeIsUp())
    response = drive(health, asked)
    assert response.status_code == 503
    assert response.json()["reasons"] == ["notifier: does not answer"]
    assert response.json()["actors"]["notifier"]["last_updated"] is None


def test_requests_that_come_together_are_answered_when_the_time_is_up(
    make_harness: Callable[..., Harness], client: ThreadPoolExecutor
) -> None:
    harness = make_harness()
    harness.begin(HealthActor, "health", others=OTHERS)
    asked = [client.submit(get, f"{harness.detail}health") for _ in range(4)]
    for future in asked:
        drive(harness, future)
    assert [future.result().status_code for future in asked] == [503] * 4
    assert HealthActor.ANSWER_LIMIT < 1.0


def test_one_that_has_not_answered_is_not_asked_again_and_its_late_answer_counts(
    health: Harness, client: ThreadPoolExecutor
) -> None:
    awake = ("lease", "index", "prober", "watchlist", "checks")
    for _ in range(2):
        asked = client.submit(get, f"{health.detail}health")
        answer(health, *awake)
        health.tell(TimeIsUp())
        assert drive(health, asked).status_code == 503
    asked = client.submit(get, f"{health.detail}health")
    answer(health, *awake, "notifier")
    assert drive(health, asked).status_code == 200
    assert health.heard == []


def test_a_standby_says_so_and_is_ready_to_take_over(health: Harness, client: ThreadPoolExecutor) -> None:
    health.introduce("lease", leader="other:/data (process 7)")
    asked = client.submit(get, f"{health.detail}health")
    answer(health, "lease")
    response = drive(health, asked)
    assert response.status_code == 200
    assert response.json()["status"] == "standby"
    assert response.json()["leader"] == "other:/data (process 7)"
    assert set(response.json()["actors"]) == {"lease", "health"}
    asked = client.submit(get, f"{health.detail}readyz")
    answer(health, "lease")
    response = drive(health, asked)
    assert (response.status_code, response.text) == (200, "standby\n")


def test_it_lives_without_the_others_and_is_ready_with_them(health: Harness, client: ThreadPoolExecutor) -> None:
    assert drive(health, client.submit(get, f"{health.detail}livez")).status_code == 200
    asked = client.submit(get, f"{health.detail}readyz")
    answer(health, *OTHERS, reason="degraded is no obstacle")
    assert drive(health, asked).status_code == 200


def test_silent_clients_harm_nobody(health: Harness, client: ThreadPoolExecutor) -> None:
    port = int(health.detail.rstrip("/").rpartition(":")[2])

    def ask_among_silent_ones() -> httpx.Response:
        with contextlib.ExitStack() as silent:
            for _ in range(450):
                silent.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            return get(f"{health.detail}livez")

    assert drive(health, client.submit(ask_among_silent_ones)).status_code == 200


def test_a_method_that_an_address_does_not_take_is_told_from_an_address_that_is_none(
    health: Harness, client: ThreadPoolExecutor
) -> None:
    def said(method: str, path: str) -> tuple[int, str]:
        asked = client.submit(httpx.request, method, f"{health.detail}{path}", timeout=60)
        response = drive(health, asked)
        return response.status_code, response.headers.get("Allow", "")

    for path in ("health", "livez", "readyz", "metrics", "", "numbers/1", "feed.atom", "api/v1/papers"):
        assert said("OPTIONS", path) == (405, "GET, HEAD"), path
    assert said("POST", "health") == (405, "GET, HEAD")
    assert said("POST", "nowhere") == (404, "")


def test_a_port_that_is_taken_refuses_the_start(make_harness: Callable[..., Harness]) -> None:
    harness = make_harness()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        harness.settings = settings(health={"port": port})
        reply = harness.try_begin(HealthActor, "health")
    assert isinstance(reply, BeginRefused)
    assert f"127.0.0.1 port {port} cannot be used" in reply.reason


def test_prometheus_gets_its_metrics(health: Harness, client: ThreadPoolExecutor) -> None:
    asked = client.submit(get, f"{health.detail}metrics")
    answer(health, *OTHERS, reason="index: not loaded yet")
    response = drive(health, asked)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    assert "\ncallboard_healthy 0.0\n" in response.text
    assert '\ncallboard_actor_up{actor="prober"} 1.0\n' in response.text


def status_of(url: str, path: str, *headers: bytes) -> bytes:
    """Of an answer to just these headers."""
    port = int(url.rstrip("/").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"\r\n".join((f"GET /{path} HTTP/1.1".encode(), *headers, b"Connection: close", b"", b"")))
        return connection.makefile("rb").readline().split()[1]


REBOUND = b"Host: rebound.example:8765"


def test_no_browser_reads_what_monitors_read_under_a_name_that_was_led_here(
    make_harness: Callable[..., Harness], client: ThreadPoolExecutor
) -> None:
    harness = make_harness(settings=settings(web={"hosts": "papers.example:8443"}))
    harness.begin(HealthActor, "health", others=())

    def status(path: str, *headers: bytes) -> bytes:
        return drive(harness, client.submit(status_of, harness.detail, path, *headers))

    for path in ("health", "readyz", "livez", "metrics"):
        assert status(path, REBOUND, b"Accept-Language: en") == b"403"
        assert status(path, REBOUND, b"Sec-Fetch-Site: same-origin") == b"403"
        assert status(path, b"Host: localhost", b"Origin: https://evil.example") == b"403"
        assert status(path, REBOUND, b"User-Agent: Prometheus/3.0") in (b"200", b"503")
    assert status("livez", b"Host: papers.example:8443", b"Accept-Language: en") == b"200"
    assert status("livez", b"Host: localhost", b"Accept-Language: en") == b"200"
    assert status("api/v1/openapi.json", b"Host: papers.example:8443") == b"200"


def test_headers_that_are_no_text_are_refused(make_harness: Callable[..., Harness], client: ThreadPoolExecutor) -> None:
    harness = make_harness(settings=settings(web={"token": "a-secret"}))
    harness.begin(HealthActor, "health", others=())
    for header, expected in (
        (b"Authorization: Bearer \xff", b"401"),
        ("Authorization: Basic é".encode(), b"401"),
        (b"Origin: http://[", b"403"),
        (b"Origin: http://\xff", b"403"),
    ):
        asked = client.submit(status_of, harness.detail, "api/v1/drafts", b"Host: localhost", header)
        assert drive(harness, asked) == expected
    asked = client.submit(status_of, harness.detail, "livez", b"Host: \xff\xfe", b"Accept-Language: \xff")
    assert drive(harness, asked) in (b"400", b"403")


class Switch(BaseHTTPRequestHandler):
    """Stands behind the heartbeat's URL."""

    def do_GET(self) -> None:
        self.server.heard.append(self.path)  # type: ignore[attr-defined]
        self.server.first.set()  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def dead_mans_switch() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Switch) as server:
        server.heard, server.first = [], Event()  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join(60)


def test_the_heartbeat_is_heard_while_everybody_answers_and_not_otherwise(
    make_harness: Callable[..., Harness], client: ThreadPoolExecutor, dead_mans_switch: ThreadingHTTPServer
) -> None:
    harness = make_harness()
    harness.begin(Unhurried, "health", others=OTHERS)
    url = f"http://127.0.0.1:{dead_mans_switch.server_address[1]}/ping/a-secret"
    beating = settings(health={"port": 0, "heartbeat_url": url, "heartbeat_interval": 0.05})
    harness.tell(ConfigChanged(settings=beating, version=1))  # now that there is somebody to ask
    heard: list[str] = dead_mans_switch.heard  # type: ignore[attr-defined]
    answer(harness, *OTHERS, reason="being degraded is no obstacle")
    first = client.submit(dead_mans_switch.first.wait, 60)  # type: ignore[attr-defined]
    assert drive(harness, first)

    counters: dict[str, int] = {}
    deadline = time.monotonic() + 60.0
    while "heartbeats_withheld" not in counters:  # nobody answers any more
        assert time.monotonic() < deadline, counters
        asked = client.submit(get, f"{harness.detail}health")
        while not asked.done():
            harness.tell(TimeIsUp())
            harness.driver.listen(0.05)
        assert "a-secret" not in asked.result().text
        counters = asked.result().json()["actors"]["health"]["counters"]
    assert (heard, counters["heartbeats"]) == (["/ping/a-secret"], 1)

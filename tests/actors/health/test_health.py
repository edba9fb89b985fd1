"""The HealthActor over real HTTP, on both bases; recorders stand for the other actors."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
from thespian.actors import ActorAddress

from actors.health.actor import HealthActor
from messages.health import (
    ActorSnapshot,
    ActorStatus,
    HealthReason,
    IndexSnapshot,
    LeaseSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    ReasonCode,
    Role,
    SnapshotRequest,
    WatchlistSnapshot,
)
from messages.lifecycle import BeginRefused
from messages.switching import Probing
from tests.actors.harness import Harness
from tests.builders import NOON, settings

OTHERS = ("lease", "index", "prober", "watchlist", "notifier")


@pytest.fixture
def client() -> Iterator[ThreadPoolExecutor]:
    """Asks in its own thread, while the test drives the actors."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield pool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeIsUp:
    """Command to an Unhurried: who has not answered by now does not answer."""


class Unhurried(HealthActor):
    """A HealthActor that leaves the others as much time as the test does."""

    ANSWER_LIMIT = ASK_AGAIN = 600.0

    def receiveMsg_TimeIsUp(self, message: TimeIsUp, sender: ActorAddress) -> None:
        self._finish()


@pytest.fixture
def health(make_harness: Callable[..., Harness]) -> Harness:
    harness = make_harness()
    harness.begin(Unhurried, "health", others=OTHERS)
    return harness


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=60, trust_env=False)


def drive(harness: Harness, asked: "Future[httpx.Response]") -> httpx.Response:
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


def a_snapshot(name: str, request_id: str, status: ActorStatus) -> ActorSnapshot:
    match name:
        case "lease":
            return LeaseSnapshot(
                request_id=request_id, status=status, role=Role.LEADER, since=NOON, leader="me", epoch=1
            )
        case "index":
            return IndexSnapshot(
                request_id=request_id, status=status, entries=1, papers=1, synced_at=NOON, failing_since=None
            )
        case "prober":
            return ProberSnapshot(
                request_id=request_id, status=status, frontier=1, hot=0, cold=0, late=0.0, drafts=0, followed=0,
                held=0, probing=Probing.ON, rate=1.0, breaker="closed", paused_until=None,
            )  # fmt: skip
        case "watchlist":
            return WatchlistSnapshot(request_id=request_id, status=status, users=0, entries=0)
        case _:
            return NotifierSnapshot(
                request_id=request_id, status=status, delivery="console", queued=0, sending=0, sent=0, dead=0
            )


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
    answer(health, "lease", "index", "prober", "watchlist")
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
    awake = ("lease", "index", "prober", "watchlist")
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
                silent.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            return get(f"{health.detail}livez")

    assert drive(health, client.submit(ask_among_silent_ones)).status_code == 200


def test_a_port_that_is_taken_refuses_the_start(make_harness: Callable[..., Harness]) -> None:
    harness = make_harness()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        harness.settings = settings(health={"port": port})
        reply = harness.try_begin(HealthActor, "health")
    assert isinstance(reply, BeginRefused)
    assert f"127.0.0.1 port {port} cannot be used" in reply.reason

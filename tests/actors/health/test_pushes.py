"""`/ping/…` over real HTTP, on both bases; a recorder stands for the ChecksActor."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from actors.health.actor import HealthActor
from actors.health.pushes.routes import BLOCKED_SECONDS, UNKNOWN_PER_MINUTE
from messages.check_definitions import CheckKind
from messages.heartbeats import (
    HeartbeatPushed,
    HeartbeatSignal,
    HeartbeatsPushed,
    PushHeartbeat,
    PushHeartbeats,
    PushOutcome,
)
from tests.actors.harness import Harness
from tests.builders import settings
from tests.check_builders import a_check

TOKEN = "0123456789abcdef"


@pytest.fixture
def client() -> Iterator[ThreadPoolExecutor]:
    """Asks in its own thread, while the test drives the actors."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield pool


class Unhurried(HealthActor):
    """A HealthActor that leaves the ChecksActor as much time as the test does."""

    PUSH_LIMIT = 600.0


class Door:
    """A HealthActor with a recorder behind it."""

    def __init__(self, harness: Harness, client: ThreadPoolExecutor) -> None:
        self.harness, self._client = harness, client
        self._http = httpx.Client(timeout=60, trust_env=False, verify=False)

    def knock(self, path: str, method: str = "POST", **options: Any) -> "Future[httpx.Response]":
        """A request that is under way."""
        url = f"{self.harness.detail}{path}"
        return self._client.submit(self._http.request, method, url, **options)

    def taken(self, asked: "Future[httpx.Response]", outcome: PushOutcome) -> tuple[PushHeartbeat, httpx.Response]:
        """What the ChecksActor was told, and what the job reads after its answer."""
        (push,) = self.harness.expect(PushHeartbeats, to="checks").pushes
        self.answer((push,), outcome)
        return push, self.response(asked)

    def answer(self, pushes: Iterable[PushHeartbeat], outcome: PushOutcome) -> None:
        """The same of each."""
        replies = tuple(HeartbeatPushed(request_id=push.request_id, outcome=outcome) for push in pushes)
        self.harness.tell(HeartbeatsPushed(replies=replies))

    def response(self, asked: "Future[httpx.Response]") -> httpx.Response:
        """Let the actor work until the answer is there."""
        while not asked.done():
            if (message := self.harness.driver.listen(0.05)) is not None:
                self.harness.heard.append(message)
        return asked.result()


def opened(make_harness: Callable[..., Harness], client: ThreadPoolExecutor, kind: type[HealthActor]) -> Door:
    harness = make_harness(settings(checks=(a_check(kind=CheckKind.HEARTBEAT),)))
    harness.begin(kind, "health", others=("checks",))
    return Door(harness, client)


@pytest.fixture
def door(make_harness: Callable[..., Harness], client: ThreadPoolExecutor) -> Door:
    return opened(make_harness, client, Unhurried)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_signal_is_answered_when_it_is_stored(door: Door, method: str) -> None:
    push, response = door.taken(door.knock(f"ping/{TOKEN}", method), PushOutcome.STORED)
    assert (push.token, push.signal) == (TOKEN, HeartbeatSignal.SUCCESS)
    assert response.status_code == 200
    assert response.text == ("" if method == "HEAD" else "OK\n")


def test_what_is_behind_the_token_and_the_output_arrive(door: Door) -> None:
    asked = door.knock(f"ping/{TOKEN}/7?rid=run-1", content=b"x" * 30_000)
    push, response = door.taken(asked, PushOutcome.STORED)
    assert (push.signal, push.exit_status, push.run_id) == (HeartbeatSignal.FAIL, 7, "run-1")
    assert push.output == "x" * 10_000
    assert response.status_code == 200
    for word in ("start", "fail", "log"):
        push, _ = door.taken(door.knock(f"ping/{TOKEN}/{word}", "GET"), PushOutcome.STORED)
        assert push.signal is HeartbeatSignal(word)


def test_what_cannot_be_stored_is_to_come_again(
    make_harness: Callable[..., Harness], client: ThreadPoolExecutor
) -> None:
    door = opened(make_harness, client, HealthActor)
    asked = door.knock(f"ping/{TOKEN}")
    door.harness.expect(PushHeartbeats, to="checks")
    response = door.response(asked)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_an_unknown_token_reads_the_same_as_nothing(door: Door) -> None:
    _, unknown = door.taken(door.knock("ping/nobody"), PushOutcome.UNKNOWN)
    _, longer = door.taken(door.knock("ping/nobody/start"), PushOutcome.UNKNOWN)
    assert (unknown.status_code, unknown.text) == (longer.status_code, longer.text) == (404, "not found\n")


def test_who_pushes_too_often_is_told_so(door: Door) -> None:
    _, response = door.taken(door.knock(f"ping/{TOKEN}"), PushOutcome.TOO_OFTEN)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "5")


def test_who_guesses_tokens_is_slowed_down_and_others_are_not(door: Door) -> None:
    door.taken(door.knock(f"ping/{TOKEN}"), PushOutcome.STORED)
    status, guesses, began = 0, 0, time.monotonic()
    while status != 429:
        asked, guesses = door.knock("ping/guess"), guesses + 1
        while not asked.done():
            if (message := door.harness.driver.listen(0.02)) is not None:
                door.harness.heard.append(message)
            for _ in door.harness.heard_of(PushHeartbeats):
                door.answer(door.harness.expect(PushHeartbeats, to="checks").pushes, PushOutcome.UNKNOWN)
        status = asked.result().status_code
        passed = time.monotonic() - began
        too_many = 2 + passed / BLOCKED_SECONDS  # after each block one more is answered before the next
        assert guesses <= UNKNOWN_PER_MINUTE * (1 + passed / 60) + too_many, f"the last was answered {status}"
    assert guesses > UNKNOWN_PER_MINUTE
    _, response = door.taken(door.knock(f"ping/{TOKEN}"), PushOutcome.STORED)
    assert response.status_code == 200


def test_what_is_no_signal_is_refused_without_asking(door: Door) -> None:
    for path in (f"ping/{TOKEN}/256", f"ping/{TOKEN}/stop"):
        assert door.response(door.knock(path)).status_code == 400
    assert door.response(door.knock(f"ping/{TOKEN}", "DELETE")).status_code in (404, 405)
    assert door.harness.heard_of(PushHeartbeats) == []


def test_results_are_pushed_as_gatus_takes_them(door: Door) -> None:
    path, bearer = "api/v1/endpoints/core_backup/external", {"Authorization": f"Bearer {TOKEN}"}
    asked = door.knock(f"{path}?success=false&error=disk%20full&duration=1m30s", headers=bearer)
    push, response = door.taken(asked, PushOutcome.STORED)
    assert (push.endpoint, push.token, push.signal) == ("core_backup", TOKEN, HeartbeatSignal.FAIL)
    assert (push.error, push.duration) == ("disk full", 90.0)
    assert response.status_code == 200
    assert door.response(door.knock(path, headers=bearer)).status_code == 400
    _, unknown = door.taken(door.knock(f"{path}?success=true"), PushOutcome.UNKNOWN)
    assert unknown.status_code == 401


def test_a_standby_sends_jobs_to_the_other_instance(door: Door) -> None:
    door.harness.introduce("checks", leader="other-host")
    response = door.response(door.knock(f"ping/{TOKEN}"))
    assert response.status_code == 503
    assert "other-host" in response.text


def test_without_checks_there_is_nothing(make_harness: Callable[..., Harness], client: ThreadPoolExecutor) -> None:
    harness = make_harness(settings())
    harness.begin(HealthActor, "health")
    door = Door(harness, client)
    assert door.response(door.knock(f"ping/{TOKEN}")).status_code == 404


def test_an_output_of_any_length_is_taken_and_its_rest_is_dropped(door: Door) -> None:
    asked = door.knock(f"ping/{TOKEN}", content=b"x" * 40_000_000)
    push, response = door.taken(asked, PushOutcome.STORED)
    assert (len(push.output), response.status_code) == (10_000, 200)


def test_signals_without_an_answer_keep_others_waiting_for_a_moment_only(door: Door) -> None:
    lost = door.knock(f"ping/{TOKEN}?rid=lost")
    pushes = door.harness.expect(PushHeartbeats, to="checks").pushes
    push, response = door.taken(door.knock(f"ping/{TOKEN}?rid=next"), PushOutcome.STORED)
    assert (push.run_id, response.status_code) == ("next", 200)
    assert not lost.done()
    door.answer(pushes, PushOutcome.STORED)
    assert door.response(lost).status_code == 200

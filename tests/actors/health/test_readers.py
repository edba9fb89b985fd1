"""What readers get over real HTTP from a HealthActor whose others answer, or do not; on both bases."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import psutil
import pytest

from actors.health.actor import HealthActor
from actors.health.server.server import MOST_CLIENTS
from actors.runtime.engine.bases import SIMPLE, TCP
from actors.web.server.streams import MOST_STREAMS
from messages.drafts import DraftsQuery, DraftsReply
from messages.papers import RecentPapersQuery
from messages.reading import (
    DraftHistoryQuery,
    DraftHistoryReply,
    FirstToldQuery,
    FirstToldReply,
    MatchQuery,
    MatchReply,
    PagedPaper,
    PapersPageQuery,
    PapersPageReply,
    SomethingNew,
)
from tests.actors.harness import Harness, Recorded
from tests.builders import NOON, a_paper, settings
from tests.reading_builders import draft_called

OTHERS = ("lease", "index", "prober", "watchlist", "notifier", "checks")
LIMIT = 60.0

ACCEPTED_AT_ONCE = 150
"""Connections that the kernel may hand over before the first of them is looked at."""


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Asks in its own threads, while the test drives the actors."""
    with ThreadPoolExecutor(max_workers=4) as made:
        yield made


@pytest.fixture
def health(make_harness: Callable[..., Harness]) -> Harness:
    harness = make_harness(settings=settings(web={"requests_per_minute": 1_000_000}))
    harness.begin(HealthActor, "health", others=OTHERS)
    return harness


class Others:
    """Answers for the other actors, except for the `silent` ones."""

    def __init__(self, harness: Harness, *silent: str) -> None:
        self.harness = harness
        self.silent = silent
        self.drafts = (draft_called("D2300R11"),)
        self.asked: list[Any] = []

    def drive(self, asked: "Future[httpx.Response]", limit: float = LIMIT) -> httpx.Response:
        """Let the actors work until the answer is there."""
        deadline = time.monotonic() + limit
        while not asked.done():
            assert time.monotonic() < deadline, "no answer"
            message = self.harness.driver.listen(0.05)
            if isinstance(message, Recorded) and message.to not in self.silent:
                self.asked.append(message.message)
                if (reply := self._reply(message.message)) is not None:
                    self.harness.tell(reply)
        return asked.result()

    def read(self, pool: ThreadPoolExecutor, url: str, is_whole: Callable[[httpx.Response], bool]) -> httpx.Response:
        """Ask until everybody who answers has done so: what takes them more than a second is missing meanwhile."""
        deadline = time.monotonic() + LIMIT
        while not is_whole(response := self.drive(pool.submit(get, url))):
            assert time.monotonic() < deadline, response.text
        return response

    def _reply(self, query: Any) -> Any:
        match query:
            case DraftsQuery():
                return DraftsReply(request_id=query.request_id, drafts=self.drafts)
            case DraftHistoryQuery():
                return DraftHistoryReply(request_id=query.request_id, entries=())
            case FirstToldQuery():
                return FirstToldReply(request_id=query.request_id, told=(("D2300R11", NOON),))
            case PapersPageQuery():
                paper = PagedPaper(paper=a_paper(), noticed_at=NOON, is_news=True)
                return PapersPageReply(
                    request_id=query.request_id, papers=(paper,), is_after_known=True, synced_at=NOON
                )
            case MatchQuery():
                return MatchReply(request_id=query.request_id, ids=frozenset({"P2300R10"}), refusal="")
            case _:
                return None


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=LIMIT, trust_env=False)


def is_answer(response: httpx.Response) -> bool:
    return response.status_code != 503


def is_complete(response: httpx.Response) -> bool:
    """All that there is is shown, as it is now."""
    page = response.json()
    return is_answer(response) and page["as_of"] is None and all(each["steps"]["told_at"] for each in page["items"])


@pytest.mark.bases(SIMPLE, TCP)
def test_what_an_actor_said_last_is_shown_with_its_age_while_it_is_silent(
    health: Harness, pool: ThreadPoolExecutor
) -> None:
    others, url = Others(health), f"{health.detail}api/v1/drafts"
    first = others.read(pool, url, is_complete).json()
    assert [each["id"] for each in first["items"]] == ["D2300R11"]
    assert first["items"][0]["steps"]["told_at"] == "2025-11-21T12:00:00Z"

    others.silent = ("prober",)
    health.tell(SomethingNew(source="prober"))
    shown = others.drive(pool.submit(get, url)).json()
    assert [each["id"] for each in shown["items"]] == ["D2300R11"]
    assert shown["as_of"] is not None
    page = others.drive(pool.submit(get, f"{health.detail}parts/drafts"))
    assert "An actor does not answer: this is as it was" in page.text
    feed = others.read(pool, f"{health.detail}feed.atom?q=P2300", is_answer)
    assert ("P2300R10" in feed.text, "D2300R11" in feed.text) == (True, False)
    assert int(feed.headers["Age"]) >= 0


def test_packed_or_not_an_answer_is_the_same_and_caches_tell_them_apart(
    health: Harness, pool: ThreadPoolExecutor
) -> None:
    others, url = Others(health), f"{health.detail}api/v1/openapi.json"

    def asked(**headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return others.drive(pool.submit(httpx.get, url, headers=named, timeout=LIMIT, trust_env=False))

    plain, packed = asked(Accept_Encoding="gzip;q=0, deflate"), asked(Accept_Encoding="br, gzip")
    assert ("Content-Encoding" in plain.headers, packed.headers["Content-Encoding"]) == (False, "gzip")
    assert plain.json() == packed.json()
    for response in (plain, packed):
        assert response.headers["Vary"] == "Authorization, Accept-Encoding"
        assert response.headers["ETag"].startswith("W/")
        assert response.headers["Server"] == "Callboard"
    strong = packed.headers["ETag"].removeprefix("W/")
    assert asked(Accept_Encoding="", If_None_Match=f'"x", {strong}').status_code == 304


def test_an_actor_that_never_answered_is_named(health: Harness, pool: ThreadPoolExecutor) -> None:
    others = Others(health, "index", "prober")
    for path, name in (("api/v1/papers", "index"), ("api/v1/drafts", "prober")):
        response = others.drive(pool.submit(get, f"{health.detail}{path}"))
        assert (response.status_code, response.headers["Content-Type"]) == (503, "application/problem+json")
        assert f"the {name} actor has not answered yet" in response.json()["detail"]
    assert others.drive(pool.submit(get, health.detail)).status_code == 200


def test_many_readers_at_once_ask_the_others_once(health: Harness, pool: ThreadPoolExecutor) -> None:
    others = Others(health)
    url = f"{health.detail}api/v1/drafts"
    for asked in [pool.submit(get, url) for _ in range(12)]:
        assert others.drive(asked).status_code in (200, 503)
    assert [each["id"] for each in others.read(pool, url, is_answer).json()["items"]] == ["D2300R11"]
    assert sum(isinstance(each, DraftsQuery) for each in others.asked) == 1
    assert not any(isinstance(each, RecentPapersQuery) for each in others.asked)


def test_a_standby_says_who_leads(health: Harness, pool: ThreadPoolExecutor) -> None:
    health.introduce("lease", leader="other:/data (process 7)")
    response = Others(health).drive(pool.submit(get, f"{health.detail}api/v1/drafts"))
    assert response.status_code == 503
    assert "other:/data (process 7) leads" in response.json()["detail"]


@pytest.mark.slow
@pytest.mark.bases(SIMPLE, TCP)
def test_a_thousand_streams_silent_clients_and_a_slow_reader_harm_nobody(
    health: Harness, pool: ThreadPoolExecutor
) -> None:
    port = int(health.detail.rstrip("/").rpartition(":")[2])
    process = psutil.Process(health.pid)
    stream = f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    slow = f"GET /static/pico.classless.min.css HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    before = process.num_fds()

    def crowd(count: int, said: bytes) -> tuple[int, int]:
        with contextlib.ExitStack() as clients:
            opened = []
            for _ in range(count):
                client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=LIMIT))
                if said:
                    with contextlib.suppress(OSError):
                        client.sendall(said)
                opened.append(client)
            with contextlib.suppress(OSError):
                opened[-1].recv(1)
            response = get(f"{health.detail}livez")
            own = count if health.base == SIMPLE else 0  # the clients' ends are in this process too
            return response.status_code, process.num_fds() - before - own

    others = Others(health)
    for said in (stream, b"", slow):
        asked: Future[Any] = pool.submit(crowd, 1000, said)
        found: Any = others.drive(asked, limit=4 * LIMIT)
        assert found[0] == 200
        assert found[1] <= MOST_CLIENTS + ACCEPTED_AT_ONCE
    assert MOST_STREAMS <= MOST_CLIENTS / 2

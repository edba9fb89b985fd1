"""A draft appears, is replaced, and becomes a paper: one thread in each conversation, on both bases."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.web.wire import Received
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import ITS_DRAFT, ONE_PAPER, on_stage

HASTY = {"min_revisit": "1s", "requests_per_hour": 1_000_000}


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(ONE_PAPER)
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    made = on_stage(make_service, base, stage, prober=HASTY)
    made.start()
    wait_for(lambda: (health := made.health()) and health["status"] == "ok", LIMIT)
    return made


def live(stage: StageClient, user: str) -> None:
    """The draft's life, each step told to the channel, and to the user, before the next."""
    stage.put_paper("D0042R1.html", ITS_DRAFT, last_modified=datetime.now(UTC))
    told_to(stage, user, 1)
    changed = replace(ITS_DRAFT, title="A better title")
    stage.put_paper("D0042R1.html", changed, last_modified=datetime.now(UTC))
    told_to(stage, user, 2)
    published = {**ONE_PAPER["P0042R0"], "title": changed.title, "link": "https://wg21.link/p0042r1"}
    stage.set_index({**ONE_PAPER, "P0042R1": published})
    told_to(stage, user, 3)
    told_to(stage, "C0PAPERS", 2)


def told_to(stage: StageClient, recipient: str, count: int) -> list[Received]:
    state = stage.wait_for(lambda state: len(of(state.messages, recipient)) >= count, LIMIT)
    return of(state.messages, recipient)


def of(messages: tuple[Received, ...], recipient: str) -> list[Received]:
    return [message for message in messages if message.recipient == recipient]


def test_it_is_told_in_one_thread_of_each_conversation(service: Service, stage: StageClient) -> None:
    service.carries_out("watch", "--user", "U1", "watch", "P42")
    live(stage, "U1")
    assert service.terminate() == 0
    for recipient in ("U1", "C0PAPERS"):
        first, *later = of(stage.messages(), recipient)
        assert "thread_ts" not in first.payload
        assert {message.payload.get("thread_ts") for message in later} == {first.ts}, recipient
    _, updated, published = of(stage.messages(), "U1")
    assert "updated draft" in updated.text
    assert re.search(r"The html was replaced \(\d+ bytes (?:longer|shorter)\)\.", updated.text)
    assert published.text.startswith("P0042R1 new paper: A better title")

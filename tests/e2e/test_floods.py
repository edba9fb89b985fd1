"""What a mass change of the index makes, on the stage: a user can stop it, and what flips is told once."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from actors.runtime.engine.bases import SIMPLE
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.state import STAGE_APP_TOKEN
from tests.e2e.people import People
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import on_stage

pytestmark = [pytest.mark.long, pytest.mark.slow]

PAPERS = 1700


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def people(make_service: Callable[..., Service], stage: StageClient) -> People:
    """U1 watches an author who has written nothing yet."""
    told_soon: dict[str, Any] = {
        "index": {"hold_for": "100ms"},
        "prober": {"enabled": False},
        "slack": {"events": "socket"},
    }
    service = on_stage(make_service, SIMPLE, stage, **told_soon)
    service.environment |= {"CALLBOARD_SLACK__APP_TOKEN": STAGE_APP_TOKEN}
    stage.set_index(an_index("Ada Lovelace", 0))
    made = People(service, stage, "socket")
    made.begin()
    made.say("watch author:Hopper")
    return made


def an_index(author: str, changed: int) -> dict[str, Any]:
    """So many of the papers are by somebody else."""
    return {
        f"P{number:04d}R0": {
            "type": "paper",
            "title": f"Paper {number}",
            "author": author if number <= changed else "Ada Lovelace",
            "date": "2015-01-01",
            "long_link": f"https://example.org/p{number:04d}r0.html",
        }
        for number in range(1, PAPERS + 1)
    }


def when_read(people: People, index: dict[str, Any]) -> None:
    """Let the service read this index and announce all of it."""

    def syncs() -> int:
        return int(people.service.health_of_all()["actors"]["index"]["counters"].get("syncs", 0))

    before = syncs()
    people.stage.set_index(index)
    wait_for(lambda: syncs() > before, LIMIT)
    wait_for(lambda: people.service.health_of_all()["outbox"]["waiting"] == 0, LIMIT)


def answer(people: People, command: str, begin: str) -> str:
    """What U1 is answered, among notices."""
    people.stage.say("U1", command)
    found = wait_for(lambda: [each.text for each in people.told("U1") if each.text.startswith(begin)], LIMIT)
    return str(found[0])


def test_a_mass_change_is_one_summary_and_its_way_back_is_no_news(people: People) -> None:
    before = len(people.told("U1"))
    for changed in (PAPERS, 0, PAPERS, 0):
        when_read(people, an_index("Grace Hopper", changed))
    wait_for(lambda: len(people.told("U1")) > before, LIMIT)
    answer(people, "watching", "You're watching 1 entry")
    summary, last = people.told("U1")[before:]
    assert summary.text.startswith("500 changed papers (you watch Hopper)")
    assert "more: `recent` shows the newest" in summary.text
    assert last.text.startswith("You're watching")


def test_a_user_stops_a_flood_and_is_answered_at_once(people: People) -> None:
    before = len(people.told("U1"))
    when_read(people, an_index("Grace Hopper", 240))
    wait_for(lambda: len(people.told("U1")) >= before + 2, LIMIT)
    begun = time.monotonic()
    answer(people, "unwatch all", "You're no longer watching anything")
    print(f"answered after {time.monotonic() - begun:.1f} s, behind {len(people.told('U1')) - before - 1} messages")
    wait_for(lambda: people.service.health_of_all()["actors"]["notifier"]["queued"] == 0, LIMIT)
    counters = people.service.health_of_all()["actors"]["notifier"]["counters"]
    print(f"{counters['taken_back']} notices taken back")
    assert counters["taken_back"] > 100
    because = answer(people, "why P240", "Notices about P240")
    assert "because you unwatched “Hopper”: changed in the index, *P0240R0*" in because, because

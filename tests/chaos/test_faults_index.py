"""Whatever wg21.link does: what is known stays, health says so, and what was news meanwhile is told once afterwards."""

import json
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest

from actors.stage.faults.faults import Fault, FixedReply, Flood, Hang, Redirect, Reset, Truncate
from tests.chaos.conftest import Worlds
from tests.chaos.world import PAPERS, World
from tests.e2e.service import wait_for

JSON = (("Content-Type", "application/json"),)
WRONG_TYPES: Any = {f"P{number:04d}R0": {"title": 7, "author": [number], "date": {}} for number in range(1, 40)}

FAULTS: dict[str, tuple[Fault, str]] = {
    "timeout": (Hang(), "no complete answer"),
    "reset": (Reset(), ""),
    "500": (FixedReply(status=500), "HTTP 500"),
    "429 with Retry-After": (FixedReply(status=429, headers=(("Retry-After", "1"),)), "HTTP 429"),
    "a body cut off in the middle": (Truncate(share=0.5), ""),
    "truncated JSON": (FixedReply(headers=JSON, body=b'{"P0001R0": {"title": "a"}, "P00'), "not an index"),
    "HTML": (FixedReply(headers=(("Content-Type", "text/html"),), body=b"<!doctype html><p>welcome"), "HTML"),
    "a list": (FixedReply(headers=JSON, body=b"[]"), "list"),
    "a body of 200 MB": (Flood(size=200 * 2**20), "larger than"),
    "wrong types": (FixedReply(headers=JSON, body=json.dumps(WRONG_TYPES).encode()), "held back"),
    "redirect loop": (Redirect(), "redirects more than"),
}


IN_SHORT = frozenset({"500", "truncated JSON"})


@pytest.mark.parametrize(
    "fault", [pytest.param(fault, marks=() if fault in IN_SHORT else pytest.mark.long) for fault in FAULTS]
)
def test_an_index_that_cannot_be_had_changes_nothing_and_is_caught_up_with(worlds: Worlds, fault: str) -> None:
    trouble, words = FAULTS[fault]

    def play(world: World) -> tuple[str, float]:
        entries = world.actor("index")["entries"]
        world.stage.fault("index", trouble)
        id = world.publish()
        reason = world.says("index: ", " since ", words)
        wait_for(lambda: world.actor("index")["failing_since"] is not None)
        assert world.actor("index")["entries"] == entries
        world.is_not_told(id)
        over = monotonic()
        world.stage.clear_faults()
        world.is_told(id)
        world.shows("index", entries=entries + 1, failing_since=None)
        return reason, over

    worlds.suffer(f"wg21.link: {fault}", play)


def test_an_index_that_shrank_by_half_is_held_back_and_nothing_is_deleted(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        if world.actor("index")["entries"] % 2:
            world.is_told(world.publish())
        entries = world.actor("index")["entries"]
        lately = list(world.index.items())[entries // 2 + 1 :]
        id = world.write_paper()
        half = dict([*lately, (id, world.index[id])])
        assert len(half) * 2 == entries
        world.stage.set_index(half)
        reason = world.says("index: held back since", f"index shrunk: {len(half)} entries")
        assert world.actor("index")["entries"] == entries
        world.is_not_told(id)
        over = monotonic()
        world.stage.set_index(world.index)
        world.is_told(id)
        world.is_well()
        assert world.actor("index")["entries"] == entries + 1 > PAPERS
        return reason, over

    worlds.suffer("wg21.link: an index shrunk by half", play)


@pytest.mark.long
def test_a_server_whose_clock_is_wrong_tells_its_news_all_the_same(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        over = monotonic()
        for skew in (timedelta(days=2), timedelta(days=-400), timedelta()):
            id = world.write_paper()
            world.stage.set_index(world.index, last_modified=datetime.now(UTC) + skew)
            world.is_told(id)
            world.is_well()
        return "ok", over

    worlds.suffer("wg21.link: Last-Modified 2 days ahead, then 400 days behind", play)

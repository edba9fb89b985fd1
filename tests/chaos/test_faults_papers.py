"""Whatever isocpp.org does: nothing is announced that is not there, and what is there is announced once afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic

import pytest

from actors.stage.faults.faults import Everything, Fault, FixedReply, Redirect, Reset, Slow
from tests.chaos.conftest import Worlds
from tests.chaos.world import World, keep
from tests.e2e.service import wait_for

RETRY = (("Retry-After", "1"),)

FAULTS: dict[str, Fault] = {
    "429 with Retry-After": FixedReply(status=429, headers=RETRY),
    "503": FixedReply(status=503),
    "403": FixedReply(status=403),
    "slow beyond the limit": Slow(seconds=1.5),
    "reset": Reset(),
    "redirect loop": Redirect(),
    "200 to everything": Everything(),
}


def announces_nothing(trouble: Fault, lasts: float) -> Callable[[World], tuple[str, float]]:
    """The play of a site in trouble."""

    def play(world: World) -> tuple[str, float]:
        before = world.told()
        world.stage.fault("papers", trouble)
        id = world.draft()
        reason = world.says("prober: ", "127.0.0.1")
        misses = _misses_in_trouble(world)
        keep(lasts, lambda: world.is_not_told(id))
        paper = world.publish()
        world.is_told(paper)
        assert world.status() == "degraded"
        assert _counted(world, "misses") == misses
        over = monotonic()
        world.stage.clear_faults()
        world.is_told(id)
        world.is_well()
        assert {notice.id for notice in world.told() - before} == {id, paper}
        return reason, over

    return play


IN_SHORT = frozenset({"503", "200 to everything"})


@pytest.mark.parametrize(
    "fault", [pytest.param(fault, marks=() if fault in IN_SHORT else pytest.mark.long) for fault in FAULTS]
)
def test_a_site_in_trouble_announces_nothing_and_everything_once_afterwards(worlds: Worlds, fault: str) -> None:
    lasts = worlds.lasting(0.5, 10)
    worlds.suffer(f"isocpp.org: {fault}", announces_nothing(FAULTS[fault], lasts))


@pytest.mark.long
def test_a_slow_site_is_still_believed(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        over = monotonic()
        world.stage.fault("papers", Slow(seconds=0.3))
        world.is_told(world.draft())
        world.is_well()
        return "ok", over

    worlds.suffer("isocpp.org: 0.3 s for each answer", play)


@pytest.mark.long
def test_a_file_of_the_wrong_type_is_no_draft_until_it_has_the_right_one(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        before = world.told()
        id = world.draft(headers=(("Content-Type", "text/html; charset=utf-8"),))
        there = datetime.now(UTC)
        wait_for(lambda: any(each.at > there for each in world.stage.requests("papers") if each.name == f"{id}.pdf"))
        keep(2.0, lambda: world.is_not_told(id))
        other = world.draft()
        world.is_told(other)
        status = world.status()
        over = monotonic()
        world.stage.put_draft(f"{id}.pdf", last_modified=datetime.now(UTC))
        world.is_told(id)
        assert {notice.id for notice in world.told() - before} == {id, other}
        return status, over

    worlds.suffer("isocpp.org: a pdf served as HTML", play)


def _misses_in_trouble(world: World) -> int:
    """How many there are when all have been counted that the site answered before: batches of requests follow each
    other, and of the next two that come back the second was sent in trouble."""
    for _ in range(2):
        wait_for(partial(_has_counted_more, world, "heads", _counted(world, "heads")))
    return _counted(world, "misses")


def _has_counted_more(world: World, what: str, before: int) -> bool:
    return _counted(world, what) > before


def _counted(world: World, what: str) -> int:
    return int(world.actor("prober")["counters"][what])

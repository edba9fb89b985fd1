"""A clock that jumps, and an actor that stands still: nothing is lost or told twice, and nothing waits for long."""

import re
import signal
from time import monotonic

import httpx
import psutil
import pytest

from actors.runtime.engine.bases import SIMPLE
from tests.chaos.conftest import Worlds
from tests.chaos.world import World, keep
from tests.e2e.service import named

HOUR = 3600.0


@pytest.mark.long
def test_a_clock_that_jumps_an_hour_in_both_directions_delays_nothing(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        over = monotonic()
        try:
            for skew in (HOUR, 0.0, -HOUR, 0.0):
                world.skew(skew)
                ids = [world.publish(), world.draft()]
                world.is_told(*ids)
                world.is_well()
        finally:
            world.skew(0.0)
        return "ok", over

    worlds.suffer("time: the actors' clock jumps by +1 h, -1 h, -1 h, +1 h", play)


@pytest.mark.long
def test_an_actor_that_stands_still_loses_nothing(worlds: Worlds) -> None:
    lasts = worlds.lasting(3, 30)

    def play(world: World) -> tuple[str, float]:
        process = the_notifier(world)
        process.send_signal(signal.SIGSTOP)
        try:
            ids = [world.publish(), world.draft()]
            keep(lasts, lambda: world.is_not_told(*ids))
            health = no_answer(world) if world.base == SIMPLE else world.says("notifier: does not answer")
        finally:
            over = monotonic()
            process.send_signal(signal.SIGCONT)
        world.is_told(*ids)
        return health, over

    worlds.suffer(f"time: SIGSTOP of the notifier for {lasts:.0f} s", play)


def the_notifier(world: World) -> psutil.Process:
    """Its process; on the simple base the one of all."""
    if world.base == SIMPLE:
        assert world.service.front is not None
        return psutil.Process(world.service.front.pid)
    (found,) = named(world.service.actor_processes(), "notifier")
    return found


def no_answer(world: World) -> str:
    """Health cannot be had, which is what a service manager looks for."""
    url = re.findall(r"is running on (\S+)", world.service.said())[-1]
    try:
        httpx.get(url, timeout=1.0, trust_env=False)
    except httpx.TimeoutException:
        return "no answer: all actors are one process"
    raise AssertionError("a process that stands still answered")

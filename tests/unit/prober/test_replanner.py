"""When a replan is due."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from actors.prober.replanner import FIRST_SYNC_SECONDS, RATE_SETTLING_SECONDS, Replanner


class Timers:
    """An actor that only has time: what is to be called, and when."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due: list[float] = []
        self.loop = SimpleNamespace(time=lambda: self.now)

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        at = self.now + seconds
        self.due.append(at)
        return SimpleNamespace(when=lambda: at, cancel=lambda: self.due.remove(at))


def a_replanner() -> tuple[Timers, Replanner]:
    timers = Timers()
    return timers, Replanner(cast("Any", timers), begin=lambda: iter(()), stepped=lambda: None, planned=lambda: None)


def test_what_changes_the_schedule_does_not_wait_until_a_rate_has_settled() -> None:
    timers, replanner = a_replanner()
    replanner.replan_soon()
    assert timers.due == [100.0 + RATE_SETTLING_SECONDS]
    replanner.replan_in(0)
    assert timers.due == [100.0]


def test_a_first_sync_puts_the_replan_off_with_each_of_its_parts() -> None:
    timers, replanner = a_replanner()
    replanner.replan_in(FIRST_SYNC_SECONDS)
    timers.now += 0.5
    replanner.replan_in(FIRST_SYNC_SECONDS)
    replanner.replan_in(0)
    replanner.replan_soon()
    assert timers.due == [100.5 + FIRST_SYNC_SECONDS]

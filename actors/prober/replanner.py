"""When the schedule is replanned: the timers, and the steps of a replan, one per turn."""

import math
from asyncio import TimerHandle
from collections.abc import Callable, Iterator

from actors.runtime.actor import CallboardActor

REPLAN_SECONDS = 3600.0
"""The schedule is replanned at least this often: papers grow old."""

FIRST_SYNC_SECONDS = 1.0
"""A first sync counts as complete after this long without more papers. Before that, half of the numbers would look
unknown and be requested too often."""

RATE_SETTLING_SECONDS = 60.0
"""The schedule follows a new rate after this long: the rate goes up and down while a host has problems."""


class Replanner:
    """Owned by the prober. `begin()` returns the steps of a replan, each of which says whether there are more;
    `stepped()` is called after each step, and `planned()` after the last."""

    def __init__(
        self,
        actor: CallboardActor,
        begin: Callable[[], Iterator[int]],
        stepped: Callable[[], None],
        planned: Callable[[], None],
    ) -> None:
        self._actor = actor
        self._begin = begin
        self._stepped = stepped
        self._planned = planned
        self._timer: TimerHandle | None = None
        self._earliest = -math.inf
        self._steps: Iterator[int] = iter(())

    def forget(self) -> None:
        """Stop the replan that is under way."""
        self._steps = iter(())

    def replan_in(self, seconds: float) -> None:
        """Replan in `seconds`, but not before a time for which this was called already."""
        now = self._actor.loop.time()
        self._earliest = max(self._earliest, now + seconds)
        self._set_timer(self._earliest - now)

    def replan_soon(self) -> None:
        """Replan once the rate has settled, unless a time is already set."""
        if self._timer is None:
            self._set_timer(RATE_SETTLING_SECONDS)

    def _set_timer(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._actor.after(seconds, self._replan)

    def _replan(self) -> None:
        self._timer = None
        self._steps = self._begin()
        self._replan_step()

    def _replan_step(self) -> None:
        has_more = next(self._steps, 0)
        if has_more:
            self._actor.after(0, self._replan_step)
        self._stepped()
        if not has_more:
            self._planned()

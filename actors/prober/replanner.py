"""When the prober's schedule is brought in line: timers, and a survey's steps one turn after the other."""

from asyncio import TimerHandle
from collections.abc import Callable, Iterator

from actors.runtime.actor import CallboardActor

INTERVAL = 3600.0
"""Seconds between two surveys without a cause: papers grow old."""

SETTLING = 1.0
"""Seconds without more papers after which a first sync is taken to be whole: before that, half of the numbers would
look unknown and be asked for too much."""

REPLANNING = 60.0
"""Seconds until the schedule follows what the host allows: that goes up and down while it is in trouble."""


class Surveyor:
    """Owned by the prober. `begin()` gives the steps of a survey, each of which says whether there is more;
    `stepped()` is called after each."""

    def __init__(self, actor: CallboardActor, begin: Callable[[], Iterator[int]], stepped: Callable[[], None]) -> None:
        self._actor = actor
        self._begin = begin
        self._stepped = stepped
        self._due: TimerHandle | None = None
        self._steps: Iterator[int] = iter(())

    def forget(self) -> None:
        """What is being surveyed is of no use any more."""
        self._steps = iter(())

    def survey_in(self, seconds: float) -> None:
        """Survey in `seconds`, but not before the time that was set already."""
        if self._due is not None:
            seconds = max(seconds, self._due.when() - self._actor.loop.time())
            self._due.cancel()
        self._due = self._actor.after(seconds, self._survey)

    def survey_soon(self) -> None:
        """Survey when the host has settled, if nothing is set."""
        if self._due is None:
            self.survey_in(REPLANNING)

    def _survey(self) -> None:
        self._due = None
        self._steps = self._begin()
        self._survey_on()

    def _survey_on(self) -> None:
        if next(self._steps, 0):
            self._actor.after(0, self._survey_on)
        self._stepped()

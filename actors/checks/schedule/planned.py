"""The maintenance windows of the configuration, with what was found out about them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from actors.checks.schedule.maintenance import end_of, known_for
from messages.maintenance import CronWindow, MaintenanceWindow


class PlannedWindows:
    """Of a CheckBook. To find out about a window by cron takes up to 0.7 ms, so it is kept for as long as it holds."""

    def __init__(self, look_up: Callable[[CronWindow, datetime], tuple[datetime | None, datetime]] = known_for) -> None:
        self._look_up = look_up
        self._known: dict[CronWindow, tuple[datetime, datetime, datetime | None]] = {}

    def end_of(self, windows: Iterable[MaintenanceWindow], now: datetime) -> datetime | None:
        """When the window is over that `now` is in: the latest of several. None if it is in none."""
        ends = (self._by_cron(each, now) if isinstance(each, CronWindow) else end_of((each,), now) for each in windows)
        return max((end for end in ends if end is not None), default=None)

    def forget(self) -> None:
        """There may be others from now on."""
        self._known.clear()

    def _by_cron(self, window: CronWindow, now: datetime) -> datetime | None:
        since, until, end = self._known.get(window, (now, now, None))
        if not since <= now < until:
            end, until = self._look_up(window, now)
            self._known[window] = (now, until, end)
        return end

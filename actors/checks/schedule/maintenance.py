"""Whether a moment is in a maintenance window. Windows begin by the clock on the wall of their time zone and last by
the clock that never changes: one of two hours is two hours long in the night in which clocks change, too."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

from messages.maintenance import CronWindow, MaintenanceWindow, ManualWindow, OnceWindow, WeeklyWindow

AROUND_CHANGE = timedelta(hours=3)
"""Times that are further away from a clock change than this are the same whichever way one looks."""

NEAR_CHANGE = timedelta(seconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)


def end_of(windows: Iterable[MaintenanceWindow], now: datetime) -> datetime | None:
    """When the window is over that `now` is in: the latest of several. None if it is in none."""
    return max((end for window in windows for begin, end in _near(window, now) if begin <= now < end), default=None)


def known_for(window: CronWindow, now: datetime) -> tuple[datetime | None, datetime]:
    """When a window is over that `now` is in, None outside of it; and until when this holds."""
    end, zone = end_of((window,), now), ZoneInfo(window.timezone)
    if (now - AROUND_CHANGE).astimezone(zone).utcoffset() != (now + AROUND_CHANGE).astimezone(zone).utcoffset():
        return end, now + NEAR_CHANGE  # a time may come twice now, or not at all
    begins = next(CronSim(window.schedule, now.astimezone(zone)), None)
    known = [each for each in (end, begins) if each is not None]
    return end, min(known, default=NEVER).astimezone(UTC)


def is_manual(window: ManualWindow, now: datetime) -> bool:
    """Whether a window that was begun by hand lasts."""
    return window.since <= now and (window.until is None or now < window.until)


def concerns(window: ManualWindow, key: str, group: str) -> bool:
    """Whether a window is for this check: for it alone, for its group, or for all."""
    return window.scope in ("", key) or (bool(group) and window.scope == f"{group}/")


def _near(window: MaintenanceWindow, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Begins and ends of the times of a window that may contain `now`."""
    match window:
        case OnceWindow():
            yield window.since, window.until
        case WeeklyWindow():
            yield from ((begin, begin + timedelta(seconds=window.duration)) for begin in _weekly(window, now))
        case CronWindow():
            yield from ((begin, begin + timedelta(seconds=window.duration)) for begin in _by_cron(window, now))


def _weekly(window: WeeklyWindow, now: datetime) -> Iterator[datetime]:
    """A time that a clock change leaves out begins as much later; one that comes twice begins with the first."""
    zone = ZoneInfo(window.timezone)
    day = (now - timedelta(seconds=window.duration)).astimezone(zone).date() - timedelta(days=1)
    at = time(window.minute // 60, window.minute % 60)
    last = now.astimezone(zone).date()
    while day <= last:
        if day.weekday() in window.days:
            yield datetime.combine(day, at, zone).astimezone(UTC)
        day += timedelta(days=1)


def _by_cron(window: CronWindow, now: datetime) -> Iterator[datetime]:
    """The last time that is not over, if there is one: earlier ones that overlap end earlier. Looking back goes by the
    clock on the wall and misses times of the night in which that goes back, so after a clock change we look forward."""
    zone = ZoneInfo(window.timezone)
    found = next(CronSim(window.schedule, (now + timedelta(seconds=1)).astimezone(zone), reverse=True), None)
    latest = None if found is None else found.astimezone(UTC)
    begin = now - timedelta(seconds=window.duration) - AROUND_CHANGE
    if now.astimezone(zone).utcoffset() != begin.astimezone(zone).utcoffset():
        start = begin if latest is None else max(begin, latest - AROUND_CHANGE)
        later = (at.astimezone(UTC) for at in CronSim(window.schedule, start.astimezone(zone)))
        latest = max(takewhile(lambda at: at <= now, later), default=None)
    if latest is not None:
        yield latest

"""When a user's digest is due, in local time, across all changes of the zone's clock. Pure.

If the clock skips an hour, that hour counts as coming at the jump. If an hour comes twice, a digest takes the first;
it is quiet whenever the clock shows a quiet time. Quiet hours over midnight belong to the day on which they begin.
`zone` is the user's; what the user has set of it is not looked at.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from messages.commands import Delivery, Preferences, QuietHours

DAY = timedelta(days=1)

DAYS_AHEAD = 16
"""Days in which the next digest and the end of quiet hours are looked for: a week's one free time may fall into an hour
that the clock skips, and a day may be left out."""


def is_held(preferences: Preferences, now: datetime, zone: ZoneInfo) -> bool:
    """Whether notices that come now are kept for later."""
    return preferences.delivery is not Delivery.IMMEDIATE or is_quiet(preferences, now, zone)


def due(preferences: Preferences, now: datetime, zone: ZoneInfo, since: datetime | None = None) -> datetime:
    """When to send what is kept from now on, or was kept `since` a time before, in UTC; `now` itself if nothing needs
    to be kept. A digest whose time came since then, but in quiet hours, is not put off until the next."""
    if preferences.delivery is Delivery.IMMEDIATE:
        return quiet_end(preferences, now, zone)
    at = _next_digest(preferences, now if since is None else min(since, now), zone)
    return quiet_end(preferences, max(at, now), zone)


def is_quiet(preferences: Preferences, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the local clock shows a quiet time."""
    if not preferences.quiet:
        return False
    local = at.astimezone(zone)
    minute, weekday = local.hour * 60 + local.minute, local.weekday()
    return any(_covers(hours, weekday, minute) for hours in preferences.quiet)


def quiet_end(preferences: Preferences, at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from `at` on that is not quiet."""
    if not is_quiet(preferences, at, zone):
        return at
    ends = {end for end in _possible_ends(preferences, at, zone) if end > at}
    return next((end for end in sorted(ends) if not is_quiet(preferences, end, zone)), at + DAYS_AHEAD * DAY)


def _covers(hours: QuietHours, weekday: int, minute: int) -> bool:
    if hours.begin < hours.end:
        return weekday in hours.days and hours.begin <= minute < hours.end
    begun_today, begun_before = weekday in hours.days, (weekday - 1) % 7 in hours.days
    return (begun_today and minute >= hours.begin) or (begun_before and minute < hours.end)


def _possible_ends(preferences: Preferences, at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When the clock shows an end of quiet hours, or is changed."""
    today = at.astimezone(zone).date()
    for day in (today + number * DAY for number in range(-1, DAYS_AHEAD)):
        for end in {hours.end for hours in preferences.quiet}:
            yield from _moments(day + DAY * (end // 1440), end % 1440, zone)
        begin, following = _midnight(day, zone), _midnight(day + DAY, zone)
        if begin.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            yield _jump(begin, following, zone)


def _next_digest(preferences: Preferences, now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    return min(
        first
        for day in (today + number * DAY for number in range(-1, DAYS_AHEAD))
        for times in preferences.digest
        if day.weekday() in times.days
        for minute in times.minutes
        if (first := _moments(day, minute, zone)[0]) > now
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _moments(day: date, minute: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments when the local clock shows this minute of that day, or jumps over it."""
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60)
    earlier, later = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier == later:
        return (earlier,)
    if earlier < later:
        return (earlier, later)
    return (_jump(later, earlier, zone),)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """When the clock is changed between these two moments, to the second."""
    offset = after.astimezone(zone).utcoffset()
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle <= low:
            break
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == offset else (middle, high)
    return high

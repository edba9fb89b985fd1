"""When a user's digest is due, in local time, across all changes of the zone's clock. Pure.

If the clock skips an hour, that hour counts as coming at the jump. If an hour comes twice, a digest takes the first,
and quiet hours end when the clock shows their end.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from messages.commands import Delivery, Preferences

DAY = timedelta(days=1)


def is_held(preferences: Preferences, now: datetime) -> bool:
    """Whether notices that come now are kept for later."""
    return preferences.delivery is not Delivery.IMMEDIATE or is_quiet(preferences, now)


def due(preferences: Preferences, now: datetime) -> datetime:
    """When to send what is kept now, in UTC; `now` itself if nothing needs to be kept."""
    if preferences.delivery is Delivery.IMMEDIATE:
        return quiet_end(preferences, now)
    return quiet_end(preferences, _next_digest(preferences, now))


def is_quiet(preferences: Preferences, at: datetime) -> bool:
    """Whether the local clock shows a quiet hour."""
    begin, end = preferences.quiet_from, preferences.quiet_to
    if begin is None or end is None:
        return False
    local = at.astimezone(ZoneInfo(preferences.zone))
    minute = local.hour * 60 + local.minute
    return begin <= minute < end if begin < end else minute >= begin or minute < end


def quiet_end(preferences: Preferences, at: datetime) -> datetime:
    """The first moment from `at` on that is not quiet."""
    if preferences.quiet_to is None or not is_quiet(preferences, at):
        return at
    zone = ZoneInfo(preferences.zone)
    today = at.astimezone(zone).date()
    ends = (end for days in range(-1, 4) for end in _moments(today + days * DAY, preferences.quiet_to, zone))
    return min((end for end in ends if end > at and not is_quiet(preferences, end)), default=at + DAY)


def _next_digest(preferences: Preferences, now: datetime) -> datetime:
    zone = ZoneInfo(preferences.zone)
    today = now.astimezone(zone).date()
    days = (today + number * DAY for number in range(-1, 16))
    weekly = preferences.delivery is Delivery.WEEKLY
    wanted = (day for day in days if not weekly or day.weekday() == preferences.weekday)
    return min(first for day in wanted if (first := _moments(day, preferences.at_minute, zone)[0]) > now)


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
    """When the clock jumps forward between these two moments, to the second."""
    offset = after.astimezone(zone).utcoffset()
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle <= low:
            break
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == offset else (middle, high)
    return high

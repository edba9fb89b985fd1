"""When what is held for a user is due: local hours, right over every change of a zone's clock. Pure.

Where the clock is put forward over an hour, that hour comes when the clock jumps; where it is put back, an hour that
comes twice counts the first time for a digest, and quiet hours end when they end on the wall.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from messages.commands import Delivery, Preferences

DAY = timedelta(days=1)


def is_held(preferences: Preferences, now: datetime) -> bool:
    """Whether news of now are kept for later."""
    return preferences.delivery is not Delivery.IMMEDIATE or is_quiet(preferences, now)


def due(preferences: Preferences, now: datetime) -> datetime:
    """When what is held now is sent: `now` itself when nothing holds it. Aware, in UTC."""
    if preferences.delivery is Delivery.IMMEDIATE:
        return quiet_end(preferences, now)
    return quiet_end(preferences, _next_digest(preferences, now))


def is_quiet(preferences: Preferences, at: datetime) -> bool:
    """Whether the wall shows a quiet hour."""
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
    """The moments at which the wall comes to show this minute of that day, or, where it never does, to be past it."""
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60)
    earlier, later = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier == later:
        return (earlier,)
    if earlier < later:
        return (earlier, later)
    return (_jump(later, earlier, zone),)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between these at which the clock is put forward, to the second."""
    offset = after.astimezone(zone).utcoffset()
    low, high = before, after
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle <= low:
            break
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == offset else (middle, high)
    return high

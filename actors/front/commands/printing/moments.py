"""Moments of JSON as people read them: in local time, short when they are near."""

from datetime import UTC, datetime


def local(at: str) -> datetime:
    """The moment, in the local time zone."""
    return _here(datetime.fromisoformat(at))


def _here(at: datetime) -> datetime:
    """In UTC where TZ names no zone that can be, such as one that is four days behind."""
    try:
        return at.astimezone()
    except (ValueError, OverflowError):
        return at.astimezone(UTC)


def moment(at: str, now: datetime) -> str:
    """The time of day; with the day, and the year, where it is another one."""
    then = local(at)
    today = _here(now)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then.day} {then:%b %H:%M}" if then.year == today.year else f"{then:%Y-%m-%d %H:%M}"


def minute(at: str) -> str:
    """Date and time to the minute."""
    return f"{local(at):%Y-%m-%d %H:%M}"


def duration(since: str, now: datetime) -> str:
    """How long it has been: the two largest units."""
    minutes = max(0, int((now - local(since)).total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60} min" if days == 0 else f"{days} d {hours} h"


def ago(at: str, now: datetime) -> str:
    """The same, as a point in the past."""
    seconds = (now - local(at)).total_seconds()
    return "just now" if seconds < 60 else f"{duration(at, now)} ago"

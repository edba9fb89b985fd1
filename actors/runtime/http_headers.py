"""Parses HTTP headers that several rooms read. Pure."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER_SECONDS = 7 * 86_400.0
"""A server that asks for a longer pause is asked again after a week."""

IMF_FIXDATE = "%a, %d %b %Y %H:%M:%S GMT"

_SECONDS = re.compile(r"\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(?:s|secs?|seconds?)?", re.IGNORECASE)

_FIRST_MOMENT = 1e9
"""Some servers send a moment, in seconds since 1970. No pause is that long."""

_FIRST_MOMENT_IN_MILLISECONDS = 1e11
"""Others, in milliseconds: as seconds it would be after the year 5000."""

_ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})", re.ASCII)


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """The seconds from `now` that a Retry-After header asks for, given as a number or as a date (RFC 9110 10.2.3). Also
    taken: a unit, quotes, a moment as a number or in the form of ISO 8601, and several numbers, of which the largest
    counts. At most a week; None if there is no header, or it cannot be read. Never raises."""
    stripped = (text or "").strip(" \t\"'")
    found = [_SECONDS.fullmatch(part.strip()) for part in stripped.split(",") if part.strip()]
    if found and all(found):
        seconds = max(_pause(float(number[1]), now) for number in found if number is not None)
        return min(seconds, MAX_RETRY_AFTER_SECONDS)
    if (moment := parse_http_date(stripped) or _iso_moment(stripped)) is None:
        return None
    return min(max(0.0, (moment - now).total_seconds()), MAX_RETRY_AFTER_SECONDS)


def _pause(number: float, now: datetime) -> float:
    """The seconds that a number means."""
    if number < _FIRST_MOMENT:
        return number
    moment = number / 1000 if number >= _FIRST_MOMENT_IN_MILLISECONDS else number
    return max(0.0, moment - now.timestamp())


def _iso_moment(text: str) -> datetime | None:
    if _ISO_MOMENT.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def parse_http_date(text: str) -> datetime | None:
    """The moment that a date header names (RFC 9110 5.6.7: all three forms), in UTC; None if it cannot be read, or if
    no datetime can hold it. Never raises."""
    try:
        return datetime.strptime(text.strip(), IMF_FIXDATE).replace(tzinfo=UTC)
    except ValueError:
        pass  # not the one form that servers should send; the library knows the older forms and other zones
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

"""Parses HTTP headers that several rooms read. Pure."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER_SECONDS = 7 * 86_400.0
"""A server that asks for a longer pause is asked again after a week."""

IMF_FIXDATE = "%a, %d %b %Y %H:%M:%S GMT"

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """The seconds from `now` that a Retry-After header asks for, given as a number or as a date (RFC 9110 10.2.3).
    At most a week; None if there is no header, or it cannot be read. Never raises."""
    stripped = (text or "").strip()
    if _SECONDS.fullmatch(stripped):
        return min(float(stripped), MAX_RETRY_AFTER_SECONDS)
    if (moment := parse_http_date(stripped)) is None:
        return None
    return min(max(0.0, (moment - now).total_seconds()), MAX_RETRY_AFTER_SECONDS)


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

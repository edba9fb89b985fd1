"""What a `Last-Modified` header says, and whether a file is recent enough to be news."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

IMF_FIXDATE = "%a, %d %b %Y %H:%M:%S GMT"


class Appearance(Enum):
    """Whether a file that was found is news, or has lain there for long."""

    RECENT = "recent"
    OLD = "old"


def parse_http_date(text: str) -> datetime | None:
    """The moment that a date header names (RFC 9110 5.6.7: all three forms), in UTC; None when it cannot be read, or
    names none that a datetime can hold. Never raises."""
    try:
        return datetime.strptime(text.strip(), IMF_FIXDATE).replace(tzinfo=UTC)
    except ValueError:
        pass  # not the one form that servers should send: the older ones, and other zones, are left to the library
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def appearance(
    last_modified: datetime | None, *, now: datetime, within: float, missing_at: datetime | None
) -> Appearance:
    """RECENT: the file has no date, or one at most `within` seconds ago (a date to come counts), or one later than the
    time at which its name was last answered missing: it appeared while nobody asked, and no downtime may lose it."""
    if last_modified is None or (now - last_modified).total_seconds() <= within:
        return Appearance.RECENT
    if missing_at is not None and last_modified >= missing_at:
        return Appearance.RECENT
    return Appearance.OLD

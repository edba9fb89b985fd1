"""Whether a file is recent enough to be news, by its `Last-Modified` header."""

from datetime import datetime
from enum import Enum


class Appearance(Enum):
    """Whether a file that was found is news, or has lain there for long."""

    RECENT = "recent"
    OLD = "old"


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

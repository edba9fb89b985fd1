"""Whether a file is recent enough to be news, by its `Last-Modified` header."""

from datetime import datetime
from enum import Enum


class Recency(Enum):
    """Whether a file that was found is news, or has been there for a long time."""

    RECENT = "recent"
    OLD = "old"


def recency_of(last_modified: datetime | None, *, now: datetime, within: float, missing_at: datetime | None) -> Recency:
    """RECENT: the file has no date; or a date at most `within` seconds ago, or in the future; or a date after its name
    was last answered missing: it appeared while the service was down, and must not be lost."""
    if last_modified is None or (now - last_modified).total_seconds() <= within:
        return Recency.RECENT
    if missing_at is not None and last_modified >= missing_at:
        return Recency.RECENT
    return Recency.OLD

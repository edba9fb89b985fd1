"""The zones that a list offers: one name for each place where people live, and UTC."""

from actors.runtime.timezones.known import UTC_NAME, names
from actors.runtime.timezones.tables import PLACES


def zones() -> tuple[str, ...]:
    """In alphabetical order, as far as the system knows them."""
    known = names()
    return tuple(sorted({UTC_NAME, *(name for name in PLACES if name in known)}))

"""Zones as the system knows them. What it does not know counts as UTC: a stored name may be gone after an upgrade."""

import zoneinfo
from datetime import datetime
from zoneinfo import ZoneInfo

UTC_NAME = "UTC"


def names() -> frozenset[str]:
    """The names of all zones that the system, or Python's package of them, has."""
    return frozenset(zoneinfo.available_timezones())


def is_known(name: str) -> bool:
    """Whether times can be told in the zone of this name."""
    try:
        ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False  # a name that is a folder, too long, no path at all
    return True


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone of this name; UTC if the system has none."""
    return ZoneInfo(name if is_known(name) else UTC_NAME)


def local_time(at: datetime, name: str) -> str:
    """`2026-01-31 09:00 Europe/Berlin`."""
    zone = zone_or_utc(name)
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"

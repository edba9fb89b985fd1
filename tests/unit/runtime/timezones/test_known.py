"""A zone that the system does not know counts as UTC."""

from datetime import UTC, datetime

import pytest

from actors.runtime.timezones import known

NOON = datetime(2025, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "Europe", "../../etc/passwd", "/etc/localtime", "a" * 5000, "é\0"]
)
def test_an_unknown_zone_counts_as_utc(name: str) -> None:
    assert not known.is_known(name)
    assert known.local_time(NOON, name) == "2025-11-21 12:00 UTC"


def test_a_known_zone_tells_its_own_time() -> None:
    assert known.is_known("Asia/Tokyo")
    assert known.local_time(NOON, "Asia/Tokyo") == "2025-11-21 21:00 Asia/Tokyo"

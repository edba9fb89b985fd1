"""Times as people write them."""

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.commands.parse import timing
from actors.watchlist.commands.parse.timing import InvalidTime
from tests.builders import NOON
from tests.commanding_builders import ZONES


@pytest.mark.parametrize(
    ("text", "what", "length"),
    [
        ("P2300 2w", "P2300", timedelta(weeks=2)),
        ("P2300 for 2 weeks", "P2300", timedelta(weeks=2)),
        ("Thomas Köppe 3 days", "Thomas Köppe", timedelta(days=3)),
        ("all for an hour", "all", timedelta(hours=1)),
        ("P2300 1w 2d", "P2300", timedelta(days=9)),
        ("P2300 90m", "P2300", timedelta(minutes=90)),
        ("P2300 1mo", "P2300", timedelta(days=30)),
        ("P2300", "P2300", None),
        ("2300", "2300", None),
        ("P2300 forever", "P2300", None),
        ("Adam", "Adam", None),
    ],
)
def test_how_long_stands_at_the_end(text: str, what: str, length: timedelta | None) -> None:
    found, duration = timing.split_duration(text)
    assert (found, duration.length, duration.until) == (what, length, None)
    assert duration.end(NOON, "UTC") == (None if length is None else NOON + length)


@pytest.mark.parametrize(
    ("text", "zone", "hour"),
    [
        ("2026-01-31 09:30", "Europe/Berlin", 8),
        ("2026-07-01 09:30", "Europe/Berlin", 7),
        ("2026-01-31T09:30", "America/New_York", 14),
        ("2026-01-31 09:30", "UTC", 9),
        ("2026-01-31 09:30 UTC", "Europe/Berlin", 9),
        ("2026-01-31T09:30Z", "Europe/Berlin", 9),
    ],
)
def test_a_date_can_be_the_end_on_the_users_own_clock(text: str, zone: str, hour: int) -> None:
    what, duration = timing.split_duration(f"P2300 until {text}")
    end = duration.end(NOON, zone)
    assert what == "P2300"
    assert end is not None
    assert (end.hour, end.minute, end.tzinfo) == (hour, 30, UTC)


@pytest.mark.parametrize(
    "text", ["9999-12-31 23:59", "9999-12-31 23:59 UTC", "2031-01-01", "0001-01-01", "2025-11-21 12:00", "2025-11-20"]
)
def test_an_end_that_is_over_or_too_far_away_is_refused_in_every_zone(text: str) -> None:
    _, duration = timing.split_duration(f"P2300 until {text}")
    for zone in ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"):
        if (text, zone) != ("2025-11-21 12:00", "America/New_York"):
            with pytest.raises(InvalidTime):
                duration.end(NOON, zone)


@pytest.mark.parametrize("text", ["P2300 until 2026-02-30", "P2300 9999y", "P2300 0d"])
def test_a_lapse_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(InvalidTime):
        timing.split_duration(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("09:00", 540),
        ("9", 540),
        ("9.30", 570),
        ("9pm", 1260),
        ("12am", 0),
        ("12:15 PM", 735),
        ("24:00", 0),
        ("0:05", 5),
    ],
)
def test_a_time_of_day_is_read(text: str, minutes: int) -> None:
    assert timing.minutes(text) == minutes


@pytest.mark.parametrize("text", ["25", "9:60", "24:01", "13pm", "0am", "soon", "", "9:5"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidTime):
        timing.minutes(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("22:00-07:00", (1320, 420, "")),
        ("from 10pm to 7am Europe/Berlin", (1320, 420, "Europe/Berlin")),
        ("22 - 7", (1320, 420, "")),
        ("22:00-07:00 America/New_York", (1320, 420, "America/New_York")),
        ("22-7 America/Chicago", (1320, 420, "America/Chicago")),
        ("10 p.m. to 7 a.m. America/Lima", (1320, 420, "America/Lima")),
    ],
)
def test_quiet_hours_are_read(text: str, read: tuple[int, int, str]) -> None:
    assert timing.between(text) == read


@pytest.mark.parametrize("text", ["22:00", "7-7", "22:00-07:99", "night"])
def test_quiet_hours_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(InvalidTime):
        timing.between(text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_found(text: str, zone: str) -> None:
    assert timing.zone(text, ZONES) == zone


@pytest.mark.parametrize(
    ("text", "hint"), [("Europe/Berln", "Europe/Berlin"), ("Pariss", "Europe/Paris"), ("!", "like")]
)
def test_a_zone_that_there_is_not_comes_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(InvalidTime, match=hint):
        timing.zone(text, ZONES)


@pytest.mark.parametrize("text", ["GMT+2", "utc+2", "UTC +02:00", "gmt-5", "CEST+1", "+0530"])
def test_an_offset_is_no_zone_and_a_city_is_asked_for(text: str) -> None:
    with pytest.raises(InvalidTime, match="Name a city"):
        timing.zone(text, ZONES)


def test_an_offset_by_its_whole_name_is_taken_at_its_word() -> None:
    assert timing.zone("Etc/GMT+2", ZONES) == "Etc/GMT+2"
    with pytest.raises(InvalidTime) as refused:
        timing.zone("GMT+2h", ZONES)
    assert "Etc" not in str(refused.value)


@given(st.integers(0, 1439))
def test_a_time_of_day_is_read_as_it_is_shown(minutes: int) -> None:
    assert timing.minutes(timing.clock(minutes)) == minutes

"""Times as people write them."""

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.commands.parse.times import timing
from actors.watchlist.commands.parse.times.timing import InvalidTime, InvalidZone
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
        ("P2300 for now", "P2300", None),
        ("P2300 temporarily", "P2300", None),
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


@pytest.mark.parametrize("text", ["P2300 until Kona", "all until the meeting", "until 12/31/26 9am"])
def test_an_end_that_is_not_a_date_is_quoted_with_what_could_be_said_instead(text: str) -> None:
    with pytest.raises(InvalidTime, match=r"I don't understand “until .*”. Give a date, like until 2026-01-31"):
        timing.split_duration(text)
    assert timing.split_duration("title:wait until idle")[0] == "title:wait until idle"


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
        ("noon", 720),
        ("Midnight", 0),
    ],
)
def test_a_time_of_day_is_read(text: str, minutes: int) -> None:
    assert timing.minutes(text) == minutes


@pytest.mark.parametrize("text", ["25", "9:60", "24:01", "13pm", "0am", "soon", "", "9:5"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidTime):
        timing.minutes(text)


@pytest.mark.parametrize(
    ("begin", "end", "read"),
    [
        ("22:00", "07:00", (1320, 420)),
        ("10 p.m.", "7 a.m.", (1320, 420)),
        ("22", "24:00", (1320, 1440)),
        ("22", "0", (1320, 1440)),
        ("00:00", "24:00", (0, 1440)),
        ("midnight", "noon", (0, 720)),
    ],
)
def test_quiet_hours_are_read(begin: str, end: str, read: tuple[int, int]) -> None:
    assert timing.span(begin, end) == read


@pytest.mark.parametrize(("begin", "end"), [("7", "7"), ("22:00", "07:99"), ("0", "0"), ("25", "7")])
def test_quiet_hours_that_cannot_be_are_refused(begin: str, end: str) -> None:
    with pytest.raises(InvalidTime):
        timing.span(begin, end)


@pytest.mark.parametrize(("begin", "end"), [("9", "5"), ("10", "7"), ("12", "6"), ("11", "1")])
def test_hours_that_may_begin_in_the_morning_or_in_the_evening_are_not_guessed(begin: str, end: str) -> None:
    with pytest.raises(InvalidTime, match="in the morning or in the evening"):
        timing.span(begin, end)
    assert timing.span(f"{begin}pm", end)[0] == timing.minutes(f"{begin}pm")


@pytest.mark.parametrize(("begin", "end"), [("8", "12"), ("0", "6"), ("22", "7"), ("09", "05"), ("9:00", "5")])
def test_hours_that_can_mean_one_thing_need_no_half_of_the_day(begin: str, end: str) -> None:
    assert timing.span(begin, end) == (timing.minutes(begin), timing.minutes(end))


def test_a_zone_that_may_be_several_comes_with_the_zones_to_choose_from() -> None:
    assert timing.zone("berlin", ZONES) == "Europe/Berlin"
    with pytest.raises(InvalidZone, match="Name a city") as refused:
        timing.zone("EST", ZONES)
    assert refused.value.choices[0] == "America/New_York"


@given(st.integers(0, 1439))
def test_a_time_of_day_is_read_as_it_is_shown(minutes: int) -> None:
    assert timing.minutes(timing.clock(minutes)) == minutes

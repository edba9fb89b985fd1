"""When what is held is due, in the user's own hours, whatever their clock does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.digests.schedule import due, is_held, is_quiet, quiet_end
from messages.commands import Delivery, Preferences

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
"""Lord Howe moves its clock by half an hour; Apia left out a day in 2011."""


def preferring(**fields: Any) -> Preferences:
    """Daily at 9 in Berlin, unless said otherwise."""
    known: dict[str, Any] = {
        "user": "U1",
        "delivery": Delivery.DAILY,
        "at_minute": 9 * 60,
        "weekday": 0,
        "zone": "Europe/Berlin",
        "quiet_from": None,
        "quiet_to": None,
    }
    return Preferences(**{**known, **fields})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-03-29 07:59", "2025-03-29 08:00"),  # winter: one hour ahead of UTC
        ("2025-03-29 08:00", "2025-03-30 07:00"),  # the night between has 23 hours
        ("2025-10-25 07:00", "2025-10-26 08:00"),  # and this one 25
        ("2025-10-26 08:00", "2025-10-27 08:00"),
    ],
)
def test_a_daily_digest_comes_at_the_same_hour_on_the_wall(now: str, expected: str) -> None:
    assert due(preferring(), utc(now)) == utc(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-03-30 00:00", "2025-03-30 01:00"),  # 02:30 does not exist that day: when the clock jumps to 03:00
        ("2025-10-26 00:00", "2025-10-26 00:30"),  # 02:30 comes twice: the first time
        ("2025-10-26 00:30", "2025-10-27 01:30"),
    ],
)
def test_an_hour_that_is_left_out_or_comes_twice_has_one_digest(now: str, expected: str) -> None:
    assert due(preferring(at_minute=150), utc(now)) == utc(expected)


def test_a_weekly_digest_comes_on_its_day() -> None:
    friday = preferring(delivery=Delivery.WEEKLY, weekday=4)
    assert due(friday, utc("2025-11-21 07:00")) == utc("2025-11-21 08:00")
    assert due(friday, utc("2025-11-21 08:00")) == utc("2025-11-28 08:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-11-21 20:59", "2025-11-21 20:59"),
        ("2025-11-21 21:00", "2025-11-22 06:00"),
        ("2025-11-22 05:59", "2025-11-22 06:00"),
        ("2025-03-30 00:30", "2025-03-30 05:00"),  # the clock jumps in the night
    ],
)
def test_quiet_hours_hold_back_until_they_end(now: str, expected: str) -> None:
    quiet = preferring(delivery=Delivery.IMMEDIATE, quiet_from=22 * 60, quiet_to=7 * 60)
    assert due(quiet, utc(now)) == utc(expected)
    assert is_held(quiet, utc(now)) is (now != expected)


def test_a_digest_within_quiet_hours_waits_for_their_end() -> None:
    late = preferring(at_minute=23 * 60, quiet_from=22 * 60, quiet_to=7 * 60)
    assert due(late, utc("2025-11-21 12:00")) == utc("2025-11-22 06:00")


def test_quiet_hours_that_end_in_an_hour_that_comes_twice_end_with_the_second() -> None:
    quiet = preferring(delivery=Delivery.IMMEDIATE, quiet_from=0, quiet_to=150)
    assert due(quiet, utc("2025-10-26 00:10")) == utc("2025-10-26 00:30")
    assert due(quiet, utc("2025-10-26 01:10")) == utc("2025-10-26 01:30")


def test_the_half_hour_between_quiet_hours_is_left_out_with_the_clock() -> None:
    quiet = preferring(delivery=Delivery.IMMEDIATE, quiet_from=180, quiet_to=150)
    assert due(quiet, utc("2025-03-29 12:00")) == utc("2025-03-31 00:30")


MOMENTS = st.datetimes(datetime(2011, 12, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
MINUTES = st.integers(0, 1439)
WAYS = st.builds(
    lambda delivery, minute, weekday, zone, quiet: Preferences(
        user="U1",
        delivery=delivery,
        at_minute=minute,
        weekday=weekday,
        zone=zone,
        quiet_from=quiet[0],
        quiet_to=quiet[1],
    ),
    st.sampled_from(Delivery),
    MINUTES,
    st.integers(0, 6),
    st.sampled_from(ZONES),
    st.one_of(st.just((None, None)), st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] != pair[1])),
)


@given(WAYS, MOMENTS)
def test_what_is_due_is_never_past_never_quiet_and_comes_within_days(wanted: Preferences, now: datetime) -> None:
    at = due(wanted, now)
    assert now <= at <= now + timedelta(days=10 if wanted.delivery is Delivery.WEEKLY else 4)
    assert not is_quiet(wanted, at)
    assert (at == now) >= (not is_held(wanted, now))


@given(WAYS, MOMENTS)
def test_quiet_hours_end_no_later_than_they_must(wanted: Preferences, now: datetime) -> None:
    end = quiet_end(wanted, now)
    assert end == now or is_quiet(wanted, end - timedelta(seconds=1))


@given(WAYS.map(lambda way: replace(way, delivery=Delivery.DAILY, quiet_from=None, quiet_to=None)), MOMENTS)
def test_digests_follow_each_other_by_about_a_day(wanted: Preferences, now: datetime) -> None:
    first = due(wanted, now)
    second = due(wanted, first)
    lost_a_day = wanted.zone == "Pacific/Apia" and first.year == 2011  # which has its digest where it would have been
    least, most = (timedelta(seconds=1), 50) if lost_a_day else (timedelta(hours=22), 26)
    assert least <= second - first <= timedelta(hours=most)
    local = first.astimezone(ZoneInfo(wanted.zone))
    assert (
        local.hour * 60 + local.minute >= wanted.at_minute
        or local.utcoffset() != (first - timedelta(minutes=61)).astimezone(ZoneInfo(wanted.zone)).utcoffset()
    )

"""When what is held is due, in the user's own hours, whatever their clock does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.digests.schedule import due, is_held, is_quiet, quiet_end
from actors.watchlist.commands.parse.times.weekdays import leaves_time
from messages.commands import Delivery, DigestTimes, Preferences, QuietHours

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
"""Lord Howe moves its clock by half an hour; Apia left out a day in 2011."""


EVERY_DAY = tuple(range(7))
BERLIN = ZoneInfo("Europe/Berlin")


def preferring(
    delivery: Delivery = Delivery.DIGEST,
    digest: tuple[DigestTimes, ...] = (DigestTimes(days=EVERY_DAY, minutes=(9 * 60,)),),
    quiet: tuple[QuietHours, ...] = (),
) -> Preferences:
    """Daily at 9, unless said otherwise; the zone is given beside it."""
    return Preferences(user="U1", delivery=delivery, digest=digest, zone="", quiet=quiet)


def times(*minutes: int, days: tuple[int, ...] = EVERY_DAY) -> DigestTimes:
    return DigestTimes(days=days, minutes=minutes)


def hours(begin: int, end: int, days: tuple[int, ...] = EVERY_DAY) -> QuietHours:
    return QuietHours(days=days, begin=begin, end=end)


def quiet_only(*quiet: QuietHours) -> Preferences:
    return preferring(Delivery.IMMEDIATE, quiet=quiet)


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
    assert due(preferring(), utc(now), BERLIN) == utc(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-03-30 00:00", "2025-03-30 01:00"),  # 02:30 does not exist that day: when the clock jumps to 03:00
        ("2025-10-26 00:00", "2025-10-26 00:30"),  # 02:30 comes twice: the first time
        ("2025-10-26 00:30", "2025-10-27 01:30"),
    ],
)
def test_an_hour_that_is_left_out_or_comes_twice_has_one_digest(now: str, expected: str) -> None:
    assert due(preferring(digest=(times(150),)), utc(now), BERLIN) == utc(expected)


def test_a_weekly_digest_comes_on_its_day() -> None:
    friday = preferring(digest=(times(540, days=(4,)),))
    assert due(friday, utc("2025-11-21 07:00"), BERLIN) == utc("2025-11-21 08:00")
    assert due(friday, utc("2025-11-21 08:00"), BERLIN) == utc("2025-11-28 08:00")


def test_a_digest_comes_on_each_of_its_days_and_at_each_of_its_times() -> None:
    wanted = preferring(digest=(times(540, 1020, days=(0, 2)), times(600, days=(4,))))
    at, found = utc("2025-11-16 12:00"), []
    for _ in range(6):
        found.append(at := due(wanted, at, BERLIN))
    assert [f"{each:%a %H:%M}" for each in found] == [
        "Mon 08:00", "Mon 16:00", "Wed 08:00", "Wed 16:00", "Fri 09:00", "Mon 08:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-11-21 06:00", "2025-11-21 06:00"),  # Friday by day
        ("2025-11-21 21:30", "2025-11-23 23:00"),  # Friday night goes over into the weekend
        ("2025-11-22 12:00", "2025-11-23 23:00"),
        ("2025-11-23 21:30", "2025-11-23 23:00"),  # Sunday night is none of the working days' nights
        ("2025-11-24 21:30", "2025-11-25 06:00"),
        ("2025-11-25 05:59", "2025-11-25 06:00"),
    ],
)
def test_nights_of_working_days_and_whole_weekends_add_up(now: str, expected: str) -> None:
    both = quiet_only(hours(1320, 420, days=(0, 1, 2, 3, 4)), hours(0, 1440, days=(5, 6)))
    assert due(both, utc(now), BERLIN) == utc(expected)


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    monday = quiet_only(hours(1320, 420, days=(0,)))
    held = [is_held(monday, utc(at), BERLIN) for at in ("2025-11-24 05:00", "2025-11-24 21:00", "2025-11-25 05:00")]
    assert held == [False, True, True]


def test_a_weekend_is_quiet_until_monday_although_the_clock_changes_in_it() -> None:
    weekend = quiet_only(hours(0, 1440, days=(5, 6)))
    assert due(weekend, utc("2025-03-29 10:00"), BERLIN) == utc("2025-03-30 22:00")
    assert due(weekend, utc("2025-10-25 10:00"), BERLIN) == utc("2025-10-26 23:00")


def test_quiet_hours_that_begin_in_an_hour_that_comes_twice_leave_what_is_between() -> None:
    late = quiet_only(hours(150, 420))
    assert due(late, utc("2025-10-26 00:40"), BERLIN) == utc("2025-10-26 01:00")
    assert due(late, utc("2025-10-26 01:40"), BERLIN) == utc("2025-10-26 06:00")


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
    quiet = quiet_only(hours(22 * 60, 7 * 60))
    assert due(quiet, utc(now), BERLIN) == utc(expected)
    assert is_held(quiet, utc(now), BERLIN) is (now != expected)


def test_a_digest_within_quiet_hours_waits_for_their_end() -> None:
    late = preferring(digest=(times(23 * 60),), quiet=(hours(22 * 60, 7 * 60),))
    assert due(late, utc("2025-11-21 12:00"), BERLIN) == utc("2025-11-22 06:00")


def test_a_digest_that_waits_for_the_end_of_quiet_hours_is_not_put_off_when_it_is_rescheduled() -> None:
    friday = preferring(digest=(times(23 * 60, days=(4,)),), quiet=(hours(22 * 60, 7 * 60),))
    wednesday, night = utc("2025-11-19 12:00"), utc("2025-11-22 00:30")
    assert due(friday, wednesday, BERLIN) == utc("2025-11-22 06:00")
    assert due(friday, night, BERLIN, since=wednesday) == utc("2025-11-22 06:00")
    assert due(friday, night, BERLIN) == utc("2025-11-29 06:00")
    assert due(friday, wednesday, BERLIN, since=night) == utc("2025-11-22 06:00"), "the clock was set back"


def test_quiet_hours_that_end_in_an_hour_that_comes_twice_end_with_the_second() -> None:
    quiet = quiet_only(hours(0, 150))
    assert due(quiet, utc("2025-10-26 00:10"), BERLIN) == utc("2025-10-26 00:30")
    assert due(quiet, utc("2025-10-26 01:10"), BERLIN) == utc("2025-10-26 01:30")


def test_the_half_hour_between_quiet_hours_is_left_out_with_the_clock() -> None:
    quiet = quiet_only(hours(180, 150))
    assert due(quiet, utc("2025-03-29 12:00"), BERLIN) == utc("2025-03-31 00:30")


MOMENTS = st.datetimes(datetime(2011, 12, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
MINUTES = st.integers(0, 1439)
DAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
TIMES = st.builds(
    lambda days, minutes: DigestTimes(days=days, minutes=tuple(sorted(minutes))),
    DAYS,
    st.sets(MINUTES, min_size=1, max_size=3),
)
HOURS = st.builds(
    lambda days, begin, end: QuietHours(days=days, begin=begin, end=end), DAYS, MINUTES, st.integers(1, 1440)
).filter(lambda hours: hours.begin != hours.end)
WAYS = st.builds(
    preferring,
    st.sampled_from(Delivery),
    st.lists(TIMES, min_size=1, max_size=2).map(tuple),
    st.lists(HOURS, max_size=3).map(tuple),
).filter(lambda way: leaves_time(way.quiet))
ZONE_INFOS = st.sampled_from(ZONES).map(ZoneInfo)


@given(WAYS, MOMENTS, ZONE_INFOS)
def test_what_is_due_is_never_past_never_quiet_and_comes_within_weeks(
    wanted: Preferences, now: datetime, zone: ZoneInfo
) -> None:
    at = due(wanted, now, zone)
    assert now <= at <= now + timedelta(days=24)
    assert not is_quiet(wanted, at, zone)
    assert (at == now) >= (not is_held(wanted, now, zone))


@given(WAYS, MOMENTS, ZONE_INFOS, st.floats(0, 0.999))
def test_what_is_kept_is_due_at_the_same_time_however_often_it_is_rescheduled(
    wanted: Preferences, since: datetime, zone: ZoneInfo, part: float
) -> None:
    first = due(wanted, since, zone)
    if first > since:
        assert due(wanted, since + (first - since) * part, zone, since) == first


@given(WAYS, MOMENTS, ZONE_INFOS, st.floats(0, 0.999))
def test_quiet_hours_end_when_they_must_and_no_earlier(
    wanted: Preferences, now: datetime, zone: ZoneInfo, part: float
) -> None:
    end = quiet_end(wanted, now, zone)
    assert not is_quiet(wanted, end, zone)
    if end > now:
        assert is_quiet(wanted, end - timedelta(seconds=1), zone)
        assert is_quiet(wanted, now + (end - now) * part, zone)


@given(WAYS, MOMENTS, ZONE_INFOS)
def test_a_quiet_moment_is_one_that_the_clock_and_the_calendar_show(
    wanted: Preferences, now: datetime, zone: ZoneInfo
) -> None:
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    quiet_minutes = {
        (day * 1440 + hours.begin + number) % 10080
        for hours in wanted.quiet
        for day in hours.days
        for number in range((hours.end - hours.begin) % 1440 or 1440)
    }
    assert is_quiet(wanted, now, zone) is (local.weekday() * 1440 + minute in quiet_minutes)


@given(st.sampled_from(ZONES), MINUTES, MOMENTS)
def test_daily_digests_follow_each_other_by_about_a_day(name: str, minute: int, now: datetime) -> None:
    wanted, zone = preferring(digest=(times(minute),)), ZoneInfo(name)
    first = due(wanted, now, zone)
    second = due(wanted, first, zone)
    lost_a_day = name == "Pacific/Apia" and first.year == 2011  # which has its digest where it would have been
    least, most = (timedelta(seconds=1), 50) if lost_a_day else (timedelta(hours=22), 26)
    assert least <= second - first <= timedelta(hours=most)
    local = first.astimezone(zone)
    assert (
        local.hour * 60 + local.minute >= minute
        or local.utcoffset() != (first - timedelta(minutes=61)).astimezone(zone).utcoffset()
    )


@given(st.lists(TIMES, min_size=1, max_size=3).map(tuple), MOMENTS, ZONE_INFOS)
def test_several_digests_come_when_each_of_them_would_come_alone(
    digest: tuple[DigestTimes, ...], now: datetime, zone: ZoneInfo
) -> None:
    alone = [
        due(preferring(digest=(DigestTimes(days=(day,), minutes=(minute,)),)), now, zone)
        for each in digest
        for day in each.days
        for minute in each.minutes
    ]
    assert due(preferring(digest=digest), now, zone) == min(alone)

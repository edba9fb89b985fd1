"""When a maintenance window lasts, in the nights in which clocks change too."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.checks.roster import roster_of
from actors.checks.schedule.maintenance import concerns, end_of, is_manual, known_for
from actors.checks.schedule.planned import PlannedWindows
from actors.checks.silencing import Silencing
from messages.maintenance import CronWindow, MaintenancePlan, ManualWindow, OnceWindow, WeeklyWindow
from tests.check_builders import a_check

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_window_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    window = OnceWindow(since=at("2026-06-01 10:00"), until=at("2026-06-01 12:00"))
    assert end_of([window], at("2026-06-01 10:00")) == at("2026-06-01 12:00")
    assert end_of([window], at("2026-06-01 12:00")) is None
    assert end_of([window], at("2026-06-01 09:59")) is None


def test_of_several_windows_the_last_end_counts() -> None:
    short = OnceWindow(since=at("2026-06-01 10:00"), until=at("2026-06-01 12:00"))
    long = OnceWindow(since=at("2026-06-01 09:00"), until=at("2026-06-01 14:00"))
    assert end_of([long, short], at("2026-06-01 11:00")) == at("2026-06-01 14:00")


def test_a_weekly_window_may_reach_into_the_next_day() -> None:
    sunday = WeeklyWindow(days=(6,), minute=23 * 60, duration=3 * 3600.0, timezone="UTC")
    assert end_of([sunday], at("2026-06-08 01:30")) == at("2026-06-08 02:00")  # a Monday
    assert end_of([sunday], at("2026-06-08 23:30")) is None
    assert end_of([sunday], at("2026-06-07 22:59")) is None


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("a usual night", "2026-03-22 01:30", "2026-03-22 03:29"),
        (
            "02:30 does not exist in the night of 29 March: an hour later by the clock",
            "2026-03-29 01:30",
            "2026-03-29 03:29",
        ),
        ("02:30 comes twice in the night of 25 October: the first counts", "2026-10-25 00:30", "2026-10-25 02:29"),
        ("the usual night after it", "2026-11-01 01:30", "2026-11-01 03:29"),
    ],
)
def test_a_weekly_window_is_as_long_as_ever_when_clocks_change(day: str, first: str, last: str) -> None:
    window = WeeklyWindow(days=(6,), minute=150, duration=7200.0, timezone=BERLIN)
    inside = [
        moment
        for number in range(8 * 60)
        if end_of([window], moment := at(first).replace(hour=0, minute=0) + number * MINUTE) is not None
    ]
    assert (inside[0], inside[-1]) == (at(first), at(last)), day
    assert len(inside) == 120


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-03-01 01:59", None),
        ("2026-03-01 02:00", "2026-03-01 03:00"),  # 03:00 in winter
        ("2026-04-01 01:30", "2026-04-01 02:00"),  # 03:00 in summer
        ("2026-04-01 02:00", None),
        ("2026-04-02 01:30", None),
    ],
)
def test_a_window_by_cron_follows_the_clock_of_its_zone(moment: str, end: str | None) -> None:
    window = CronWindow(schedule="0 3 1 * *", duration=3600.0, timezone=BERLIN)
    assert end_of([window], at(moment)) == (None if end is None else at(end))


@pytest.mark.parametrize(
    ("schedule", "moment", "end"),
    [
        ("30 2 * * *", "2026-10-25 00:29", None),
        ("30 2 * * *", "2026-10-25 00:30", "2026-10-25 02:30"),  # 02:30 CEST
        ("30 2 * * *", "2026-10-25 01:00", "2026-10-25 02:30"),  # 02:00 CET: the clock has gone back meanwhile
        ("30 2 * * *", "2026-10-25 01:40", "2026-10-25 02:30"),
        ("30 2 * * *", "2026-10-25 02:30", None),
        ("0 2 * * *", "2026-03-29 00:59", None),
        ("0 2 * * *", "2026-03-29 01:00", "2026-03-29 03:00"),  # 02:00 is left out: 03:00 CEST
    ],
)
def test_a_window_by_cron_is_as_long_as_ever_when_clocks_change(schedule: str, moment: str, end: str | None) -> None:
    window = CronWindow(schedule=schedule, duration=7200.0, timezone=BERLIN)
    assert end_of([window], at(moment)) == (None if end is None else at(end))


def test_times_by_cron_that_overlap_are_one() -> None:
    window = CronWindow(schedule="*/10 * * * *", duration=1800.0, timezone="UTC")
    assert end_of([window], at("2026-06-01 10:05")) == at("2026-06-01 10:30")


@given(st.integers(0, 2 * 366 * 24 * 60), st.integers(1, 48), st.sampled_from(["UTC", BERLIN, "Australia/Lord_Howe"]))
def test_daily_windows_are_the_same_by_week_and_by_cron(minutes: int, half_hours: int, zone: str) -> None:
    """Away from the changes of clocks, which cron treats in its own way."""
    moment = at("2025-12-01 00:00") + minutes * MINUTE
    duration = half_hours * 1800.0
    weekly = WeeklyWindow(days=tuple(range(7)), minute=12 * 60, duration=duration, timezone=zone)
    cron = CronWindow(schedule="0 12 * * *", duration=duration, timezone=zone)
    assert end_of([weekly], moment) == end_of([cron], moment)


SCHEDULES = ("30 2 * * *", "*/20 * * * *", "0 3 1 * *", "15 1-4 * * sun", "0 */7 * * *", "45 1 28-31 3,10 *")


@given(
    st.sampled_from(SCHEDULES),
    st.integers(1, 40),
    st.sampled_from(["UTC", BERLIN, "Australia/Lord_Howe"]),
    st.sampled_from([at("2026-03-27 00:00"), at("2026-10-23 00:00"), at("2026-04-03 00:00"), at("2026-06-01 00:00")]),
    st.lists(st.integers(0, 4 * 24 * 60 * 60), min_size=2, max_size=40),
)
def test_what_is_kept_about_a_window_is_what_is_found_out_anew(
    schedule: str, quarters: int, zone: str, begin: datetime, seconds: list[int]
) -> None:
    """Also when clocks change, and when ours is set back."""
    window, planned = CronWindow(schedule=schedule, duration=quarters * 900.0, timezone=zone), PlannedWindows()
    for moment in (begin + timedelta(seconds=each) for each in [*sorted(seconds), seconds[0]]):
        assert planned.end_of([window], moment) == end_of([window], moment), moment


def test_a_window_by_cron_is_looked_up_once_however_many_checks_are_in_it() -> None:
    looked_up: list[datetime] = []

    def look_up(window: CronWindow, now: datetime) -> tuple[datetime | None, datetime]:
        looked_up.append(now)
        return known_for(window, now)

    window = CronWindow(schedule="0 3 * * *", duration=3600.0, timezone=BERLIN)
    checks = [a_check(f"c{number}", maintenance=MaintenancePlan.of([window])) for number in range(50)]
    silencing = Silencing(roster=roster_of(checks, 1.0), windows={}, planned=PlannedWindows(look_up))
    for minute in range(60):
        assert not any(silencing.is_maintained(check, at("2026-06-01 10:00") + minute * MINUTE) for check in checks)
    assert looked_up == [at("2026-06-01 10:00")]


def test_a_window_by_hand_is_for_a_check_a_group_or_all() -> None:
    def window(scope: str) -> ManualWindow:
        return ManualWindow(scope=scope, since=at("2026-06-01 10:00"), until=None, by="ada")

    assert [
        concerns(window(scope), "infra/mail", "infra") for scope in ("", "infra/", "infra/mail", "infra/m", "x/")
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert not concerns(window("/"), "mail", "")
    assert is_manual(window(""), at("2027-06-01 10:00"))
    assert not is_manual(window(""), at("2026-06-01 09:00"))

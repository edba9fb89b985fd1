"""The pace of the budget: what a day is expected to bring, and what follows from what was found."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.schedule.pace import FLAT_HOURS, forecast, hours_of

TODAY = 739_000
COUNTS = st.dictionaries(st.integers(TODAY - 400, TODAY + 30), st.integers(0, 60))
FRACTIONS = st.floats(0.0, 1.0, exclude_max=True)


def even(drafts: int) -> dict[int, int]:
    return dict.fromkeys(range(TODAY - 1200, TODAY), drafts)


@given(COUNTS, FRACTIONS, st.integers(0, 100), st.floats(-100, 100), st.floats(0.1, 10))
def test_the_pace_is_always_within_its_bounds(
    drafts: dict[int, int], fraction: float, found: int, overspent: float, fastest: float
) -> None:
    pace = forecast(drafts, TODAY).pace(fraction, found, overspent, fastest)
    assert min(0.4, fastest) <= pace <= fastest


@given(COUNTS, COUNTS, FRACTIONS, st.integers(0, 100))
def test_nothing_from_today_on_changes_the_forecast(
    drafts: dict[int, int], later: dict[int, int], fraction: float, found: int
) -> None:
    other = {day: count for day, count in drafts.items() if day < TODAY}
    other.update((day, count) for day, count in later.items() if day >= TODAY)
    assert forecast(drafts, TODAY) == forecast(other, TODAY)


@given(COUNTS, FRACTIONS, st.integers(0, 50), st.floats(-3, 3))
def test_more_found_is_never_slower_and_more_spent_is_never_faster(
    drafts: dict[int, int], fraction: float, found: int, overspent: float
) -> None:
    expected = forecast(drafts, TODAY)
    assert expected.pace(fraction, found + 1, overspent) >= expected.pace(fraction, found, overspent)
    assert expected.pace(fraction, found, overspent + 1) <= expected.pace(fraction, found, overspent)


def test_where_every_day_is_alike_the_pace_is_about_one() -> None:
    expected = forecast(even(4), TODAY)
    assert expected.expected == pytest.approx(4.3, rel=0.01)
    paces = [expected.pace(hour / 24, round(4 * hour / 24), 0.0) for hour in range(24)]
    assert sum(paces) / 24 == pytest.approx(1.0, abs=0.1)


def test_a_day_that_brings_many_is_fast_within_hours_and_a_silent_one_slow() -> None:
    expected = forecast(even(4), TODAY)
    assert expected.pace(0.25, 8, 0.0) > 1.8
    assert expected.pace(0.9, 0, 0.0) < 0.6


def test_the_pace_follows_the_square_root_of_what_is_expected() -> None:
    usual = forecast(even(4), TODAY)
    days = even(4)
    days.update(dict.fromkeys(range(TODAY - 4, TODAY), 16))
    busy = forecast(days, TODAY)
    ratio = busy.rate(0.0, 0) / usual.rate(0.0, 0)
    assert 2 < ratio < 4
    assert busy.pace(0.0, 0, 0.0) / usual.pace(0.0, 0, 0.0) == pytest.approx(
        math.sqrt(ratio) * usual.usual / busy.usual
    )


def test_weekdays_have_their_shares() -> None:
    mondays = {day: 7 if day % 7 == 1 else 1 for day in range(TODAY - 1200, TODAY)}
    monday = next(day for day in range(TODAY - 7, TODAY) if day % 7 == 1)
    assert forecast(mondays, monday).expected > 3 * forecast(mondays, monday + 1).expected


def test_what_was_overspent_is_saved_again_and_what_an_outage_left_is_spent() -> None:
    expected = forecast(even(4), TODAY)
    plain = expected.pace(0.5, 2, 0.0)
    assert expected.pace(0.5, 2, 7.0) == pytest.approx(plain - 0.5)
    assert expected.pace(0.5, 2, -3.5) == pytest.approx(plain + 0.25)
    assert expected.pace(0.5, 2, -500.0) == expected.pace(0.5, 2, -7.0)


def test_over_a_year_of_waves_the_mean_pace_is_one() -> None:
    chance = random.Random(7)
    drafts = {day: chance.choice((0, 0, 1, 1, 2, 3, 12)) for day in range(TODAY - 1600, TODAY)}
    overspent, spent = 0.0, 0.0
    for day in range(TODAY - 365, TODAY):
        expected, today = forecast(drafts, day), 0.0
        for hour in range(24):
            found = round(drafts[day] * hour / 24)
            today += expected.pace(hour / 24, found, overspent + today - hour / 24) / 24
        overspent, spent = overspent + today - 1, spent + today
    assert spent / 365 == pytest.approx(1.0, abs=0.03)


def test_hours_are_learnt_from_uploads_and_are_flat_without_any() -> None:
    assert hours_of(()) == FLAT_HOURS
    learnt = hours_of([9] * 500 + [22] * 100)
    assert learnt[9] > 10 > learnt[22] > 1 > learnt[3]
    assert sum(learnt) == pytest.approx(24)
    expected = forecast(even(4), TODAY, learnt)
    assert expected.pace(9.5 / 24, 1, 0.0) > 2 * expected.pace(3.5 / 24, 0, 0.0)

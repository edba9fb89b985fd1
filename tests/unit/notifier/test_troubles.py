"""Which reasons for which health is degraded are one trouble: told by the words of those that the actors give."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.incidents.rules import key_of, seen
from tests.builders import NOON
from tests.unit.notifier.reasons import a_pause, of_dead_letters, of_product, of_slack

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
NUMBERS = st.integers(1, 60)


@given(at=MOMENTS, number=NUMBERS)
def test_a_reason_is_one_trouble_whatever_numbers_times_and_causes_are_in_it(at: datetime, number: int) -> None:
    assert [key_of(text) for text in of_product(at, number)] == [key_of(text) for text in of_product(NOON, 1)]


@given(at=MOMENTS, number=NUMBERS)
def test_two_reasons_are_two_troubles(at: datetime, number: int) -> None:
    texts = of_product(at, number)
    assert len(seen({}, texts, at)) == len({text.partition(" since ")[0] for text in texts})


def test_a_pause_is_one_trouble_until_the_host_has_answered() -> None:
    meanwhile, over = a_pause(NOON, NOON), a_pause(NOON, NOON + timedelta(minutes=2))
    assert meanwhile != over
    assert key_of(meanwhile) == key_of(over)


def test_dead_letters_of_two_actors_are_two_troubles() -> None:
    assert key_of(of_dead_letters(1, NOON)) != key_of(of_dead_letters(1, NOON).replace("watchlist", "prober"))


def test_all_that_slack_itself_does_not_take_is_left_out() -> None:
    assert seen({}, of_slack(NOON, 3), NOON) == {}

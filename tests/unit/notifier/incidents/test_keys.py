"""Which reasons for which health is degraded are one incident: those with the same code and subject."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.incidents.rules import seen
from messages.health import HealthReason, ReasonCode
from tests.builders import NOON
from tests.unit.notifier.reasons import a_pause, of_dead_letters, of_product, of_slack

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
NUMBERS = st.integers(1, 60)


def key_of(reason: HealthReason) -> str:
    """The incident of a reason."""
    (key,) = seen({}, [reason], NOON)
    return key


@given(at=MOMENTS, number=NUMBERS)
def test_a_reason_is_one_incident_whatever_numbers_times_and_causes_are_in_it(at: datetime, number: int) -> None:
    assert {key_of(reason) for reason in of_product(at, number)} == {key_of(reason) for reason in of_product(NOON, 1)}


@given(at=MOMENTS, number=NUMBERS)
def test_only_the_signs_of_one_outage_of_the_host_are_one_incident(at: datetime, number: int) -> None:
    counts = Counter(key_of(reason) for reason in of_product(at, number))
    repeated = {key for key, count in counts.items() if count > 1}
    (host,) = {reason.subject for reason in of_product(at, number) if reason.code is ReasonCode.HOST_UNUSABLE}
    assert repeated == {f"host_unusable {host}"}


def test_a_pause_is_one_incident_until_the_host_has_answered() -> None:
    meanwhile, over = a_pause(NOON, NOON), a_pause(NOON, NOON + timedelta(minutes=2))
    assert meanwhile != over
    assert key_of(meanwhile) == key_of(over)


def test_dead_letters_of_two_actors_are_two_incidents() -> None:
    one, two = (of_dead_letters(1, NOON, name) for name in ("watchlist", "prober"))
    assert key_of(one) != key_of(two)


def test_all_that_slack_itself_does_not_take_is_left_out() -> None:
    assert seen({}, of_slack(NOON, 3), NOON) == {}

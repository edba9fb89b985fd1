"""A clock that was set back is noticed, one that was set forward is nobody's trouble."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.turns import LEAST_SET_BACK, ClockReading, set_back
from tests.builders import NOON

BEFORE = ClockReading(wall=NOON, clock=100.0)


def after(seconds: float, jump: float) -> ClockReading:
    return ClockReading(wall=NOON + timedelta(seconds=seconds + jump), clock=100.0 + seconds)


def test_an_hour_back_is_an_hour() -> None:
    assert set_back(BEFORE, after(0.5, -3600)) == 3600


@given(st.floats(0, 1e5), st.floats(-LEAST_SET_BACK + 0.001, 1e6))
def test_what_is_slewed_or_set_forward_is_nothing(seconds: float, jump: float) -> None:
    assert set_back(BEFORE, after(seconds, jump)) == 0.0

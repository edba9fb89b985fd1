"""A clock that was set back is noticed, one that was set forward is nobody's trouble; so is a turn that takes long."""

import functools
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.turns import (
    LEAST_SET_BACK,
    LONG_TURN_SECONDS,
    ClockReading,
    Counters,
    TurnGuard,
    level_of_turn,
    name_of_call,
    set_back,
)
from tests.builders import NOON

BEFORE = ClockReading(wall=NOON, clock=100.0)


def after(seconds: float, jump: float) -> ClockReading:
    return ClockReading(wall=NOON + timedelta(seconds=seconds + jump), clock=100.0 + seconds)


def test_an_hour_back_is_an_hour() -> None:
    assert set_back(BEFORE, after(0.5, -3600)) == 3600


@given(st.floats(0, 1e5), st.floats(-LEAST_SET_BACK + 0.001, 1e6))
def test_what_is_slewed_or_set_forward_is_nothing(seconds: float, jump: float) -> None:
    assert set_back(BEFORE, after(seconds, jump)) == 0.0


@pytest.mark.parametrize(("seconds", "level"), [(0.051, "DEBUG"), (0.9, "DEBUG"), (1.0, "WARNING"), (8.0, "WARNING")])
def test_a_warning_begins_where_a_person_would_notice(seconds: float, level: str) -> None:
    assert logging.getLevelName(level_of_turn(seconds)) == level


def test_a_turn_that_is_long_for_developers_is_counted_and_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    counters, now = Counters(), [0.0]

    def take(seconds: float) -> None:
        now[0] += seconds

    guard = TurnGuard(counters, lambda handler, error: None, lambda: now[0])
    log = logging.getLogger("long-turns")
    guard.settled(log, own_process=False)
    with caplog.at_level(logging.DEBUG, logger=log.name):
        guard.guard("Deliver", lambda: take(LONG_TURN_SECONDS * 2))
        guard.guard("Ack", lambda: take(LONG_TURN_SECONDS / 2))
    assert counters.counted("long_turns") == 1
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said == [("DEBUG", "Deliver kept its turn for 100 ms")]


def test_a_call_is_named_after_its_function_however_it_is_wrapped() -> None:
    def step(which: int) -> None: ...

    def made() -> Callable[[], None]:
        return lambda: None

    bound = functools.partial(step, 1)

    @functools.wraps(bound)
    def guarded() -> None: ...

    assert [name_of_call(each) for each in (step, bound, guarded, functools.partial(guarded), made(), made)] == [
        "step", "step", "step", "step", "made", "made",
    ]  # fmt: skip
    assert name_of_call(NOON.isoformat) == "isoformat"

"""Restarts: soon at first, ever later when they come fast, and forgiven after a while."""

from datetime import timedelta

from actors.supervisor.cast import CLASSES, FIRST_DELAY, FORGIVEN, MOST_DELAY, ORDER, Restarts, ended
from tests.builders import NOON


def test_everybody_in_the_cast_has_a_class() -> None:
    assert set(ORDER) == set(CLASSES)


def test_delays_double_up_to_a_limit() -> None:
    known, delays = Restarts(), []
    for second in range(12):
        known, delay = ended(known, NOON + timedelta(seconds=second))
        delays.append(delay)
    assert delays[:3] == [FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY]
    assert delays[-1] == MOST_DELAY


def test_five_good_minutes_forgive() -> None:
    known, _ = ended(Restarts(count=9, last=NOON), NOON + FORGIVEN + timedelta(seconds=1))
    assert known.count == 1

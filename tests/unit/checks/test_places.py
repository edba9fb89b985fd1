"""What several places say together: pure decisions."""

from datetime import timedelta
from itertools import product

import pytest

from actors.checks.judging.places import MISSED_RUNS, combined
from actors.checks.model.standing import CheckStanding
from messages.checks import CheckState, CheckVerdict
from tests.check_builders import NOON, a_check, a_result

UP, WARNING, DOWN, UNKNOWN = CheckState.UP, CheckState.WARNING, CheckState.DOWN, CheckState.UNKNOWN
CHECK = a_check(places=("a", "b", "c"), agree=2)


def at(state: CheckState, seconds_ago: float = 1.0, *, is_offline: bool = False) -> CheckStanding:
    last_at = None if state is UNKNOWN else NOON - timedelta(seconds=seconds_ago)
    return CheckStanding(key="site", state=state, last_at=last_at, error=state.value, is_offline=is_offline)


def verdict(*standings: CheckStanding) -> CheckVerdict | None:
    found = combined(CHECK, dict(zip("abc", standings, strict=True)), a_result(), NOON)
    return None if found is None else found.verdict


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((UP, UP, UP), CheckVerdict.PASSED),
        ((DOWN, UP, UP), CheckVerdict.PASSED),
        ((DOWN, DOWN, UP), CheckVerdict.FAILED),
        ((DOWN, WARNING, UP), CheckVerdict.WARNED),
        ((UP, UP, UNKNOWN), CheckVerdict.PASSED),
        ((UP, UNKNOWN, UNKNOWN), None),
        ((DOWN, UNKNOWN, UNKNOWN), None),
        ((DOWN, DOWN, UNKNOWN), CheckVerdict.FAILED),
    ],
)
def test_it_is_down_when_so_many_places_say_so(states: tuple[CheckState, ...], expected: CheckVerdict | None) -> None:
    assert verdict(*map(at, states)) is expected


def test_a_place_that_has_said_nothing_for_long_or_has_no_network_does_not_count() -> None:
    old = MISSED_RUNS * CHECK.interval + CHECK.timeout + 1
    assert verdict(at(DOWN), at(DOWN, old), at(UP)) is CheckVerdict.PASSED
    assert verdict(at(DOWN), at(DOWN, is_offline=True), at(UP)) is CheckVerdict.PASSED


def test_the_error_names_the_places() -> None:
    found = combined(CHECK, {"a": at(DOWN), "b": at(UP), "c": at(DOWN)}, a_result(place="a"), NOON)
    assert found is not None
    assert (found.error, found.place) == ("2 of 3 places (a, c): down", "")


def test_more_places_that_are_down_never_make_it_better() -> None:
    ranks = {None: 0, CheckVerdict.PASSED: 0, CheckVerdict.WARNED: 1, CheckVerdict.FAILED: 2}
    for states in product((UP, WARNING, DOWN), repeat=2):
        others = tuple(map(at, states))
        found = [ranks[verdict(at(state), *others)] for state in (UP, WARNING, DOWN)]
        assert found == sorted(found)

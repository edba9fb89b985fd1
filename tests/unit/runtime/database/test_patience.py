"""How long a database in trouble is left alone."""

from actors.runtime.database.patience import (
    CALM,
    FIRST_PAUSE,
    LOCK_PAUSE_LIMIT,
    LOCK_RETRY_LIMIT,
    LONGEST_PAUSE,
    NO_TROUBLE,
    again,
    is_pausing,
    lock_limit,
    succeeded,
)


def test_each_failure_makes_the_pause_twice_as_long_up_to_a_minute() -> None:
    trouble, pauses = NO_TROUBLE, []
    for _ in range(9):
        trouble = again(trouble, 100.0)
        pauses.append(trouble.until - 100.0)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_pause_ends() -> None:
    trouble = again(NO_TROUBLE, 100.0)
    assert is_pausing(trouble, 100.0 + FIRST_PAUSE - 0.01)
    assert not is_pausing(trouble, 100.0 + FIRST_PAUSE)


def test_a_success_soon_after_trouble_does_not_make_it_forgotten() -> None:
    trouble = again(NO_TROUBLE, 100.0)
    assert succeeded(trouble, trouble.until + CALM - 1) == trouble
    assert succeeded(trouble, trouble.until + CALM) == NO_TROUBLE


def test_after_a_lock_that_was_not_given_the_next_ones_are_waited_for_only_a_moment() -> None:
    trouble = again(NO_TROUBLE, 100.0)
    assert lock_limit(NO_TROUBLE, 100.0, 2.0) == 2.0
    assert lock_limit(trouble, 100.5, 2.0) == LOCK_PAUSE_LIMIT
    assert lock_limit(trouble, trouble.until, 2.0) == LOCK_RETRY_LIMIT

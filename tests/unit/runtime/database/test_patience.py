"""How long a database in trouble is left alone."""

from actors.runtime.database.patience import (
    CALM,
    FIRST_PAUSE,
    LOCK_PAUSE_LIMIT,
    LONGEST_PAUSE,
    NO_TROUBLE,
    YOUNG,
    again,
    is_pausing,
    is_young,
    lock_limit,
    succeeded,
)


def test_each_failure_makes_the_pause_twice_as_long_up_to_a_minute() -> None:
    trouble, pauses = NO_TROUBLE, []
    for _ in range(9):
        now = trouble.until
        trouble = again(trouble, now)
        pauses.append(trouble.until - now)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_failure_during_the_pause_does_not_make_it_longer() -> None:
    trouble = again(NO_TROUBLE, 100.0)
    assert again(trouble, 100.5) == trouble


def test_a_pause_ends() -> None:
    trouble = again(NO_TROUBLE, 100.0)
    assert is_pausing(trouble, 100.0 + FIRST_PAUSE - 0.01)
    assert not is_pausing(trouble, 100.0 + FIRST_PAUSE)


def test_a_success_soon_after_trouble_does_not_make_it_forgotten() -> None:
    trouble = again(NO_TROUBLE, 100.0)
    assert succeeded(trouble, trouble.until + CALM - 1) == trouble
    assert succeeded(trouble, trouble.until + CALM) == NO_TROUBLE


def test_after_a_lock_that_was_not_given_the_next_ones_are_hardly_waited_for_during_the_pause() -> None:
    trouble = again(NO_TROUBLE, 100.0)
    assert lock_limit(NO_TROUBLE, 100.0, 2.0) == 2.0
    assert lock_limit(trouble, 100.5, 2.0) == LOCK_PAUSE_LIMIT
    assert lock_limit(trouble, trouble.until, 2.0) == 2.0


def test_trouble_is_young_for_a_moment_after_its_first_failure() -> None:
    first = again(NO_TROUBLE, 100.0)
    second = again(first, first.until)
    assert not is_young(NO_TROUBLE, 100.0)
    assert is_young(first, 100.0)
    assert is_young(second, 100.0 + YOUNG - 0.01)
    assert not is_young(second, 100.0 + YOUNG)

"""The due queue."""

from hypothesis import given
from hypothesis import strategies as st

from actors.prober.schedule.due_queue import DueQueue


def test_the_most_overdue_comes_first_and_of_equals_the_higher_number() -> None:
    queue = DueQueue()
    for number, at in ((1, 5.0), (2, 3.0), (3, 3.0)):
        queue.put(number, at)
    assert [queue.pop(10.0) for _ in range(4)] == [3, 2, 1, None]


def test_what_is_not_due_stays() -> None:
    queue = DueQueue()
    queue.put(1, 5.0)
    assert queue.pop(4.9) is None
    assert queue.next_at() == 5.0
    assert queue.pop(5.0) == 1
    assert queue.next_at() is None


def test_a_number_put_again_has_only_its_new_time() -> None:
    queue = DueQueue()
    queue.put(1, 5.0)
    queue.put(1, 9.0)
    assert queue.pop(6.0) is None
    assert [queue.pop(9.0), queue.pop(9.0)] == [1, None]


def test_an_early_number_comes_before_its_time_when_nothing_is_due() -> None:
    queue = DueQueue()
    queue.put(1, 100.0, early=True)
    queue.put(2, 5.0)
    assert [queue.pop(6.0), queue.pop(6.0), queue.pop(200.0)] == [2, 1, None]


def test_an_early_number_is_due_at_its_time_also_when_others_are() -> None:
    queue = DueQueue()
    queue.put(1, 10.0, early=True)
    queue.put(2, 15.0)
    assert queue.pop(20.0) == 1


def test_an_early_number_that_was_asked_waits_like_any_other() -> None:
    queue = DueQueue()
    queue.put(1, 100.0, early=True)
    assert queue.pop(0.0) == 1
    queue.put(1, 50.0)
    assert queue.pop(0.0) is None


def test_a_removed_number_does_not_come() -> None:
    queue = DueQueue()
    queue.put(1, 5.0)
    queue.remove(1)
    queue.remove(2)
    assert queue.pop(9.0) is None
    assert len(queue) == 0


def test_it_tells_how_late_it_is() -> None:
    queue = DueQueue()
    assert queue.late(9.0) == 0.0
    queue.put(1, 5.0)
    assert queue.late(9.0) == 4.0
    assert queue.late(1.0) == 0.0


steps = st.lists(st.tuples(st.sampled_from(["put", "early", "remove", "pop"]), st.integers(0, 5), st.floats(0, 100)))


@given(steps)
def test_it_agrees_with_a_dictionary_that_is_searched(history: list[tuple[str, int, float]]) -> None:
    queue = DueQueue()
    due: dict[int, tuple[float, bool]] = {}
    for step, number, at in history:
        if step in ("put", "early"):
            queue.put(number, at, early=step == "early")
            due[number] = (at, step == "early" or due.get(number) == (at, True))
        elif step == "remove":
            queue.remove(number)
            due.pop(number, None)
        else:
            ready = [(when, -key) for key, (when, _) in due.items() if when <= at]
            early = [(when, -key) for key, (when, is_early) in due.items() if is_early]
            expected = min(ready or early, default=None)
            got = queue.pop(at)
            assert got == (None if expected is None else -expected[1])
            if got is not None:
                del due[got]
        assert len(queue) == len(due)

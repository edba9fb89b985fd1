"""Heartbeats: silence is what the asker itself has lived through."""

from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.heartbeat import (
    ASKS_PER_LIMIT,
    TICKS_PER_LIMIT,
    Beat,
    after_tick,
    hung,
    interval,
    reset_silence,
    to_ask,
)

LIMIT = 60.0


def after_ticks(*elapsed: float, beats: dict[str, Beat]) -> dict[str, Beat]:
    for seconds in elapsed:
        beats = after_tick(beats, seconds, LIMIT)
    return beats


def test_one_that_answers_each_time_is_never_silent() -> None:
    beats = {"index": Beat()}
    for _ in range(100):
        beats = after_tick(beats, interval(LIMIT), LIMIT)
        assert hung(beats, LIMIT) is None
        beats = {"index": Beat()}


def test_one_that_gives_no_sign_hangs_after_the_limit() -> None:
    steps = [interval(LIMIT)] * TICKS_PER_LIMIT
    assert hung(after_ticks(*steps, beats={"index": Beat()}), LIMIT) is None
    assert hung(after_ticks(*steps, interval(LIMIT), beats={"index": Beat()}), LIMIT) == "index"


@given(st.lists(st.floats(1e3, 1e7), max_size=5))
def test_an_asker_that_slept_has_heard_nothing_and_knows_it(gaps: list[float]) -> None:
    assert hung(after_ticks(*gaps, beats={"index": Beat()}), LIMIT) is None


def test_the_one_that_is_silent_for_longest_goes_first_and_the_others_are_forgiven() -> None:
    beats = {"index": Beat(asked=True, silent=61.0), "prober": Beat(asked=True, silent=66.0)}
    assert hung(beats, LIMIT) == "prober"
    assert hung(reset_silence(beats), LIMIT) is None


def test_an_open_question_is_repeated_now_and_then() -> None:
    beats, asked = {"index": Beat()}, 0
    for _ in range(TICKS_PER_LIMIT):
        before, beats = beats, after_tick(beats, interval(LIMIT), LIMIT)
        asked += len(to_ask(before, beats, LIMIT))
    assert asked == ASKS_PER_LIMIT

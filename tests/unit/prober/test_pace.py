"""The pace towards a host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober import pace
from actors.prober.pace import Manners, Pace, Tally

START = 1_000_000.0
GOOD = Tally(answered=10, throttled=0, errors=0, retry_after=None)
BAD = Tally(answered=0, throttled=0, errors=10, retry_after=None)
FULL = Tally(answered=5, throttled=5, errors=0, retry_after=None)


def polite(per_hour: float = 3600, url: str = "https://isocpp.org/files/papers/", revisit: float = 1800) -> Pace:
    return pace.fresh(pace.manners_towards(url, per_hour, revisit), START)


def local(per_hour: float = 3600, revisit: float = 1800) -> Pace:
    return polite(per_hour, "http://127.0.0.1:8080/files/papers/", revisit)


def throttled(retry_after: float | None) -> Tally:
    return Tally(answered=5, throttled=5, errors=0, retry_after=retry_after)


@pytest.mark.parametrize(
    ("url", "here"),
    [("http://127.0.0.1:8080/", True), ("http://127.3.2.1/", True), ("http://localhost/x/", True),
     ("http://[::1]:80/", True), ("https://isocpp.org/", False), ("http://127.evil.example/", False), ("", False)],
)  # fmt: skip
def test_only_this_machine_is_loopback(url: str, here: bool) -> None:
    assert pace.is_loopback(url) is here


def test_a_real_host_is_never_asked_more_often_than_five_times_a_second() -> None:
    assert polite(per_hour=10_000_000).rate == 5.0
    assert local(per_hour=10_000_000).rate > 2_000


def test_a_batch_lasts_about_two_seconds_and_holds_at_least_one_name() -> None:
    assert pace.grant(polite(per_hour=4000)).size == 2
    assert pace.grant(polite(per_hour=10)).size == 1
    assert pace.grant(local(per_hour=10_000_000)).size == 256


def test_the_next_batch_waits_until_the_budget_allows_it() -> None:
    after = pace.started(polite(per_hour=3600), 2, 1.0, START)
    assert pace.grant(after).at == START + 2
    assert pace.spread(after, 2) == 2.0


def test_an_idle_time_is_not_made_up_for_but_for_two_seconds() -> None:
    late = pace.started(polite(per_hour=3600), 2, 1.0, START + 1000)
    assert pace.grant(late).at == START + 1000


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0.8, 1.2)), min_size=1, max_size=60))
def test_the_budget_is_kept_over_any_time_but_for_jitter_and_credit(delays: list[tuple[float, float]]) -> None:
    state, now, asked = local(per_hour=36_000), START, 0
    for delay, jitter in delays:
        granted = pace.grant(state)
        now = max(now + delay, granted.at)
        state = pace.settled(pace.started(state, granted.size, jitter, now), GOOD, now)
        asked += granted.size
    assert asked * 0.8 <= 10 * (now - START + pace.CREDIT) + 2 * 20


@pytest.mark.parametrize("tally", [FULL, BAD])
def test_a_host_in_trouble_is_asked_half_as_fast_and_then_gradually_faster(tally: Tally) -> None:
    slow = pace.settled(polite(), tally, START)
    assert slow.rate == 0.5
    recovering = pace.settled(slow, GOOD, START)
    assert 0.5 < recovering.rate < 0.6
    for _ in range(40):
        recovering = pace.settled(recovering, GOOD, START)
    assert recovering.rate == 1.0


def test_a_pause_that_the_host_asks_for_is_kept() -> None:
    assert pace.grant(pace.settled(polite(), throttled(120.0), START)).at == START + 120
    assert pace.grant(pace.settled(local(), throttled(3.0), START)).at == START + 3


def test_a_later_answer_does_not_shorten_a_pause() -> None:
    paused = pace.settled(polite(), throttled(120.0), START)
    assert pace.grant(pace.settled(paused, GOOD, START + 1)).at == START + 120


def test_a_throttle_without_a_time_means_thirty_seconds_but_no_more_than_min_revisit_here() -> None:
    assert pace.grant(pace.settled(polite(), throttled(None), START)).at == START + 30
    assert pace.grant(pace.settled(local(revisit=1.0), throttled(None), START)).at == START + 1


def test_a_real_host_is_given_a_second_though_it_asks_for_none() -> None:
    assert pace.grant(pace.settled(polite(), throttled(0.0), START)).at == START + 1
    assert pace.grant(pace.settled(local(), throttled(0.0), START)).at == START


def failing(state: Pace, batches: int) -> Pace:
    for _ in range(batches):
        state = pace.settled(state, BAD, START)
    return state


def test_the_breaker_opens_after_five_batches_without_an_answer() -> None:
    assert not pace.is_open(failing(polite(), 4))
    opened = failing(polite(), 5)
    assert pace.is_open(opened)
    assert pace.grant(opened) == pace.Grant(size=1, at=START + 30)


def test_an_open_breaker_tries_one_name_ever_more_seldom_until_one_is_answered() -> None:
    assert pace.grant(failing(polite(), 7)).at == START + 120
    assert pace.grant(failing(polite(), 500)).at == START + 1800
    closed = pace.settled(failing(polite(), 7), Tally(answered=1, throttled=0, errors=0, retry_after=None), START)
    assert not pace.is_open(closed)
    assert closed.rate < 0.1


def test_on_this_machine_the_breaker_waits_no_longer_than_min_revisit() -> None:
    assert pace.grant(failing(local(revisit=0.5), 500)).at == START + 0.5


tallies = st.builds(
    Tally,
    answered=st.integers(0, 256),
    throttled=st.integers(0, 256),
    errors=st.integers(0, 256),
    retry_after=st.none() | st.floats(0, 86_400),
)
manners = st.builds(
    Manners,
    budget=st.floats(0.001, 5000),
    least_pause=st.floats(0, 1),
    first_pause=st.floats(0, 30),
    longest_pause=st.floats(30, 1800),
)


@given(manners, st.lists(tallies, max_size=50))
def test_whatever_a_host_answers_it_is_asked_again_within_the_budget(fixed: Manners, history: list[Tally]) -> None:
    state = pace.fresh(fixed, START)
    for tally in history:
        state = pace.settled(state, tally, START)
        assert fixed.budget * pace.LEAST_SHARE <= state.rate <= fixed.budget
        assert START <= pace.grant(state).at <= START + 86_400
        assert 0 <= state.error_share <= 1
        assert 1 <= pace.grant(state).size <= pace.MOST_NAMES


def test_when_the_clock_is_set_back_the_host_waits_no_longer() -> None:
    before = pace.settled(pace.started(polite(), 2, 1.0, START), throttled(retry_after=30), START)
    back = pace.set_back(before, 3600)
    assert pace.grant(back).at == pace.grant(before).at - 3600 == START - 3570

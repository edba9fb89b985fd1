"""The pace towards a host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.prober.model.answers import AnswerTally
from actors.prober.politeness import rate_limiter
from actors.prober.politeness.policy import (
    PolitenessPolicy,
    is_loopback,
    mean_rate,
    policy_for,
    policy_of,
    user_agent,
    with_crawl_delay,
)
from actors.prober.politeness.rate_limiter import BreakerState, RateLimit
from tests.builders import settings

START = 1_000_000.0
GOOD = AnswerTally(answered=10)
BAD = AnswerTally(errors=10)
REFUSED = AnswerTally(blocked=10)
HALF_BAD = AnswerTally(answered=4, errors=6)
ONE = AnswerTally(answered=1)


def polite(per_hour: float = 3600, url: str = "https://isocpp.org/files/papers/", revisit: float = 1800) -> RateLimit:
    return rate_limiter.fresh(policy_for(url, per_hour, 0, revisit), START)


def local(per_hour: float = 3600, revisit: float = 1800) -> RateLimit:
    return polite(per_hour, "http://127.0.0.1:8080/files/papers/", revisit)


def throttled(retry_after: float | None) -> AnswerTally:
    return AnswerTally(answered=5, throttled=5, retry_after=retry_after)


@pytest.mark.parametrize(
    ("url", "here"),
    [("http://127.0.0.1:8080/", True), ("http://127.3.2.1/", True), ("http://localhost/x/", True),
     ("http://[::1]:80/", True), ("https://isocpp.org/", False), ("http://127.evil.example/", False), ("", False)],
)  # fmt: skip
def test_only_this_machine_is_loopback(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_a_real_host_is_never_asked_more_often_than_five_times_a_second() -> None:
    assert polite(per_hour=10_000_000).rate == 5.0
    assert local(per_hour=10_000_000).rate > 2_000


def test_a_batch_lasts_about_two_seconds_and_holds_at_least_one_name() -> None:
    assert rate_limiter.grant(polite(per_hour=4000)).size == 2
    assert rate_limiter.grant(polite(per_hour=10)).size == 1
    assert rate_limiter.grant(local(per_hour=10_000_000)).size == 256


def test_the_next_batch_waits_until_the_budget_allows_it() -> None:
    after = rate_limiter.started(polite(per_hour=3600), 2, 1.0, START)
    assert rate_limiter.grant(after).at == START + 2
    assert rate_limiter.spread(after, 2) == 2.0


def test_an_idle_time_is_not_made_up_for_but_for_two_seconds() -> None:
    late = rate_limiter.started(polite(per_hour=3600), 2, 1.0, START + 1000)
    assert rate_limiter.grant(late).at == START + 1000


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0.8, 1.2)), min_size=1, max_size=60))
def test_the_budget_is_kept_over_any_time_but_for_jitter_and_credit(delays: list[tuple[float, float]]) -> None:
    state, now, asked = local(per_hour=36_000), START, 0
    for delay, jitter in delays:
        granted = rate_limiter.grant(state)
        now = max(now + delay, granted.at)
        state = rate_limiter.settled(rate_limiter.started(state, granted.size, jitter, now), GOOD, now)
        asked += granted.size
    assert asked * 0.8 <= 10 * (now - START + rate_limiter.CATCH_UP_SECONDS) + 2 * 20


def good(state: RateLimit, batches: int) -> RateLimit:
    for _ in range(batches):
        state = rate_limiter.settled(state, GOOD, START)
    return state


@pytest.mark.parametrize("tally", [HALF_BAD, BAD, REFUSED])
def test_a_host_in_trouble_is_asked_half_as_fast_and_then_gradually_faster(tally: AnswerTally) -> None:
    slow = rate_limiter.settled(polite(), tally, START)
    assert slow.rate == 0.5
    assert 0.5 < good(slow, 1).rate < 0.6
    assert good(slow, 40).rate == 1.0


def test_after_a_throttle_the_rate_starts_slowly_doubles_up_to_the_half_and_then_adds() -> None:
    state, rates = rate_limiter.settled(polite(), throttled(60.0), START), []
    for _ in range(6):
        rates.append(state.rate)
        state = good(state, 1)
    assert rates[:4] == [1 / 16, 1 / 8, 1 / 4, 1 / 2]
    assert rates[4:] == pytest.approx([1 / 2 + 1 / 30, 1 / 2 + 2 / 30])
    assert rate_limiter.grant(good(polite(per_hour=36_000_000, url="http://127.0.0.1/"), 1)).size == 256
    slow = rate_limiter.settled(local(per_hour=360_000), throttled(None), START)
    assert rate_limiter.grant(slow).size == int(100 / 16 * rate_limiter.SLOW_START_BATCH_SECONDS)


def test_each_throttle_halves_again_but_an_outage_is_one_sign_however_long_it_lasts() -> None:
    for refusal in (throttled(1.0), AnswerTally(throttled=10, retry_after=1.0)):
        twice = rate_limiter.settled(rate_limiter.settled(polite(), refusal, START), refusal, START)
        assert twice.threshold == 1 / 32
    assert failing(polite(), 50).threshold == 0.5


def test_a_pause_that_the_host_asks_for_is_kept() -> None:
    assert rate_limiter.grant(rate_limiter.settled(polite(), throttled(120.0), START)).at == START + 120
    assert rate_limiter.grant(rate_limiter.settled(local(), throttled(3.0), START)).at == START + 3


def test_a_later_answer_does_not_shorten_a_pause() -> None:
    paused = rate_limiter.settled(polite(), throttled(120.0), START)
    assert rate_limiter.grant(rate_limiter.settled(paused, GOOD, START + 1)).at == START + 120


def test_a_throttle_without_a_time_means_thirty_seconds_but_no_more_than_min_revisit_here() -> None:
    assert rate_limiter.grant(rate_limiter.settled(polite(), throttled(None), START)).at == START + 30
    assert rate_limiter.grant(rate_limiter.settled(local(revisit=1.0), throttled(None), START)).at == START + 1


def test_a_real_host_is_given_a_second_though_it_asks_for_none() -> None:
    assert rate_limiter.grant(rate_limiter.settled(polite(), throttled(0.0), START)).at == START + 1
    assert rate_limiter.grant(rate_limiter.settled(local(), throttled(0.0), START)).at == START


def failing(state: RateLimit, batches: int) -> RateLimit:
    for _ in range(batches):
        state = rate_limiter.settled(state, BAD, START)
    return state


def test_a_host_that_refuses_us_on_end_is_left_alone_like_one_that_is_silent() -> None:
    state = polite()
    for _ in range(5):
        state = rate_limiter.settled(state, REFUSED, START)
    assert state.breaker is BreakerState.OPEN


def test_the_breaker_opens_after_five_batches_without_an_answer() -> None:
    assert failing(polite(), 4).breaker is BreakerState.CLOSED
    opened = failing(polite(), 5)
    assert opened.breaker is BreakerState.OPEN
    assert rate_limiter.grant(opened) == rate_limiter.Grant(size=1, at=START + 30)


def test_an_open_breaker_tries_one_name_ever_more_seldom_until_one_is_answered() -> None:
    assert rate_limiter.grant(failing(polite(), 7)).at == START + 120
    assert rate_limiter.grant(failing(polite(), 500)).at == START + 1800


def test_three_answered_trials_close_the_breaker_and_the_rate_starts_slowly() -> None:
    state = failing(polite(), 7)
    for expected in (BreakerState.HALF_OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED):
        assert rate_limiter.grant(state).size == 1
        state = rate_limiter.settled(state, ONE, START)
        assert state.breaker is expected
    assert (state.rate, state.threshold) == (1 / 16, 0.5)
    assert good(state, 3).rate == 0.5


def test_a_trial_in_vain_opens_the_breaker_again_for_longer() -> None:
    trying = rate_limiter.settled(failing(polite(), 5), ONE, START)
    again = rate_limiter.settled(trying, AnswerTally(errors=1), START + 30)
    assert (again.breaker, again.trials) == (BreakerState.OPEN, 0)
    assert rate_limiter.grant(again).at == START + 30 + 60


def test_while_our_network_is_away_nothing_is_held_against_the_host() -> None:
    state = polite()
    for wait in (5, 10, 20, 40, 60, 60):
        before, state = state, rate_limiter.offline(state, START)
        assert (state.rate, state.silent_batches, state.breaker) == (before.rate, 0, BreakerState.CLOSED)
        assert rate_limiter.grant(state) == rate_limiter.Grant(size=1, at=START + wait)
    assert (state.trouble_since, rate_limiter.is_troubled(state, START)) == (START, True)
    back = rate_limiter.settled(state, ONE, START + 60)
    assert (back.offline, back.trouble_since, back.threshold) == (0, None, 1.0)
    assert back.rate == 1 / 4


def test_it_is_known_since_when_there_is_trouble() -> None:
    first = rate_limiter.settled(polite(), BAD, START)
    assert first.trouble_since is None
    slow = rate_limiter.settled(polite(), throttled(60.0), START + 1)
    later = rate_limiter.settled(slow, throttled(60.0), START + 50)
    assert (slow.trouble_since, later.trouble_since) == (START + 1, START + 1)
    assert rate_limiter.settled(later, GOOD, START + 200).trouble_since is None


def test_requests_beyond_the_names_are_paid_for() -> None:
    assert rate_limiter.grant(rate_limiter.charged(polite(), 3)).at == START + 3


def test_a_crawl_delay_bounds_the_budget() -> None:
    fixed = polite().policy
    assert with_crawl_delay(fixed, 10.0).budget == 0.1
    assert with_crawl_delay(fixed, None) == with_crawl_delay(fixed, 0.25) == with_crawl_delay(fixed, -1.0) == fixed
    assert with_crawl_delay(fixed, 1e9).budget == 1 / 3600
    assert rate_limiter.under(polite(), with_crawl_delay(fixed, 10.0)).rate == 0.1


@pytest.mark.parametrize("strategy", ["learnt", "two-frequency"])
def test_without_a_contact_a_tenth_of_the_budget_may_be_spent(strategy: str) -> None:
    known = settings(prober={"requests_per_hour": 3600, "peak_requests_per_hour": 7200, "strategy": strategy}).prober
    unknown = replace(known, contact=" ")
    assert (policy_of(known).budget, policy_of(known).peak, mean_rate(known)) == (1.0, 2.0, 1.0)
    assert (policy_of(unknown).budget, policy_of(unknown).peak, mean_rate(unknown)) == (0.1, 0.2, 0.1)


def test_a_contact_cannot_break_the_header() -> None:
    assert user_agent("köppe\r\nX: y").endswith(" (+k?ppe??X: y)")
    assert user_agent("a@b.example").startswith("Callboard/")


def test_on_this_machine_the_breaker_waits_no_longer_than_min_revisit() -> None:
    assert rate_limiter.grant(failing(local(revisit=0.5), 500)).at == START + 0.5


tallies = st.builds(
    AnswerTally,
    answered=st.integers(0, 256),
    throttled=st.integers(0, 256),
    blocked=st.integers(0, 256),
    errors=st.integers(0, 256),
    retry_after=st.none() | st.floats(0, 86_400),
)
policy = st.builds(
    PolitenessPolicy,
    budget=st.floats(0.001, 5000),
    least_pause=st.floats(0, 1),
    first_pause=st.floats(0, 30),
    longest_pause=st.floats(30, 1800),
)


@given(policy, st.lists(tallies, max_size=50))
def test_whatever_a_host_answers_it_is_asked_again_within_the_budget(
    fixed: PolitenessPolicy, history: list[AnswerTally]
) -> None:
    state = rate_limiter.fresh(fixed, START)
    for tally in history:
        state = rate_limiter.settled(state, tally, START)
        assert fixed.budget * rate_limiter.MIN_RATE_SHARE <= state.threshold <= fixed.budget
        assert fixed.budget * rate_limiter.MIN_RATE_SHARE <= state.rate <= fixed.budget
        assert START <= rate_limiter.grant(state).at <= START + 86_400
        assert 0 <= state.error_share <= 1
        assert 1 <= rate_limiter.grant(state).size <= rate_limiter.MAX_BATCH_NAMES

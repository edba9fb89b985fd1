"""The two-frequency strategy."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.model.numbers import KnownNumber, StrategyInputs
from actors.prober.schedule.two_frequency import COLD_FACTOR, TwoFrequency
from messages.drafts import DraftPrefix, Extension
from tests.prober_builders import a_known, a_name, inputs, real_numbers, spread_out

HALF_AN_HOUR = 1800.0
TODAY = date(2025, 11, 21)
USUAL = TwoFrequency(min_revisit=HALF_AN_HOUR)
COLD = COLD_FACTOR * HALF_AN_HOUR


@pytest.mark.parametrize(
    ("number", "interval"),
    [(3845, COLD), (3846, HALF_AN_HOUR), (3875, HALF_AN_HOUR), (3935, HALF_AN_HOUR), (2300, COLD)],
)
def test_numbers_around_the_frontier_are_hot(number: int, interval: float) -> None:
    assert USUAL.interval(number, inputs(frontier=3875)) == interval


@pytest.mark.parametrize(
    ("dated", "interval"),
    [
        (TODAY - timedelta(days=182), HALF_AN_HOUR),
        (TODAY - timedelta(days=183), COLD),
        (TODAY + timedelta(days=3), HALF_AN_HOUR),
        (None, COLD),
    ],
)
def test_a_number_with_a_recent_revision_is_hot(dated: date | None, interval: float) -> None:
    known = {2300: a_known(10, dated=dated)}
    assert USUAL.interval(2300, inputs(known=known, frontier=3875)) == interval


def test_a_watched_number_is_hot() -> None:
    assert USUAL.interval(2300, inputs(frontier=3875, watched={2300})) == HALF_AN_HOUR


def test_everything_up_to_sixty_above_the_frontier_is_asked_the_highest_first() -> None:
    assert tuple(USUAL.numbers(inputs(frontier=100))) == tuple(range(160, 0, -1))


def test_beyond_that_only_watched_and_recent_numbers_are_asked() -> None:
    known = {4000: a_known(0, dated=date(2024, 1, 1)), 4116: a_known(0, dated=TODAY)}
    numbers = tuple(USUAL.numbers(inputs(known=known, frontier=3875, watched={5000})))
    assert numbers[:3] == (5000, 4116, 3935)


def test_before_papers_are_known_only_watched_numbers_are_asked() -> None:
    assert tuple(USUAL.numbers(inputs(watched={2300}))) == (2300,)


def test_a_hot_known_number_is_asked_for_its_two_next_revisions() -> None:
    names = USUAL.names(3870, inputs(known={3870: a_known(0, 1, 2)}, frontier=3875))
    assert spread_out(names) == {("D", 3, "pdf"), ("D", 3, "html"), ("D", 4, "pdf"), ("D", 4, "html")}


def test_a_cold_known_number_is_asked_for_its_next_revision() -> None:
    names = USUAL.names(2300, inputs(known={2300: a_known(9, 10)}, frontier=3875))
    assert spread_out(names) == {("D", 11, "pdf"), ("D", 11, "html")}


@pytest.mark.parametrize("number", [3000, 3900])
def test_an_unknown_number_is_asked_as_d_and_p_for_its_first_two_revisions(number: int) -> None:
    names = USUAL.names(number, inputs(frontier=3875))
    assert spread_out(names) == {(p, r, e) for p in "DP" for r in (0, 1) for e in ("pdf", "html")}


def test_a_found_draft_is_asked_for_its_other_file_and_for_what_comes_after_it() -> None:
    found = {3870: frozenset({a_name(3870, 1)})}
    names = USUAL.names(3870, inputs(known={3870: a_known(0)}, found=found, frontier=3875))
    assert spread_out(names) == {("D", 1, "html"), *(("D", r, e) for r in (2, 3) for e in ("pdf", "html"))}


def test_a_cold_number_with_a_found_draft_is_asked_for_one_revision_more() -> None:
    found = {2300: frozenset({a_name(2300, 11), a_name(2300, 11, Extension.HTML)})}
    names = USUAL.names(2300, inputs(known={2300: a_known(10)}, found=found, frontier=3875))
    assert spread_out(names) == {("D", 12, "pdf"), ("D", 12, "html")}


def test_a_published_draft_is_not_asked_for_any_more() -> None:
    found = {3870: frozenset({a_name(3870, 1)})}
    names = USUAL.names(3870, inputs(known={3870: a_known(0, 1)}, found=found, frontier=3875))
    assert {revision for _, revision, _ in spread_out(names)} == {2, 3}


def test_on_the_real_index_it_asks_for_some_two_thousand_names_in_half_an_hour() -> None:
    state = inputs(known=real_numbers("2025-11-12"), frontier=3875, today=date(2025, 11, 12))
    heads = sum(
        len(USUAL.names(number, state)) * HALF_AN_HOUR / USUAL.interval(number, state)
        for number in USUAL.numbers(state)
    )
    assert 1_650 <= heads <= 2_000


knowns = st.builds(
    KnownNumber,
    revisions=st.frozensets(st.integers(0, 20), min_size=1, max_size=4),
    dated=st.none() | st.dates(date(2015, 1, 1), date(2026, 1, 1)),
)
files = st.builds(
    a_name,
    number=st.just(50),
    revision=st.integers(0, 25),
    extension=st.sampled_from(Extension),
    prefix=st.sampled_from(DraftPrefix),
)
any_circumstances = st.builds(
    inputs,
    known=st.dictionaries(st.integers(1, 200), knowns),
    found=st.builds(lambda found: {50: found}, st.frozensets(files, max_size=6)),
    watched=st.frozensets(st.integers(1, 400), max_size=5),
    frontier=st.none() | st.integers(1, 200),
)


@given(any_circumstances, st.integers(1, 300))
def test_the_next_revision_is_always_asked_for_unless_it_was_found(state: StrategyInputs, number: int) -> None:
    names, found = USUAL.names(number, state), state.found.get(number, frozenset())
    expected = state.known[number].newest + 1 if number in state.known else 0
    assert a_name(number, expected) in names or a_name(number, expected) in found
    assert names
    assert not found & set(names)
    assert len(set(names)) == len(names)


@given(any_circumstances)
def test_each_number_is_asked_once_in_a_round_and_watched_ones_always(state: StrategyInputs) -> None:
    numbers = tuple(USUAL.numbers(state))
    assert len(set(numbers)) == len(numbers)
    assert state.watched <= set(numbers)
    assert min(numbers, default=1) >= 1

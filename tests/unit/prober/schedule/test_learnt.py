"""The learnt strategy: what it learns, how it spends, and what it asks for."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.prober.model import names
from actors.prober.model.frontier import frontier_of
from actors.prober.model.history import DatedRevision, RevisionHistory
from actors.prober.model.mentions import Mentions
from actors.prober.model.numbers import KnownNumber, StrategyInputs
from actors.prober.schedule import candidates
from actors.prober.schedule.hazard import CONTROLS, ROWS_PER_STEP
from actors.prober.schedule.learnt import (
    MAX_INTERVAL_SECONDS,
    MIN_INTERVAL_SECONDS,
    NUMBERS_PER_STEP,
    WATCHED_INTERVAL_SECONDS,
    Learnt,
    named_hazard,
)
from messages.drafts import DraftPrefix, Extension
from tests.prober_builders import a_known, a_name, inputs, spread_out
from tests.unit.prober.schedule.revisions import BLOCK, DAY, TODAY, an_entry, entries

BUDGET = 4000 / 3600


def world(entries: Iterable[DatedRevision], **fields: object) -> StrategyInputs:
    history = RevisionHistory(entries)
    known: dict[int, KnownNumber] = {}
    for entry in history.entries():
        revisions = frozenset({entry.revision}) | (known[entry.number].revisions if entry.number in known else set())
        known[entry.number] = KnownNumber(revisions=revisions, dated=date.fromordinal(entry.day))
    given = {"known": known, "frontier": frontier_of(known), "today": TODAY, "history": history}
    return inputs(**(given | fields))


def learnt(state: StrategyInputs, budget: float = BUDGET, shortest: float = MIN_INTERVAL_SECONDS) -> Learnt:
    strategy = Learnt(budget=budget, shortest=shortest)
    for _ in strategy.learn(state):
        pass
    return strategy


def heads_a_second(strategy: Learnt, state: StrategyInputs) -> float:
    return sum(
        candidates.cost(strategy.candidate_names(number, state)) / strategy.interval(number, state)
        for number in strategy.numbers(state)
    )


# --- the strategy


def test_watched_numbers_are_asked_more_often_within_half_an_hour_when_they_are_few() -> None:
    plain, watching = world(BLOCK), world(BLOCK, watched={7})
    assert learnt(plain).interval(7, plain) > WATCHED_INTERVAL_SECONDS
    assert learnt(watching).interval(7, watching) <= WATCHED_INTERVAL_SECONDS


def test_a_thousand_watched_numbers_do_not_take_the_budget() -> None:
    watched = set(range(1, 1001))
    plain, watching = world(BLOCK), world(BLOCK, watched=watched)
    before, after = learnt(plain), learnt(watching)
    unwatched = [number for number in before.numbers(plain) if number not in watched]
    slower = [after.interval(n, watching) / before.interval(n, plain) for n in unwatched]
    assert max(slower) < 1.6
    assert heads_a_second(after, watching) <= BUDGET


def test_everything_is_asked_at_least_once_a_week_even_with_a_small_budget() -> None:
    state = world(BLOCK)
    strategy = learnt(state, budget=0.001)
    assert max(strategy.interval(number, state) for number in strategy.numbers(state)) == pytest.approx(
        MAX_INTERVAL_SECONDS
    )
    assert set(range(1, 1060)) <= set(strategy.numbers(state))


def test_nothing_is_asked_more_often_than_every_five_minutes() -> None:
    state = world(BLOCK)
    strategy = learnt(state, budget=10_000.0)
    assert min(strategy.interval(number, state) for number in strategy.numbers(state)) == pytest.approx(
        MIN_INTERVAL_SECONDS
    )


def test_a_shorter_min_revisit_is_the_shortest() -> None:
    state = world(BLOCK[:50])
    strategy = learnt(state, budget=10_000.0, shortest=1.0)
    assert min(strategy.interval(number, state) for number in strategy.numbers(state)) < MIN_INTERVAL_SECONDS


@settings(max_examples=20, deadline=None)
@given(st.lists(entries, max_size=60), st.sets(st.integers(1, 3000), max_size=30), st.floats(0.2, 3))
def test_the_budget_is_kept_whatever_is_known(all_: list[DatedRevision], watched: set[int], budget: float) -> None:
    state = world(all_, watched=watched)
    strategy = learnt(state, budget)
    assert heads_a_second(strategy, state) <= budget
    assert watched <= set(strategy.numbers(state))


def test_on_an_empty_history_watched_numbers_are_asked() -> None:
    state = inputs(watched={2300})
    assert tuple(learnt(state).numbers(state)) == (2300,)


def test_an_index_without_dates_is_asked_too() -> None:
    state = inputs(known={n: a_known(0, dated=None) for n in range(1, 60)}, frontier=59)
    assert set(range(1, 119)) <= set(learnt(state).numbers(state))


def test_numbers_far_out_and_those_around_them_are_asked() -> None:
    state = world([*BLOCK, an_entry(5000, 0, 3)])
    assert set(range(4950, 5051)) <= set(learnt(state).numbers(state))


def test_a_known_number_is_asked_for_its_next_revision_and_seldom_for_the_one_after() -> None:
    state = world(BLOCK)
    every = {name: often for name, often in learnt(state).candidate_names(7, state)}
    assert {(name.prefix, name.revision) for name in every} == {(DraftPrefix.D, 1), (DraftPrefix.D, 2)}
    assert all(often == 1 for name, often in every.items() if name.revision == 1)
    assert all(often > 5 for name, often in every.items() if name.revision == 2)


def test_an_unknown_number_is_asked_for_d_more_often_than_for_p_and_for_the_first_revision_more_than_the_second() -> (
    None
):
    state = world(BLOCK)
    every = {(n.prefix.value, n.revision): often for n, often in learnt(state).candidate_names(1030, state)}
    assert every["D", 0] < every["P", 0] < every["D", 1] < every["P", 1]


def test_a_skipped_revision_is_asked_for_while_it_is_recent() -> None:
    recent, old = (world([*BLOCK, an_entry(1000, 0, ago + 30), an_entry(1000, 2, ago)]) for ago in (10, 100))
    assert ("D", 1, "pdf") in spread_out(n for n, _ in learnt(recent).candidate_names(1000, recent))
    assert ("D", 1, "pdf") not in spread_out(n for n, _ in learnt(old).candidate_names(1000, old))


def test_names_come_up_when_their_turn_is() -> None:
    state = world(BLOCK)
    strategy = learnt(state)
    interval = strategy.interval(7, state)
    missing: dict[str, float] = {}
    asked: dict[str, int] = {}
    for probe in range(21):
        now = probe * interval
        for name in strategy.names(7, state, missing, now):
            missing[names.short(name)] = now
            asked[names.short(name)] = asked.get(names.short(name), 0) + 1
    assert asked == {"D1.pdf": 21, "D1.html": 21, "D2.pdf": 3, "D2.html": 3}


def test_files_that_were_found_teach_which_extension_is_likelier() -> None:
    found = {n: frozenset({a_name(n, 1, Extension.HTML)}) for n in range(1, 200)}
    shares = candidates.shares_of(RevisionHistory(), found.values())
    assert shares.html > 0.9
    assert candidates.shares_of(RevisionHistory(), ()).html == 0.5


@given(st.integers(1, 1200), st.sets(st.sampled_from(range(0, 4))), st.booleans())
def test_the_next_revision_is_always_among_the_names_unless_it_was_found(
    number: int, revisions: set[int], html: bool
) -> None:
    extension = Extension.HTML if html else Extension.PDF
    found = {number: frozenset(a_name(number, r, extension) for r in revisions)} if revisions else {}
    state = inputs(frontier=1000, found=found)
    candidate_names = candidates.candidate_names(number, state, candidates.PRIOR_SHARES)
    asked = [name for name, _ in candidate_names]
    assert not set(asked) & found.get(number, frozenset())
    assert len(set(asked)) == len(asked)
    assert a_name(number, max(revisions, default=-1) + 1) in asked


def test_ten_thousand_numbers_are_planned_in_many_small_steps() -> None:
    """What a step costs is measured by `make bench`."""
    state = world([an_entry(n, r, 1100 - n // 10 - 3 * r) for n in range(1, 9000) for r in range(2) if n % 3])
    strategy = Learnt(budget=BUDGET)
    steps = sum(1 for _ in strategy.learn(state))
    assert len(tuple(strategy.numbers(state))) >= 9_900
    assert steps >= 9_900 / NUMBERS_PER_STEP + CONTROLS / ROWS_PER_STEP


def test_a_week_later_it_is_learnt_anew_though_nothing_came() -> None:
    state = world(BLOCK)
    strategy = learnt(state)
    before = strategy.interval(999, state)
    later = world(BLOCK, today=TODAY + timedelta(days=300))
    for _ in strategy.learn(later):
        pass
    assert strategy.interval(999, later) != before


# --- named in other papers


def naming(*named: tuple[int, int], days_ago: int = 1) -> Mentions:
    mentions = Mentions()
    mentions.add(named, DAY - days_ago, by=1)
    return mentions


def test_a_revision_named_elsewhere_is_asked_for_far_above_the_frontier_in_every_form() -> None:
    state = world(BLOCK, mentions=naming((77_777, 2)))
    strategy = learnt(state)
    assert 77_777 in strategy.numbers(state)
    assert strategy.interval(77_777, state) < strategy.interval(999, state)
    often = [name for name, every in strategy.candidate_names(77_777, state) if every == 1]
    forms = {(prefix, 2, extension.value) for prefix in "DP" for extension in Extension}
    assert spread_out(often) == forms
    assert spread_out(strategy.names(77_777, state)) >= forms
    assert strategy.heads_per_second() <= BUDGET


def test_a_revision_named_elsewhere_is_asked_for_of_a_known_number_beside_its_next_one() -> None:
    state = world(BLOCK, mentions=naming((500, 4)))
    often = [name for name, every in learnt(state).candidate_names(500, state) if every == 1]
    assert {(prefix, 4, extension.value) for prefix in "DP" for extension in Extension} <= spread_out(often)
    assert {("D", 1, extension.value) for extension in Extension} <= spread_out(often)


def test_without_an_index_a_revision_named_elsewhere_is_asked_for() -> None:
    state = inputs(today=TODAY, mentions=naming((3456, 0)))
    assert tuple(learnt(state).numbers(state)) == (3456,)


def test_a_revision_that_was_found_or_named_long_ago_is_not_asked_for() -> None:
    found = {77_777: frozenset({a_name(77_777, 2)})}
    for state in (
        world(BLOCK, mentions=naming((77_777, 2)), found=found),
        world(BLOCK, mentions=naming((77_777, 2), days_ago=61)),
    ):
        assert not learnt(state).probes(77_777)


@given(st.lists(st.integers(0, 60), min_size=1), st.integers(0, 60))
def test_the_hazard_of_a_named_number_is_that_of_its_last_mention_and_falls_off(ages: list[int], other: int) -> None:
    assert named_hazard(ages) == max(named_hazard([age]) for age in ages)
    assert named_hazard([min(other, 14)]) == 0.05
    assert named_hazard([other]) >= named_hazard([other + 1]) > 0
    assert named_hazard([]) == 0


def test_why_says_that_a_number_was_named_in_another_paper() -> None:
    state = world(BLOCK, mentions=naming((500, 1)))
    why, plain = learnt(state).why(500, state), learnt(world(BLOCK)).why(500, world(BLOCK))
    factor = why.factors[-1]
    assert (factor.what, why.hazard) == ("named in another paper", 0.05)
    assert plain.hazard is not None
    assert factor.times * plain.hazard == pytest.approx(0.05)
    assert why.factors[:-1] == plain.factors


def test_numbers_that_were_named_alike_have_the_same_interval() -> None:
    state = world(BLOCK, mentions=naming((70_000, 0), (80_000, 0)))
    strategy = learnt(state)
    assert strategy.interval(70_000, state) == strategy.interval(80_000, state)

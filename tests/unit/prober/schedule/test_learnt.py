"""The learnt strategy: what it learns, how it spends, and what it asks for."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actors.prober.model import names
from actors.prober.model.frontier import frontier_of, frontier_of_sorted
from actors.prober.model.history import DatedRevision, RevisionHistory
from actors.prober.model.mentions import Mentions
from actors.prober.model.numbers import KnownNumber, StrategyInputs
from actors.prober.schedule import budget as spending
from actors.prober.schedule import candidates
from actors.prober.schedule.budget import Bounds, Claim
from actors.prober.schedule.features import NumberKind, features_of
from actors.prober.schedule.hazard import CONTROLS, PRIOR_RATES, ROWS_PER_STEP, Hazard, learnt_from
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

TODAY = date(2025, 11, 21)
DAY = TODAY.toordinal()
BUDGET = 4000 / 3600
BOUNDS = Bounds(shortest=300.0, longest=MAX_INTERVAL_SECONDS, promised=1800.0)


def an_entry(number: int, revision: int = 0, days_ago: int = 100, authors: tuple[str, ...] = ()) -> DatedRevision:
    return DatedRevision(number=number, revision=revision, day=DAY - days_ago, authors=authors)


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


def hazard_on(history: RevisionHistory, day: int) -> Hazard:
    return [hazard for hazard in learnt_from(history, day) if hazard is not None][-1]


BLOCK = [an_entry(number, days_ago=400 - number // 10) for number in range(1, 1000)]


# --- the past

entries = st.builds(
    DatedRevision,
    number=st.integers(1, 80),
    revision=st.integers(0, 4),
    day=st.integers(DAY - 900, DAY + 30),
    authors=st.lists(st.sampled_from("abcde"), max_size=3).map(tuple),
)


@given(st.lists(entries, max_size=40), st.integers(DAY - 900, DAY + 30), st.integers(1, 120))
def test_features_of_a_day_rest_on_what_was_dated_before_it_alone(
    all_: list[DatedRevision], day: int, number: int
) -> None:
    whole = RevisionHistory(all_)
    before = RevisionHistory(entry for entry in whole.entries() if entry.day < day)
    assert features_of(whole, number, day) == features_of(before, number, day)


@given(st.lists(entries, max_size=40))
@example([an_entry(2, 0, 0), an_entry(53, 0, 0), an_entry(1, 0, 0)])
def test_a_past_is_the_same_however_it_was_told(all_: list[DatedRevision]) -> None:
    told, at_once = RevisionHistory(), RevisionHistory(all_)
    for entry in all_:
        told.frontier(entry.day)
        told.learn([entry])
    kept = list({(entry.number, entry.revision): entry for entry in all_}.values())
    for history in (told, at_once, RevisionHistory(kept)):
        assert [history.frontier(DAY + days) for days in range(-900, 40, 31)] == [
            at_once.frontier(DAY + days) for days in range(-900, 40, 31)
        ]
        assert all(features_of(history, n, DAY) == features_of(at_once, n, DAY) for n in range(1, 90))


@given(st.sets(st.integers(1, 400)))
def test_the_frontier_of_sorted_numbers_is_that_of_the_numbers(numbers: set[int]) -> None:
    assert frontier_of_sorted(sorted(numbers)) == frontier_of(numbers)


# --- the hazard


def test_an_empty_past_leaves_what_is_usual() -> None:
    hazard = hazard_on(RevisionHistory(), DAY)
    assert hazard.rates == pytest.approx(dict(PRIOR_RATES))


def test_numbers_that_are_often_revised_when_young_are_likelier_when_young() -> None:
    revised = [an_entry(n, r, 900 - 20 * r) for n in range(1, 300) for r in range(3)]
    hazard = hazard_on(RevisionHistory(revised), DAY)
    history = RevisionHistory([an_entry(1, 2, 20), an_entry(2, 2, 800), an_entry(3, 0, 900)])
    assert hazard.of(features_of(history, 1, DAY)) > 10 * hazard.of(features_of(history, 2, DAY))


def test_a_gap_beside_a_fresh_number_is_likelier_than_one_among_old_ones() -> None:
    grown = [an_entry(n, 0, 1000 - n) for n in range(1, 999) if n % 7] + [
        an_entry(n, 0, 1000 - n - 3) for n in range(7, 990, 14)
    ]
    history = RevisionHistory(grown)
    hazard = hazard_on(history, DAY)
    assert hazard.of(features_of(history, 994, DAY)) > 3 * hazard.of(features_of(history, 210, DAY))


def test_what_happened_of_late_counts_more_than_what_happened_long_ago() -> None:
    first = [an_entry(n, 0, 1000) for n in range(1, 300)]
    late, early = ([*first, *(an_entry(n, 1, ago) for n in range(1, 300))] for ago in (100, 900))
    assert (
        hazard_on(RevisionHistory(late), DAY).rates[NumberKind.KNOWN]
        > 2 * hazard_on(RevisionHistory(early), DAY).rates[NumberKind.KNOWN]
    )


def test_what_is_learnt_does_not_depend_on_what_comes_later() -> None:
    later = [an_entry(n, 1, -5) for n in range(1, 300)]
    assert hazard_on(RevisionHistory(BLOCK), DAY) == hazard_on(RevisionHistory([*BLOCK, *later]), DAY)


def test_the_factors_reproduce_how_many_drafts_there_were() -> None:
    history = RevisionHistory(BLOCK)
    hazard = hazard_on(history, DAY)
    days = range(DAY - 370, DAY - 310, 5)
    expected = sum(hazard.of(features_of(history, number, day)) for day in days for number in range(1, 1500))
    assert 5 < expected / len(days) < 20


# --- the spending

claims = st.builds(
    Claim,
    members=st.integers(1, 500),
    hazard=st.floats(1e-8, 10),
    cost=st.floats(0.5, 10),
    watched=st.booleans(),
)


@given(st.lists(claims, min_size=1, max_size=12), st.floats(0.01, 1000))
def test_intervals_are_within_bounds_and_the_budget_is_kept(all_: list[Claim], budget: float) -> None:
    chosen = spending.intervals(all_, budget, BOUNDS)
    assert all(BOUNDS.shortest * 0.999 <= interval <= BOUNDS.longest * 1.001 for interval in chosen)
    spent = sum(claim.members * claim.cost / interval for claim, interval in zip(all_, chosen, strict=True))
    floor = sum(claim.members * claim.cost / BOUNDS.longest for claim in all_)
    assert spent <= max(budget, floor + 0.1 * budget) * 1.001


@given(st.floats(1e-6, 1), st.floats(1e-6, 1), st.floats(0.5, 5), st.floats(0.5, 5))
def test_between_the_bounds_rates_are_as_the_root_of_hazard_by_cost(a: float, b: float, c: float, d: float) -> None:
    two = [
        Claim(members=100, hazard=a, cost=c, watched=False),
        Claim(members=100, hazard=b, cost=d, watched=False),
    ]
    wide = Bounds(shortest=1e-9, longest=1e12, promised=1e12)
    first, second = spending.intervals(two, 0.5, wide)
    assert second / first == pytest.approx(((a / c) / (b / d)) ** 0.5, rel=5e-3)


@given(st.integers(1, 5000))
def test_watched_numbers_take_no_more_than_their_share_of_the_budget(watched: int) -> None:
    alike = {"hazard": 1e-3, "cost": 2.2}
    two = [
        Claim(members=watched, watched=True, **alike),
        Claim(members=5000 - watched or 1, watched=False, **alike),
    ]
    theirs, _ = spending.intervals(two, 1.0, BOUNDS)
    fair = watched / 5000
    assert watched * 2.2 / theirs <= max(spending.WATCHED_SHARE, spending.PROMISED_SHARE, fair) * 1.01


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

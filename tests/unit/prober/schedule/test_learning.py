"""What the learnt strategy learns from the index, and how it spends its budget."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from actors.prober.model.frontier import frontier_of, frontier_of_sorted
from actors.prober.model.history import DatedRevision, RevisionHistory
from actors.prober.schedule import budget as spending
from actors.prober.schedule.budget import Bounds, Claim
from actors.prober.schedule.features import NumberKind, features_of
from actors.prober.schedule.hazard import PRIOR_RATES, Hazard, learnt_from
from actors.prober.schedule.learnt import MAX_INTERVAL_SECONDS
from tests.unit.prober.schedule.revisions import BLOCK, DAY, an_entry, entries

BOUNDS = Bounds(shortest=300.0, longest=MAX_INTERVAL_SECONDS, promised=1800.0)


def hazard_on(history: RevisionHistory, day: int) -> Hazard:
    return [hazard for hazard in learnt_from(history, day) if hazard is not None][-1]


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

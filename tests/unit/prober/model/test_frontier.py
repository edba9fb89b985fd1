"""The frontier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.model.frontier import MAX_GAP, frontier_of
from tests.prober_builders import real_numbers

MAIN_RUN = (*range(1, 1526, 3), 1525, *range(1601, 3876, 2), 3875)

indexes = st.sets(st.integers(1, 10_000), min_size=1)


def test_it_is_the_end_of_the_main_run_whatever_stands_far_out() -> None:
    assert frontier_of((*MAIN_RUN, 4000, 4116)) == 3875


@pytest.mark.parametrize(("day", "frontier"), [("2025-11-12", 3875), ("2025-12-04", 3875)])
def test_it_is_right_on_the_real_index(day: str, frontier: int) -> None:
    assert frontier_of(real_numbers(day)) == frontier


def test_two_neighbours_far_out_do_not_move_it() -> None:
    assert frontier_of((*MAIN_RUN, 9000, 9001)) == 3875


def test_a_gap_inside_the_main_run_does_not_end_it() -> None:
    assert frontier_of((1, 2, 3, 60, 61, 62)) == 62


def test_neighbours_fifty_apart_belong_together_and_fifty_one_do_not() -> None:
    assert frontier_of((1, 2, 3, 53, 54)) == 54
    assert frontier_of((1, 2, 3, 54, 55)) == 3


def test_without_papers_there_is_none() -> None:
    assert frontier_of(()) is None


def test_a_single_paper_is_the_frontier() -> None:
    assert frontier_of((2300,)) == 2300


def test_among_single_papers_the_highest_is_the_frontier() -> None:
    assert frontier_of((100, 2300, 4116)) == 4116


def test_without_a_credible_run_the_largest_counts() -> None:
    assert frontier_of((100, 101, 4116)) == 101


@given(indexes)
def test_it_is_one_of_the_numbers(numbers: set[int]) -> None:
    assert frontier_of(numbers) in numbers


@given(indexes, st.integers(1, MAX_GAP))
def test_a_number_next_to_it_moves_it_up(numbers: set[int], step: int) -> None:
    before = frontier_of(numbers)
    assert before is not None
    after = frontier_of(numbers | {before + step})
    assert after is not None
    assert after >= before + step


@given(indexes, st.integers(1, 10_000))
def test_no_other_number_moves_a_credible_frontier_down(numbers: set[int], another: int) -> None:
    before, after = frontier_of(numbers), frontier_of(numbers | {another})
    assert before is not None
    assert after is not None
    if len([number for number in numbers if abs(number - before) <= MAX_GAP]) >= 3:
        assert after >= before

"""The frontier: the highest paper number that the committee has handed out."""

from collections.abc import Iterable, Sequence

MAX_GAP = 50
"""Neighbors farther apart than this do not belong to the same run of numbers."""

MIN_RUN = 3
"""A run needs this many members to count: two numbers far out may be mistakes, or jokes."""


def frontier_of(numbers: Iterable[int]) -> int | None:
    """The largest number of the main run. A run has neighbors at most MAX_GAP apart; the main run is the highest one
    with at least MIN_RUN members or, without such a run, the largest (the higher of equals).

    `numbers` are those of P papers: only these are handed out in sequence. None without any.
    """
    return frontier_of_sorted(sorted(set(numbers)))


def frontier_of_sorted(numbers: Sequence[int]) -> int | None:
    """The same for sorted numbers without duplicates: usually a few steps from the top."""
    top = previous = members = 0
    for number in reversed(numbers):
        if not members or previous - number > MAX_GAP:
            top, members = number, 0
        previous, members = number, members + 1
        if members >= MIN_RUN:
            return top
    runs = _runs(numbers)
    return max(runs, key=lambda run: (len(run), run[-1]))[-1] if runs else None


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number - runs[-1][-1] <= MAX_GAP:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs

"""The frontier: how far the committee has come in handing out paper numbers."""

from collections.abc import Iterable, Sequence

STEP = 50
"""Neighbours farther apart than this do not belong to one run of numbers."""

RUN = 3
"""Members that make a run credible: two numbers far out can stand there by mistake, or be two jokes."""


def frontier_of(numbers: Iterable[int]) -> int | None:
    """The largest number of the main run: neighbours at most STEP apart; the highest run of at least RUN members or,
    when there is none, the largest (of equals the higher).

    `numbers` are those of P papers: only they are handed out one after the other in this series. None without any.
    """
    return frontier_of_sorted(sorted(set(numbers)))


def frontier_of_sorted(numbers: Sequence[int]) -> int | None:
    """The same of sorted numbers, each once: as a rule a few steps from the top."""
    top = previous = members = 0
    for number in reversed(numbers):
        if not members or previous - number > STEP:
            top, members = number, 0
        previous, members = number, members + 1
        if members >= RUN:
            return top
    runs = _runs(numbers)
    return max(runs, key=lambda run: (len(run), run[-1]))[-1] if runs else None


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number - runs[-1][-1] <= STEP:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs

"""The frontier: how far the committee has come in handing out paper numbers."""

from collections.abc import Iterable

STEP = 50
"""Neighbours farther apart than this do not belong to one run of numbers."""

RUN = 3
"""Members that make a run credible: two numbers far out can stand there by mistake, or be two jokes."""


def frontier_of(numbers: Iterable[int]) -> int | None:
    """The largest number of the main run: neighbours at most STEP apart; the highest run of at least RUN members or,
    when there is none, the largest (of equals the higher).

    `numbers` are those of P papers: only they are handed out one after the other in this series. None without any.
    """
    runs = _runs(numbers)
    credible = [run for run in runs if len(run) >= RUN]
    if credible:
        return credible[-1][-1]
    return max(runs, key=lambda run: (len(run), run[-1]))[-1] if runs else None


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number - runs[-1][-1] <= STEP:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs

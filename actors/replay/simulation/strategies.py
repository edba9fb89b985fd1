"""The strategies that can be replayed, by name, and the replay of some of them."""

from collections.abc import Callable, Sequence

from actors.prober.schedule.pace import FLAT_HOURS
from actors.replay.simulation.arrivals import DAY, Future
from actors.replay.simulation.probers import QueueProber, RoundsProber
from actors.replay.simulation.replay import TOLD_AFTER, Played, Replay
from messages.papers import Paper

TWO_FREQUENCY = "two-frequency"
LEARNT = "learnt"
STRATEGIES = (TWO_FREQUENCY, LEARNT)

Progress = Callable[[str, int, int], None]
"""Called with a strategy, the days done and all days."""


def replay(
    papers: Sequence[Paper],
    days: tuple[int, int],
    strategies: Sequence[str],
    share: float,
    seed: int,
    progress: Progress,
    hours: Sequence[float] = FLAT_HOURS,
) -> dict[str, Played]:
    """Each of `strategies` on the same arrivals. The learnt strategy has `share` of what the two-frequency strategy
    spends at that time, which is replayed for that even if nobody asked for it. Drafts appear at the hours of the day
    by their weights."""
    first, last = days

    def report(name: str) -> Callable[[int], None]:
        return lambda day: progress(name, day - first + 1, last - first + 1)

    usual = Replay(RoundsProber(), Future(papers, seed, hours)).play(first, last, report(TWO_FREQUENCY))
    played = {TWO_FREQUENCY: usual}
    if LEARNT in strategies:
        allowances = {begin: heads * share for begin, heads in usual.heads.items()}
        after = range(last + 1, last + 2 + int(TOLD_AFTER / DAY))
        allowances.update((day * DAY, allowances[last * DAY]) for day in after)
        learnt = Replay(QueueProber(allowances, seed), Future(papers, seed, hours))
        played[LEARNT] = learnt.play(first, last, report(LEARNT))
    return {name: played[name] for name in STRATEGIES if name in strategies}

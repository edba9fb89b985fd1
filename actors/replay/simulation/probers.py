"""How the strategies ask, in simulated time. Times are seconds; a day is 86,400 of them.

Both ask through the prober's own code: which numbers, how often and for what names is the strategy's word. Of numbers
of which no draft waits to be found only the HEADs are counted; the others are asked one visit after the other.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Protocol

from actors.prober.model import names
from actors.prober.model.numbers import StrategyInputs
from actors.prober.schedule import candidates
from actors.prober.schedule.learnt import Learnt
from actors.prober.schedule.scheduler import is_similar, rescaled
from actors.prober.schedule.strategy import CandidateNames
from actors.prober.schedule.two_frequency import COLD_FACTOR, TwoFrequency
from actors.replay.simulation.arrivals import DAY
from messages.probing import DraftName

ROUND = 1800.0
"""Seconds between two rounds of the two-frequency strategy."""

KEPT_BACK = 0.998
"""The share of a day's allowance that is planned: an overdraft is paid back the next day, and the last day has none."""

LEAST = 1.0
"""The fewest HEADs a day that may be planned."""

_GOLDEN = 0.6180339887498949

NameTurns = tuple[tuple[str, int], ...]
"""A number's names, without it, and how many asks of the number there are for one of each."""

Visits = Iterator[tuple[float, tuple[DraftName, ...]]]
"""Asks of one number: when, and for what."""


class SimulatedProber(Protocol):
    """A strategy that asks, in simulated time."""

    def plan(self, inputs: StrategyInputs, begin: float) -> None:
        """A day begins; these inputs hold for all of it, except for what is found meanwhile."""

    def visits(self, number: int) -> Visits:
        """The asks of a number in that day, each by what is found until then. To be called for a number once a day and
        used up."""

    def heads(self) -> int:
        """What the day cost. It ends the day."""


class RoundsProber:
    """The two-frequency strategy to the letter: every 30 minutes the hot numbers, and of the cold ones those whose
    number leaves the slice's remainder when divided by 48, the slice being counted on from round to round."""

    def __init__(self) -> None:
        self._strategy = TwoFrequency(min_revisit=ROUND)
        self._slice = 0

    def plan(self, inputs: StrategyInputs, begin: float) -> None:
        """See SimulatedProber."""
        self._inputs, self._begin = inputs, begin
        self._numbers = frozenset(self._strategy.numbers(inputs))
        self._visited: dict[int, int] = {}

    def visits(self, number: int) -> Visits:
        """See SimulatedProber."""
        self._visited[number] = 0
        if number not in self._numbers:
            return
        for place in range(COLD_FACTOR):
            if self._is_hot(number) or number % COLD_FACTOR == (self._slice + place) % COLD_FACTOR:
                asked = self._strategy.names(number, self._inputs)
                self._visited[number] += len(asked)
                yield self._begin + place * ROUND, asked

    def heads(self) -> int:
        """See SimulatedProber."""
        spent = sum(self._visited.values())
        for number in self._numbers - self._visited.keys():
            rounds = COLD_FACTOR if self._is_hot(number) else 1
            spent += rounds * len(self._strategy.names(number, self._inputs))
        self._slice = (self._slice + COLD_FACTOR) % COLD_FACTOR
        return spent

    def _is_hot(self, number: int) -> bool:
        return self._strategy.interval(number, self._inputs) <= ROUND


class QueueProber:
    """The learnt strategy as a due queue: each number at its interval, what is left of an interval carried over when it
    changes. `allowances` are the HEADs of each day to come, by the second at which it begins."""

    def __init__(self, allowances: Mapping[float, float]) -> None:
        self._strategy = Learnt(budget=1.0)
        self._allowances = allowances
        self._debt = 0.0
        self._due: dict[int, float] = {}
        self._interval: dict[int, float] = {}
        self._missing: dict[int, dict[str, float]] = {}
        self._turns: dict[int, tuple[object, NameTurns]] = {}

    def plan(self, inputs: StrategyInputs, begin: float) -> None:
        """See SimulatedProber."""
        allowance = self._allowances[begin]
        self._strategy.spend(max(KEPT_BACK * allowance - self._debt, allowance / 2, LEAST) / DAY)
        for _ in self._strategy.learn(inputs):
            pass
        self._inputs, self._begin, self._end = inputs, begin, begin + DAY
        self._visited: dict[int, int] = {}
        numbers = self._strategy.numbers(inputs)
        intervals = {number: self._strategy.interval(number, inputs) for number in numbers}
        self._due = {number: self._due_at(number, interval) for number, interval in intervals.items()}
        self._interval = intervals

    def visits(self, number: int) -> Visits:
        """See SimulatedProber."""
        self._visited[number] = 0
        if number not in self._due:
            return
        missing = self._missing.setdefault(number, {})
        while (now := self._due[number]) < self._end:
            asked = self._strategy.names(number, self._inputs, missing, now)
            self._due[number] = now + self._interval[number]
            self._visited[number] += len(asked)
            missing.update((names.short(name), now) for name in asked)
            yield now, asked

    def heads(self) -> int:
        """See SimulatedProber."""
        spent = sum(self._visited.values())
        for number in self._due.keys() - self._visited.keys():
            spent += self._count(number)
        self._debt += spent - self._allowances[self._begin]
        return spent

    def _due_at(self, number: int, interval: float) -> float:
        before = self._interval.get(number)
        if before is None:
            return self._begin + interval * (number * _GOLDEN % 1.0)
        if is_similar(before, interval):
            return rescaled(self._due[number], before, interval, self._begin)
        return max(self._begin, self._due[number] - before + interval)

    def _count(self, number: int) -> int:
        """The HEADs of a number without a waiting draft: `visits` in one step."""
        first, interval = self._due[number], self._interval[number]
        if first >= self._end:
            return 0
        asks = 1 + int((self._end - first) / interval)
        if first + (asks - 1) * interval >= self._end:
            asks -= 1
        self._due[number] = first + asks * interval
        missing = self._missing.setdefault(number, {})
        spent = 0
        for short, every in self._turns_of(number):
            wait = self._strategy.wait(interval, every)
            last = missing.get(short)
            begin = 0 if last is None else max(0, _ceil((last + wait - first) / interval))
            if begin < asks:
                step = max(1, _ceil(wait / interval))
                count = 1 + (asks - 1 - begin) // step
                missing[short] = first + (begin + (count - 1) * step) * interval
                spent += count
        return spent

    def _turns_of(self, number: int) -> NameTurns:
        """The names of a number, looked up only if something about them has changed."""
        state = self._inputs
        if not candidates.is_plain(number, state):
            return _turns(self._strategy.candidate_names(number, state))
        about = state.known.get(number), state.formats.get(number), self._strategy.shares
        if (before := self._turns.get(number)) is None or before[0] != about:
            self._turns[number] = before = about, _turns(self._strategy.candidate_names(number, state))
        return before[1]


def _turns(candidate_names: CandidateNames) -> NameTurns:
    return tuple((names.short(name), every) for name, every in candidate_names)


def _ceil(value: float) -> int:
    """Round up, but not for an error of rounding."""
    return math.ceil(value - 1e-9)

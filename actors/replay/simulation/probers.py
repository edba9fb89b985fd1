"""How the strategies ask, in simulated time. Times are seconds; a day is 86,400 of them.

Both ask through the prober's own code: which numbers, how often and for what names is the strategy's word. Numbers of
which a draft waits to be found are probed one visit after the other; of the others only the HEADs are counted, by the
two-frequency strategy exactly, by the learnt one as its intervals say.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from actors.prober.model import names
from actors.prober.model.history import DatedRevision
from actors.prober.model.numbers import StrategyInputs
from actors.prober.schedule.features import NEIGHBOUR_DISTANCE
from actors.prober.schedule.learnt import Learnt
from actors.prober.schedule.pace import Forecast, forecast, hours_of
from actors.prober.schedule.scheduler import rescaled
from actors.prober.schedule.two_frequency import COLD_FACTOR, TwoFrequency
from actors.replay.simulation.arrivals import DAY
from messages.probing import DraftName

HOUR = 3600.0

ROUND = 1800.0
"""Seconds between two rounds of the two-frequency strategy."""

LEAST = 1.0
"""The fewest HEADs a day that may be planned."""

SIMILAR_BUDGET = 0.1
"""The budget is allocated again when the pace has changed by more than this share."""

FRONTIER_ABOVE = 250
"""How far above the frontier numbers are looked at again when it moves within a day."""

Visits = Iterator[tuple[float, tuple[DraftName, ...]]]
"""Asks of one number: when, and for what."""


class SimulatedProber(Protocol):
    """A strategy that asks, in simulated time. `paces` has the pace of each hour so far, by the second at which it
    begins, if it is not always 1."""

    @property
    def paces(self) -> Mapping[float, float]:
        """See above."""

    def begin_day(self, inputs: StrategyInputs, begin: float) -> None:
        """A day begins. What is found meanwhile changes the inputs."""

    def begin_hour(self, at: float, found: Sequence[DatedRevision]) -> None:
        """An hour begins; these drafts were found in the one before."""

    def visits(self, number: int, until: float) -> Visits:
        """The asks of a number from the beginning of the hour until then. To be used up, and to be called for each hour
        of a day for a number in which a draft waits at any time of it."""

    def end_day(self) -> float:
        """The HEADs that the day cost."""

    def forget(self, number: int) -> None:
        """A day is over, and no draft of this number waits any more."""

    def learn_uploads(self, hours: Sequence[int]) -> None:
        """The hours (UTC) at which drafts were uploaded that were just found."""


class RoundsProber:
    """The two-frequency strategy to the letter: every 30 minutes the hot numbers, and of the cold ones those whose
    number leaves the slice's remainder when divided by 48, the slice being counted on from round to round."""

    paces: Mapping[float, float] = MappingProxyType({})

    def __init__(self) -> None:
        self._strategy = TwoFrequency(min_revisit=ROUND)
        self._slice = 0

    def begin_day(self, inputs: StrategyInputs, begin: float) -> None:
        """See SimulatedProber."""
        self._inputs, self._begin, self._round = inputs, begin, 0
        self._numbers = frozenset(self._strategy.numbers(inputs))
        self._visited: dict[int, int] = {}

    def begin_hour(self, at: float, found: Sequence[DatedRevision]) -> None:
        """See SimulatedProber."""
        self._round = round((at - self._begin) / ROUND)

    def visits(self, number: int, until: float) -> Visits:
        """See SimulatedProber."""
        self._visited.setdefault(number, 0)
        if number not in self._numbers:
            return
        for place in range(self._round, round((until - self._begin) / ROUND)):
            if self._is_hot(number) or number % COLD_FACTOR == (self._slice + place) % COLD_FACTOR:
                asked = self._strategy.names(number, self._inputs)
                self._visited[number] += len(asked)
                yield self._begin + place * ROUND, asked

    def end_day(self) -> float:
        """See SimulatedProber."""
        spent = sum(self._visited.values())
        for number in self._numbers - self._visited.keys():
            is_hot = self._is_hot(number)
            spent += (COLD_FACTOR if is_hot else 1) * self._names(number, is_hot)
        self._slice = (self._slice + COLD_FACTOR) % COLD_FACTOR
        return float(spent)

    def forget(self, number: int) -> None:
        """See SimulatedProber."""

    def learn_uploads(self, hours: Sequence[int]) -> None:
        """See SimulatedProber."""

    def _names(self, number: int, is_hot: bool) -> int:
        known = self._inputs.known.get(number)
        found = self._inputs.found.get(number)
        if found and (known is None or any(name.revision > known.newest for name in found)):
            return len(self._strategy.names(number, self._inputs))
        return 8 if known is None else 4 if is_hot else 2

    def _is_hot(self, number: int) -> bool:
        return self._strategy.interval(number, self._inputs) <= ROUND


class QueueProber:
    """The learnt strategy as a due queue: each number at its interval, what is left of an interval scaled when it
    changes. `allowances` are the HEADs of each day to come, by the second at which it begins; they are spent at the
    pace of what is expected, from the start as a service would that has run for long."""

    def __init__(self, allowances: Mapping[float, float], seed: int = 0) -> None:
        self._strategy = Learnt(budget=1.0)
        self._allowances = allowances
        self._seed = seed
        self._overspent = 0.0
        self._due: dict[int, float] = {}
        self._missing: dict[int, dict[str, float]] = {}
        self._uploads: list[int] = []
        self._budget = self._heads_per_second = 0.0
        self._paces: dict[float, float] = {}

    @property
    def paces(self) -> Mapping[float, float]:
        """See SimulatedProber."""
        return self._paces

    def learn_uploads(self, hours: Sequence[int]) -> None:
        """See SimulatedProber."""
        self._uploads.extend(hours)

    def begin_day(self, inputs: StrategyInputs, begin: float) -> None:
        """See SimulatedProber."""
        self._inputs, self._begin, self._spent = inputs, begin, 0.0
        self._day = inputs.today.toordinal()
        self._allowance = max(self._allowances[begin], LEAST)
        self._forecast: Forecast = forecast(inputs.history.revisions_by_day, self._day, hours_of(self._uploads))
        before = self._intervals()
        self._spend(self._pace(begin))
        for _ in self._strategy.learn(inputs):
            pass
        self._after_allocation(before, begin)

    def begin_hour(self, at: float, found: Sequence[DatedRevision]) -> None:
        """See SimulatedProber."""
        self._hour = at
        before = self._intervals()
        if found:
            self._strategy.refresh(self._touched_by(found), self._inputs)
        pace = self._pace(at)
        self._paces[at] = pace
        if found or abs(pace * self._allowance / DAY / self._budget - 1) > SIMILAR_BUDGET:
            self._spend(pace)
            self._strategy.allocate()
            self._after_allocation(before, at)
        self._spent += self._heads_per_second * HOUR

    def visits(self, number: int, until: float) -> Visits:
        """See SimulatedProber."""
        planned = self._interval(number)
        if planned is None:
            return
        if number not in self._due:
            self._admit(number, planned)
        missing = self._missing[number]
        while (now := self._due[number]) < until:
            asked = self._strategy.names(number, self._inputs, missing, now)
            self._due[number] = now + planned
            missing.update((names.short(name), now) for name in asked)
            yield now, asked

    def end_day(self) -> float:
        """See SimulatedProber."""
        self._overspent += self._spent - self._allowance
        return self._spent

    def _pace(self, at: float) -> float:
        fraction = (at - self._begin) / DAY
        overspent = self._overspent + self._spent - fraction * self._allowance
        found = self._inputs.history.revisions_by_day.get(self._day, 0)
        return self._forecast.pace(fraction, found, overspent / self._allowance)

    def _spend(self, pace: float) -> None:
        self._budget = pace * self._allowance / DAY
        self._strategy.spend(self._budget)

    def _intervals(self) -> dict[int, float | None]:
        return {number: self._interval(number) for number in self._due}

    def _after_allocation(self, before: Mapping[int, float | None], now: float) -> None:
        self._heads_per_second = self._strategy.heads_per_second()
        for number, planned in before.items():
            after = self._interval(number)
            if planned is not None and after is not None:
                self._due[number] = rescaled(self._due[number], planned, after, now)

    def _interval(self, number: int) -> float | None:
        return self._strategy.interval(number, self._inputs) if self._strategy.probes(number) else None

    def _admit(self, number: int, planned: float) -> None:
        """A number is somewhere in its interval, and each of its names somewhere between two requests."""
        chance = random.Random(f"{self._seed} {number} {self._begin}")
        self._due[number] = due = self._hour + planned * chance.random()
        self._missing[number] = {
            names.short(name): due - planned * chance.randint(1, every)
            for name, every in self._strategy.candidate_names(number, self._inputs)
        }

    def forget(self, number: int) -> None:
        """See SimulatedProber."""
        self._due.pop(number, None)
        self._missing.pop(number, None)

    def _touched_by(self, found: Sequence[DatedRevision]) -> set[int]:
        history = self._inputs.history
        touched = history.numbers_of(author for entry in found for author in entry.authors)
        for entry in found:
            touched.update(range(entry.number - NEIGHBOUR_DISTANCE, entry.number + NEIGHBOUR_DISTANCE + 1))
            touched.update(number for number, _ in entry.mentions)
        frontier = history.frontier(self._day + 1) or 0
        if any(history.passed(frontier) == entry.day for entry in found):
            touched.update(range(frontier - NEIGHBOUR_DISTANCE, frontier + FRONTIER_ABOVE))
        return touched

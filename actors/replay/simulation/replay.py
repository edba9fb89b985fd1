"""The replay itself: days pass, drafts appear, a strategy asks. It learns at once what it found, and a day later what
the index has.

A draft that is not found enters the index a week after it appeared: that is a miss, and its delay is that week (no
number that is asked at all rests for longer). A draft that is found enters the index at the next midnight. So the index
never gives away what a strategy has yet to find.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from actors.prober.model.catalog import Catalog
from actors.prober.model.history import DatedRevision
from actors.prober.model.numbers import KnownNumber
from actors.replay.simulation.arrivals import DAY, Arrival, Future
from actors.replay.simulation.probers import HOUR, SimulatedProber

TOLD_AFTER = 7 * DAY
"""Seconds after which the index has a draft that was not found."""


HOURS = 24

REMEMBERED = 3 * 365
"""Days before the first one whose drafts a strategy has found, as a service that has run for so long would: as much of
the past as the hazard is learnt from."""


class Sort(Enum):
    """What kind of arrival a draft is, by what had appeared when its day began."""

    YOUNG = "next revision, last one within 182 days"
    RESTED = "next revision, last one older"
    BELOW = "new number up to the frontier"
    ABOVE = "new number above the frontier"
    ODD = "revision skipped or out of order, number far out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalOutcome:
    """What became of an arrival: seconds until it was found, or until it entered the index."""

    arrival: Arrival
    sort: Sort
    delay: float
    missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A strategy's replay: the HEADs of each day, by the second at which it begins; the pace of each hour, if it was
    not always 1; and each arrival's outcome."""

    heads: dict[float, float]
    paces: Mapping[float, float]
    outcomes: tuple[ArrivalOutcome, ...]


class Replay:
    """One strategy's path through a future. It learns the entries of a day when the day is over."""

    def __init__(self, prober: SimulatedProber, future: Future) -> None:
        self._prober = prober
        self._future = future
        self._catalog = Catalog()
        self._pending: dict[int, list[tuple[Arrival, Sort]]] = {}
        self._found: list[Arrival] = []
        self._just_found: list[DatedRevision] = []
        self._outcomes: list[ArrivalOutcome] = []

    def play(self, first: int, last: int, progress: Callable[[int], None]) -> Played:
        """From the start of the day `first` to the end of the day `last`, and on until no draft waits."""
        self._remember(first)
        heads: dict[float, float] = {}
        for day in range(first, last + 1):
            heads[day * DAY] = self._play_day(day, self._future.on(day))
            progress(day)
        for day in range(last + 1, last + 2 + int(TOLD_AFTER / DAY)):
            if self._pending:
                self._play_day(day, [])
        return Played(heads=heads, paces=self._prober.paces, outcomes=tuple(self._outcomes))

    def _remember(self, first: int) -> None:
        """All that was dated before the day `first`, and the files of the last year's drafts."""
        long_ago = self._future.before(first - REMEMBERED)
        of_late = self._future.on(first - 1)
        self._reveal([*long_ago, *(arrival.entry for arrival in of_late)])
        self._catalog.learn_found(arrival.name for arrival in of_late)
        self._prober.learn_uploads([_hour_of(arrival) for arrival in of_late])

    def _play_day(self, day: int, arrivals: list[Arrival]) -> float:
        begin = day * DAY
        self._tell(begin)
        for arrival in arrivals:
            self._pending.setdefault(arrival.entry.number, []).append((arrival, self._sort_of(arrival)))
        self._prober.begin_day(self._catalog.inputs(date.fromordinal(day)), begin)
        waited_for = tuple(self._pending)
        for hour in range(HOURS):
            begin = day * DAY + hour * HOUR
            before = len(self._found)
            self._prober.begin_hour(begin, self._just_found)
            for number in waited_for:
                self._ask(number, begin + HOUR)
            self._just_found = [arrival.entry for arrival in self._found[before:]]
            self._catalog.learn_entries(self._just_found)
            self._prober.learn_uploads([_hour_of(arrival) for arrival in self._found[before:]])
        for number in waited_for:
            if number not in self._pending:
                self._prober.forget(number)
        return self._prober.end_day()

    def _tell(self, now: float) -> None:
        """The index now has what was found, and what was not found in time."""
        found, self._found = self._found, []
        for number, waiting in tuple(self._pending.items()):
            for arrival, sort in waiting:
                if now - arrival.at >= TOLD_AFTER:
                    found.append(arrival)
                    self._outcomes.append(ArrivalOutcome(arrival=arrival, sort=sort, delay=TOLD_AFTER, missed=True))
            self._keep(number, [one for one in waiting if now - one[0].at < TOLD_AFTER])
        self._reveal([arrival.entry for arrival in found])

    def _reveal(self, entries: list[DatedRevision]) -> None:
        known = dict[int, KnownNumber]()
        for entry in entries:
            before = known.get(entry.number) or self._catalog.known.get(entry.number)
            revisions = frozenset((entry.revision,)) | (before.revisions if before else frozenset())
            is_newest = before is None or entry.revision == max(revisions)
            dated = date.fromordinal(entry.day) if is_newest else before.dated if before else None
            known[entry.number] = KnownNumber(revisions=revisions, dated=dated)
        if known:
            self._catalog.learn_numbers(known)
            self._catalog.learn_entries(entries)

    def _ask(self, number: int, until: float) -> None:
        for at, asked in self._prober.visits(number, until):
            waiting = self._pending.get(number, [])
            hits = [(arrival, sort) for arrival, sort in waiting if arrival.at <= at and arrival.name in asked]
            for arrival, sort in hits:
                self._outcomes.append(ArrivalOutcome(arrival=arrival, sort=sort, delay=at - arrival.at, missed=False))
                self._found.append(arrival)
                self._catalog.learn_found((arrival.name,))
            self._keep(number, [one for one in waiting if one not in hits])

    def _keep(self, number: int, waiting: list[tuple[Arrival, Sort]]) -> None:
        if waiting:
            self._pending[number] = waiting
        else:
            self._pending.pop(number, None)

    def _sort_of(self, arrival: Arrival) -> Sort:
        entry, frontier = arrival.entry, self._catalog.frontier or 0
        before = self._catalog.history.before(entry.number, entry.day)
        if before is not None:
            if entry.revision != before[1] + 1:
                return Sort.ODD
            return Sort.YOUNG if entry.day - before[0].day <= 182 else Sort.RESTED
        if entry.revision > 1 or entry.number > frontier + 60:
            return Sort.ODD
        return Sort.ABOVE if entry.number > frontier else Sort.BELOW


def _hour_of(arrival: Arrival) -> int:
    return int(arrival.at % DAY / HOUR)

"""The learned strategy: it spends the budget where drafts are likely."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from actors.prober.model import names
from actors.prober.model.numbers import StrategyInputs
from actors.prober.schedule import budget as spending
from actors.prober.schedule import candidates
from actors.prober.schedule.budget import Bounds, Claim
from actors.prober.schedule.candidates import Shares
from actors.prober.schedule.features import FACTORS, LANDMARK, Features, NumberKind, features_of
from actors.prober.schedule.hazard import NUMBERS_BEYOND_FRONTIER, UNLEARNT, Hazard, learnt_from
from actors.prober.schedule.strategy import NOTHING_MISSING, CandidateNames
from messages.drafts import Extension
from messages.inquiries import Factor, Why
from messages.probing import DraftName

MIN_INTERVAL_SECONDS = 300.0
MAX_INTERVAL_SECONDS = 7 * 86_400.0
WATCHED_INTERVAL_SECONDS = 1800.0
"""Between two probes of a number: the shortest, the longest, and the longest for a watched number while few numbers are
watched."""

FULL_ROUND_SHARE = 0.1
MIN_FULL_ROUND_SECONDS = 86_400.0
"""This share of the budget may go into probing every name, however unlikely, more often than every
`MAX_INTERVAL_SECONDS`, but not more often than this: the model does not know everything."""

MAX_HEADS_PER_SECOND = 4000.0
"""We never plan for more, whatever the budget: a worker cannot do it."""

RESERVE_SHARE = 0.02
"""The share of the budget kept for rechecks and for the requests of operators."""

NUMBERS_AROUND_OUTLIER = 60
"""Numbers this close to an outlier can appear too."""

LANDMARKS_AHEAD = 2
"""The next round numbers are probed, however far the frontier is."""

NAMES_OF_KNOWN, NAMES_OF_UNKNOWN = 4, 8
"""How many names a number has with a revision, and without."""

NAMED_HAZARD = 0.05
NAMED_DAYS = 14
NAMED_FACTOR = "named in another paper"
"""A number has at least this hazard if another paper names a revision of it that nobody has found. After so many days
it falls off, by half in the same time."""

LAST_DAY = date.max.toordinal()

NUMBERS_PER_STEP = 150
"""Numbers per step: a few milliseconds."""

KINDS: Mapping[NumberKind, str] = MappingProxyType(
    {
        NumberKind.KNOWN: "it has a revision",
        NumberKind.BELOW: "it has no revision yet, and the frontier has passed it",
        NumberKind.ABOVE: "it has no revision yet, and is above the frontier",
    }
)

Alike = tuple[Features, tuple[int, ...], bool, float]
"""What numbers with the same interval have in common: their features, how rarely each of their names is probed,
whether they are watched, and the least hazard that they have because another paper names them."""

RELEARN_DAYS = 14
RELEARN_GROWTH = 1.05
"""The hazard is learned again after this many days, or when the history has grown by this factor."""


class Learnt:
    """Probes each number in proportion to √(wλ/c), with the hazard learned at each change of the index: none more often
    than `shortest`, all at least once a week. `budget` is HEADs per second."""

    def __init__(self, budget: float, shortest: float = MIN_INTERVAL_SECONDS) -> None:
        self._shortest = min(shortest, MIN_INTERVAL_SECONDS)
        self._longest = MAX_INTERVAL_SECONDS
        self._budget = budget
        self._hazard: Hazard = UNLEARNT
        self._shares: Shares = candidates.PRIOR_SHARES
        self._learnt_at: tuple[int, int] | None = None
        self._alike: dict[int, Alike] = {}
        self._members: Counter[Alike] = Counter()
        self._claims: dict[Alike, Claim] = {}
        self._intervals: dict[Alike, float] = {}
        self._plain: dict[tuple[bool, Extension | None], tuple[int, ...]] = {}

    @property
    def shares(self) -> Shares:
        """The shares of names among drafts, as learned last."""
        return self._shares

    def spend(self, budget: float) -> None:
        """From the next `learn` or `allocate` on, plan for this many HEADs per second."""
        self._budget = budget

    def learn(self, inputs: StrategyInputs) -> Iterator[None]:
        """Learn the hazard again if the history has grown, then plan the intervals of all numbers."""
        history, day = inputs.history, inputs.today.toordinal()
        if self._is_outdated(day, len(history)):
            for hazard in learnt_from(history, day):
                if hazard is not None:
                    self._hazard = hazard
                yield
            self._learnt_at = day, len(history)
        self._shares = candidates.shares_of(history, inputs.found.values())
        self._plain = {}
        yield
        alike: dict[int, Alike] = {}
        for place, number in enumerate(self._candidates(inputs)):
            alike[number] = self._alike_of(number, inputs, day)
            if place % NUMBERS_PER_STEP == NUMBERS_PER_STEP - 1:
                yield
        self._alike, self._members, self._claims = alike, Counter(alike.values()), {}
        self.allocate()
        yield

    def refresh(self, numbers: Iterable[int], inputs: StrategyInputs) -> None:
        """Look at these numbers again. Call `allocate` afterwards."""
        day = inputs.today.toordinal()
        for number in numbers:
            if (before := self._alike.get(number)) is not None:
                self._members[before] -= 1
                if not self._members[before]:
                    del self._members[before]
                self._alike[number] = after = self._alike_of(number, inputs, day)
                self._members[after] += 1

    def allocate(self) -> None:
        """Spread the budget over the numbers as they were looked at last."""
        everything = sum(
            count * (NAMES_OF_UNKNOWN if kind is not NumberKind.KNOWN else NAMES_OF_KNOWN)
            for ((kind, _), _, _, _), count in self._members.items()
        )
        self._longest = min(
            MAX_INTERVAL_SECONDS, max(MIN_FULL_ROUND_SECONDS, everything / (FULL_ROUND_SHARE * self._budget))
        )
        self._intervals = self._planned()

    def heads_per_second(self) -> float:
        """What probing all numbers at their intervals costs. It differs a little from the budget: rare names are probed
        more often than planned where the longest interval demands it."""
        return sum(count * self._heads_per_second(alike) for alike, count in self._members.items())

    def _heads_per_second(self, alike: Alike) -> float:
        interval, rarities = self._intervals[alike], alike[1]
        if interval * max(rarities, default=1) <= self._longest:
            return self._claims[alike].cost / interval
        probes = (max(1, math.ceil(self.wait(interval, every) / interval - 1e-9)) for every in rarities)
        return sum(1 / every for every in probes) / interval

    def _is_outdated(self, day: int, entries: int) -> bool:
        if self._learnt_at is None:
            return True
        learnt_on, learnt_from_entries = self._learnt_at
        return day - learnt_on >= RELEARN_DAYS or entries >= learnt_from_entries * RELEARN_GROWTH

    def wait(self, interval: float, every: int) -> float:
        """Seconds until a name is probed again that is part of every `every`-th probe of its number: half an interval
        early, since probes are never exactly on time."""
        return min(interval * every, self._longest) - interval / 2

    def probes(self, number: int) -> bool:
        """Whether the number is probed at all."""
        return number in self._alike

    def numbers(self, inputs: StrategyInputs) -> Iterable[int]:
        return tuple(self._alike)

    def interval(self, number: int, inputs: StrategyInputs) -> float:
        return self._intervals[self._alike[number]]

    def names(
        self,
        number: int,
        inputs: StrategyInputs,
        missing: Mapping[str, float] = NOTHING_MISSING,
        now: float = 0.0,
    ) -> tuple[DraftName, ...]:
        """The names that are due, including those never probed."""
        alike = self._alike.get(number)
        interval = MAX_INTERVAL_SECONDS if alike is None else self._intervals[alike]
        return tuple(
            name
            for name, every in candidates.candidate_names(number, inputs, self._shares)
            if (last := missing.get(names.short(name))) is None or now - last >= self.wait(interval, every)
        )

    def candidate_names(self, number: int, inputs: StrategyInputs) -> CandidateNames:
        """All names of a number, and how rarely each is probed."""
        return candidates.candidate_names(number, inputs, self._shares)

    def why(self, number: int, inputs: StrategyInputs) -> Why:
        """The hazard and its factors."""
        (kind, buckets), rarities, _, named = self._alike_of(number, inputs, inputs.today.toordinal())
        learnt, factors = self._hazard.of((kind, buckets)), self._hazard.factors
        by_history = tuple(
            Factor(what=what, times=factors.get((kind, which, bucket), 1.0))
            for which, (what, bucket) in enumerate(zip(FACTORS[kind], buckets, strict=True))
        )
        by_name = (Factor(what=NAMED_FACTOR, times=max(1.0, named / learnt)),) if named else ()
        return Why(
            rule=KINDS[kind],
            hazard=max(learnt, named),
            factors=by_history + by_name,
            cost=_cost(rarities),
        )

    def _candidates(self, inputs: StrategyInputs) -> tuple[int, ...]:
        """Every number that is probed, the highest first."""
        sought = {number for number in inputs.watched if names.is_askable(number)}
        reached = (inputs.history.frontier(LAST_DAY), inputs.frontier)
        frontier = max((one for one in reached if one is not None), default=None)
        sought.update(number for number in inputs.mentions if inputs.awaited(number))
        if frontier is None:
            return tuple(sorted(sought, reverse=True))
        top = frontier + min(NUMBERS_BEYOND_FRONTIER, max(NUMBERS_AROUND_OUTLIER, frontier))
        chosen = set(range(1, top + 1)) | sought
        chosen.update(
            range(frontier - frontier % LANDMARK + LANDMARK, frontier + LANDMARKS_AHEAD * LANDMARK + 1, LANDMARK)
        )
        for far in inputs.known:
            if far > top - NUMBERS_AROUND_OUTLIER:
                chosen.update(range(far - NUMBERS_AROUND_OUTLIER, far + NUMBERS_AROUND_OUTLIER + 1))
        return tuple(number for number in sorted(chosen, reverse=True) if names.is_askable(number))

    def _alike_of(self, number: int, inputs: StrategyInputs, day: int) -> Alike:
        features = features_of(inputs.history, number, day, including_today=True)
        named = named_hazard(inputs.awaited(number).values())
        return features, self._rarities(number, inputs), number in inputs.watched, named

    def _rarities(self, number: int, inputs: StrategyInputs) -> tuple[int, ...]:
        """How rarely each name of the number is probed. Nearly all numbers are like one of four."""
        if not candidates.is_plain(number, inputs):
            return self._rarities_of(number, inputs)
        like = number in inputs.known, inputs.formats.get(number)
        if like not in self._plain:
            self._plain[like] = self._rarities_of(number, inputs)
        return self._plain[like]

    def _rarities_of(self, number: int, inputs: StrategyInputs) -> tuple[int, ...]:
        return tuple(every for _, every in candidates.candidate_names(number, inputs, self._shares))

    def _planned(self) -> dict[Alike, float]:
        self._claims = {alike: self._claim(alike, count) for alike, count in self._members.items()}
        budget = min(self._budget, MAX_HEADS_PER_SECOND) * (1 - RESERVE_SHARE)
        bounds = Bounds(shortest=self._shortest, longest=self._longest, promised=WATCHED_INTERVAL_SECONDS)
        return dict(zip(self._claims, spending.intervals(list(self._claims.values()), budget, bounds), strict=True))

    def _claim(self, alike: Alike, members: int) -> Claim:
        if (before := self._claims.get(alike)) is not None:
            return before if before.members == members else replace(before, members=members)
        features, rarities, watched, named = alike
        hazard = max(self._hazard.of(features), named)
        return Claim(members=members, hazard=hazard, cost=_cost(rarities), watched=watched)


def named_hazard(ages: Iterable[int]) -> float:
    """The least hazard of a number of which revisions were named so many days ago; 0 if none was."""
    youngest = min(ages, default=None)
    return 0.0 if youngest is None else NAMED_HAZARD * 0.5 ** (max(0, youngest - NAMED_DAYS) / NAMED_DAYS)


def _cost(rarities: Iterable[int]) -> float:
    """HEADs per probe of a number, on average."""
    return sum(1 / every for every in rarities)

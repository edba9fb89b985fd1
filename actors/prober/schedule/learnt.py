"""The learned strategy: it spends the budget where drafts are likely."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from actors.prober.model import names
from actors.prober.model.numbers import StrategyInputs
from actors.prober.schedule import budget as spending
from actors.prober.schedule import candidates
from actors.prober.schedule.budget import Bounds, Claim
from actors.prober.schedule.candidates import Shares
from actors.prober.schedule.features import FACTORS, Features, NumberKind, features_of
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

NAMES_OF_KNOWN, NAMES_OF_UNKNOWN = 4, 8
"""How many names a number has with a revision, and without."""

LAST_DAY = date.max.toordinal()

NUMBERS_PER_STEP = 150
"""Numbers per step: a few milliseconds."""

KINDS: Mapping[NumberKind, str] = MappingProxyType(
    {
        NumberKind.KNOWN: "it has a revision",
        NumberKind.BELOW: "it has none, and the frontier has passed it",
        NumberKind.ABOVE: "it has none, and is above the frontier",
    }
)

Alike = tuple[Features, float, bool]
"""What numbers with the same interval have in common: features, cost, watched."""


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
        self._intervals: dict[int, float] = {}
        self._plain_costs: dict[tuple[bool, Extension | None], float] = {}

    @property
    def shares(self) -> Shares:
        """The shares of names among drafts, as learned last."""
        return self._shares

    def spend(self, budget: float) -> None:
        """From the next `learn` on, plan for this many HEADs per second."""
        self._budget = budget

    def learn(self, inputs: StrategyInputs) -> Iterator[None]:
        """Learn the hazard again if the history has grown, then plan the intervals of all numbers."""
        history, day = inputs.history, inputs.today.toordinal()
        if self._learnt_at is None or self._learnt_at[1] != len(history) or day - self._learnt_at[0] >= 7:
            for hazard in learnt_from(history, day):
                if hazard is not None:
                    self._hazard = hazard
                yield
            self._learnt_at = day, len(history)
        self._shares = candidates.shares_of(history, inputs.found.values())
        self._plain_costs = {}
        yield
        alike: dict[int, Alike] = {}
        for place, number in enumerate(self._candidates(inputs)):
            alike[number] = self._alike(number, inputs, day)
            if place % NUMBERS_PER_STEP == NUMBERS_PER_STEP - 1:
                yield
        everything = sum(NAMES_OF_KNOWN if number in inputs.known else NAMES_OF_UNKNOWN for number in alike)
        self._longest = min(
            MAX_INTERVAL_SECONDS, max(MIN_FULL_ROUND_SECONDS, everything / (FULL_ROUND_SHARE * self._budget))
        )
        self._intervals = self._planned(alike)
        yield

    def wait(self, interval: float, every: int) -> float:
        """Seconds until a name is probed again that is part of every `every`-th probe of its number: half an interval
        early, since probes are never exactly on time."""
        return min(interval * every, self._longest) - interval / 2

    def numbers(self, inputs: StrategyInputs) -> Iterable[int]:
        return tuple(self._intervals)

    def interval(self, number: int, inputs: StrategyInputs) -> float:
        return self._intervals[number]

    def names(
        self,
        number: int,
        inputs: StrategyInputs,
        missing: Mapping[str, float] = NOTHING_MISSING,
        now: float = 0.0,
    ) -> tuple[DraftName, ...]:
        """The names that are due, including those never probed."""
        interval = self._intervals.get(number, MAX_INTERVAL_SECONDS)
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
        (kind, buckets), cost, _ = self._alike(number, inputs, inputs.today.toordinal())
        factors = self._hazard.factors
        return Why(
            rule=KINDS[kind],
            hazard=self._hazard.of((kind, buckets)),
            factors=tuple(
                Factor(what=what, times=factors.get((kind, which, bucket), 1.0))
                for which, (what, bucket) in enumerate(zip(FACTORS[kind], buckets, strict=True))
            ),
            cost=cost,
        )

    def _candidates(self, inputs: StrategyInputs) -> tuple[int, ...]:
        """Every number that is probed, the highest first."""
        watched = {number for number in inputs.watched if names.is_askable(number)}
        reached = (inputs.history.frontier(LAST_DAY), inputs.frontier)
        frontier = max((one for one in reached if one is not None), default=None)
        if frontier is None:
            return tuple(sorted(watched, reverse=True))
        top = frontier + min(NUMBERS_BEYOND_FRONTIER, max(NUMBERS_AROUND_OUTLIER, frontier))
        chosen = set(range(1, top + 1)) | watched
        for far in inputs.known:
            if far > top - NUMBERS_AROUND_OUTLIER:
                chosen.update(range(far - NUMBERS_AROUND_OUTLIER, far + NUMBERS_AROUND_OUTLIER + 1))
        return tuple(number for number in sorted(chosen, reverse=True) if names.is_askable(number))

    def _alike(self, number: int, inputs: StrategyInputs, day: int) -> Alike:
        history = inputs.history
        last = history.last_day(number)
        seen_from = day if last is None else max(day, last + 1)
        return features_of(history, number, seen_from), self._cost(number, inputs), number in inputs.watched

    def _cost(self, number: int, inputs: StrategyInputs) -> float:
        """HEADs per probe of the number. Nearly all numbers are like one of four."""
        if not candidates.is_plain(number, inputs):
            return round(candidates.cost(candidates.candidate_names(number, inputs, self._shares)), 3)
        like = number in inputs.known, inputs.formats.get(number)
        if like not in self._plain_costs:
            self._plain_costs[like] = candidates.cost(candidates.candidate_names(number, inputs, self._shares))
        return self._plain_costs[like]

    def _planned(self, alike: Mapping[int, Alike]) -> dict[int, float]:
        members = Counter(alike.values())
        claims = [
            Claim(members=count, hazard=self._hazard.of(features), cost=cost, watched=watched)
            for (features, cost, watched), count in members.items()
        ]
        budget = min(self._budget, MAX_HEADS_PER_SECOND) * (1 - RESERVE_SHARE)
        bounds = Bounds(shortest=self._shortest, longest=self._longest, promised=WATCHED_INTERVAL_SECONDS)
        chosen = dict(zip(members, spending.intervals(claims, budget, bounds), strict=True))
        return {number: chosen[kin] for number, kin in alike.items()}

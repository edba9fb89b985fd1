"""The learnt strategy: the budget where drafts are likely."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from actors.prober.model import names
from actors.prober.model.numbers import Circumstances
from actors.prober.schedule import budget as spending
from actors.prober.schedule import candidates
from actors.prober.schedule.budget import Bounds, Claim
from actors.prober.schedule.candidates import Shares
from actors.prober.schedule.features import FACTORS, Features, Kind, features_of
from actors.prober.schedule.hazard import BEYOND, UNLEARNT, Hazard, learnt_from
from actors.prober.schedule.strategy import NOTHING_MISSING, Weighted
from messages.drafts import Extension
from messages.inquiries import Factor, Why
from messages.probing import DraftName

SHORTEST = 300.0
LONGEST = 7 * 86_400.0
PROMISED = 1800.0
"""Seconds between two asks of a number: at the least, at the most, and at the most if somebody watches it and few
numbers are watched."""

ROUND_SHARE = 0.1
SHORTEST_ROUND = 86_400.0
"""So much of the budget may it take that every name, however unlikely, is asked in a round shorter than `LONGEST`, but
not shorter than this: what was never seen before may happen."""

MOST_SPENT = 4000.0
"""HEADs a second: more is not planned, whatever the budget; a worker does not manage it."""

RESERVE = 0.02
"""Of the budget: for names that are asked again, and for what is asked out of turn."""

AROUND = 60
"""Numbers around one that stands far out that can appear."""

KNOWN_NAMES, NEW_NAMES = 4, 8
"""Names of a number with a revision, and of one without."""

LAST_DAY = date.max.toordinal()

SLICE = 150
"""Numbers looked at in one step: a few milliseconds."""

KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.KNOWN: "it has a revision",
        Kind.BELOW: "it has none, and the frontier is beyond it",
        Kind.ABOVE: "it has none, and is above the frontier",
    }
)

Alike = tuple[Features, float, bool]
"""What numbers have in common that are asked equally often: features, cost, watched."""


class Learnt:
    """Revisits each number in proportion to √(wλ/c), as the hazard, learnt at each change of the index, says; none more
    often than `shortest`, every one at least once a week. `budget` is HEADs a second."""

    def __init__(self, budget: float, shortest: float = SHORTEST) -> None:
        self._shortest = min(shortest, SHORTEST)
        self._longest = LONGEST
        self._budget = budget
        self._hazard: Hazard = UNLEARNT
        self._shares: Shares = candidates.USUAL
        self._learnt_at: tuple[int, int] | None = None
        self._intervals: dict[int, float] = {}
        self._plain_costs: dict[tuple[bool, Extension | None], float] = {}

    @property
    def shares(self) -> Shares:
        """How drafts divide into names, as learnt last."""
        return self._shares

    def spend(self, budget: float) -> None:
        """From the next `learn` on, so many HEADs a second."""
        self._budget = budget

    def learn(self, circumstances: Circumstances) -> Iterator[None]:
        """The hazard anew when the past has grown, then the intervals of all numbers."""
        past, day = circumstances.past, circumstances.today.toordinal()
        if self._learnt_at is None or self._learnt_at[1] != len(past) or day - self._learnt_at[0] >= 7:
            for hazard in learnt_from(past, day):
                if hazard is not None:
                    self._hazard = hazard
                yield
            self._learnt_at = day, len(past)
        self._shares = candidates.shares_of(past, circumstances.found.values())
        self._plain_costs = {}
        yield
        alike: dict[int, Alike] = {}
        for place, number in enumerate(self._candidates(circumstances)):
            alike[number] = self._alike(number, circumstances, day)
            if place % SLICE == SLICE - 1:
                yield
        everything = sum(KNOWN_NAMES if number in circumstances.known else NEW_NAMES for number in alike)
        self._longest = min(LONGEST, max(SHORTEST_ROUND, everything / (ROUND_SHARE * self._budget)))
        self._intervals = self._planned(alike)
        yield

    def wait(self, interval: float, every: int) -> float:
        """Seconds after which a name is asked again that is due at each `every`-th ask of its number: half an interval
        before its time, since asks are never quite on theirs."""
        return min(interval * every, self._longest) - interval / 2

    def numbers(self, circumstances: Circumstances) -> Iterable[int]:
        return tuple(self._intervals)

    def interval(self, number: int, circumstances: Circumstances) -> float:
        return self._intervals[number]

    def names(
        self,
        number: int,
        circumstances: Circumstances,
        missing: Mapping[str, float] = NOTHING_MISSING,
        now: float = 0.0,
    ) -> tuple[DraftName, ...]:
        """The names whose turn it is; those never asked are."""
        interval = self._intervals.get(number, LONGEST)
        return tuple(
            name
            for name, every in candidates.weighted(number, circumstances, self._shares)
            if (last := missing.get(names.short(name))) is None or now - last >= self.wait(interval, every)
        )

    def weighted(self, number: int, circumstances: Circumstances) -> Weighted:
        """All names of a number, with how seldom each is asked."""
        return candidates.weighted(number, circumstances, self._shares)

    def why(self, number: int, circumstances: Circumstances) -> Why:
        """The hazard, and what makes it so."""
        (kind, buckets), cost, _ = self._alike(number, circumstances, circumstances.today.toordinal())
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

    def _candidates(self, circumstances: Circumstances) -> tuple[int, ...]:
        """Every number that is asked, the highest first."""
        watched = {number for number in circumstances.watched if names.is_askable(number)}
        reached = (circumstances.past.frontier(LAST_DAY), circumstances.frontier)
        frontier = max((one for one in reached if one is not None), default=None)
        if frontier is None:
            return tuple(sorted(watched, reverse=True))
        top = frontier + min(BEYOND, max(AROUND, frontier))
        chosen = set(range(1, top + 1)) | watched
        for far in circumstances.known:
            if far > top - AROUND:
                chosen.update(range(far - AROUND, far + AROUND + 1))
        return tuple(number for number in sorted(chosen, reverse=True) if names.is_askable(number))

    def _alike(self, number: int, circumstances: Circumstances, day: int) -> Alike:
        past = circumstances.past
        last = past.last_day(number)
        seen_from = day if last is None else max(day, last + 1)
        return features_of(past, number, seen_from), self._cost(number, circumstances), number in circumstances.watched

    def _cost(self, number: int, circumstances: Circumstances) -> float:
        """HEADs for an ask of the number; nearly all numbers are like one of four."""
        if not candidates.is_plain(number, circumstances):
            return round(candidates.cost(candidates.weighted(number, circumstances, self._shares)), 3)
        like = number in circumstances.known, circumstances.formats.get(number)
        if like not in self._plain_costs:
            self._plain_costs[like] = candidates.cost(candidates.weighted(number, circumstances, self._shares))
        return self._plain_costs[like]

    def _planned(self, alike: Mapping[int, Alike]) -> dict[int, float]:
        members = Counter(alike.values())
        claims = [
            Claim(members=count, hazard=self._hazard.of(features), cost=cost, watched=watched)
            for (features, cost, watched), count in members.items()
        ]
        budget = min(self._budget, MOST_SPENT) * (1 - RESERVE)
        bounds = Bounds(shortest=self._shortest, longest=self._longest, promised=PROMISED)
        chosen = dict(zip(members, spending.intervals(claims, budget, bounds), strict=True))
        return {number: chosen[kin] for number, kin in alike.items()}

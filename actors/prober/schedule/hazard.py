"""How likely a draft of a number is to appear within a day, learned from the history of the index.

A log-linear Poisson model: the rate of a kind of number times one factor per feature. It is fitted by iterative
proportional scaling (Deming and Stephan 1940; these are the likelihood equations of the factors) to cases and controls.
The cases are the revisions of the last years. The controls are pairs of a number and a day, spread evenly over numbers
and days by Kronecker's sequence with the golden ratio, so without chance. A few prior cases pull each factor towards 1
and each rate towards that of about 2020; with an empty history they are all there is.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp2
from types import MappingProxyType

from actors.prober.model.history import DatedRevision, RevisionHistory
from actors.prober.schedule.features import Features, NumberKind, features_of

TRAINING_YEARS = 3
HALF_LIFE_DAYS = 365.0
"""How many years we learn from, and after how many days a case counts half: habits change."""

CONTROLS = 24_000
NEAR_FRONTIER_NUMBERS = 100
"""Numbers this close to the frontier get half of the controls: most happens there."""

FITTING_SWEEPS = 8
ROWS_PER_STEP = 150
"""Controls or cases per step: a few milliseconds."""

PRIOR_CASES = 1.0
"""Prior cases that pull a factor towards 1."""

NUMBERS_BEYOND_FRONTIER = 1000
"""How many numbers above the frontier can appear, and are probed."""

PRIOR_RATES: Mapping[NumberKind, float] = MappingProxyType(
    {NumberKind.KNOWN: 4.4e-4, NumberKind.BELOW: 6e-4, NumberKind.ABOVE: 3e-4}
)
"""Drafts per number and day, about 2020."""

_GOLDEN = 0.6180339887498949

Key = tuple[NumberKind, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """Drafts per day for numbers with given features."""

    rates: Mapping[NumberKind, float]
    factors: Mapping[Key, float]

    def of(self, features: Features) -> float:
        """Drafts per day."""
        kind, buckets = features
        rate = self.rates[kind]
        for which, bucket in enumerate(buckets):
            rate *= self.factors.get((kind, which, bucket), 1.0)
        return rate


UNLEARNT = Hazard(rates=PRIOR_RATES, factors=MappingProxyType({}))


def learnt_from(history: RevisionHistory, day: int) -> Iterator[Hazard | None]:
    """Learn the hazard from the entries dated before `day`, step by step; the last step returns it."""
    since = day - int(365.25 * TRAINING_YEARS)
    cases: dict[Features, float] = defaultdict(float)
    history.frontier(day)  # sorts the history, which takes a step of its own
    yield None
    for place, entry in enumerate(tuple(history.entries())):
        if since <= entry.day < day and _is_case(history, entry):
            cases[features_of(history, entry.number, entry.day)] += _weight(day - entry.day)
        if place % ROWS_PER_STEP == ROWS_PER_STEP - 1:
            yield None
    exposure: dict[Features, float] = defaultdict(float)
    for place, (number, on, days) in enumerate(_controls(history, since, day)):
        exposure[features_of(history, number, on)] += days * _weight(day - on)
        if place % ROWS_PER_STEP == ROWS_PER_STEP - 1:
            yield None
    yield from _fitted(cases, exposure)


def _weight(days_ago: int) -> float:
    return exp2(-days_ago / HALF_LIFE_DAYS)


def _is_case(history: RevisionHistory, entry: DatedRevision) -> bool:
    """Whether an entry was a newer revision of its number, at a time when there was a frontier."""
    earlier = history.before(entry.number, entry.day)
    return history.frontier(entry.day) is not None and (earlier is None or entry.revision > earlier[1])


def _controls(history: RevisionHistory, since: int, day: int) -> Iterator[tuple[int, int, float]]:
    """Numbers and days spread evenly, each with the number-days it represents."""
    top = (history.frontier(day) or 0) + NUMBERS_BEYOND_FRONTIER
    half = CONTROLS // 2
    for place in range(half):
        on = since + int((place * _GOLDEN) % 1.0 * (day - since))
        frontier = history.frontier(on)
        if frontier is None:
            continue
        number = 1 + place * top // half
        if number <= frontier + NUMBERS_BEYOND_FRONTIER and abs(number - frontier) > NEAR_FRONTIER_NUMBERS:
            yield number, on, (day - since) * top / half
        number = frontier - NEAR_FRONTIER_NUMBERS + place * (2 * NEAR_FRONTIER_NUMBERS + 1) // half
        if number > 0:
            yield number, on, (day - since) * (2 * NEAR_FRONTIER_NUMBERS + 1) / half


def _fitted(cases: Mapping[Features, float], exposure: Mapping[Features, float]) -> Iterator[Hazard | None]:
    cells = sorted(cases.keys() | exposure.keys())
    seen = [(cell, cases.get(cell, 0.0), exposure.get(cell, 0.0)) for cell in cells]
    rates = {kind: _rate(kind, seen) for kind in NumberKind}
    factors: dict[Key, float] = defaultdict(lambda: 1.0)
    for _ in range(FITTING_SWEEPS):
        for which in range(max((len(buckets) for _, buckets in cells), default=0)):
            _scale(which, seen, rates, factors)
            yield None
    yield Hazard(rates=rates, factors=dict(factors))


def _rate(kind: NumberKind, seen: list[tuple[Features, float, float]]) -> float:
    happened = sum(count for cell, count, _ in seen if cell[0] is kind)
    days = sum(days for cell, _, days in seen if cell[0] is kind)
    return (happened + PRIOR_CASES) / (days + PRIOR_CASES / PRIOR_RATES[kind])


def _scale(
    which: int,
    seen: list[tuple[Features, float, float]],
    rates: Mapping[NumberKind, float],
    factors: dict[Key, float],
) -> None:
    """Set the factors of one feature so that each of its buckets has as many cases as expected."""
    happened: dict[Key, float] = defaultdict(float)
    expected: dict[Key, float] = defaultdict(float)
    for (kind, buckets), count, days in seen:
        if which >= len(buckets):
            continue
        key = kind, which, buckets[which]
        happened[key] += count
        if days:
            there = rates[kind] * days
            for other, bucket in enumerate(buckets):
                if other != which:
                    there *= factors[kind, other, bucket]
            expected[key] += there
    for key, count in happened.items():
        factors[key] = (count + PRIOR_CASES) / (expected[key] + PRIOR_CASES)

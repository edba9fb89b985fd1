"""How likely a draft of a number appears in a day, learnt from the index's own past.

A log-linear Poisson model: the rate of a kind of number times one factor for each of its features. It is fitted by
iterative proportional scaling (Deming and Stephan 1940; the factors' likelihood equations), cases against controls: the
cases are the revisions of the last years, the controls are pairs of a number and a day spread evenly over numbers and
days (Kronecker's sequence by the golden ratio, so that no chance is in it). Each factor is drawn towards 1, and each
kind's rate towards what it was in about 2020, by a handful of imagined cases, which is all that an empty past leaves.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp2
from types import MappingProxyType

from actors.prober.model.history import Entry, Past
from actors.prober.schedule.features import Features, Kind, features_of

YEARS = 3
HALF_LIFE = 365.0
"""How much of the past is learnt from, and after how many days what happened counts half: habits change."""

CONTROLS = 24_000
NEAR = 100
"""Numbers so near to the frontier get half of the controls: there most happens."""

SWEEPS = 8
SLICE = 150
"""Controls or cases looked at in one step: a few milliseconds."""

DRAWN = 1.0
"""Imagined cases that draw a factor towards 1."""

BEYOND = 1000
"""Numbers above the frontier that can appear, and are asked."""

USUAL: Mapping[Kind, float] = MappingProxyType({Kind.KNOWN: 4.4e-4, Kind.BELOW: 6e-4, Kind.ABOVE: 3e-4})
"""Drafts a number and day, about 2020."""

_GOLDEN = 0.6180339887498949

Key = tuple[Kind, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """Drafts a day for numbers with given features."""

    rates: Mapping[Kind, float]
    factors: Mapping[Key, float]

    def of(self, features: Features) -> float:
        """Drafts a day."""
        kind, buckets = features
        rate = self.rates[kind]
        for which, bucket in enumerate(buckets):
            rate *= self.factors.get((kind, which, bucket), 1.0)
        return rate


UNLEARNT = Hazard(rates=USUAL, factors=MappingProxyType({}))


def learnt_from(past: Past, day: int) -> Iterator[Hazard | None]:
    """The hazard as the entries dated before `day` teach it: a step at a time, the last of which gives it."""
    since = day - int(365.25 * YEARS)
    cases: dict[Features, float] = defaultdict(float)
    past.frontier(day)  # orders the past, which is a step of its own
    yield None
    for place, entry in enumerate(tuple(past.entries())):
        if since <= entry.day < day and _is_case(past, entry):
            cases[features_of(past, entry.number, entry.day)] += _weight(day - entry.day)
        if place % SLICE == SLICE - 1:
            yield None
    exposure: dict[Features, float] = defaultdict(float)
    for place, (number, on, days) in enumerate(_controls(past, since, day)):
        exposure[features_of(past, number, on)] += days * _weight(day - on)
        if place % SLICE == SLICE - 1:
            yield None
    yield from _fitted(cases, exposure)


def _weight(days_ago: int) -> float:
    return exp2(-days_ago / HALF_LIFE)


def _is_case(past: Past, entry: Entry) -> bool:
    """Whether an entry was a newer revision of its number, at a time when there was a frontier."""
    earlier = past.before(entry.number, entry.day)
    return past.frontier(entry.day) is not None and (earlier is None or entry.revision > earlier[1])


def _controls(past: Past, since: int, day: int) -> Iterator[tuple[int, int, float]]:
    """Numbers and days spread evenly, each with the number-days that it stands for."""
    top = (past.frontier(day) or 0) + BEYOND
    half = CONTROLS // 2
    for place in range(half):
        on = since + int((place * _GOLDEN) % 1.0 * (day - since))
        frontier = past.frontier(on)
        if frontier is None:
            continue
        number = 1 + place * top // half
        if number <= frontier + BEYOND and abs(number - frontier) > NEAR:
            yield number, on, (day - since) * top / half
        number = frontier - NEAR + place * (2 * NEAR + 1) // half
        if number > 0:
            yield number, on, (day - since) * (2 * NEAR + 1) / half


def _fitted(cases: Mapping[Features, float], exposure: Mapping[Features, float]) -> Iterator[Hazard | None]:
    cells = sorted(cases.keys() | exposure.keys())
    seen = [(cell, cases.get(cell, 0.0), exposure.get(cell, 0.0)) for cell in cells]
    rates = {kind: _rate(kind, seen) for kind in Kind}
    factors: dict[Key, float] = defaultdict(lambda: 1.0)
    for _ in range(SWEEPS):
        for which in range(max((len(buckets) for _, buckets in cells), default=0)):
            _scale(which, seen, rates, factors)
            yield None
    yield Hazard(rates=rates, factors=dict(factors))


def _rate(kind: Kind, seen: list[tuple[Features, float, float]]) -> float:
    happened = sum(count for cell, count, _ in seen if cell[0] is kind)
    days = sum(days for cell, _, days in seen if cell[0] is kind)
    return (happened + DRAWN) / (days + DRAWN / USUAL[kind])


def _scale(
    which: int,
    seen: list[tuple[Features, float, float]],
    rates: Mapping[Kind, float],
    factors: dict[Key, float],
) -> None:
    """Set the factors of one feature so that the cases in each of its buckets are as many as expected."""
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
        factors[key] = (count + DRAWN) / (expected[key] + DRAWN)

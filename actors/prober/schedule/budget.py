"""How to allocate the budget so that drafts are found soonest: the optimum of freshness crawling.

A number probed every T seconds finds a draft T/2 late on average. The total delay is Σ λ T / 2 and the cost Σ c / T.
The delay is least if 1/T is proportional to √(wλ/c) (Cho and Garcia-Molina 2003; Azar, Horvitz, Lubetzky, Peres, Shahaf
2018; Kolobov, Peres, Lubetzky, Horvitz 2019), within bounds. Similar numbers form one `Claim`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WATCHED_SHARE = 0.25
"""The share of the budget up to which extra weight may lift watched numbers."""

WATCHED_WEIGHT = 9.0
"""The highest weight of a draft of a watched number; any other counts 1."""

PROMISED_SHARE = 0.1
"""The share of the budget for the promise to probe watched numbers every half hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`members` similar numbers: their hazard (drafts per day), the HEADs per probe, and whether they are watched."""

    members: int
    hazard: float
    cost: float
    watched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Seconds between two probes: the shortest, the longest, and the longest for watched numbers."""

    shortest: float
    longest: float
    promised: float


def intervals(claims: Sequence[Claim], budget: float, bounds: Bounds) -> list[float]:
    """Seconds between two probes for each claim, spending `budget` HEADs per second, or less if all are at the shortest
    interval. The longest interval holds even if the budget is too small for it."""
    weight = watched_weight(claims)
    promised = _promised(claims, budget, bounds)
    most = 1 / bounds.shortest
    rows = [
        (
            claim.members * claim.cost,
            _desired_rate(claim, weight if claim.watched else 1.0),
            1 / (promised if claim.watched else bounds.longest),
        )
        for claim in claims
    ]
    level = _level(rows, budget, most)
    return [1 / min(most, max(floor, level * desired)) for _, desired, floor in rows]


def _level(rows: Sequence[tuple[float, float, float]], budget: float, most: float) -> float:
    """The factor of the desired rates that spends the budget: 0 if the lowest rates spend more, and one that lifts all
    to the highest if even those spend less. Rows are HEADs per probe, the desired and the lowest rate.

    What is spent is linear between the levels at which a row leaves its lowest or reaches its highest rate, so we walk
    from one of them to the next.
    """
    spent = sum(heads * min(most, floor) for heads, _, floor in rows)
    changes: list[tuple[float, float]] = []
    for heads, desired, floor in rows:
        if desired > 0 and floor < most:
            changes.append((floor / desired, heads * desired))
            changes.append((most / desired, -heads * desired))
    level = slope = 0.0
    for at, by in sorted(changes):
        if slope > 0 and spent + slope * (at - level) > budget:
            return level + max(0.0, budget - spent) / slope
        spent, level, slope = spent + slope * (at - level), at, slope + by
    return level


def watched_weight(claims: Sequence[Claim]) -> float:
    """The weight of watched numbers. It does not lift them above `WATCHED_SHARE` of the budget, however many are
    watched; what they would get without it they keep."""
    theirs = sum(claim.members * claim.cost * _desired_rate(claim, 1.0) for claim in claims if claim.watched)
    others = sum(claim.members * claim.cost * _desired_rate(claim, 1.0) for claim in claims if not claim.watched)
    if not theirs:
        return WATCHED_WEIGHT
    factor = WATCHED_SHARE / (1 - WATCHED_SHARE) * others / theirs
    return min(WATCHED_WEIGHT, max(1.0, factor**2))


def _desired_rate(claim: Claim, weight: float) -> float:
    return math.sqrt(weight * claim.hazard / claim.cost) if claim.cost else 0.0


def _promised(claims: Sequence[Claim], budget: float, bounds: Bounds) -> float:
    names = sum(claim.members * claim.cost for claim in claims if claim.watched)
    return min(bounds.longest, max(bounds.promised, names / (PROMISED_SHARE * budget)))

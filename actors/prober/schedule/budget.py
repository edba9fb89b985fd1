"""How a budget is spent so that drafts are found soonest: the freshness-crawling optimum.

A number asked every T seconds finds a draft T/2 late on the average, so the mean delay of all is Σ λ T / 2 and the cost
Σ c / T: it is least where 1/T is proportional to √(wλ/c) (Cho and Garcia-Molina 2003; Azar, Horvitz, Lubetzky, Peres,
Shahaf 2018; Kolobov, Peres, Lubetzky, Horvitz 2019), within what is allowed at least and at most. Numbers alike are
one `Claim`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 60
PRECISION = 1e-3
"""How near to the budget the search comes, and in how many steps at the most."""

WATCHED_SHARE = 0.25
"""Of the budget: what more weight may take for watched numbers, if they would not take as much without it."""

WATCHED_WEIGHT = 9.0
"""What a draft of a watched number counts for at the most; of any other number it is 1."""

PROMISED_SHARE = 0.1
"""Of the budget: what the promise to ask watched numbers in good time may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`members` numbers alike: each with the hazard (drafts a day), the HEADs an ask, and whether they are watched."""

    members: int
    hazard: float
    cost: float
    watched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Seconds between two asks: the shortest, the longest, and the longest for watched numbers."""

    shortest: float
    longest: float
    promised: float


def intervals(claims: Sequence[Claim], budget: float, bounds: Bounds) -> list[float]:
    """Seconds between two asks of each claim's numbers, so that `budget` HEADs a second are spent, or fewer where all
    are asked as often as they may. The longest interval holds even if the budget is too small for it."""
    weight = watched_weight(claims)
    promised = _promised(claims, budget, bounds)
    most = 1 / bounds.shortest
    rows = [
        (
            claim.members * claim.cost,
            _wish(claim, weight if claim.watched else 1.0),
            1 / (promised if claim.watched else bounds.longest),
        )
        for claim in claims
    ]
    low, high = 0.0, most / min((wish for _, wish, _ in rows if wish > 0), default=1.0)
    for _ in range(STEPS):
        middle = (low + high) / 2 if low else high / 16
        spent = sum(heads * min(most, max(floor, middle * wish)) for heads, wish, floor in rows)
        low, high = (middle, high) if spent <= budget else (low, middle)
        if high - low < PRECISION * high:
            break
    return [1 / min(most, max(floor, low * wish)) for _, wish, floor in rows]


def watched_weight(claims: Sequence[Claim]) -> float:
    """The weight of watched numbers: bounded so that it does not lift them over `WATCHED_SHARE` of the budget, however
    many somebody watches; what they would have without it they keep."""
    theirs = sum(claim.members * claim.cost * _wish(claim, 1.0) for claim in claims if claim.watched)
    others = sum(claim.members * claim.cost * _wish(claim, 1.0) for claim in claims if not claim.watched)
    if not theirs:
        return WATCHED_WEIGHT
    factor = WATCHED_SHARE / (1 - WATCHED_SHARE) * others / theirs
    return min(WATCHED_WEIGHT, max(1.0, factor**2))


def _wish(claim: Claim, weight: float) -> float:
    return math.sqrt(weight * claim.hazard / claim.cost) if claim.cost else 0.0


def _promised(claims: Sequence[Claim], budget: float, bounds: Bounds) -> float:
    names = sum(claim.members * claim.cost for claim in claims if claim.watched)
    return min(bounds.longest, max(bounds.promised, names / (PROMISED_SHARE * budget)))

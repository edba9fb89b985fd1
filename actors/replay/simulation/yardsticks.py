"""How far a strategy is from what could be known: each arrival's delay if more had been known beforehand.

The yardstick is the same schedule, spent at a pace that knows how many drafts each week brings. The limit knows each
number's true rate in each week, and asks for no other.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from actors.prober.schedule.budget import Bounds, Claim, intervals
from actors.prober.schedule.learnt import MAX_INTERVAL_SECONDS, MIN_INTERVAL_SECONDS
from actors.prober.schedule.pace import FASTEST, PRIOR_DRAFTS, SLOWEST
from actors.replay.simulation.arrivals import DAY
from actors.replay.simulation.probers import HOUR
from actors.replay.simulation.replay import Played

WEEK = 7

COST = 2.0
"""HEADs per probe that the limit assumes: for most numbers it is between 1.5 and 3.5."""


def yardstick(played: Played) -> list[float]:
    """Seconds for each outcome if as many requests had been sent at a pace that follows the week around its day; the
    same delays if the strategy has no pace."""
    days = sorted(round(begin / DAY) for begin in played.heads)
    if not played.paces or not days:
        return [outcome.delay for outcome in played.outcomes]
    arrivals = Counter(int(outcome.arrival.at // DAY) for outcome in played.outcomes)
    roots = {
        day: math.sqrt(max(PRIOR_DRAFTS, sum(arrivals[near] for near in range(day - 3, day + 4)) / WEEK))
        for day in days
    }
    spent = math.fsum(played.paces.values()) / len(played.paces)
    usual = math.fsum(roots.values()) / len(roots) / spent
    delays: list[float] = []
    for outcome in played.outcomes:
        day = int(outcome.arrival.at // DAY)
        known = min(FASTEST, max(SLOWEST, roots.get(day, usual) / usual))
        found_in = (outcome.arrival.at + outcome.delay) // HOUR * HOUR
        delays.append(outcome.delay * played.paces.get(found_in, 1.0) / known)
    return delays


def limit(played: Played) -> list[float]:
    """Seconds for each outcome if the numbers of each week's arrivals had been known, but not their names and times."""
    heads: dict[int, float] = defaultdict(float)
    numbers: dict[int, Counter[int]] = defaultdict(Counter)
    for begin, spent in played.heads.items():
        heads[int(begin // DAY) // WEEK] += spent
    for outcome in played.outcomes:
        numbers[_week_of(outcome.arrival.at)][outcome.arrival.entry.number] += 1
    planned = {week: _intervals(numbers[week], heads[week] / (WEEK * DAY)) for week in numbers}
    return [planned[_week_of(one.arrival.at)][one.arrival.entry.number] / 2 for one in played.outcomes]


def _week_of(at: float) -> int:
    return int(at // DAY) // WEEK


def _intervals(arrivals: Counter[int], budget: float) -> dict[int, float]:
    claims: Sequence[Claim] = [
        Claim(members=1, hazard=count / WEEK, cost=COST, watched=False) for count in arrivals.values()
    ]
    bounds = Bounds(shortest=MIN_INTERVAL_SECONDS, longest=MAX_INTERVAL_SECONDS, promised=MAX_INTERVAL_SECONDS)
    return dict(zip(arrivals, intervals(claims, budget, bounds), strict=True))

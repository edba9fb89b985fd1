"""The numbers of a replay."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from actors.replay.simulation import yardsticks
from actors.replay.simulation.replay import ArrivalOutcome, Played, Sort

HOUR = 3600.0
KINDS: Mapping[Sort, str] = MappingProxyType({sort: sort.name.lower() for sort in Sort})


def summary(played: Played) -> dict[str, Any]:
    """The numbers of a strategy, delays in hours; those of no arrival are None. A missed draft's delay lasts until it
    entered the index. `yardstick_hours` and `limit_hours` are the means with more knowledge, see `yardsticks`. `kinds`
    has the same by sort of arrival."""
    rows = list(zip(played.outcomes, yardsticks.yardstick(played), yardsticks.limit(played), strict=True))
    kinds = {
        KINDS[sort]: _delays([row for row in rows if row[0].sort is sort])
        for sort in Sort
        if any(outcome.sort is sort for outcome in played.outcomes)
    }
    return {"heads": round(sum(played.heads.values())), **_delays(rows), "kinds": kinds}


def hours(outcomes: Sequence[ArrivalOutcome]) -> list[float]:
    """The delays, shortest first."""
    return sorted(outcome.delay / HOUR for outcome in outcomes)


def _delays(rows: Sequence[tuple[ArrivalOutcome, float, float]]) -> dict[str, Any]:
    outcomes = [outcome for outcome, _, _ in rows]
    delays = hours(outcomes)
    return {
        "arrivals": len(delays),
        "missed": sum(outcome.missed for outcome in outcomes),
        "mean_hours": _mean(delays),
        "median_hours": quantile(delays, 0.5),
        "p90_hours": quantile(delays, 0.9),
        "p99_hours": quantile(delays, 0.99),
        "max_hours": delays[-1] if delays else None,
        "yardstick_hours": _mean([known_pace / HOUR for _, known_pace, _ in rows]),
        "limit_hours": _mean([known_rate / HOUR for _, _, known_rate in rows]),
    }


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def quantile(ascending: Sequence[float], share: float) -> float | None:
    """Linear between the two nearest values; None if there are none."""
    if not ascending:
        return None
    place = share * (len(ascending) - 1)
    below = int(place)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (ascending[above] - ascending[below]) * (place - below)

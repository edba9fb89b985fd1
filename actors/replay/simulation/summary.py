"""The numbers of a replay."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from actors.replay.simulation.replay import ArrivalOutcome, Played, Sort

HOUR = 3600.0
KINDS: Mapping[Sort, str] = MappingProxyType({sort: sort.name.lower() for sort in Sort})


def summary(played: Played) -> dict[str, Any]:
    """The numbers of a strategy, delays in hours; those of no arrival are None. A missed draft's delay lasts until it
    entered the index. `kinds` has the same by sort of arrival."""
    outcomes = played.outcomes
    kinds = {
        KINDS[sort]: _delays([outcome for outcome in outcomes if outcome.sort is sort])
        for sort in Sort
        if any(outcome.sort is sort for outcome in outcomes)
    }
    return {"heads": sum(played.heads.values()), **_delays(outcomes), "kinds": kinds}


def hours(outcomes: Sequence[ArrivalOutcome]) -> list[float]:
    """The delays, shortest first."""
    return sorted(outcome.delay / HOUR for outcome in outcomes)


def _delays(outcomes: Sequence[ArrivalOutcome]) -> dict[str, Any]:
    delays = hours(outcomes)
    return {
        "arrivals": len(delays),
        "missed": sum(outcome.missed for outcome in outcomes),
        "mean_hours": math.fsum(delays) / len(delays) if delays else None,
        "median_hours": quantile(delays, 0.5),
        "p90_hours": quantile(delays, 0.9),
        "p99_hours": quantile(delays, 0.99),
        "max_hours": delays[-1] if delays else None,
    }


def quantile(ascending: Sequence[float], share: float) -> float | None:
    """Linear between the two nearest values; None if there are none."""
    if not ascending:
        return None
    place = share * (len(ascending) - 1)
    below = int(place)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (ascending[above] - ascending[below]) * (place - below)

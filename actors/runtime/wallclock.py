"""Whether the clock on the wall was set back, by a second clock that never is. Pure."""

from dataclasses import dataclass
from datetime import datetime

LEAST = 5.0
"""Seconds by which a clock must go back to count: less is caught up with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What both clocks showed at one moment; `clock` in seconds."""

    wall: datetime
    clock: float


def set_back(before: Look, after: Look) -> float:
    """By how many seconds the wall's clock was set back between two looks; 0 when it was not."""
    back = (after.clock - before.clock) - (after.wall - before.wall).total_seconds()
    return back if back >= LEAST else 0.0

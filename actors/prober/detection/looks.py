"""When something is looked at again, and what may come of a look."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckDelays:
    """Seconds: `confirm` until the second look; `gone` until the second look at a file that is gone; `hold` until the
    next look at what is quarantined; `longest` between two inconclusive looks."""

    confirm: float
    gone: float
    hold: float
    longest: float


class RecheckOutcome(Enum):
    """The result of a recheck. DROPPED: it was nothing, or is over."""

    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    AGAIN = "again"

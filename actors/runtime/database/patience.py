"""How long an actor waits for a database that is slow or whose tables are locked, and how long it then leaves it alone.
Pure."""

from dataclasses import dataclass

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds in which a database that was slow to fail is left alone: doubled each time."""

SLOW_FAILURE = 0.25
"""Seconds after which a failure counts as slow: on the simple base everybody waited."""

CALM = 30.0
"""Seconds without trouble, after the pause, that are needed for trouble to be forgotten."""

LOCK_LIMIT = 0.040
LOCK_PAUSE_LIMIT = 0.001
"""Seconds to wait for a lock, and during the pause after one was not given in time. On the simple base all wait."""

YOUNG = 1.5
"""Seconds after the first lock that was not given in time in which work is tried again soon, and nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A run of failures, on a monotonic clock: since when there are failures, and until when the pause lasts."""

    times: int = 0
    since: float = 0.0
    until: float = 0.0


NO_TROUBLE = Trouble()


def again(trouble: Trouble, now: float) -> Trouble:
    """One failure more: a longer pause. A failure during the pause says nothing new."""
    if is_pausing(trouble, now):
        return trouble
    pause = min(FIRST_PAUSE * 2.0 ** min(trouble.times, 30), LONGEST_PAUSE)
    return Trouble(times=trouble.times + 1, since=trouble.since if trouble.times else now, until=now + pause)


def succeeded(trouble: Trouble, now: float) -> Trouble:
    """A success: trouble is forgotten if it was long ago."""
    return NO_TROUBLE if now >= trouble.until + CALM else trouble


def is_pausing(trouble: Trouble, now: float) -> bool:
    """Whether the pause lasts."""
    return now < trouble.until


def is_young(trouble: Trouble, now: float) -> bool:
    """Whether it has just begun: it may be over in a moment."""
    return trouble.times > 0 and now < trouble.since + YOUNG


def lock_limit(trouble: Trouble, now: float, usual: float) -> float:
    """Seconds to wait for a lock. After one was not given in time, work that needs it is refused almost at once, and
    other work goes on."""
    return LOCK_PAUSE_LIMIT if is_pausing(trouble, now) else usual

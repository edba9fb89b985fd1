"""How soon an actor that ended is restarted, and when no more. Pure."""

from dataclasses import dataclass

FIRST_DELAY = 0.2
MOST_DELAY = 30.0
FORGIVEN_AFTER = 300.0
"""Seconds before an actor that ended is restarted: doubled each time, and short again after five good minutes."""

MOST_FAILURES = 10
FAILURES_WITHIN = 60.0
"""So many failed handlers in so many seconds are a failed actor: it is restarted, with its state from its tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `times` within `seconds`."""

    times: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarts:
    """Of one actor: the ends that count, in seconds of a monotonic clock; its `last` one of any kind; `streak` ends
    without five good minutes between them."""

    ends: tuple[float, ...] = ()
    last: float = 0.0
    streak: int = 0


def ended(restarts: Restarts, now: float, limit: Limit, *, counts: bool) -> Restarts:
    """The actor has ended. An end that does not count (what it needs is away) makes the wait longer, no more."""
    recent = tuple(at for at in restarts.ends if now - at <= limit.seconds)
    streak = 1 if now - restarts.last > FORGIVEN_AFTER else restarts.streak + 1
    return Restarts(ends=(*recent, now) if counts else recent, last=now, streak=streak)


def too_many(restarts: Restarts, limit: Limit) -> bool:
    """Whether it ended too often to be restarted."""
    return len(restarts.ends) > limit.times


def in_words(name: str, restarts: Restarts, limit: Limit, cause: str) -> str:
    """Who ended, how often, and why last."""
    within = f"{limit.seconds / 60:.0f} min" if limit.seconds >= 60 else f"{limit.seconds:.0f} s"
    return f"{name} ended {len(restarts.ends)} times within {within}, the last time because: {cause}"


def delay(restarts: Restarts) -> float:
    """Seconds to wait before it is restarted."""
    return min(FIRST_DELAY * 2.0 ** min(restarts.streak - 1, 30), MOST_DELAY)


def failed(failures: tuple[float, ...], now: float) -> tuple[float, ...]:
    """The times of an actor's failures within the last minute, with one more."""
    return (*(at for at in failures if now - at <= FAILURES_WITHIN), now)

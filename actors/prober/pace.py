"""How fast a host may be asked: a steady budget, within what the host allows.

Additive increase and multiplicative decrease (AIMD, Chiu and Jain 1989) on the rate; pauses that the host asks for; a
breaker that, after batches without any answer, lets one request at a time find out whether the host is back. Times are
seconds since the epoch, rates requests a second.
"""

import ipaddress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

BATCH_SECONDS = 2.0
"""What one batch is to last."""

MOST_NAMES = 256
"""What one batch may hold."""

CREDIT = 2.0
"""Seconds of the budget that a late batch may make up for; what an idle time did not spend is gone."""

LEAST_SHARE = 1 / 64
RECOVERY = 1 / 30
"""Shares of the budget: below the one the rate does not fall, by the other it rises with each good batch."""

BREAKER = 5
"""Batches without any answer, one after the other, that open the breaker."""

WINDOW = 100
"""Requests over which the share of errors is smoothed."""

FIRST_PAUSE = 30.0
LEAST_GAP = 0.2
LEAST_PAUSE = 1.0
"""Seconds, for hosts that are not this machine: the first pause (doubled each time in vain), the least time between two
requests, and the least pause that a throttle means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What is fixed for a host: the budget, and the least, first and longest pause."""

    budget: float
    least_pause: float
    first_pause: float
    longest_pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The answers of one batch: true ones (hit, missing), throttles, errors; the longest Retry-After among them."""

    answered: int
    throttled: int
    errors: int
    retry_after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known of a host's patience. `next_at` is when the next batch may start, but for `paused_until`; `unheard`
    counts the batches without any answer since the last one with some; `error_share` is smoothed."""

    manners: Manners
    rate: float
    next_at: float
    paused_until: float
    unheard: int
    error_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Leave to start a batch of at most `size` names at `at`."""

    size: int
    at: float


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def manners_towards(base_url: str, requests_per_hour: float, min_revisit: float) -> Manners:
    """The manners that a host is owed. This machine knows no floor, and pauses no longer than `min_revisit`."""
    budget = requests_per_hour / 3600
    if is_loopback(base_url):
        first = min(FIRST_PAUSE, min_revisit)
        return Manners(budget=budget, least_pause=0.0, first_pause=first, longest_pause=max(first, min_revisit))
    return Manners(
        budget=min(budget, 1 / LEAST_GAP),
        least_pause=LEAST_PAUSE,
        first_pause=FIRST_PAUSE,
        longest_pause=max(FIRST_PAUSE, min_revisit),
    )


def fresh(manners: Manners, now: float) -> Pace:
    """The pace towards a host of which nothing is known."""
    return Pace(manners=manners, rate=manners.budget, next_at=now, paused_until=now, unheard=0, error_share=0.0)


def grant(pace: Pace) -> Grant:
    """When the next batch may start, and of what size: about two seconds of the rate, one name with an open breaker."""
    size = 1 if is_open(pace) else max(1, min(MOST_NAMES, int(pace.rate * BATCH_SECONDS)))
    return Grant(size=size, at=max(pace.next_at, pace.paused_until))


def is_open(pace: Pace) -> bool:
    """Whether the breaker is open."""
    return pace.unheard >= BREAKER


def spread(pace: Pace, names: int) -> float:
    """Seconds over which the starts of a batch are to be spread."""
    return names / pace.rate


def started(pace: Pace, names: int, jitter: float, now: float) -> Pace:
    """A batch of `names` starts now. `jitter`, 1 on the average, varies the time to the next one."""
    return replace(pace, next_at=max(pace.next_at, now - CREDIT) + spread(pace, names) * jitter)


def set_back(pace: Pace, seconds: float) -> Pace:
    """The pace when the clock was set back: its times are still as far away as before."""
    return replace(pace, next_at=pace.next_at - seconds, paused_until=pace.paused_until - seconds)


def settled(pace: Pace, tally: Tally, now: float) -> Pace:
    """The answers of a batch are in."""
    asked = tally.answered + tally.throttled + tally.errors
    share = (tally.throttled + tally.errors) / asked if asked else 0.0
    unheard = 0 if tally.answered else pace.unheard + (asked > 0)
    return replace(
        pace,
        rate=_rate(pace, share, tally),
        paused_until=max(pace.paused_until, now + _pause(pace.manners, unheard, tally)),
        unheard=unheard,
        error_share=pace.error_share + (share - pace.error_share) * min(1.0, asked / WINDOW),
    )


def _rate(pace: Pace, share: float, tally: Tally) -> float:
    if tally.throttled or share > 0.5:
        return max(pace.rate / 2, pace.manners.budget * LEAST_SHARE)
    return min(pace.manners.budget, pace.rate + pace.manners.budget * RECOVERY)


def _pause(manners: Manners, unheard: int, tally: Tally) -> float:
    pause = 0.0
    if tally.throttled:
        asked_for = manners.first_pause if tally.retry_after is None else tally.retry_after
        pause = max(asked_for, manners.least_pause)
    if unheard >= BREAKER:
        pause = max(pause, min(manners.first_pause * 2.0 ** min(unheard - BREAKER, 30), manners.longest_pause))
    return pause

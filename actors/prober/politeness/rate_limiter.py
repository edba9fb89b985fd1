"""How fast a host may be asked: a steady budget, within what the host allows.

Additive increase and multiplicative decrease (AIMD, Chiu and Jain 1989) on the rate, after each pause with TCP's slow
start (Jacobson 1988: double until half of the rate that was too much, then add); the pauses that the host asks for; a
breaker that, after batches without any answer, lets one request at a time find out whether the host is back. While the
network of this machine is away nothing is held against the host. Times are seconds since the epoch, rates requests a
second.
"""

from dataclasses import dataclass, replace
from enum import Enum

from actors.prober.model.answers import Tally
from actors.prober.politeness.policy import Manners

BATCH_SECONDS = 2.0
SLOW_BATCH_SECONDS = 0.5
"""What one batch is to last, and what one during a slow start."""

MOST_NAMES = 256
"""What one batch may hold."""

CREDIT = 2.0
"""Seconds of the budget that a late batch may make up for; what an idle time did not spend is gone."""

LEAST_SHARE = 1 / 64
RECOVERY = 1 / 30
"""Shares of the budget: below the one the rate does not fall, by the other it rises with each good batch."""

SLOW_START = 1 / 8
"""Share of the threshold at which a slow start begins."""

SILENT = 2
"""Batches without any answer, one after the other, that health speaks of."""

BREAKER = 5
"""Batches without any answer, one after the other, that open the breaker."""

TRIALS = 3
"""Answered trials, one after the other, that close it."""

WINDOW = 100
"""Requests over which the share of errors is smoothed."""

OFFLINE_PAUSE = 5.0
OFFLINE_LIMIT = 60.0
"""Seconds until one request finds out whether our network is back, doubled each time in vain."""


class Breaker(Enum):
    """CLOSED: all is well. OPEN: the host is left alone until the pause is over, then one name is tried. HALF_OPEN:
    trials were answered, but not yet enough."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known of a host's patience. The rate rises fast up to `threshold`. `next_at` is when the next batch may
    start, but for `paused_until`; `unheard` counts the batches without any answer since the last one with some,
    `trials` those answered since the breaker opened; `error_share` is smoothed; `offline` counts the looks at a network
    that was away; `trouble_since` is when the present trouble began, None when there is none."""

    manners: Manners
    rate: float
    threshold: float
    next_at: float
    paused_until: float
    unheard: int = 0
    trials: int = 0
    breaker: Breaker = Breaker.CLOSED
    error_share: float = 0.0
    offline: int = 0
    trouble_since: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Leave to start a batch of at most `size` names at `at`."""

    size: int
    at: float


def fresh(manners: Manners, now: float) -> Pace:
    """The pace towards a host of which nothing is known."""
    return Pace(manners=manners, rate=manners.budget, threshold=manners.budget, next_at=now, paused_until=now)


def under(pace: Pace, manners: Manners) -> Pace:
    """The pace when other manners hold than before."""
    least = manners.budget * LEAST_SHARE
    return replace(
        pace,
        manners=manners,
        rate=min(max(pace.rate, least), manners.budget),
        threshold=min(max(pace.threshold, least), manners.budget),
    )


def grant(pace: Pace) -> Grant:
    """When the next batch may start, and of what size: about two seconds of the rate, half a one in a slow start, one
    name when it is to find out whether the host is there."""
    seconds = SLOW_BATCH_SECONDS if pace.rate < pace.threshold else BATCH_SECONDS
    is_trial = pace.breaker is not Breaker.CLOSED or pace.offline > 0
    size = 1 if is_trial else max(1, min(MOST_NAMES, int(pace.rate * seconds)))
    return Grant(size=size, at=max(pace.next_at, pace.paused_until))


def spread(pace: Pace, names: int) -> float:
    """Seconds over which the starts of a batch are to be spread."""
    return names / pace.rate


def started(pace: Pace, names: int, jitter: float, now: float) -> Pace:
    """A batch of `names` starts now. `jitter`, 1 on the average, varies the time to the next one."""
    return replace(pace, next_at=max(pace.next_at, now - CREDIT) + spread(pace, names) * jitter)


def charged(pace: Pace, requests: int) -> Pace:
    """So many requests more than names were sent: canaries, and what a host that refuses HEAD costs."""
    return replace(pace, next_at=pace.next_at + requests / pace.rate)


def sustained(pace: Pace) -> float:
    """What may be counted on for the next hour, in requests a second: the rate, and in a slow start what it goes up to
    soon."""
    return max(pace.rate, pace.threshold)


def offline(pace: Pace, now: float) -> Pace:
    """Nobody could be reached: it is our network, and the host is not to blame."""
    pause = min(OFFLINE_PAUSE * 2.0 ** min(pace.offline, 10), OFFLINE_LIMIT)
    return replace(
        pace,
        paused_until=max(pace.paused_until, now + pause),
        offline=pace.offline + 1,
        trouble_since=now if pace.offline == 0 else pace.trouble_since,
    )


def settled(pace: Pace, tally: Tally, now: float) -> Pace:
    """The answers of a batch are in."""
    if not tally.asked:
        return pace
    share = 1 - tally.answered / tally.asked
    if pace.offline:
        pace = _slowly(replace(pace, offline=0), pace.rate)
    after = _after_good(pace, tally) if share <= 0.5 and not tally.throttled else _after_bad(pace, tally, now)
    smoothed = pace.error_share + (share - pace.error_share) * min(1.0, tally.asked / WINDOW)
    after = replace(after, error_share=smoothed)
    if not is_troubled(after, now):
        return replace(after, trouble_since=None)
    return replace(after, trouble_since=now) if after.trouble_since is None else after


def is_troubled(pace: Pace, now: float) -> bool:
    """Whether there is something that an operator should know."""
    closed = pace.breaker is Breaker.CLOSED
    silent = pace.unheard >= SILENT
    return not closed or silent or pace.offline > 0 or pace.paused_until > now or pace.error_share > 0.5


def _after_good(pace: Pace, tally: Tally) -> Pace:
    if pace.breaker is Breaker.CLOSED:
        return replace(pace, rate=_faster(pace), unheard=0)
    trials = pace.trials + 1
    if trials < TRIALS:
        return replace(pace, breaker=Breaker.HALF_OPEN, trials=trials)
    return replace(pace, breaker=Breaker.CLOSED, trials=0, unheard=0)


def _after_bad(pace: Pace, tally: Tally, now: float) -> Pace:
    least = pace.manners.budget * LEAST_SHARE
    half = max(pace.rate / 2, least)
    unheard = 0 if tally.answered else pace.unheard + 1
    # One outage is one sign, however many batches it takes: only a throttle says again that it was too much.
    threshold = pace.threshold if unheard > 1 and not tally.throttled else half
    is_open = unheard >= BREAKER or pace.breaker is not Breaker.CLOSED
    pause = _pause(pace.manners, unheard, tally)
    after = replace(
        pace,
        rate=half,
        threshold=threshold,
        paused_until=max(pace.paused_until, now + pause),
        unheard=unheard,
        trials=0,
        breaker=Breaker.OPEN if is_open else Breaker.CLOSED,
    )
    return _slowly(after, threshold) if pause or is_open else after


def _faster(pace: Pace) -> float:
    if pace.rate < pace.threshold:
        return min(pace.rate * 2, pace.threshold)
    return min(pace.manners.budget, pace.rate + pace.manners.budget * RECOVERY)


def _slowly(pace: Pace, threshold: float) -> Pace:
    least = pace.manners.budget * LEAST_SHARE
    return replace(pace, rate=max(threshold * SLOW_START, least), threshold=max(threshold, least))


def _pause(manners: Manners, unheard: int, tally: Tally) -> float:
    pause = 0.0
    if tally.throttled:
        asked_for = manners.first_pause if tally.retry_after is None else tally.retry_after
        pause = max(asked_for, manners.least_pause)
    if unheard >= BREAKER:
        pause = max(pause, min(manners.first_pause * 2.0 ** min(unheard - BREAKER, 30), manners.longest_pause))
    return pause

"""The rate limiter: how fast we may send requests to a host. A steady budget, within what the host allows.

The rate follows additive increase and multiplicative decrease (AIMD, Chiu and Jain 1989). After a pause it restarts
with TCP's slow start (Jacobson 1988): it doubles up to half of the rate that was too much, then grows by steps. We make
the pauses that the host asks for. After several batches without any answer a breaker opens: one request at a time finds
out whether the host is back. While our own network is down, the host is not blamed. Times are seconds since the epoch,
rates requests per second.
"""

from dataclasses import dataclass, replace
from enum import Enum

from actors.prober.model.answers import AnswerTally
from actors.prober.politeness.policy import PolitenessPolicy

BATCH_SECONDS = 2.0
SLOW_START_BATCH_SECONDS = 0.5
"""The duration of a batch, and of a batch during a slow start."""

MAX_BATCH_NAMES = 256
"""The most names in a batch."""

CATCH_UP_SECONDS = 2.0
"""A late batch may catch up on this much of the budget. What an idle time did not spend is lost."""

MIN_RATE_SHARE = 1 / 64
RECOVERY_SHARE = 1 / 30
"""Shares of the budget: the rate never falls below the first, and grows by the second with each good batch."""

SLOW_START_SHARE = 1 / 8
"""A slow start begins at this share of the threshold."""

SILENT_BATCHES_REPORTED = 2
"""Health reports this many batches in a row without any answer."""

SILENT_BATCHES_TO_OPEN = 5
"""This many batches in a row without any answer open the breaker."""

TRIALS_TO_CLOSE = 3
"""This many answered trials in a row close it."""

ERROR_SHARE_REQUESTS = 100
"""The share of errors is smoothed over this many requests."""

OFFLINE_PAUSE_SECONDS = 5.0
OFFLINE_PAUSE_LIMIT_SECONDS = 60.0
"""Pause before one request checks whether our network is back, doubled each time up to the limit."""


class BreakerState(Enum):
    """CLOSED: all is well. OPEN: no request until the pause is over, then a trial with one name. HALF_OPEN: some trials
    were answered, but not enough yet."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """The state of the rate limiter for one host. The rate doubles up to `threshold`. The next batch may start at
    `next_at`, but not before `paused_until`. `silent_batches` counts the batches without any answer since the last with
    one, `trials` the answered trials since the breaker opened, `offline` the attempts while our network was down;
    `error_share` is smoothed; `trouble_since` is when the current problem began, None if there is none."""

    policy: PolitenessPolicy
    rate: float
    threshold: float
    next_at: float
    paused_until: float
    silent_batches: int = 0
    trials: int = 0
    breaker: BreakerState = BreakerState.CLOSED
    error_share: float = 0.0
    offline: int = 0
    trouble_since: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Permission to start a batch of at most `size` names at `at`."""

    size: int
    at: float


def fresh(policy: PolitenessPolicy, now: float) -> RateLimit:
    """The rate limit for a new host."""
    return RateLimit(policy=policy, rate=policy.budget, threshold=policy.budget, next_at=now, paused_until=now)


def under(limit: RateLimit, policy: PolitenessPolicy) -> RateLimit:
    """The same rate limit under a new policy."""
    least = policy.budget * MIN_RATE_SHARE
    return replace(
        limit,
        policy=policy,
        rate=min(max(limit.rate, least), policy.budget),
        threshold=min(max(limit.threshold, least), policy.budget),
    )


def grant(limit: RateLimit) -> Grant:
    """When the next batch may start, and how large it may be: about two seconds at the rate, half a second in a slow
    start, one name for a trial."""
    seconds = SLOW_START_BATCH_SECONDS if limit.rate < limit.threshold else BATCH_SECONDS
    is_trial = limit.breaker is not BreakerState.CLOSED or limit.offline > 0
    size = 1 if is_trial else max(1, min(MAX_BATCH_NAMES, int(limit.rate * seconds)))
    return Grant(size=size, at=max(limit.next_at, limit.paused_until))


def spread(limit: RateLimit, names: int) -> float:
    """Seconds over which the requests of a batch are to be spread."""
    return names / limit.rate


def started(limit: RateLimit, names: int, jitter: float, now: float) -> RateLimit:
    """A batch of `names` starts now. `jitter`, 1 on average, varies the time until the next one."""
    return replace(limit, next_at=max(limit.next_at, now - CATCH_UP_SECONDS) + spread(limit, names) * jitter)


def charged(limit: RateLimit, requests: int) -> RateLimit:
    """Charge requests beyond the names: canaries, and GETs to a host that refuses HEAD."""
    return replace(limit, next_at=limit.next_at + requests / limit.rate)


def sustained(limit: RateLimit) -> float:
    """The rate to plan with for the next hour: the current rate, or in a slow start the threshold it will reach
    soon."""
    return max(limit.rate, limit.threshold)


def offline(limit: RateLimit, now: float) -> RateLimit:
    """No host could be reached: our own network is down, and the host is not to blame."""
    pause = min(OFFLINE_PAUSE_SECONDS * 2.0 ** min(limit.offline, 10), OFFLINE_PAUSE_LIMIT_SECONDS)
    return replace(
        limit,
        paused_until=max(limit.paused_until, now + pause),
        offline=limit.offline + 1,
        trouble_since=now if limit.offline == 0 else limit.trouble_since,
    )


def settled(limit: RateLimit, tally: AnswerTally, now: float) -> RateLimit:
    """After the answers of a batch."""
    if not tally.asked:
        return limit
    share = 1 - tally.answered / tally.asked
    if limit.offline:
        limit = _slowly(replace(limit, offline=0), limit.rate)
    after = _after_good(limit, tally) if share <= 0.5 and not tally.throttled else _after_bad(limit, tally, now)
    smoothed = limit.error_share + (share - limit.error_share) * min(1.0, tally.asked / ERROR_SHARE_REQUESTS)
    after = replace(after, error_share=smoothed)
    if not is_troubled(after, now):
        return replace(after, trouble_since=None)
    return replace(after, trouble_since=now) if after.trouble_since is None else after


def is_troubled(limit: RateLimit, now: float) -> bool:
    """Whether there is a problem that operators should know about."""
    closed = limit.breaker is BreakerState.CLOSED
    silent = limit.silent_batches >= SILENT_BATCHES_REPORTED
    return not closed or silent or limit.offline > 0 or limit.paused_until > now or limit.error_share > 0.5


def _after_good(limit: RateLimit, tally: AnswerTally) -> RateLimit:
    if limit.breaker is BreakerState.CLOSED:
        return replace(limit, rate=_faster(limit), silent_batches=0)
    trials = limit.trials + 1
    if trials < TRIALS_TO_CLOSE:
        return replace(limit, breaker=BreakerState.HALF_OPEN, trials=trials)
    return replace(limit, breaker=BreakerState.CLOSED, trials=0, silent_batches=0)


def _after_bad(limit: RateLimit, tally: AnswerTally, now: float) -> RateLimit:
    least = limit.policy.budget * MIN_RATE_SHARE
    half = max(limit.rate / 2, least)
    silent_batches = 0 if tally.answered else limit.silent_batches + 1
    # One outage lowers the threshold once, however many batches it takes. Only a throttle lowers it again.
    threshold = limit.threshold if silent_batches > 1 and not tally.throttled else half
    is_open = silent_batches >= SILENT_BATCHES_TO_OPEN or limit.breaker is not BreakerState.CLOSED
    pause = _pause(limit.policy, silent_batches, tally)
    after = replace(
        limit,
        rate=half,
        threshold=threshold,
        paused_until=max(limit.paused_until, now + pause),
        silent_batches=silent_batches,
        trials=0,
        breaker=BreakerState.OPEN if is_open else BreakerState.CLOSED,
    )
    return _slowly(after, threshold) if pause or is_open else after


def _faster(limit: RateLimit) -> float:
    if limit.rate < limit.threshold:
        return min(limit.rate * 2, limit.threshold)
    return min(limit.policy.budget, limit.rate + limit.policy.budget * RECOVERY_SHARE)


def _slowly(limit: RateLimit, threshold: float) -> RateLimit:
    least = limit.policy.budget * MIN_RATE_SHARE
    return replace(limit, rate=max(threshold * SLOW_START_SHARE, least), threshold=max(threshold, least))


def _pause(policy: PolitenessPolicy, silent_batches: int, tally: AnswerTally) -> float:
    pause = 0.0
    if tally.throttled:
        asked_for = policy.first_pause if tally.retry_after is None else tally.retry_after
        pause = max(asked_for, policy.least_pause)
    if silent_batches >= SILENT_BATCHES_TO_OPEN:
        pause = max(
            pause,
            min(policy.first_pause * 2.0 ** min(silent_batches - SILENT_BATCHES_TO_OPEN, 30), policy.longest_pause),
        )
    return pause

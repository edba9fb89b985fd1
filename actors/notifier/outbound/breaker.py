"""How Slack as a whole stands: whether calls may be made, and what health says. Pure.

While Slack is away or refuses the token, everybody waits; then one call at a time is tried until one is answered.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from actors.notifier.outbound.lifecycle import OutcomeCounter, SlackState, Step

MOST_IN_FLIGHT = 8
"""Calls on the way at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackBreaker:
    """`since` and `why` say when Slack stopped answering well; `misses` how often in a row it was away; no call is made
    before `closed_until`; the last pause of a single conversation, `limited`, lasts until `limited_until` (both on the
    loop's clock, in seconds)."""

    slack: SlackState = SlackState.ANSWERING
    since: datetime | None = None
    why: str = ""
    misses: int = 0
    closed_until: float = 0.0
    limited: str = ""
    limited_until: float = 0.0


def noted(breaker: SlackBreaker, recipient: str, step: Step, at: datetime, now: float) -> SlackBreaker:
    """What is known after a step of a message to `recipient`."""
    if step.slack is not SlackState.ANSWERING:
        return _not_answering(breaker, step, at, now)
    answering = replace(breaker, slack=SlackState.ANSWERING, since=None, why="", misses=0)
    return _limited(answering, recipient, step, now) if step.counter is OutcomeCounter.LIMITED else answering


def room(breaker: SlackBreaker, in_flight: int, now: float) -> int:
    """How many more calls may be made now."""
    if now < breaker.closed_until:
        return 0
    most = MOST_IN_FLIGHT if breaker.slack is SlackState.ANSWERING else 1
    return max(0, most - in_flight)


def reasons(breaker: SlackBreaker) -> tuple[str, ...]:
    """Why the notifier is degraded."""
    since = "" if breaker.since is None else breaker.since.strftime("%Y-%m-%dT%H:%M:%SZ")
    match breaker.slack:
        case SlackState.ANSWERING:
            return ()
        case SlackState.AWAY:
            return (f"Slack not reachable since {since}: {breaker.why}",)
        case SlackState.REFUSING:
            return (f"Slack refuses the token since {since}: {breaker.why}",)


def _not_answering(breaker: SlackBreaker, step: Step, at: datetime, now: float) -> SlackBreaker:
    # calls that were on the way together fail together: that is one miss
    misses = breaker.misses + 1 if now >= breaker.closed_until else breaker.misses
    return replace(
        breaker,
        slack=step.slack,
        since=breaker.since if breaker.slack is step.slack else at,
        why=step.reason,
        misses=misses,
        closed_until=max(breaker.closed_until, now + step.wait_all),
    )


def _limited(breaker: SlackBreaker, recipient: str, step: Step, now: float) -> SlackBreaker:
    """Slack does not say whether the conversation or the whole workspace is over its limit: when a second conversation
    is told to wait while a first one waits, it is the workspace."""
    until = now + step.wait
    if breaker.limited not in ("", recipient) and now < breaker.limited_until:
        return replace(breaker, closed_until=max(breaker.closed_until, until))
    return replace(breaker, limited=recipient, limited_until=until)

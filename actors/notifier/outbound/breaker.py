"""The circuit breaker for Slack as a whole: whether calls may be made, and what health reports. Pure.

While Slack is away, rejects the token or refuses every recipient, nothing is sent; then one call at a time is tried
until one succeeds.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from actors.notifier.model.outgoing import MessageState
from actors.notifier.outbound.retries import OutcomeCounter, SlackState, Step
from messages.health import HealthReason, ReasonCode

MAX_CALLS_IN_FLIGHT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackBreaker:
    """`since` and `why` say when and why Slack stopped working; `outages` counts the failures in a row; no call
    is made before `paused_until`. `limited` is the conversation that Slack last asked to pause, until `limited_until`
    (both times in seconds on the loop's clock)."""

    slack: SlackState = SlackState.ANSWERING
    since: datetime | None = None
    why: str = ""
    outages: int = 0
    paused_until: float = 0.0
    limited: str = ""
    limited_until: float = 0.0


def after_step(breaker: SlackBreaker, recipient: str, step: Step, at: datetime, now: float) -> SlackBreaker:
    """The breaker after a step of a message to `recipient`."""
    if step.slack is not SlackState.ANSWERING:
        return _not_answering(breaker, step, at, now)
    answering = replace(breaker, slack=SlackState.ANSWERING, since=None, why="", outages=0)
    # a pause of a search is about histories, not about posts
    is_limited_post = step.counter is OutcomeCounter.LIMITED and step.state is MessageState.QUEUED
    return _limited(answering, recipient, step, now) if is_limited_post else answering


def free_slots(breaker: SlackBreaker, in_flight: int, now: float) -> int:
    """How many more calls may be made now."""
    if now < breaker.paused_until:
        return 0
    limit = MAX_CALLS_IN_FLIGHT if breaker.slack is SlackState.ANSWERING else 1
    return max(0, limit - in_flight)


def reasons(breaker: SlackBreaker) -> tuple[HealthReason, ...]:
    """Why the notifier is degraded."""
    since = "" if breaker.since is None else breaker.since.strftime("%Y-%m-%dT%H:%M:%SZ")
    match breaker.slack:
        case SlackState.ANSWERING:
            return ()
        case SlackState.AWAY:
            text = f"Slack has been unreachable since {since}: {breaker.why}"
        case SlackState.REFUSING:
            text = f"Slack has rejected the token since {since}: {breaker.why}"
        case SlackState.DENYING:
            text = f"Slack has refused every recipient since {since}: {breaker.why}"
    fields = (("state", breaker.slack.value), ("since", since), ("why", breaker.why))
    return (HealthReason(code=ReasonCode.SLACK_UNUSABLE, subject="slack", text=text, fields=fields),)


def _not_answering(breaker: SlackBreaker, step: Step, at: datetime, now: float) -> SlackBreaker:
    # calls that were in flight together fail together: that counts as one outage
    outages = breaker.outages + 1 if now >= breaker.paused_until else breaker.outages
    return replace(
        breaker,
        slack=step.slack,
        since=breaker.since if breaker.slack is step.slack else at,
        why=step.reason,
        outages=outages,
        paused_until=max(breaker.paused_until, now + step.wait_all),
    )


def _limited(breaker: SlackBreaker, recipient: str, step: Step, now: float) -> SlackBreaker:
    """Slack does not say whether one conversation or the whole workspace is over its limit. If a second conversation
    has to pause while the first still does, it is the workspace."""
    until = now + step.wait
    if breaker.limited not in ("", recipient) and now < breaker.limited_until:
        return replace(breaker, paused_until=max(breaker.paused_until, until))
    return replace(breaker, limited=recipient, limited_until=until)

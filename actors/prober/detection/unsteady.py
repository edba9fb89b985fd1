"""Files that look different at each look: still being written, or served by servers that disagree, or by one that makes
up a date or a length for each answer.

A change counts when two looks agree on it. Two things need more. Where a server makes something up, that is left out,
and three looks must agree on the rest. Where only the ETag is different, several servers may be the reason: the old one
would come back sooner or later, so many looks must agree. Looks that agree on nothing come ever more rarely.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from actors.prober.detection.looks import RecheckDelays, RecheckOutcome
from actors.prober.model.observations import FileFacts, Observation, differences
from messages.drafts import Change

AGREED_LOOKS = 2
"""Looks in a row that must agree with the one before on what is different, if something else changes all the time."""

ETAG_LOOKS = 20
"""The same, if only the ETag is different. One of two servers answers so often in a row once in a million times."""

LONGEST_SHARE = 48
"""The longest time between two looks that agree on nothing, in `RecheckDelays.longest`: a day by default."""


def seen_again(
    observation: Observation,
    before: FileFacts,
    facts: FileFacts,
    known: FileFacts,
    now: datetime,
    delays: RecheckDelays,
) -> tuple[RecheckOutcome, Observation]:
    """Another look at a file that seemed to have changed: `before` at the look before, `known` when it was steady."""
    news = frozenset(differences(known, facts))
    if not news:
        return RecheckOutcome.DROPPED, observation
    moved = frozenset(differences(before, facts))
    settled = news - moved
    agreed = observation.agreed + 1 if settled else 0
    if agreed >= _needed(settled, moved | observation.unsteady if moved else frozenset()):
        return RecheckOutcome.CONFIRMED, replace(observation, facts=facts)
    is_fresh = not moved <= observation.unsteady
    return RecheckOutcome.AGAIN, _later(
        replace(
            observation,
            facts=facts,
            unsteady=observation.unsteady | moved,
            agreed=agreed,
            failed_attempts=0 if is_fresh and observation.unsteady else observation.failed_attempts + 1,
        ),
        delays.longest if settled else delays.longest * LONGEST_SHARE,
        now,
        delays,
    )


def _needed(settled: frozenset[Change], unsteady: frozenset[Change]) -> int:
    """How many looks in a row must agree with the one before."""
    if settled <= {Change.VALIDATOR}:
        return ETAG_LOOKS
    return AGREED_LOOKS if unsteady else 1


def _later(observation: Observation, longest: float, now: datetime, delays: RecheckDelays) -> Observation:
    wait = min(delays.confirm * 2.0 ** min(observation.failed_attempts, 30), max(longest, delays.confirm))
    return replace(observation, recheck_at=now + timedelta(seconds=wait))

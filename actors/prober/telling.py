"""What a change of drafts causes: the durable events, each with who is to get it. Pure.

A fresh draft that two looks and a canary have confirmed leaves by `of_batch`: what is to be known of it before it is
told belongs there.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from actors.prober import wording
from actors.prober.weighing import Decision
from messages.drafts import DraftsFound, DraftsPublished, DraftsUpdated, DraftsWithdrawn, Publication
from messages.notices import Audience, Notice, NotifyChannel, SummarizeForChannel

WATCHLIST = "watchlist"
NOTIFIER = "notifier"

Told = tuple[tuple[str, Any], ...]
"""Destinations, and the durable event for each."""


def of_batch(decision: Decision, host: str) -> Told:
    """What a batch causes: fresh drafts, updates and withdrawals to the watchlist and to the channel, suspicions to the
    operators."""
    told: list[tuple[str, Any]] = []
    if fresh := decision.absorbed.fresh:
        told.append((WATCHLIST, DraftsFound(drafts=fresh)))
        told.append(_channel(wording.found_notice(draft) for draft in fresh))
    if updates := decision.revised.updates:
        told.append((WATCHLIST, DraftsUpdated(updates=updates)))
        told.append(_channel(wording.updated_notice(update) for update in updates))
    if withdrawn := decision.revised.withdrawn:
        told.append((WATCHLIST, DraftsWithdrawn(drafts=withdrawn)))
        told.append(_channel(wording.withdrawn_notice(draft) for draft in withdrawn))
    if decision.suspicions:
        notices = tuple(wording.suspicion_notice(suspicion, host) for suspicion in decision.suspicions)
        told.append((NOTIFIER, NotifyChannel(audience=Audience.OPERATORS, notices=notices)))
    return tuple(told)


def of_publications(publications: tuple[Publication, ...]) -> Told:
    """What drafts cause that became papers."""
    if not publications:
        return ()
    channel = NotifyChannel(audience=Audience.READERS, notices=wording.published_notices(publications))
    return ((WATCHLIST, DraftsPublished(publications=publications)), (NOTIFIER, channel))


def of_catch_up(notices: tuple[Notice, ...], since: datetime | None) -> Told:
    """What the channel is told of a catch-up when it is over: one summary. `since` is when the index was last known."""
    if not notices:
        return ()
    return ((NOTIFIER, SummarizeForChannel(audience=Audience.READERS, since=since, notices=notices, more=0)),)


def _channel(notices: Iterable[Notice]) -> tuple[str, NotifyChannel]:
    return NOTIFIER, NotifyChannel(audience=Audience.READERS, notices=tuple(notices))

"""The durable events that a change of drafts causes, each with its destination. Pure.

A new draft that two looks and a canary have confirmed leaves through `of_reading`: with its front matter, or without it
once it has waited long enough. The catalog keeps drafts without the text of their front matter, so callers pass the
same drafts with text: whoever matches drafts wants it. The outbox splits events that are too big.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from actors.prober.announce import notices as wording
from actors.prober.detection.evaluate import BatchDecision
from actors.prober.frontmatter import queue
from messages.drafts import Draft, DraftsFound, DraftsPublished, DraftsRead, DraftsUpdated, DraftsWithdrawn, Publication
from messages.notices import Audience, Notice, NotifyChannel, SummarizeForChannel

WATCHLIST = "watchlist"
NOTIFIER = "notifier"

PendingEvents = tuple[tuple[str, Any], ...]
"""Pairs of a destination and a durable event for it."""


def drafts_of(decision: BatchDecision) -> tuple[Draft, ...]:
    """The drafts that `of_batch` announces."""
    return (*(update.draft for update in decision.updates), *decision.revised.withdrawn)


def of_batch(decision: BatchDecision, with_text: Iterable[Draft] = (), withheld: Container[str] = ()) -> PendingEvents:
    """What a batch causes apart from new drafts: updates and withdrawals, for the watchlist and for the channel. Of the
    drafts in `withheld`, by id, nobody has been told, so they are left out."""
    drafts = {draft.id: draft for draft in with_text}
    pending: list[tuple[str, Any]] = []
    if updates := tuple(update for update in decision.updates if update.draft.id not in withheld):
        updates = tuple(replace(update, draft=drafts.get(update.draft.id, update.draft)) for update in updates)
        pending.append((WATCHLIST, DraftsUpdated(updates=updates)))
        pending.append(_channel(wording.updated_notice(update) for update in updates))
    if withdrawn := tuple(draft for draft in decision.revised.withdrawn if draft.id not in withheld):
        pending.append((WATCHLIST, DraftsWithdrawn(drafts=tuple(drafts.get(draft.id, draft) for draft in withdrawn))))
        pending.append(_channel(wording.withdrawn_notice(draft) for draft in withdrawn))
    return tuple(pending)


def of_reading(decision: queue.FrontMatterDecision) -> PendingEvents:
    """What front matter causes, or the wait for it: new drafts for the watchlist and for the channel; what was read
    later for the watchlist alone."""
    pending: list[tuple[str, Any]] = []
    if drafts := decision.fresh:
        pending.append((WATCHLIST, DraftsFound(drafts=drafts)))
        pending.append(_channel(wording.found_notice(draft) for draft in drafts))
    if readings := decision.readings:
        pending.append((WATCHLIST, DraftsRead(readings=readings)))
    return tuple(pending)


def of_publications(publications: Sequence[Publication], with_text: Iterable[Draft] = ()) -> PendingEvents:
    """What drafts that became papers cause."""
    if not publications:
        return ()
    drafts = {draft.id: draft for draft in with_text}
    publications = tuple(replace(each, draft=drafts.get(each.draft.id, each.draft)) for each in publications)
    channel = NotifyChannel(audience=Audience.READERS, notices=wording.published_notices(publications))
    return ((WATCHLIST, DraftsPublished(publications=publications)), (NOTIFIER, channel))


def to_watchlist(pending: PendingEvents) -> PendingEvents:
    """Those for users: the channel hears of it otherwise."""
    return tuple((destination, event) for destination, event in pending if destination == WATCHLIST)


def of_catch_up(notices: tuple[Notice, ...], since: datetime | None) -> PendingEvents:
    """The one summary of a finished catch-up for the channel. `since` is when the index was last known."""
    if not notices:
        return ()
    return ((NOTIFIER, SummarizeForChannel(audience=Audience.READERS, since=since, notices=notices, more=0)),)


def _channel(notices: Iterable[Notice]) -> tuple[str, NotifyChannel]:
    return NOTIFIER, NotifyChannel(audience=Audience.READERS, notices=tuple(notices))

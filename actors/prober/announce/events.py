"""What a change of drafts causes: the durable events, each with who is to get it. Pure.

A fresh draft that two looks and a canary have confirmed leaves by `of_reading`: with its front matter, or when it has
waited for that long enough.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from actors.prober.announce import notices as wording
from actors.prober.detection.evaluate import Decision
from actors.prober.frontmatter import queue
from messages.drafts import DraftsFound, DraftsPublished, DraftsRead, DraftsUpdated, DraftsWithdrawn, Publication
from messages.notices import Audience, Notice, NotifyChannel, SummarizeForChannel

WATCHLIST = "watchlist"
NOTIFIER = "notifier"

MOST_READ_TOGETHER = 40

T = TypeVar("T")

Told = tuple[tuple[str, Any], ...]
"""Destinations, and the durable event for each."""


def of_batch(decision: Decision) -> Told:
    """What a batch causes but for fresh drafts: updates and withdrawals to the watchlist and to the channel."""
    told: list[tuple[str, Any]] = []
    if updates := decision.revised.updates:
        told.append((WATCHLIST, DraftsUpdated(updates=updates)))
        told.append(_channel(wording.updated_notice(update) for update in updates))
    if withdrawn := decision.revised.withdrawn:
        told.append((WATCHLIST, DraftsWithdrawn(drafts=withdrawn)))
        told.append(_channel(wording.withdrawn_notice(draft) for draft in withdrawn))
    return tuple(told)


def of_reading(decision: queue.Told) -> Told:
    """What front matter causes, or the wait for it: fresh drafts to the watchlist and to the channel, what was read
    later to the watchlist alone."""
    told: list[tuple[str, Any]] = []
    for drafts in _chunks(decision.fresh):
        told.append((WATCHLIST, DraftsFound(drafts=drafts)))
        told.append(_channel(wording.found_notice(draft) for draft in drafts))
    told += ((WATCHLIST, DraftsRead(readings=several)) for several in _chunks(decision.readings))
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


def _chunks(items: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    """So that a message stays far below a megabyte: a draft's first words are up to 12,000 characters."""
    return (items[start : start + MOST_READ_TOGETHER] for start in range(0, len(items), MOST_READ_TOGETHER))


def _channel(notices: Iterable[Notice]) -> tuple[str, NotifyChannel]:
    return NOTIFIER, NotifyChannel(audience=Audience.READERS, notices=tuple(notices))

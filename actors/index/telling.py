"""Emits the events of what was applied and is not told yet, in the actor's transaction."""

from datetime import datetime

from actors.index.announce.events import MOST_ADDED, SyncOccasion, closing, ending, next_events
from actors.index.storage import pages, store
from actors.runtime.delivery.durable import Tx


def tell_some(tx: Tx, before: store.SyncProgress, now: datetime) -> store.SyncProgress:
    """Emit the next events, the mailings and the end of a catch-up with the last ones. Returns how far that is."""
    reason = SyncOccasion(occasion=before.occasion, since=before.since)
    telling = next_events(store.untold(tx.cursor, MOST_ADDED), reason.occasion)
    mailings = pages.published_mailings(tx.cursor, before.applied)
    telling = closing(telling, before.told, before.news, reason, now, mailings)
    for destination, event in telling.events:
        tx.emit(destination, event)
    return store.tell(tx.cursor, telling.covered)


def end_telling(tx: Tx, reason: SyncOccasion, now: datetime) -> None:
    """Emit the end of a sync that has no news of papers."""
    mailings = pages.published_mailings(tx.cursor, store.progress(tx.cursor).applied)
    for destination, event in ending(reason, now, mailings):
        tx.emit(destination, event)

"""The WatchlistActor.

Owns: every user's watch entries and the matcher compiled from them. Accepts: AddWatch, RemoveWatch, ListWatches;
PapersAdded, PapersChanged, CaughtUp, DraftsFound, DraftsRead, DraftsUpdated, DraftsWithdrawn, DraftsPublished
(durable). Emits: NotifyUser to the notifier, one a user and event, after a catch-up SummarizeForUser, and
WatchedNumbers to the prober (all durable); replies to commands. On failure: tables and matcher stay as they were; a
command without a reply may be given again.
"""

from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime.durable import DurableActor, Tx
from actors.watchlist import store, telling
from actors.watchlist.entries import MOST_ENTRIES, NoEntry, Wish, clean_name, paper_number, parse, refusal_of_user
from actors.watchlist.matching import Matcher
from messages.drafts import DraftsFound, DraftsPublished, DraftsRead, DraftsUpdated, DraftsWithdrawn, WatchedNumbers
from messages.health import SnapshotRequest, WatchlistSnapshot
from messages.notices import NotifyUser, SummarizeForUser
from messages.papers import CaughtUp, Occasion, PapersAdded, PapersChanged
from messages.watching import (
    WATCHLIST_ACCEPTS,
    AddWatch,
    ListWatches,
    RefusalReason,
    RemoveWatch,
    WatchAdded,
    WatchEntry,
    WatchesListed,
    WatchRefused,
    WatchRemoved,
)

MOST_SUMMARIZED = 500
"""Notices in one summary: more ids do not go into one message."""


class WatchlistActor(DurableActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = WATCHLIST_ACCEPTS
    SCHEMA: ClassVar[str] = "watchlist"
    MIGRATIONS: ClassVar[str] = "actors.watchlist.migrations"
    DESTINATIONS: ClassVar[tuple[str, ...]] = ("notifier", "prober")

    def __init__(self) -> None:
        super().__init__()
        self._matcher = Matcher()

    # --- start

    def load(self, tx: Tx) -> None:
        """Compile the matcher from the table."""
        matcher = Matcher()
        for user, kind, key, text in store.everything(tx.cursor):
            matcher.add(user, kind, key, text)
        self._matcher = matcher

    # --- commands

    def receiveMsg_AddWatch(self, command: AddWatch, sender: ActorAddress) -> None:
        """Add an entry, or say why not."""
        with self.transaction() as tx:
            decision = self._weigh_addition(command)
            if isinstance(decision, NoEntry):
                reply: WatchAdded | WatchRefused = _refused(command.request_id, decision)
            else:
                self._add(tx, decision)
                reply = WatchAdded(request_id=command.request_id, entry=decision)
        self.send(sender, reply)

    def receiveMsg_RemoveWatch(self, command: RemoveWatch, sender: ActorAddress) -> None:
        """Remove an entry, or say why not."""
        with self.transaction() as tx:
            decision = self._weigh_removal(command)
            if isinstance(decision, NoEntry):
                reply: WatchRemoved | WatchRefused = _refused(command.request_id, decision)
            else:
                reply = WatchRemoved(request_id=command.request_id, entry=self._remove(tx, command.user, decision))
        self.send(sender, reply)

    def receiveMsg_ListWatches(self, query: ListWatches, sender: ActorAddress) -> None:
        """All entries of a user."""
        if (refusal := refusal_of_user(query.user)) is not None:
            self.send(sender, _refused(query.request_id, refusal))
            return
        with self.transaction() as tx:
            entries = store.of_user(tx.cursor, query.user)
        self.send(sender, WatchesListed(request_id=query.request_id, entries=entries))

    def _weigh_addition(self, command: AddWatch) -> WatchEntry | NoEntry:
        wish = refusal_of_user(command.user) or parse(command.text)
        if isinstance(wish, NoEntry):
            return wish
        known = self._matcher.watchers(wish.kind, wish.key).get(command.user)
        if known is not None:
            return NoEntry(reason=RefusalReason.ALREADY_WATCHED, detail=f"“{known}” is watched already.")
        if self._matcher.count_of(command.user) >= MOST_ENTRIES:
            detail = f"{MOST_ENTRIES:,} entries are the most that a user may have: remove some first."
            return NoEntry(reason=RefusalReason.TOO_MANY, detail=detail)
        return WatchEntry(
            user=command.user,
            kind=wish.kind,
            key=wish.key,
            text=wish.text,
            added_at=self.now(),
            added_by=clean_name(command.by) or command.user,
        )

    def _weigh_removal(self, command: RemoveWatch) -> Wish | NoEntry:
        wish = refusal_of_user(command.user) or parse(command.text)
        if isinstance(wish, Wish) and command.user not in self._matcher.watchers(wish.kind, wish.key):
            return NoEntry(reason=RefusalReason.NOT_WATCHED, detail=f"“{wish.text}” is not watched.")
        return wish

    def _add(self, tx: Tx, entry: WatchEntry) -> None:
        store.add(tx.cursor, entry)
        number = paper_number(entry.kind, entry.key)
        if number is not None and not self._matcher.watchers(entry.kind, entry.key):
            tx.emit("prober", WatchedNumbers(added=(number,), removed=()))
        tx.after_commit(lambda: self._matcher.add(entry.user, entry.kind, entry.key, entry.text))

    def _remove(self, tx: Tx, user: str, wish: Wish) -> WatchEntry:
        number = paper_number(wish.kind, wish.key)
        if number is not None and len(self._matcher.watchers(wish.kind, wish.key)) == 1:
            tx.emit("prober", WatchedNumbers(added=(), removed=(number,)))
        tx.after_commit(lambda: self._matcher.remove(user, wish.kind, wish.key))
        return store.remove(tx.cursor, user, wish.kind, wish.key)

    # --- events

    def take_PapersAdded(self, event: PapersAdded, tx: Tx) -> None:
        """New entries of the index; the first sync of an empty database is no news."""
        if event.occasion is not Occasion.FIRST_SYNC:
            self._notify(tx, telling.of_papers(self._matcher, event.papers), event.occasion)

    def take_PapersChanged(self, event: PapersChanged, tx: Tx) -> None:
        """Entries of the index that changed."""
        self._notify(tx, telling.of_changes(self._matcher, event.changes), event.occasion)

    def take_CaughtUp(self, event: CaughtUp, tx: Tx) -> None:
        """The end of a catch-up: each user gets one summary of it."""
        for user, (notices, more) in store.take_gathered(tx.cursor, MOST_SUMMARIZED).items():
            tx.emit("notifier", SummarizeForUser(user=user, since=event.since, notices=notices, more=more))

    def take_DraftsFound(self, event: DraftsFound, tx: Tx) -> None:
        """Fresh drafts."""
        self._notify(tx, telling.of_drafts(self._matcher, event.drafts))

    def take_DraftsRead(self, event: DraftsRead, tx: Tx) -> None:
        """Drafts that were told of before, with front matter."""
        self._notify(tx, telling.of_readings(self._matcher, event.readings))

    def take_DraftsUpdated(self, event: DraftsUpdated, tx: Tx) -> None:
        """Drafts whose files were replaced."""
        self._notify(tx, telling.of_updates(self._matcher, event.updates))

    def take_DraftsWithdrawn(self, event: DraftsWithdrawn, tx: Tx) -> None:
        """Drafts that are gone."""
        self._notify(tx, telling.of_withdrawals(self._matcher, event.drafts))

    def take_DraftsPublished(self, event: DraftsPublished, tx: Tx) -> None:
        """Drafts that became papers."""
        self._notify(tx, telling.of_publications(self._matcher, event.publications))

    def _notify(self, tx: Tx, batches: tuple[NotifyUser, ...], occasion: Occasion = Occasion.NEWS) -> None:
        if occasion is Occasion.CATCH_UP:
            store.gather(tx.cursor, batches)
            return
        for batch in batches:
            tx.emit("notifier", batch)
        tx.after_commit(lambda: self.count("notified", len(batches)))

    # --- queries

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """How many watch how much."""
        snapshot = WatchlistSnapshot(
            request_id=request.request_id,
            vitals=self.vitals(),
            users=self._matcher.users,
            entries=self._matcher.entries,
        )
        self.send(sender, snapshot)


def _refused(request_id: str, refusal: NoEntry) -> WatchRefused:
    return WatchRefused(request_id=request_id, reason=refusal.reason, detail=refusal.detail)

"""The WatchlistActor.

Owns: every user's entries, mutes and preferences, what they were told, the matcher compiled from the entries, and the
last year's papers. Accepts: UserCommand, PapersAdded, PapersChanged, CaughtUp, DraftsFound, DraftsRead, DraftsUpdated,
DraftsWithdrawn, DraftsPublished (durable); OperatorCommand, AddWatch, RemoveWatch, ListWatches; the replies of those
whom it asks for a user. Emits: to the notifier NotifyUser, one a user and event, after a catch-up SummarizeForUser,
CommandAnswered, PreferencesChanged, UserForgotten; to the prober WatchedNumbers (all durable); queries to index,
prober, health and notifier; replies to commands. On failure: tables and memory stay as they were; a command without a
reply may be given again.
"""

from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime.durable import Tx
from actors.watchlist import single, store
from actors.watchlist.commands.standing import Asker, Changes, Standing
from actors.watchlist.entries import NoEntry, refusal_of_user
from actors.watchlist.filling import FillingActor
from actors.watchlist.telling import as_told
from messages.drafts import DraftsFound, DraftsPublished, DraftsRead, DraftsUpdated, DraftsWithdrawn
from messages.health import SnapshotRequest, WatchlistSnapshot
from messages.papers import CaughtUp, Occasion, PapersAdded, PapersChanged
from messages.watching import (
    WATCHLIST_ACCEPTS,
    AddWatch,
    ListWatches,
    RemoveWatch,
    WatchAdded,
    WatchesListed,
    WatchRefused,
    WatchRemoved,
)


class WatchlistActor(FillingActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = WATCHLIST_ACCEPTS
    SCHEMA: ClassVar[str] = "watchlist"
    MIGRATIONS: ClassVar[str] = "actors.watchlist.migrations"
    DESTINATIONS: ClassVar[tuple[str, ...]] = ("notifier", "prober")

    # --- commands on single entries

    def receiveMsg_AddWatch(self, command: AddWatch, sender: ActorAddress) -> None:
        """Add an entry, or say why not."""
        with self.transaction() as tx:
            standing = self._standing_of(tx, command)
            decision = single.addition(command, standing, self.now())
            if isinstance(decision, NoEntry):
                reply: WatchAdded | WatchRefused = _refused(command.request_id, decision)
            else:
                self.change(tx, standing, Changes(add=(decision,)))
                reply = WatchAdded(request_id=command.request_id, entry=decision)
        self.send(sender, reply)

    def receiveMsg_RemoveWatch(self, command: RemoveWatch, sender: ActorAddress) -> None:
        """Remove an entry, or say why not."""
        with self.transaction() as tx:
            standing = self._standing_of(tx, command)
            decision = single.removal(command, standing)
            if isinstance(decision, NoEntry):
                reply: WatchRemoved | WatchRefused = _refused(command.request_id, decision)
            else:
                self.change(tx, standing, Changes(remove=((decision.kind, decision.key),)))
                reply = WatchRemoved(request_id=command.request_id, entry=decision)
        self.send(sender, reply)

    def receiveMsg_ListWatches(self, query: ListWatches, sender: ActorAddress) -> None:
        """All entries of a user."""
        if (refusal := refusal_of_user(query.user)) is not None:
            self.send(sender, _refused(query.request_id, refusal))
            return
        with self.transaction() as tx:
            entries = store.of_user(tx.cursor, query.user)
        self.send(sender, WatchesListed(request_id=query.request_id, entries=entries))

    def _standing_of(self, tx: Tx, command: AddWatch | RemoveWatch) -> Standing:
        known = store.of_user(tx.cursor, command.user) if refusal_of_user(command.user) is None else ()
        return Standing(
            user=command.user, asker=Asker.OPERATOR, by=command.by, entries=known, mutes=(), preferences=None
        )

    # --- events

    def take_PapersAdded(self, event: PapersAdded, tx: Tx) -> None:
        """New entries of the index; the first sync of an empty database is no news."""
        self.shelve(event.papers, tx)
        if event.occasion is not Occasion.FIRST_SYNC:
            self.announce(event, tx)

    def take_PapersChanged(self, event: PapersChanged, tx: Tx) -> None:
        """Entries of the index that changed."""
        self.shelve((change.after for change in event.changes), tx)
        self.announce(event, tx)

    def take_CaughtUp(self, event: CaughtUp, tx: Tx) -> None:
        """The end of a catch-up: each user gets one summary of it."""
        self.announce(event, tx)

    def take_DraftsFound(self, event: DraftsFound, tx: Tx) -> None:
        """Fresh drafts."""
        self.learn_audiences(event.drafts, tx)
        self.announce(event, tx)

    def take_DraftsRead(self, event: DraftsRead, tx: Tx) -> None:
        """Drafts that were told of before, with front matter."""
        self.announce(as_told(event, self._memory.audiences), tx)
        self.learn_audiences((reading.draft for reading in event.readings), tx)

    def take_DraftsUpdated(self, event: DraftsUpdated, tx: Tx) -> None:
        """Drafts whose files were replaced."""
        self.learn_audiences((update.draft for update in event.updates), tx)
        self.announce(event, tx)

    def take_DraftsWithdrawn(self, event: DraftsWithdrawn, tx: Tx) -> None:
        """Drafts that are gone."""
        self.announce(event, tx)

    def take_DraftsPublished(self, event: DraftsPublished, tx: Tx) -> None:
        """Drafts that became papers."""
        self.announce(event, tx)

    # --- queries

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """How many watch how much."""
        snapshot = WatchlistSnapshot(
            request_id=request.request_id,
            vitals=self.vitals(),
            users=self._memory.matcher.users,
            entries=self._memory.matcher.entries,
        )
        self.send(sender, snapshot)


def _refused(request_id: str, refusal: NoEntry) -> WatchRefused:
    return WatchRefused(request_id=request_id, reason=refusal.reason, detail=refusal.detail)

"""The WatchlistActor.

Owns: every user's entries, mutes and preferences, what they were told, the matcher compiled from the entries, and the
last year's papers. Accepts: UserCommand, PapersAdded, PapersChanged, CaughtUp, DraftsFound, DraftsRead, DraftsUpdated,
DraftsWithdrawn, DraftsPublished (durable); OperatorCommand; the replies of those whom it asks for a user. Emits: to the
notifier NotifyUser, one a user and event, after a catch-up SummarizeForUser, CommandAnswered, PreferencesChanged,
UserForgotten; to the prober WatchedNumbers (all durable); queries to index, prober, health and notifier; replies to
commands. On failure: tables and memory stay as they were; a command without a reply may be given again.
"""

from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime.delivery.durable import Tx
from actors.watchlist.matching.news import as_told
from actors.watchlist.services.recent_papers import FillingActor
from messages.drafts import DraftsFound, DraftsPublished, DraftsRead, DraftsUpdated, DraftsWithdrawn
from messages.health import SnapshotRequest, WatchlistSnapshot
from messages.papers import CaughtUp, Occasion, PapersAdded, PapersChanged
from messages.watchlist import WATCHLIST_ACCEPTS


class WatchlistActor(FillingActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = WATCHLIST_ACCEPTS
    SCHEMA: ClassVar[str] = "watchlist"
    MIGRATIONS: ClassVar[str] = "actors.watchlist.storage.migrations"
    DESTINATIONS: ClassVar[tuple[str, ...]] = ("notifier", "prober")

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
            status=self.status(),
            users=self._memory.matcher.users,
            entries=self._memory.matcher.entries,
        )
        self.send(sender, snapshot)

"""The IndexActor: keeps what all sources say of papers, and tells what is new in it."""

from collections.abc import Callable, Sequence
from typing import Any

import httpx
import msgspec
from thespian.actors import ActorAddress

from actors.index import answers
from actors.index.cycle import FetchCycle
from actors.index.fetch.registry import open_sources
from actors.index.fetch.source import Source
from actors.index.storage import records, store
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from messages.health import IndexSnapshot, SnapshotRequest
from messages.index import INDEX_ACCEPTS
from messages.lifecycle import Begin
from messages.papers import AllPapersQuery, PaperQuery, RecentPapersQuery, YearOfPapersQuery
from messages.reading import PapersPageQuery
from messages.settings import IndexSettings, Settings
from messages.sources import AcceptHeldPages, HeldPagesQuery, RecentMailingsQuery, SourcesQuery


class IndexActor(DurableActor):
    """Owns the schema `index`: what each source says, the papers merged from it, the mailings, and the validators and
    connections of the sources. `FetchCycle` asks them in turn.

    Accepts RecentPapersQuery, PaperQuery, YearOfPapersQuery, AllPapersQuery, PapersPageQuery, SourcesQuery,
    AcceptHeldPages and SnapshotRequest; emits PapersAdded, PapersChanged and CaughtUp to prober and watchlist,
    MailingPublished to the watchlist, and SomethingNew (not durable) to health. On failure the stored papers stay, and
    health says since when and why.
    """

    ACCEPTS = INDEX_ACCEPTS
    SCHEMA = "index"
    MIGRATIONS = "actors.index.storage.migrations"
    DESTINATIONS = ("prober", "watchlist")

    def __init__(self) -> None:
        super().__init__()
        self._cycle = FetchCycle(self)

    # --- life

    def load(self, tx: Tx) -> None:
        """Read how far the index has come."""
        self._cycle.load(tx)

    def begin(self, begin: Begin) -> str:
        """Open the clients and begin the first round."""
        self._cycle.begin(self.open_sources())
        return ""

    def begins_again_for(self, settings: Settings) -> bool:
        """The clients of the sources are made for where they ask, how often, and as whom."""
        return _asked_for(settings) != _asked_for(self.settings)

    def open_sources(self, transport: httpx.AsyncBaseTransport | None = None) -> Sequence[Source]:
        """The clients of the sources, over `transport` where that is not the network."""
        return open_sources(self.settings, transport)

    def drain(self) -> None:
        """Abandon the round: what it staged does not count; what it applied is told after the next start."""
        self._cycle.stop()
        self.drained()

    def close(self) -> None:
        """Close the clients."""
        self._cycle.stop()
        self.finish(self._cycle.close())

    def expire(self, tx: Tx) -> int:
        """Versions of entries, and of what sources say, that nobody needs."""
        seconds = self.settings.retention.versions
        own = store.expire(tx.cursor, seconds, EXPIRY_BATCH_ROWS) + records.expire(
            tx.cursor, seconds, EXPIRY_BATCH_ROWS
        )
        return super().expire(tx) + own

    # --- queries

    def receiveMsg_RecentPapersQuery(self, query: RecentPapersQuery, sender: ActorAddress) -> None:
        """Answer with the newest news."""
        self._reply(sender, lambda tx: answers.recent(tx.cursor, query, self.now().date()))

    def receiveMsg_PaperQuery(self, query: PaperQuery, sender: ActorAddress) -> None:
        """Answer with all revisions of a number."""
        self._reply(sender, lambda tx: answers.of_number(tx.cursor, query))

    def receiveMsg_YearOfPapersQuery(self, query: YearOfPapersQuery, sender: ActorAddress) -> None:
        """Answer with the next entries of the last year."""
        self._reply(sender, lambda tx: answers.of_last_year(tx.cursor, query, self._cycle.progress.synced_at))

    def receiveMsg_AllPapersQuery(self, query: AllPapersQuery, sender: ActorAddress) -> None:
        """Answer with the next entries."""
        self._reply(sender, lambda tx: answers.all_papers(tx.cursor, query, self._cycle.progress.synced_at))

    def receiveMsg_PapersPageQuery(self, query: PapersPageQuery, sender: ActorAddress) -> None:
        """Answer with the next entries by date."""
        self._reply(sender, lambda tx: answers.page(tx.cursor, query, self._cycle.progress.synced_at))

    def _reply(self, sender: ActorAddress, answer: Callable[[Tx], Any]) -> None:
        def reply() -> None:
            with self.transaction() as tx:
                found = answer(tx)
            self.send(sender, found)

        self.soon(reply)

    def receiveMsg_SourcesQuery(self, query: SourcesQuery, sender: ActorAddress) -> None:
        """Answer with what each source says of a number."""
        with self.transaction() as tx:
            reply = answers.of_sources(tx.cursor, query)
        self.send(sender, reply)

    def receiveMsg_RecentMailingsQuery(self, query: RecentMailingsQuery, sender: ActorAddress) -> None:
        """Answer with the newest mailings."""
        with self.transaction() as tx:
            reply = answers.recent_mailings(tx.cursor, query)
        self.send(sender, reply)

    def receiveMsg_HeldPagesQuery(self, query: HeldPagesQuery, sender: ActorAddress) -> None:
        """Answer with the pages that are not believed."""
        self.send(sender, answers.held_pages(query.request_id, self._cycle.held()))

    def receiveMsg_AcceptHeldPages(self, command: AcceptHeldPages, sender: ActorAddress) -> None:
        """Believe them."""
        states = [state for state in self._cycle.held() if command.source in ("", state.source)]
        with self.transaction() as tx:
            self._cycle.accept(states, tx)
        self.send(sender, answers.held_pages(command.request_id, states))

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """Answer from memory."""
        snapshot = IndexSnapshot(
            request_id=request.request_id,
            status=self.status(*self._cycle.reasons()),
            entries=self._cycle.entries,
            papers=self._cycle.papers,
            synced_at=self._cycle.progress.synced_at,
            failing_since=self._cycle.failing_since,
            activity=self._cycle.activity(),
        )
        self.send(sender, snapshot)


def _asked_for(settings: Settings) -> tuple[Any, ...]:
    """What the clients of the sources are made of. `hold_for` is read where it is used."""
    index = msgspec.structs.replace(settings.index, hold_for=IndexSettings().hold_for)
    agent = settings.prober.contact, settings.network.redirect_hosts
    return index, settings.open_std, settings.paper_tracker, agent

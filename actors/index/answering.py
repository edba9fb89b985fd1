"""The part of the IndexActor that answers who asks for papers."""

from thespian.actors import ActorAddress

from actors.index import store
from actors.index.telling import PROBED
from actors.runtime.delivery.durable import DurableActor
from messages.papers import (
    PaperQuery,
    PaperReply,
    RecentPapersQuery,
    RecentPapersReply,
    YearOfPapersQuery,
    YearOfPapersReply,
)

MOST_RECENT = 1000
"""Entries in one RecentPapersReply or YearOfPapersReply, however many were asked for."""

MOST_REVISIONS = 200
"""Entries of one number in a reply."""


class AnsweringActor(DurableActor):
    """Each answer is one short transaction."""

    def __init__(self) -> None:
        super().__init__()
        self._progress: store.Progress

    def receiveMsg_RecentPapersQuery(self, query: RecentPapersQuery, sender: ActorAddress) -> None:
        """Answer with the newest news."""
        with self.transaction() as tx:
            papers = store.recent(tx.cursor, min(max(query.limit, 0), MOST_RECENT))
        self.send(sender, RecentPapersReply(request_id=query.request_id, papers=papers))

    def receiveMsg_PaperQuery(self, query: PaperQuery, sender: ActorAddress) -> None:
        """Answer with all revisions of a number."""
        kinds = PROBED if query.kind in PROBED else (query.kind,)
        with self.transaction() as tx:
            papers = store.of_number(tx.cursor, tuple(kinds), query.number, MOST_REVISIONS)
        self.send(sender, PaperReply(request_id=query.request_id, papers=papers))

    def receiveMsg_YearOfPapersQuery(self, query: YearOfPapersQuery, sender: ActorAddress) -> None:
        """Answer with the next entries of the last year."""
        with self.transaction() as tx:
            papers = store.of_last_year(tx.cursor, query.today, query.after, min(max(query.limit, 0), MOST_RECENT))
        synced_at = self._progress.synced_at
        self.send(sender, YearOfPapersReply(request_id=query.request_id, papers=papers, synced_at=synced_at))

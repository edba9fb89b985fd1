"""The part of the WatchlistActor that keeps the last year's papers: taken over from the index once, then kept up by
its news."""

from collections.abc import Iterable
from typing import Any

from thespian.actors import ActorAddress

from actors.runtime.delivery.durable import Tx
from actors.runtime.delivery.keeping import CHUNK
from actors.watchlist.matching.entries import number_key
from actors.watchlist.matching.news import audiences_of
from actors.watchlist.model.recent_papers import YEAR
from actors.watchlist.services.commands import AnsweringActor
from actors.watchlist.storage import news, people, recent_papers
from messages.drafts import Draft
from messages.papers import Paper, PaperKind, YearOfPapersQuery, YearOfPapersReply

PAGE = 200
"""Papers asked for at a time: about 10 ms to take."""

ASK_AGAIN = 1.0
ASK_AGAIN_LIMIT = 60.0
"""Seconds after which the index is asked again that is not loaded, or does not answer, doubled each time."""

HISTORY = 400 * 86400.0
"""Seconds for which it is remembered who was told of what."""


class FillingActor(AnsweringActor):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self._is_filled = False
        self._after = ""
        self._pause = ASK_AGAIN
        self._asking: Any = None

    def load(self, tx: Tx) -> None:
        """And whether the papers were taken over."""
        super().load(tx)
        self._is_filled = recent_papers.filled_at(tx.cursor) is not None
        self._memory.recent_papers.is_filled = self._is_filled

    def introduced(self) -> None:
        """Ask the index, if it was not asked yet."""
        super().introduced()
        if not self._is_filled and self._asking is None:
            self._ask_for_papers()

    def expire(self, tx: Tx) -> int:
        """Papers of another year, what users were told long ago, and mutes that are over."""
        gone = recent_papers.expire(tx.cursor, YEAR.days, CHUNK) + self._expire_mutes(tx)
        return super().expire(tx) + gone + news.expire(tx.cursor, HISTORY, CHUNK)

    def _expire_mutes(self, tx: Tx) -> int:
        over = people.expire_mutes(tx.cursor, CHUNK)
        tx.after_commit(lambda: self._memory.let_go(over))
        return len(over)

    def shelve(self, papers: Iterable[Paper], tx: Tx) -> None:
        """Keep those of the last year."""
        volumes = self._memory.recent_papers.from_last_year(papers, self.now().date())
        recent_papers.put(tx.cursor, volumes)
        tx.after_commit(lambda: self._memory.recent_papers.put(volumes))

    def learn_audiences(self, drafts: Iterable[Draft], tx: Tx) -> None:
        """A paper is for the groups that its newest draft names."""
        learnt = {number_key(PaperKind.P, draft.number): audiences_of(draft) for draft in drafts}
        learnt = {subject: audiences for subject, audiences in learnt.items() if audiences}
        for subject, audiences in learnt.items():
            recent_papers.address(tx.cursor, subject, audiences)
        tx.after_commit(lambda: self._memory.audiences.update(learnt))

    def receiveMsg_YearOfPapersReply(self, reply: YearOfPapersReply, sender: ActorAddress) -> None:
        """The next page, or that there is none yet."""
        if self._is_filled or reply.request_id != self._request_id():
            self.count("late_replies")
            return
        if reply.synced_at is None:
            return
        is_last = len(reply.papers) < PAGE
        with self.transaction() as tx:
            self.shelve(reply.papers, tx)
            if is_last:
                recent_papers.fill(tx.cursor, self.now())
        self.count("papers_taken_over", len(reply.papers))
        self._is_filled = self._memory.recent_papers.is_filled = is_last
        self._after = reply.papers[-1].id if reply.papers else self._after
        self._asking.cancel()
        if not is_last:
            self._pause = ASK_AGAIN
            self._ask_for_papers()

    def _ask_for_papers(self) -> None:
        if self._is_filled:
            return
        self._asking = self.after(self._pause, self._ask_for_papers)
        self._pause = min(self._pause * 2, ASK_AGAIN_LIMIT)
        today = self.now().date()
        query = YearOfPapersQuery(request_id=self._request_id(), today=today, after=self._after, limit=PAGE)
        if (address := self.address_of("index")) is not None:
            self.send(address, query)

    def _request_id(self) -> str:
        return f"papers after {self._after}"

"""Keeps the last year's papers: loaded from the index once, then kept up to date by its events."""

from collections.abc import Iterable
from typing import Any

from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from actors.watchlist.matching.entries import number_key
from actors.watchlist.matching.news import audiences_of
from actors.watchlist.model.recent_papers import YEAR
from actors.watchlist.state import WatchlistState
from actors.watchlist.storage import recent_papers
from messages.drafts import Draft
from messages.papers import Paper, PaperKind, YearOfPapersQuery, YearOfPapersReply

PAGE_PAPERS = 200
"""Papers in one reply: about 10 ms to store."""

RETRY_SECONDS = 1.0
MAX_RETRY_SECONDS = 60.0
"""When the index is asked again if it is not loaded or does not answer; the delay doubles each time."""


class RecentPapersKeeper:
    """Owned by the WatchlistActor."""

    def __init__(self, actor: DurableActor, state: WatchlistState) -> None:
        self._actor = actor
        self._state = state
        self._after = ""
        self._delay = RETRY_SECONDS
        self._timer: Any = None

    def begin_loading(self) -> None:
        """Ask the index for the papers unless they are loaded or being loaded."""
        if self._timer is None:
            self._ask_for_page()

    def take_page(self, reply: YearOfPapersReply) -> None:
        """Store a page and ask for the next. The index may also say that it has not synced yet."""
        if self._state.recent_papers.is_loaded or reply.request_id != self._request_id():
            self._actor.count("late_replies")
            return
        if reply.synced_at is None:
            return
        is_last = len(reply.papers) < PAGE_PAPERS
        with self._actor.transaction() as tx:
            self.keep(reply.papers, tx)
            if is_last:
                recent_papers.mark_loaded(tx.cursor, self._actor.now())
                tx.after_commit(self._loaded)
        self._actor.count("papers_taken_over", len(reply.papers))
        self._timer.cancel()
        if not is_last:
            self._after = reply.papers[-1].id
            self._delay = RETRY_SECONDS
            self._ask_for_page()

    def keep(self, papers: Iterable[Paper], tx: Tx) -> None:
        """Store those of the papers that belong to the last year."""
        cached = self._state.recent_papers.from_last_year(papers, self._actor.now().date())
        recent_papers.save_papers(tx.cursor, cached)
        tx.after_commit(lambda: self._state.recent_papers.put(cached))

    def learn_audiences(self, drafts: Iterable[Draft], tx: Tx) -> None:
        """Store the audiences that drafts name: those of a number's newest draft count."""
        named = {number_key(PaperKind.P, draft.number): audiences_of(draft) for draft in drafts}
        named = {subject: audiences for subject, audiences in named.items() if audiences}
        for subject, audiences in named.items():
            recent_papers.save_audiences(tx.cursor, subject, audiences)
        tx.after_commit(lambda: self._state.audiences.update(named))

    def expire(self, tx: Tx) -> int:
        """Delete part of the papers that are too old; how many."""
        return recent_papers.expire(tx.cursor, YEAR.days, EXPIRY_BATCH_ROWS)

    def _loaded(self) -> None:
        self._state.recent_papers.is_loaded = True

    def _ask_for_page(self) -> None:
        if self._state.recent_papers.is_loaded:
            return
        self._timer = self._actor.after(self._delay, self._ask_for_page)
        self._delay = min(self._delay * 2, MAX_RETRY_SECONDS)
        today = self._actor.now().date()
        query = YearOfPapersQuery(request_id=self._request_id(), today=today, after=self._after, limit=PAGE_PAPERS)
        if (address := self._actor.address_of("index")) is not None:
            self._actor.send(address, query)

    def _request_id(self) -> str:
        return f"papers after {self._after}"

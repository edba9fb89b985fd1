"""Keeps the last year's papers: loaded from the index once, then kept up to date by its events."""

from collections.abc import Iterable

from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from actors.watchlist.matching.entries import number_key
from actors.watchlist.matching.news import audience_of, audiences_of
from actors.watchlist.model.recent_papers import YEAR, unread_draft
from actors.watchlist.services.page_loader import PageLoader
from actors.watchlist.state import WatchlistState
from actors.watchlist.storage import recent_papers
from messages.drafts import Draft
from messages.papers import PAPER_KINDS, Occasion, Paper, PaperKind, YearOfPapersQuery, YearOfPapersReply

PAGE_PAPERS = 200
"""Papers in one reply: about 10 ms to store."""


class RecentPapersKeeper:
    """Owned by the WatchlistActor."""

    def __init__(self, actor: DurableActor, state: WatchlistState) -> None:
        self._actor = actor
        self._state = state
        self._pages = PageLoader(actor, "papers", self._query)

    def begin_loading(self) -> None:
        """Ask the index for the papers unless they are loaded or being loaded."""
        if not self._state.recent_papers.is_loaded:
            self._pages.begin()

    def take_page(self, reply: YearOfPapersReply) -> None:
        """Store a page and ask for the next. The index may also say that it has not synced yet."""
        if self._state.recent_papers.is_loaded or not self._pages.expects(reply.request_id):
            self._actor.count("late_replies")
            return
        if reply.synced_at is None:
            return
        is_last = len(reply.papers) < PAGE_PAPERS
        with self._actor.transaction() as tx:
            self.keep(reply.papers, tx)
            self.learn_audiences_of_papers(reply.papers, Occasion.QUIET, tx)
            if is_last:
                recent_papers.mark_loaded(tx.cursor, self._actor.now())
                tx.after_commit(self._loaded)
        self._actor.count("papers_taken_over", len(reply.papers))
        self._pages.took(None if is_last else reply.papers[-1].id)

    def keep(self, papers: Iterable[Paper], tx: Tx) -> None:
        """Store those of the papers that belong to the last year."""
        cached = self._state.recent_papers.from_last_year(papers, self._actor.now().date())
        recent_papers.save_papers(tx.cursor, cached)
        tx.after_commit(lambda: self._state.recent_papers.put(cached))

    def took_sync(self, sync: int | None, tx: Tx) -> None:
        """Remember which sync of the index the watchlist has news of: entries that are added later did not know what it
        replaced."""
        if sync is not None:
            recent_papers.mark_sync(tx.cursor, sync)

    def learn_audiences(self, drafts: Iterable[Draft], tx: Tx) -> None:
        """Store the audiences that drafts name: those of a number's newest draft count."""
        named = {number_key(PaperKind.P, draft.number): audiences_of(draft) for draft in drafts}
        named = {subject: audiences for subject, audiences in named.items() if audiences}
        for subject, audiences in named.items():
            recent_papers.save_audiences(tx.cursor, subject, audiences)
        tx.after_commit(lambda: self._state.audiences.update(named))

    def learn_audiences_of_papers(self, papers: Iterable[Paper], occasion: Occasion, tx: Tx) -> None:
        """Store the audiences that sources name: those of a number's newest paper count, and of old papers only where
        nothing is known."""
        named: dict[str, tuple[str, ...]] = {}
        for paper in sorted(papers, key=lambda paper: paper.revision or 0):
            subject = number_key(paper.kind, paper.number)
            audiences = audience_of(paper, {}) if paper.kind in PAPER_KINDS else ()
            is_better = occasion is not Occasion.QUIET or subject not in self._state.audiences
            if audiences and is_better and audiences != self._state.audiences.get(subject):
                named[subject] = audiences
        for subject, audiences in named.items():
            recent_papers.save_audiences(tx.cursor, subject, audiences)
        tx.after_commit(lambda: self._state.audiences.update(named))

    def learn_unread(self, drafts: Iterable[Draft], tx: Tx) -> None:
        """Store the first words of drafts whose authors could not be read, and forget those that can be by now."""
        read = [each for each in drafts if each.front_matter is not None]
        unread = tuple(
            unread_draft(each.id, each.found_at.date(), each.front_matter.text)
            for each in read
            if each.front_matter is not None and not each.front_matter.authors
        )
        known = [each.id for each in read if each.front_matter is not None and each.front_matter.authors]
        recent_papers.save_unread_drafts(tx.cursor, unread)
        if known:
            recent_papers.delete_unread_drafts(tx.cursor, known)
        tx.after_commit(lambda: self._state.recent_papers.drop_unread(known))
        tx.after_commit(lambda: self._state.recent_papers.put_unread(unread))

    def expire(self, tx: Tx) -> int:
        """Delete part of the papers that are too old; how many."""
        return recent_papers.expire(tx.cursor, YEAR.days, EXPIRY_BATCH_ROWS)

    def _loaded(self) -> None:
        self._state.recent_papers.is_loaded = True

    def _query(self, request_id: str, after: str) -> YearOfPapersQuery:
        return YearOfPapersQuery(request_id=request_id, today=self._actor.now().date(), after=after, limit=PAGE_PAPERS)

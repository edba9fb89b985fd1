"""Keeps the names of all authors, and the newest of each number: loaded from the index once, then kept up to date by
events."""

from collections.abc import Iterable

from actors.runtime.delivery.durable import DurableActor, Tx
from actors.watchlist.matching.entries import number_key
from actors.watchlist.model.known_numbers import NewestOfNumber
from actors.watchlist.services.page_loader import PageLoader
from actors.watchlist.state import WatchlistState
from actors.watchlist.storage import known_names
from messages.drafts import Draft
from messages.papers import AllPapersQuery, AllPapersReply, Paper, PaperKind

PAGE_PAPERS = 300
"""Papers in one reply: about 10 ms to store."""

MAX_AUTHORS_LEARNED = 50
"""Names of one paper; no real paper has more."""


class KnownNamesKeeper:
    """Owned by the WatchlistActor."""

    def __init__(self, actor: DurableActor, state: WatchlistState) -> None:
        self._actor = actor
        self._state = state
        self._pages = PageLoader(
            actor, "names", lambda id, after: AllPapersQuery(request_id=id, after=after, limit=PAGE_PAPERS)
        )

    def begin_loading(self) -> None:
        """Ask the index for all papers unless their names are known or being loaded."""
        if not self._state.names.is_loaded:
            self._pages.begin()

    def take_page(self, reply: AllPapersReply) -> None:
        """Learn a page and ask for the next. The index may also say that it has not synced yet."""
        if self._state.names.is_loaded or not self._pages.expects(reply.request_id):
            self._actor.count("late_replies")
            return
        if reply.synced_at is None:
            return
        is_last = len(reply.papers) < PAGE_PAPERS
        with self._actor.transaction() as tx:
            self._learn(reply.papers, tx)
            if is_last:
                known_names.mark_loaded(tx.cursor, self._actor.now())
                tx.after_commit(self._loaded)
        self._pages.took(None if is_last else reply.papers[-1].id)

    def learn_papers(self, papers: Iterable[Paper], tx: Tx) -> None:
        """Entries that are new in the index, or changed."""
        self._learn(papers, tx)
        tx.after_commit(self._pages.hurry)

    def learn_drafts(self, drafts: Iterable[Draft], tx: Tx) -> None:
        """Drafts, whose authors may be new and whose number too."""
        drafts = tuple(drafts)
        self._save(
            (name for each in drafts for name in each.authors[:MAX_AUTHORS_LEARNED]),
            (_newest_of_draft(each) for each in drafts),
            tx,
        )

    def _learn(self, papers: Iterable[Paper], tx: Tx) -> None:
        papers = tuple(papers)
        self._save(
            (name for each in papers for name in each.authors[:MAX_AUTHORS_LEARNED]),
            (_newest_of_paper(each) for each in papers),
            tx,
        )

    def _save(self, names: Iterable[str], numbers: Iterable[NewestOfNumber], tx: Tx) -> None:
        new = self._state.names.unknown(names)
        known_names.save_names(tx.cursor, new)
        known_names.save_numbers(tx.cursor, numbers)
        tx.after_commit(lambda: self._state.names.put(new))

    def _loaded(self) -> None:
        self._state.names.is_loaded = True


def _newest_of_paper(paper: Paper) -> NewestOfNumber:
    return NewestOfNumber(
        key=number_key(paper.kind, paper.number),
        id=paper.id,
        title=paper.title,
        revision=paper.revision,
        published=paper.date,
    )


def _newest_of_draft(draft: Draft) -> NewestOfNumber:
    return NewestOfNumber(
        key=number_key(PaperKind.P, draft.number),
        id=draft.id,
        title=draft.title,
        revision=draft.revision,
        published=None,
    )

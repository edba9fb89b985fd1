"""What the index answers to queries for papers. Functions on a cursor, in the actor's transaction."""

from datetime import datetime
from typing import Any

from actors.index.announce.events import PROBED
from actors.index.storage import store
from messages.papers import (
    AllPapersQuery,
    AllPapersReply,
    PaperQuery,
    PaperReply,
    RecentPapersQuery,
    RecentPapersReply,
    YearOfPapersQuery,
    YearOfPapersReply,
)

MOST_RECENT = 1000
"""Entries in one RecentPapersReply, YearOfPapersReply or AllPapersReply, however many were asked for."""

MOST_REVISIONS = 200
"""Entries of one number in a reply."""


def recent(cursor: Any, query: RecentPapersQuery) -> RecentPapersReply:
    """The newest news."""
    return RecentPapersReply(request_id=query.request_id, papers=store.recent(cursor, _bounded(query.limit)))


def of_number(cursor: Any, query: PaperQuery) -> PaperReply:
    """All revisions of a number."""
    kinds = PROBED if query.kind in PROBED else (query.kind,)
    papers = store.of_number(cursor, tuple(kinds), query.number, MOST_REVISIONS)
    return PaperReply(request_id=query.request_id, papers=papers)


def of_last_year(cursor: Any, query: YearOfPapersQuery, synced_at: datetime | None) -> YearOfPapersReply:
    """The next entries of the last year; `synced_at` is when the index was last complete."""
    papers = store.of_last_year(cursor, query.today, query.after, _bounded(query.limit))
    return YearOfPapersReply(request_id=query.request_id, papers=papers, synced_at=synced_at)


def all_papers(cursor: Any, query: AllPapersQuery, synced_at: datetime | None) -> AllPapersReply:
    """The next entries; `synced_at` is when the index was last complete."""
    papers = store.all_papers(cursor, query.after, _bounded(query.limit))
    return AllPapersReply(request_id=query.request_id, papers=papers, synced_at=synced_at)


def _bounded(limit: int) -> int:
    return min(max(limit, 0), MOST_RECENT)

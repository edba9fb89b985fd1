"""What the index answers to queries for papers. Functions on a cursor, in the actor's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from actors.index.announce.events import PROBED
from actors.index.entries.merging import SourceRecord, merged, provenance
from actors.index.model.pages import PageState
from actors.index.storage import listing, pages, records, store
from messages.papers import (
    AllPapersQuery,
    AllPapersReply,
    Paper,
    PaperQuery,
    PaperReply,
    RecentPapersQuery,
    RecentPapersReply,
    YearOfPapersQuery,
    YearOfPapersReply,
)
from messages.reading import PapersPageQuery, PapersPageReply
from messages.sources import (
    FieldSources,
    HeldPagesReply,
    HeldSourcePage,
    PaperSources,
    RecentMailingsQuery,
    RecentMailingsReply,
    SaidBySource,
    SourcesQuery,
    SourcesReply,
)

MOST_RECENT = 1000
"""Entries in one RecentPapersReply, YearOfPapersReply or AllPapersReply, however many were asked for."""

MOST_REVISIONS = 200
"""Entries of one number in a reply."""


def recent(cursor: Any, query: RecentPapersQuery, today: date) -> RecentPapersReply:
    """The newest news; before there is any, the newest papers that are not of the future."""
    papers = store.recent(cursor, _bounded(query.limit))
    newest = PapersPageQuery(
        request_id=query.request_id,
        kinds=(),
        number=None,
        words=(),
        since=None,
        until=today,
        after="",
        limit=query.limit,
    )
    known = () if papers else listing.page(cursor, newest, _bounded(query.limit))
    return RecentPapersReply(
        request_id=query.request_id, papers=papers, known=tuple(each.paper for each in known if each.paper.date)
    )


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


def page(cursor: Any, query: PapersPageQuery, synced_at: datetime | None) -> PapersPageReply:
    """The next entries by date; `synced_at` is when the index was last complete."""
    is_after_known = not query.after or bool(store.papers(cursor, [query.after]))
    papers = listing.page(cursor, query, _bounded(query.limit)) if is_after_known else ()
    return PapersPageReply(
        request_id=query.request_id, papers=papers, is_after_known=is_after_known, synced_at=synced_at
    )


def of_sources(cursor: Any, query: SourcesQuery) -> SourcesReply:
    """What each source says of all revisions of a number."""
    kinds = PROBED if query.kind in PROBED else (query.kind,)
    history = records.history(cursor, query.number, [kind.value for kind in kinds])
    announced = store.papers(cursor, list(history))
    papers = (
        PaperSources(
            id=id,
            is_announced=id in announced,
            fields=tuple(
                FieldSources(
                    field=name,
                    values=tuple(
                        SaidBySource(source=each.source, value=_text(each.value), since=each.since) for each in values
                    ),
                    value=_text(getattr(_merged(theirs), name)),
                )
                for name, values in provenance(theirs)
            ),
        )
        for id, theirs in history.items()
    )
    return SourcesReply(request_id=query.request_id, papers=tuple(papers))


def recent_mailings(cursor: Any, query: RecentMailingsQuery) -> RecentMailingsReply:
    """The newest mailings."""
    mailings = pages.recent_mailings(cursor, _bounded(query.limit))
    return RecentMailingsReply(request_id=query.request_id, mailings=mailings)


def held_pages(request_id: str, states: Iterable[PageState]) -> HeldPagesReply:
    """The pages that are not believed."""
    pages = (
        HeldSourcePage(source=state.source, page=state.page, since=state.held.since, why=state.held.why)
        for state in states
        if state.held is not None
    )
    return HeldPagesReply(request_id=request_id, pages=tuple(pages))


def _merged(history: Mapping[str, Sequence[tuple[datetime, Paper]]]) -> Paper | None:
    """The paper as the newest record of each source has it."""
    newest = [
        SourceRecord(source=source, paper=records[-1][1], is_announced=True)
        for source, records in history.items()
        if records
    ]
    return merged(newest, is_stored=True)


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _bounded(limit: int) -> int:
    return min(max(limit, 0), MOST_RECENT)

"""From what happened to who is told of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from actors.watchlist.matching.audiences import audiences as audiences_in
from actors.watchlist.matching.entries import number_key
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.recipients import NewsItem
from messages.drafts import (
    Draft,
    DraftReading,
    DraftsFound,
    DraftsPublished,
    DraftsRead,
    DraftsUpdated,
    DraftsWithdrawn,
    DraftUpdate,
    FrontMatter,
    Publication,
)
from messages.notices import Happening, Link, Notice
from messages.papers import WG21_LINK, CaughtUp, Paper, PaperChange, PaperKind, PapersAdded, PapersChanged

Audiences = Mapping[str, tuple[str, ...]]
"""The groups to which papers are addressed, by the key of their number, as far as they are known."""

NewsEvent = PapersAdded | PapersChanged | DraftsFound | DraftsRead | DraftsUpdated | DraftsWithdrawn | DraftsPublished


def happened(matcher: Matcher, audiences: Audiences, event: NewsEvent | CaughtUp, after: int = 0) -> Iterator[NewsItem]:
    """The things of an event but the first `after`, in their order, each matched when it is asked for; the end of a
    catch-up is none."""
    match event:
        case PapersAdded():
            return of_papers(matcher, event.papers[after:], audiences)
        case PapersChanged():
            return of_changes(matcher, event.changes[after:], audiences)
        case DraftsFound():
            return of_drafts(matcher, event.drafts[after:], audiences)
        case DraftsRead():
            return of_readings(matcher, event.readings[after:], audiences)
        case DraftsUpdated():
            return of_updates(matcher, event.updates[after:], audiences)
        case DraftsWithdrawn():
            return of_withdrawals(matcher, event.drafts[after:], audiences)
        case DraftsPublished():
            return of_publications(matcher, _each_paper_once(event.publications)[after:], audiences)
        case CaughtUp():
            return iter(())


def of_papers(matcher: Matcher, papers: Iterable[Paper], audiences: Audiences) -> Iterator[NewsItem]:
    """New entries of the index."""
    for paper in papers:
        subject = number_key(paper.kind, paper.number)
        audience = audiences.get(subject, ())
        yield NewsItem(
            subject=subject,
            notice=_paper_notice(paper, Happening.PAPER_ADDED, audience),
            matches=matcher.paper(paper, audience),
        )


def of_changes(matcher: Matcher, changes: Iterable[PaperChange], audiences: Audiences) -> Iterator[NewsItem]:
    """Changed entries, for users whose entries match now and did not before: the others know them."""
    for change in changes:
        subject = number_key(change.after.kind, change.after.number)
        audience = audiences.get(subject, ())
        notice = _paper_notice(change.after, Happening.PAPER_CHANGED, audience)
        yield NewsItem(
            subject=subject,
            notice=replace(notice, detail=_changed(change)),
            matches=matcher.paper(change.after, audience),
            known=(matcher.paper(change.before, audience),),
        )


def of_drafts(matcher: Matcher, drafts: Iterable[Draft], audiences: Audiences) -> Iterator[NewsItem]:
    """Fresh drafts."""
    for draft in drafts:
        yield _of_draft(matcher, draft, Happening.DRAFT_FOUND, audiences)


def of_readings(matcher: Matcher, readings: Iterable[DraftReading], audiences: Audiences) -> Iterator[NewsItem]:
    """Drafts that were told of before their front matter was read, for users who were not told then: see `as_told`."""
    for reading in readings:
        before = replace(reading.draft, front_matter=reading.before)
        known = _of_draft(matcher, before, Happening.DRAFT_FOUND, {})
        thing = _of_draft(matcher, reading.draft, Happening.DRAFT_FOUND, audiences)
        yield replace(thing, known=(known.matches, known.mentions))


def as_told(event: DraftsRead, audiences: Audiences) -> DraftsRead:
    """The same, with the groups by which each draft was matched when it was told of, though newer ones are learnt."""
    return DraftsRead(readings=tuple(_as_told(reading, audiences) for reading in event.readings))


def _as_told(reading: DraftReading, audiences: Audiences) -> DraftReading:
    before = reading.before or FrontMatter(title="", authors=(), audience=(), date=None, text="")
    known = audiences.get(number_key(PaperKind.P, reading.draft.number), ())
    return replace(reading, before=before if before.audience else replace(before, audience=known))


def of_updates(matcher: Matcher, updates: Iterable[DraftUpdate], audiences: Audiences) -> Iterator[NewsItem]:
    """Drafts whose files are not as they were."""
    for update in updates:
        yield _of_draft(matcher, update.draft, Happening.DRAFT_UPDATED, audiences, update.summary)


def of_withdrawals(matcher: Matcher, drafts: Iterable[Draft], audiences: Audiences) -> Iterator[NewsItem]:
    """Drafts that no longer lie there: without links, which would lead nowhere."""
    for draft in drafts:
        thing = _of_draft(matcher, draft, Happening.DRAFT_WITHDRAWN, audiences)
        yield replace(thing, notice=replace(thing.notice, links=()))


def of_publications(matcher: Matcher, publications: Iterable[Publication], audiences: Audiences) -> Iterator[NewsItem]:
    """Drafts that became papers, for users who were told of the draft and do not hear of the paper itself: the others
    are told by its entry in the index."""
    for publication in _each_paper_once(publications):
        paper = publication.paper
        thing = _of_draft(matcher, publication.draft, Happening.DRAFT_FOUND, audiences)
        notice = _paper_notice(paper, Happening.DRAFT_PUBLISHED, thing.notice.audience)
        told = matcher.paper(paper, audiences.get(thing.subject, ()))
        yield replace(thing, notice=notice, known=(told,))


def _each_paper_once(publications: Iterable[Publication]) -> Sequence[Publication]:
    """Though it had a D and a P."""
    return tuple({publication.paper.id: publication for publication in publications}.values())


def _of_draft(matcher: Matcher, draft: Draft, happening: Happening, audiences: Audiences, detail: str = "") -> NewsItem:
    subject = number_key(PaperKind.P, draft.number)
    known = audiences.get(subject, ())
    return NewsItem(
        subject=subject,
        notice=_draft_notice(draft, happening, draft.audience or known, detail),
        matches=matcher.draft(draft, audiences_of(draft) or known),
        mentions=matcher.mentions(draft),
    )


def audiences_of(draft: Draft) -> tuple[str, ...]:
    """The groups that a draft says it is for."""
    return audiences_in("; ".join(draft.audience))


def _changed(change: PaperChange) -> str:
    """What a reader of the notice does not see in it: the title that it had."""
    before, after = change.before.title, change.after.title
    return f"The title was: {before}" if before and before != after else ""


def _paper_notice(paper: Paper, happening: Happening, audience: tuple[str, ...]) -> Notice:
    link = Link(label="wg21.link", url=f"{WG21_LINK}{paper.id}")
    return Notice(
        id=paper.id,
        happening=happening,
        title=paper.title,
        authors=paper.authors,
        links=(link, Link(label="paper", url=paper.url)) if paper.url else (link,),
        matched=(),
        audience=audience,
    )


def _draft_notice(draft: Draft, happening: Happening, audience: tuple[str, ...], detail: str) -> Notice:
    return Notice(
        id=draft.id,
        happening=happening,
        title=draft.title,
        authors=draft.authors,
        audience=audience,
        links=tuple(Link(label=file.extension.value, url=file.url) for file in draft.files),
        matched=(),
        detail=detail,
    )

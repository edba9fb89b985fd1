"""From an event to the news items in it, each with the users who are notified. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from actors.watchlist.matching.audiences import audiences as audiences_in
from actors.watchlist.matching.entries import number_key
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.recipients import EarlierMatches, NewsItem
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
"""The audiences of papers by the key of their number, where they are known."""

NewsEvent = PapersAdded | PapersChanged | DraftsFound | DraftsRead | DraftsUpdated | DraftsWithdrawn | DraftsPublished


def news_items(
    matcher: Matcher, audiences: Audiences, event: NewsEvent | CaughtUp, skip: int = 0
) -> Iterator[NewsItem]:
    """The items of an event in order, without the first `skip`; each is matched when it is taken from the iterator.
    The end of a catch-up has none."""
    match event:
        case PapersAdded():
            return from_papers(matcher, event.papers[skip:], audiences)
        case PapersChanged():
            return from_changes(matcher, event.changes[skip:], audiences)
        case DraftsFound():
            return from_drafts(matcher, event.drafts[skip:], audiences)
        case DraftsRead():
            return from_readings(matcher, event.readings[skip:], audiences)
        case DraftsUpdated():
            return from_updates(matcher, event.updates[skip:], audiences)
        case DraftsWithdrawn():
            return from_withdrawals(matcher, event.drafts[skip:], audiences)
        case DraftsPublished():
            return from_publications(matcher, _one_for_each_paper(event.publications)[skip:], audiences)
        case CaughtUp():
            return iter(())


def from_papers(matcher: Matcher, papers: Iterable[Paper], audiences: Audiences) -> Iterator[NewsItem]:
    """New entries of the index."""
    for paper in papers:
        subject = number_key(paper.kind, paper.number)
        audience = audiences.get(subject, ())
        yield NewsItem(
            subject=subject,
            notice=_paper_notice(paper, Happening.PAPER_ADDED, audience),
            matches=matcher.paper(paper, audience),
        )


def from_changes(matcher: Matcher, changes: Iterable[PaperChange], audiences: Audiences) -> Iterator[NewsItem]:
    """Changed entries, for users whose entries match now and never did before: the others know the paper."""
    for change in changes:
        subject = number_key(change.after.kind, change.after.number)
        audience = audiences.get(subject, ())
        notice = _paper_notice(change.after, Happening.PAPER_CHANGED, audience)
        yield NewsItem(
            subject=subject,
            notice=replace(notice, detail=_changed(change)),
            matches=matcher.paper(change.after, audience),
            known=(matcher.paper(change.before, audience),),
            earlier=tuple(
                EarlierMatches(earlier=each, audiences=audience, matches=matcher.paper(each.paper, audience))
                for each in change.earlier
            ),
        )


def from_drafts(matcher: Matcher, drafts: Iterable[Draft], audiences: Audiences) -> Iterator[NewsItem]:
    """New drafts."""
    for draft in drafts:
        yield _draft_item(matcher, draft, Happening.DRAFT_FOUND, audiences, draft.remark)


def from_readings(matcher: Matcher, readings: Iterable[DraftReading], audiences: Audiences) -> Iterator[NewsItem]:
    """Drafts announced before their front matter was read, for users who were not notified then. The event comes from
    `with_announced_audiences`."""
    for reading in readings:
        before = replace(reading.draft, front_matter=reading.before)
        known = _draft_item(matcher, before, Happening.DRAFT_FOUND, {})
        item = _draft_item(matcher, reading.draft, Happening.DRAFT_FOUND, audiences, reading.draft.remark)
        yield replace(item, known=(known.matches, known.mentions))


def with_announced_audiences(event: DraftsRead, audiences: Audiences) -> DraftsRead:
    """The event with the audiences that each draft had when it was announced, to be called before the ones just read
    are learned."""
    return DraftsRead(readings=tuple(_with_announced_audience(reading, audiences) for reading in event.readings))


def _with_announced_audience(reading: DraftReading, audiences: Audiences) -> DraftReading:
    before = reading.before or FrontMatter(title="", authors=(), audience=(), date=None, text="")
    known = audiences.get(number_key(PaperKind.P, reading.draft.number), ())
    return replace(reading, before=before if before.audience else replace(before, audience=known))


def from_updates(matcher: Matcher, updates: Iterable[DraftUpdate], audiences: Audiences) -> Iterator[NewsItem]:
    """Drafts whose files changed."""
    for update in updates:
        yield _draft_item(matcher, update.draft, Happening.DRAFT_UPDATED, audiences, update.summary)


def from_withdrawals(matcher: Matcher, drafts: Iterable[Draft], audiences: Audiences) -> Iterator[NewsItem]:
    """Drafts that are gone, without links, which would be dead."""
    for draft in drafts:
        item = _draft_item(matcher, draft, Happening.DRAFT_WITHDRAWN, audiences)
        yield replace(item, notice=replace(item.notice, links=()))


def from_publications(
    matcher: Matcher, publications: Iterable[Publication], audiences: Audiences
) -> Iterator[NewsItem]:
    """Drafts that became papers, for users who were notified of the draft and do not watch the paper: the others are
    notified by its entry in the index."""
    for publication in _one_for_each_paper(publications):
        paper = publication.paper
        item = _draft_item(matcher, publication.draft, Happening.DRAFT_FOUND, audiences)
        notice = _paper_notice(paper, Happening.DRAFT_PUBLISHED, item.notice.audience)
        by_index = matcher.paper(paper, audiences.get(item.subject, ()))
        yield replace(item, notice=notice, known=(by_index,))


def _one_for_each_paper(publications: Iterable[Publication]) -> Sequence[Publication]:
    """A paper may have had a D and a P draft."""
    return tuple({publication.paper.id: publication for publication in publications}.values())


def _draft_item(
    matcher: Matcher, draft: Draft, happening: Happening, audiences: Audiences, detail: str = ""
) -> NewsItem:
    subject = number_key(PaperKind.P, draft.number)
    known = audiences.get(subject, ())
    return NewsItem(
        subject=subject,
        notice=_draft_notice(draft, happening, draft.audience or known, detail),
        matches=matcher.draft(draft, audiences_of(draft) or known),
        mentions=matcher.mentions(draft),
    )


def audiences_of(draft: Draft) -> tuple[str, ...]:
    """The audiences that a draft names in its front matter."""
    return audiences_in("; ".join(draft.audience))


def _changed(change: PaperChange) -> str:
    """What the notice does not show by itself: the former title."""
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
        earlier_authors=draft.earlier_authors,
    )

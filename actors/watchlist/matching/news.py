"""From an event to the news items in it, each with the users who are notified. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from actors.watchlist.matching.audiences import audiences as audiences_in
from actors.watchlist.matching.entries import MAILINGS_KEY, MAX_WORDS, EntryKind, ParsedEntry, number_key, parse
from actors.watchlist.matching.folding import phrases
from actors.watchlist.matching.matcher import LazyMatches, Matcher
from actors.watchlist.matching.recipients import EarlierMatches, MatchReason, NewsItem
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
from messages.papers import (
    WG21_LINK,
    CaughtUp,
    MailingPublished,
    Paper,
    PaperChange,
    PaperKind,
    PapersAdded,
    PapersChanged,
)

Audiences = Mapping[str, tuple[str, ...]]
"""The audiences of papers by the key of their number, where they are known."""

NewsEvent = (
    PapersAdded
    | PapersChanged
    | MailingPublished
    | DraftsFound
    | DraftsRead
    | DraftsUpdated
    | DraftsWithdrawn
    | DraftsPublished
)

NO_GROUP = "no group"
"""Papers of a mailing whose audience names none that is known."""

AUTHORS_ALWAYS_SHOWN = 5
"""A notice can show so many authors; which of more are matched has to be said."""


def news_items(
    matcher: Matcher, audiences: Audiences, event: NewsEvent | CaughtUp, skip: int = 0
) -> Iterator[NewsItem]:
    """The items of an event in order, without the first `skip`; each is matched when it is taken from the iterator.
    The end of a catch-up has none."""
    match event:
        case PapersAdded():
            return from_papers(matcher, event.papers[skip:], audiences, dict(event.previous), event.at)
        case PapersChanged():
            return from_changes(matcher, event.changes[skip:], audiences, event.at)
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
        case MailingPublished():
            return iter((from_mailing(matcher, event),)[skip:])
        case CaughtUp():
            return iter(())


def from_papers(
    matcher: Matcher,
    papers: Iterable[Paper],
    audiences: Audiences,
    previous: Mapping[str, str] = MappingProxyType({}),
    at: datetime | None = None,
) -> Iterator[NewsItem]:
    """New entries of the index, noticed `at` that time; `previous` has the id of the revision before each by its id."""
    for paper in papers:
        subject = number_key(paper.kind, paper.number)
        audience = audience_of(paper, audiences)
        notice = _paper_notice(paper, Happening.PAPER_ADDED, audience, at)
        yield NewsItem(
            subject=subject,
            notice=replace(notice, previous=notice.previous or previous.get(paper.id, "")),
            matches=matcher.paper(paper, audience),
        )


def from_changes(
    matcher: Matcher, changes: Iterable[PaperChange], audiences: Audiences, at: datetime | None = None
) -> Iterator[NewsItem]:
    """Entries that changed `at` that time, for users whose entries match now and never did before: the others know the
    paper. A new disposition is for everybody who watches the paper, but not for those who only watch a group. The event
    comes from `with_known_audiences`."""
    for change in changes:
        subject = number_key(change.after.kind, change.after.number)
        audience = audience_of(change.after, audiences)
        if is_disposed(change):
            notice = _paper_notice(change.after, _disposal(change.after.disposition), audience, at)
            detail = f"Disposition: {change.after.disposition}"
            yield NewsItem(subject=subject, notice=replace(notice, detail=detail), matches=matcher.paper(change.after))
            continue
        before = audiences_in("; ".join(change.before.audience))
        notice = _paper_notice(change.after, Happening.PAPER_CHANGED, audience, at)
        yield NewsItem(
            subject=subject,
            notice=replace(notice, detail=_changed(change)),
            matches=matcher.paper(change.after, audience),
            known=(matcher.paper(change.before, before),),
            earlier=tuple(
                EarlierMatches(earlier=each, audiences=before, matches=matcher.paper(each.paper, before))
                for each in change.earlier
            ),
        )


def with_known_audiences(event: PapersChanged, audiences: Audiences) -> PapersChanged:
    """The event with the audience under which each paper was announced, where no source named one; to be called before
    the new ones are learned."""
    return replace(event, changes=tuple(_with_known_audience(change, audiences) for change in event.changes))


def _with_known_audience(change: PaperChange, audiences: Audiences) -> PaperChange:
    audience = audience_of(change.before, audiences)
    return replace(change, before=replace(change.before, audience=audience))


def audience_of(paper: Paper, audiences: Audiences) -> tuple[str, ...]:
    """The groups that a paper is for: those that a source names, or else those known of its number."""
    return audiences_in("; ".join(paper.audience)) or audiences.get(number_key(paper.kind, paper.number), ())


def is_disposed(change: PaperChange) -> bool:
    """Whether the paper has a disposition that it never had before."""
    after = change.after.disposition
    return bool(after) and after != change.before.disposition and not change.is_old_disposition


def _disposal(disposition: str) -> Happening:
    word = disposition.partition(" ")[0].lower()
    if word.startswith(("adopt", "accept")):
        return Happening.PAPER_ADOPTED
    return Happening.PAPER_FORWARDED if word.startswith("forward") else Happening.PAPER_DISPOSED


def from_mailing(matcher: Matcher, mailing: MailingPublished) -> NewsItem:
    """A mailing, for users who watch mailings."""
    watchers = (matcher.watchers(EntryKind.MAILINGS, MAILINGS_KEY),)
    return NewsItem(subject=f"mailing {mailing.name}", notice=mailing_notice(mailing), matches=LazyMatches(watchers))


def mailing_notice(mailing: MailingPublished) -> Notice:
    """What is in a mailing, by group: those with most papers first; a paper for several groups is in each."""
    groups: dict[str, list[str]] = {}
    for paper in mailing.papers:
        for group in audiences_in("; ".join(paper.audience)) or (NO_GROUP,):
            groups.setdefault(group, []).append(paper.id)
    ordered = sorted(groups.items(), key=lambda item: (item[0] == NO_GROUP, -len(item[1]), item[0]))
    count = len(mailing.papers)
    return Notice(
        id=mailing.name,
        happening=Happening.MAILING_PUBLISHED,
        title=mailing.title,
        authors=(),
        links=(Link(label="mailing", url=mailing.url),) if mailing.url else (),
        matched=(),
        detail=f"{count:,} paper{'' if count == 1 else 's'}",
        by_group=tuple((group, tuple(ids)) for group, ids in ordered),
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
        notice = replace(notice, previous=paper.previous or item.notice.previous)
        by_index = matcher.paper(paper, audience_of(paper, audiences))
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


def for_recipient(notice: Notice, why: MatchReason) -> Notice:
    """The notice for a user who is notified for this reason."""
    named = matched_authors(notice.authors, why.matched) if len(notice.authors) > AUTHORS_ALWAYS_SHOWN else ()
    return replace(notice, matched=why.matched, mentioned=why.mentioned, matched_authors=named)


def matched_authors(authors: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Those of `authors` whom entries, as a user writes them, name."""
    entries = (parse(text) for text in texts)
    keys = {each.key for each in entries if isinstance(each, ParsedEntry) and each.kind is EntryKind.AUTHOR}
    return tuple(author for author in authors if not keys.isdisjoint(phrases(author, MAX_WORDS)))


def _paper_notice(paper: Paper, happening: Happening, audience: tuple[str, ...], at: datetime | None = None) -> Notice:
    link = Link(label="wg21.link", url=f"{WG21_LINK}{paper.id}")
    return Notice(
        id=paper.id,
        happening=happening,
        title=paper.title,
        authors=paper.authors,
        links=(Link(label="paper", url=paper.url), link) if paper.url else (link,),
        matched=(),
        audience=audience,
        previous=paper.previous,
        at=at,
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
        previous=draft.previous,
        at=draft.changed_at if happening is Happening.DRAFT_UPDATED else draft.found_at,
        uploaded_at=draft.uploaded_at if happening is Happening.DRAFT_FOUND else None,
    )

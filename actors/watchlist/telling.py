"""From what happened to who is told of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from actors.watchlist.audiences import audiences as audiences_in
from actors.watchlist.entries import number_key
from actors.watchlist.matching import Matcher, Matches
from messages.drafts import Draft, DraftsFound
from messages.notices import Happening, Link, Notice
from messages.papers import CaughtUp, Paper, PaperChange, PaperKind, PapersAdded, PapersChanged

WG21_LINK = "https://wg21.link/"

Audiences = Mapping[str, tuple[str, ...]]
"""The groups to which papers are addressed, by the key of their number, as far as they are known."""

Tellable = PapersAdded | PapersChanged | DraftsFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened: `subject` is the key of its number, `notice` what is said, `matches` to whom and why."""

    subject: str
    notice: Notice
    matches: Matches


def happened(matcher: Matcher, audiences: Audiences, event: Tellable | CaughtUp) -> Iterator[Happened]:
    """The things of an event, in their order, each matched when it is asked for; the end of a catch-up is none."""
    match event:
        case PapersAdded():
            return of_papers(matcher, event.papers, audiences)
        case PapersChanged():
            return of_changes(matcher, event.changes, audiences)
        case DraftsFound():
            return of_drafts(matcher, event.drafts, audiences)
        case CaughtUp():
            return iter(())


def of_papers(matcher: Matcher, papers: Iterable[Paper], audiences: Audiences) -> Iterator[Happened]:
    """New entries of the index."""
    for paper in papers:
        subject = number_key(paper.kind, paper.number)
        audience = audiences.get(subject, ())
        yield Happened(
            subject=subject,
            notice=_paper_notice(paper, Happening.PAPER_ADDED, audience),
            matches=matcher.paper(paper, audience),
        )


def of_changes(matcher: Matcher, changes: Iterable[PaperChange], audiences: Audiences) -> Iterator[Happened]:
    """Changed entries, for users whose entries match now and did not before: the others know them."""
    for change in changes:
        subject = number_key(change.after.kind, change.after.number)
        audience = audiences.get(subject, ())
        notice = _paper_notice(change.after, Happening.PAPER_CHANGED, audience)
        yield Happened(
            subject=subject,
            notice=replace(notice, detail=_changed(change)),
            matches=_newly(matcher, change, audience),
        )


def of_drafts(matcher: Matcher, drafts: Iterable[Draft], audiences: Audiences) -> Iterator[Happened]:
    """Fresh drafts."""
    for draft in drafts:
        subject = number_key(PaperKind.P, draft.number)
        audience = audiences_of(draft) or audiences.get(subject, ())
        yield Happened(
            subject=subject,
            notice=_draft_notice(draft, audience),
            matches=matcher.draft(draft, audience),
        )


def audiences_of(draft: Draft) -> tuple[str, ...]:
    """The groups that a draft says it is for."""
    return audiences_in("; ".join(draft.audience))


def _newly(matcher: Matcher, change: PaperChange, audiences: Iterable[str]) -> Matches:
    before = matcher.paper(change.before, audiences)
    return {user: texts for user, texts in matcher.paper(change.after, audiences).items() if user not in before}


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


def _draft_notice(draft: Draft, audience: tuple[str, ...]) -> Notice:
    return Notice(
        id=draft.id,
        happening=Happening.DRAFT_FOUND,
        title=draft.title,
        authors=draft.authors,
        links=tuple(Link(label=file.extension.value, url=file.url) for file in draft.files),
        matched=(),
        audience=audience,
    )

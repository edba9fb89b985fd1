"""From what happened to what each user is told. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from actors.watchlist.matching import Matcher, Matches
from messages.drafts import Draft, DraftReading, DraftUpdate, Publication
from messages.notices import Happening, Link, Notice, NotifyUser
from messages.papers import Paper, PaperChange

WG21_LINK = "https://wg21.link/"

Told = tuple[Notice, Matches, Matches]
"""A notice, who is to have it for the number or an author, and who for the first words of the text."""


def of_papers(matcher: Matcher, papers: Iterable[Paper]) -> tuple[NotifyUser, ...]:
    """One batch a user of the new entries that they watch, in the order of `papers`."""
    return _batches((_paper_notice(paper, Happening.PAPER_ADDED), matcher.paper(paper)) for paper in papers)


def of_changes(matcher: Matcher, changes: Iterable[PaperChange]) -> tuple[NotifyUser, ...]:
    """The same of changed entries, for users whose entries match now and did not before: the others know them."""
    return _batches(
        (_paper_notice(change.after, Happening.PAPER_CHANGED), _newly(matcher, change)) for change in changes
    )


def of_drafts(matcher: Matcher, drafts: Iterable[Draft]) -> tuple[NotifyUser, ...]:
    """The same of fresh drafts."""
    return _batches(_of_draft(matcher, draft, _draft_notice(draft, Happening.DRAFT_FOUND)) for draft in drafts)


def of_readings(matcher: Matcher, readings: Iterable[DraftReading]) -> tuple[NotifyUser, ...]:
    """The same of drafts that were told of before their front matter was read, for users who were not told then."""
    return _batches(_newly_read(matcher, reading) for reading in readings)


def of_updates(matcher: Matcher, updates: Iterable[DraftUpdate]) -> tuple[NotifyUser, ...]:
    """The same of drafts whose files are not as they were."""
    return _batches(
        _of_draft(matcher, update.draft, _draft_notice(update.draft, Happening.DRAFT_UPDATED, update.summary))
        for update in updates
    )


def of_withdrawals(matcher: Matcher, drafts: Iterable[Draft]) -> tuple[NotifyUser, ...]:
    """The same of drafts that no longer lie there: without links, which would lead nowhere."""
    return _batches(
        _of_draft(matcher, draft, replace(_draft_notice(draft, Happening.DRAFT_WITHDRAWN), links=()))
        for draft in drafts
    )


def of_publications(matcher: Matcher, publications: Iterable[Publication]) -> tuple[NotifyUser, ...]:
    """The same of drafts that became papers, for users who were told of the draft and do not hear of the paper itself:
    the others are told by its entry in the index."""
    by_paper = {publication.paper.id: publication for publication in publications}  # once, though it had a D and a P
    return _batches(
        (_paper_notice(publication.paper, Happening.DRAFT_PUBLISHED), _only_of_the_draft(matcher, publication))
        for publication in by_paper.values()
    )


def _only_of_the_draft(matcher: Matcher, publication: Publication) -> Matches:
    told = matcher.paper(publication.paper)
    return {user: texts for user, texts in _all_of(matcher, publication.draft).items() if user not in told}


def _of_draft(matcher: Matcher, draft: Draft, notice: Notice) -> Told:
    return notice, matcher.draft(draft), matcher.mentions(draft)


def _newly_read(matcher: Matcher, reading: DraftReading) -> Told:
    known = _all_of(matcher, replace(reading.draft, front_matter=reading.before))
    notice, matched, mentioned = _of_draft(matcher, reading.draft, _draft_notice(reading.draft, Happening.DRAFT_FOUND))
    return notice, _without(matched, known), _without(mentioned, known)


def _without(matches: Matches, known: Matches) -> Matches:
    return {user: texts for user, texts in matches.items() if user not in known}


def _all_of(matcher: Matcher, draft: Draft) -> Matches:
    matched, mentioned = matcher.draft(draft), matcher.mentions(draft)
    return {user: (*matched.get(user, ()), *mentioned.get(user, ())) for user in (*matched, *mentioned)}


def _newly(matcher: Matcher, change: PaperChange) -> Matches:
    before = matcher.paper(change.before)
    return {user: texts for user, texts in matcher.paper(change.after).items() if user not in before}


def _batches(told: Iterable[Told | tuple[Notice, Matches]]) -> tuple[NotifyUser, ...]:
    notices: dict[str, list[Notice]] = {}
    for notice, matched, *others in told:
        mentioned = others[0] if others else {}
        for user in dict.fromkeys((*matched, *mentioned)):
            theirs = replace(notice, matched=matched.get(user, ()), mentioned=mentioned.get(user, ()))
            notices.setdefault(user, []).append(theirs)
    return tuple(NotifyUser(user=user, notices=tuple(theirs)) for user, theirs in notices.items())


def _paper_notice(paper: Paper, happening: Happening) -> Notice:
    link = Link(label="wg21.link", url=f"{WG21_LINK}{paper.id}")
    return Notice(
        id=paper.id,
        happening=happening,
        title=paper.title,
        authors=paper.authors,
        links=(link, Link(label="paper", url=paper.url)) if paper.url else (link,),
        matched=(),
    )


def _draft_notice(draft: Draft, happening: Happening, detail: str = "") -> Notice:
    return Notice(
        id=draft.id,
        happening=happening,
        title=draft.title,
        authors=draft.authors,
        audience=draft.audience,
        links=tuple(Link(label=file.extension.value, url=file.url) for file in draft.files),
        matched=(),
        detail=detail,
    )

"""Entries of readers who are no users: of a feed, for example. Pure."""

from collections.abc import Iterable

from actors.watchlist.matching.entries import InvalidEntry, number_key, parse
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.news import Audiences, audience_of, audiences_of
from messages.drafts import Draft
from messages.papers import Paper, PaperKind

_READER = "reader"


def matching(
    entry: str, papers: Iterable[Paper], drafts: Iterable[Draft], audiences: Audiences
) -> frozenset[str] | InvalidEntry:
    """The ids of those that bring a notice to a user with this one entry; or why the entry is refused."""
    parsed = parse(entry)
    if isinstance(parsed, InvalidEntry):
        return parsed
    matcher = Matcher()
    matcher.add(_READER, parsed.kind, parsed.key, parsed.text)
    found = {paper.id for paper in papers if matcher.paper(paper, audience_of(paper, audiences)).texts(_READER)}
    for draft in drafts:
        known = audiences_of(draft) or audiences.get(number_key(PaperKind.P, draft.number), ())
        if matcher.draft(draft, known).texts(_READER) or matcher.mentions(draft).texts(_READER):
            found.add(draft.id)
    return frozenset(found)

"""Short ways to make what the watchlist's and the notifier's tests are about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from actors.watchlist.matching.entries import ParsedEntry, parse
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.mutes import Mutes
from actors.watchlist.matching.recipients import NewsItem
from messages.drafts import Announcement, Draft, DraftFile, DraftPrefix, DraftState, Extension, FrontMatter
from messages.notices import Happening, Link, Notice, NotifyUser, SummarizeForUser
from messages.papers import Paper
from tests.builders import NOON, a_paper


def a_matcher(**users: tuple[str, ...]) -> Matcher:
    """`a_matcher(anna=("koppe", "P2300"))`."""
    matcher = Matcher()
    for user, texts in users.items():
        for text in texts:
            parsed = parse(text)
            assert isinstance(parsed, ParsedEntry), parsed
            matcher.add(user, parsed.kind, parsed.key, parsed.text)
    return matcher


def a_draft(number: int = 2300, revision: int = 11, predecessor: Paper | None = None, **fields: Any) -> Draft:
    """`D2300R11` as a pdf, of a known number if `predecessor` is given."""
    id = f"D{number:04d}R{revision}"
    url = f"https://isocpp.org/files/papers/{id}.pdf"
    known: dict[str, Any] = {
        "id": id,
        "prefix": DraftPrefix.D,
        "number": number,
        "revision": revision,
        "files": (DraftFile(extension=Extension.PDF, url=url, last_modified=NOON, length=1000),),
        "found_at": NOON,
        "announcement": Announcement.ANNOUNCED,
        "state": DraftState.FOUND,
        "predecessor": predecessor,
    }
    return Draft(**{**known, **fields})


def a_known_draft(number: int = 2300, revision: int = 11, **fields: Any) -> Draft:
    """A draft whose number has a paper: its predecessor is made with `fields`."""
    return a_draft(number, revision, a_paper(number, revision - 1, **fields))


def a_summary(*notices: Notice, more: int = 0, since: datetime | None = None, **fields: Any) -> SummarizeForUser:
    """Of a catch-up, for U1."""
    return SummarizeForUser(user="U1", since=since, notices=notices, more=more, **fields)


def a_notice(id: str = "D2300R11", **fields: Any) -> Notice:
    """A fresh draft of std::execution."""
    known: dict[str, Any] = {
        "happening": Happening.DRAFT_FOUND,
        "title": "std::execution",
        "authors": ("Eric Niebler", "Kirk Shoop"),
        "links": (Link(label="pdf", url=f"https://isocpp.org/files/papers/{id}.pdf"),),
        "matched": (),
    }
    return Notice(id=id, **{**known, **fields})


def a_matter(**fields: Any) -> FrontMatter:
    """Front matter by Ann Poe that speaks of Kirk Shoop."""
    known: dict[str, Any] = {
        "title": "A title of its own",
        "authors": ("Ann Poe",),
        "audience": ("LEWG", "SG1"),
        "date": None,
        "text": "A title of its own Ann Poe as Kirk Shoop says",
    }
    return FrontMatter(**{**known, **fields})


def batches(things: Iterable[NewsItem]) -> tuple[NotifyUser, ...]:
    """The notices of news items, one message for each user."""
    notices: dict[str, list[Notice]] = {}
    for thing in things:
        for user, why in thing.recipients(thing.candidates(), Mutes(), NOON).items():
            notices.setdefault(user, []).append(replace(thing.notice, matched=why.matched, mentioned=why.mentioned))
    return tuple(NotifyUser(user=user, notices=tuple(theirs)) for user, theirs in notices.items())

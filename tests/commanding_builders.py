"""Short ways to make what the tests of commands are about."""

import zoneinfo
from collections.abc import Iterable
from typing import Any

from actors.watchlist.commands.parse.normalize import from_slack, plain
from actors.watchlist.commands.parse.parser import parse_command
from actors.watchlist.commands.phrasing import plain_text
from actors.watchlist.commands.run.deciding import CommandContext, decide
from actors.watchlist.commands.run.result import CommandResult
from actors.watchlist.matching.entries import ParsedEntry, WatchEntry, parse
from actors.watchlist.matching.mutes import Mute
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.known_numbers import NewestOfNumber
from actors.watchlist.model.recent_papers import RecentPapers
from actors.watchlist.model.user_state import Requester, UserState
from messages.commands import CommandAnswer, Preferences
from messages.papers import Paper
from tests.builders import NOON

ZONES = frozenset(zoneinfo.available_timezones())


def an_entry(text: str, user: str = "U1") -> WatchEntry:
    """Of a user who typed `text`."""
    parsed = parse(text)
    assert isinstance(parsed, ParsedEntry), parsed
    return WatchEntry(user=user, kind=parsed.kind, key=parsed.key, text=parsed.text, added_at=NOON, added_by=user)


def a_mute(text: str, **fields: Any) -> Mute:
    """Of U1, for good."""
    if text == "all":
        return Mute(**{"user": "U1", "kind": None, "key": "", "text": "all", "until": None, **fields})
    parsed = parse(text)
    assert isinstance(parsed, ParsedEntry), parsed
    return Mute(**{"user": "U1", "kind": parsed.kind, "key": parsed.key, "text": parsed.text, "until": None, **fields})


def a_user(
    *entries: str,
    mutes: Iterable[Mute] = (),
    preferences: Preferences | None = None,
    requester: Requester = Requester.USER,
) -> UserState:
    """Of U1, who watches `entries`."""
    return UserState(
        id="U1",
        requester=requester,
        by="U1",
        entries=tuple(map(an_entry, entries)),
        mutes=tuple(mutes),
        preferences=preferences,
    )


def some_papers(*papers: Paper) -> RecentPapers:
    """The last year's papers, loaded from the index."""
    return RecentPapers(RecentPapers().from_last_year(papers, NOON.date()), is_loaded=True)


NAMES = ("Thomas Köppe", "Eric Niebler", "Kirk Shoop", "Ada Author", "Bjarne Stroustrup", "Barry Revzin")


def some_names(*names: str, papers: RecentPapers | None = None) -> AuthorNames:
    """These and those of the papers, loaded from the index."""
    of_papers = (name for each in (papers.papers.values() if papers else ()) for name in each.paper.authors)
    return AuthorNames((*names, *of_papers), is_loaded=True)


def numbers_of(papers: RecentPapers) -> dict[str, NewestOfNumber]:
    """The newest of each number among papers."""
    found = sorted(papers.papers.values(), key=lambda each: each.paper.revision or 0)
    return {
        each.number: NewestOfNumber(
            key=each.number,
            id=each.paper.id,
            title=each.paper.title,
            revision=each.paper.revision,
            published=each.paper.date,
        )
        for each in found
    }


def say(
    text: str,
    user: UserState | None = None,
    papers: RecentPapers | None = None,
    names: AuthorNames | None = None,
    **audiences: tuple[str, ...],
) -> CommandResult:
    """The result of `text`, typed in Slack by a user, or on the command line by an operator. Known are the authors of
    the papers and NAMES."""
    known, papers = user or a_user(), papers or some_papers()
    order = parse_command(text, from_slack if known.requester is Requester.USER else plain, ZONES)
    given = CommandContext(
        recent_papers=papers,
        audiences=audiences,
        zones=ZONES,
        now=NOON,
        names=some_names(*NAMES, papers=papers) if names is None else names,
        number=numbers_of(papers).get,
    )
    return decide(order, known, given)


def said(answer: CommandAnswer | CommandResult | None) -> str:
    """The text of an answer."""
    found = answer.answer if isinstance(answer, CommandResult) else answer
    assert found is not None
    return plain_text(found)

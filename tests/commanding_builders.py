"""Short ways to make what the tests of commands are about."""

import zoneinfo
from collections.abc import Iterable
from typing import Any

from actors.watchlist.commands.parse.language import understand
from actors.watchlist.commands.parse.normalize import from_slack, plain
from actors.watchlist.commands.run.deciding import Circumstances, decide
from actors.watchlist.commands.run.phrasing import plain_text
from actors.watchlist.commands.run.user_state import Asker, Decision, Standing
from actors.watchlist.matching.entries import WatchEntry, Wish, parse
from actors.watchlist.matching.mutes import Mute
from actors.watchlist.recent.cache import Shelf
from messages.commands import Answer, Preferences
from messages.papers import Paper
from tests.builders import NOON

ZONES = frozenset(zoneinfo.available_timezones())


def an_entry(text: str, user: str = "U1") -> WatchEntry:
    """Of a user who typed `text`."""
    wish = parse(text)
    assert isinstance(wish, Wish), wish
    return WatchEntry(user=user, kind=wish.kind, key=wish.key, text=wish.text, added_at=NOON, added_by=user)


def a_mute(text: str, **fields: Any) -> Mute:
    """Of U1, for good."""
    if text == "all":
        return Mute(**{"user": "U1", "kind": None, "key": "", "text": "all", "until": None, **fields})
    wish = parse(text)
    assert isinstance(wish, Wish), wish
    return Mute(**{"user": "U1", "kind": wish.kind, "key": wish.key, "text": wish.text, "until": None, **fields})


def a_standing(
    *entries: str,
    mutes: Iterable[Mute] = (),
    preferences: Preferences | None = None,
    asker: Asker = Asker.READER,
) -> Standing:
    """Of U1, who watches `entries`."""
    return Standing(
        user="U1",
        asker=asker,
        by="U1",
        entries=tuple(map(an_entry, entries)),
        mutes=tuple(mutes),
        preferences=preferences,
    )


def a_shelf(*papers: Paper) -> Shelf:
    """Filled with these."""
    shelf = Shelf()
    shelf.put(shelf.of_the_year(papers, NOON.date()))
    shelf.is_filled = True
    return shelf


def say(
    text: str, standing: Standing | None = None, shelf: Shelf | None = None, **audiences: tuple[str, ...]
) -> Decision:
    """What becomes of `text`, said in Slack, or on the command line for who is asked for by an operator."""
    known = standing or a_standing()
    order = understand(text, from_slack if known.asker is Asker.READER else plain, ZONES)
    given = Circumstances(shelf=shelf or a_shelf(), audiences=audiences, zones=ZONES, now=NOON)
    return decide(order, known, given)


def said(answer: Answer | Decision | None) -> str:
    """The text of an answer."""
    found = answer.answer if isinstance(answer, Decision) else answer
    assert found is not None
    return plain_text(found)

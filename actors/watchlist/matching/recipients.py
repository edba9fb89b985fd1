"""Who is to hear of one thing that happened, and why: worked out for some users at a time, since there may be a hundred
thousand. Pure."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import groupby

from actors.watchlist.matching.matcher import LazyMatches, Matches
from actors.watchlist.matching.mutes import Mutes
from messages.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReason:
    """Why a user is told: their entries that matched, and those that stand only in the first words of a text."""

    matched: tuple[str, ...]
    mentioned: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One thing that happened: `subject` is the key of its number, `notice` what is said, `matches` to whom and why;
    `mentions` to whom for no more than the first words of its text, and why. Who is among one of `known` is not told:
    they know it, or hear of it otherwise."""

    subject: str
    notice: Notice
    matches: LazyMatches
    mentions: LazyMatches = field(default_factory=LazyMatches)
    known: tuple[Container[str], ...] = ()

    def candidates(self, after: str = "") -> Iterator[str]:
        """The users after that one who may have to be told, in their order."""
        found = merge(self.matches.candidates(after), self.mentions.candidates(after))
        return (user for user, _ in groupby(found))

    def recipients(self, users: Iterable[str], mutes: Mutes, now: datetime) -> dict[str, MatchReason]:
        """Those of these users who are told, and why."""
        told = [user for user in users if not any(user in known for known in self.known)] if self.known else list(users)
        named = {user: texts for user in told if (texts := self.matches.texts(user))}
        in_text = self._only_in_text(told, named) if self.mentions.is_of_anybody else {}
        named, in_text = (dict(mutes.audible(self.subject, each, now)) for each in (named, in_text))
        return _reasons(named, in_text)

    def _only_in_text(self, users: Iterable[str], named: Matches) -> Matches:
        found = ((user, self.mentions.texts(user)) for user in users)
        only = (
            (user, tuple(text for text in texts if text not in named.get(user, ()))) for user, texts in found if texts
        )
        return {user: texts for user, texts in only if texts}


def _reasons(named: Matches, in_text: Matches) -> dict[str, MatchReason]:
    """By user; users with the same one share it."""
    known: dict[tuple[tuple[str, ...], tuple[str, ...]], MatchReason] = {}
    found: dict[str, MatchReason] = {}
    for user in {**named, **in_text}:
        why = named.get(user, ()), in_text.get(user, ())
        if why not in known:
            known[why] = MatchReason(matched=why[0], mentioned=why[1])
        found[user] = known[why]
    return found

"""Who is to hear of one thing that happened, and why: worked out for some users at a time, since there may be a hundred
thousand. Pure."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import groupby

from actors.watchlist.matching import Found, Matches
from actors.watchlist.muting import Mutes
from messages.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a user is told: their entries that matched, and those that stand only in the first words of a text."""

    matched: tuple[str, ...]
    mentioned: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened: `subject` is the key of its number, `notice` what is said, `matches` to whom and why;
    `mentions` to whom for no more than the first words of its text, and why. Who is among one of `known` is not told:
    they know it, or hear of it otherwise."""

    subject: str
    notice: Notice
    matches: Found
    mentions: Found = field(default_factory=Found)
    known: tuple[Container[str], ...] = ()

    def candidates(self, after: str = "") -> Iterator[str]:
        """The users after that one who may have to be told, in their order."""
        found = merge(self.matches.candidates(after), self.mentions.candidates(after))
        return (user for user, _ in groupby(found))

    def hearers(self, users: Iterable[str], mutes: Mutes, now: datetime) -> dict[str, Reason]:
        """Those of these users who are told, and why."""
        told = [user for user in users if not any(user in known for known in self.known)]
        named = {user: texts for user in told if (texts := self.matches.texts(user))}
        in_text = {user: texts for user in told if (texts := self._only_in_text(user, named))}
        named, in_text = (dict(mutes.audible(self.subject, each, now)) for each in (named, in_text))
        return {
            user: Reason(matched=named.get(user, ()), mentioned=in_text.get(user, ()))
            for user in told
            if user in named or user in in_text
        }

    def _only_in_text(self, user: str, named: Matches) -> tuple[str, ...]:
        texts = self.mentions.texts(user)
        return tuple(text for text in texts if text not in named.get(user, ())) if texts else ()

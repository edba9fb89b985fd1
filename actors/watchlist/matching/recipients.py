"""Who is notified of a news item, and why. There may be a hundred thousand recipients, so they are worked out for a few
users at a time. Pure."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import groupby

from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.matching.matcher import LazyMatches, Matcher, Matches
from actors.watchlist.matching.mutes import Mutes
from messages.notices import Notice
from messages.papers import EarlierPaper


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReason:
    """Why a user is notified: entries that matched, and entries found only in the first words of the paper's text."""

    matched: tuple[str, ...]
    mentioned: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierMatches:
    """Who matches an entry of the index as it was `earlier`. Those whose entries are older than its end knew it."""

    earlier: EarlierPaper
    audiences: tuple[str, ...]
    matches: LazyMatches

    def knew(self, entries: Iterable[tuple[str, EntryKind, str, str]]) -> frozenset[str]:
        """Whose `entries` (user, kind, key and text) match it."""
        matcher = Matcher()
        for entry in entries:
            matcher.add(*entry)
        return frozenset(matcher.paper(self.earlier.paper, self.audiences))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One thing that happened. `subject` is the key of the paper's number, `notice` what users are sent.

    `matches` has the users whose entries matched, `mentions` those whose entries appear only in the first words of the
    text. Users in any `known` set are skipped: they know it already, or another notice tells them. So do most of those
    in `earlier`: how old their entries are decides it.
    """

    subject: str
    notice: Notice
    matches: LazyMatches
    mentions: LazyMatches = field(default_factory=LazyMatches)
    known: tuple[Container[str], ...] = ()
    earlier: tuple[EarlierMatches, ...] = ()

    def candidates(self, after: str = "") -> Iterator[str]:
        """The users after `after` who may have to be notified, in alphabetical order."""
        found = merge(self.matches.candidates(after), self.mentions.candidates(after))
        return (user for user, _ in groupby(found))

    def recipients(self, users: Iterable[str], mutes: Mutes, now: datetime) -> dict[str, MatchReason]:
        """Which of these users are notified, and why."""
        new = [user for user in users if not any(user in known for known in self.known)] if self.known else list(users)
        named = {user: texts for user in new if (texts := self.matches.texts(user))}
        in_text = self._only_in_text(new, named) if self.mentions.may_match else {}
        named, in_text = (dict(mutes.unmuted(self.subject, each, now)) for each in (named, in_text))
        return _reasons(named, in_text)

    def _only_in_text(self, users: Iterable[str], named: Matches) -> Matches:
        found = ((user, self.mentions.texts(user)) for user in users)
        only = (
            (user, tuple(text for text in texts if text not in named.get(user, ()))) for user, texts in found if texts
        )
        return {user: texts for user, texts in only if texts}


def _reasons(named: Matches, in_text: Matches) -> dict[str, MatchReason]:
    """Each user's reason; users with the same one share the object."""
    known: dict[tuple[tuple[str, ...], tuple[str, ...]], MatchReason] = {}
    found: dict[str, MatchReason] = {}
    for user in {**named, **in_text}:
        why = named.get(user, ()), in_text.get(user, ())
        if why not in known:
            known[why] = MatchReason(matched=why[0], mentioned=why[1])
        found[user] = known[why]
    return found

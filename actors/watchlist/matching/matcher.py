"""The entries of all users, compiled: one lookup leads from a word or number to the users who watch it. Pure.

Authors and titles are cut into runs of words ("thomas", "koppe", "thomas koppe"), and each run is looked up in one
dictionary of the folded entries. So the cost of matching does not depend on the number of users, and an entry takes
effect as soon as it is added or removed.
"""

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from typing import TypeVar

from actors.watchlist.matching.entries import EVERYTHING, EntryKind, number_key
from actors.watchlist.matching.folding import phrases
from messages.drafts import Draft
from messages.papers import PAPER_KINDS, Paper, PaperKind

T = TypeVar("T")

Matches = Mapping[str, tuple[str, ...]]
"""From a user to the texts of their entries that matched, in the order in which they were found."""

LAZY_FROM_WATCHERS = 500
"""Entries with more watchers than this are looked up for a user only when it is that user's turn."""


class LazyMatches(Matches):
    """The matches of one text, paper or draft. An entry with many watchers is looked up when a user's turn comes: a
    hundred thousand watchers cost little until then, and users who have stopped watching are left out."""

    def __init__(self, watchers: Iterable[Mapping[str, str]] = ()) -> None:
        self._watchers = tuple({id(each): each for each in watchers}.values())
        self._popular: list[int] = []
        self._by_user: dict[str, list[int]] = {}
        for place, each in enumerate(self._watchers):
            if len(each) > LAZY_FROM_WATCHERS:
                self._popular.append(place)
                continue
            for user in each:
                self._by_user.setdefault(user, []).append(place)

    @property
    def may_match(self) -> bool:
        """Whether there is any entry to look up."""
        return bool(self._watchers)

    def candidates(self, after: str = "") -> Iterator[str]:
        """The users after `after` in alphabetical order, as of now; some may come more than once."""
        known = [sorted(self._by_user), *(sorted(self._watchers[place]) for place in self._popular)]
        return merge(*(each[bisect_right(each, after) :] for each in known))

    def texts(self, user: str) -> tuple[str, ...]:
        """A user's matching entries; empty if there are none."""
        places = [*self._by_user[user], *self._popular] if user in self._by_user else self._popular
        if len(places) == 1:
            text = self._watchers[places[0]].get(user)
            return (text,) if text is not None else ()
        texts = (self._watchers[place].get(user) for place in sorted(places))
        return tuple(dict.fromkeys(text for text in texts if text is not None))

    def __getitem__(self, user: str) -> tuple[str, ...]:
        if not (texts := self.texts(user)):
            raise KeyError(user)
        return texts

    def __iter__(self) -> Iterator[str]:
        return (user for user in dict.fromkeys(self.candidates()) if self.texts(user))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Matcher:
    """The compiled entries. Owned by one actor; a user has a key at most once."""

    def __init__(self) -> None:
        self._watchers: dict[EntryKind, dict[str, dict[str, str]]] = {kind: {} for kind in EntryKind}
        self._entries_of: dict[str, int] = {}
        self._lengths: dict[EntryKind, dict[int, int]] = {kind: {} for kind in EntryKind}

    # --- entries

    def add(self, user: str, kind: EntryKind, key: str, text: str) -> None:
        """Add `key` to what `user` watches; `text` is what the user calls it."""
        watchers = self._watchers[kind].setdefault(sys.intern(key), {})
        if user not in watchers:
            _count(self._entries_of, user, 1)
            _count(self._lengths[kind], _length(key), 1)
        watchers[sys.intern(user)] = sys.intern(text)

    def remove(self, user: str, kind: EntryKind, key: str) -> None:
        """Remove `key` from what `user` watches. Raises KeyError if it is not there."""
        watchers = self._watchers[kind][key]
        del watchers[user]
        if not watchers:
            del self._watchers[kind][key]
        _count(self._entries_of, user, -1)
        _count(self._lengths[kind], _length(key), -1)

    def watchers(self, kind: EntryKind, key: str) -> Mapping[str, str]:
        """The users who watch `key`, each with what they call it."""
        return self._watchers[kind].get(key, {})

    @property
    def users(self) -> int:
        """How many users have an entry."""
        return len(self._entries_of)

    @property
    def entries(self) -> int:
        """How many entries all users have."""
        return sum(sum(lengths.values()) for lengths in self._lengths.values())

    # --- matches

    def paper(self, paper: Paper, audiences: Iterable[str] = ()) -> LazyMatches:
        """Who watches an entry of the index with these audiences. An issue matches by its number or kind only: an
        author entry does not match the person who submitted it."""
        if paper.kind in PAPER_KINDS:
            return LazyMatches(self._found(paper.kind, paper.number, paper.authors, paper.title, audiences))
        return LazyMatches(self._found(paper.kind, paper.number))

    def draft(self, draft: Draft, audiences: Iterable[str] = ()) -> LazyMatches:
        """Who watches a draft. The authors of its predecessor count too, and its title until its own is known."""
        authors = (*draft.authors, *draft.earlier_authors)
        found = self._found(PaperKind.P, draft.number, authors, draft.title, audiences)
        return LazyMatches((*found, self.watchers(EVERYTHING.kind, EVERYTHING.key)))

    def mentions(self, draft: Draft) -> LazyMatches:
        """Whose author entries appear in the first words of a draft whose authors could not be read."""
        matter = draft.front_matter
        return self.text(matter.text) if matter is not None and not matter.authors else LazyMatches()

    def text(self, text: str) -> LazyMatches:
        """Whose author entries appear in `text` as whole words."""
        return LazyMatches(self._phrases(EntryKind.AUTHOR, text))

    def _found(
        self,
        kind: PaperKind,
        number: int,
        authors: Iterable[str] = (),
        title: str = "",
        audiences: Iterable[str] = (),
    ) -> Iterator[Mapping[str, str]]:
        yield self.watchers(EntryKind.NUMBER, number_key(kind, number))
        if kind not in PAPER_KINDS:
            yield self.watchers(EntryKind.KIND, kind.value)
        for author in authors:
            yield from self._phrases(EntryKind.AUTHOR, author)
        yield from self._phrases(EntryKind.TITLE, title)
        for audience in audiences:
            yield self.watchers(EntryKind.AUDIENCE, audience)

    def _phrases(self, kind: EntryKind, text: str) -> Iterator[Mapping[str, str]]:
        known = self._watchers[kind]
        for phrase in phrases(text, max(self._lengths[kind], default=0)) if known else ():
            if (watchers := known.get(phrase)) is not None:
                yield watchers


def _length(key: str) -> int:
    return key.count(" ") + 1


def _count(counts: dict[T, int], what: T, by: int) -> None:
    counts[what] = counts.get(what, 0) + by
    if counts[what] == 0:
        del counts[what]

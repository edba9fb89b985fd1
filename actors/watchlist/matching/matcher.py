"""The entries of all users, compiled: from a word or number to who watches it, by one look-up. Pure.

An author's name and a title are cut into runs of words ("thomas", "koppe", "thomas koppe"), and each is looked up in
one dictionary of the folded entries. So matching does not depend on the number of users, and an entry that was added or
removed counts at once.
"""

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from typing import TypeVar

from actors.watchlist.matching.entries import EntryKind, number_key
from actors.watchlist.matching.folding import phrases
from messages.drafts import Draft
from messages.papers import PAPER_KINDS, Paper, PaperKind

T = TypeVar("T")

Matches = Mapping[str, tuple[str, ...]]
"""User to the texts of the entries of theirs that matched, in the order in which they were found."""

MANY = 500
"""Watchers of one thing from which on each is looked up only when it is asked for."""


class LazyMatches(Matches):
    """The matches of one text, paper or draft. Texts are looked up when they are asked for, in the entries as they are
    then: so a hundred thousand watchers cost little until it is their turn, and who no longer watches is not among
    them."""

    def __init__(self, watchers: Iterable[Mapping[str, str]] = ()) -> None:
        self._watchers = tuple({id(each): each for each in watchers}.values())
        self._many: list[int] = []
        self._few: dict[str, list[int]] = {}
        for place, each in enumerate(self._watchers):
            if len(each) > MANY:
                self._many.append(place)
                continue
            for user in each:
                self._few.setdefault(user, []).append(place)

    @property
    def is_of_anybody(self) -> bool:
        """Whether there was anything to find."""
        return bool(self._watchers)

    def candidates(self, after: str = "") -> Iterator[str]:
        """The users after that one, in their order, as they are now; some more than once."""
        known = [sorted(self._few), *(sorted(self._watchers[place]) for place in self._many)]
        return merge(*(each[bisect_right(each, after) :] for each in known))

    def texts(self, user: str) -> tuple[str, ...]:
        """Of one user: none if nothing of theirs matched."""
        places = [*self._few[user], *self._many] if user in self._few else self._many
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
    """The compiled entries. Owned by one actor; a user may have a key once."""

    def __init__(self) -> None:
        self._watchers: dict[EntryKind, dict[str, dict[str, str]]] = {kind: {} for kind in EntryKind}
        self._entries_of: dict[str, int] = {}
        self._lengths: dict[EntryKind, dict[int, int]] = {kind: {} for kind in EntryKind}

    # --- entries

    def add(self, user: str, kind: EntryKind, key: str, text: str) -> None:
        """Let `user` watch `key`; `text` is what the user calls it."""
        watchers = self._watchers[kind].setdefault(sys.intern(key), {})
        if user not in watchers:
            _count(self._entries_of, user, 1)
            _count(self._lengths[kind], _length(key), 1)
        watchers[sys.intern(user)] = sys.intern(text)

    def remove(self, user: str, kind: EntryKind, key: str) -> None:
        """Let `user` no longer watch `key`. Raises KeyError if they did not."""
        watchers = self._watchers[kind][key]
        del watchers[user]
        if not watchers:
            del self._watchers[kind][key]
        _count(self._entries_of, user, -1)
        _count(self._lengths[kind], _length(key), -1)

    def watchers(self, kind: EntryKind, key: str) -> Mapping[str, str]:
        """Who watches `key`, with what they call it."""
        return self._watchers[kind].get(key, {})

    @property
    def users(self) -> int:
        """Users with an entry."""
        return len(self._entries_of)

    @property
    def entries(self) -> int:
        """Entries of all users."""
        return sum(sum(lengths.values()) for lengths in self._lengths.values())

    # --- matches

    def paper(self, paper: Paper, audiences: Iterable[str] = ()) -> LazyMatches:
        """Who is to hear of an entry of the index, which is for these audiences. An issue is news only for who watches
        its number or kind: an entry for an author does not match who submitted it."""
        if paper.kind in PAPER_KINDS:
            return LazyMatches(self._found(paper.kind, paper.number, paper.authors, paper.title, audiences))
        return LazyMatches(self._found(paper.kind, paper.number))

    def draft(self, draft: Draft, audiences: Iterable[str] = ()) -> LazyMatches:
        """Who is to hear of a draft by what is known of it: its authors and title are its own, or its predecessor's
        until those are known."""
        return LazyMatches(self._found(PaperKind.P, draft.number, draft.authors, draft.title, audiences))

    def mentions(self, draft: Draft) -> LazyMatches:
        """Whose author entries stand in the first words of a draft."""
        return self.text(draft.front_matter.text) if draft.front_matter is not None else LazyMatches()

    def text(self, text: str) -> LazyMatches:
        """Whose author entries stand in `text` as whole words."""
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

"""The entries of all users, compiled: from a word or number to who watches it, by one look-up. Pure.

An author's name and a title are cut into runs of words ("thomas", "koppe", "thomas koppe"), and each is looked up in
one dictionary of the folded entries. So matching does not depend on the number of users, and an entry that was added or
removed counts at once.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from actors.watchlist.entries import number_key
from actors.watchlist.folding import phrases
from messages.drafts import Draft
from messages.papers import PAPER_KINDS, Paper, PaperKind
from messages.watching import EntryKind

T = TypeVar("T")

Matches = dict[str, tuple[str, ...]]
"""User to the texts of the entries of theirs that matched, in the order in which they were found."""


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

    def count_of(self, user: str) -> int:
        """How many entries `user` has."""
        return self._entries_of.get(user, 0)

    @property
    def users(self) -> int:
        """Users with an entry."""
        return len(self._entries_of)

    @property
    def entries(self) -> int:
        """Entries of all users."""
        return sum(sum(lengths.values()) for lengths in self._lengths.values())

    # --- matches

    def paper(self, paper: Paper, audiences: Iterable[str] = ()) -> Matches:
        """Who is to hear of an entry of the index, which is for these audiences. An issue is news only for who watches
        its number or kind: an entry for an author does not match who submitted it."""
        if paper.kind in PAPER_KINDS:
            return _united(self._found(paper.kind, paper.number, paper.authors, paper.title, audiences))
        return _united(self._found(paper.kind, paper.number))

    def draft(self, draft: Draft, audiences: Iterable[str] = ()) -> Matches:
        """Who is to hear of a draft: its authors and title are its own, or its predecessor's until those are known."""
        return _united(self._found(PaperKind.P, draft.number, draft.authors, draft.title, audiences))

    def text(self, text: str) -> Matches:
        """Whose author entries stand in `text` as whole words."""
        return _united(self._phrases(EntryKind.AUTHOR, text))

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


def _united(found: Iterable[Mapping[str, str]]) -> Matches:
    united: Matches = {}
    for watchers in found:
        for user, text in watchers.items():
            known = united.get(user, ())
            if text not in known:
                united[user] = (*known, text)
    return united

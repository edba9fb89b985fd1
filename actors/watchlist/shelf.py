"""The last year's papers, to say what an entry would have matched, and what may have been meant. Pure."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from actors.watchlist.entries import Wish, number_key
from actors.watchlist.folding import words
from messages.papers import PAPER_KINDS, Paper
from messages.watching import EntryKind

YEAR = timedelta(days=365)
MOST = 5000
"""Papers and issues on the shelf: a year has about 800 papers and 700 issues."""

BROAD = 100
"""Papers a year (two a week) from which an entry is worth asking about."""

ALIKE = 0.75
"""How alike two names must be for one to be a slip of the other; difflib's ratio."""

MOST_TITLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an entry would have matched in the last year: `papers` of that many `known` (of an audience: those whose
    audience is known), `issues`; `examples` are ids, the newest first."""

    papers: int
    issues: int
    known: int
    examples: tuple[str, ...]

    @property
    def is_broad(self) -> bool:
        """Whether it is worth asking about."""
        return self.papers > BROAD


@dataclass(frozen=True, slots=True, kw_only=True)
class _Volume:
    paper: Paper
    day: date
    number: str
    authors: str
    title: str


class Shelf:
    """Owned by one actor. Empty until it was filled from the index."""

    def __init__(self) -> None:
        self._volumes: dict[str, _Volume] = {}
        self._names: dict[str, str] = {}
        self._terms: dict[str, str] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be said yet."""
        return not self._volumes

    def __len__(self) -> int:
        return len(self._volumes)

    def put(self, papers: Iterable[Paper], today: date) -> None:
        """In place of what was known of them. One without a date counts as of `today`."""
        for paper in papers:
            self._volumes[paper.id] = _volume(paper, today)
            self._learn(paper)
        if len(self._volumes) > MOST:
            newest = sorted(self._volumes.items(), key=lambda item: item[1].day, reverse=True)[: MOST * 9 // 10]
            self._volumes = dict(newest)

    def preview(self, wish: Wish, audiences: dict[str, tuple[str, ...]], today: date) -> Preview:
        """Of `wish`; `audiences` of the numbers of which they are known, by key."""
        recent = [volume for volume in self._volumes.values() if volume.day >= today - YEAR]
        found = [volume for volume in recent if _matches(volume, wish, audiences)]
        found.sort(key=lambda volume: (volume.day, volume.paper.id), reverse=True)
        papers = [volume for volume in recent if volume.paper.kind in PAPER_KINDS]
        if wish.kind is EntryKind.AUDIENCE:
            papers = [volume for volume in papers if volume.number in audiences]
        matching = sum(volume.paper.kind in PAPER_KINDS for volume in found)
        return Preview(
            papers=matching,
            issues=len(found) - matching,
            known=len(papers),
            examples=tuple(volume.paper.id for volume in found[:3]),
        )

    def near_miss(self, wish: Wish) -> str | None:
        """What may have been meant by an entry that matched nothing: an author's name or a title's word, as it is
        written there."""
        known = {EntryKind.AUTHOR: self._names, EntryKind.TITLE: self._terms}.get(wish.kind, {})
        length = wish.key.count(" ")
        alike = [
            key for key in known if key.count(" ") == length and abs(len(key) - len(wish.key)) <= 2 and key != wish.key
        ]
        near = difflib.get_close_matches(wish.key, alike, n=1, cutoff=ALIKE)
        if not near:
            return None
        return f"title:{known[near[0]]}" if wish.kind is EntryKind.TITLE else known[near[0]]

    def of_number(self, key: str) -> tuple[Paper, ...]:
        """The papers, or the issue, of a number."""
        return tuple(volume.paper for volume in self._volumes.values() if volume.number == key)

    def titled(self, text: str) -> tuple[Paper, ...]:
        """Papers in whose title all words of `text` stand, the newest first."""
        wanted = set(words(text))
        if not wanted:
            return ()
        found = [volume for volume in self._volumes.values() if wanted <= set(volume.title.split())]
        found.sort(key=lambda volume: (volume.day, volume.paper.id), reverse=True)
        return tuple(volume.paper for volume in found[:MOST_TITLES])

    def _learn(self, paper: Paper) -> None:
        if paper.kind not in PAPER_KINDS:
            return
        for author in paper.authors:
            self._names.setdefault(" ".join(words(author)), author)
            for word in author.split():
                if len(folded := " ".join(words(word))) > 2:
                    self._names.setdefault(folded, word.strip(".,;()"))
        for word in words(paper.title):
            if len(word) > 3:
                self._terms.setdefault(word, word)


def _volume(paper: Paper, today: date) -> _Volume:
    return _Volume(
        paper=paper,
        day=paper.date or today,
        number=number_key(paper.kind, paper.number),
        authors="|".join(f" {' '.join(words(author))} " for author in paper.authors),
        title=f" {' '.join(words(paper.title))} ",
    )


def _matches(volume: _Volume, wish: Wish, audiences: dict[str, tuple[str, ...]]) -> bool:
    is_paper = volume.paper.kind in PAPER_KINDS
    match wish.kind:
        case EntryKind.NUMBER:
            return volume.number == wish.key
        case EntryKind.KIND:
            return volume.paper.kind.value == wish.key
        case EntryKind.AUTHOR:
            return is_paper and f" {wish.key} " in volume.authors
        case EntryKind.TITLE:
            return is_paper and f" {wish.key} " in volume.title
        case EntryKind.AUDIENCE:
            return is_paper and wish.key in audiences.get(volume.number, ())

"""The last year's papers, to say what an entry would have matched, and what may have been meant. Pure."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from actors.watchlist.matching.entries import EntryKind, ParsedEntry, number_key
from actors.watchlist.matching.folding import words
from messages.papers import PAPER_KINDS, Paper

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
    """What an entry would have matched in the last year: so many `papers` and `issues`; `examples` are ids, the newest
    first."""

    papers: int
    issues: int
    examples: tuple[str, ...]

    @property
    def is_broad(self) -> bool:
        """Whether it is worth asking about."""
        return self.papers > BROAD


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPaper:
    """A paper with the `day` that counts for it, the key of its `number`, and its authors and title folded."""

    paper: Paper
    day: date
    number: str
    authors: str
    title: str


class RecentPapers:
    """Owned by one actor, which says whether it `is_filled`: before that it may lack much."""

    def __init__(self) -> None:
        self.is_filled = False
        self._papers: dict[str, CachedPaper] = {}
        self._names: dict[str, str] = {}
        self._terms: set[str] = set()
        self._newest: date | None = None

    def from_last_year(self, papers: Iterable[Paper], today: date) -> tuple[CachedPaper, ...]:
        """Those of the last year that there is: back from the newest one, which is not after `today`. A paper without a
        date counts as the newest."""
        papers = tuple(papers)
        dates = [paper.date for paper in papers if paper.date is not None and paper.date <= today]
        newest = self._newest or max(dates, default=today)
        cached = (volume(paper, min(paper.date or newest, today)) for paper in papers)
        return tuple(each for each in cached if each.day >= newest - YEAR)

    def put(self, cached: Iterable[CachedPaper]) -> None:
        """In place of what was known of them."""
        for each in cached:
            self._papers[each.paper.id] = each
            self._newest = max(self._newest or each.day, each.day)
            self._learn(each.paper)
        if len(self._papers) > MOST:
            newest = sorted(self._papers.items(), key=lambda item: item[1].day, reverse=True)[: MOST * 9 // 10]
            self._papers = dict(newest)

    def preview(self, parsed: ParsedEntry, audiences: Mapping[str, tuple[str, ...]]) -> Preview:
        """Of `wish`; `audiences` of the numbers of which they are known, by key."""
        since = self._newest - YEAR if self._newest else date.min
        matches = _test_of(parsed, audiences)
        found = _newest_first(each for each in self._papers.values() if matches(each) and each.day >= since)
        matching = sum(each.paper.kind in PAPER_KINDS for each in found)
        return Preview(
            papers=matching, issues=len(found) - matching, examples=tuple(each.paper.id for each in found[:3])
        )

    def near_miss(self, parsed: ParsedEntry) -> str | None:
        """What may have been meant by an entry that matched nothing: an author's name as it is written there, or words
        of a title that stand there together."""
        if parsed.kind is EntryKind.AUTHOR:
            near = _nearest(parsed.key, self._names)
            return None if near is None else self._names[near]
        if parsed.kind is not EntryKind.TITLE:
            return None
        meant = [word if word in self._terms else _nearest(word, self._terms) or word for word in parsed.key.split()]
        phrase = " ".join(meant)
        matches = _test_of(replace(parsed, key=phrase), {})
        return f"title:{phrase}" if phrase != parsed.key and any(map(matches, self._papers.values())) else None

    def of_number(self, key: str) -> tuple[Paper, ...]:
        """The papers, or the issue, of a number."""
        return tuple(each.paper for each in self._papers.values() if each.number == key)

    def with_title_words(self, text: str) -> tuple[Paper, ...]:
        """Papers in whose title all words of `text` stand, the newest first."""
        wanted = set(words(text))
        if not wanted:
            return ()
        found = _newest_first(each for each in self._papers.values() if wanted <= set(each.title.split()))
        return tuple(each.paper for each in found[:MOST_TITLES])

    def _learn(self, paper: Paper) -> None:
        if paper.kind not in PAPER_KINDS:
            return
        for author in paper.authors:
            self._names.setdefault(" ".join(words(author)), author)
            for word in author.split():
                if len(folded := " ".join(words(word))) > 2:
                    self._names.setdefault(folded, word.strip(".,;()"))
        self._terms.update(word for word in words(paper.title) if len(word) > 3)


def volume(paper: Paper, day: date) -> CachedPaper:
    """A paper that counts as of `day`."""
    return CachedPaper(
        paper=paper,
        day=day,
        number=number_key(paper.kind, paper.number),
        authors="|".join(f" {' '.join(words(author))} " for author in paper.authors),
        title=f" {' '.join(words(paper.title))} ",
    )


def _nearest(key: str, known: Iterable[str]) -> str | None:
    """The one that is most like `key`, of those that begin or end as it does."""
    length, blanks, first, last = len(key), key.count(" "), key[:1], key[-2:]
    alike = [
        other
        for other in known
        if abs(len(other) - length) <= 2
        and (other.startswith(first) or other.endswith(last))
        and other.count(" ") == blanks
        and other != key
    ]
    return next(iter(difflib.get_close_matches(key, alike, n=1, cutoff=ALIKE)), None)


def _newest_first(cached: Iterable[CachedPaper]) -> list[CachedPaper]:
    return sorted(cached, key=lambda each: (each.day, each.paper.id), reverse=True)


def _test_of(parsed: ParsedEntry, audiences: Mapping[str, tuple[str, ...]]) -> Callable[[CachedPaper], bool]:
    """Whether a volume is matched; with as little as can be done for each."""
    key, phrase = parsed.key, f" {parsed.key} "
    match parsed.kind:
        case EntryKind.NUMBER:
            return lambda each: each.number == key
        case EntryKind.KIND:
            return lambda each: each.paper.kind.value == key
        case EntryKind.AUTHOR:
            return lambda each: phrase in each.authors and each.paper.kind in PAPER_KINDS
        case EntryKind.TITLE:
            return lambda each: phrase in each.title and each.paper.kind in PAPER_KINDS
        case EntryKind.AUDIENCE:
            return lambda each: key in audiences.get(each.number, ()) and each.paper.kind in PAPER_KINDS

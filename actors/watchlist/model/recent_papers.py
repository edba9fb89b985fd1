"""The last year's papers, which show what an entry would have matched and what its author may have meant. Pure."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from actors.watchlist.matching.entries import EntryKind, ParsedEntry, number_key
from actors.watchlist.matching.folding import words
from messages.papers import PAPER_KINDS, Paper

YEAR = timedelta(days=365)
MAX_PAPERS = 5000
"""Papers and issues that are kept: a year has about 800 papers and 700 issues."""

BROAD_FROM_PAPERS = 100
"""An entry that matches more papers a year (two a week) has to be confirmed."""

MAX_SHORT_TERM = 4
"""Letters of a word that is another word with another first letter: `core` is no misspelled `more`."""

MIN_SIMILARITY = 0.75
"""How similar two names must be for one to count as a misspelling of the other; difflib's ratio."""

MAX_TITLES_FOUND = 5

_TWO_LETTERS = re.compile("[aou]e|aa")
"""How German and Nordic letters are written without their marks."""

MAX_AUTHORS_LEARNED = 50
MAX_TITLE_WORDS_LEARNED = 50
"""Names and words of one paper that are suggested to users. No real paper has more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How many `papers` and `issues` an entry would have matched in the last year; `examples` are IDs, newest first.
    `mentions` are the drafts whose authors could not be read and whose first page mentions an author."""

    papers: int
    issues: int
    examples: tuple[str, ...]
    mentions: tuple[str, ...] = ()

    @property
    def is_broad(self) -> bool:
        """Whether the entry has to be confirmed."""
        return self.papers > BROAD_FROM_PAPERS


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPaper:
    """A paper with the `day` that counts as its date, the key of its `number`, and its folded authors and title."""

    paper: Paper
    day: date
    number: str
    authors: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadDraft:
    """The folded first words of a draft whose authors could not be read, found on a `day`."""

    id: str
    day: date
    text: str


MAX_UNREAD_DRAFTS = 200
"""Drafts of the last year whose authors could not be read; there are about 30."""


class RecentPapers:
    """Owned by one actor. Until it `is_loaded` from the index, much may be missing."""

    def __init__(
        self, papers: Iterable[CachedPaper] = (), unread: Iterable[UnreadDraft] = (), *, is_loaded: bool = False
    ) -> None:
        self.is_loaded = is_loaded
        self._unread: dict[str, UnreadDraft] = {}
        self._papers: dict[str, CachedPaper] = {}
        self._newest: date | None = None
        self._vocabulary = _Vocabulary()
        self.put(papers)
        self.put_unread(unread)

    def from_last_year(self, papers: Iterable[Paper], today: date) -> tuple[CachedPaper, ...]:
        """Those of `papers` that belong to the last year, counted back from the newest paper's date, or from `today` if
        that is earlier. A paper without a date counts as the newest."""
        papers = tuple(papers)
        dates = [paper.date for paper in papers if paper.date is not None and paper.date <= today]
        newest = self._newest or max(dates, default=today)
        cached = (cached_paper(paper, min(paper.date or newest, today)) for paper in papers)
        return tuple(each for each in cached if each.day >= newest - YEAR)

    def put(self, papers: Iterable[CachedPaper]) -> None:
        """Add papers; each replaces what was known of it. When there are too many, the oldest are dropped."""
        for each in papers:
            if (known := self._papers.get(each.paper.id)) is not None:
                self._vocabulary.forget(known.paper)
            self._papers[each.paper.id] = each
            self._newest = max(self._newest or each.day, each.day)
            self._vocabulary.learn(each.paper)
        if len(self._papers) > MAX_PAPERS:
            oldest_last = sorted(self._papers.values(), key=lambda each: each.day, reverse=True)
            for each in oldest_last[MAX_PAPERS * 9 // 10 :]:
                del self._papers[each.paper.id]
                self._vocabulary.forget(each.paper)

    def put_unread(self, drafts: Iterable[UnreadDraft]) -> None:
        """Add drafts whose authors could not be read; the oldest are dropped when there are too many."""
        self._unread |= {each.id: each for each in drafts}
        while len(self._unread) > MAX_UNREAD_DRAFTS:
            del self._unread[min(self._unread.values(), key=lambda each: each.day).id]

    def drop_unread(self, ids: Iterable[str]) -> None:
        """Their authors have been read since."""
        for id in ids:
            self._unread.pop(id, None)

    @property
    def papers(self) -> Mapping[str, CachedPaper]:
        """All that are kept, by ID."""
        return self._papers

    @property
    def vocabulary_size(self) -> int:
        """Names and title words that suggestions are chosen from."""
        return self._vocabulary.size

    def preview(self, parsed: ParsedEntry, audiences: Mapping[str, tuple[str, ...]]) -> Preview:
        """What an entry would have matched; `audiences` are those known, by the key of a number."""
        since = self._newest - YEAR if self._newest else date.min
        matches = _test_of(parsed, audiences)
        found = _newest_first(each for each in self._papers.values() if matches(each) and each.day >= since)
        matching = sum(each.paper.kind in PAPER_KINDS for each in found)
        return Preview(
            papers=matching,
            issues=len(found) - matching,
            examples=tuple(each.paper.id for each in found[:3]),
            mentions=self._mentioning(parsed.key) if parsed.kind is EntryKind.AUTHOR else (),
        )

    def _mentioning(self, author: str) -> tuple[str, ...]:
        newest = max((each.day for each in self._unread.values()), default=date.min)
        found = [each for each in self._unread.values() if f" {author} " in each.text and newest - each.day <= YEAR]
        return tuple(each.id for each in sorted(found, key=lambda each: each.day, reverse=True))

    def near_miss(self, parsed: ParsedEntry) -> str | None:
        """What an entry that matched nothing may have meant: an author's name as papers spell it, or consecutive words
        of a title."""
        if parsed.kind is EntryKind.AUTHOR:
            return self._vocabulary.nearest_name(parsed.key)
        if parsed.kind is not EntryKind.TITLE:
            return None
        phrase = " ".join(map(self._vocabulary.nearest_term, parsed.key.split()))
        matches = _test_of(replace(parsed, key=phrase), {})
        return f"title:{phrase}" if phrase != parsed.key and any(map(matches, self._papers.values())) else None

    def of_number(self, key: str) -> tuple[Paper, ...]:
        """The papers, or the issue, of a number."""
        return tuple(each.paper for each in self._papers.values() if each.number == key)

    def with_title_words(self, text: str) -> tuple[Paper, ...]:
        """Papers whose titles contain all words of `text`, newest first."""
        wanted = set(words(text))
        if not wanted:
            return ()
        found = _newest_first(each for each in self._papers.values() if wanted <= set(each.title.split()))
        return tuple(each.paper for each in found[:MAX_TITLES_FOUND])

    def search(self, text: str) -> tuple[Paper, ...]:
        """Papers with all words of `text` in their titles, or one after the other in an author's name, newest first."""
        folded = words(text)
        wanted, phrase = set(folded), f" {' '.join(folded)} "
        if not wanted:
            return ()
        found = (each for each in self._papers.values() if wanted <= set(each.title.split()) or phrase in each.authors)
        return tuple(each.paper for each in _newest_first(found) if each.paper.kind in PAPER_KINDS)


class _Vocabulary:
    """Names of authors and words of titles that users may have meant, each with the number of papers it comes from: it
    leaves with the last of them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._terms: Counter[str] = Counter()

    @property
    def size(self) -> int:
        return len(self._names) + len(self._terms)

    def learn(self, paper: Paper) -> None:
        for folded, name in _names(paper):
            self._names.setdefault(folded, name)
            self._counts[folded] += 1
        self._terms.update(_terms(paper))

    def forget(self, paper: Paper) -> None:
        for folded, _ in _names(paper):
            self._counts[folded] -= 1
            if not self._counts[folded]:
                del self._counts[folded], self._names[folded]
        for term in _terms(paper):
            self._terms[term] -= 1
            if not self._terms[term]:
                del self._terms[term]

    def nearest_name(self, key: str) -> str | None:
        near = _same_but_for_signs(key, self._names) or _nearest(key, self._names)
        return None if near is None else self._names[near]

    def nearest_term(self, word: str) -> str:
        near = None if word in self._terms else _nearest(word, self._terms)
        is_another = near is not None and len(word) <= MAX_SHORT_TERM and near[:1] != word[:1]
        return word if near is None or is_another else near


def _names(paper: Paper) -> Iterator[tuple[str, str]]:
    """Whole names and their parts, folded and as they are written."""
    for author in paper.authors[:MAX_AUTHORS_LEARNED] if paper.kind in PAPER_KINDS else ():
        yield " ".join(words(author)), author
        for word in author.split():
            if len(folded := " ".join(words(word))) > 2:
                yield folded, word.strip(".,;()")
        yield from _with_particles(author)


def _with_particles(author: str) -> Iterator[tuple[str, str]]:
    """Last names whose particle stands apart: `Ó Séaghdha`, `De Luca`."""
    parts = author.split()
    for particle, name in pairwise(parts[1:]):
        if len(particle) <= 2 and particle.isalpha():
            yield " ".join(words(f"{particle} {name}")), f"{particle} {name}"


def _terms(paper: Paper) -> list[str]:
    known = words(paper.title)[:MAX_TITLE_WORDS_LEARNED] if paper.kind in PAPER_KINDS else []
    return [word for word in known if len(word) > 3]


def cached_paper(paper: Paper, day: date) -> CachedPaper:
    """A paper whose date counts as `day`."""
    return CachedPaper(
        paper=paper,
        day=day,
        number=number_key(paper.kind, paper.number),
        authors="|".join(f" {' '.join(words(author))} " for author in paper.authors),
        title=f" {' '.join(words(paper.title))} ",
    )


def unread_draft(id: str, day: date, text: str) -> UnreadDraft:
    """A draft whose authors could not be read."""
    return UnreadDraft(id=id, day=day, text=f" {' '.join(words(text))} ")


def _same_but_for_signs(key: str, known: Iterable[str]) -> str | None:
    """The one that is `key` but for an apostrophe, a hyphen, or the two letters that stand for an umlaut: `odwyer` for
    `o dwyer`, `mueller` for `muller`."""
    first, bare = key[:1], _bare(key)
    alike = (other for other in known if other.startswith(first) and other != key)
    return next((other for other in alike if _bare(other) == bare), None)


def _bare(folded: str) -> str:
    return _TWO_LETTERS.sub(lambda found: found[0][0], folded.replace(" ", ""))


def _nearest(key: str, known: Iterable[str]) -> str | None:
    """The one most similar to `key`, of those that share its beginning or end."""
    length, blanks, first, last = len(key), key.count(" "), key[:1], key[-2:]
    alike = [
        other
        for other in known
        if abs(len(other) - length) <= 2
        and (other.startswith(first) or other.endswith(last))
        and other.count(" ") == blanks
        and other != key
    ]
    return next(iter(difflib.get_close_matches(key, alike, n=1, cutoff=MIN_SIMILARITY)), None)


def _newest_first(papers: Iterable[CachedPaper]) -> list[CachedPaper]:
    return sorted(papers, key=lambda each: (each.day, each.paper.id), reverse=True)


def _test_of(parsed: ParsedEntry, audiences: Mapping[str, tuple[str, ...]]) -> Callable[[CachedPaper], bool]:
    """Whether an entry matches a paper. It is called for thousands of papers, so it does as little as it can."""
    key, phrase = parsed.key, f" {parsed.key} "
    match parsed.kind:
        case EntryKind.NUMBER:
            return lambda each: each.number == key
        case EntryKind.MAILINGS:
            return lambda each: False
        case EntryKind.KIND:
            return lambda each: each.paper.kind.value == key
        case EntryKind.AUTHOR:
            return lambda each: phrase in each.authors and each.paper.kind in PAPER_KINDS
        case EntryKind.TITLE:
            return lambda each: phrase in each.title and each.paper.kind in PAPER_KINDS
        case EntryKind.AUDIENCE:
            return lambda each: key in audiences.get(each.number, ()) and each.paper.kind in PAPER_KINDS
        case EntryKind.EVERYTHING:
            return lambda _: False  # it is about drafts

"""How well front matter is read: what was read of papers against what an index says of them. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from actors.index.entries.authors import split_authors
from messages.drafts import FrontMatter

_NAME = re.compile(r"(?<![A-Za-z0-9])(?:[PD](\d{4})(?:R(\d+))?|(N\d{4}))(?![\dA-Za-z])", re.IGNORECASE)
_DASHES = re.compile(r"-{2,3}")
"""A long dash as typewriters have it."""

_UMLAUT = re.compile(r"(?<=[aou])e")
_MARKDOWN = re.compile(r"[`*]|\\(?=[_<>*])")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"})
_NICKNAME = re.compile(r"[(\"“][^)\"”]*[)\"”]")


class TitleVerdict(Enum):
    """BLANKS: right but for blanks. PARTLY: one holds the other. NONE: none was read."""

    RIGHT = "right"
    BLANKS = "blanks"
    PARTLY = "partly"
    WRONG = "wrong"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What an index says of a paper: the titles and authors of its revisions, the one asked for first."""

    titles: tuple[str, ...]
    authors: tuple[tuple[str, ...], ...]


@dataclass(slots=True, kw_only=True)
class Score:
    """Counts over many papers."""

    titles: Counter[TitleVerdict] = field(default_factory=Counter)
    unread: int = 0
    names_read: int = 0
    names_right: int = 0
    names_expected: int = 0
    names_found: int = 0
    audiences: int = 0
    groups_read: int = 0
    groups_right: int = 0
    groups_expected: int = 0
    groups_found: int = 0

    def add(self, read: FrontMatter, truth: Truth) -> TitleVerdict:
        """One more paper; how its title was read."""
        verdict = title_verdict(read.title, truth.titles)
        self.titles[verdict] += 1
        wrong, missed = names_apart(read.authors, truth.authors)
        self.names_read += len(read.authors)
        self.names_right += len(read.authors) - len(wrong)
        self.names_expected += len(truth.authors[0])
        self.names_found += len(truth.authors[0]) - len(missed)
        return verdict

    def add_audience(self, read: Sequence[str], expected: Sequence[str]) -> frozenset[str]:
        """One more paper for which somebody wrote down the audience; the groups that are on one side only."""
        self.audiences += 1
        told, meant = {folded(group) for group in read}, {folded(group) for group in expected}
        self.groups_read += len(told)
        self.groups_right += len(told & meant)
        self.groups_expected += len(meant)
        self.groups_found += len(told & meant)
        return frozenset(told ^ meant)


Index = Mapping[str, Mapping[int, Mapping[str, str]]]
"""Entries in the format of wg21.link by number ("P2300", "N4950") and revision, 0 where there is none."""


def indexed(entries: Mapping[str, Mapping[str, str]]) -> Index:
    """The papers of an index in the format of wg21.link."""
    papers: dict[str, dict[int, Mapping[str, str]]] = {}
    for name, entry in entries.items():
        if (match := re.fullmatch(r"(P\d{4}|N\d{4})(?:R(\d+))?", name)) is not None:
            papers.setdefault(match[1], {})[int(match[2] or 0)] = entry
    return papers


class Series(Enum):
    """P papers, and what else has a number: reports, agendas, working drafts."""

    P = "P"
    N = "N"


def series_of(paper: str) -> Series:
    """The series that a paper belongs to."""
    return Series(paper[0])


def paper_of(name: str) -> tuple[str, int | None] | None:
    """The paper and the revision in the name of a file; None when there is none."""
    match = _NAME.search(name)
    if match is None:
        return None
    return (match[3].upper(), None) if match[3] else (f"P{match[1]}", int(match[2]) if match[2] else None)


def truth_of(index: Index, paper: str, revision: int | None) -> Truth | None:
    """What an index says of a paper; None when it does not know it."""
    entries = index.get(paper)
    if not entries:
        return None
    asked = max(entries) if revision is None else min(entries, key=lambda each: abs(each - revision))
    ordered = [entries[asked], *(entry for each, entry in entries.items() if each != asked)]
    return Truth(
        titles=tuple(entry.get("title", "") for entry in ordered),
        authors=tuple(split_authors(entry.get("author", "")) for entry in ordered),
    )


def title_verdict(read: str, titles: Iterable[str]) -> TitleVerdict:
    """How a title compares with those that a paper had, whichever comes closest."""
    if not read:
        return TitleVerdict.NONE
    told = _plain(read)
    verdicts = [_compared(told, _plain(title)) for title in titles]
    return min(verdicts, key=list(TitleVerdict).index, default=TitleVerdict.WRONG)


def names_apart(read: Sequence[str], authors: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that were read and are of no revision, and those of the paper that were not read."""
    known = [name for each in authors for name in each]
    wrong = tuple(name for name in read if not any(is_same_person(name, other) for other in known))
    missed = tuple(name for name in authors[0] if not any(is_same_person(name, other) for other in read))
    return wrong, missed


def is_same_person(name: str, other: str) -> bool:
    """Whether two names are one person's: the same last word, and first words of which one begins the other."""
    one, two = _words(name), _words(other)
    if not one or not two:
        return False
    if "".join(one) == "".join(two) or sorted(one) == sorted(two):
        return True
    return one[-1] == two[-1] and (one[0].startswith(two[0]) or two[0].startswith(one[0]))


def folded(text: str) -> str:
    """Letters and digits alone, without accents."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("ø", "o").replace("ł", "l")
    return "".join(letter for letter in plain if letter.isalnum())


def _words(name: str) -> list[str]:
    """Its words; "Müster" is written "Muester" too."""
    words = map(folded, re.split(r"[\s.]+", _NICKNAME.sub(" ", name)))
    return [_UMLAUT.sub("", word) for word in words if word]


def _plain(title: str) -> str:
    text = _MARKDOWN.sub("", unicodedata.normalize("NFKC", title).translate(_QUOTES)).replace("...", "…")
    return " ".join(_DASHES.sub("-", text).casefold().split()).rstrip(".")


def _compared(told: str, meant: str) -> TitleVerdict:
    if told == meant:
        return TitleVerdict.RIGHT
    if told.replace(" ", "") == meant.replace(" ", ""):
        return TitleVerdict.BLANKS
    return TitleVerdict.PARTLY if meant and (told in meant or meant in told) else TitleVerdict.WRONG

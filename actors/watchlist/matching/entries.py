"""Entries: what a user wrote, as something that can be watched, or why it cannot. Pure."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from actors.watchlist.matching.audiences import NAMES, audience
from actors.watchlist.matching.folding import words
from messages.papers import PAPER_KINDS, PaperKind

LONGEST_TEXT = 100
LONGEST_USER = 64
MOST_WORDS = 8
MOST_ENTRIES = 1000
"""Entries that one user may have."""

LARGEST_NUMBER = 99_999

_KINDS = MappingProxyType({kind.value.lower(): kind for kind in PaperKind})
_PREFIXES = "|".join(sorted(_KINDS, key=len, reverse=True))
_NUMBER = re.compile(rf"(?:({_PREFIXES}) ?)?([0-9]+)(?: ?r ?[0-9]+)?")
_NEARLY_A_NUMBER = re.compile(rf"(?:{_PREFIXES})? ?[0-9].*|.*[0-9]{{3}}.*")
_SIGNED = re.compile(r"[-+\u2212\u2013]\s*[0-9]")
_NO_DIGITS = frozenset({"No", "Nl"})
"""Categories of superscripts, fractions, circled and Roman numerals."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_EXAMPLES = "Write an author (Köppe, Thomas Köppe), a number (2300, P2300, CWG3022) or a kind of issue (LWG)."
_MARKED = re.compile(r"(author|title|audience)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
"""What an entry is for, written before it."""


class EntryKind(Enum):
    """AUTHOR: whole words of a name. NUMBER: one number of one kind (P and D share theirs). KIND: a whole kind that
    is news only for who asks for it (CWG, LWG, EWG, LEWG, FS, EDIT). TITLE: whole words of a title. AUDIENCE: a group
    of the committee to which a paper is addressed (LEWG, SG16)."""

    AUTHOR = "author"
    NUMBER = "number"
    KIND = "kind"
    TITLE = "title"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """What a text asks for: `key` is the folded form, `text` what was written, trimmed, as it can be written again."""

    kind: EntryKind
    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidEntry:
    """Why a text or a user is refused; `detail` is a sentence or two for the user."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEntry:
    """One thing that a user watches.

    `key` is the folded form by which it is matched and told apart (`thomas koppe`, `P2300`, `LWG3022`, `CWG`, `SG16`);
    `text` is what the user wrote, trimmed; `added_by` is who added it (the user, or an operator).
    """

    user: str
    kind: EntryKind
    key: str
    text: str
    added_at: datetime
    added_by: str


def parse(text: str) -> ParsedEntry | InvalidEntry:
    """`text` as an entry. A revision in it is accepted and left out: all revisions of a number are watched."""
    written = text.strip()
    marked = _MARKED.fullmatch(written)
    if (refusal := _unreadable(written if marked is None else marked[2].strip())) is not None:
        return refusal
    return _unmarked(written) if marked is None else _marked(marked[1].lower(), marked[2].strip())


def _unreadable(written: str) -> InvalidEntry | None:
    if not written:
        return InvalidEntry(detail=f"There is nothing to watch in that. {_EXAMPLES}")
    if len(written) > LONGEST_TEXT:
        detail = f"An entry has at most {LONGEST_TEXT} characters; this one has {len(written):,}. {_EXAMPLES}"
        return InvalidEntry(detail=detail)
    if any(unicodedata.category(letter) in _INVISIBLE for letter in written):
        return _not_an_entry("There are invisible characters in that; please type it instead of pasting it.")
    return None


def _marked(mark: str, written: str) -> ParsedEntry | InvalidEntry:
    folded = " ".join(words(written))
    if mark == "audience":
        group = audience(written)
        if group is None:
            return _not_an_entry(f"“{written}” is no audience that I know: there are {', '.join(NAMES)}.")
        return ParsedEntry(kind=EntryKind.AUDIENCE, key=group, text=f"audience:{group}")
    if mark == "title":
        if not folded or folded.count(" ") >= MOST_WORDS:
            return _not_an_entry(f"Of a title I can watch 1 to {MOST_WORDS} words that stand together.")
        return ParsedEntry(kind=EntryKind.TITLE, key=folded, text=f"title:{written}")
    author = _author(written, folded)
    if isinstance(author, InvalidEntry) or author == _unmarked(written):
        return author
    return replace(author, text=f"author:{written}")


def _unmarked(written: str) -> ParsedEntry | InvalidEntry:
    if any(unicodedata.category(letter) in _NO_DIGITS for letter in written):
        return _not_an_entry(f"There is a sign in “{written}” that looks like a digit and is none.")
    if _SIGNED.match(written):
        return _not_an_entry(f"“{written}” is no number of a paper or issue.")
    folded = " ".join(words(written))
    if not folded:
        return _not_an_entry(f"There is no word and no number in “{written}”.")
    if (match := _NUMBER.fullmatch(folded)) is not None:
        return _number(written, _KINDS[match[1] or "p"], match[2])
    if folded in _KINDS:
        return _kind(written, _KINDS[folded])
    return _author(written, folded)


def refusal_of_user(user: str) -> InvalidEntry | None:
    """Why `user` cannot be a user's id, None when it can."""
    if 1 <= len(user) <= LONGEST_USER and user.isprintable() and " " not in user:
        return None
    detail = f"A user's id has 1 to {LONGEST_USER} printable characters and no blanks, as Slack's U012AB3CD."
    return InvalidEntry(detail=detail)


def clean_name(by: str) -> str:
    """Who gave a command, as it can be stored and shown on a line."""
    return "".join(letter for letter in by if letter.isprintable())[:LONGEST_USER]


def number_key(kind: PaperKind, number: int) -> str:
    """The key of one number: P and D share theirs."""
    prefix = PaperKind.P if kind is PaperKind.D else kind
    return f"{prefix.value}{number}"


def number_of(key: str) -> tuple[PaperKind, int]:
    """Kind and number for which a key of a number stands."""
    dead_letters = key.rstrip("0123456789")
    return PaperKind(dead_letters), int(key[len(dead_letters) :])


def paper_number(kind: EntryKind, key: str) -> int | None:
    """The number of P and D papers for which a key of this kind stands, None if it stands for something else."""
    is_paper = kind is EntryKind.NUMBER and key[:1] == "P"
    return int(key[1:]) if is_paper else None


def _number(written: str, kind: PaperKind, digits: str) -> ParsedEntry | InvalidEntry:
    number = int(digits)
    if not 1 <= number <= LARGEST_NUMBER:
        return InvalidEntry(
            detail=f"“{written}” is no number of a paper or issue: they go from 1 to {LARGEST_NUMBER:,}."
        )
    return ParsedEntry(kind=EntryKind.NUMBER, key=number_key(kind, number), text=written)


def _kind(written: str, kind: PaperKind) -> ParsedEntry | InvalidEntry:
    if kind in PAPER_KINDS:
        return _not_an_entry(f"All {kind.value} papers at once cannot be watched.")
    return ParsedEntry(kind=EntryKind.KIND, key=kind.value, text=written)


def _author(written: str, folded: str) -> ParsedEntry | InvalidEntry:
    if not any(letter.isalpha() for letter in folded):
        return _not_an_entry(f"“{written}” is neither one number nor a name.")
    if _NEARLY_A_NUMBER.fullmatch(folded):
        return _not_an_entry(f"“{written}” looks like a number, but is none that I know.")
    if folded.count(" ") >= MOST_WORDS:
        return _not_an_entry(f"An author's name has at most {MOST_WORDS} words.")
    return ParsedEntry(kind=EntryKind.AUTHOR, key=folded, text=written)


def _not_an_entry(what: str) -> InvalidEntry:
    return InvalidEntry(detail=f"{what} {_EXAMPLES}")

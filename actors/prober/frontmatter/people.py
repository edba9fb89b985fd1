"""The names in what stands under "Author". Pure.

Names stand there with mail addresses in many forms, with employers before or after them, several on a line or one on
several lines. A mail address ends somebody: what stands first since the one before it is a name, what stands after that
is one if it is somebody's address too, and else an employer.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from actors.prober.frontmatter.page import MAIL_CLOSE, MAIL_OPEN
from actors.prober.frontmatter.polish import polished

MOST_NAMES = 40
MOST_LINES = 120
LONGEST_LINE = 500
LONGEST_NAME = 60

_HOST = r"[\w-]+(?:\s?(?:\.|\bdot\b|\[dot\]|\(dot\))\s?[\w-]+){1,5}"
_AT = r"\s?(?:@|＠|\(at\)|\[at\]|\{at\}|<at>|\s-?at-?\s|\s_at_\s)\s?"
_MAIL = re.compile(
    rf"(?:mailto:)?(?P<who>\{{[\w.+,|\s-]{{1,200}}\}}|[\w.+-]{{1,60}}){_AT}(?P<host>{_HOST})", re.IGNORECASE
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()]+|\b(?:github|gitlab)\.com/[^\s<>()]+", re.IGNORECASE)
_MARK = "\x1a"
"""Stands where a mail address stood."""

_BRACKETED = re.compile(r"[(\[{][^()\[\]{}]{0,200}[)\]}]")
_BETWEEN = re.compile(r"\s*(?:[;,&|•·/\t]|\s[-–—]+\s|\band\b|\s{3,})\s*")
_LISTED = re.compile(r"[;&•]|\band\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”«»][^\"“”«»]{0,60}[\"“”«»]")
_OTHERS = re.compile(r"\bet\.?\s+al\b.*$", re.IGNORECASE)
_FOOTNOTE = re.compile(r"[\d*†‡§¶^$#∗⋆⁎¹²³⁴⁵⁶⁷⁸⁹⁰]+")
_LEADING = re.compile(
    r"^\s*(?:[-•*·]\s+|(?:dr|prof|mr|mrs|ms)\.\s+|(?:name|and|by|from|with)\b[:\s]\s*)+", re.IGNORECASE
)
_WORD = re.compile(r"(?:[^\W\d_]|\.)(?:[^\W\d_]|['’ʼ.`-]|[‐‑])*")
_PARTICLE_WORDS = "van von der den de del della da di du dos la le ter ten zu zum af av bin ibn al el y e i"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_OTHER_WORDS = """
inc incorporated corp corporation ltd limited llc llp plc gmbh ag sa bv oy ab co company group team university
universität universidad université universitat università college school institute institut instituto institution
laboratory laboratories lab labs national center centre department dept division faculty research foundation
software systems technologies technology engineering consulting solutions services studios games networks
microsystems semiconductor semiconductors computing street avenue road google microsoft apple ibm intel nvidia
bloomberg facebook meta amazon adobe oracle qualcomm amd arm codeplay sandia argonne kitware kdab jetbrains boost
cern lawrence livermore stanford mit berkeley usa uk germany france canada california york london deutschland
switzerland poland netherlands sweden spain italy israel japan china
working library evolution core language programming project audience abstract introduction contents document number
date reply paper draft iso iec jtc wg lewg lwg ewg cwg sg study subgroup proposal standard table revision history
title status source issue tracking email mail phone fax address motivation version latest wording author authors
editor editors contact reply-to tbd none unknown various anonymous january february march april june july august
september october november december the this for of with to in on a an and or is committee chair member members
representing independent self employed github
"""
_NOT_NAMES = frozenset(_OTHER_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A text that may be a name; `owner` counts the mail addresses before it, `is_listed` says that it stands in a list
    of its equals."""

    text: str
    owner: int
    is_first: bool
    is_listed: bool


def names_in(lines: Iterable[str]) -> tuple[str, ...]:
    """Names in their order, each once."""
    mails: list[str] = []
    pieces: list[_Piece] = []
    for line in list(lines)[:MOST_LINES]:
        pieces += _pieces(line[:LONGEST_LINE], mails, pieces)
    found = (
        piece.text for piece in pieces if piece.is_first or piece.is_listed or not mails or _has_mail(piece.text, mails)
    )
    return tuple(dict.fromkeys(found))[:MOST_NAMES]


def is_name(text: str) -> bool:
    """Whether a text can be a person's name: two to five words with capitals, none that is in no name."""
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > LONGEST_NAME:
        return False
    if any(_is_no_name(word) or not _WORD.fullmatch(word) for word in words):
        return False
    full = [word for word in words if word.casefold() not in _PARTICLES]
    return (
        len(full) >= 2
        and all(_is_capital(word) for word in full)
        and any(len(word.strip(".")) > 1 for word in full)
        and sum(word.isupper() and "." not in word and len(word) > 3 for word in full) != 1
    )


def _is_no_name(word: str) -> bool:
    plain = word.casefold().strip(".")
    return plain in _NOT_NAMES and (len(plain) > 1 or "." not in word)


def has_mail(line: str) -> bool:
    """Whether a mail address stands in a line."""
    return MAIL_OPEN in line or _MAIL.search(line) is not None


def _pieces(line: str, mails: list[str], before: Sequence[_Piece]) -> list[_Piece]:
    """The pieces of a line; its mail addresses are added to `mails`."""
    found: list[_Piece] = []
    starts = {piece.owner for piece in before}
    for owner, part in _parts(line, mails):
        candidates = _candidates(part, mails[owner : owner + 1])
        is_listed = len(candidates) > 1 and _LISTED.search(part) is not None
        for name in candidates:
            found.append(_Piece(text=name, owner=owner, is_first=owner not in starts, is_listed=is_listed))
            starts.add(owner)
    return found


def _candidates(text: str, mails: Sequence[str]) -> list[str]:
    """The names in a text that stands before the mail addresses: "Doe, Jane" is turned round, and a single word is a
    name if the address is made of it."""
    pieces = [piece for piece in map(_cleaned, _BETWEEN.split(text)) if piece]
    names = [piece for piece in pieces if is_name(piece)]
    if not names and len(pieces) == 2 and "," in text and is_name(turned := f"{pieces[1]} {pieces[0]}"):
        return [turned]
    if not names and len(pieces) == 1 and _is_handle(pieces[0], mails):
        return pieces
    return names


def _is_handle(word: str, mails: Sequence[str]) -> bool:
    if not mails or " " in word or not 2 <= len(word) <= LONGEST_NAME or not word.isalpha() or _is_no_name(word):
        return False
    return _folded(word) in mails[0] or all(unicodedata.category(letter) == "Lo" for letter in word)


def _parts(line: str, mails: list[str]) -> Iterator[tuple[int, str]]:
    """What stands before, between and after the mail addresses of a line, with how many there were before it."""
    text = _LINK.sub(" ; ", line)

    def taken(match: re.Match[str]) -> str:
        who = match["who"]
        mails.extend(_folded(each) for each in re.split(r"[,|\s]+", who.strip("{}")) if each)
        return _MARK

    count = len(mails)
    marked = _MAIL.sub(taken, text)
    for mark in (MAIL_OPEN, MAIL_CLOSE, "<", ">", "＜", "＞", "\xa0"):
        marked = marked.replace(mark, " ")
    marked = re.sub(rf"[(\[]\s*{_MARK}[\s,;]*[)\]]", _MARK, marked)
    for part in marked.split(_MARK):
        yield count, _BRACKETED.sub(" ", part)
        count = min(count + 1, len(mails))


def _cleaned(text: str) -> str:
    plain = _QUOTED.sub(" ", _FOOTNOTE.sub(" ", _LEADING.sub("", polished(text))))
    plain = _OTHERS.sub("", plain)
    plain = " ".join(plain.strip(" .:,-–—()[]\"'“”").split())
    return plain + "." if plain.endswith((" Jr", " Sr")) else plain


def _is_capital(word: str) -> bool:
    first = next((letter for letter in word if letter.isalpha()), "")
    return first.isupper() or unicodedata.category(first or " ") == "Lo"


def _has_mail(name: str, mails: Iterable[str]) -> bool:
    """Whether one of the addresses looks like made of the name."""
    words = [word for word in _folded(name, keep=" ").split() if len(word) > 1]
    if not words:
        return False
    initials = words[0][0] + words[-1]
    return any(any(len(word) > 2 and word in mail for word in words) or initials in mail for mail in mails)


def _folded(text: str, keep: str = "") -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum() or letter in keep)

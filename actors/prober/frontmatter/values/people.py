"""The names in what stands under "Author". Pure.

Names stand there with mail addresses in many forms, with employers before or after them, several on a line or one on
several lines. A mail address ends somebody: what stands first since the one before it is a name, what stands after that
is one if it is somebody's address too, and else an employer.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from actors.prober.frontmatter.text.page import MAIL_CLOSE, MAIL_OPEN
from actors.prober.frontmatter.text.polish import polished

MOST_NAMES = 40
MOST_LINES = 120
LONGEST_LINE = 500
LONGEST_NAME = 60

_SPELLED_DOT = r"\s?(?:\bdot\b|\[dot\]|\(dot\)|\{dot\}|<dot>)\s?"
_HOST = rf"[\w-]+(?:(?:\s?\.\s?|{_SPELLED_DOT})[\w-]+){{1,5}}"
_AT = r"\s?(?:@|＠|\(at\)|\[at\]|\{at\}|<at>|\s-?at-?\s|\s_at_\s)\s?"
_USER = rf"[\w.+-]{{1,60}}(?:{_SPELLED_DOT}[\w.+-]{{1,40}}){{0,4}}"
_MAIL = re.compile(rf"(?:mailto:)?(?P<who>\{{[\w.+,|\s-]{{1,200}}\}}|{_USER}){_AT}(?P<host>{_HOST})", re.IGNORECASE)
_NO_MAIL = re.compile(r"[<＜]\s*(?:[^<>＜＞\s]{1,100}\s*)?[>＞]")
"""Brackets that templates put around an address that nobody gave, or around one that was made unreadable."""

_OTHERS_WORK = re.compile(
    r"[,;(]?\s*\b(?:with\s+)?(?:(?:additional|further|other|some|many|much|minor|major|editorial|significant|"
    r"valuable|helpful|important|and|special)\s+)*(?:edits?|edited|contributions?|contributed|help|inputs?|feedback|thanks|"
    r"comments|suggestions|assistance|support|review(?:s|ed)?|based\s+on|inspired)\s+(?:\w+\s+)?"
    r"(?:by|from|to|of|on)\b.*$",
    re.IGNORECASE,
)
"""What follows names people who are no authors, up to the end of the line."""

_OF = re.compile(r"\b(?:by|from|to|of|on)\b", re.IGNORECASE)
"""A line without has nothing of others' work, and is not searched for it."""

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()]+|\b(?:github|gitlab)\.com/[^\s<>()]+", re.IGNORECASE)
_MARK = "\x1a"
"""Stands where a mail address stood."""

_MARK_IN_BRACKETS = re.compile(rf"[(\[]\s*{_MARK}[\s,;]*[)\]]")
_NO_LETTERS = MappingProxyType(str.maketrans(dict.fromkeys((MAIL_OPEN, MAIL_CLOSE, "<", ">", "＜", "＞", "\xa0"), " ")))
_BRACKETED = re.compile(r"[(\[{][^()\[\]{}]{0,200}[)\]}]")
_BETWEEN = re.compile(r"\s*(?:[;,&|•·/\t]|\s[-–—]+\s|\band\b|\s{3,})\s*")
_LISTED = re.compile(r"[;&•]|\band\b", re.IGNORECASE)
_NEXT_PERSON = re.compile(r"\s*(?:[;&]|,?\s*and\b)|.*[(\[<]", re.IGNORECASE)
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
cern mit usa uk germany canada california deutschland switzerland poland netherlands sweden spain italy japan china
capital trading securities bank insurance automotive electronics instruments devices digital global international
limited alliance consortium association society federal agency ministry standards national
working library evolution core language programming project audience abstract introduction contents document number
date reply paper draft iso iec jtc wg lewg lwg ewg cwg sg study subgroup proposal standard table revision history
title status source issue tracking email mail phone fax address motivation version latest wording author authors
editor editors contact reply-to tbd none unknown various anonymous january february september october november
december the this for of with to in on a an and or is committee chair member members representing independent self
employed github paper papers report response feature features class classes type types function functions operator
operators template templates concept concepts module modules value values object objects string strings memory pointer
pointers range ranges view views iterator iterators container containers algorithm algorithms error errors exception
exceptions expression expressions constants variable variables support adding improving better proposed wording
thoughts comments remarks summary guidelines rationale code compile runtime compiler implementation user owner admin
administrator author(s) co-author editor(s) contributors contributor acknowledgements acknowledgments former emeritus
vice manager director engineer president senior principal fellow scientist
"""
_PLACE_WORDS = "lawrence livermore stanford berkeley york london france israel march april june july august"
_SOME_NAMES = frozenset(_PLACE_WORDS.split())
"""Words that stand in names and in those of places, firms and months: one of them alone makes no name a wrong one."""

_PLACES = frozenset({"new york", "lawrence livermore", "lawrence berkeley", "lawrence livermore national"})
_NOT_NAMES = frozenset(_OTHER_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A text that may be a name; `owner` counts the mail addresses before it; `is_listed` says that it stands in a list
    of its equals, `is_behind` that it stands behind the last mail address of its line, as a firm does."""

    text: str
    owner: int
    is_first: bool
    is_listed: bool
    is_behind: bool


def names_in(lines: Iterable[str]) -> tuple[str, ...]:
    """Names in their order, each once."""
    mails: list[str] = []
    pieces: list[_Piece] = []
    for line in _with_handles(list(lines)[:MOST_LINES]):
        plain = line[:LONGEST_LINE]
        pieces += _pieces(_OTHERS_WORK.sub("", plain) if _OF.search(plain) else plain, mails, pieces)
    found = (
        piece.text
        for piece in pieces
        if not mails or piece.is_listed or (piece.is_first and not piece.is_behind) or _has_mail(piece.text, mails)
    )
    return tuple(dict.fromkeys(found))[:MOST_NAMES]


def is_name(text: str) -> bool:
    """Whether a text can be a person's name: two to five words with capitals, none that is in no name."""
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > LONGEST_NAME:
        return False
    if any(_is_no_name(word, place, len(words)) or not _WORD.fullmatch(word) for place, word in enumerate(words)):
        return False
    if text.casefold() in _PLACES or sum(word.casefold() in _SOME_NAMES for word in words) > 1:
        return False
    full = [word for place, word in enumerate(words) if not _is_particle(word, place, len(words))]
    return (
        len(full) >= 2
        and all(_is_capital(word) for word in full)
        and any(len(word.strip(".")) > 1 for word in full)
        and _is_written_as_names_are(full)
    )


def _is_no_name(word: str, place: int = 0, words: int = 1) -> bool:
    """Whether a word is in no name. "A" in the middle is an initial that lost its dot."""
    plain = word.casefold().strip(".")
    if len(plain) == 1 and ("." in word or (word.isupper() and 0 < place < words - 1)):
        return False
    return plain in _NOT_NAMES


def _is_particle(word: str, place: int, words: int) -> bool:
    """Whether a word is one such as "van" that makes no name alone. At either end, with a capital, it is a name."""
    return word.casefold() in _PARTICLES and not (word[:1].isupper() and place in (0, words - 1))


def _is_written_as_names_are(words: Sequence[str]) -> bool:
    """Whether all words are in capitals, or only the last ("Jane DOE"), or none: "ACME Widgets" is a firm."""
    loud = [word.isupper() and "." not in word and len(word) > 3 for word in words]
    letters = "".join(words)
    if not any(loud) or letters.isupper():
        return True
    vowels = sum(letter in "AEIOUYÄÖÜÉÈÁÓÍ" for letter in words[-1])
    return loud[-1] and not any(loud[:-1]) and 2 <= len(words) <= 3 and vowels > 0 and len(words[0]) > 1


def is_only_names(line: str) -> bool:
    """Whether a line is names and what stands between them."""
    text = polished(line).strip(" ,;")
    if _is_prose(text):
        return False
    found = names_in([text])
    return bool(found) and len(" ".join(found)) + 6 * len(found) >= len(text)


def _is_prose(text: str) -> bool:
    """Whether more words begin with a small letter than with a capital, and than names have."""
    words = text.split()
    small = sum(word[0].islower() for word in words)
    return small > 6 and 2 * small > len(words)


def has_mail(line: str) -> bool:
    """Whether a mail address stands in a line."""
    return MAIL_OPEN in line or _MAIL.search(line) is not None


def _pieces(line: str, mails: list[str], before: Sequence[_Piece]) -> list[_Piece]:
    """The pieces of a line; its mail addresses are added to `mails`."""
    found: list[_Piece] = []
    starts = {piece.owner for piece in before if not piece.is_behind}
    parts = list(_parts(line, mails))
    for place, (owner, part) in enumerate(parts):
        candidates = _candidates(part, mails[owner : owner + 1])
        is_listed = len(candidates) > 1 and _LISTED.search(part) is not None
        is_behind = 0 < place == len(parts) - 1 and _NEXT_PERSON.match(part) is None
        for name in candidates:
            is_first = owner not in starts
            found.append(_Piece(text=name, owner=owner, is_first=is_first, is_listed=is_listed, is_behind=is_behind))
            starts.update(() if is_behind else (owner,))
    return found


def _with_handles(lines: Sequence[str]) -> Iterator[str]:
    """The lines; one of a single word goes with the mail address below it, which may say that it is a name."""
    skip = False
    for line, below in zip(lines, (*lines[1:], ""), strict=False):
        word = line.strip()
        if skip:
            skip = False
        elif word and " " not in word and not has_mail(line) and _MAIL.match(below.strip(" <([" + MAIL_OPEN)):
            skip = True
            yield f"{word} {below}"
        else:
            yield line


def _candidates(text: str, mails: Sequence[str]) -> list[str]:
    """The names in a text that stands before the mail addresses: "Doe, Jane" is turned round, and a single word is a
    name if the address is made of it."""
    if ";" in text and "," in text:
        firsts = (_candidates(segment, ()) for segment in text.split(";"))
        return [name for names in firsts for name in names[:1]]
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
    return folded(word) in mails[0] or all(unicodedata.category(letter) == "Lo" for letter in word)


def _parts(line: str, mails: list[str]) -> Iterator[tuple[int, str]]:
    """What stands before, between and after the mail addresses of a line, with how many there were before it."""
    text = _LINK.sub(" ; ", line)

    def taken(match: re.Match[str]) -> str:
        who = match["who"]
        parts = re.split(r"[,|\s]+", who.strip("{}")) if who.startswith("{") else [who]
        mails.extend(folded(each) for each in parts if each)
        return _MARK

    def missing(match: re.Match[str]) -> str:
        mails.append("")
        return _MARK

    count = len(mails)
    marked = _MAIL.sub(taken, text)
    if "<" in marked or "＜" in marked:
        marked = _NO_MAIL.sub(missing, marked)
    marked = marked.translate(_NO_LETTERS)
    if _MARK in marked:
        marked = _MARK_IN_BRACKETS.sub(_MARK, marked)
    for part in marked.split(_MARK):
        yield count, _BRACKETED.sub(" ", part) if "(" in part or "[" in part or "{" in part else part
        count = min(count + 1, len(mails))


def _cleaned(text: str) -> str:
    plain = _FOOTNOTE.sub(" ", _LEADING.sub("", polished(text)))
    plain = _OTHERS.sub("", _QUOTED.sub(" ", plain))
    plain = " ".join(plain.strip(" .:,-–—()[]\"'“”").split())
    return plain + "." if plain.endswith((" Jr", " Sr")) else plain


def _is_capital(word: str) -> bool:
    first = next((letter for letter in word if letter.isalpha()), "")
    return first.isupper() or unicodedata.category(first or " ") == "Lo"


def _has_mail(name: str, mails: Iterable[str]) -> bool:
    """Whether one of the addresses looks like made of the name."""
    words = [word for word in folded(name, keep=" ").split() if len(word) > 1]
    if not words:
        return False
    initials = words[0][0] + words[-1]
    return any(any(len(word) > 2 and word in mail for word in words) or initials in mail for mail in mails)


def folded(text: str, keep: str = "") -> str:
    """Letters and digits alone, without accents."""
    if text.isascii() and not keep:
        return "".join(filter(str.isalnum, text.lower()))
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum() or letter in keep)

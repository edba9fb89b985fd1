"""Splits a text into entries. Pure.

Commas, semicolons and new lines separate entries, as do quotes around an entry, `title:`, `audience:` or `author:`
before one, and `and` outside of titles. Between spaces, a number, a group or a kind of issue is an entry of its own,
and the words between them are one name: `P2300 Thomas Köppe LWG4000` has three entries. A mark goes on after a comma:
`title:contracts, reflection` has two titles.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from actors.watchlist.commands.parse.wrapping import without_emphasis
from actors.watchlist.matching.audiences import audience, audiences, group_alone
from messages.papers import PaperKind

MAX_ENTRIES_PER_TEXT = 2000
MAX_PIECES = 5000
"""Entries that are taken from one text, and parts of it that are examined."""

_PREFIXES = "|".join(sorted((kind.value for kind in PaperKind), key=len, reverse=True))
_SEPARATOR = re.compile(r"([,;\n])")
_QUOTED = re.compile(r'((?:author|title|audience)\s*[:=]\s*)?"([^"\n]*)"', re.IGNORECASE)
_MARK = re.compile(r"\b(?=(?:author|title|audience)\s*[:=](?!:))", re.IGNORECASE)
_MARKED = re.compile(r"(author|title|audience)\s*[:=](?!:)\s*", re.IGNORECASE)
_MARK_AS_WORD = re.compile(r"(author|title|audience)s?\s+(?=[^\s:=])", re.IGNORECASE)
_THING = r"(?:the\s+|papers?\s+|drafts?\s+|proposals?\s+|documents?\s+|doc\s+|issues?\s+|numbers?\s+|no\.?\s+|nr\.?\s+)"
_ID = rf"#?(?:(?:{_PREFIXES})[-_ ]?(?:issue\s+|no\.?\s+|#)?)?[0-9]+(?:[-_ ]?r(?:ev(?:ision)?)?[-_ ]?[0-9]+)?"
_NUMBER = re.compile(
    rf"[(\[<{{]?{_THING}{{0,3}}{_ID}(?:\.[a-z]{{2,5}})*(?:\s*(?:-|\.\.+|…|~|\bto\b|\btill\b|\buntil\b|\bthrough\b|\bthru\b)\s*{_ID})?"
    r"[)\]>}]?[.!?:]?(?=\s|$)",
    re.IGNORECASE,
)
_BARE_DIGITS = re.compile(r"[0-9]{1,2}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?", re.IGNORECASE)
_KIND = re.compile(rf"(?:{_PREFIXES})(?=\s|$)", re.IGNORECASE)
_GROUP = re.compile(
    r"(?:(?:wg\s?21\s+)?(?:sg|study\s+group)[- #]?[0-9]{1,2}|l?ewg(?:[- ]?i|\s+incubator)|wg[- ]?(?:14|21|23))"
    r"(?=\s|$)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_AND = re.compile(r"(?:^|\s)(?:and|und|&|\+)(?=\s|$)|\s(?:or|plus)(?=\s)", re.IGNORECASE)
_AND_AT_END = re.compile(r"\s(?:and|und|&)\s*$", re.IGNORECASE)
_TITLE = re.compile(r"title\s*[:=]", re.IGNORECASE)
_WITH_A_TITLE = re.compile(rf"({_ID})\s*(?::\s+|-\s+)(?=\S)", re.IGNORECASE)
_WORKS = (
    r"(?:papers?|drafts?|proposals?|documents?|publications?|work|stuff|things?|anything|everything|something|all|news)"
)
_ABOUT = re.compile(
    rf"(?:(?:all|any|every|the|new|latest|recent|more|future|other)\s+)*(?:{_WORKS}\s+(?:is\s+|are\s+|that\s+(?:is|are)\s+)?)?"
    r"(?:written\s+|authored\s+|addressed\s+|targeting\s+|coming\s+|titled\s+)?"
    r"(by|from|of|about|on|regarding|concerning|mentioning|called|named|titled|for|to|in|at)\s+(?=\S)",
    re.IGNORECASE,
)
_GROUP_WORD = re.compile(r"(?:the\s+)?(?:sub)?groups?\s+(?=\S)", re.IGNORECASE)
_ALL_OF = re.compile(r"^(?:(?:all|any|every|the|of)\s+)+", re.IGNORECASE)
_SLASH = re.compile(r"\s*[/|]\s*")
_OF_PEOPLE = frozenset({"by", "from", "of"})
_OF_GROUPS = frozenset({"for", "to", "in", "at"})
_WORKS_AFTER = re.compile(
    r"(?:'s|s')?\s+(?:papers?|drafts?|proposals?|publications?|issues|work|stuff)$|'s$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An entry of a text; `carried` if its mark was written before an earlier one, and only goes on; `after_comma` if
    nothing but a comma stands between the one before and this, both without quotes."""

    text: str
    carried: bool = False
    after_comma: bool = False


def split(text: str) -> tuple[str, ...]:
    """The entries of a plain text (see normalize.py) in order: trimmed, not empty, each once."""
    return tuple(piece.text for piece in pieces(text))


def pieces(text: str) -> tuple[Piece, ...]:
    """The same, with what is known of each."""
    found: dict[str, Piece] = {}
    for piece in islice(_all(text), MAX_PIECES):
        if piece.text:
            found.setdefault(piece.text, piece)
        if len(found) >= MAX_ENTRIES_PER_TEXT:
            break
    return tuple(found.values())


def _all(text: str) -> Iterator[Piece]:
    splitter = _Splitter()
    at = 0
    for quoted in _QUOTED.finditer(text):
        yield from splitter.unquoted(text[at : quoted.start()])
        yield splitter.quoted((quoted[1] or "").strip(), " ".join(quoted[2].split()))
        at = quoted.end()
    yield from splitter.unquoted(text[at:])


@dataclass(slots=True)
class _Splitter:
    """The mark that goes on, and whether a comma or `and` stands between the last entry and the next."""

    mark: str = ""
    separated: bool = True
    comma: bool = False

    def quoted(self, mark: str, text: str) -> Piece:
        """An entry in quotes."""
        goes_on = not mark and bool(self.mark) and self.separated and _MARKED.match(text) is None
        if mark:
            self.mark = mark.rstrip(":= ").lower()
        elif not goes_on:
            self.mark = ""
        self.separated = self.comma = False
        return Piece(text=f"{self.mark}:{text}", carried=True) if goes_on else Piece(text=f"{mark}{text}")

    def unquoted(self, text: str) -> Iterator[Piece]:
        """The entries of a text without quotes."""
        for segment in _SEPARATOR.split(text):
            if _SEPARATOR.fullmatch(segment):
                self.comma = segment == "," and not self.separated
                self.separated = True
                self.mark = "" if segment == "\n" else self.mark
                continue
            *others, end = _MARK.split(segment)
            for part in (*(_AND_AT_END.sub("", other) for other in others), end):
                yield from self._part(part)

    def _part(self, part: str) -> Iterator[Piece]:
        """A part without marks but the one at its beginning; `and` is an ordinary word in a title."""
        for place, piece in enumerate((part,) if _TITLE.match(part.strip()) else _AND.split(part)):
            if place > 0:
                self.separated, self.comma = True, False
            for bare in _slashed(_bare(piece)):
                yield from self._piece(bare)
                self.separated = self.comma = False

    def _piece(self, bare: str) -> Iterator[Piece]:
        if (marked := _MARKED.match(bare)) is not None:
            self.mark = marked[1].lower()
            yield from _marked(self.mark, bare[marked.end() :], bare)
            return
        entries = (bare,) if group_alone(bare) is not None else tuple(_of_words(bare))
        if self.mark and self.separated and len(entries) == 1 and _takes(self.mark, entries[0]):
            yield Piece(text=f"{self.mark}:{entries[0]}", carried=True, after_comma=self.comma)
            return
        self.mark = ""
        yield from (Piece(text=entry, after_comma=self.comma and place == 0) for place, entry in enumerate(entries))


def _bare(piece: str) -> str:
    """Without emphasis and quotes, with a mark written as a word or in words as a mark: `papers by Niebler`."""
    bare = without_emphasis(piece.strip()).strip().strip('"').strip()
    if _MARKED.match(bare):
        return bare
    if (numbered := _WITH_A_TITLE.match(bare)) is not None and _NUMBER.fullmatch(bare) is None:
        return numbered[1]
    if (marked := _MARK_AS_WORD.match(bare)) is not None:
        return f"{marked[1].lower()}:{bare[marked.end() :]}"
    if (group := _GROUP_WORD.match(bare)) is not None and audience(bare[group.end() :]) is not None:
        return f"audience:{bare[group.end() :]}"
    if (about := _ABOUT.match(bare)) is not None:
        bare = _said_about(about[1].lower(), bare[about.end() :], bare)
        if _MARKED.match(bare):
            return bare
    bare = _WORKS_AFTER.sub("", bare) or bare
    kind = _ALL_OF.sub("", bare)
    bare = kind if _KIND.fullmatch(kind) is not None else bare
    shorter = bare.rstrip("!?").lstrip("@").strip()
    return shorter[:-1] if shorter[-1:] == "." and shorter[-5:-1].isalpha() else shorter


def _slashed(bare: str) -> tuple[str, ...]:
    """Numbers and groups with slashes between them."""
    parts = tuple(_SLASH.split(bare)) if "/" in bare or "|" in bare else (bare,)
    each_alone = all(_NUMBER.fullmatch(part) or _KIND.fullmatch(part) or group_alone(part) for part in parts)
    return tuple(filter(None, parts if each_alone else (bare,)))


def _said_about(how: str, rest: str, whole: str) -> str:
    """`by Niebler` is about a person, `for SG16` about a group, `about reflection` about a title."""
    if how in _OF_GROUPS and audience(rest) is not None:
        return f"audience:{rest}"
    if how in _OF_PEOPLE or _NUMBER.match(rest) or group_alone(rest) is not None:
        return rest
    return whole if how in _OF_GROUPS else f"title:{rest}"


def _marked(mark: str, rest: str, whole: str) -> Iterator[Piece]:
    groups = audiences(rest) if mark == "audience" else ()
    if len(groups) > 1 and audience(rest) is None and all(map(audiences, re.split(r"[\s/|]+", rest))):
        yield from (Piece(text=f"audience:{group}") for group in groups)
    else:
        yield Piece(text=whole)


def _takes(mark: str, entry: str) -> bool:
    """Whether a mark goes on to this entry: numbers and groups need none."""
    if mark == "audience":
        return audience(entry) is not None
    return _NUMBER.fullmatch(entry) is None and group_alone(entry) is None and _KIND.fullmatch(entry) is None


def _of_words(text: str) -> Iterator[str]:
    """The entries in a run of words: numbers by themselves, the words between them together."""
    found = list(islice(_tokens(text), MAX_PIECES))
    only_kinds = all(is_entry or _KIND.fullmatch(token) for token, is_entry in found)
    name: list[str] = []
    for token, is_entry in found:
        if is_entry and name and _belongs_to(name[-1], token):
            name.append(token)
        elif is_entry or only_kinds:
            if name:
                yield " ".join(name)
            name.clear()
            yield token
        else:
            name.append(token)
    if name:
        yield " ".join(name)


def _belongs_to(word: str, token: str) -> bool:
    """Whether a number goes with the word before it: `C++ 26`, `June 2024`."""
    return _BARE_DIGITS.fullmatch(token) is not None or (
        _YEAR.fullmatch(token) is not None and bool(_MONTH.fullmatch(word))
    )


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Each word, and whether it is a number or a group, perhaps together with the next words."""
    at = 0
    while (word := _WORD.search(text, at)) is not None:
        entry = _GROUP.match(text, word.start()) or _NUMBER.match(text, word.start())
        yield (entry[0], True) if entry else (word[0], False)
        at = entry.end() if entry else word.end()

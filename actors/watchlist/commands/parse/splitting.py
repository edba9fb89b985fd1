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
from types import MappingProxyType

from actors.watchlist.commands.parse.titles import WORKS, with_marks, words_in_title
from actors.watchlist.commands.parse.wrapping import without_emphasis
from actors.watchlist.matching.audiences import audience, audiences, group_alone, groups_about, with_list
from actors.watchlist.matching.entries import is_mailings
from messages.papers import PaperKind

MAX_ENTRIES_PER_TEXT = 2000
MAX_PIECES = 5000
MAX_GROUP_LENGTH = 100
"""Entries that are taken from one text, parts of it that are examined, and characters of a group's name."""

_PREFIXES = "|".join(sorted((kind.value for kind in PaperKind), key=len, reverse=True))
_SEPARATOR = re.compile(r"([,;\n•▪‣●])")
_QUOTED = re.compile(r'(\b(?:author|title|audience)s?(?:\s*[:=])?\s*)?"([^"\n]*)"', re.IGNORECASE)
_MARK = re.compile(r"\b(?=(?:author|title|audience)s?\s*[:=](?!:))", re.IGNORECASE)
_MARKED = re.compile(r"(author|title|audience)s?\s*[:=](?!:)\s*", re.IGNORECASE)
_MARK_AS_WORD = re.compile(
    r"(?:the\s+)?(author|title|audience)s?\s+(?:(?:named|called|containing|contains|with|like|is|has)\s+)?(?=[^\s:=])",
    re.IGNORECASE,
)
_THING = r"(?:the\s+|papers?\s+|drafts?\s+|proposals?\s+|documents?\s+|doc\s+|issues?\s+|numbers?\s+|no\.?\s+|nr\.?\s+)"
_ID = rf"#?(?:(?:{_PREFIXES})[-_ ]?(?:(?:issues?|no\.?)\s+)?#?)?[0-9]+(?:[-_ ]?r(?:ev(?:ision)?)?[-_ ]?[0-9]+)?"
_NUMBER = re.compile(
    rf"[(\[<{{]?{_THING}{{0,3}}{_ID}(?:\.[a-z]{{2,5}})*"
    rf"(?:\s*(?:-|\.\.+|…|~|\bto\b|\btill\b|\buntil\b|\bthrough\b|\bthru\b)\s*{_ID})?"
    r"[)\]>}]?[.!?:]?(?=\s|$)",
    re.IGNORECASE,
)
_BARE_DIGITS = re.compile(r"0?[1-9]|[1-9][0-9]")
_BARE_NUMBER = re.compile(r"#?[0-9]{1,5}")
_LETTERS = re.compile(rf"(sg|study|(?:{_PREFIXES}))(?:[-_ #]|s\s|issues?\s|no\.?\s|groups?\s)*[0-9]+", re.IGNORECASE)
_LINES = frozenset({"-", "--", "->", "=>", "→", "|", "/", "+", "*", "·", "…", "="})
"""Signs that stand between entries and are none."""

_PREFIX_OF = MappingProxyType({"P": "", "D": "", "STUDY": "SG"})
_THOUSANDS = re.compile(r"(?<![^\s(])([pdn]?[1-9][0-9]?),([0-9]{3})(?![0-9]|,[0-9])", re.IGNORECASE)
"""A number as some write it: `2,300`."""

_OF_A_NUMBER = re.compile(
    r"(?:(?:all|its|the|their|any|future|new|later|other|of)\s+)*(?:revisions?|drafts?|versions?|updates?)",
    re.IGNORECASE,
)
"""What goes with a number in any case: `P2300 and all its revisions`."""

_BESIDE = r"(?:by|from|for|of|on|in|about|with|to)"
_BESIDE_NUMBERS = re.compile(rf"^(?:{_BESIDE}\s+)+|^{_BESIDE}$|\s+{_BESIDE}$", re.IGNORECASE)
_BLANK = re.compile(r"\s+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?", re.IGNORECASE)
_KIND = re.compile(rf"(?:{_PREFIXES})(?=\s|$)", re.IGNORECASE)
_GROUP = re.compile(
    r"(?:(?:wg\s?21\s+)?(?:sg|study\s+group)s?[- #]?[0-9]{1,2}|l?ewg(?:[- ]?i|\s+incubator)|wg[- ]?(?:14|21|23))"
    r"(?=\s|$)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_AND = re.compile(r"(?:^|\s)(?:and|und|&|\+)(?=\s|$)|\s(?:or|plus)(?=\s)", re.IGNORECASE)
_AND_AT_END = re.compile(r"\s(?:and|und|&)\s*$", re.IGNORECASE)
_AND_AROUND = re.compile(r"^(?:and|und|&|\+)\s|\s(?:and|und|&|\+)$", re.IGNORECASE)
_TITLE = re.compile(r"title\s*[:=]", re.IGNORECASE)
_WITH_A_TITLE = re.compile(rf"({_ID})\s*(?::\s+|-\s+)(?=\S)", re.IGNORECASE)
_ABOUT = re.compile(
    rf"(?:(?:all|any|every|the|new|latest|recent|more|future|other)\s+)*(?:{WORKS}\s+(?:is\s+|are\s+|that\s+(?:is|are)\s+)?)?"
    r"(?:written\s+|authored\s+|addressed\s+|targeting\s+|coming\s+|titled\s+)?"
    r"(by|from|of|about|on|regarding|concerning|mentioning|called|named|titled|for|to|in|at)\s+(?=\S)",
    re.IGNORECASE,
)
_GROUP_WORD = re.compile(r"(?:the\s+)?(?:sub)?groups?\s+(?=\S)", re.IGNORECASE)
_ALL_OF = re.compile(r"^(?:(?:all|any|every|the|of|new|future|upcoming)\s+)+", re.IGNORECASE)
_SLASH = re.compile(r"\s*[/|]\s*")
_PAPERS_OF = re.compile(rf"({_PREFIXES})\s+(?:papers?|drafts?|proposals?|documents?)", re.IGNORECASE)
_OF_PEOPLE = frozenset({"by", "from", "of"})
_OF_TITLES = frozenset({"called", "named", "titled"})
"""Words that need a thing before them: `papers named reflection`."""

_WORK = re.compile(rf"\b{WORKS}\s", re.IGNORECASE)
_OF_GROUPS = frozenset({"for", "to", "in", "at"})
_WORKS_AFTER = re.compile(
    r"(?:'s|s')?(?:\s+(?:all|future|latest|new|next|other|own|recent|upcoming))*\s+(?:papers?|drafts?|proposals?|publications?|issues|work|stuff)$|'s$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An entry of a text; `carried` if its mark was written before an earlier one, and only goes on; `after_comma` if
    nothing but a comma stands between the one before and this, both without quotes."""

    text: str
    carried: bool = False
    after_comma: bool = False

    @property
    def is_number(self) -> bool:
        """Whether this is the number of a paper or issue, and nothing else."""
        return _NUMBER.fullmatch(self.text) is not None


def split(text: str) -> tuple[str, ...]:
    """The entries of a plain text (see normalize.py) in order: trimmed, not empty, each once."""
    return tuple(piece.text for piece in pieces(text))


def pieces(text: str) -> tuple[Piece, ...]:
    """The same, with what is known of each."""
    found: dict[str, Piece] = {}
    has_number = False
    for piece in islice(_all(with_marks(_THOUSANDS.sub(r"\1\2", text))), MAX_PIECES):
        has_number = has_number or piece.is_number
        if piece.text and not (has_number and _OF_A_NUMBER.fullmatch(piece.text)):
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
    """The mark that goes on, whether a comma or `and` stands between the last entry and the next, and the letters of
    the last issue or study group: in `SG1, 7` and `LWG4000, 4001` they go on."""

    mark: str = ""
    separated: bool = True
    comma: bool = False
    prefix: str = ""

    def quoted(self, mark: str, text: str) -> Piece:
        """An entry in quotes."""
        if not mark and (numbered := _WITH_A_TITLE.match(text)) is not None:
            text = numbered[1]
        goes_on = not mark and bool(self.mark) and self.separated and _MARKED.match(text) is None
        if mark:
            self.mark = mark.rstrip(":= ").lower().removesuffix("s")
            mark = f"{self.mark}:"
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
                if segment == "\n":
                    self.mark = self.prefix = ""
                continue
            if not segment.strip():
                continue
            *others, end = _MARK.split(segment)
            for part in (*(_AND_AT_END.sub("", other) for other in others), end):
                yield from self._part(part)

    def _part(self, part: str) -> Iterator[Piece]:
        """A part without marks but the one at its beginning; `and` is an ordinary word in a title."""
        for place, piece in enumerate((part,) if _is_whole(part.strip()) else _AND.split(part)):
            if place > 0:
                self.separated, self.comma = True, False
            for bare in _slashed(_bare(piece)):
                yield from self._piece(bare)
                self.separated = self.comma = False

    def _piece(self, bare: str) -> Iterator[Piece]:
        if group := _papers_of(bare):
            self.mark = self.prefix = ""
            yield Piece(text=f"audience:{group}")
            return
        if (marked := _MARKED.match(bare)) is not None:
            self.mark = marked[1].lower()
            is_of_study_groups = self.mark == "audience" and _LETTERS.match(bare, marked.end()) is not None
            self.prefix = "SG" if is_of_study_groups else ""
            yield from _marked(self.mark, bare[marked.end() :], marked[1] + bare[marked.end(1) :].lstrip("sS"))
            return
        entries = tuple(map(self._with_prefix, _entries(bare)))
        if self.mark and self.separated and len(entries) == 1 and _takes(self.mark, entries[0]):
            yield Piece(text=f"{self.mark}:{entries[0]}", carried=True, after_comma=self.comma)
            return
        self.mark = ""
        for place, entry in enumerate(entries):
            yield Piece(text=entry, after_comma=self.comma and place == 0)

    def _with_prefix(self, entry: str) -> str:
        """A bare number with the letters of the one before it."""
        if self.prefix and _goes_on(self.prefix, entry):
            return f"{self.prefix}{entry.lstrip('#')}"
        found = _LETTERS.match(entry)
        self.prefix = "" if found is None else _PREFIX_OF.get(found[1].upper(), found[1].upper())
        return entry


def _entries(bare: str) -> tuple[str, ...]:
    if group_alone(bare) is not None:
        return (bare.replace(":", " "),)
    return (bare,) if is_mailings(bare[:MAX_GROUP_LENGTH]) else tuple(_of_words(bare))


def _goes_on(prefix: str, entry: str) -> bool:
    """Whether a bare number after one with letters has the same ones: study groups have two digits at most."""
    return (_BARE_DIGITS if prefix == "SG" else _BARE_NUMBER).fullmatch(entry) is not None


def _is_whole(part: str) -> bool:
    """Whether `and` is an ordinary word in it: in a title, and in the name of a group."""
    if _TITLE.match(part) is not None or words_in_title(part) is not None:
        return True
    bare = _AND_AROUND.sub("", _ALL_OF.sub("", part[:MAX_GROUP_LENGTH]))
    return (
        len(part) <= MAX_GROUP_LENGTH
        and _AND.search(bare) is not None
        and (
            (group_alone(bare) is not None and len(audiences(_AND.sub(",", bare))) == 1)
            or (len(groups_about(_AND.sub(" ", bare))) == 1)
        )
    )


def _bare(piece: str) -> str:
    """Without emphasis and quotes, with a mark written as a word or in words as a mark: `papers by Niebler`."""
    bare = without_emphasis(piece.strip()).strip().strip('"').strip()
    if _MARKED.match(bare):
        return bare
    if (in_title := words_in_title(bare)) is not None:
        return f"title:{in_title}"
    bare = with_list(bare)
    if (numbered := _WITH_A_TITLE.match(bare)) is not None and _NUMBER.fullmatch(bare) is None:
        return numbered[1]
    if (marked := _MARK_AS_WORD.match(bare)) is not None:
        return f"{marked[1].lower()}:{bare[marked.end() :]}"
    if (group := _GROUP_WORD.match(bare)) is not None and audience(bare[group.end() :]) is not None:
        return f"audience:{bare[group.end() :]}"
    if (about := _ABOUT.match(bare)) is not None and (about[1].lower() not in _OF_TITLES or _WORK.search(about[0])):
        bare = _said_about(about[1].lower(), bare[about.end() :], bare)
        if _MARKED.match(bare):
            return bare
    if _papers_of(rest := _ALL_OF.sub("", bare)):
        return rest
    begun = max(len(bare) - MAX_GROUP_LENGTH, 0)
    if (shorter := bare[:begun] + _WORKS_AFTER.sub("", bare[begun:])) not in ("", bare):
        bare = _ALL_OF.sub("", shorter) or shorter
    rest = _ALL_OF.sub("", bare)
    bare = rest if _KIND.fullmatch(rest) or _GROUP.match(rest) or group_alone(rest) is not None else bare
    shorter = _unbracketed(bare.rstrip("!?").lstrip("@").strip())
    return shorter[:-1] if shorter[-1:] == "." and shorter[-5:-1].isalpha() else shorter


def _unbracketed(bare: str) -> str:
    """Without brackets around all of it, or one that is opened or closed elsewhere: `(Niebler, Shoop)`."""
    for opening, closing in ("()", "[]", "{}"):
        if bare.startswith(opening) and (closing not in bare or bare.find(closing) == len(bare) - 1):
            bare = bare[1:].removesuffix(closing)
        elif bare.endswith(closing) and opening not in bare:
            bare = bare[:-1]
    return bare.strip()


def _papers_of(bare: str) -> str:
    """The group whose papers are meant, where its name alone means its issues: `LWG papers`. Empty if there is none."""
    found = _PAPERS_OF.fullmatch(bare)
    return (audience(found[1]) or "") if found is not None else ""


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
    elif mark == "audience" and audience(rest) is None and (group := _group_before(rest)):
        yield Piece(text=f"audience:{group}")
        yield from (Piece(text=entry) for entry in _of_words(rest[len(group) :]))
    elif mark == "author" and _MARKED.match(rest) is None and len(entries := tuple(_of_words(rest))) > 1:
        yield from (Piece(text=entry if place else f"author:{entry}") for place, entry in enumerate(entries))
    else:
        yield Piece(text=whole)


def _group_before(text: str) -> str:
    """The longest beginning of a text, by words, that names a group; empty if there is none."""
    ends = [found.start() for found in _BLANK.finditer(text[:MAX_GROUP_LENGTH])]
    return next((text[:end] for end in reversed(ends) if audience(text[:end]) is not None), "")


def _takes(mark: str, entry: str) -> bool:
    """Whether a mark goes on to this entry: numbers and groups need none."""
    if mark == "audience":
        return audience(entry) is not None
    return _NUMBER.fullmatch(entry) is None and group_alone(entry) is None and _KIND.fullmatch(entry) is None


def _of_words(text: str) -> Iterator[str]:
    """The entries in a run of words: numbers by themselves, the words between them together."""
    found = list(islice(_tokens(text), MAX_PIECES))
    has_entry = any(is_entry for _, is_entry in found)
    only_kinds = all(is_entry or _KIND.fullmatch(token) for token, is_entry in found)
    name: list[str] = []
    for token, is_entry in found:
        if is_entry and name and _belongs_to(name[-1], token):
            name.append(token)
        elif is_entry or only_kinds:
            yield from _name(name, has_entry=True)
            name.clear()
            yield token
        else:
            name.append(token)
    yield from _name(name, has_entry=has_entry)


def _name(found: list[str], *, has_entry: bool) -> Iterator[str]:
    """Words that follow each other; those beside a number without a preposition. In `P2300 by Eric Niebler` they say
    who has written it."""
    said = " ".join(found)
    if has_entry and found[:1] == ["by"]:
        return
    if shown := _BESIDE_NUMBERS.sub("", said) if has_entry and len(said) <= MAX_GROUP_LENGTH else said:
        yield shown


def _belongs_to(word: str, token: str) -> bool:
    """Whether a number goes with the word before it: `C++ 26`, `June 2024`."""
    return _BARE_DIGITS.fullmatch(token.rstrip(".:!?")) is not None or (
        _YEAR.fullmatch(token) is not None and bool(_MONTH.fullmatch(word))
    )


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Each word, and whether it is a number or a group, perhaps together with the next words."""
    at = 0
    while (word := _WORD.search(text, at)) is not None:
        entry = _GROUP.match(text, word.start()) or _NUMBER.match(text, word.start())
        if entry or word[0] not in _LINES or text.strip() == word[0]:
            yield (entry[0], True) if entry else (word[0], False)
        at = entry.end() if entry else word.end()

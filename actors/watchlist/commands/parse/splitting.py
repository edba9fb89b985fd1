"""Splits a text into entries. Pure.

Commas, semicolons and new lines separate entries, as do quotes around an entry, `title:`, `audience:` or `author:`
before one, and `and` outside of titles. Between spaces, a number or a kind of issue is an entry of its own, and the
words between them are one name: `P2300 Thomas Köppe LWG4000` has three entries.
"""

import re
from collections.abc import Iterator
from itertools import islice

from messages.papers import PaperKind

MAX_ENTRIES_PER_TEXT = 2000
MAX_PIECES = 5000
"""Entries that are taken from one text, and parts of it that are examined."""

_PREFIXES = "|".join(sorted((kind.value for kind in PaperKind), key=len, reverse=True))
_SEPARATOR = re.compile(r"[,;\n]")
_QUOTED = re.compile(r'((?:author|title|audience)\s*:\s*)?"([^"\n]*)"', re.IGNORECASE)
_MARK = re.compile(r"\b(?=(?:author|title|audience)\s*:)", re.IGNORECASE)
_MARKED = re.compile(r"(author|title|audience)\s*:", re.IGNORECASE)
_AUDIENCE = re.compile(r"audience\s*:\s*", re.IGNORECASE)
_NUMBER = re.compile(rf"#?(?:(?:{_PREFIXES})[- ]?)?[0-9]+(?:[- ]?r[- ]?[0-9]+)?(?=\s|$)", re.IGNORECASE)
_KIND = re.compile(rf"(?:{_PREFIXES})(?=\s|$)", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_AND = re.compile(r"(?:^|\s)(?:and|und|&)(?=\s|$)", re.IGNORECASE)
_AND_AT_END = re.compile(r"\s(?:and|und|&)\s*$", re.IGNORECASE)
_TITLE = re.compile(r"title\s*:", re.IGNORECASE)


def split(text: str) -> tuple[str, ...]:
    """The entries of a plain text (see normalize.py) in order: trimmed, not empty, each once."""
    found: dict[str, None] = {}
    for entry in islice(_all(text), MAX_PIECES):
        if entry:
            found[entry] = None
        if len(found) >= MAX_ENTRIES_PER_TEXT:
            break
    return tuple(found)


def _all(text: str) -> Iterator[str]:
    at = 0
    for quoted in _QUOTED.finditer(text):
        yield from _unquoted(text[at : quoted.start()])
        yield f"{(quoted[1] or '').strip()}{' '.join(quoted[2].split())}"
        at = quoted.end()
    yield from _unquoted(text[at:])


def _unquoted(text: str) -> Iterator[str]:
    last = ""
    for piece in _pieces(text):
        audience = _AUDIENCE.match(last) is not None and _AUDIENCE.match(piece) is None
        if _MARKED.match(piece):
            yield piece
        elif audience and _KIND.fullmatch(piece):
            yield f"audience:{piece}"  # `audience:LEWG, EWG` means two audiences
        else:
            yield from _of_words(piece)
        last = piece or last


def _pieces(text: str) -> Iterator[str]:
    """The parts between separators, prefixes and `and`, which is an ordinary word in a title."""
    for segment in _SEPARATOR.split(text):
        *others, end = _MARK.split(segment)
        for part in (*(_AND_AT_END.sub("", other) for other in others), end):
            for piece in (part,) if _TITLE.match(part.strip()) else _AND.split(part):
                yield piece.strip().strip('"').strip()


def _of_words(text: str) -> Iterator[str]:
    """The entries in a run of words: numbers by themselves, the words between them together."""
    found = list(islice(_tokens(text), MAX_PIECES))
    only_kinds = all(is_entry or _KIND.fullmatch(token) for token, is_entry in found)
    name: list[str] = []
    for token, is_entry in found:
        if is_entry or only_kinds:
            yield " ".join(name)
            name.clear()
            yield token
        else:
            name.append(token)
    yield " ".join(name)


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Each word, and whether it is a number, perhaps together with the next one."""
    at = 0
    while (word := _WORD.search(text, at)) is not None:
        number = _NUMBER.match(text, word.start())
        yield (number[0], True) if number else (word[0], False)
        at = number.end() if number else word.end()

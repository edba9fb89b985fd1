"""Text folded into words, so that "koppe" finds "Thomas Köppe". Pure."""

import re
import unicodedata
from collections.abc import Iterator
from types import MappingProxyType

_WORD = re.compile(r"[^\W_]+")

_LETTERS = MappingProxyType(
    str.maketrans(
        {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h", "ŧ": "t",
         "ŋ": "n", "ĸ": "q", "ɨ": "i", "ƶ": "z", "ɓ": "b", "ɗ": "d"}
    )
)  # fmt: skip
"""Letters with a stroke and similar ones, which Unicode does not decompose."""

_NOT_DIGITS = ("No", "Nl")
"""Categories of superscripts, fractions, circled and Roman numerals. Decomposed they would look like digits or letters,
so they separate words instead."""


def fold(text: str) -> str:
    """`text` without case, marks and compatibility forms."""
    if text.isascii():
        return text.lower()
    plain = "".join(" " if unicodedata.category(letter) in _NOT_DIGITS else letter for letter in text)
    caseless = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold()).translate(_LETTERS)
    return "".join(letter for letter in caseless if not unicodedata.category(letter).startswith("M"))


def words(text: str) -> list[str]:
    """The folded words of `text`: runs of letters and digits."""
    return _WORD.findall(fold(text))


def phrases(text: str, longest: int) -> Iterator[str]:
    """Every run of 1 to `longest` folded words of `text`, joined by spaces."""
    folded = words(text)
    yield from folded
    for length in range(2, min(longest, len(folded)) + 1):
        for start in range(len(folded) - length + 1):
            yield " ".join(folded[start : start + length])

"""Text of documents made fit to be shown and matched. Pure."""

import re
import unicodedata
from types import MappingProxyType

_LIGATURES = MappingProxyType(
    str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
)
_ACCENTS = MappingProxyType(
    {"¨": "\u0308", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˘": "\u0306",
     "˚": "\u030a", "¸": "\u0327", "¯": "\u0304", "˝": "\u030b", "˙": "\u0307"}
)  # fmt: skip
"""What TeX puts in front of a letter (and some extractors after it), each with the mark that it is meant for."""

_LOOSE_ACCENT = re.compile(r"([^\W\d_])?([¨´ˆ˜ˇ˘˚¸¯˝˙])\s?([^\W\d_])?")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\u00ad]")
_UNSEEN = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad]")
_UNTIDY = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad\u00a0\ufb00-\ufb06¨´ˆ˜ˇ˘˚¸¯˝˙]")
_ODD = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufb00-\ufb06\ufeff\ufffe\uffff"
    r"¨´ˆ˜ˇ˘˚¸¯˝˙]"
)
"""What a text without needs no more than its blanks made single."""

_BLANKS = re.compile(r"\s+")
_SURROGATES = re.compile("[\ud800-\udfff]")


def polished(text: str) -> str:
    """`text` in composed letters (NFC), without ligatures, loose accents and what is not printed, blanks single."""
    if (text.isascii() and text.isprintable()) or (
        _ODD.search(text) is None and unicodedata.is_normalized("NFC", text)
    ):
        return " ".join(text.split())
    text = _SURROGATES.sub("", text).translate(_LIGATURES)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _LOOSE_ACCENT.sub(_accented, text))
    return _BLANKS.sub(" ", _UNPRINTED.sub("", text)).strip()


def tidied(line: str) -> str:
    """A line fit for labels to be matched: without ligatures, loose accents and unseen characters; blanks are kept."""
    if line.isascii() or (_UNTIDY.search(line) is None and unicodedata.is_normalized("NFC", line)):
        return line
    plain = _UNSEEN.sub("", line.translate(_LIGATURES)).replace("\xa0", " ")
    return unicodedata.normalize("NFC", _LOOSE_ACCENT.sub(_accented, plain))


def _accented(match: re.Match[str]) -> str:
    """The letter after the accent carries it if there is such a letter, else the one before it."""
    before, accent, after = match[1] or "", match[2], match[3] or ""
    mark = _ACCENTS[accent]
    if after and len(joined := _composed(after, mark)) == 1:
        return before + joined
    if before and len(joined := _composed(before, mark)) == 1:
        return joined + after
    return match[0]


def _composed(letter: str, mark: str) -> str:
    plain = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    return unicodedata.normalize("NFC", plain + mark)

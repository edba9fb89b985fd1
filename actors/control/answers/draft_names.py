"""Names of drafts as operators write them. Pure."""

import re
from dataclasses import dataclass

from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName

_NAME = re.compile(r"([DP])0*([1-9]\d{0,4})R(0|[1-9]\d{0,2})(?:\.(PDF|HTML))?", re.ASCII)
_NUMBER = re.compile(r"[DP]?0*([1-9]\d{0,4})(?:R\d{1,3}(?:\.(?:PDF|HTML))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAName:
    """What is wrong, in a sentence."""

    detail: str


def names_of(text: str) -> tuple[DraftName, ...] | NotAName:
    """The files that `D1234R0` can be, pdf and html, or the one that `D1234R0.pdf` is; in any case of letters."""
    if (match := _NAME.fullmatch(text.strip().upper())) is not None:
        extensions = tuple(Extension) if match[4] is None else (Extension(match[4].lower()),)
        return tuple(
            DraftName(prefix=DraftPrefix(match[1]), number=int(match[2]), revision=int(match[3]), extension=extension)
            for extension in extensions
        )
    expected = "type D1234R0 or D1234R0.pdf"
    if isinstance(number := number_of(text), int):
        return NotAName(
            detail=f"{text.strip()!r} does not name a file: {expected} (--explain shows what is known about {number})"
        )
    return NotAName(detail=f"{text.strip()!r} is not the name of a draft: {expected}")


def number_of(text: str) -> int | NotAName:
    """The paper number of `1234`, `D1234`, `P1234R5` or `D1234R0.pdf`."""
    if (match := _NUMBER.fullmatch(text.strip().upper())) is not None:
        return int(match[1])
    return NotAName(detail=f"{text.strip()!r} is not a paper number: type D1234, P1234 or 1234 (up to 99999)")

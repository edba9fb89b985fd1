"""The fields of the index that hold several names, written by hand since 1996: authors and groups."""

import re
from collections.abc import Iterable, Iterator

_BETWEEN_GROUPS = re.compile(r"\s*(?:[,;|]|(?<!\b[CI])/)\s*")
_PARENTHESES_OR_BETWEEN = re.compile(
    r"(\([^()]{0,200}\)|<[^<>@]{0,100}@[^<>]{0,100}>)"
    r"|\s*(?:[,;/&|•\uff0c\u3001\uff1b]|\band\b|\bwith\b|\s\+\s)\s*",
    re.IGNORECASE,
)
_MAIL = re.compile(r"\s*[(<]?[^\s()<>@]{1,100}@[^\s()<>@]{1,100}[)>]?")
_MARKS = re.compile(r"\s*(?:[,;/&|•\uff0c\u3001\uff1b]\s*)+")
_OTHERS = re.compile(r"\s*\bet\.? ?al(?:ii|ia)?\b\.?\s*$", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV|Ph\.? ?D\.?", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[A-Z]\.[ -]?){1,3}")
_NOBODY = frozenset({"", "unknown", "others", "other", "tbd", "none", "various", "various authors", "etc", "etc."})
_NO_NAME = frozenset({"n/a", "none", "tbd", "unknown", "-", "--", "\u2013", "\u2014", "?"})
"""Of a whole field."""


def split_authors(written: str) -> tuple[str, ...]:
    """Names in their order, each once. `written` separates them by commas, semicolons, slashes, ampersands, bars, dots
    or "and"; "et al." and "unknown" are nobody. Text in parentheses stays with its name, without what would divide it;
    mail addresses are left out."""
    if written.strip().casefold() in _NO_NAME:
        return ()
    names = _with_suffixes(map(_name, _parts(written)))
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in _NOBODY))


def _parts(written: str) -> Iterator[str]:
    """What stands between marks that are not in parentheses."""
    part = ""
    at = 0
    for found in _PARENTHESES_OR_BETWEEN.finditer(written):
        part += written[at : found.start()]
        at = found.end()
        if found[1] is not None:
            part += _MARKS.sub(" ", _MAIL.sub("", found[1])).replace("()", "")
        else:
            yield part
            part = ""
    yield part + written[at:]


def _with_suffixes(names: Iterable[str]) -> list[str]:
    """`Jr.` belongs to the name before it, however it is divided; so do initials, before it."""
    found: list[str] = []
    for name in names:
        if found and found[-1] and _SUFFIX.fullmatch(name):
            found[-1] = f"{found[-1]} {name}"
        elif found and _INITIALS.fullmatch(name) and found[-1].isalpha():
            found[-1] = f"{name} {found[-1]}"
        else:
            found.append(name)
    return found


def split_groups(written: str) -> tuple[str, ...]:
    """Groups in their order, each once, as they are written: separated by commas, semicolons or slashes, except in
    "C/C++" and "I/O"; "N/A" and the like name none."""
    if written.strip().casefold() in _NO_NAME:
        return ()
    return tuple(dict.fromkeys(group for group in _BETWEEN_GROUPS.split(written.strip()) if group))


def _name(part: str) -> str:
    name = _OTHERS.sub("", part).strip()
    last = name.rpartition(" ")[2]
    ends_a_sentence = name.endswith(".") and len(last) > len("Jr.") + 1 and "." not in last[:-1]
    return name[:-1] if ends_a_sentence else name

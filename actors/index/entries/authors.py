"""The author field of the index, written by hand since 1996, as names."""

import re

_BETWEEN = re.compile(r"\s*(?:[,;/&]|\band\b)\s*")
_OTHERS = re.compile(r"\s*\bet\.? al\b\.?\s*$", re.IGNORECASE)
_NOBODY = frozenset({"", "unknown", "others", "tbd", "n/a"})


def split_authors(written: str) -> tuple[str, ...]:
    """Names in their order, each once. `written` separates them by commas, semicolons, slashes, ampersands or "and";
    "et al." and "unknown" are nobody. Text in parentheses stays with its name."""
    names = (_name(part) for part in _BETWEEN.split(written))
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in _NOBODY))


def _name(part: str) -> str:
    name = _OTHERS.sub("", part).strip()
    last = name.rpartition(" ")[2]
    ends_a_sentence = name.endswith(".") and len(last) > len("Jr.") + 1 and "." not in last[:-1]
    return name[:-1] if ends_a_sentence else name

"""Places, other names of zones, and countries, as the package `tzdata` lists them."""

import re
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from types import MappingProxyType

_STROKES = MappingProxyType(
    str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})
)
_NOT_COMPARED = re.compile(r"[^a-z0-9/]+")
_IN_BRACKETS = re.compile(r"(.*?)\s*\((.*)\)")


def key_of(text: str) -> str:
    """The form in which names are compared: `New York`, `new-york` and `NewYork` are one, as are `Zürich` and
    `Zurich`."""
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_STROKES)
    return _NOT_COMPARED.sub("", decomposed)


def _rows(name: str) -> Iterator[list[str]]:
    text = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


def _links() -> dict[str, str]:
    text = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text(encoding="ascii")
    found = (line.split() for line in text.splitlines() if line.startswith("L "))
    return {name: target for _, target, name in found if name not in PLACES and target in PLACES}


def _countries() -> Iterator[tuple[str, str]]:
    for code, name, *_ in _rows("iso3166.tab"):
        yield key_of(name), code
        if (inner := _IN_BRACKETS.fullmatch(name)) is not None and inner[1] not in ("Congo", "Korea", "Virgin Islands"):
            yield key_of(inner[1]), code
            yield key_of(inner[2]), code


PLACES: MappingProxyType[str, str] = MappingProxyType({row[2]: row[0] for row in _rows("zone.tab")})
"""Each zone in which people live, with its country's code; in a country the most populous come first, more or less."""

LINKS: MappingProxyType[str, str] = MappingProxyType(_links())
"""Other names of these zones: former spellings (`Asia/Calcutta`), and names such as `US/Pacific` and `Japan`."""

COUNTRIES: MappingProxyType[str, str] = MappingProxyType(dict(_countries()))
"""Key of a country's name to its code."""

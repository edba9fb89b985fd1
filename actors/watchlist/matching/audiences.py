"""Audiences of papers: the committee's groups, however they are spelled. Pure."""

import re
from types import MappingProxyType

from actors.watchlist.matching.folding import words

LARGEST_STUDY_GROUP = 99

_GROUPS = MappingProxyType(
    {
        "EWG": ("ewg", "evolution", "evolution working group", "core language evolution"),
        "LEWG": ("lewg", "library evolution", "library evolution working group"),
        "EWGI": ("ewgi", "ewg i", "ewg incubator", "evolution incubator", "sg17"),
        "LEWGI": ("lewgi", "lewg i", "lewg incubator", "library evolution incubator", "sg18"),
        "CWG": ("cwg", "core", "core working group"),
        "LWG": ("lwg", "library", "library working group"),
        "WG21": ("wg21", "all of wg21", "plenary", "all"),
        "DG": ("dg", "direction group"),
        "ARG": ("arg", "admin", "administration", "abi review group"),
        "WG14": ("wg14",),
        "WG23": ("wg23",),
    }
)
_BY_NAME = MappingProxyType({name: group for group, names in _GROUPS.items() for name in names})
_LONGEST = max(name.count(" ") + 1 for name in _BY_NAME)
_STUDY_GROUP = re.compile(r"sg ?0?([1-9][0-9]?)")

NAMES = (*_GROUPS, "SG1", "SG2", "…")
"""Examples of audiences for users."""


def audience(text: str) -> str | None:
    """The group that `text` names: `LEWG`, `SG16`; None if it names none or several."""
    found = audiences(text)
    return found[0] if len(found) == 1 and _is_a_name(text) else None


def audiences(text: str) -> tuple[str, ...]:
    """The groups named in `text`, as papers name them (`LEWG, SG1`, `Library Evolution Working Group`), in order and
    each once."""
    found: dict[str, None] = {}
    folded = words(text)
    at = 0
    while at < len(folded):
        group, length = _group_at(folded, at)
        if group:
            found[group] = None
        at += length
    return tuple(found)


def _group_at(folded: list[str], at: int) -> tuple[str | None, int]:
    for length in range(min(_LONGEST, len(folded) - at), 0, -1):
        if (group := _group(" ".join(folded[at : at + length]))) is not None:
            return group, length
    return None, 1


def _group(name: str) -> str | None:
    if (known := _BY_NAME.get(name)) is not None:
        return known
    study = _STUDY_GROUP.fullmatch(name)
    return f"SG{study[1]}" if study else None


def _is_a_name(text: str) -> bool:
    return _group(" ".join(words(text))) is not None

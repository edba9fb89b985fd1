"""Audiences of papers: the committee's groups, however they are spelled. Pure."""

import re
from types import MappingProxyType

from actors.watchlist.matching.folding import words

LARGEST_STUDY_GROUP = 99

_GROUPS = MappingProxyType(
    {
        "EWG": ("ewg", "evolution", "evolution wg", "evolution working group", "core language evolution"),
        "LEWG": ("lewg", "library evolution", "library evolution wg", "library evolution working group"),
        "EWGI": ("ewgi", "ewg i", "ewg incubator", "evolution incubator", "evolution working group incubator", "sg17"),
        "LEWGI": ("lewgi", "lewg i", "lewg incubator", "library evolution incubator",
                  "library evolution working group incubator", "sg18"),
        "CWG": ("cwg", "core", "core wg", "core language", "core working group", "core language working group"),
        "LWG": ("lwg", "library", "library wg", "library working group"),
        "WG21": ("wg21", "wg 21", "all of wg21", "plenary", "all"),
        "DG": ("dg", "direction group"),
        "ARG": ("arg", "admin", "administration", "abi review group"),
        "WG14": ("wg14", "wg 14"),
        "WG23": ("wg23", "wg 23"),
    }
)  # fmt: skip
_ORDINARY = frozenset({"evolution", "core", "core language", "library", "plenary", "all", "admin", "administration"})
"""Names of groups that mean something else as well: in an audience they are groups, alone they may be."""

_SUBJECTS = MappingProxyType(
    {
        "SG1": "concurrency parallelism", "SG2": "modules", "SG3": "filesystem", "SG4": "networking",
        "SG5": "transactional memory", "SG6": "numerics", "SG7": "reflection compile time programming",
        "SG8": "concepts", "SG9": "ranges", "SG10": "feature test", "SG12": "undefined behavior unspecified behavior",
        "SG14": "games low latency embedded", "SG15": "tooling", "SG16": "unicode text", "SG19": "machine learning",
        "SG20": "education", "SG21": "contracts", "SG22": "c c++ liaison compatibility", "SG23": "safety security",
    }
)  # fmt: skip
"""What the study groups are about: `SG16 Unicode` is one group, and `contracts` alone may mean one."""

_BY_NAME = MappingProxyType({name: group for group, names in _GROUPS.items() for name in names})
_LONGEST = max(name.count(" ") + 1 for name in _BY_NAME)
_STUDY_GROUP = re.compile(r"(?:wg ?21 )?(?:sg|study group) ?0*([1-9][0-9]?)")

NAMES = (*_GROUPS, "SG1 to SG99")
"""The audiences for users."""


def group_alone(text: str) -> str | None:
    """The group that `text` names if it can mean nothing else: `sg-16`, `LEWGI`, `Library Evolution`, `SG16 Unicode`;
    None for `library`."""
    folded = words(text)
    name = " ".join(folded)
    if (group := _group(name)) is not None:
        return None if name in _ORDINARY else group
    if not folded:
        return None
    group, length = _group_at(folded, 0)
    subject = _SUBJECTS.get(group or "", "").split()
    return group if subject and set(folded[length:]) <= {*subject, "and"} else None


def groups_about(text: str) -> tuple[str, ...]:
    """The groups that `text` may mean among other things: `library` is LWG, `contracts` is what SG21 is about."""
    folded = words(text)
    by_name = _group(" ".join(folded))
    about = [group for group, subject in _SUBJECTS.items() if folded and set(folded) <= set(subject.split())]
    return tuple(dict.fromkeys((*([by_name] if by_name else []), *about)))


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

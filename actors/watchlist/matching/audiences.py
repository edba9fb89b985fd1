"""Audiences of papers: the committee's groups, however they are spelled. Pure."""

import re
from collections.abc import Iterator
from types import MappingProxyType

from actors.watchlist.matching.folding import words

LARGEST_STUDY_GROUP = 99
MAX_NAME_LENGTH = 100
_BETWEEN = frozenset({"and", "of", "the"})

_LANGUAGE = frozenset({"c"})
"""`C++` by itself is about no group."""

_GROUPS = MappingProxyType(
    {
        "EWG": ("ewg", "evolution", "evolution wg", "evolution working group", "core language evolution",
                "language evolution"),
        "LEWG": ("lewg", "library evolution", "library evolution wg", "library evolution working group",
                 "lib evolution"),
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
        "SG1": "concurrency parallelism", "SG2": "modules", "SG3": "filesystem file system", "SG4": "networking",
        "SG5": "transactional memory tm", "SG6": "numerics", "SG7": "reflection compile time programming",
        "SG8": "concepts", "SG9": "ranges", "SG10": "feature test testing",
        "SG12": "undefined unspecified behavior behaviour ub uv vulnerabilities",
        "SG13": "hmi human machine interface i o",
        "SG14": "games low latency embedded", "SG15": "tooling", "SG16": "unicode text", "SG19": "machine learning",
        "SG20": "education", "SG21": "contracts", "SG22": "c c++ liaison compatibility", "SG23": "safety security",
    }
)  # fmt: skip
"""What the study groups are about: `SG16 Unicode` is one group, and `contracts` alone may mean one."""

_FULL_NAMES = MappingProxyType(
    {
        "EWG": "the Evolution Working Group, for new features of the language",
        "LEWG": "the Library Evolution Working Group, for new features of the library",
        "EWGI": "the incubator of the Evolution Working Group (SG17)",
        "LEWGI": "the incubator of the Library Evolution Working Group (SG18)",
        "CWG": "the Core Working Group, for the wording of the language",
        "LWG": "the Library Working Group, for the wording of the library",
        "WG21": "the C++ committee",
        "DG": "the Direction Group",
        "ARG": "the ABI Review Group",
        "WG14": "the C committee",
        "WG23": "the group for vulnerabilities of programming languages",
    }
)
_STUDIES = MappingProxyType(
    {
        "SG1": "concurrency and parallelism", "SG2": "modules", "SG3": "file systems", "SG4": "networking",
        "SG5": "transactional memory", "SG6": "numerics", "SG7": "reflection and compile-time programming",
        "SG8": "concepts", "SG9": "ranges", "SG10": "feature testing", "SG12": "undefined and unspecified behavior",
        "SG13": "human-machine interfaces", "SG14": "games, low latency and embedded systems", "SG15": "tooling",
        "SG16": "Unicode and text", "SG19": "machine learning", "SG20": "education", "SG21": "contracts",
        "SG22": "compatibility of C and C++", "SG23": "safety and security",
    }
)  # fmt: skip
DESCRIBED = (*_FULL_NAMES, *_STUDIES)
"""The groups of which it is known what they are."""

_BY_NAME = MappingProxyType({name: group for group, names in _GROUPS.items() for name in names})
_LONGEST = max(name.count(" ") + 1 for name in _BY_NAME)
_STUDY_GROUP = re.compile(r"(?:wg ?21 )?(?:sg|study group)s? ?0*([1-9][0-9]?)")

_OF_A_GROUP = re.compile(r"\b(?:study group|working group|sg|wg)\b", re.IGNORECASE)

_CALLED_A_GROUP = re.compile(
    r"(?:the )?(.+?) (?:(?:study|working|sub) ?)?group"
    r"|(?:the )?(?:study group|subgroup|sg)(?: on| for| about)? (?!\d)(.+)"
)
"""A group named by what it is about: `the Unicode group`, `SG Unicode`."""

_PARTS = re.compile(r"[,;\n]|(?<!\b[CI])/")
"""What divides the groups of an audience."""

_LIST = re.compile(
    r"(?:(?:the|all|any|open|new)\s+)*((?:library\s+|lib\s+|language\s+)?evolution|core(?:\s+language)?|library)"
    r"(?:\s+(?:working\s+group|wg))?(?=\s+issues?(?:\s*$|\s*[,;#\n]|\s+(?:and|or|number|no|nr|[0-9#])))",
    re.IGNORECASE,
)
"""The name of a list of issues, where issues are what is meant: `core issue 2900`."""

NAMES = (*_GROUPS, "SG1 to SG99")
"""The audiences for users."""


def group_alone(text: str) -> str | None:
    """The group that `text` names if it can mean nothing else: `sg-16`, `LEWGI`, `Library Evolution`, `SG16 Unicode`,
    `LEWG Library Evolution`; None for `library`."""
    folded = words(text)
    name = " ".join(folded)
    if (group := _group(name)) is not None:
        return None if name in _ORDINARY else group
    if not folded:
        return None
    if (called := _CALLED_A_GROUP.fullmatch(name[:MAX_NAME_LENGTH])) is not None:
        about = groups_about(called[1] or called[2])
        return about[0] if len(about) == 1 else None
    group, length = _group_at(folded, 0)
    if group is None or " ".join(folded[:length]) in _ORDINARY or group not in {*_GROUPS, *_SUBJECTS}:
        return None
    return group if _is_nothing_else(folded, group) and audiences(text) == (group,) else None


def with_list(text: str) -> str:
    """`text` with the letters of the list of issues that it begins with in words: `LWG issue 4000` for `library issue
    4000`."""
    found = _LIST.match(text)
    return text if found is None else f"{_BY_NAME[' '.join(words(found[1]))]}{text[found.end() :]}"


def described(group: str) -> str:
    """What a group is, as it stands after `is`; empty if that is not known."""
    if group in _FULL_NAMES:
        return _FULL_NAMES[group]
    about = _STUDIES.get(group)
    return f"the study group on {about}" if about is not None else ""


def groups_about(text: str) -> tuple[str, ...]:
    """The groups that `text` may mean among other things: `library` is LWG, `contracts` is what SG21 is about."""
    folded = [word for word in words(text) if word not in _BETWEEN]
    by_name = _group(" ".join(folded))
    said = set(folded) - _LANGUAGE
    about = [group for group, subject in _SUBJECTS.items() if said and said <= set(subject.split())]
    return tuple(dict.fromkeys((*([by_name] if by_name else []), *about)))


def audience(text: str) -> str | None:
    """The group that `text` names: `LEWG`, `SG16 Unicode`, `LEWG Library Evolution`; None if it names none or several,
    or something else besides."""
    found = audiences(text)
    return found[0] if len(found) == 1 and _is_nothing_else(words(text), found[0]) else None


def audiences(text: str) -> tuple[str, ...]:
    """The groups named in `text`, as papers name them (`LEWG, SG1`, `Library Evolution Working Group`), in order and
    each once. A part that names none and is what one study group is about (`Concurrency`) means that group."""
    found: dict[str, None] = {}
    for part in _PARTS.split(text):
        named = dict.fromkeys(_groups_named(words(part)))
        if not named and len(about := groups_about(_OF_A_GROUP.sub(" ", part))) == 1:
            named = dict.fromkeys(about)
        found |= named
    return tuple(found)


def _groups_named(folded: list[str]) -> Iterator[str]:
    at = 0
    while at < len(folded):
        group, length = _group_at(folded, at)
        if group:
            yield group
        at += length


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


def _is_nothing_else(folded: list[str], group: str) -> bool:
    """Whether all words are names of the group, or what it is about. What a group is about that is not in the table is
    not known."""
    if group not in _GROUPS and group not in _SUBJECTS:
        return True
    known = {word for name in _GROUPS.get(group, ()) for word in name.split()}
    known |= {*_SUBJECTS.get(group, "").split(), "and", "group", "of", "study"}
    at = 0
    while at < len(folded):
        named, length = _group_at(folded, at)
        if named is None and folded[at] not in known:
            return False
        at += length
    return True

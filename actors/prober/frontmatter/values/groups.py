"""The groups of WG21 as papers write them. Pure."""

import re
from collections.abc import Iterator
from types import MappingProxyType

_SHORT = r"(?:LEWGI?|EWGI?|CWG|LWG|WG\s?21|WG\s?14|SG[\s-]?\d{1,2}|L\(?E?\)?WG|DG|ARG)"
_TOPIC = (
    r"(?:library|language|core|evolution|incubator|concurrency|parallelism|numerics|ranges|reflection|contracts|tooling|"
    r"unicode|text|networking|modules|concepts|databases?|filesystem|transactional|memory|feature\s+test|games?|embedded|"
    r"low|latency|machine|learning|education|undefined|unspecified|behaviour|behavior|safety|security|profiles|numerical|linear|"
    r"algebra|compatibility|c/c\+\+|liaison|direction|full|compile-?time|metaprogramming|i/o|io|human|machine|interface|"
    r"hmi|graphics|pattern|matching|simd|admin(?:istrative)?|everyone|everybody|all|the|and|of|&|development|ub|"
    r"vulnerability|vulnerabilities)"
)
_NOUN = r"(?:working\s+group|study\s+group|sub-?group|group|incubator|committee|wg|sg|plenary)"
_WORDY = rf"{_TOPIC}(?:[\s,/-]+{_TOPIC}){{0,5}}"
_ONE = rf"(?:{_SHORT}(?:[\s:,–-]+{_WORDY})?|(?:C\+\+\s+)?{_WORDY}(?:\s+{_NOUN}){{0,2}}|{_NOUN}\s+\d{{1,2}})"
_GROUP = re.compile(rf"\s*{_ONE}(?:\s*[-–:]?\s*[(\[]\s*[\w\s,/+&:-]{{1,60}}[)\]])?\s*\.?", re.IGNORECASE)
_PLAIN_GROUP = re.compile(rf"\b(?:{_SHORT}|{_NOUN}|evolution|library|core|all|everyone)\b", re.IGNORECASE)
_AND_WITHIN = re.compile(
    r"\b(concurrency|undefined|ub|safety|games?|reflection|unspecified)(\s+)and(\s+)(parallelism|unspecified|security|"
    r"vulnerabilities|low|compile|undefined)\b|\b(I)/(O)\b|\b(C)/(C\+\+)",
    re.IGNORECASE,
)
_ONE_NAMED = re.compile(
    r"(?<![^,;|])\s*(?P<first>[^,;|()\[\]]{1,40}?)\s+and\s+[^,;|()\[\]]{1,40}?\s*[(\[]\s*SG[\s-]?\d{1,2}\s*[)\]]",
    re.IGNORECASE,
)
"""One group with an "and" in its name, before its number."""

_BETWEEN = re.compile(r"\s*(?:[;,/|•]|\s\+\s|\band\b|&|→|⟶|=>|->|\bthen\b|\n)\s*", re.IGNORECASE)
_CLOSED = re.compile(r"[(\[][^()\[\]]{0,80}[)\]]")
_HIDDEN = MappingProxyType(
    str.maketrans({",": "\x01", "/": "\x02", "&": "\x03", ";": "\x04", "|": "\x05", "+": "\x06"})
)
_SHOWN = MappingProxyType(
    str.maketrans({"\x01": ",", "\x02": "/", "\x03": "&", "\x04": ";", "\x05": "|", "\x06": "+", "\x07": "a"})
)


def is_group(text: str) -> bool:
    """Whether a text is the name of a group and nothing else."""
    return len(text) <= 100 and _GROUP.fullmatch(text) is not None


def are_groups(line: str) -> bool:
    """Whether a line lists groups and nothing else."""
    return len(line) <= 200 and all(map(is_group, split_groups(line.strip().rstrip(",;/&"))))


def goes_on_in_brackets(line: str, below: str) -> bool:
    """Whether a list of groups that was broken before a bracket goes on in the line below."""
    if below.lstrip()[:1] not in ("(", "["):
        return False
    *_, last = split_groups(line[-400:])
    return are_groups(f"{last.strip()} {below.strip()}")


def has_short_name(line: str) -> bool:
    """Whether a group is named by its letters: "LEWG", "SG14"."""
    return re.search(rf"\b{_SHORT}\b", line) is not None


def names_a_group(text: str) -> bool:
    """Whether a group is named somewhere in a text."""
    return _PLAIN_GROUP.search(text) is not None


def split_groups(line: str) -> Iterator[str]:
    """The parts of a line that lists groups: not parted inside of brackets, nor where a group's name has an "and"."""
    hidden = _CLOSED.sub(_hide, _ONE_NAMED.sub(_hide_unless_group, _AND_WITHIN.sub(_hide, line)))
    return (part.translate(_SHOWN) for part in _BETWEEN.split(hidden))


def _hide_unless_group(match: re.Match[str]) -> str:
    """What stands before an "and" is a part of the name unless it is a group by itself."""
    return match[0] if is_group(match["first"]) else _hide(match)


def _hide(match: re.Match[str]) -> str:
    return re.sub(r"\b[aA]nd\b", "\x07nd", match[0]).translate(_HIDDEN)

"""Numbers and durations, as they are written."""

import re
from types import MappingProxyType

MS_OF_UNIT = MappingProxyType(
    {"ms": 1.0, "s": 1000.0, "m": 60_000.0, "h": 3_600_000.0, "d": 86_400_000.0, "w": 604_800_000.0}
)

_WHOLE = re.compile(r"[+-]?[0-9]{1,1000}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d|w))+")
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d|w)")


def number_in(text: str) -> int | float | None:
    """A number, a whole one exactly; None for what is none."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def size_in(text: str) -> int | float | None:
    """A number, or a duration in milliseconds; None for what is neither."""
    if (number := number_in(text)) is not None or not _DURATION.fullmatch(text):
        return number
    return sum(float(count) * MS_OF_UNIT[unit] for count, unit in _DURATION_PART.findall(text))

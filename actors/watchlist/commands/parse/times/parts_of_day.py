"""Parts of a day, and times as they are spoken: `every morning at 8`, `half past 8`, `in the evening`. Pure."""

import re
from types import MappingProxyType

_PART = r"(morning|afternoon|evening|night)s?\b"
_HOUR = r"([0-9]{1,2}(?:[:.][0-9]{2})?(?:\s*[ap]\.?m\b\.?)?)(?![0-9:.]|\s*[ap]\.?m\b)"
_SPOKEN = re.compile(
    r"\b(half past|quarter past|quarter to)\s+([1-9]|1[0-9]|2[0-3])(?![0-9:.])(?:\s*([ap])\.?m\b\.?)?", re.IGNORECASE
)
_EVERY = re.compile(rf"\b(?:every|each)\s+(?={_PART})|\bdaily\s+in\s+the\s+(?={_PART})", re.IGNORECASE)
_TIME_FIRST = re.compile(rf"\b{_HOUR}\s+(?:(?:o'clock\s+)?in\s+the|at)\s+{_PART}", re.IGNORECASE)
_PART_FIRST = re.compile(rf"(?:\b(?:in\s+the|at|on)\s+)?\b{_PART}\s*(?:[,@]\s*|at\s+|around\s+)?{_HOUR}", re.IGNORECASE)
_PART_ALONE = re.compile(rf"(?:\b(?:in\s+the|at)\s+)?\b{_PART}", re.IGNORECASE)
_SEPARATOR = re.compile(r"([,;&]|\band\b)", re.IGNORECASE)
_CLOCK = re.compile(rf"(?<![\w:/+.-]){_HOUR}(?![\w/-])", re.IGNORECASE)
_BEGINS_AT = MappingProxyType({"morning": "09:00", "evening": "18:00"})
_QUIET = MappingProxyType(
    {
        "morning": ("00:00-09:00", "06:00-12:00"),
        "afternoon": ("12:00-18:00",),
        "evening": ("18:00-22:00", "18:00-08:00"),
        "night": ("22:00-07:00", "23:00-08:00"),
    }
)
"""Hours that parts of a day may have."""

_IN_A_PART = re.compile(rf"(?:\b(?:in|during|at|on|over|every|each|the)\s+)*\b{_PART}", re.IGNORECASE)
MAX_LENGTH = 200
"""Characters of a line in which parts of days are looked for."""


def with_clocks(line: str) -> str:
    """`line` with times on the clock: `daily 8am` for `every morning at 8`. A morning that has no time of its own is
    09:00, an evening 18:00."""
    if len(line) > MAX_LENGTH:
        return line
    said = _SPOKEN.sub(lambda found: _spoken(found[1].lower(), int(found[2]), found[3] or ""), line)
    said = _EVERY.sub("daily ", said)
    said = _TIME_FIRST.sub(lambda found: _of_part(found[1], found[2].lower()), said)
    said = _PART_FIRST.sub(lambda found: _of_part(found[2], found[1].lower()), said)
    return "".join(map(_begun, _SEPARATOR.split(said)))


def quiet_choices(line: str) -> tuple[str, ...]:
    """`line` with each of the hours that the part of a day in it may have; empty if there is none, or several."""
    found = list(_IN_A_PART.finditer(line)) if len(line) <= MAX_LENGTH else []
    if len(found) != 1:
        return ()
    before, after = line[: found[0].start()], line[found[0].end() :]
    return tuple(" ".join(f"{before} {hours} {after}".split()) for hours in _QUIET[found[0][1].lower()])


def _begun(piece: str) -> str:
    """What stands between two commas, with a time for the part of a day in it. `8am every Monday morning` has one."""
    parts, clocks = list(_PART_ALONE.finditer(piece)), list(_CLOCK.finditer(piece))
    if len(parts) != 1 or len(clocks) != 1:
        return _PART_ALONE.sub(lambda found: _BEGINS_AT.get(found[1].lower(), found[0]), piece)
    part = parts[0][1].lower()
    said = _CLOCK.sub(lambda found: _of_part(found[1], part), piece)
    return _PART_ALONE.sub("", said)


def _spoken(how: str, hour: int, half: str) -> str:
    """A time as it stands on the clock. A quarter to 12 pm, which is noon, is in the morning."""
    before = how == "quarter to"
    if half and before and hour == 12:
        half = "a" if half.lower() == "p" else "p"
    minutes = {"quarter to": 45, "half past": 30, "quarter past": 15}[how]
    return f"{((hour - 1) or 12) if before else hour}:{minutes}{f'{half}m' if half else ''}"


def _of_part(written: str, part: str) -> str:
    """A time of the morning or of the evening, where it can be both."""
    if written.rstrip(" .")[-1:].isalpha():
        return written
    hour = int(re.split(r"[:.]", written)[0])
    if not 1 <= hour <= 12:
        return written
    is_morning = part == "morning" or (part == "night" and (hour < 6 or hour == 12))
    return f"{written}{'am' if is_morning else 'pm'}"

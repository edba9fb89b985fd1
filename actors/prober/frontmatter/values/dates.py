"""Dates as people write them. Pure."""

import re
from collections.abc import Callable
from datetime import date
from types import MappingProxyType

_MONTHS = MappingProxyType(
    {
        name: number
        for number, name in enumerate(
            ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
        )
    }
)
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"

_ANY_YEAR = re.compile(r"(?:19|20)\d{2}")
_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], int]], ...] = (
    (re.compile(rf"\b{_YEAR}\s?[-/.‐‑–]\s?(?P<month>\d{{1,2}})\s?[-/.‐‑–]\s?(?P<day>\d{{1,2}})(?!\d)"), int),
    (re.compile(rf"\b{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})(?!\d)"), int),
    (re.compile(rf"\b{_DAY}\s*(?:of\s+)?[-.\s]?\s*{_MONTH},?[-\s]*{_YEAR}\b", re.IGNORECASE), lambda m: _month(m)),
    (re.compile(rf"\b{_MONTH}\s*{_DAY}\s*,?\s*{_YEAR}\b", re.IGNORECASE), lambda m: _month(m)),
    (re.compile(rf"\b{_YEAR}[-\s]*{_MONTH}[-\s]*{_DAY}(?!\d)", re.IGNORECASE), lambda m: _month(m)),
    (re.compile(rf"\b(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}\b"), int),
)


def date_in(text: str) -> date | None:
    """The first date in a text, in any of the forms that leave no doubt which is the month."""
    if _ANY_YEAR.search(text) is None:
        return None
    found = []
    for pattern, month in _FORMS:
        for match in pattern.finditer(text[:500]):
            try:
                day = date(int(match["year"]), month(match["month"]), int(match["day"]))
            except ValueError:
                continue
            found.append((match.start(), day))
            break
    return min(found)[1] if found else None


def without_dates(text: str) -> str:
    """A text with a comma for each date in it."""
    for pattern, _ in _FORMS:
        text = pattern.sub(",", text)
    return text


def is_date(text: str) -> bool:
    """Whether a line is a date and little else."""
    return len(text) <= 40 and date_in(text) is not None


def _month(name: str) -> int:
    return _MONTHS[name[:3].lower()]

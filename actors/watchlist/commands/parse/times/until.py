"""Parses days that are still to come: `until Monday`, `until tomorrow 9am`, `until 1 Dec`. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from types import MappingProxyType

MinutesOf = Callable[[str], int]

LEAP_YEAR = 2024
DAY_MINUTES = 24 * 60

MAX_LENGTH = 60
"""Characters of such a text."""

_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_CLOCK = (
    r"(?:(?:, ?| )(?:at )?"
    r"(?P<clock>noon|midnight|morning|afternoon|evening|[0-9]{1,2}(?:[:.][0-9]{2})?(?: ?[ap]\.?m\.?)?))?"
)
_TIME_ALONE = re.compile(
    r"(?:at )?(?P<clock>noon|midnight|[0-9]{1,2}(?:[:.][0-9]{2}| ?[ap]\.?m\.?|[:.][0-9]{2} ?[ap]\.?m\.?))"
)
_WEEKDAY = re.compile(rf"(?:next |this |on |the )*(?P<day>{_DAYS})(?:s|rs?)?(?:(?:nes|ur)?days?)?\.?{_CLOCK}")
_NAMED = re.compile(
    rf"(?:the )?(?P<named>today|tonight|tomorrow|day after tomorrow|"
    rf"(?:next |this )?weekend|next week|next month|next year|new year|christmas"
    rf"|end of (?:the |this )?(?:day|week|month|year)|eod){_CLOCK}"
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>{_MONTHS})[a-z]*\.? (?P<dom>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>[0-9]{{4}}))?{_CLOCK}"
)
_DAY_FIRST = re.compile(
    rf"(?:the )?(?P<dom>[0-9]{{1,2}})(?:st|nd|rd|th|\.)? (?:of )?(?P<month>{_MONTHS})[a-z]*\.?"
    rf"(?: (?P<year>[0-9]{{4}}))?{_CLOCK}"
)
_DOTTED = re.compile(rf"(?P<dom>[0-9]{{1,2}})\.(?P<number>[0-9]{{1,2}})\.(?P<year>[0-9]{{4}})?{_CLOCK}")
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})(?P<sign>[-/])(?P<number>[0-9]{{1,2}})(?P=sign)(?P<dom>[0-9]{{1,2}}){_CLOCK}")
_SLASHED = re.compile(
    rf"(?P<first>[0-9]{{1,2}})(?:/(?P<second>[0-9]{{1,2}})(?:/(?P<year>[0-9]{{4}}))?"
    rf"|-(?P<dashed>[0-9]{{1,2}})-(?P<dashed_year>[0-9]{{4}})){_CLOCK}"
)
_MONTH_ALONE = re.compile(
    r"(?:the )?(?:(?:beginning|start) of )?(?P<month>jan(?=uary)|feb(?=ruary)|mar(?=ch)|apr(?=il)|may|jun(?=e)|jul(?=y)"
    r"|aug(?=ust)|sep(?=tember)|oct(?=ober)|nov(?=ember)|dec(?=ember))(?:[a-z]*)"
)
_CLOCK_FIRST = re.compile(
    r"(?:at )?(?P<clock>noon|midnight|[0-9]{1,2}(?:[:.][0-9]{2})?(?: ?[ap]\.?m\.?)?)(?:,| on)? (?P<rest>[a-z].*)"
)
_MONTH_AFTER = re.compile(rf"(?:of )?(?:{_MONTHS})")
_PARTS_OF_A_DAY = MappingProxyType({"morning": 9 * 60, "afternoon": 12 * 60, "evening": 18 * 60})


class ComingDay(Enum):
    """A day that is named by its distance from today."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    DAY_AFTER_TOMORROW = "day after tomorrow"
    WEEKEND = "weekend"
    NEXT_WEEK = "next week"
    NEXT_MONTH = "next month"
    NEXT_YEAR = "next year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """The next such day, at so many `minutes` after midnight: a `weekday` (0 is Monday), or a `named` one, or a `month`
    and a day of it; with none of them, the next time that the clock shows `minutes`."""

    minutes: int = 0
    weekday: int | None = None
    named: ComingDay | None = None
    month: int = 0
    day: int = 0

    def after(self, here: datetime) -> datetime:
        """The time that is meant, said at `here`, on the same wall clock, without a zone."""
        now = here.replace(tzinfo=None)
        found = self._at(self._date(now.date()))
        if found > now:
            return found
        if self.weekday is not None:
            return found + timedelta(days=7)
        if self.month and found.date() == now.date() and not self.minutes:
            return found + timedelta(days=1)
        if self.month:
            return self._at(_date_in(found.year + 1, self.month, self.day))
        return found if self.named is not None else found + timedelta(days=1)

    def _at(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day) + timedelta(minutes=self.minutes)

    def _date(self, today: date) -> date:
        if self.weekday is not None:
            return today + timedelta(days=(self.weekday - today.weekday()) % 7)
        if self.month:
            return _date_in(today.year, self.month, self.day)
        match self.named:
            case ComingDay.TOMORROW:
                return today + timedelta(days=1)
            case ComingDay.DAY_AFTER_TOMORROW:
                return today + timedelta(days=2)
            case ComingDay.WEEKEND:
                return today + timedelta(days=(5 - today.weekday()) % 7 or 7)
            case ComingDay.NEXT_WEEK:
                return today + timedelta(days=7 - today.weekday())
            case ComingDay.NEXT_MONTH:
                return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
            case ComingDay.NEXT_YEAR:
                return date(today.year + 1, 1, 1)
            case _:
                return today


class TwoDates(ValueError):
    """Day and month of a date can be told apart in two ways; `choices` are both, as they can be typed."""

    def __init__(self, choices: tuple[str, str]) -> None:
        self.choices = choices
        super().__init__(" or ".join(choices))


def typed(when: Upcoming | datetime) -> str:
    """A day as it can be typed after `until`."""
    if isinstance(when, datetime):
        return f"{_day_typed(when.day, when.month, when.year)}{f' {when:%H:%M}' if when.hour or when.minute else ''}"
    clock = f"{when.minutes // 60:02d}:{when.minutes % 60:02d}" if 0 < when.minutes < DAY_MINUTES else ""
    if when.weekday is not None:
        day = _DAYS.split("|")[when.weekday].capitalize()
    elif when.month:
        day = _day_typed(when.day, when.month)
    else:
        day = when.named.value if when.named is not None else ""
    return f"{day} {clock}".strip() or "00:00"


def _day_typed(day: int, month: int, year: int | None = None) -> str:
    name = _MONTHS.split("|")[month - 1].capitalize()
    return f"{day} {name}{f' {year}' if year is not None else ''}"


def upcoming(text: str, minutes_of: MinutesOf) -> Upcoming | datetime | None:
    """What stands after `until`; None if it is no day that is known here, a date if it has a year. Raises what
    `minutes_of` raises for a time of day, ValueError for a day that no month has, and TwoDates for `5/6`."""
    said = " ".join(text.lower().split())
    if len(said) > MAX_LENGTH:
        return None
    if (first := _CLOCK_FIRST.fullmatch(said)) is not None and _MONTH_AFTER.match(first["rest"]) is None:
        said = f"{first['rest']} {first['clock']}"
    for rule in (_TIME_ALONE, _NAMED, _WEEKDAY, _MONTH_FIRST, _DAY_FIRST, _DOTTED, _ISO, _SLASHED, _MONTH_ALONE):
        if (found := rule.fullmatch(said)) is not None:
            parts = found.groupdict()
            clock = parts.get("clock") or ""
            minutes = _PARTS_OF_A_DAY.get(clock) or (minutes_of(clock) if clock else 0)
            if clock.startswith("24") and not minutes:
                minutes = DAY_MINUTES
            return _meant(parts, minutes)
    return None


def through(text: str, minutes_of: MinutesOf) -> Upcoming | datetime | None:
    """The end of the last day, weekend, week or month that `text` names; otherwise as `upcoming`."""
    said = " ".join(text.lower().split())
    if re.search(r"\b(?:beginning|start) of\b", said[:MAX_LENGTH]) is not None:
        return None
    if len(said) <= MAX_LENGTH and (month := _MONTH_ALONE.fullmatch(said)) is not None:
        return Upcoming(month=(_MONTHS.split("|").index(month["month"]) + 1) % 12 + 1, day=1)
    found = upcoming(text, minutes_of)
    if isinstance(found, datetime):
        return found + timedelta(days=0 if found.hour or found.minute else 1)
    if found is None or found.minutes or "end of" in said:
        return found
    match found.named:
        case ComingDay.NEXT_MONTH | ComingDay.NEXT_YEAR:
            return None
        case ComingDay.WEEKEND if "next" not in said:
            return Upcoming(weekday=0)
        case ComingDay.WEEKEND:
            return replace(found, minutes=2 * DAY_MINUTES)
        case ComingDay.NEXT_WEEK:
            return replace(found, minutes=7 * DAY_MINUTES)
        case _:
            return replace(found, minutes=DAY_MINUTES)


def _meant(parts: dict[str, str | None], minutes: int) -> Upcoming | datetime:
    if (day := parts.get("day")) is not None:
        return Upcoming(weekday=_DAYS.split("|").index(day), minutes=minutes)
    if (named := parts.get("named")) == "christmas":
        return Upcoming(month=12, day=25, minutes=minutes)
    if named is not None:
        is_today = named in ("today", "tonight", "eod") or named.endswith(" day")
        return Upcoming(named=_named(named), minutes=minutes or (DAY_MINUTES if is_today else 0))
    if parts.get("first") is not None:
        parts |= _day_and_month(parts)
    elif "month" in parts and "dom" not in parts:
        parts |= {"dom": "1"}
    if (dom := parts.get("dom")) is not None:
        name = parts.get("month")
        month = _MONTHS.split("|").index(name) + 1 if name else int(parts["number"] or 0)
        if (year := parts.get("year")) is not None:
            return datetime.combine(_date_in(int(year), month, int(dom)), datetime.min.time()) + timedelta(
                minutes=minutes
            )
        _date_in(LEAP_YEAR, month, int(dom))
        return Upcoming(month=month, day=int(dom), minutes=minutes)
    return Upcoming(minutes=minutes)


def _day_and_month(parts: dict[str, str | None]) -> dict[str, str | None]:
    """`31/12` begins with the day, and `12/31`, which cannot, with the month."""
    first, second = int(parts["first"] or 0), int(parts["second"] or parts["dashed"] or 0)
    year = parts["year"] or parts["dashed_year"]
    if 1 <= first <= 12 and 1 <= second <= 12 and first != second:
        day_first, month_first = (
            _day_typed(day, month, int(year) if year else None) for day, month in ((first, second), (second, first))
        )
        raise TwoDates((day_first, month_first))
    day, month = (second, first) if second > 12 else (first, second)
    return {"dom": str(day), "number": str(month), "year": year}


def _named(said: str) -> ComingDay:
    if said == "eod" or (said.startswith("end of") and said.endswith(" day")):
        return ComingDay.TODAY
    if "end of" in said:
        unit = said.rsplit(" ", 1)[1]
        return {"week": ComingDay.NEXT_WEEK, "month": ComingDay.NEXT_MONTH, "year": ComingDay.NEXT_YEAR}[unit]
    if said == "new year":
        return ComingDay.NEXT_YEAR
    if "weekend" in said:
        return ComingDay.WEEKEND
    return ComingDay.TODAY if said == "tonight" else ComingDay(said)


def _date_in(year: int, month: int, day: int) -> date:
    """The day, or the last one of February in a year without a leap day."""
    if (month, day) == (2, 29) and not (year % 4 == 0 and (year % 100 or year % 400 == 0)):
        return date(year, 2, 28)
    return date(year, month, day)

"""Parses times as people write them: durations, times of day, ranges, time zones. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from actors.runtime.timezones.known import zone_or_utc
from actors.runtime.timezones.naming import UnknownZone, zone_named
from actors.watchlist.commands.parse.times.until import (
    DAY_MINUTES,
    ComingDay,
    MinutesOf,
    TwoDates,
    Upcoming,
    through,
    upcoming,
)

DayReader = Callable[[str, MinutesOf], Upcoming | datetime | None]

MAX_MUTE = timedelta(days=366 * 5)
TOO_LONG = "That is longer than five years. Leave out the time to mute it until you unmute it."
OVER = "That time has already passed. Try mute P2300 2w."
MAX_DURATION_LENGTH = 100
"""Characters at the end of a text in which a duration is searched."""

_UNITS = MappingProxyType(
    {
        timedelta(minutes=1): ("m", "min", "mins", "minute", "minutes"),
        timedelta(hours=1): ("h", "hr", "hrs", "hour", "hours"),
        timedelta(days=1): ("d", "day", "days"),
        timedelta(weeks=1): ("w", "wk", "wks", "week", "weeks"),
        timedelta(weeks=2): ("fortnight", "fortnights"),
        timedelta(days=30): ("mo", "month", "months"),
        timedelta(days=365): ("y", "yr", "year", "years"),
    }
)
_UNIT = MappingProxyType({name: unit for unit, names in _UNITS.items() for name in names})
_NAMES = "|".join(sorted(_UNIT, key=len, reverse=True))
_ARTICLES = MappingProxyType(
    {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
     "ten": 10, "eleven": 11, "twelve": 12}
)  # fmt: skip
_PART = rf"(?:[0-9]{{1,6}}(?:\.[0-9])?\s*|\b(?:{'|'.join(_ARTICLES)})\s+)(?:{_NAMES})(?![a-z])"
_DURATION = re.compile(rf"(?:^|\s)(?:for\s+)?({_PART}(?:(?:[\s,]|\band\b)*{_PART})*)\s*$", re.IGNORECASE)
_PIECE = re.compile(rf"([0-9]+(?:\.[0-9])?|\b(?:{'|'.join(_ARTICLES)})(?=\s))\s*({_NAMES})(?![a-z])", re.IGNORECASE)
_UNTIL = re.compile(
    r"(?:^|\s)until\s+([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[t\s]+([0-9]{1,2}):([0-9]{2}))?\s*(utc|z)?\s*$",
    re.IGNORECASE,
)
_ENDS_BEFORE = re.compile(r"\suntil\s+\S", re.IGNORECASE)
_UNTIL_WHEN = re.compile(r"(?:^|\s)(until\s+\S.*)$", re.IGNORECASE)
_THROUGH = re.compile(r"(?:^|\s)((?:up )?(?:through|thru)\s+\S.*)$", re.IGNORECASE)
_FOR_A_WHILE = re.compile(
    r"(?:^|(?<!until)\s)(?:for |over |during )?((?:today|tonight)|(?:(?<=\s)the|\bthis) weekend"
    r"|(?:the )?rest of (?:the|this) day|(?:the )?(?:rest of (?:the|this)|this) (?:week|month|year))\s*$",
    re.IGNORECASE,
)
_BEFORE_A_WHILE = re.compile(r":|\buntil\b", re.IGNORECASE)
_TILL = re.compile(r"(?<=\s)(?:till|'?til)(?=\s)", re.IGNORECASE)
_FIRST_DURATION = re.compile(rf"(?:for\s+)?{_PART}(?:(?:[\s,]|\band\b)*{_PART})*\s+(?=\S)", re.IGNORECASE)
FOR_NOW = re.compile(r"\s(?:for (?:now|the time being|the moment)|temporarily)\s*$", re.IGNORECASE)
"""A time without an end that is known yet."""

_HALVES = re.compile(r"\bhalf (an hour|a day)\s*$", re.IGNORECASE)
_COUPLE = re.compile(r"\ba couple(?: of)? (?=(?:minutes|hours|days|weeks|months|years)\s*$)", re.IGNORECASE)
_NEXT = re.compile(r"\bfor the next (?=[0-9]|(?:two|three|four|five|six|seven|eight|nine|ten)\b)", re.IGNORECASE)
_FOR_GOOD = re.compile(
    r"(?:^|\s)(?:forever|for ever|for good|always|indefinitely|until further notice)\s*$", re.IGNORECASE
)
_NAMED_TIMES = MappingProxyType({"noon": 12 * 60, "midday": 12 * 60, "midnight": 0})
CLOCK = rf"(?:{'|'.join(_NAMED_TIMES)}|[0-9]{{1,2}}(?:[:.h][0-9]{{2}})?(?:\s*[ap]\.?m\b\.?)?)"
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)

_HALF_UNSAID = re.compile(r"[1-9]|1[0-2]")
"""An hour that may be one of the morning or of the evening."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class InvalidTime(ValueError):
    """The text is not a time; the message is a sentence for the user."""


class InvalidZone(InvalidTime):
    """The text names no zone, or several; `choices` are zones that may be meant."""

    def __init__(self, said: str, choices: tuple[str, ...]) -> None:
        self.choices = choices
        super().__init__(said)


class UnclearTime(InvalidTime):
    """The text is a time that cannot be meant, or one of several; `choices` say what may be meant instead, each as it
    stands after the verb."""

    def __init__(self, said: str, choices: tuple[str, ...]) -> None:
        self.choices = choices
        super().__init__(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How long something lasts: for `length`, or until `until` (in the user's time zone if it has none), or until a day
    that is still to come there. If all are None it has no end."""

    length: timedelta | None
    until: datetime | None
    coming: Upcoming | None = None

    def end(self, now: datetime, zone_name: str) -> datetime | None:
        """When it ends if it begins `now`, for a user in that zone; None for never. Raises InvalidTime for an end that
        has passed or is too far away."""
        until = self.until if self.coming is None else self.coming.after(now.astimezone(zone_or_utc(zone_name)))
        if until is None:
            return None if self.length is None else now + self.length
        ahead = until.replace(tzinfo=None) - now.replace(tzinfo=None)
        if ahead > MAX_MUTE:
            raise InvalidTime(TOO_LONG)
        if ahead < -timedelta(days=2):
            raise InvalidTime(OVER)
        end = until.replace(tzinfo=until.tzinfo or zone_or_utc(zone_name)).astimezone(UTC)
        if end <= now:
            raise InvalidTime(OVER)
        return end


def split_duration(text: str, *, is_title: bool = False) -> tuple[str, Duration]:
    """The part of `text` before the duration at its end, and the duration. In a title `through` begins none. Raises
    InvalidTime."""
    text = _in_usual_order(text)
    at = max(len(text) - MAX_DURATION_LENGTH, 0)
    if (found := _UNTIL.search(text, at)) is not None:
        year, month, day, hour, minute = (int(part or 0) for part in found.groups()[:5])
        try:
            until = datetime(year, month, day, hour, minute, tzinfo=UTC if found[6] else None)
        except ValueError as error:
            raise InvalidTime(f"“{found[0].strip()}” isn't a valid time.") from error
        return text[: found.start()].strip(), Duration(length=None, until=until)
    if (found := _FOR_GOOD.search(text, at) or FOR_NOW.search(text, at)) is not None:
        return text[: found.start()].strip(), Duration(length=None, until=None)
    if (
        not is_title
        and (found := _THROUGH.search(text, at)) is not None
        and ":" not in (what := text[: found.start()].strip())
        and (coming := _coming(what, "through", found[1], through)) is not None
    ):
        return what, coming
    if (found := _FOR_A_WHILE.search(text, at)) is not None and not _BEFORE_A_WHILE.search(text[: found.start()]):
        return text[: found.start()].strip(), Duration(length=None, until=None, coming=_for_a_while(found[1]))
    if (found := _DURATION.search(text, at)) is not None and not _ENDS_BEFORE.search(text, at, found.start()):
        return text[: found.start()].strip(), Duration(length=_length(found[1]), until=None)
    if (found := _UNTIL_WHEN.search(text, at)) is not None and ":" not in text[: found.start()]:  # no word of a title
        what = text[: found.start()].strip()
        if (coming := _coming(what, "until", found[1], upcoming)) is not None:
            return what, coming
        raise InvalidTime(
            f"I don't understand “{found[1].strip()}”. Give a date, like until 2026-01-31, or a time, like 2w."
        )
    return text.strip(), Duration(length=None, until=None)


def without_for_now(text: str) -> str:
    """`text` without a time at its end that has no end."""
    at = max(len(text) - MAX_DURATION_LENGTH, 0)
    return text[:at] + FOR_NOW.sub("", text[at:])


def _in_usual_order(text: str) -> str:
    """With `until` for `till`, and the duration at the end."""
    at = max(len(text) - MAX_DURATION_LENGTH, 0)
    end = _HALVES.sub(lambda found: "30m" if "hour" in found[1].lower() else "12h", text[at:])
    said = text[:at] + _TILL.sub("until", _NEXT.sub("for ", _COUPLE.sub("2 ", end)))
    found = _FIRST_DURATION.match(said[:MAX_DURATION_LENGTH])
    return f"{said[found.end() :]} {found[0].strip()}" if found is not None else said


def _coming(what: str, word: str, written: str, read: DayReader) -> Duration | None:
    """The end of a mute of `what`, `written` behind the `word`: `until Monday`, `through 1 Dec`; None if it is no day.
    Raises InvalidTime."""
    day = re.split(rf"{word}\s+|thru\s+", written, maxsplit=1, flags=re.IGNORECASE)[1]
    try:
        found = read(day, minutes)
    except InvalidTime:
        raise
    except TwoDates as two:
        choices = tuple(f"{what} {word} {date}".strip() for date in two.choices)
        raise UnclearTime(f"“{day.strip()}” can be {' or '.join(two.choices)}.", choices) from two
    except ValueError as error:
        raise InvalidTime(f"“{written.strip()}” isn't a valid time.") from error
    if isinstance(found, datetime):
        return Duration(length=None, until=found)
    return Duration(length=None, until=None, coming=found) if found is not None else None


def _for_a_while(said: str) -> Upcoming:
    """`today` lasts until midnight; a weekend until Monday."""
    if "week" in said.lower():
        return Upcoming(weekday=0)
    if (long := said.lower().rpartition(" ")[2]) in ("month", "year"):
        return Upcoming(named=ComingDay.NEXT_MONTH if long == "month" else ComingDay.NEXT_YEAR)
    return Upcoming(named=ComingDay.TODAY, minutes=DAY_MINUTES)


def minutes(written: str) -> int:
    """A time of day (`09:00`, `9`, `9.30`, `9pm`, `noon`) as minutes after midnight; 24:00 is midnight. Raises
    InvalidTime."""
    if (named := _NAMED_TIMES.get(written.strip().lower())) is not None:
        return named
    found = _CLOCK.fullmatch(written.strip())
    if found is None:
        raise InvalidTime(f"“{written.strip()}” isn't a time of day. Write it like 09:00 or 9pm.")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        possible = 1 <= hour <= 12
        hour = hour % 12 + (12 if half == "p" else 0)
    else:
        possible = hour <= 23 or (hour, minute) == (24, 0)
    if not possible or minute > 59:
        raise InvalidTime(f"“{written.strip()}” isn't a time of day. Write it like 09:00 or 9pm.")
    return hour % 24 * 60 + minute


def span(begin_written: str, end_written: str) -> tuple[int, int]:
    """`22:00` and `07:00` as minutes after midnight; an end at midnight is 1440, so `00:00` to `24:00` is a whole day.
    Raises InvalidTime."""
    begin, end = minutes(begin_written), minutes(end_written)
    if begin > end and all(_HALF_UNSAID.fullmatch(each.strip()) for each in (begin_written, end_written)):
        raise InvalidTime(
            f"“{begin_written.strip()}-{end_written.strip()}” can begin in the morning or in the evening. Write it like"
            " 09:00-17:00 or 9am-5pm."
        )
    is_whole_day = begin == end == 0 and re.match(r"24|midnight", end_written.strip(), re.IGNORECASE) is not None
    if begin == end and not is_whole_day:
        raise InvalidTime("Quiet hours can't begin and end at the same time. Write them like 22:00-07:00.")
    return begin, end or DAY_MINUTES


def zone(written: str, zones: frozenset[str]) -> str:
    """The IANA name of a time zone: `Europe/Berlin`, which may be written `berlin`. Raises InvalidZone."""
    try:
        return zone_named(written, zones)
    except UnknownZone as error:
        raise InvalidZone(str(error), error.choices) from error


def clock(minutes_after_midnight: int) -> str:
    """`09:00`; the end of a day is `24:00`."""
    return f"{minutes_after_midnight // 60:02d}:{minutes_after_midnight % 60:02d}"


def _length(written: str) -> timedelta:
    total = timedelta()
    for number, unit in _PIECE.findall(written):
        total += _UNIT[unit.lower()] * (_ARTICLES.get(number.lower()) or float(number))
        if total > MAX_MUTE:
            raise InvalidTime(TOO_LONG)
    if not total:
        raise InvalidTime("The time can't be zero. Write it like 2h, 3d, or 2w.")
    return total

"""Days of the week, times of day and hours, as people write them in one line; and the same written out again. Pure.

mon-fri 22:00-07:00, weekends        weekdays at 9am and 5pm        Monday and Thursday 17:00 Berlin
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from actors.watchlist.commands.parse.times import timing
from actors.watchlist.commands.parse.times.timing import CLOCK, WEEKDAYS
from actors.watchlist.commands.parse.times.until import DAY_MINUTES
from messages.commands import DigestTimes, QuietHours

ALL_DAYS = tuple(range(7))
WORKDAYS = ALL_DAYS[:5]
WEEKEND = ALL_DAYS[5:]
WEEK_MINUTES = 7 * DAY_MINUTES

_NAMES = MappingProxyType(
    {
        **{name: day for day, weekday in enumerate(WEEKDAYS)
           for name in (weekday.lower(), weekday[:3].lower(), weekday[:2].lower())},
        **{"tues": 1, "weds": 2, "wednes": 2, "thur": 3, "thurs": 3},
    }
)  # fmt: skip
_GROUPS = MappingProxyType(
    {
        r"week-?\s?days?|work-?\s?days?|working\s+days?|business\s+days?": WORKDAYS,
        r"week-?\s?ends?": WEEKEND,
    }
)
_DAY = rf"(?:{'|'.join(sorted(_NAMES, key=len, reverse=True))})s?\.?"
_TO = r"\s*(?:-|to|until|till|through|thru)\s*"
_END = r"(?=[\s,;&]|:\s|$)"
_TOKENS = re.compile(
    rf"""(?P<stretch>({_DAY})\s+(?:at\s+)?({CLOCK}){_TO}({_DAY})\s+(?:at\s+)?({CLOCK})(?![\w:/]))
    |(?P<span>(?:between\s+({CLOCK})\s+and\s+|({CLOCK}){_TO})({CLOCK})(?![\w:/]))
    |(?P<range>({_DAY}){_TO}({_DAY}){_END})
    |(?P<group>(?:{"|".join(_GROUPS)}){_END})
    |(?P<filler>@|(?:(?:all|the\s+whole|whole)(?:\s+day|(?=\s+week-?\s?end))|:|at|on|in|each(?!\s+day)|every(?!\s*(?:day|week){_END})|an?|the|from|once|per|o'clock){_END})
    |(?P<daily>(?:daily|every\s*day|each\s+day|all\s+days|day){_END})
    |(?P<weekly>(?:weekly|every\s+week|each\s+week|week){_END})
    |(?P<day>{_DAY}(?=[\s,;&/+|]|:\s|$))
    |(?P<time>{CLOCK}(?![\w:/-]))
    |(?P<separator>[,;&]|[/+|](?=[a-z])|[+|]{_END}|(?:and|und|plus){_END})
    |(?P<word>[^\s,;&]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_MEANT = (
    *(name for day in WEEKDAYS for name in (day.lower(), day[:3].lower())),
    "weekdays",
    "weekends",
    "daily",
    "weekly",
)
_LEAST_SIMILAR = 0.76


class ItemKind(Enum):
    """What a piece of a line is. A STRETCH goes from a time of one day to a time of another; DAILY and WEEKLY say how
    often; a SEPARATOR is a comma or `and`."""

    STRETCH = "stretch"
    SPAN = "span"
    DAYS = "days"
    DAILY = "daily"
    WEEKLY = "weekly"
    TIME = "time"
    SEPARATOR = "separator"
    WORD = "word"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """A piece of a line, with its text and where that begins. DAYS has `days`, and `is_group` says that one word or
    range stands for several; TIME and SPAN have `minutes`, one or two; a STRETCH has `rules`, days and their hours."""

    kind: ItemKind
    text: str
    start: int
    days: tuple[int, ...] = ()
    is_group: bool = False
    minutes: tuple[int, ...] = ()
    rules: tuple[tuple[tuple[int, ...], tuple[int, int]], ...] = ()

    @property
    def end(self) -> int:
        """Where the text ends in the line."""
        return self.start + len(self.text)


def items(line: str) -> Iterator[LineItem]:
    """The pieces of a line, without words that only fill it. Raises InvalidTime."""
    for found in _TOKENS.finditer(line):
        if (item := _item(found)) is not None:
            yield item


def meant_day(word: str) -> str | None:
    """The day, or days, of which a word may be a misspelling."""
    return next(iter(difflib.get_close_matches(word.lower().rstrip("."), _MEANT, n=1, cutoff=_LEAST_SIMILAR)), None)


def _item(found: re.Match[str]) -> LineItem | None:
    text, start = found[0], found.start()
    _, *parts = (group for group in found.groups() if group is not None)
    match found.lastgroup:
        case "stretch":
            return LineItem(kind=ItemKind.STRETCH, text=text, start=start, rules=tuple(_stretch(*parts)))
        case "span":
            return LineItem(kind=ItemKind.SPAN, text=text, start=start, minutes=timing.span(*parts))
        case "range":
            first, last = (_day_of(part) for part in parts)
            if first == last:
                raise timing.InvalidTime(f"“{text}” begins and ends on the same day.")
            length = (last - first) % 7 + 1
            days = tuple(sorted((first + number) % 7 for number in range(length)))
            return LineItem(kind=ItemKind.DAYS, text=text, start=start, days=days, is_group=True)
        case "group":
            days = next(days for pattern, days in _GROUPS.items() if re.fullmatch(pattern, text, re.IGNORECASE))
            return LineItem(kind=ItemKind.DAYS, text=text, start=start, days=days, is_group=True)
        case "day":
            return LineItem(kind=ItemKind.DAYS, text=text, start=start, days=(_day_of(text),))
        case "time":
            return LineItem(kind=ItemKind.TIME, text=text, start=start, minutes=(timing.minutes(text),))
        case "filler":
            return None
        case "word" if text[0].isdigit() and "/" not in text:
            raise timing.InvalidTime(f"“{text}” isn't a time of day. Write it like 09:00 or 9pm.")
        case kind:
            return LineItem(kind=ItemKind(kind), text=text, start=start)


def _stretch(*parts: str) -> Iterator[tuple[tuple[int, ...], tuple[int, int]]]:
    """`fri 18:00 to mon 08:00` by days."""
    first, begin, last, end = _day_of(parts[0]), timing.minutes(parts[1]), _day_of(parts[2]), timing.minutes(parts[3])
    days = (last - first) % 7
    if not days and begin >= end:
        raise timing.InvalidTime("That goes once around the week. Name the day and the time at which it ends.")
    if not days:
        yield (first,), (begin, end)
        return
    yield (first,), (begin, DAY_MINUTES)
    yield from ((((first + number) % 7,), (0, DAY_MINUTES)) for number in range(1, days))
    if end:
        yield (last,), (0, end)


def _day_of(text: str) -> int:
    name = text.lower().rstrip(".")
    return _NAMES[name] if name in _NAMES else _NAMES[name.removesuffix("s")]


# --- one form for each meaning


def digest_times(pairs: Iterable[tuple[Iterable[int], Iterable[int]]]) -> tuple[DigestTimes, ...]:
    """Days and minutes that add up, with each day in one place: days that have the same times are together."""
    minutes_of: dict[int, set[int]] = {}
    for days, minutes in pairs:
        added = set(minutes)
        for day in days:
            minutes_of.setdefault(day, set()).update(added)
    together: dict[tuple[int, ...], list[int]] = {}
    for day in sorted(minutes_of):
        together.setdefault(tuple(sorted(minutes_of[day])), []).append(day)
    return tuple(DigestTimes(days=tuple(days), minutes=minutes) for minutes, days in together.items())


def quiet_hours(rules: Iterable[tuple[Iterable[int], tuple[int, ...]]]) -> tuple[QuietHours, ...]:
    """Hours that add up, those of the same times together: first those of all days, last whole days."""
    days_of: dict[tuple[int, ...], set[int]] = {}
    for days, span in rules:
        days_of.setdefault(span, set()).update(days)
    hours = [QuietHours(days=tuple(sorted(days)), begin=begin, end=end) for (begin, end), days in days_of.items()]
    return tuple(sorted(hours, key=lambda each: (is_whole_day(each), each.days != ALL_DAYS, each.days, each.begin)))


def is_whole_day(hours: QuietHours) -> bool:
    """Whether the hours are all of a day."""
    return (hours.begin, hours.end) == (0, DAY_MINUTES)


def leaves_time(quiet: Iterable[QuietHours]) -> bool:
    """Whether any minute of the week is not quiet."""
    return not all(_minutes_of(quiet))


def all_but(hours: Iterable[QuietHours]) -> tuple[QuietHours, ...]:
    """The hours of the week that are none of these."""
    taken = _minutes_of(hours)
    if not any(taken):
        return quiet_hours([(ALL_DAYS, (0, DAY_MINUTES))])
    free: dict[int, list[tuple[int, int]]] = {}
    for day in ALL_DAYS:
        of_day = taken[day * DAY_MINUTES : (day + 1) * DAY_MINUTES]
        edges = [minute for minute in range(DAY_MINUTES) if of_day[minute] != (of_day[minute - 1] if minute else 1)]
        edges += [] if of_day[-1] else [DAY_MINUTES]
        free[day] = list(zip(edges[::2], edges[1::2], strict=True))
    first, *others = free.values()
    is_nightly = len(first) == 2 and first[0][0] == 0 and first[1][1] == DAY_MINUTES
    if is_nightly and all(each == first for each in others):
        return quiet_hours([(ALL_DAYS, (first[1][0], first[0][1]))])
    return quiet_hours(((day,), span) for day, spans in free.items() for span in spans)


def _minutes_of(quiet: Iterable[QuietHours]) -> bytearray:
    """For each minute of the week, whether it is in one of these."""
    covered = bytearray(WEEK_MINUTES)
    for hours in quiet:
        length = (hours.end - hours.begin) if hours.begin < hours.end else hours.end + DAY_MINUTES - hours.begin
        for day in hours.days:
            begin = day * DAY_MINUTES + hours.begin
            for minute in range(begin, begin + length):
                covered[minute % WEEK_MINUTES] = 1
    return covered


# --- written out


def days_typed(days: Sequence[int]) -> str:
    """Days as they can be typed: `mon-fri`, `mon,wed`."""
    if (run := _run(days)) is not None:
        return "-".join(WEEKDAYS[day][:3].lower() for day in run)
    return ",".join(WEEKDAYS[day][:3].lower() for day in days)


def _run(days: Sequence[int]) -> tuple[int, int] | None:
    """The first and the last of three or more days in a row, over the end of the week too; None if they are no row."""
    starts = [day for day in days if (day - 1) % 7 not in days]
    if days == ALL_DAYS:
        return days[0], days[-1]
    return (starts[0], (starts[0] + len(days) - 1) % 7) if len(days) > 2 and len(starts) == 1 else None


def digest_typed(digest: Sequence[DigestTimes]) -> str:
    """Times of digests as they can be typed after `digest`."""
    return ", ".join(_times_typed(each) for each in digest)


def _times_typed(times: DigestTimes) -> str:
    at = " ".join(map(timing.clock, times.minutes))
    if times.days == ALL_DAYS:
        return f"daily {at}"
    return f"weekly {WEEKDAYS[times.days[0]]} {at}" if len(times.days) == 1 else f"{days_typed(times.days)} {at}"


def quiet_typed(quiet: Sequence[QuietHours]) -> str:
    """Quiet hours as they can be typed after `quiet`."""
    return ", ".join(_hours_typed(each) for each in quiet)


def _hours_typed(hours: QuietHours) -> str:
    if is_whole_day(hours):
        return days_typed(hours.days)
    days = "" if hours.days == ALL_DAYS else f"{days_typed(hours.days)} "
    return f"{days}{timing.clock(hours.begin)}-{timing.clock(hours.end)}"


def days_said(days: Sequence[int]) -> str:
    """Days in a sentence: `Monday to Friday`, `on Saturday and Sunday`."""
    if (run := _run(days)) is not None:
        return " to ".join(WEEKDAYS[day] for day in run)
    return f"on {said_together([WEEKDAYS[day] for day in days])}"


def digest_said(digest: Sequence[DigestTimes]) -> str:
    """Times of digests in a sentence: `once a day at 09:00`, `on Monday and Friday at 09:00 and 17:00`."""
    if len(digest) == len(digest[0].minutes) == 1:
        at = timing.clock(digest[0].minutes[0])
        if digest[0].days == ALL_DAYS:
            return f"once a day at {at}"
        if len(digest[0].days) == 1:
            return f"once a week on {WEEKDAYS[digest[0].days[0]]} at {at}"
    parts = []
    for each in digest:
        days = "every day" if each.days == ALL_DAYS else days_said(each.days)
        parts.append(f"{days} at {said_together([timing.clock(minute) for minute in each.minutes])}")
    return ", and ".join(parts)


def hours_said(hours: QuietHours) -> str:
    """Quiet hours in a sentence: `on Saturday and Sunday`, `from 22:00 to 07:00, starting Monday to Friday`."""
    if is_whole_day(hours):
        return days_said(hours.days)
    span = f"from {timing.clock(hours.begin)} to {timing.clock(hours.end)}"
    if hours.days == ALL_DAYS:
        return span
    return f"{span}{', starting' if hours.begin > hours.end else ''} {days_said(hours.days)}"


def said_together(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last

"""Parses what follows `quiet`: hours, days, and what is left for notices. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from actors.watchlist.commands.parse.parsed_commands import (
    NotUnderstood,
    ParsedCommand,
    QuietCommand,
    SimpleCommand,
)
from actors.watchlist.commands.parse.times import timing
from actors.watchlist.commands.parse.times.parts_of_day import quiet_choices
from actors.watchlist.commands.parse.times.timing import CLOCK, InvalidTime
from actors.watchlist.commands.parse.times.until import DAY_MINUTES
from actors.watchlist.commands.parse.times.weekdays import (
    ALL_DAYS,
    ItemKind,
    LineItem,
    all_but,
    items,
    leaves_time,
    quiet_hours,
    quiet_typed,
)
from actors.watchlist.commands.parse.times.zones import OFF, zone_in
from messages.commands import QuietHours

NOW = "now"
_WHOLE_DAY = (0, DAY_MINUTES)


class _Reading(Enum):
    """How a comma is read that stands between days and hours (`weekends, 22:00-07:00`) or between hours of which days
    stand on one side (`weekdays 0-8, 18-24`). TOGETHER: the hours are those of these days. APART: they are those of all
    days, and days that had none are quiet."""

    TOGETHER = "together"
    APART = "apart"


def quiet(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`22:00-07:00`, `weekends`, `mon-fri 22:00-07:00, weekends`, perhaps with a zone after it; `off`. Raises
    timing.InvalidTime."""
    said = re.sub(r"^hours\b\s*", "", rest.strip(" .!"), flags=re.IGNORECASE)
    if not said:
        return SimpleCommand.SETTINGS
    if (outside := _OUTSIDE.match(said)) is not None:
        return _quiet_outside(said[outside.end() :], zones)
    said = _with_spans(said)
    if (asked := _quiet_asked(said, zones)) is not None:
        return asked
    if said.lower() in OFF:
        return QuietCommand(hours=())
    if _is_once(said):
        return NotUnderstood(
            detail="Quiet hours repeat every day or week. To get no notices just this once, mute everything.",
            suggestion=f"mute all {'' if said.lower() == NOW else said}".strip(),
            about="quiet",
        )
    found = tuple(items(said))
    kinds = {item.kind for item in found}
    if ItemKind.TIME in kinds or kinds.isdisjoint((ItemKind.DAYS, ItemKind.SPAN, ItemKind.STRETCH, ItemKind.DAILY)):
        raise InvalidTime("Write quiet hours like 22:00-07:00, or name the days: weekends.")
    if ItemKind.WEEKLY in kinds:
        raise InvalidTime("Quiet hours have days, like mon-fri 22:00-07:00.")
    zone = zone_in("quiet", said, found, zones)
    if isinstance(zone, NotUnderstood):
        return zone
    read = {reading: _hours(found, reading) for reading in _Reading}
    hours = read[_Reading.TOGETHER]
    if hours != read[_Reading.APART]:
        return _two_readings([read[_Reading.TOGETHER], read[_Reading.APART]], zone)
    if not leaves_time(hours):
        raise InvalidTime("That leaves no time for notices. To get none for a while, type mute all 2w.")
    return QuietCommand(hours=hours, zone=zone)


_OUTSIDE = re.compile(r"(?:outside(?:\s+of)?|except(?:\s+for)?|all\s+but|other\s+than|not)\s+(?=\S)", re.IGNORECASE)
_WORKING_HOURS = re.compile(
    r"(?:(?:the|my|normal|during|in)\s+)*(?:work(?:ing)?|business|office)[\s-]?(?:hours|time)", re.IGNORECASE
)
_BEFORE_AND_AFTER = re.compile(
    rf"\b(?:before\s+({CLOCK})\s+(?:and|or)\s+after\s+({CLOCK})|after\s+({CLOCK})\s+(and|or|until|till)\s+before\s+({CLOCK})"
    rf"|before\s+({CLOCK}))(?![\w:/])",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"\b(?:after|from|since)\s+({CLOCK})(?:\s+(?:on|onwards?))?\s*$", re.IGNORECASE)
_ONE_DAY = re.compile(r"\b(?:this|next|coming)\s+((?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", re.IGNORECASE)


def _with_spans(said: str) -> str:
    """`before 9 and after 18` is quiet from 18 to 9, and on days that are named at both of their ends; `before 9`
    begins with the day."""
    if _BEFORE_AND_AFTER.search(said) is None:
        return said
    others = _BEFORE_AND_AFTER.sub(" ", said)
    has_days = any(item.kind is ItemKind.DAYS and item.days != ALL_DAYS for item in items(others))
    return _BEFORE_AND_AFTER.sub(lambda found: _between(found, has_days=has_days), said)


def _between(found: re.Match[str], *, has_days: bool) -> str:
    if found[6]:
        return f"00:00-{timing.clock(timing.minutes(found[6]))}"
    written = (found[1], found[2]) if found[1] else (found[5], found[3])
    end, begin = map(timing.minutes, written)
    goes_on = (found[4] or "").lower() in ("until", "till")  # into the next day
    if not has_days or goes_on or begin <= end:
        return f"{timing.clock(begin)}-{timing.clock(end)}"
    return f"{f'00:00-{timing.clock(end)} ' if end else ''}{timing.clock(begin)}-24:00"


def _quiet_outside(said: str, zones: frozenset[str]) -> ParsedCommand:
    """Quiet is all that is not said."""
    if _OUTSIDE.match(said) is not None:
        raise InvalidTime("Write quiet hours like 22:00-07:00, or name the days: weekends.")
    if _WORKING_HOURS.fullmatch(said) is not None:
        return NotUnderstood(
            detail="Say which hours those are.", choices=("quiet outside weekdays 09:00-17:00",), about="quiet"
        )
    said = _with_spans(said)
    if (after := _AFTER.search(said)) is not None and _ONE_DAY.search(said) is None:
        choices = tuple(f"quiet outside {said[: after.start()]}{begin}-24:00" for begin in _beginnings(after[1]))
        return NotUnderstood(detail="Say when it ends, too.", choices=_sound(choices, zones), about="quiet")
    inside = quiet(said, zones)
    if isinstance(inside, NotUnderstood):
        return _asked_outside(inside, said, zones)
    if not isinstance(inside, QuietCommand) or not inside.hours:
        return SimpleCommand.SETTINGS
    return QuietCommand(hours=all_but(inside.hours), zone=inside.zone)


def _asked_outside(inside: NotUnderstood, said: str, zones: frozenset[str]) -> NotUnderstood:
    """What is asked about hours, asked about all others."""
    if _is_once(said):
        return NotUnderstood(detail="Quiet hours repeat every day or week, so nothing has changed.", about="quiet")
    choices, suggestions = (
        tuple(f"quiet outside {each.removeprefix('quiet ')}" for each in offered if each.startswith("quiet "))
        for offered in (inside.choices, (inside.suggestion,))
    )
    return replace(inside, choices=_sound(choices, zones), suggestion=next(iter(_sound(suggestions, zones)), ""))


def _beginnings(written: str) -> tuple[str, ...]:
    """The times that `6` may be, the likely one first."""
    minutes = timing.minutes(written)
    is_bare = written.isdigit() and 1 <= int(written) <= 11 and not written.startswith("0")
    afternoon = timing.clock(minutes + DAY_MINUTES // 2) if is_bare else ""
    both = (timing.clock(minutes), afternoon)
    return tuple(filter(None, both if minutes >= 8 * 60 else both[::-1]))


def _quiet_asked(said: str, zones: frozenset[str]) -> NotUnderstood | None:
    """What to ask where hours have no end, or are a part of the day; and of one day that is to come."""
    if (one := _ONE_DAY.search(said)) is not None:
        typed = f"{said[: one.start()]}{one[1]}{said[one.end() :]}"
        detail = "Quiet hours repeat every week, so nothing has changed."
    elif (after := _AFTER.search(said)) is not None:
        before = said[: after.start()]
        begins = _beginnings(after[1])
        choices = tuple(
            f"quiet {before}{begin}-{end}"
            for begin in begins
            for end in ("08:00", "24:00")
            if begin != end and (len(begins) == 1 or begin >= "12:00" or end == "24:00")
        )
        return NotUnderstood(detail="Say when it ends, too.", choices=_sound(choices, zones), about="quiet")
    elif hours := quiet_choices(said):
        choices = tuple(f"quiet {each}" for each in hours)
        return NotUnderstood(
            detail="Say from when to when, like quiet mon-fri 22:00-07:00, weekends.",
            choices=_sound(choices, zones),
            about="quiet",
        )
    else:
        return None
    return NotUnderstood(detail=detail, choices=_sound((f"quiet {typed}",), zones), about="quiet")


def _sound(choices: Sequence[str], zones: frozenset[str]) -> tuple[str, ...]:
    """Those choices that are understood."""
    return tuple(each for each in choices if _is_sound(each.removeprefix("quiet "), zones))


def _is_sound(rest: str, zones: frozenset[str]) -> bool:
    try:
        return isinstance(quiet(rest, zones), QuietCommand)
    except InvalidTime:
        return False


def _is_once(said: str) -> bool:
    """Whether this is a time that does not come again: `now`, `for 2 hours`, `until tomorrow`."""
    if said.lower() == NOW:
        return True
    what, duration = timing.split_duration(said)
    return not what and duration != timing.Duration(length=None, until=None)


def _hours(found: Sequence[LineItem], reading: _Reading) -> tuple[QuietHours, ...]:
    reader = _QuietReader(reading=reading)
    for item in found:
        reader.read(item)
    reader.close()
    return quiet_hours(reader.rules)


@dataclass(slots=True, kw_only=True)
class _QuietReader:
    """Collects days and their hours. Days before hours have all hours that follow; days after hours have them if no
    comma is between. Days without hours are quiet as a whole, and hours without days are those of all days.

    `before` are days for which no hours have come yet, `spans` hours for which more days may come, `after` the days
    that they have so far, `owner` those that they have if none of their own come. `latest` are the days of the hours
    that came last. `is_separated` says that a comma or `and` was the last item, `is_comma` that it was not `and`;
    `is_grouped` says that one of these days is a group.
    """

    reading: _Reading
    rules: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    before: list[tuple[int, ...]] = field(default_factory=list)
    spans: list[tuple[int, ...]] = field(default_factory=list)
    after: tuple[int, ...] = ()
    latest: tuple[int, ...] = ()
    owner: tuple[int, ...] = ()
    is_separated: bool = False
    is_comma: bool = False
    is_grouped: bool = False

    def read(self, item: LineItem) -> None:
        """Take the next item of the line."""
        match item.kind:
            case ItemKind.DAYS | ItemKind.DAILY:
                self._days(item.days or ALL_DAYS, item.is_group)
            case ItemKind.SPAN:
                self._span(item.minutes)
            case ItemKind.STRETCH:
                self.close()
                self.latest = ()
                self.rules.extend(item.rules)
        self.is_separated = item.kind is ItemKind.SEPARATOR
        self.is_comma = item.text in (",", ";")

    def close(self) -> None:
        """Nothing more belongs to what was read."""
        self._close_span()
        self.rules.extend((days, _WHOLE_DAY) for days in self.before)
        self.before = []

    def _close_span(self) -> None:
        self.rules.extend((self.after or self.owner or ALL_DAYS, span) for span in self.spans)
        self.latest = self.after or self.latest
        self.spans, self.after, self.owner = [], (), ()

    def _days(self, days: tuple[int, ...], is_group: bool) -> None:
        goes_on = not self.is_separated or (self.after and not self.is_grouped and not is_group)
        if self.spans and goes_on:
            self.after += days
            self.is_grouped |= is_group
            return
        self._close_span()
        self.is_grouped = is_group or (self.is_grouped and bool(self.before))
        self.before.append(days)

    def _span(self, span: tuple[int, ...]) -> None:
        is_alone = self.is_comma and self.reading is _Reading.APART
        if self.spans and not self.after and not is_alone:
            self.spans.append(span)
            return
        self._close_span()
        if not self.before and self.latest and not self.is_separated:
            self.rules.append((self.latest, span))
        elif not self.before:
            self.spans, self.owner = [span], () if is_alone else self.latest
        elif self.reading is _Reading.APART and self.is_separated:
            self.close()
            self.spans = [span]
        elif self.reading is _Reading.APART and self.is_grouped and len(self.before) > 1:
            last = self.latest = self.before.pop()
            self.close()
            self.rules.append((last, span))
        else:
            self.latest = tuple(day for days in self.before for day in days)
            self.rules.append((self.latest, span))
        self.before, self.is_grouped = [], False


def _two_readings(readings: Sequence[tuple[QuietHours, ...]], zone: str | None) -> NotUnderstood:
    after = f" {zone}" if zone else ""
    choices = tuple(f"quiet {quiet_typed(hours)}{after}" for hours in readings if leaves_time(hours))
    return NotUnderstood(detail="I can read that in two ways.", choices=choices, about="quiet")

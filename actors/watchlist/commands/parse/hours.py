"""Parses what follows `digest`, `quiet` and `timezone`. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import groupby
from types import MappingProxyType

from actors.watchlist.commands.parse import timing
from actors.watchlist.commands.parse.parsed_commands import (
    DigestCommand,
    DigestStyleCommand,
    Every,
    NotUnderstood,
    ParsedCommand,
    QuietCommand,
    SimpleCommand,
    TimezoneCommand,
)
from actors.watchlist.commands.parse.timing import DAY_MINUTES, InvalidTime, InvalidZone
from actors.watchlist.commands.parse.weekdays import (
    ALL_DAYS,
    ItemKind,
    LineItem,
    digest_times,
    items,
    leaves_time,
    meant_day,
    quiet_hours,
    quiet_typed,
)
from messages.commands import Delivery, DigestStyle, QuietHours

MAX_DIGESTS_A_DAY = 24

_OFF = frozenset({"off", "no", "none", "never", "immediate", "immediately", "now", "at once", "stop"})
_STYLES = MappingProxyType(
    {
        **dict.fromkeys(
            ("each", "one each", "as one each", "one by one", "separate", "separately", "each separately",
             "as separate messages", "separate messages", "individually", "one message each", "as one message each",
             "one message per notice"),
            DigestStyle.EACH,
        ),
        **dict.fromkeys(
            ("as one", "as one message", "as a single message", "in one", "in one message", "in a single message",
             "one message", "single message", "together"),
            DigestStyle.ONE,
        ),
    }
)  # fmt: skip
LONGEST_STYLE_WORDS = 4

_WHOLE_DAY = (0, DAY_MINUTES)


class _Reading(Enum):
    """How days before a comma are read that hours follow: `weekends, 22:00-07:00`. TOGETHER: the hours are those of
    these days. APART: these days are quiet, and so are the hours."""

    TOGETHER = "together"
    APART = "apart"


def digest(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`daily 09:00 Europe/Berlin`, `mon,wed,fri 09:00`, `weekdays 9am and 5pm`, `off`; `one each` or `as one`, alone,
    before it or after it. Raises timing.InvalidTime."""
    others, style = _style(rest.strip(" .!"))
    if style is None:
        return _digest_at(rest, zones)
    if not others:
        return DigestStyleCommand(style=style)
    parsed = _digest_at(others, zones)
    return replace(parsed, style=style) if isinstance(parsed, DigestCommand) else parsed


def _style(line: str) -> tuple[str, DigestStyle | None]:
    """The line without the words at its end or beginning that say how a digest is sent, and what they say; None if
    there are none."""
    words = line.split()
    for count in range(min(LONGEST_STYLE_WORDS, len(words)), 0, -1):
        for said, others in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            style = _STYLES.get(" ".join(said).lower().strip(",;"))
            if style is not None and (not others or [word.lower() for word in said] != ["each"]):
                return " ".join(others).strip(",; "), style
    return line, None


def _digest_at(rest: str, zones: frozenset[str]) -> ParsedCommand:
    said = rest.lower().strip(" .!")
    if not said:
        return SimpleCommand.SETTINGS
    if said in _OFF:
        return DigestCommand(delivery=Delivery.IMMEDIATE)
    found = tuple(items(rest.strip(" .!")))
    kinds = {item.kind for item in found}
    if kinds.isdisjoint(
        (ItemKind.DAYS, ItemKind.TIME, ItemKind.STRETCH, ItemKind.SPAN, ItemKind.DAILY, ItemKind.WEEKLY)
    ):
        if any(meant_day(item.text) for item in found):
            return _stray("digest", rest.strip(" .!"), found)
        return _no_digest("A digest is daily, weekly, on the days that you name, or off.")
    if {ItemKind.DAILY, ItemKind.WEEKLY} <= kinds:
        return _no_digest("A digest is daily or weekly, not both.")
    if not kinds.isdisjoint((ItemKind.SPAN, ItemKind.STRETCH)):
        return _no_digest("A digest comes at a time of day. For hours without notices, type quiet.")
    zone = _zone("digest", rest.strip(" .!"), found, zones)
    return zone if isinstance(zone, NotUnderstood) else _digest(found, kinds, zone)


def quiet(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`22:00-07:00`, `weekends`, `mon-fri 22:00-07:00, weekends`, perhaps with a zone after it; `off`. Raises
    timing.InvalidTime."""
    said = re.sub(r"^hours\b\s*", "", rest.strip(" .!"), flags=re.IGNORECASE)
    if not said:
        return SimpleCommand.SETTINGS
    if said.lower() in _OFF:
        return QuietCommand(hours=())
    found = tuple(items(said))
    kinds = {item.kind for item in found}
    if ItemKind.TIME in kinds or kinds.isdisjoint((ItemKind.DAYS, ItemKind.SPAN, ItemKind.STRETCH, ItemKind.DAILY)):
        raise InvalidTime("Write quiet hours like 22:00-07:00, or name the days: weekends.")
    if ItemKind.WEEKLY in kinds:
        raise InvalidTime("Quiet hours have days, like mon-fri 22:00-07:00.")
    zone = _zone("quiet", said, found, zones)
    if isinstance(zone, NotUnderstood):
        return zone
    read = {reading: _hours(found, reading) for reading in _Reading}
    hours = read[_Reading.TOGETHER]
    if hours != read[_Reading.APART]:
        return _two_readings([read[_Reading.TOGETHER], read[_Reading.APART]], zone)
    if not leaves_time(hours):
        raise InvalidTime("That leaves no time for notices. To get none for a while, type mute all 2w.")
    return QuietCommand(hours=hours, zone=zone)


def timezone(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`Europe/Berlin`. Raises timing.InvalidTime."""
    if not rest.strip():
        return SimpleCommand.SETTINGS
    try:
        return TimezoneCommand(zone=timing.zone(rest, zones))
    except InvalidZone as error:
        return _which_zone(str(error), "timezone", error.choices)


# --- digests


def _digest(found: Sequence[LineItem], kinds: set[ItemKind], zone: str | None) -> ParsedCommand:
    wanted = [item for item in found if item.kind in (ItemKind.DAYS, ItemKind.TIME)]
    runs = [(kind, tuple(run)) for kind, run in groupby(wanted, key=lambda item: item.kind)]
    days = tuple(sorted({day for item in wanted for day in item.days}))
    minutes = tuple(sorted({minute for item in wanted for minute in item.minutes}))
    if len(minutes) > MAX_DIGESTS_A_DAY:
        raise InvalidTime(f"There can be up to {MAX_DIGESTS_A_DAY} digests a day.")
    if days and days != ALL_DAYS and any(item.text.startswith("24") for item in wanted):
        raise InvalidTime("24:00 is the beginning of the next day. Name that day, and write 00:00.")
    if sum(kind is ItemKind.DAYS for kind, _ in runs) > 1:
        return _by_groups(runs, zone)
    every = {ItemKind.WEEKLY: Every.WEEK, ItemKind.DAILY: Every.DAY}
    said = next((often for kind, often in every.items() if kind in kinds), Every.ANY)
    return DigestCommand(delivery=Delivery.DIGEST, days=days, minutes=minutes, every=said, zone=zone)


def _by_groups(runs: Sequence[tuple[ItemKind, tuple[LineItem, ...]]], zone: str | None) -> ParsedCommand:
    """Days with times of their own: `mon 09:00, wed 17:00`, or `09:00 mon, 17:00 wed`."""
    if len(runs) % 2:
        return _no_digest("I can't tell which times belong to which days.", "digest mon 09:00, wed 17:00")
    pairs = []
    for (_, first), (_, second) in zip(runs[::2], runs[1::2], strict=True):
        both = (*first, *second)
        pairs.append(([day for item in both for day in item.days], [each for item in both for each in item.minutes]))
    return DigestCommand(delivery=Delivery.DIGEST, times=digest_times(pairs), zone=zone)


def _no_digest(detail: str, suggestion: str = "digest daily 09:00") -> NotUnderstood:
    return NotUnderstood(detail=detail, suggestion=suggestion, about="digest")


# --- quiet hours


def _hours(found: Sequence[LineItem], reading: _Reading) -> tuple[QuietHours, ...]:
    reader = _QuietReader(reading=reading)
    for item in found:
        reader.read(item)
    reader.close()
    return quiet_hours(reader.rules)


@dataclass(slots=True, kw_only=True)
class _QuietReader:
    """Collects days and their hours. Days before hours have these hours; days after hours have them if no comma is
    between. Days without hours are quiet as a whole, and hours without days are those of all days.

    `before` are days for which no hours have come yet, `span` hours for which more days may come, `after` the days that
    it has so far. `is_separated` says that a comma was the last item, `is_grouped` that one of these days is a group.
    """

    reading: _Reading
    rules: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    before: list[tuple[int, ...]] = field(default_factory=list)
    span: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    is_separated: bool = False
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
                self.rules.extend(item.rules)
        self.is_separated = item.kind is ItemKind.SEPARATOR

    def close(self) -> None:
        """Nothing more belongs to what was read."""
        self._close_span()
        self.rules.extend((days, _WHOLE_DAY) for days in self.before)
        self.before = []

    def _close_span(self) -> None:
        if self.span:
            self.rules.append((self.after or ALL_DAYS, self.span))
        self.span, self.after = (), ()

    def _days(self, days: tuple[int, ...], is_group: bool) -> None:
        goes_on = not self.is_separated or (self.after and not self.is_grouped and not is_group)
        if self.span and goes_on:
            self.after += days
            self.is_grouped |= is_group
            return
        self._close_span()
        self.is_grouped = is_group or (self.is_grouped and bool(self.before))
        self.before.append(days)

    def _span(self, span: tuple[int, ...]) -> None:
        self._close_span()
        if not self.before:
            self.span = span
        elif self.reading is _Reading.APART and self.is_separated:
            self.close()
            self.span = span
        elif self.reading is _Reading.APART and self.is_grouped and len(self.before) > 1:
            last = self.before.pop()
            self.close()
            self.rules.append((last, span))
        else:
            self.rules.append((tuple(day for days in self.before for day in days), span))
        self.before, self.is_grouped = [], False


def _two_readings(readings: Sequence[tuple[QuietHours, ...]], zone: str | None) -> NotUnderstood:
    after = f" {zone}" if zone else ""
    choices = tuple(f"quiet {quiet_typed(hours)}{after}" for hours in readings if leaves_time(hours))
    return NotUnderstood(detail="I can read that in two ways.", choices=choices, about="quiet")


# --- zones, and words that are none


def _zone(verb: str, line: str, found: Sequence[LineItem], zones: frozenset[str]) -> str | NotUnderstood | None:
    """The zone that a line names in its words; None if it has none."""
    words = [place for place, item in enumerate(found) if item.kind is ItemKind.WORD]
    if not words:
        return None
    between = found[words[0] : words[-1] + 1]
    if any(item.kind not in (ItemKind.WORD, ItemKind.SEPARATOR) for item in between):
        return _stray(verb, line, [item for item in between if item.kind is ItemKind.WORD])
    written = line[between[0].start : between[-1].end]
    try:
        return timing.zone(written, zones)
    except InvalidZone as error:
        if any(meant_day(item.text) for item in between) or not (error.choices or "/" in written):
            return _stray(verb, line, between)
        others = f"{line[: between[0].start]} {line[between[-1].end :]}".strip(" ,;")
        others = re.sub(r"\s+(?:in|at)$", "", others, flags=re.IGNORECASE)
        return _which_zone(str(error), f"{verb} {others}", error.choices)


def _which_zone(detail: str, command: str, zones: Sequence[str]) -> NotUnderstood:
    choices = tuple(f"{' '.join(command.split())} {zone}" for zone in zones)
    return NotUnderstood(detail=detail, choices=choices, about=command.split()[0])


def _stray(verb: str, line: str, found: Sequence[LineItem]) -> NotUnderstood:
    """Words that are neither a day nor a zone; perhaps a misspelled day."""
    words = [item for item in found if item.kind is ItemKind.WORD]
    for item in words:
        if (day := meant_day(item.text)) is not None:
            meant = f"{verb} {line[: item.start]}{day}{line[item.end :]}"
            return NotUnderstood(detail=f"I don't know the day “{item.text}”.", suggestion=meant, about=verb)
    said = " ".join(item.text for item in words)[:100]
    return NotUnderstood(detail=f"I don't understand “{said}”: it is no day, time of day, or time zone.", about=verb)

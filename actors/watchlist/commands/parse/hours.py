"""Parses what follows `digest`, `quiet` and `timezone`. Pure."""

import re
from types import MappingProxyType

from actors.watchlist.commands.parse import timing
from actors.watchlist.commands.parse.parsed_commands import (
    DigestCommand,
    NotUnderstood,
    ParsedCommand,
    QuietCommand,
    SimpleCommand,
    TimezoneCommand,
)
from actors.watchlist.commands.parse.timing import WEEKDAYS
from messages.commands import Delivery

_OFF = frozenset({"off", "no", "none", "never", "immediate", "immediately", "now", "at once", "stop"})
_TIME = re.compile(rf"(?<![\w/])({timing.CLOCK})(?![\w:/])", re.IGNORECASE)
_DAILY = frozenset({"daily", "day", "everyday"})
_WEEKLY = frozenset({"weekly", "week"})
_FILLING = frozenset({"at", "on", "in", "each", "every", "a", "the", "from"})
_DAYS = MappingProxyType(
    {
        **{name: day for day, weekday in enumerate(WEEKDAYS) for name in (weekday.lower(), weekday[:3].lower())},
        **{"tues": 1, "wednes": 2, "thur": 3, "thurs": 3},
    }
)


def digest(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`daily 09:00 Europe/Berlin`, `weekly friday 17:00`, `off`. Raises timing.InvalidTime."""
    said = rest.lower().strip(" .!")
    if not said:
        return SimpleCommand.SETTINGS
    if said in _OFF:
        return DigestCommand(delivery=Delivery.IMMEDIATE)
    time = _TIME.search(rest)
    others = f"{rest[: time.start()]} {rest[time.end() :]}" if time else rest
    words = [word for word in re.split(r"[\s,]+", others) if word and word.lower() not in _FILLING]
    day = next((_DAYS[key] for word in words if (key := word.lower().rstrip("s.")) in _DAYS), None)
    weekly = day is not None or any(word.lower() in _WEEKLY for word in words)
    if not weekly and not any(word.lower() in _DAILY for word in words):
        return NotUnderstood(
            detail="A digest is daily, weekly, or off.", suggestion="digest daily 09:00", about="digest"
        )
    zone = " ".join(word for word in words if not _is_a_day(word))
    return DigestCommand(
        delivery=Delivery.WEEKLY if weekly else Delivery.DAILY,
        at_minute=timing.minutes(time[1]) if time else None,
        weekday=day,
        zone=timing.zone(zone, zones) if zone else None,
    )


def quiet(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`22:00-07:00`, perhaps with a zone after it; `off`. Raises timing.InvalidTime."""
    said = re.sub(r"^hours\b\s*", "", rest.strip(), flags=re.IGNORECASE)
    if not said:
        return SimpleCommand.SETTINGS
    if said.lower().strip(" .!") in _OFF:
        return QuietCommand(begin=None, end=None)
    begin, end, zone = timing.between(said)
    zone = re.sub(r"^in\s+", "", zone, flags=re.IGNORECASE)
    return QuietCommand(begin=begin, end=end, zone=timing.zone(zone, zones) if zone else None)


def timezone(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`Europe/Berlin`. Raises timing.InvalidTime."""
    return TimezoneCommand(zone=timing.zone(rest, zones)) if rest.strip() else SimpleCommand.SETTINGS


def _is_a_day(word: str) -> bool:
    said = word.lower()
    return said in _DAILY or said in _WEEKLY or said.rstrip("s.") in _DAYS

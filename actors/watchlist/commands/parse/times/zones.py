"""Finds the time zone in a line of days and times; and what to say of words that are none. Pure."""

import re
from collections.abc import Sequence

from actors.watchlist.commands.parse.parsed_commands import NotUnderstood, ParsedCommand, SimpleCommand, TimezoneCommand
from actors.watchlist.commands.parse.times import timing
from actors.watchlist.commands.parse.times.timing import InvalidZone
from actors.watchlist.commands.parse.times.weekdays import ItemKind, LineItem, meant_day

OFF = frozenset({"off", "no", "none", "never", "stop", "disable", "disabled"})
"""What turns digests or quiet hours off."""


def timezone(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`Europe/Berlin`. Raises timing.InvalidTime."""
    if not rest.strip():
        return SimpleCommand.SETTINGS
    try:
        return TimezoneCommand(zone=timing.zone(rest, zones))
    except InvalidZone as error:
        return which_zone(str(error), "timezone", error.choices)


def zone_in(verb: str, line: str, found: Sequence[LineItem], zones: frozenset[str]) -> str | NotUnderstood | None:
    """The zone that a line names in its words; None if it has none."""
    words = [place for place, item in enumerate(found) if item.kind is ItemKind.WORD]
    if not words:
        return None
    between = found[words[0] : words[-1] + 1]
    if any(item.kind not in (ItemKind.WORD, ItemKind.SEPARATOR) for item in between):
        return stray(verb, line, [item for item in between if item.kind is ItemKind.WORD])
    written = line[between[0].start : between[-1].end]
    try:
        return timing.zone(written, zones)
    except InvalidZone as error:
        if any(meant_day(item.text) for item in between) or not (error.choices or "/" in written):
            return stray(verb, line, between)
        others = f"{line[: between[0].start]} {line[between[-1].end :]}".strip(" ,;")
        others = re.sub(r"\s+(?:in|at)$", "", others, flags=re.IGNORECASE)
        return which_zone(str(error), f"{verb} {others}", error.choices)


def which_zone(detail: str, command: str, zones: Sequence[str]) -> NotUnderstood:
    choices = tuple(f"{' '.join(command.split())} {zone}" for zone in zones)
    return NotUnderstood(detail=detail, choices=choices, about=command.split()[0])


def stray(verb: str, line: str, found: Sequence[LineItem]) -> NotUnderstood:
    """Words that are neither a day nor a zone; perhaps a misspelled day."""
    words = [item for item in found if item.kind is ItemKind.WORD]
    for item in words:
        if (day := meant_day(item.text)) is not None:
            meant = f"{verb} {line[: item.start]}{day}{line[item.end :]}"
            return NotUnderstood(detail=f"I don't know the day “{item.text}”.", suggestion=meant, about=verb)
    said = " ".join(item.text for item in words)[:100]
    return NotUnderstood(
        detail=f"I don't understand “{said}”: it isn't a day, a time of day, or a time zone.", about=verb
    )

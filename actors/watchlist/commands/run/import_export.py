"""All of a user as text that `import` reads again, and back. Pure.

watch Niebler, "Thomas Köppe", P2300
mute P2300 until 2026-01-31 09:00 UTC
digest daily 09:00 Europe/Berlin
quiet 22:00-07:00 Europe/Berlin
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse import splitting, timing
from actors.watchlist.commands.parse.commands import (
    DigestCommand,
    ImportCommand,
    MuteCommand,
    NotUnderstood,
    ParsedCommand,
    QuietCommand,
    TimezoneCommand,
    WatchCommand,
)
from actors.watchlist.commands.parse.language import read
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.parse.verbs import nearly, verb_of
from actors.watchlist.commands.phrasing import code, counted, line, plain_text, quoted
from actors.watchlist.commands.run import preferences as preferring
from actors.watchlist.commands.run import subscribing
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.commands.run.subscribing import as_typed
from actors.watchlist.matching.entries import MOST_ENTRIES, EntryKind, InvalidEntry, WatchEntry, parse
from actors.watchlist.matching.mutes import ALL, Mute
from actors.watchlist.model.user_state import Changes, UserState
from messages.commands import Delivery, Line, Outcome, Preferences

LONGEST_LINE = 300
MOST_COMPLAINTS = 10
MOST_LINES = 1500
MOST_OF = MappingProxyType({"watch": 3000, "mute": 250, "digest": 10, "quiet": 10, "timezone": 10})
"""Of one import are read so many lines in all, and of each command; of `watch` so many entries and signs between them.
It is more than an export can have, and not so many that others wait."""


def export(user: UserState) -> CommandResult:
    """Everything that the user has set, as commands."""
    lines = [*_watch_lines(user), *map(_mute_line, user.mutes), *_way_lines(user.preferences)]
    if not lines:
        return done(phrasing.answer(line("There is nothing to export: you watch nothing, and nothing is set.")))
    return done(phrasing.answer(*(line(code(each)) for each in lines)))


def carry_in(command: ImportCommand, user: UserState, zones: frozenset[str], now: datetime) -> CommandResult:
    """Do the lines of an export, or entries. What was there stays; previews are not asked about."""
    taking = _Taking(user=user, now=now)
    for each in command.lines[:MOST_LINES]:
        taking.take(each, zones)
    taking.unread += max(len(command.lines) - MOST_LINES, 0)
    changes = taking.changes()
    lines = taking.lines()
    if len(taking.add) == taking.known == taking.settled == 0:
        return refused(phrasing.answer(*lines))
    return done(phrasing.answer(*lines), changes)


@dataclass(slots=True, kw_only=True)
class _Taking:
    """The user as they become, line by line."""

    user: UserState
    now: datetime
    known: int = 0
    settled: int = 0
    unread: int = 0
    read: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    add: list[WatchEntry] = field(default_factory=list)
    mute: list[Mute] = field(default_factory=list)
    preferences: Preferences | None = None
    watched: set[tuple[EntryKind, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.watched = {(entry.kind, entry.key) for entry in self.user.entries}

    def take(self, text: str, zones: frozenset[str]) -> None:
        verb = verb_of(text)
        are_entries = verb is None and nearly(text.split()[0]) is None
        counted_as = "watch" if are_entries else verb or ""
        if counted_as not in MOST_OF:
            said = f"{quoted(text[:60])} is no line of an export; if it is an entry, put it in quotes."
            self.complaints.append(said)
        elif self.read[counted_as] >= MOST_OF[counted_as]:
            self.unread += 1
        else:
            self.read[counted_as] += _signs(text) if counted_as == "watch" else 1
            self._do(WatchCommand(entries=split(text)) if are_entries else read(text, zones))

    def _do(self, command: ParsedCommand) -> None:
        match command:
            case WatchCommand():
                self._watch_all(command.entries)
            case MuteCommand():
                self._settle(preferring.mute(command, self.user, self.now))
            case DigestCommand():
                self._settle(preferring.digest(command, self.user))
            case QuietCommand():
                self._settle(preferring.quiet(command, self.user))
            case TimezoneCommand():
                self._settle(preferring.in_zone(command, self.user))
            case NotUnderstood():
                self.complaints.append(command.detail)
            case _:
                self.complaints.append("That is no line of an export.")

    def _watch_all(self, entries: tuple[str, ...]) -> None:
        self.read["watch"] += len(entries)
        if not entries:
            self.complaints.append("In one line there is no entry.")
        if len(entries) >= splitting.MOST:
            self.complaints.append(f"Of one line only the first {splitting.MOST:,} entries are read.")
        for entry in entries:
            self._watch(entry)

    def _watch(self, text: str) -> None:
        parsed = parse(text)
        if isinstance(parsed, InvalidEntry):
            self.complaints.append(parsed.detail)
        elif (parsed.kind, parsed.key) in self.watched:
            self.known += 1
        elif len(self.watched) >= MOST_ENTRIES:
            self.complaints.append(f"{quoted(parsed.text)} would be more than {MOST_ENTRIES:,} entries.")
        else:
            self.watched.add((parsed.kind, parsed.key))
            self.add.append(subscribing.entry_of(parsed, self.user, self.now))

    def _settle(self, decision: CommandResult) -> None:
        if decision.outcome is Outcome.REFUSED:
            self._complain(decision)
            return
        self.settled += 1
        self.mute.extend(decision.changes.mute)
        self.user = replace(self.user, mutes=(*self.user.mutes, *decision.changes.mute))
        if decision.changes.preferences is not None:
            self.preferences = decision.changes.preferences
            self.user = replace(self.user, preferences=self.preferences)

    def _complain(self, decision: CommandResult) -> None:
        self.complaints.append(plain_text(decision.answer) if decision.answer else "")

    def changes(self) -> Changes:
        return Changes(add=tuple(self.add), mute=tuple(self.mute), preferences=self.preferences)

    def lines(self) -> list[Line]:
        parts = [f"{counted(len(self.add), 'entry', 'entries')} added"]
        parts += [f"{self.known:,} watched already"] if self.known else []
        parts += [f"{counted(self.settled, 'setting')} taken over"] if self.settled else []
        parts += [f"{counted(len(self.complaints), 'line')} not understood"] if self.complaints else []
        parts += [f"{counted(self.unread, 'line')} not read, for there are too many"] if self.unread else []
        said = [line(f"{', '.join(parts)}.")]
        said += [line("• ", complaint) for complaint in self.complaints[:MOST_COMPLAINTS]]
        return said


def _signs(text: str) -> int:
    """How much work it is to tell the entries of a line apart: the same one again and again makes work and no entry."""
    return max(text.count(",") + text.count(";"), text.count(" ") // 8)


def _watch_lines(user: UserState) -> Iterator[str]:
    said = ""
    for entry in user.entries:
        typed = as_typed(entry.text)
        if said and len(said) + len(typed) > LONGEST_LINE:
            yield said
            said = ""
        said = f"{said}, {typed}" if said else f"watch {typed}"
    if said:
        yield said


def _mute_line(mute: Mute) -> str:
    until = "" if mute.until is None else f" until {mute.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"mute {ALL if mute.kind is None else as_typed(mute.text)}{until}"


def _way_lines(preferences: Preferences | None) -> Iterator[str]:
    if preferences is None:
        return
    at = f"{timing.clock(preferences.at_minute)} {preferences.zone}"
    if preferences.delivery is Delivery.DAILY:
        yield f"digest daily {at}"
    elif preferences.delivery is Delivery.WEEKLY:
        yield f"digest weekly {timing.WEEKDAYS[preferences.weekday]} {at}"
    else:
        yield f"timezone {preferences.zone}"
    if preferences.quiet_from is not None and preferences.quiet_to is not None:
        hours = f"{timing.clock(preferences.quiet_from)}-{timing.clock(preferences.quiet_to)}"
        yield f"quiet {hours} {preferences.zone}"

"""`export`, everything a user has set as commands, and `import`, which reads these lines again. Pure.

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
from actors.watchlist.commands.parse import splitting
from actors.watchlist.commands.parse.parsed_commands import (
    Confirmation,
    DigestCommand,
    DigestStyleCommand,
    ImportCommand,
    MuteCommand,
    NotUnderstood,
    ParsedCommand,
    QuietCommand,
    TimezoneCommand,
    WatchCommand,
)
from actors.watchlist.commands.parse.parser import parse_plain
from actors.watchlist.commands.parse.times import weekdays
from actors.watchlist.commands.parse.verbs import verb_of
from actors.watchlist.commands.phrasing import button, code, counted, line, plain_text, quoted
from actors.watchlist.commands.run import preferences as preferring
from actors.watchlist.commands.run.entries import subscribing
from actors.watchlist.commands.run.entries.meaning import UnclearEntry, meaning_in_export
from actors.watchlist.commands.run.own_entries import as_typed, everything, mute_typed, typed_again
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.matching.entries import MAX_ENTRIES, EntryKind, WatchEntry, is_marked
from actors.watchlist.matching.mutes import Mute
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.user_state import Changes, UserState
from messages.commands import AnswerLine, CommandAnswer, CommandOutcome, Delivery, DigestStyle, Preferences

MAX_EXPORT_LINE_LENGTH = 300
MAX_ERRORS_SHOWN = 10
MAX_IMPORT_LINES = 1500
MAX_LINES_OF = MappingProxyType({"watch": 3000, "mute": 250, "digest": 10, "quiet": 10, "timezone": 10})
"""Limits of one import: lines in all, and lines of each command; of `watch`, entries plus the separators in its lines.
An export never has more, and what is more would keep other commands waiting."""


def export(user: UserState, names: AuthorNames) -> CommandResult:
    """Everything that the user has set, as commands."""
    lines = [
        *_watch_lines(user, names),
        *(_mute_line(each, names) for each in user.mutes),
        *_preferences_lines(user.preferences),
    ]
    if not lines:
        have = f"{user.channel} has" if user.channel else "you have"
        return done(phrasing.answer(line(f"There is nothing to export: {have} no entries and no settings.")))
    return done(phrasing.answer(*(line(code(each)) for each in lines)))


def import_lines(
    command: ImportCommand, user: UserState, zones: frozenset[str], now: datetime, names: AuthorNames
) -> CommandResult:
    """Run the lines of an export. What the user has stays, and nothing needs confirmation, unless there are lines that
    no export writes: then nothing is done until the user says that the rest is to be imported."""
    importing = _Import(user=user, now=now, names=names)
    for each in command.lines[:MAX_IMPORT_LINES]:
        importing.run_line(each, zones)
    importing.skipped += max(len(command.lines) - MAX_IMPORT_LINES, 0)
    found = len(importing.add) + importing.known + importing.applied
    if importing.errors and found and command.confirmation is Confirmation.NOT_ASKED:
        return refused(_asking_about_the_rest(importing, command.lines))
    answer = phrasing.answer(*importing.report())
    return done(answer, importing.changes()) if found else refused(answer)


def _asking_about_the_rest(importing: "_Import", lines: tuple[str, ...]) -> CommandAnswer:
    wrong = counted(len(importing.errors), "line")
    are = "isn't one" if len(importing.errors) == 1 else "aren't ones"
    rest = counted(len(importing.add) + importing.known, "entry", "entries")
    rest += f" and {counted(importing.applied, 'setting')}" if importing.applied else ""
    said = f"Nothing was imported, because {wrong} {are} that an export writes:"
    how = line(f"To import the rest ({rest}), type ", code("import!"), " instead of ", code("import"), ".")
    again = "\n".join(("import!", *lines))
    return phrasing.answer(line(said), *importing.wrong_lines(), how, buttons=(button("Import the rest", again),))


@dataclass(slots=True, kw_only=True)
class _Import:
    """The user as they become, line by line."""

    user: UserState
    now: datetime
    names: AuthorNames
    known: int = 0
    applied: int = 0
    skipped: int = 0
    read: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    add: list[WatchEntry] = field(default_factory=list)
    mute: list[Mute] = field(default_factory=list)
    preferences: Preferences | None = None
    watched: set[tuple[EntryKind, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.watched = {(entry.kind, entry.key) for entry in self.user.entries}

    def run_line(self, text: str, zones: frozenset[str]) -> None:
        verb = verb_of(text) or ""
        if verb not in MAX_LINES_OF:
            self.errors.append(f"{_named(text)} isn't a line of an export. To add an entry, write watch before it.")
        elif self.read[verb] >= MAX_LINES_OF[verb]:
            self.skipped += 1
        else:
            self.read[verb] += _separators(text) if verb == "watch" else 1
            self._run(parse_plain(text, zones), text)

    def _run(self, command: ParsedCommand, text: str) -> None:
        match command:
            case WatchCommand():
                self._watch_all(command.entries, text)
            case MuteCommand():
                self._set(preferring.mute(command, self.user, self.now, self.names))
            case DigestCommand():
                self._set(preferring.digest(command, self.user))
            case DigestStyleCommand():
                self._set(preferring.digest_style(command, self.user))
            case QuietCommand():
                self._set(preferring.quiet(command, self.user))
            case TimezoneCommand():
                self._set(preferring.timezone(command, self.user, self.now))
            case NotUnderstood():
                self.errors.append(f"{_named(text)}: {command.detail}")
            case _:
                self.errors.append(f"{_named(text)} isn't a line of an export.")

    def _watch_all(self, entries: tuple[str, ...], text: str) -> None:
        self.read["watch"] += len(entries)
        if not entries:
            self.errors.append(f"{_named(text)} has no entry.")
        if len(entries) >= splitting.MAX_ENTRIES_PER_TEXT:
            self.errors.append(f"Only the first {splitting.MAX_ENTRIES_PER_TEXT:,} entries of a line are read.")
        for entry in entries:
            self._watch(entry)

    def _watch(self, text: str) -> None:
        parsed = everything(text, self.user) or meaning_in_export(text, self.names)
        if isinstance(parsed, UnclearEntry):
            self.errors.append(parsed.detail if text in parsed.detail else f"{_named(text)}: {parsed.detail}")
        elif (parsed.kind, parsed.key) in self.watched:
            self.known += 1
        elif len(self.watched) >= MAX_ENTRIES:
            self.errors.append(f"{quoted(parsed.text)} would exceed the limit of {MAX_ENTRIES:,} entries.")
        else:
            self.watched.add((parsed.kind, parsed.key))
            self.add.append(subscribing.entry_of(parsed, self.user, self.now))

    def _set(self, result: CommandResult) -> None:
        if result.outcome is CommandOutcome.REFUSED:
            self.errors.append(plain_text(result.answer) if result.answer else "")
            return
        self.applied += 1
        self.mute.extend(result.changes.mute)
        self.user = replace(self.user, mutes=(*self.user.mutes, *result.changes.mute))
        if result.changes.preferences is not None:
            self.preferences = result.changes.preferences
            self.user = replace(self.user, preferences=self.preferences)

    def changes(self) -> Changes:
        return Changes(add=tuple(self.add), mute=tuple(self.mute), preferences=self.preferences)

    def report(self) -> list[AnswerLine]:
        parts = [f"{counted(len(self.add), 'entry', 'entries')} added"]
        parts += [f"{self.known:,} already on {self.user.list_name}"] if self.known else []
        parts += [f"{counted(self.applied, 'setting')} applied"] if self.applied else []
        parts += [f"{counted(len(self.errors), 'line')} not understood"] if self.errors else []
        parts += [f"{counted(self.skipped, 'line')} skipped because there are too many"] if self.skipped else []
        return [line(f"{', '.join(parts)}."), *self.wrong_lines()]

    def wrong_lines(self) -> list[AnswerLine]:
        shown = [line("• ", error) for error in self.errors[:MAX_ERRORS_SHOWN]]
        left = len(self.errors) - len(shown)
        return [*shown, line(f"… and {left:,} more.")] if left > 0 else shown


def _named(text: str) -> str:
    return quoted(phrasing.short(text))


def _separators(text: str) -> int:
    """How much work it is to split a line, even when it only repeats one entry."""
    return max(text.count(",") + text.count(";"), text.count(" ") // 8)


def _watch_lines(user: UserState, names: AuthorNames) -> Iterator[str]:
    command = ""
    for entry in user.entries:
        typed = as_typed(typed_again(entry, names))
        if command and len(command) + len(typed) > MAX_EXPORT_LINE_LENGTH:
            yield command
            command = ""
        command = f"{command}, {typed}" if command else f"watch {typed}"
    if command:
        yield command


def _mute_line(mute: Mute, names: AuthorNames) -> str:
    until = "" if mute.until is None else f" until {mute.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    is_unknown = mute.kind is EntryKind.AUTHOR and not is_marked(mute.text) and names.find(mute.text) != (mute.text,)
    typed = as_typed(f"author:{mute.text}") if is_unknown else mute_typed(mute)
    return f"mute {typed}{until}"


def _preferences_lines(preferences: Preferences | None) -> Iterator[str]:
    if preferences is None:
        return
    zone = f" {preferences.zone}" if preferences.zone else ""
    style = " one each" if preferences.style is DigestStyle.EACH else ""
    if preferences.delivery is Delivery.DIGEST:
        yield f"digest {weekdays.digest_typed(preferences.digest)}{zone}{style}"
    elif zone:
        yield f"timezone{zone}"
    if style and preferences.delivery is not Delivery.DIGEST:
        yield f"digest{style}"
    if preferences.quiet:
        yield f"quiet {weekdays.quiet_typed(preferences.quiet)}{zone}"

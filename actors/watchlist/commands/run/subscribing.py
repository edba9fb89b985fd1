"""`watch`, `unwatch` and `replace`: which entries change, and the answer. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeGuard

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.normalize import plain
from actors.watchlist.commands.parse.parsed_commands import Confirmation, ReplaceCommand, UnwatchCommand, WatchCommand
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.phrasing import button, code, counted, line, quoted, strong
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.matching.entries import (
    MAX_ENTRIES,
    EntryKind,
    InvalidEntry,
    ParsedEntry,
    WatchEntry,
    clean_name,
    parse,
)
from actors.watchlist.model.recent_papers import Preview
from actors.watchlist.model.user_state import Changes, Requester, UserState
from messages.commands import AnswerLine, Button, Emphasis, Span

MAX_ENTRIES_PER_WATCH = 40
"""Entries that one `watch` takes, as each is looked up in the last year's papers; also lines about single entries in an
answer."""

MAX_GUESSES = 5
"""Entries of one command for which a suggestion is looked up."""

MAX_BUTTONS = 10

_SIMPLE = frozenset("-:'.+_#/")
"""Characters that never separate entries."""

GROUPS_WITH_ISSUES = frozenset({"CWG", "LWG", "EWG", "LEWG"})
"""Kinds of issues that are also audiences of papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLookup:
    """Looks things up in the last year's papers: the `preview` of an entry, None until they are loaded, and a
    `near_miss`, what an entry that matched nothing may have meant."""

    preview: Callable[[ParsedEntry], Preview | None]
    near_miss: Callable[[ParsedEntry], str | None]


@dataclass(slots=True, kw_only=True)
class ReplyBuilder:
    """Collects the lines of an answer and its changes. `known` has the user's entries and what the user calls them."""

    lines: list[AnswerLine] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    add: list[WatchEntry] = field(default_factory=list)
    remove: dict[tuple[EntryKind, str], None] = field(default_factory=dict)
    known: dict[tuple[EntryKind, str], str] = field(default_factory=dict)
    guesses: int = 0

    def may_guess(self) -> bool:
        """Whether one more suggestion may be looked up: this takes longer than everything else."""
        self.guesses += 1
        return self.guesses <= MAX_GUESSES

    def result(self) -> CommandResult:
        """The result of the command."""
        answer = phrasing.answer(*self.lines, buttons=tuple(self.buttons[:MAX_BUTTONS]))
        if not self.add and not self.remove:
            return refused(answer)
        return done(answer, Changes(add=tuple(self.add), remove=tuple(self.remove)))


# --- watch


def watch(command: WatchCommand, user: UserState, lookup: PaperLookup, now: datetime) -> CommandResult:
    """Add entries and show what each would have matched. A user has to confirm one that is too broad."""
    reply = _reply_to(user)
    for text in command.entries[:MAX_ENTRIES_PER_WATCH]:
        _watch(reply, text, command.confirmation, user, lookup, now)
    if not reply.lines:
        return refused(phrasing.answer(line("I found nothing to watch in that. Try ", code("watch Köppe, P2300"), ".")))
    if (left := len(command.entries) - MAX_ENTRIES_PER_WATCH) > 0:
        rest = "the last one was" if left == 1 else f"the last {left:,} were"
        limit = f"One watch command takes up to {MAX_ENTRIES_PER_WATCH} entries, so {rest} not added."
        reply.lines.append(line(limit, " For a longer list, type ", code("import"), " in front of it."))
    return reply.result()


def _watch(
    reply: ReplyBuilder, text: str, confirmation: Confirmation, user: UserState, lookup: PaperLookup, now: datetime
) -> None:
    parsed = parse(text)
    if isinstance(parsed, InvalidEntry):
        reply.lines.append(line(parsed.detail))
        return
    known = reply.known.get((parsed.kind, parsed.key))
    if known is not None:
        reply.lines.append(line("You're already watching ", strong(known), "."))
        return
    if len(reply.known) >= MAX_ENTRIES:
        limit = f"You have reached the limit of {MAX_ENTRIES:,} entries, so {quoted(parsed.text)} was not added."
        reply.lines.append(line(limit))
        return
    preview = lookup.preview(parsed)
    if _must_confirm(preview, confirmation, user):
        _ask_to_confirm(reply, parsed, preview, f"watch! {as_typed(parsed.text)}")
        return
    reply.known[parsed.kind, parsed.key] = parsed.text
    reply.add.append(entry_of(parsed, user, now))
    undo = f"unwatch {as_typed(parsed.text)}"
    _say_added(reply, parsed, (), preview, lookup)
    _say_broad(reply, preview, undo)
    reply.buttons.append(button(f"Unwatch {parsed.text}", undo))


def entry_of(parsed: ParsedEntry, user: UserState, now: datetime) -> WatchEntry:
    """A parsed entry as one of the user's."""
    return WatchEntry(
        user=user.id,
        kind=parsed.kind,
        key=parsed.key,
        text=parsed.text,
        added_at=now,
        added_by=clean_name(user.by) or user.id,
    )


def as_typed(text: str) -> str:
    """An entry as it can be typed: in quotes if it would be split otherwise."""
    typed = " ".join(plain(text).replace('"', " ").split())
    is_simple = all(letter.isalnum() or letter in _SIMPLE for letter in typed) and split(typed) == (typed,)
    return typed if is_simple else f'"{typed}"'


# --- unwatch


def unwatch(command: UnwatchCommand, user: UserState) -> CommandResult:
    """Remove entries; `all` removes all of them."""
    if [text.lower() for text in command.entries] in (["all"], ["everything"]):
        return _unwatch_all(user)
    reply = _reply_to(user)
    for text in command.entries:
        _unwatch(reply, text)
    if not reply.lines:
        return refused(phrasing.answer(line("I found no entry in that. Try ", code("unwatch P2300"), ".")))
    if (left := len(reply.lines) - MAX_ENTRIES_PER_WATCH) > 0:
        reply.lines[MAX_ENTRIES_PER_WATCH:] = [line(f"… and {left:,} more like these.")]
    return reply.result()


def _unwatch(reply: ReplyBuilder, text: str) -> None:
    parsed = _watched(reply, text)
    if isinstance(parsed, InvalidEntry):
        reply.lines.append(line(parsed.detail))
    if isinstance(parsed, InvalidEntry) or (parsed.kind, parsed.key) in reply.remove:
        return
    reply.remove[parsed.kind, parsed.key] = None
    reply.lines.append(line("You're no longer watching ", strong(parsed.text), "."))
    if len(reply.buttons) < MAX_BUTTONS:
        reply.buttons.append(button(f"Watch {parsed.text} again", f"watch! {as_typed(parsed.text)}"))


def _unwatch_all(user: UserState) -> CommandResult:
    if not user.entries:
        return refused(phrasing.answer(line("You aren't watching anything.")))
    said = f"You're no longer watching anything. Removed {counted(len(user.entries), 'entry', 'entries')}."
    removed = tuple((entry.kind, entry.key) for entry in user.entries)
    return done(phrasing.answer(line(said)), Changes(remove=removed))


def _watched(reply: ReplyBuilder, text: str) -> ParsedEntry | InvalidEntry:
    """The user's entry that `text` means, with the text that the user gave it."""
    parsed = parse(text)
    if isinstance(parsed, InvalidEntry):
        return parsed
    called = reply.known.get((parsed.kind, parsed.key))
    if called is not None:
        return replace(parsed, text=called)
    near: list[str] = []
    if reply.may_guess():
        near = [name for (_, key), name in reply.known.items() if parsed.key in key or key in parsed.key]
    hint = f" You do watch {', '.join(map(quoted, near[:3]))}." if near else ""
    return InvalidEntry(detail=f"You aren't watching {quoted(parsed.text)}.{hint}")


# --- replace


def replace_entry(command: ReplaceCommand, user: UserState, lookup: PaperLookup, now: datetime) -> CommandResult:
    """Swap one entry for another; a user has to confirm one that is too broad, as with `watch`."""
    reply = _reply_to(user)
    old, new = _watched(reply, command.old), parse(command.new)
    if isinstance(old, InvalidEntry) or isinstance(new, InvalidEntry):
        return refused(phrasing.answer(*(line(each.detail) for each in (old, new) if isinstance(each, InvalidEntry))))
    if (old.kind, old.key) == (new.kind, new.key):
        return refused(phrasing.answer(line("Those two are the same entry.")))
    preview, is_new = lookup.preview(new), (new.kind, new.key) not in reply.known
    if is_new and _must_confirm(preview, command.confirmation, user):
        _ask_to_confirm(reply, new, preview, _replace_command(old.text, new.text, "replace!"))
        return reply.result()
    reply.remove[old.kind, old.key] = None
    reply.add += [entry_of(new, user, now)] if is_new else []
    _say_added(reply, new, (" instead of ", strong(old.text)), preview, lookup)
    _say_broad(reply, preview, _replace_command(new.text, old.text))
    return reply.result()


def _replace_command(old: str, new: str, verb: str = "replace") -> str:
    return f"{verb} {as_typed(old)} with {as_typed(new)}"


# --- what is said about an entry


def _reply_to(user: UserState) -> ReplyBuilder:
    return ReplyBuilder(known={(entry.kind, entry.key): entry.text for entry in user.entries})


def _must_confirm(preview: Preview | None, confirmation: Confirmation, user: UserState) -> TypeGuard[Preview]:
    """Whether an entry is so broad that a user has to confirm it; an operator is only told."""
    return (
        preview is not None
        and preview.is_broad
        and confirmation is Confirmation.NOT_ASKED
        and user.requester is Requester.USER
    )


def _ask_to_confirm(reply: ReplyBuilder, parsed: ParsedEntry, preview: Preview, command: str) -> None:
    """Say that an entry is broad and was not added, and that `command` adds it anyway."""
    broad = f" would have matched {counted(preview.papers, 'paper')} in the last year. Too broad?"
    how = " I haven't added it yet. To watch it anyway, type "
    reply.lines.append(line(strong(parsed.text), broad, how, code(command), "."))
    label = f"Watch {parsed.text} ({preview.papers:,} papers a year)"
    reply.buttons.append(button(label, command, Emphasis.PRIMARY))
    reply.buttons.append(button("Never mind", "never mind"))


def _say_added(
    reply: ReplyBuilder,
    parsed: ParsedEntry,
    instead: tuple[str | Span, ...],
    preview: Preview | None,
    lookup: PaperLookup,
) -> None:
    """Say that an entry was added, `instead` of what, with its matches and what the user may have meant."""
    reply.lines.append(line("You're now watching ", strong(parsed.text), *instead, _matches(parsed, preview)))
    found_nothing = preview is not None and not preview.papers and not preview.issues
    if found_nothing and reply.may_guess() and (near := lookup.near_miss(parsed)):
        command = _replace_command(parsed.text, near)
        reply.lines.append(line("Did you mean ", strong(near), "? To switch, type ", code(command), "."))
        reply.buttons.append(button(f"Watch {near} instead", command, Emphasis.PRIMARY))
    if parsed.kind is EntryKind.KIND and parsed.key in GROUPS_WITH_ISSUES:
        said = f"That covers the issues of {parsed.key}. For papers addressed to {parsed.key}, type "
        reply.lines.append(line(said, code(f"watch audience:{parsed.key}"), "."))


def _say_broad(reply: ReplyBuilder, preview: Preview | None, undo: str) -> None:
    """Say that an entry just added is broad, and which command undoes that."""
    if preview is not None and preview.is_broad:
        reply.lines.append(line("Too broad? To undo, type ", code(undo), "."))


def _matches(parsed: ParsedEntry, preview: Preview | None) -> str:
    if preview is None:
        return ". I can show matching papers once the index has loaded."
    found = [counted(preview.papers, "paper")] if preview.papers or not preview.issues else []
    found += [counted(preview.issues, "issue")] if preview.issues else []
    more = ", …" if preview.papers + preview.issues > len(preview.examples) else ""
    examples = f" ({', '.join(preview.examples)}{more})" if preview.examples else ""
    known = ", counting papers whose audience is known" if parsed.kind is EntryKind.AUDIENCE else ""
    return f": {' and '.join(found)} in the last year{known}{examples}."

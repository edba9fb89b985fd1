"""Watching: which entries are added, and what is said to it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeGuard

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.commands import Confirmation, WatchCommand
from actors.watchlist.commands.parse.normalize import plain
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.phrasing import button, code, counted, line, quoted, strong
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.matching.entries import (
    MOST_ENTRIES,
    EntryKind,
    InvalidEntry,
    ParsedEntry,
    WatchEntry,
    clean_name,
    parse,
)
from actors.watchlist.model.recent_papers import Preview
from actors.watchlist.model.user_state import Changes, Requester, UserState
from messages.commands import Answer, Button, Emphasis, Line, Span

MOST_SHOWN = 40
"""Lines about single entries in one answer, and entries that one `watch` takes: each is looked for in the last year."""

MOST_GUESSES = 5
"""Entries of one command for which it is looked what may have been meant."""

MOST_BUTTONS = 10

_SIMPLE = frozenset("-:'.+_#/")
"""Signs that separate no entries."""

GROUPS_WITH_ISSUES = frozenset({"CWG", "LWG", "EWG", "LEWG"})
"""Kinds of issues that are also audiences of papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLookup:
    """Into the last year: `preview` of a wish, None when nothing can be said yet; `near_miss` what may be meant."""

    preview: Callable[[ParsedEntry], Preview | None]
    near_miss: Callable[[ParsedEntry], str | None]


@dataclass(slots=True, kw_only=True)
class ReplyBuilder:
    """An answer and its changes while they are put together; `known` are the entries that there are, as they are
    called."""

    lines: list[Line] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    add: list[WatchEntry] = field(default_factory=list)
    remove: dict[tuple[EntryKind, str], None] = field(default_factory=dict)
    known: dict[tuple[EntryKind, str], str] = field(default_factory=dict)
    guesses: int = 0

    def may_guess(self) -> bool:
        """Whether it is to be looked once more what may have been meant: that takes longer than all else."""
        self.guesses += 1
        return self.guesses <= MOST_GUESSES

    def decision(self) -> CommandResult:
        """What becomes of the command."""
        answer = phrasing.answer(*self.lines, buttons=tuple(self.buttons[:MOST_BUTTONS]))
        if not self.add and not self.remove:
            return refused(answer)
        return done(answer, Changes(add=tuple(self.add), remove=tuple(self.remove)))


def watch(command: WatchCommand, user: UserState, lookup: PaperLookup, now: datetime) -> CommandResult:
    """Add entries, each with what it would have matched. One that is too broad is added by a reader only when they
    have seen so, and say it again by a button."""
    reply = ReplyBuilder(known={(entry.kind, entry.key): entry.text for entry in user.entries})
    for text in command.entries[:MOST_SHOWN]:
        _watch(reply, text, command.confirmation, user, lookup, now)
    if not reply.lines:
        return refused(nothing())
    if (left := len(command.entries) - MOST_SHOWN) > 0:
        many = f"One watch takes {MOST_SHOWN} entries: {left:,} more of yours are not watched. For a longer list write "
        reply.lines.append(line(many, code("import"), " before it instead."))
    return reply.decision()


def as_typed(text: str) -> str:
    """An entry in quotes where it would be taken for several."""
    typed = " ".join(plain(text).replace('"', " ").split())
    is_simple = all(letter.isalnum() or letter in _SIMPLE for letter in typed) and split(typed) == (typed,)
    return typed if is_simple else f'"{typed}"'


def entry_of(parsed: ParsedEntry, user: UserState, now: datetime) -> WatchEntry:
    """The entry that a wish becomes."""
    return WatchEntry(
        user=user.id,
        kind=parsed.kind,
        key=parsed.key,
        text=parsed.text,
        added_at=now,
        added_by=clean_name(user.by) or user.id,
    )


def _watch(
    reply: ReplyBuilder,
    text: str,
    confirmation: Confirmation,
    user: UserState,
    lookup: PaperLookup,
    now: datetime,
) -> None:
    parsed = parse(text)
    if isinstance(parsed, InvalidEntry):
        reply.lines.append(line(parsed.detail))
        return
    known = reply.known.get((parsed.kind, parsed.key))
    if known is not None:
        reply.lines.append(line("You watch ", strong(known), " already."))
        return
    if len(reply.known) >= MOST_ENTRIES:
        reply.lines.append(
            line(f"{MOST_ENTRIES:,} entries are the most that one user may have: {quoted(parsed.text)} is not added.")
        )
        return
    preview = lookup.preview(parsed)
    if must_ask(preview, confirmation, user):
        ask_about(reply, parsed, preview, f"watch! {as_typed(parsed.text)}")
        return
    reply.known[parsed.kind, parsed.key] = parsed.text
    reply.add.append(entry_of(parsed, user, now))
    back = f"unwatch {as_typed(parsed.text)}"
    say_added(reply, parsed, (), preview, lookup)
    say_broad(reply, preview, back)
    reply.buttons.append(button(f"Unwatch {parsed.text}", back))


def must_ask(preview: Preview | None, confirmation: Confirmation, user: UserState) -> TypeGuard[Preview]:
    """Whether an entry is so broad that a reader has to say again that they want it."""
    return (
        preview is not None
        and preview.is_broad
        and confirmation is Confirmation.NOT_ASKED
        and user.requester is Requester.USER
    )


def ask_about(reply: ReplyBuilder, parsed: ParsedEntry, preview: Preview, again: str) -> None:
    """Say that an entry is broad, and that it takes the command `again` to have it all the same."""
    broad = f" would have matched {counted(preview.papers, 'paper')} in the last year. Too broad?"
    how = " It is not watched yet: to watch it all the same, write "
    reply.lines.append(line(strong(parsed.text), broad, how, code(again), "."))
    label = f"Watch {parsed.text} ({preview.papers:,} papers a year)"
    reply.buttons.append(button(label, again, Emphasis.PRIMARY))
    reply.buttons.append(button("Never mind", "never mind"))


def say_added(
    reply: ReplyBuilder,
    parsed: ParsedEntry,
    instead: tuple[str | Span, ...],
    preview: Preview | None,
    lookup: PaperLookup,
) -> None:
    """Say that an entry is watched, `instead` of what, with what it matched, and what may have been meant."""
    reply.lines.append(line("You watch ", strong(parsed.text), *instead, _matched(parsed, preview)))
    found_nothing = preview is not None and not preview.papers and not preview.issues
    if found_nothing and reply.may_guess() and (near := lookup.near_miss(parsed)):
        takes = swap(parsed.text, near)
        reply.lines.append(line("Did you mean ", strong(near), "? ", code(takes), " takes that instead."))
        reply.buttons.append(button(f"Watch {near} instead", takes, Emphasis.PRIMARY))
    if parsed.kind is EntryKind.KIND and parsed.key in GROUPS_WITH_ISSUES:
        said = f"These are the issues of {parsed.key}; the papers for it are "
        reply.lines.append(line(said, code(f"watch audience:{parsed.key}"), "."))


def say_broad(reply: ReplyBuilder, preview: Preview | None, back: str) -> None:
    """Say of what was just added that it is broad, and which command takes it back."""
    if preview is not None and preview.is_broad:
        reply.lines.append(line("Too broad? ", code(back), " takes it back."))


def swap(old: str, new: str, verb: str = "replace") -> str:
    """The command that takes one entry in place of another."""
    return f"{verb} {as_typed(old)} with {as_typed(new)}"


def _matched(parsed: ParsedEntry, preview: Preview | None) -> str:
    if preview is None:
        return ". How much that is I can say when the index is loaded."
    found = [counted(preview.papers, "paper")] if preview.papers or not preview.issues else []
    found += [counted(preview.issues, "issue")] if preview.issues else []
    more = ", …" if preview.papers + preview.issues > len(preview.examples) else ""
    examples = f" ({', '.join(preview.examples)}{more})" if preview.examples else ""
    known = ", of those whose audience I know" if parsed.kind is EntryKind.AUDIENCE else ""
    return f": {' and '.join(found)} in the last year{known}{examples}."


def nothing() -> Answer:
    """There was no entry in what was said."""
    return phrasing.answer(line("There is no entry in that: write for instance ", code("watch Köppe, P2300"), "."))

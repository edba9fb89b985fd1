"""What is said about an entry that was added, is too broad, or is not what was meant."""

from dataclasses import dataclass, field
from typing import TypeGuard

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.parsed_commands import Confirmation
from actors.watchlist.commands.phrasing import MAX_BUTTONS, button, code, counted, line, strong
from actors.watchlist.commands.run.entries.meaning import Lookup
from actors.watchlist.commands.run.own_entries import (
    as_typed,
    mute_typed,
)
from actors.watchlist.commands.run.preferences import mute_ends, zone_of
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.matching.entries import (
    EVERYTHING,
    EntryKind,
    ParsedEntry,
    WatchEntry,
)
from actors.watchlist.model.recent_papers import Preview
from actors.watchlist.model.user_state import Changes, Requester, UserState
from messages.commands import AnswerLine, Button, Emphasis, Span

MAX_GUESSES = 5
"""Entries of one command for which a suggestion is looked up."""


GROUPS_WITH_ISSUES = frozenset({"CWG", "LWG", "EWG", "LEWG"})
"""Kinds of issues that are also audiences of papers."""


@dataclass(slots=True, kw_only=True)
class ReplyBuilder:
    """Collects the lines of an answer and its changes. `known` has the user's entries and what the user calls them,
    `added` what is said before one that was added."""

    lines: list[AnswerLine] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    add: list[WatchEntry] = field(default_factory=list)
    remove: dict[tuple[EntryKind, str], None] = field(default_factory=dict)
    known: dict[tuple[EntryKind, str], str] = field(default_factory=dict)
    added: str = "You're now watching"
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


def reply_to(user: UserState) -> ReplyBuilder:
    known = {(entry.kind, entry.key): entry.text for entry in user.entries}
    if user.is_readers:
        known[EVERYTHING.kind, EVERYTHING.key] = EVERYTHING.text
    return ReplyBuilder(known=known, added=user.watches("now "))


def must_confirm(preview: Preview | None, confirmation: Confirmation, user: UserState) -> TypeGuard[Preview]:
    """Whether an entry is so broad that a user has to confirm it; an operator is only told."""
    return (
        preview is not None
        and preview.is_broad
        and confirmation is Confirmation.NOT_ASKED
        and user.requester is Requester.USER
    )


def ask_to_confirm(reply: ReplyBuilder, parsed: ParsedEntry, preview: Preview, command: str) -> None:
    """Say that an entry is broad and was not added, and that `command` adds it anyway."""
    broad = f" would have matched {counted(preview.papers, 'paper')} in the last year. Too broad?"
    how = " I haven't added it yet. To watch it anyway, type "
    reply.lines.append(line(strong(parsed.text), broad, how, code(command), "."))
    label = f"Watch {parsed.text} ({preview.papers:,} papers a year)"
    reply.buttons.append(button(label, command, Emphasis.PRIMARY))
    reply.buttons.append(button("Never mind", "never mind"))


def say_added(
    reply: ReplyBuilder,
    parsed: ParsedEntry,
    instead: tuple[str | Span, ...],
    preview: Preview | None,
    lookup: Lookup,
) -> None:
    """Say that an entry was added, `instead` of what, with its matches and what the user may have meant."""
    what = _number(parsed, lookup) if parsed.kind is EntryKind.NUMBER else _matches(parsed, preview, lookup)
    reply.lines.append(line(f"{reply.added} ", strong(parsed.text), *instead, what))
    found_nothing = preview is not None and not (preview.papers or preview.issues or preview.mentions)
    if found_nothing and reply.may_guess() and (near := _near(parsed, lookup)):
        command = replace_command(parsed.text, near)
        reply.lines.append(line("Did you mean ", strong(near), "? To switch, type ", code(command), "."))
        reply.buttons.append(button(f"Watch {near} instead", command, Emphasis.PRIMARY))
    if parsed.kind is EntryKind.KIND and parsed.key in GROUPS_WITH_ISSUES:
        said = f"That covers the issues of {parsed.key}. For papers addressed to {parsed.key}, type "
        reply.lines.append(line(said, code(f"watch audience:{parsed.key}"), "."))


def _near(parsed: ParsedEntry, lookup: Lookup) -> str | None:
    """What an entry that matched nothing may have meant: another name than one that is known, another title."""
    if parsed.kind is not EntryKind.AUTHOR:
        return lookup.near_miss(parsed)
    if lookup.names.find(parsed.key):
        return None
    return next(iter(lookup.names.nearest(parsed.key)), None)


def say_muted(reply: ReplyBuilder, parsed: ParsedEntry, user: UserState) -> None:
    """Say that no notice will come because of a mute."""
    for mute in user.mutes:
        if mute.kind is None or (mute.kind, mute.key) == (parsed.kind, parsed.key):
            what = "Everything" if mute.kind is None else mute.text
            command = f"unmute {mute_typed(mute)}"
            reply.lines.append(
                line(
                    strong(what),
                    f" is muted {mute_ends(mute, zone_of(user))}. To get notices, type ",
                    code(command),
                    ".",
                )
            )
            reply.buttons.append(button(f"Unmute {what if mute.kind else 'all'}", command))
            return


def say_broad(reply: ReplyBuilder, preview: Preview | None, undo: str) -> None:
    """Say that an entry just added is broad, and which command undoes that."""
    if preview is not None and preview.is_broad:
        reply.lines.append(line("Too broad? To undo, type ", code(undo), "."))


def _number(parsed: ParsedEntry, lookup: Lookup) -> str:
    """What is known of a number: ` — std::execution, newest R10 of 2024-06-28.`"""
    known = lookup.number(parsed.key)
    if known is None:
        if not lookup.names.is_loaded:
            return ". I can say what it is once the index has loaded."
        thing = "paper" if parsed.key[:1] in ("P", "N") else "document" if parsed.key[:2] == "SD" else "issue"
        return f". No {thing} with that number is known yet."
    title = f" — {' '.join(known.title.replace('`', '').split())}" if known.title else ""
    revision = f"R{known.revision}" if known.revision is not None else ""
    if known.published is None and known.id.startswith("D"):
        return f"{title}, newest draft {revision}."
    newest = f", newest {revision}" if revision else ""
    date = f"{' of' if newest else ','} {known.published:%Y-%m-%d}" if known.published else ""
    return f"{title}{newest}{date}."


def _matches(parsed: ParsedEntry, preview: Preview | None, lookup: Lookup) -> str:
    if parsed.kind is EntryKind.MAILINGS:
        return ": one message for each, with its papers by group."
    if parsed.kind is EntryKind.EVERYTHING:
        return ": every draft that appears, changes, is withdrawn, or is published."
    if preview is None:
        return ". I can show matching papers once the index has loaded."
    found = [counted(preview.papers, "paper")] if preview.papers or not preview.issues else []
    found += [counted(preview.issues, "issue")] if preview.issues else []
    more = ", …" if preview.papers + preview.issues > len(preview.examples) else ""
    examples = f" ({', '.join(preview.examples)}{more})" if preview.examples else ""
    known = ", counting papers whose audience is known" if parsed.kind is EntryKind.AUDIENCE else ""
    is_unknown = parsed.kind is EntryKind.AUTHOR and not preview.papers and not lookup.names.find(parsed.key)
    when = "so far" if is_unknown else "in the last year"
    return f": {' and '.join(found)} {when}{known}{examples}{_mentions(preview)}."


def _mentions(preview: Preview) -> str:
    if not preview.mentions:
        return ""
    drafts = counted(len(preview.mentions), "draft")
    shown = ", ".join(preview.mentions[:3]) + (", …" if len(preview.mentions) > 3 else "")
    return f", and {drafts} whose authors could not be read and whose first page mentions it ({shown})"


def replace_command(old: str, new: str, verb: str = "replace") -> str:
    return f"{verb} {as_typed(old)} with {as_typed(new)}"

"""`watch`, `unwatch` and `replace`: which entries change, and the answer. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeGuard

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.parsed_commands import Confirmation, ReplaceCommand, UnwatchCommand, WatchCommand
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.phrasing import button, code, counted, line, quoted, strong
from actors.watchlist.commands.run.meaning import Lookup, UnclearEntry, meaning
from actors.watchlist.commands.run.own_entries import as_typed, own_entry, typed_again
from actors.watchlist.commands.run.preferences import mute_ends, zone_of
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.matching.entries import (
    MAX_ENTRIES,
    EntryKind,
    InvalidEntry,
    ParsedEntry,
    WatchEntry,
    author_key,
    clean_name,
    parse,
)
from actors.watchlist.matching.mutes import ALL
from actors.watchlist.model.recent_papers import Preview
from actors.watchlist.model.user_state import Changes, Requester, UserState
from messages.commands import AnswerLine, Button, Emphasis, Span

MAX_ENTRIES_PER_WATCH = 40
"""Entries that one `watch` takes, as each is looked up in the last year's papers; also lines about single entries in an
answer."""

MAX_GUESSES = 5
"""Entries of one command for which a suggestion is looked up."""

MAX_BUTTONS = 10

GROUPS_WITH_ISSUES = frozenset({"CWG", "LWG", "EWG", "LEWG"})
"""Kinds of issues that are also audiences of papers."""


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


def watch(command: WatchCommand, user: UserState, lookup: Lookup, now: datetime) -> CommandResult:
    """Add entries and show what each would have matched. A user has to confirm one that is too broad, and to say what
    is meant by one that is not clear."""
    reply = _reply_to(user)
    entries = _joined(command, lookup)
    for text in entries[:MAX_ENTRIES_PER_WATCH]:
        _watch(reply, _uncarried(text, command, lookup), command.confirmation, user, lookup, now)
    if not reply.lines:
        return refused(phrasing.answer(line("I found nothing to watch in that. Try ", code("watch Köppe, P2300"), ".")))
    if (left := len(entries) - MAX_ENTRIES_PER_WATCH) > 0:
        rest = "the last one was" if left == 1 else f"the last {left:,} were"
        limit = f"One watch command takes up to {MAX_ENTRIES_PER_WATCH} entries, so {rest} not added."
        reply.lines.append(line(limit, " For a longer list, type ", code("import"), " in front of the command."))
    return reply.result()


def _joined(command: WatchCommand, lookup: Lookup) -> list[str]:
    """The entries, with a last name and the first name after its comma as one."""
    joined: list[str] = []
    for text in command.entries:
        name = _inverted(joined[-1], text, lookup) if joined and (joined[-1], text) in command.pairs else None
        if name is None:
            joined.append(text)
        else:
            joined[-1] = name
    return joined


def _inverted(last: str, first: str, lookup: Lookup) -> str | None:
    """The name that these two are, if there is one."""
    last, first = last.removeprefix("author:"), first.removeprefix("author:")
    found = lookup.names.find(f"{first} {last}")
    begins = author_key(first)[:1]
    return found[0] if len(found) == 1 and author_key(found[0]).startswith(begins) else None


def _uncarried(text: str, command: WatchCommand, lookup: Lookup) -> str:
    """Without the mark of an earlier entry, if it is a name and no title has it."""
    bare = text.removeprefix("title:")
    if text not in command.carried or bare == text or not lookup.names.find(bare):
        return text
    parsed = parse(text)
    preview = lookup.preview(parsed) if isinstance(parsed, ParsedEntry) else None
    return bare if preview is not None and not preview.papers else text


def _watch(
    reply: ReplyBuilder, text: str, confirmation: Confirmation, user: UserState, lookup: Lookup, now: datetime
) -> None:
    said_so = confirmation is Confirmation.CONFIRMED
    parsed = meaning(text, lookup, said_so=said_so, may_guess=said_so or reply.may_guess())
    if isinstance(parsed, UnclearEntry):
        offer(reply, parsed, lambda entries: f"watch {_typed_list(entries)}")
        return
    known = reply.known.get((parsed.kind, parsed.key))
    if known is not None:
        reply.lines.append(line("You're already watching ", strong(known), "."))
        _say_muted(reply, parsed, user)
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
    _say_muted(reply, parsed, user)
    _say_broad(reply, preview, undo)
    reply.buttons.append(button(f"Unwatch {parsed.text}", undo))


def offer(reply: ReplyBuilder, unclear: UnclearEntry, command_for: Callable[[str], str]) -> None:
    """Say why an entry is not clear, and offer what it can be; `command_for` makes the command for a choice."""
    reply.lines.append(line(unclear.detail))
    for choice in unclear.choices:
        command = command_for(choice.entries)
        reply.lines.append(line("• ", code(command), f": {choice.about}" if choice.about else ""))
        verb = command.partition(" ")[0].strip("!").capitalize()
        shown = f"{choice.entries} ({choice.about})" if choice.about else choice.entries
        reply.buttons.append(button(f"{verb} {shown}", command))


def _typed_list(entries: str) -> str:
    """A choice as it is typed: one entry, or several with commas."""
    return as_typed(entries) if len(split(entries)) == 1 else entries


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


# --- unwatch


def unwatch(command: UnwatchCommand, user: UserState, lookup: Lookup) -> CommandResult:
    """Remove entries; `all` removes all of them."""
    if [text.lower() for text in command.entries] in (["all"], ["everything"]):
        return _unwatch_all(user)
    reply = _reply_to(user)
    for text in _joined_of(command.entries, user):
        _unwatch(reply, text, user, lookup)
    if not reply.lines:
        return refused(phrasing.answer(line("I found no entry in that. Try ", code("unwatch P2300"), ".")))
    if (left := len(reply.lines) - MAX_ENTRIES_PER_WATCH) > 0:
        reply.lines[MAX_ENTRIES_PER_WATCH:] = [line(f"… and {left:,} more like these.")]
    return reply.result()


def _joined_of(entries: tuple[str, ...], user: UserState) -> list[str]:
    """The entries, with a last name and the first name after it as one if the user watches that name."""
    joined: list[str] = []
    for text in entries:
        inverted = user.entry(EntryKind.AUTHOR, author_key(f"{text} {joined[-1]}")) if joined else None
        if inverted is None:
            joined.append(text)
        else:
            joined[-1] = inverted.text
    return joined


def _unwatch(reply: ReplyBuilder, text: str, user: UserState, lookup: Lookup) -> None:
    entry = _watched(reply, text, user, lookup)
    if isinstance(entry, InvalidEntry):
        reply.lines.append(line(entry.detail))
    if isinstance(entry, InvalidEntry) or (entry.kind, entry.key) in reply.remove:
        return
    reply.remove[entry.kind, entry.key] = None
    reply.lines.append(line("You're no longer watching ", strong(entry.text), "."))
    if len(reply.buttons) < MAX_BUTTONS:
        reply.buttons.append(
            button(f"Watch {entry.text} again", f"watch! {as_typed(typed_again(entry, lookup.names))}")
        )


def _unwatch_all(user: UserState) -> CommandResult:
    if not user.entries:
        return refused(phrasing.answer(line("You aren't watching anything.")))
    said = f"You're no longer watching anything. Removed {counted(len(user.entries), 'entry', 'entries')}."
    removed = tuple((entry.kind, entry.key) for entry in user.entries)
    return done(phrasing.answer(line(said)), Changes(remove=removed))


def _watched(reply: ReplyBuilder, text: str, user: UserState, lookup: Lookup) -> WatchEntry | InvalidEntry:
    """The user's entry that `text` means."""
    entry = own_entry(text, user, lookup.names)
    if entry is not None:
        return entry
    parsed = parse(text)
    if isinstance(parsed, InvalidEntry):
        return parsed
    near: list[str] = []
    if reply.may_guess():
        near = [each.text for each in user.entries if parsed.key in each.key or each.key in parsed.key]
    hint = f" You do watch {', '.join(map(quoted, near[:3]))}." if near else ""
    return InvalidEntry(detail=f"You aren't watching {quoted(parsed.text)}.{hint}")


# --- replace


def replace_entry(command: ReplaceCommand, user: UserState, lookup: Lookup, now: datetime) -> CommandResult:
    """Swap one entry for another; a user has to confirm one that is too broad, as with `watch`."""
    reply = _reply_to(user)
    old = _watched(reply, command.old, user, lookup)
    new = meaning(command.new, lookup, said_so=command.confirmation is Confirmation.CONFIRMED)
    if isinstance(old, InvalidEntry):
        reply.lines.append(line(old.detail))
        return reply.result()
    if isinstance(new, UnclearEntry):
        offer(reply, new, lambda entries: _replace_command(old.text, entries))
        return reply.result()
    if (old.kind, old.key) == (new.kind, new.key):
        return refused(phrasing.answer(line("Those two are the same entry.")))
    preview, is_new = lookup.preview(new), (new.kind, new.key) not in reply.known
    if is_new and _must_confirm(preview, command.confirmation, user):
        _ask_to_confirm(reply, new, preview, _replace_command(old.text, new.text, "replace!"))
        return reply.result()
    reply.remove[old.kind, old.key] = None
    reply.add += [entry_of(new, user, now)] if is_new else []
    _say_added(reply, new, (" instead of ", strong(old.text)), preview, lookup)
    _say_muted(reply, new, user)
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
    lookup: Lookup,
) -> None:
    """Say that an entry was added, `instead` of what, with its matches and what the user may have meant."""
    what = _number(parsed, lookup) if parsed.kind is EntryKind.NUMBER else _matches(parsed, preview, lookup)
    reply.lines.append(line("You're now watching ", strong(parsed.text), *instead, what))
    found_nothing = preview is not None and not (preview.papers or preview.issues or preview.mentions)
    if found_nothing and reply.may_guess() and (near := _near(parsed, lookup)):
        command = _replace_command(parsed.text, near)
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


def _say_muted(reply: ReplyBuilder, parsed: ParsedEntry, user: UserState) -> None:
    """Say that no notice will come because of a mute."""
    for mute in user.mutes:
        if mute.kind is None or (mute.kind, mute.key) == (parsed.kind, parsed.key):
            what = "Everything" if mute.kind is None else mute.text
            command = f"unmute {ALL if mute.kind is None else as_typed(mute.text)}"
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


def _say_broad(reply: ReplyBuilder, preview: Preview | None, undo: str) -> None:
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

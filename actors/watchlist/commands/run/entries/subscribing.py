"""`watch`, `unwatch` and `replace`: which entries change, and the answer. Pure."""

import difflib
from collections.abc import Callable
from datetime import datetime

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.parsed_commands import (
    Confirmation,
    ReplaceCommand,
    TitledNumber,
    UnwatchCommand,
    WatchCommand,
)
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.phrasing import MAX_BUTTONS, button, code, counted, line, quoted, strong
from actors.watchlist.commands.run.entries.entry_replies import (
    ReplyBuilder,
    ask_to_confirm,
    must_confirm,
    replace_command,
    reply_to,
    say_added,
    say_broad,
    say_muted,
)
from actors.watchlist.commands.run.entries.meaning import Lookup, UnclearEntry, meaning
from actors.watchlist.commands.run.own_entries import (
    as_typed,
    everything,
    own_entry,
    removed_by,
    typed_again,
)
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.matching.entries import (
    EVERYTHING,
    MAX_ENTRIES,
    MAX_WORDS,
    EntryKind,
    InvalidEntry,
    ParsedEntry,
    WatchEntry,
    author_key,
    clean_name,
    parse,
)
from actors.watchlist.matching.folding import words
from actors.watchlist.model.user_state import Changes, UserState

MAX_ENTRIES_PER_WATCH = 40
"""Entries that one `watch` takes, as each is looked up in the last year's papers; also lines about single entries in an
answer."""

MIN_OLD_TITLE_WORDS = 3
"""Words beside a number that count as a title that it had before."""


# --- watch


def watch(command: WatchCommand, user: UserState, lookup: Lookup, now: datetime) -> CommandResult:
    """Add entries and show what each would have matched. A user has to confirm one that is too broad, and to say what
    is meant by one that is not clear."""
    reply = reply_to(user)
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
    titles = {text for titled in command.titled if _is_with_its_title(titled, lookup) for text in titled.entries}
    for text in (each for each in command.entries if each not in titles):
        name = _inverted(joined[-1], text, lookup) if joined and (joined[-1], text) in command.pairs else None
        if name is None:
            joined.append(text)
        else:
            joined[-1] = name
    return joined


def _is_with_its_title(titled: TitledNumber, lookup: Lookup) -> bool:
    """Whether the words beside a number stand in its title, as in a line that was pasted, and are no name."""
    parsed = parse(titled.number)
    if not isinstance(parsed, ParsedEntry) or any(map(lookup.names.find, titled.entries)):
        return False
    known = lookup.number(parsed.key)
    title = f" {' '.join(words(known.title))} " if known is not None else ""
    return f" {titled.words} " in title or _is_an_old_title(titled.words, parsed.key, lookup)


def _is_an_old_title(said: str, number: str, lookup: Lookup) -> bool:
    """Whether these words stand in titles of the last year, all of them of papers with that number."""
    if said.count(" ") < MIN_OLD_TITLE_WORDS - 1:
        return False
    entry = parse(f"title:{' '.join(said.split()[:MAX_WORDS])}")
    preview = lookup.preview(entry) if isinstance(entry, ParsedEntry) else None
    return preview is not None and preview.papers > 0 and all(_key(id) == number for id in preview.examples)


def _key(id: str) -> str:
    parsed = parse(id)
    return parsed.key if isinstance(parsed, ParsedEntry) else ""


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
    parsed = everything(text, user) or meaning(text, lookup, said_so=said_so, may_guess=said_so or reply.may_guess())
    if isinstance(parsed, UnclearEntry):
        offer(reply, parsed, lambda entries: f"watch {_typed_list(entries)}")
        return
    known = reply.known.get((parsed.kind, parsed.key))
    if known is not None:
        reply.lines.append(line(f"{user.watches('already ')} ", strong(known), "."))
        say_muted(reply, parsed, user)
        return
    if len(reply.known) >= MAX_ENTRIES:
        limit = f"reached the limit of {MAX_ENTRIES:,} entries, so {quoted(parsed.text)} was not added."
        reply.lines.append(line(user.has(limit)))
        return
    preview = lookup.preview(parsed)
    if must_confirm(preview, confirmation, user):
        ask_to_confirm(reply, parsed, preview, f"watch! {as_typed(parsed.text)}")
        return
    reply.known[parsed.kind, parsed.key] = parsed.text
    reply.add.append(entry_of(parsed, user, now))
    undo = f"unwatch {removed_by(parsed.kind, parsed.key, parsed.text)}"
    say_added(reply, parsed, (), preview, lookup)
    say_muted(reply, parsed, user)
    say_broad(reply, preview, undo)
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
    alone = command.entries[0].lower() if len(command.entries) == 1 else ""
    if alone in ("all", "everything") and not (alone == EVERYTHING.text and own_entry(alone, user, lookup.names)):
        return _unwatch_all(user)
    reply = reply_to(user)
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
    reply.lines.append(line(f"{user.watches('no longer ')} ", strong(entry.text), "."))
    if len(reply.buttons) < MAX_BUTTONS:
        reply.buttons.append(
            button(f"Watch {entry.text} again", f"watch! {as_typed(typed_again(entry, lookup.names))}")
        )


def _unwatch_all(user: UserState) -> CommandResult:
    if not user.entries:
        return refused(phrasing.answer(line(f"{user.watches_not} anything.")))
    said = f"{user.watches('no longer ')} anything. Removed {counted(len(user.entries), 'entry', 'entries')}."
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
        first, last = parsed.key[:1], parsed.key[-1:]
        keys = [each.key for each in user.entries if each.key[:1] == first or each.key[-1:] == last] if not near else ()
        alike = difflib.get_close_matches(parsed.key, keys, n=1)
        near += [each.text for each in user.entries if each.key in alike and each.kind is not EntryKind.NUMBER]
    do = f"{user.channel} is subscribed to" if user.channel else "You do watch"
    hint = f" {do} {', '.join(map(quoted, near[:3]))}." if near else ""
    return InvalidEntry(detail=f"{user.watches_not} {quoted(parsed.text)}.{hint}")


# --- replace


def replace_entry(command: ReplaceCommand, user: UserState, lookup: Lookup, now: datetime) -> CommandResult:
    """Swap one entry for another; a user has to confirm one that is too broad, as with `watch`."""
    reply = reply_to(user)
    old = _watched(reply, command.old, user, lookup)
    new = everything(command.new, user) or meaning(
        command.new, lookup, said_so=command.confirmation is Confirmation.CONFIRMED
    )
    if isinstance(old, InvalidEntry):
        reply.lines.append(line(old.detail))
        return reply.result()
    if isinstance(new, UnclearEntry):
        offer(reply, new, lambda entries: replace_command(old.text, entries))
        return reply.result()
    if (old.kind, old.key) == (new.kind, new.key):
        return refused(phrasing.answer(line("Those two are the same entry.")))
    preview, is_new = lookup.preview(new), (new.kind, new.key) not in reply.known
    if is_new and must_confirm(preview, command.confirmation, user):
        ask_to_confirm(reply, new, preview, replace_command(old.text, new.text, "replace!"))
        return reply.result()
    reply.remove[old.kind, old.key] = None
    reply.add += [entry_of(new, user, now)] if is_new else []
    say_added(reply, new, (" instead of ", strong(old.text)), preview, lookup)
    say_muted(reply, new, user)
    say_broad(reply, preview, replace_command(new.text, old.text))
    return reply.result()

"""Unwatching, and watching one thing in place of another: which entries are removed, and what is said to it. Pure."""

from dataclasses import replace
from datetime import datetime

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.commands import ReplaceCommand, UnwatchCommand
from actors.watchlist.commands.phrasing import button, counted, line, quoted, strong
from actors.watchlist.commands.run.result import CommandResult, done, refused
from actors.watchlist.commands.run.subscribing import (
    MOST_BUTTONS,
    MOST_SHOWN,
    PaperLookup,
    ReplyBuilder,
    as_typed,
    ask_about,
    entry_of,
    must_ask,
    nothing,
    say_added,
    say_broad,
    swap,
)
from actors.watchlist.matching.entries import InvalidEntry, ParsedEntry, parse
from actors.watchlist.model.user_state import Changes, UserState


def unwatch(command: UnwatchCommand, user: UserState) -> CommandResult:
    """Remove entries; `all` is all of them."""
    if [text.lower() for text in command.entries] in (["all"], ["everything"]):
        return _unwatch_all(user)
    reply = ReplyBuilder(known={(entry.kind, entry.key): entry.text for entry in user.entries})
    for text in command.entries:
        _unwatch(reply, text)
    if not reply.lines:
        return refused(nothing())
    if (left := len(reply.lines) - MOST_SHOWN) > 0:
        reply.lines[MOST_SHOWN:] = [line(f"… and {left:,} more like these.")]
    return reply.decision()


def instead(command: ReplaceCommand, user: UserState, lookup: PaperLookup, now: datetime) -> CommandResult:
    """One entry in place of another; a reader is asked about one that is too broad, as by `watch`."""
    reply = ReplyBuilder(known={(entry.kind, entry.key): entry.text for entry in user.entries})
    old, new = _watched(reply, command.old), parse(command.new)
    if isinstance(old, InvalidEntry) or isinstance(new, InvalidEntry):
        return refused(phrasing.answer(*(line(each.detail) for each in (old, new) if isinstance(each, InvalidEntry))))
    if (old.kind, old.key) == (new.kind, new.key):
        return refused(phrasing.answer(line("These are the same.")))
    preview, is_new = lookup.preview(new), (new.kind, new.key) not in reply.known
    if is_new and must_ask(preview, command.confirmation, user):
        ask_about(reply, new, preview, swap(old.text, new.text, "replace!"))
        return reply.decision()
    reply.remove[old.kind, old.key] = None
    reply.add += [entry_of(new, user, now)] if is_new else []
    say_added(reply, new, (" instead of ", strong(old.text)), preview, lookup)
    say_broad(reply, preview, swap(new.text, old.text))
    return reply.decision()


def _unwatch(reply: ReplyBuilder, text: str) -> None:
    parsed = _watched(reply, text)
    if isinstance(parsed, InvalidEntry):
        reply.lines.append(line(parsed.detail))
    if isinstance(parsed, InvalidEntry) or (parsed.kind, parsed.key) in reply.remove:
        return
    reply.remove[parsed.kind, parsed.key] = None
    reply.lines.append(line("You no longer watch ", strong(parsed.text), "."))
    if len(reply.buttons) < MOST_BUTTONS:
        reply.buttons.append(button(f"Watch {parsed.text} again", f"watch! {as_typed(parsed.text)}"))


def _unwatch_all(user: UserState) -> CommandResult:
    if not user.entries:
        return refused(phrasing.answer(line("You watch nothing.")))
    said = f"You no longer watch anything: {counted(len(user.entries), 'entry', 'entries')} removed."
    removed = tuple((entry.kind, entry.key) for entry in user.entries)
    return done(phrasing.answer(line(said)), Changes(remove=removed))


def _watched(reply: ReplyBuilder, text: str) -> ParsedEntry | InvalidEntry:
    """The entry of those that are known which `text` means, as it is called there."""
    parsed = parse(text)
    if isinstance(parsed, InvalidEntry):
        return parsed
    called = reply.known.get((parsed.kind, parsed.key))
    if called is not None:
        return replace(parsed, text=called)
    near: list[str] = []
    if reply.may_guess():
        near = [name for (_, key), name in reply.known.items() if parsed.key in key or key in parsed.key]
    hint = f" You watch {', '.join(map(quoted, near[:3]))}." if near else ""
    return InvalidEntry(detail=f"You do not watch {quoted(parsed.text)}.{hint}")

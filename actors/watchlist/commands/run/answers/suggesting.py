"""What may have been meant by a text that is no command: something is suggested only if it would match something.
Pure."""

from dataclasses import replace

from actors.watchlist.commands.parse.parsed_commands import NotUnderstood
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.phrasing import in_a_line, quoted, short
from actors.watchlist.commands.run.answers import helping
from actors.watchlist.commands.run.entries.entry_replies import ReplyBuilder
from actors.watchlist.commands.run.entries.meaning import Lookup, UnclearEntry, meaning, would_match
from actors.watchlist.commands.run.entries.subscribing import offer
from actors.watchlist.commands.run.own_entries import as_typed
from messages.commands import CommandAnswer

MAX_WORDS_OF_A_NAME = 3
"""A longer text is hardly a name."""

MAX_ENTRIES_CONSIDERED = 10
"""A longer list is suggested without looking."""


def correction(command: NotUnderstood, lookup: Lookup) -> CommandAnswer:
    """What was wrong, and what the user may have meant: a command, or something to watch."""
    if command.entries and _all_match(command.entries, lookup):
        suggestion = f"watch {in_a_line(command.entries)}"
        detail = f"I don't understand {quoted(short(command.entries))} alone."
        return helping.correction(NotUnderstood(detail=detail, suggestion=suggestion))
    if not command.suggestion.startswith("watch ") or not lookup.names.is_loaded:
        unclear = None if command.suggestion or not command.entries else _unclear(command.entries, lookup)
        if unclear is not None and not lookup.names.is_loaded:
            command = replace(command, detail=unclear.detail)
        return helping.correction(command) if unclear is None else _offered(command, unclear)
    entries = command.suggestion.removeprefix("watch ")
    if not entries or len(split(entries)) > MAX_ENTRIES_CONSIDERED or _all_match(entries, lookup):
        return helping.correction(command)
    unclear = _unclear(entries, lookup)
    return helping.correction(replace(command, suggestion="")) if unclear is None else _offered(command, unclear)


def _all_match(entries: str, lookup: Lookup) -> bool:
    found = split(entries)
    if not 0 < len(found) <= MAX_ENTRIES_CONSIDERED:
        return False
    meant = [meaning(each, lookup, said_so=False, may_guess=False) for each in found]
    return all(not isinstance(each, UnclearEntry) and would_match(each, lookup) for each in meant)


def _unclear(entries: str, lookup: Lookup) -> UnclearEntry | None:
    """The choices for one entry that is not clear, but for the one that anything is: an unknown author. Before the
    index is loaded, all are unknown."""
    found = split(entries)
    meant = meaning(found[0], lookup, said_so=False) if len(found) == 1 else None
    if not isinstance(meant, UnclearEntry):
        return None
    if not lookup.names.is_loaded:
        may_be_a_name = len(found[0].split()) <= MAX_WORDS_OF_A_NAME and len(meant.choices) > 1
        return meant if may_be_a_name else None
    choices = tuple(each for each in meant.choices if not each.entries.startswith("author:"))
    return replace(meant, choices=choices) if choices else None


def _offered(command: NotUnderstood, unclear: UnclearEntry) -> CommandAnswer:
    reply = ReplyBuilder()
    offer(reply, unclear, lambda entries: f"watch {as_typed(entries) if len(split(entries)) == 1 else entries}")
    first = helping.correction(replace(command, suggestion="", about=""))
    return replace(first, lines=(first.lines[0], *reply.lines[1:], *first.lines[1:]), buttons=tuple(reply.buttons))

"""Parses what a user typed. Pure.

    watch Niebler, P2300        mute P2300 2w        digest daily 09:00 Europe/Berlin

Case does not matter, nor does a colon after the first word or a `please` before it. Text that is not understood becomes
NotUnderstood, with a suggestion where there is one; no text raises.
"""

import itertools
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from actors.watchlist.commands.parse import hours, timing
from actors.watchlist.commands.parse.parsed_commands import (
    Confirmation,
    ForgetCommand,
    HelpCommand,
    ImportCommand,
    MuteCommand,
    NotUnderstood,
    PaperCommand,
    ParsedCommand,
    RecentCommand,
    ReplaceCommand,
    SearchCommand,
    SimpleCommand,
    UnmuteCommand,
    UnwatchCommand,
    WatchCommand,
    WhyCommand,
)
from actors.watchlist.commands.parse.splitting import Piece, pieces, split
from actors.watchlist.commands.parse.verbs import FIRST, VERB_OF, nearly, verb_of
from actors.watchlist.commands.parse.wrapping import unwrapped
from actors.watchlist.commands.phrasing import in_a_line, quoted, short
from actors.watchlist.matching.entries import EntryKind, ParsedEntry, parse
from actors.watchlist.matching.mutes import ALL

MAX_RECENT = 50
DEFAULT_RECENT = 10
MAX_COMMAND_LENGTH = 200_000
"""Characters of a command before it is normalized: room for the longest export, and for a Slack message whose 40,000
characters all arrive as entities."""

MAX_SHORT_COMMAND_LENGTH = 1000
"""Characters of a command that does not take a list."""

LIST_COMMANDS = frozenset({"watch", "unwatch", "import"})
"""Commands that take a list."""

_QUOTED = re.compile(r'"[^"]*"')
_WITH = re.compile(r"\s(?:with|by)\s", re.IGNORECASE)
_ZERO_WORDS = frozenset(
    {"watching", "mutes", "status", "version", "uptime", "settings", "export", "drafts", "thanks", "never"}
)
_CHANGING = frozenset(
    {"unwatch", "replace", "mute", "unmute", "pause", "resume", "digest", "quiet", "timezone", "import", "forget"}
)
_EVERYTHING = re.compile(
    r"^(?:all|everything|it|this|that|them|now|me|(?:the |all )?(?:notices|notifications|messages)"
    r"|(?:send|notify)ing.*)[.!]*$",
    re.IGNORECASE,
)
_TOPICS = MappingProxyType({**{topic.value: topic for topic in SimpleCommand}, "never": SimpleCommand.NOTHING})


def parse_command(text: str, normalize: Callable[[str], str], zones: frozenset[str]) -> ParsedCommand:
    """Parse a text as it came; `normalize` makes it plain (see normalize.py). A text that is too long is not parsed at
    all, since part of a command would be a different command."""
    if len(text) <= MAX_COMMAND_LENGTH:
        return parse_plain(normalize(text), zones)
    return NotUnderstood(
        detail=f"That is {len(text):,} characters long, and a command can have up to {MAX_COMMAND_LENGTH:,}, so nothing"
        " was done. Please split it into several commands."
    )


def parse_plain(text: str, zones: frozenset[str]) -> ParsedCommand:
    """Parse a plain text (see normalize.py); `zones` are the IANA time zones that exist."""
    text = unwrapped(text)
    found = FIRST.fullmatch(text.strip())
    verb = verb_of(text)
    if verb not in LIST_COMMANDS and len(text) > MAX_SHORT_COMMAND_LENGTH:
        return _too_long(verb, len(text))
    if found is None or verb is None:
        return _without_a_verb(text.strip())
    rest = found[3].strip() if verb in (*LIST_COMMANDS, "replace") else _unquoted(found[3])
    if verb in _ZERO_WORDS:
        return _TOPICS[verb]
    confirmation = Confirmation.CONFIRMED if found[2] else Confirmation.NOT_ASKED
    try:
        return _by_verb(verb, rest, confirmation, zones)
    except timing.InvalidTime as error:
        return NotUnderstood(detail=str(error), about=verb)


def _by_verb(verb: str, rest: str, confirmation: Confirmation, zones: frozenset[str]) -> ParsedCommand:
    if verb == "watch":
        return _watch(rest, confirmation)
    if verb == "replace":
        return _replace(rest, confirmation)
    if verb == "import":
        return _import(rest, confirmation)
    return _READERS[verb](rest, zones)


def _watch(rest: str, confirmation: Confirmation) -> ParsedCommand:
    if not rest:
        return _incomplete("watch", "what to watch: an author, a number, or several entries")
    lines = rest.split("\n")
    if (other := next((line for line in lines[1:] if verb_of(line) in _CHANGING), None)) is not None:
        return NotUnderstood(
            detail="One message can have one command. Please send the others by themselves.",
            suggestion=in_a_line(other),
        )
    found = pieces("\n".join(map(_without_watch, lines)))
    return WatchCommand(
        entries=tuple(piece.text for piece in found),
        confirmation=confirmation,
        carried=frozenset(piece.text for piece in found if piece.carried),
        pairs=frozenset(
            (before.text, piece.text)
            for before, piece in itertools.pairwise(found)
            if piece.after_comma and _may_be_a_name(before) and _may_be_a_name(piece)
        ),
    )


def _without_watch(line: str) -> str:
    """A line of several commands of one kind."""
    found = FIRST.fullmatch(line.strip()) if verb_of(line) == "watch" else None
    return found[3] if found is not None and found[3] else line


def _may_be_a_name(piece: Piece) -> bool:
    return all(letter.isalpha() or letter in " .'-" for letter in piece.text.removeprefix("author:"))


def _unwatch(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return UnwatchCommand(entries=split(rest)) if rest else _incomplete("unwatch", "which entry to stop watching")


def _replace(rest: str, confirmation: Confirmation) -> ParsedCommand:
    quoted_old = _QUOTED.match(rest)
    at = quoted_old.end() if quoted_old else 0
    between = _WITH.search(rest, at)
    if between is None:
        return _incomplete("replace", "which entry to replace and what to watch instead")
    return ReplaceCommand(
        old=_unquoted(rest[: between.start()]), new=_unquoted(rest[between.end() :]), confirmation=confirmation
    )


def _mute(rest: str, zones: frozenset[str]) -> ParsedCommand:
    what, duration = timing.split_duration(rest)
    if not what:
        return (
            SimpleCommand.MUTES
            if not rest
            else _incomplete("mute", "what to mute: one of your entries, a number, or all")
        )
    return MuteCommand(what=what, duration=duration)


def _unmute(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return UnmuteCommand(what=rest) if rest else _incomplete("unmute", "what to unmute: one of your mutes, or all")


def _why(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return WhyCommand(what=rest) if rest else _incomplete("why", "which paper, draft, or issue you mean")


def _paper(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return PaperCommand(what=rest) if rest else _incomplete("paper", "which number to show")


def _recent(rest: str, zones: frozenset[str]) -> ParsedCommand:
    number = re.search(r"[0-9]{1,6}", rest)
    return RecentCommand(limit=min(max(int(number[0]), 1), MAX_RECENT) if number else DEFAULT_RECENT)


def _import(rest: str, confirmation: Confirmation) -> ParsedCommand:
    lines = tuple(line.strip() for line in rest.split("\n") if line.strip())
    return (
        ImportCommand(lines=lines, confirmation=confirmation)
        if lines
        else _incomplete("import", "what to import: paste the lines of an export after it")
    )


def _pause(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """All notices, or one entry; perhaps for a while."""
    what, duration = timing.split_duration(rest)
    return MuteCommand(what=_EVERYTHING.sub("", what) or ALL, duration=duration)


def _resume(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return UnmuteCommand(what=_EVERYTHING.sub("", rest) or ALL)


def _stop(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """Alone it can mean several commands. With an entry it is no longer watched."""
    what = _EVERYTHING.sub("", rest)
    return UnwatchCommand(entries=split(what)) if what else SimpleCommand.STOP


def _search(rest: str, zones: frozenset[str]) -> ParsedCommand:
    what = re.sub(r"^(?:for|papers?|about|by)\s+", "", rest, flags=re.IGNORECASE)
    return SearchCommand(what=what) if what else _incomplete("search", "what to look for: words of a title, or a name")


def _forget(rest: str, zones: frozenset[str]) -> ParsedCommand:
    said = re.findall(r"[a-z]+", rest.lower())
    if said[:1] != ["me"] or not set(said) <= {"me", "yes"}:
        return NotUnderstood(
            detail="To delete everything stored about you, type forget me. To stop watching something, type unwatch and"
            " the entry.",
            suggestion="forget me",
            about="forget",
        )
    return ForgetCommand(confirmation=Confirmation.CONFIRMED if "yes" in said else Confirmation.NOT_ASKED)


def _help(rest: str, zones: frozenset[str]) -> ParsedCommand:
    word = rest.split()[0].lower() if rest.split() else ""
    return HelpCommand(about=VERB_OF.get(word, ""))


_READERS: Mapping[str, Callable[[str, frozenset[str]], ParsedCommand]] = MappingProxyType(
    {
        "unwatch": _unwatch,
        "mute": _mute,
        "unmute": _unmute,
        "why": _why,
        "paper": _paper,
        "recent": _recent,
        "digest": hours.digest,
        "quiet": hours.quiet,
        "timezone": hours.timezone,
        "pause": _pause,
        "resume": _resume,
        "stop": _stop,
        "search": _search,
        "forget": _forget,
        "help": _help,
    }
)


def _incomplete(verb: str, what: str) -> NotUnderstood:
    return NotUnderstood(detail=f"Tell me {what}.", about=verb)


def _too_long(verb: str | None, length: int) -> NotUnderstood:
    what = f"a {verb} command" if verb else "a command that I don't know"
    return NotUnderstood(
        detail=f"That is {length:,} characters long, and {what} can have up to {MAX_SHORT_COMMAND_LENGTH:,}."
        " Start a long list with watch, unwatch, or import.",
        about=verb or "",
    )


def _without_a_verb(text: str) -> ParsedCommand:
    """A number alone asks for the paper. For a near miss of a command, or an entry, the command is suggested."""
    if not text:
        return HelpCommand(about="")
    parsed = parse(text)
    if isinstance(parsed, ParsedEntry) and parsed.kind is EntryKind.NUMBER:
        return PaperCommand(what=text)
    first, *others = text.split()
    if (near := nearly(first)) is not None:
        return NotUnderstood(
            detail=f"I don't know the command {quoted(short(first))}.",
            suggestion=in_a_line(" ".join((near, *others))),
            about=near,
            entries=in_a_line(text),
        )
    return NotUnderstood(detail=f"I don't understand {quoted(short(text))}.", entries=in_a_line(text))


def _unquoted(text: str) -> str:
    return " ".join(text.replace('"', " ").split())

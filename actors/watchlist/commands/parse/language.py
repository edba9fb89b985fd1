"""The words of a user, read as a command. Pure.

    watch Niebler, P2300        mute P2300 2w        digest daily 09:00 Europe/Berlin

Case does not matter, nor a colon after the first word, nor `please` before it. What is not understood comes back with a
suggestion; nothing that is typed raises.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from actors.watchlist.commands.parse import hours, timing
from actors.watchlist.commands.parse.commands import (
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
    SimpleCommand,
    UnmuteCommand,
    UnwatchCommand,
    WatchCommand,
    WhyCommand,
)
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.parse.verbs import FIRST, VERB_OF, nearly, verb_of
from actors.watchlist.commands.phrasing import in_a_line, quoted, short
from actors.watchlist.matching.entries import EntryKind, ParsedEntry, parse

MOST_RECENT = 50
USUAL_RECENT = 10
LONGEST = 200_000
"""Characters of a command as it came: a whole list as it is exported, and a message of Slack when each of its 40,000
characters is delivered as an entity."""

LONGEST_WORDS = 1000
"""Characters of a command that takes no list."""

LISTS = frozenset({"watch", "unwatch", "import"})
"""Commands that do."""

_QUOTED = re.compile(r'"[^"]*"')
_WITH = re.compile(r"\s(?:with|by)\s", re.IGNORECASE)
_ZERO_WORDS = frozenset({"watching", "mutes", "status", "version", "uptime", "settings", "export", "never"})
_TOPICS = MappingProxyType({**{topic.value: topic for topic in SimpleCommand}, "never": SimpleCommand.NOTHING})


def understand(text: str, plainly: Callable[[str], str], zones: frozenset[str]) -> ParsedCommand:
    """The command that a text says as it came, made plain by `plainly` (see spoken.py). One that is too long is not
    read, for a part of it would be another."""
    if len(text) <= LONGEST:
        return read(plainly(text), zones)
    return NotUnderstood(
        detail=f"That has {len(text):,} characters, and a command has {LONGEST:,} at the most: nothing of it was done."
        " Please say it in parts."
    )


def read(text: str, zones: frozenset[str]) -> ParsedCommand:
    """The command that a plain text (see spoken.py) says; `zones` are the IANA time zones that there are."""
    found = FIRST.fullmatch(text.strip())
    verb = verb_of(text)
    if verb not in LISTS and len(text) > LONGEST_WORDS:
        return _too_long(verb, len(text))
    if found is None or verb is None:
        return _without_a_verb(text.strip())
    rest = found[3].strip() if verb in (*LISTS, "replace") else _unquoted(found[3])
    if verb in _ZERO_WORDS:
        return _TOPICS[verb]
    confirmation = Confirmation.CONFIRMED if found[2] else Confirmation.NOT_ASKED
    try:
        return _read(verb, rest, confirmation, zones)
    except timing.InvalidTime as error:
        return NotUnderstood(detail=str(error), about=verb)


def _read(verb: str, rest: str, confirmation: Confirmation, zones: frozenset[str]) -> ParsedCommand:
    if verb == "watch":
        return (
            WatchCommand(entries=split(rest), confirmation=confirmation)
            if rest
            else _nothing("watch", "an author, a number or more")
        )
    if verb == "replace":
        return _replace(rest, confirmation)
    return _READERS[verb](rest, zones)


def _unwatch(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return UnwatchCommand(entries=split(rest)) if rest else _nothing("unwatch", "which entry")


def _replace(rest: str, confirmation: Confirmation) -> ParsedCommand:
    quoted_old = _QUOTED.match(rest)
    at = quoted_old.end() if quoted_old else 0
    between = _WITH.search(rest, at)
    if between is None:
        return _nothing("replace", "OLD with NEW")
    return ReplaceCommand(
        old=_unquoted(rest[: between.start()]), new=_unquoted(rest[between.end() :]), confirmation=confirmation
    )


def _mute(rest: str, zones: frozenset[str]) -> ParsedCommand:
    what, duration = timing.split_duration(rest)
    if not what:
        return SimpleCommand.MUTES if not rest else _nothing("mute", "what: an entry of yours, a number, or all")
    return MuteCommand(what=what, duration=duration)


def _unmute(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return UnmuteCommand(what=rest) if rest else _nothing("unmute", "what, or all")


def _why(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return WhyCommand(what=rest) if rest else _nothing("why", "a paper, a draft or an issue")


def _paper(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return PaperCommand(what=rest) if rest else _nothing("paper", "a number")


def _recent(rest: str, zones: frozenset[str]) -> ParsedCommand:
    number = re.search(r"[0-9]{1,6}", rest)
    return RecentCommand(limit=min(max(int(number[0]), 1), MOST_RECENT) if number else USUAL_RECENT)


def _import(rest: str, zones: frozenset[str]) -> ParsedCommand:
    lines = tuple(line.strip() for line in rest.split("\n") if line.strip())
    return ImportCommand(lines=lines) if lines else _nothing("import", "the lines that export gave")


def _forget(rest: str, zones: frozenset[str]) -> ParsedCommand:
    said = re.findall(r"[a-z]+", rest.lower())
    if said[:1] != ["me"] or not set(said) <= {"me", "yes"}:
        return NotUnderstood(
            detail="To delete all that I keep about you, write forget me. To stop watching one thing, write unwatch and"
            " what it is.",
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
        "import": _import,
        "forget": _forget,
        "help": _help,
    }
)


def _nothing(verb: str, what: str) -> NotUnderstood:
    return NotUnderstood(detail=f"After {verb} I need to know {what}.", about=verb)


def _too_long(verb: str | None, length: int) -> NotUnderstood:
    what = f"what follows {verb}" if verb else "a command that I do not know"
    return NotUnderstood(
        detail=f"That has {length:,} characters, and {what} is never longer than {LONGEST_WORDS:,}."
        " A long list begins with watch, unwatch or import.",
        about=verb or "",
    )


def _without_a_verb(text: str) -> ParsedCommand:
    """Numbers alone ask for the paper; what nearly is a command, or is an entry, is suggested."""
    if not text:
        return HelpCommand(about="")
    parsed = parse(text)
    if isinstance(parsed, ParsedEntry) and parsed.kind is EntryKind.NUMBER:
        return PaperCommand(what=text)
    first, *others = text.split()
    if (near := nearly(first)) is not None:
        return NotUnderstood(
            detail=f"I do not know the command {quoted(short(first))}.",
            suggestion=in_a_line(" ".join((near, *others))),
            about=near,
        )
    entries = split(text)
    if entries and all(isinstance(parse(entry), ParsedEntry) for entry in entries):
        return NotUnderstood(
            detail=f"I do not understand {quoted(short(text))}.", suggestion=f"watch {in_a_line(text)}"
        )
    return NotUnderstood(detail=f"I do not understand {quoted(short(text))}.")


def _unquoted(text: str) -> str:
    return " ".join(text.replace('"', " ").split())

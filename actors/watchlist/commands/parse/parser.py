"""Parses what a user typed. Pure.

    watch Niebler, P2300        mute P2300 2w        digest daily 09:00 Europe/Berlin

Case does not matter, nor does a colon after the first word or a `please` before it. Text that is not understood becomes
NotUnderstood, with a suggestion where there is one; no text raises.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from actors.watchlist.commands.parse import asking, unwatching, watching
from actors.watchlist.commands.parse.addressing import several_channels
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
    WhyCommand,
)
from actors.watchlist.commands.parse.sentences import answer_to, as_command
from actors.watchlist.commands.parse.times import digests, hours, stretches, timing
from actors.watchlist.commands.parse.times.zones import timezone
from actors.watchlist.commands.parse.titles import words_in_title
from actors.watchlist.commands.parse.verbs import FIRST, VERB_OF, nearly, once, verb_of
from actors.watchlist.commands.parse.wishes import answer_to_wish
from actors.watchlist.commands.parse.wrapping import unwrapped
from actors.watchlist.commands.phrasing import in_a_line, quoted, short
from actors.watchlist.matching.audiences import audience
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

_OF_OPERATORS = frozenset({"ack", "acknowledge"})
_ACK_ELSEWHERE = (
    "Problems are acknowledged in the operators' channel (`slack.ops_channel`): type ack there, or press the button of"
    " the problem's message. On the server, type `callboard ack`."
)

_MENTION = re.compile(r"(?<=\s)<@[UW][A-Z0-9]{1,20}(?:\|[^<>\n]*)?>")
_WHOSE_NAME = "A mention doesn't tell me the name that papers have. Type the author's name instead, like watch Niebler."

_QUOTED = re.compile(r'"[^"]*"')
_WITH = re.compile(r"\s(?:with|by)\s", re.IGNORECASE)
_INTO = re.compile(r"\s(?:to|into|for|-+>|=+>|→)\s", re.IGNORECASE)
_ZERO_WORDS = frozenset(
    {"watching", "mutes", "status", "version", "uptime", "settings", "export", "drafts", "thanks", "never"}
)
_WHAT_TO_WATCH = "what to watch: an author, a number, or several entries"
_ABOUT_WHAT = re.compile(r"\b(?:by|about|on|from)\s+(?=\S)", re.IGNORECASE)
_SINCE = re.compile(r"\bsince\b.*", re.IGNORECASE | re.DOTALL)
_NO_SUBJECT = re.compile(
    r"(?<![\w-])(?:[0-9]{1,6}|(?:the|last|latest|newest|new|recent|all|any|me|and|please|papers?|drafts?|proposals?|revisions?"
    r"|news|updates?|issues?|changes?|documents?|publications?|mailings?|stuff|activity|ones?|things?|five|ten|twenty|today|now|this|week|month|more))(?![\w-])",
    re.IGNORECASE,
)
"""What stands after `recent` and is not what the papers are about."""

_ALL_NOTICES = re.compile(
    r"^(?:(?:all|the|my|any|daily|weekly)\s+)*(?:notices|notifications|messages|alerts|digests?)$", re.IGNORECASE
)
_MUTABLE = r"(?:all|everything|#?(?:[a-z]{1,4}[-_ ]?)?[0-9]{3,5}(?:r[0-9]+)?)"
_BARE_TIME = re.compile(rf"({_MUTABLE})\s+([1-9][0-9]?)", re.IGNORECASE)
_LATER = re.compile(r"(?:from|starting|beginning|on|in|after|tomorrow|next)\b", re.IGNORECASE)
_UNKNOWN_TIME = re.compile(
    rf"{_MUTABLE}\s+((?:for|from|in|during|on|over|next|this|thru|through|by|after|before|at|until|tomorrow"
    r"|starting|beginning|between)\b.*)",
    re.IGNORECASE,
)
_TIME_WORD = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:to)?days?|week(?:end)?s?|months?|years?|nights?|mornings?|evenings?"
    r"|hours?|minutes?|tomorrow|time|while|moment|meetings?|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)|christmas|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})\b",
    re.IGNORECASE,
)
"""A number behind what is muted, and words about a time that is not known here."""

_SOUGHT = re.compile(
    r"^(?:(?:me|for|all|the|any|papers?|drafts?|proposals?|about|by|on|with|of|from|titles?|authors?|named|called)(?:\s*:\s*|\s+)(?=\S))+",
    re.IGNORECASE,
)
"""What says in a search what kind of thing is looked for."""

_EVERYTHING = re.compile(
    r"^(?:all|everything|it|this|that|them|now|me|(?:the |all )?(?:notices|notifications|messages)"
    r"|(?:send|notify)ing.*)[.!]*$",
    re.IGNORECASE,
)
_ABOUT_CHANNELS = MappingProxyType(dict.fromkeys(("subscribe", "unsubscribe", "subscriptions", "channel"), "subscribe"))
_ABOUT_GROUPS = frozenset({"groups", "group", "audience", "audiences"})
_TOPICS = MappingProxyType({**{topic.value: topic for topic in SimpleCommand}, "never": SimpleCommand.NOTHING})


def parse_command(text: str, normalize: Callable[[str], str], zones: frozenset[str]) -> ParsedCommand:
    """Parse a text as it came; `normalize` makes it plain (see normalize.py). A text that is too long is not parsed at
    all, since part of a command would be a different command."""
    if len(text) <= MAX_COMMAND_LENGTH:
        if (several := several_channels(text)) is not None:
            return several
        parsed = parse_plain(normalize(text), zones)
        is_incomplete = isinstance(parsed, NotUnderstood) and parsed.about in ("watch", "unwatch")
        return NotUnderstood(detail=_WHOSE_NAME) if is_incomplete and _MENTION.search(text) else parsed
    return NotUnderstood(
        detail=f"That is {len(text):,} characters long, and a command can have up to {MAX_COMMAND_LENGTH:,}, so nothing"
        " was done. Please split it into several commands."
    )


def parse_plain(text: str, zones: frozenset[str]) -> ParsedCommand:
    """Parse a plain text (see normalize.py); `zones` are the IANA time zones that exist."""
    if (question := asking.asked(text)) is not None:
        command = _command_in(question.text)
        whole = _parsed(_command_in(text), zones)
        return asking.answered(question, command, _parsed(command, zones), text, whole)
    return _parsed(_command_in(text), zones)


def _command_in(text: str) -> str:
    """The command that is said in a plain text, without what is around it."""
    return once(as_command(unwrapped(text)))


def _parsed(text: str, zones: frozenset[str]) -> ParsedCommand:
    found = FIRST.fullmatch(text.strip())
    verb = verb_of(text)
    if verb not in LIST_COMMANDS and len(text) > MAX_SHORT_COMMAND_LENGTH:
        return _too_long(verb, len(text))
    if found is not None and found[1].lower() in _OF_OPERATORS:
        return NotUnderstood(detail=_ACK_ELSEWHERE)
    if found is None or verb is None:
        return _without_a_verb(text.strip())
    rest = found[3].strip() if verb in (*LIST_COMMANDS, "replace", "mute", "pause") else _unquoted(found[3])
    if verb in _ZERO_WORDS:
        return _TOPICS[verb]
    if found[1].lower() == "issue" and (digits := re.fullmatch(r"(?:no\.? ?|#)?([0-9]{1,5})", rest.rstrip("?!."))):
        choices = (f"paper LWG{digits[1]}", f"paper CWG{digits[1]}")
        return NotUnderstood(detail=f"Which list is issue {digits[1]} in?", choices=choices)
    confirmation = Confirmation.CONFIRMED if found[2] else Confirmation.NOT_ASKED
    try:
        return _by_verb(verb, rest, confirmation, zones)
    except timing.UnclearTime as error:
        return NotUnderstood(detail=str(error), choices=tuple(in_a_line(f"{verb} {each}") for each in error.choices))
    except timing.InvalidTime as error:
        return NotUnderstood(detail=str(error), about=verb)


def _by_verb(verb: str, rest: str, confirmation: Confirmation, zones: frozenset[str]) -> ParsedCommand:
    if verb == "watch":
        return (
            _with_sound_advice(watching.watch(rest, confirmation), zones) if rest else _incomplete(verb, _WHAT_TO_WATCH)
        )
    if verb == "replace":
        return _replace(rest, confirmation)
    if verb == "import":
        return _import(rest, confirmation)
    return _READERS[verb](rest, zones)


def _with_sound_advice(parsed: ParsedCommand, zones: frozenset[str]) -> ParsedCommand:
    """Without a suggestion that is itself no command: `digest watch` on the second line of a list."""
    if not isinstance(parsed, NotUnderstood) or not parsed.suggestion:
        return parsed
    is_sound = not isinstance(parse_plain(parsed.suggestion, zones), NotUnderstood)
    return parsed if is_sound else replace(parsed, suggestion="")


def _replace(rest: str, confirmation: Confirmation) -> ParsedCommand:
    quoted_old = _QUOTED.match(rest)
    at = quoted_old.end() if quoted_old else 0
    between = _WITH.search(rest, at) or _INTO.search(rest, at)
    if between is None:
        return _incomplete("replace", "which entry to replace and what to watch instead")
    return ReplaceCommand(
        old=_unquoted(rest[: between.start()]), new=_unquoted(rest[between.end() :]), confirmation=confirmation
    )


def _unwatch(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return unwatching.unwatch(rest)


def _mute(rest: str, zones: frozenset[str]) -> ParsedCommand:
    is_title = stretches.is_title(rest)
    rest = watching.bare_list("mute", _unquoted(rest).rstrip("?!"))
    if (two := watching.second_command("mute", rest)) is not None:
        return two
    if watching.excluded(rest) is not None:
        return NotUnderstood(
            detail="I can't mute everything except something, so I haven't muted anything. Mute the entries that you"
            " don't want to hear about.",
            about="mute",
        )
    if (hours_said := stretches.hours_of_each_day(rest)) is not None:
        return hours_said
    what, duration = timing.split_duration(rest if is_title else stretches.from_now(rest), is_title=is_title)
    if duration.length is not None and what.lower().endswith(" in"):
        what = rest  # `in two weeks` is when it is to begin
    what = _ALL_NOTICES.sub(ALL, what).removesuffix(":")
    if not what:
        missing = _incomplete("mute", "what to mute: one of your entries, a number, or all")
        return SimpleCommand.MUTES if not rest else replace(missing, suggestion=in_a_line(f"mute all {rest}"))
    if (bare := _BARE_TIME.fullmatch(what)) is not None:
        return NotUnderstood(
            detail=f"I can't tell what {bare[2]} means, so I haven't muted anything. If it's a time, add hours, days,"
            " or weeks.",
            choices=tuple(f"mute {bare[1]} {bare[2]}{unit}" for unit in ("d", "w")),
            about="mute",
        )
    _refuse_unknown_time(what)
    return MuteCommand(what=what, duration=duration)


def _refuse_unknown_time(what: str) -> None:
    """Raise InvalidTime if a time stands behind what is to be muted, and it is none that is known here."""
    if (found := _UNKNOWN_TIME.fullmatch(what)) is not None and _TIME_WORD.search(found[1]):
        if _LATER.match(found[1]) is not None:
            raise timing.InvalidTime(
                f"A mute begins now, so I haven't muted anything for “{short(found[1])}”. Say when it ends, like until"
                " 2026-01-31, or how long it lasts, like 2w."
            )
        raise timing.InvalidTime(
            f"I don't understand “{short(found[1])}”. Give a date, like until 2026-01-31, or a time, like 2w."
        )


def _unmute(rest: str, zones: frozenset[str]) -> ParsedCommand:
    if (two := watching.second_command("unmute", rest)) is not None:
        return two
    return UnmuteCommand(what=rest) if rest else _incomplete("unmute", "what to unmute: one of your mutes, or all")


def _why(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return WhyCommand(what=rest) if rest else _incomplete("why", "which paper, draft, or issue you mean")


_ALL_REVISIONS = re.compile(r"(\S.*?)[\s,:]+all(?: revisions)?", re.IGNORECASE)
_WHOLE_HELP = frozenset({"all", "more", "commands", "everything"})


def _paper(rest: str, zones: frozenset[str]) -> ParsedCommand:
    if (found := _ALL_REVISIONS.fullmatch(rest)) is not None:
        return PaperCommand(what=found[1], all_revisions=True)
    return PaperCommand(what=rest) if rest else _incomplete("paper", "which number to show")


def _recent(rest: str, zones: frozenset[str]) -> ParsedCommand:
    if (about := _ABOUT_WHAT.search(rest)) is not None:
        return _search(rest[about.start() :], zones)
    rest = _SINCE.sub("", rest)
    subject = re.sub(r"^(?:in|for)(?:\s+|$)", "", _NO_SUBJECT.sub(" ", rest).strip()).strip(" ,.?!")
    parsed = parse(subject)
    is_group = isinstance(parsed, ParsedEntry) and parsed.kind in (EntryKind.AUDIENCE, EntryKind.KIND)
    if subject and not is_group:
        return _search(subject, zones)
    number = re.search(r"(?<![\w-])[0-9]{1,6}(?!\w)", rest)
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
    is_title, rest = stretches.is_title(rest), _unquoted(rest)
    if (hours_said := stretches.hours_of_each_day(rest)) is not None:
        return hours_said
    what, duration = timing.split_duration(rest if is_title else stretches.from_now(rest), is_title=is_title)
    _refuse_unknown_time(f"{ALL} {what}")
    return MuteCommand(what=_ALL_NOTICES.sub("", _EVERYTHING.sub("", what)) or ALL, duration=duration)


def _resume(rest: str, zones: frozenset[str]) -> ParsedCommand:
    return UnmuteCommand(what=_EVERYTHING.sub("", rest) or ALL)


def _stop(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """Alone it can mean several commands. With an entry it is no longer watched."""
    what = _EVERYTHING.sub("", rest)
    return _unwatch(what, zones) if what else SimpleCommand.STOP


def _search(rest: str, zones: frozenset[str]) -> ParsedCommand:
    what = words_in_title(rest) or _SOUGHT.sub("", rest)
    if isinstance(parsed := parse(what), ParsedEntry) and parsed.kind is EntryKind.NUMBER:
        return PaperCommand(what=what)
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
    if (group := audience(rest.strip("?!. "))) is not None and rest.lower() != "all":
        return HelpCommand(about=group)
    said = rest.lower().split()
    word = next((each for each in said if each in VERB_OF or each in _ABOUT_CHANNELS), said[0] if said else "")
    if word in _ABOUT_GROUPS:
        return HelpCommand(about="groups")
    about = "all" if word in _WHOLE_HELP else _ABOUT_CHANNELS.get(word) or VERB_OF.get(word, "")
    return HelpCommand(about=about)


_READERS: Mapping[str, Callable[[str, frozenset[str]], ParsedCommand]] = MappingProxyType(
    {
        "unwatch": _unwatch,
        "mute": _mute,
        "unmute": _unmute,
        "why": _why,
        "paper": _paper,
        "recent": _recent,
        "digest": digests.digest,
        "quiet": hours.quiet,
        "timezone": timezone,
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
    if (said := answer_to(text)) is not None:
        return NotUnderstood(detail=said)
    if (wish := answer_to_wish(text)) is not None:
        return wish
    entries = in_a_line(text.rstrip("?!. ") or text)
    first, *others = text.split()
    if (near := nearly(first)) is not None:
        return NotUnderstood(
            detail=f"I don't know the command {quoted(short(first))}.",
            suggestion=in_a_line(" ".join((near, *others))),
            about=near,
            entries=entries,
        )
    return NotUnderstood(detail=f"I don't understand {quoted(short(text))}.", entries=entries)


def _unquoted(text: str) -> str:
    return " ".join(text.replace('"', " ").split())

"""Parses what stands after `watch`: a list of entries, and what else people write there. Pure.

Niebler, P2300      only P2300      P2300 as well      P2300, not P2996      P2300 and mute P2996
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator

from actors.watchlist.commands.parse.parsed_commands import Confirmation, NotUnderstood, TitledNumber, WatchCommand
from actors.watchlist.commands.parse.splitting import Piece, pieces
from actors.watchlist.commands.parse.times import timing
from actors.watchlist.commands.parse.verbs import FIRST, verb_of
from actors.watchlist.commands.phrasing import in_a_line, short
from actors.watchlist.matching.entries import ParsedEntry, parse
from actors.watchlist.matching.folding import words

MIN_TITLE_WORDS = 3
"""Words after a comma that may belong to the title of the number before them."""

MAX_TITLED_LINE = 1000
MAX_TITLED_LINES = 50
MAX_NUMBERS_OF_A_TITLE = 3
"""Characters of a line, lines, and numbers on a line, among which a number with its title is looked for."""

MAX_AFTER_A_LIST = 100
"""Characters at the end of a list in which words that are no entries are looked for."""

MARK = re.compile(r"\b(?:author|title|audience)s?\s*[:=]", re.IGNORECASE)
_APART_BEHIND = re.compile(r"[)\]]?\s*(?:[,;+&]|and\b)", re.IGNORECASE)
_APART_BEFORE = re.compile(r"(?:[,;+&]|\band)\s*[(\[]?\s*$", re.IGNORECASE)
_CHANGING = frozenset(
    {"unwatch", "replace", "mute", "unmute", "pause", "resume", "digest", "quiet", "timezone", "import", "forget"}
)
_AN_ID = r"#?(?:[a-z]{1,4}[-_ ]?)?[0-9]{3,5}\b"
_EXCEPT = re.compile(
    r"(?<=[\s,])(?:except(?: for)?|excluding|but not|(?:(?<=\ball )|(?<=\beverything )|(?<=\banything ))but"
    rf"|(?<=[,;]\s)not|(?:not|without|minus)(?=\s+{_AN_ID}))\s+(?=\S)",
    re.IGNORECASE,
)
_NOT_A_NUMBER = re.compile(rf"(?<=[,;]\s)(?:but\s+)?not\s+(?={_AN_ID})", re.IGNORECASE)
_NOT_THIS = re.compile(rf"not\s+({_AN_ID}.*)", re.IGNORECASE | re.DOTALL)
_SECOND = re.compile(
    r"(?:\s*[,;.]|\s+and|\s+&|\s+then|\s+but)\s+(?:(?:and|then|also|please|but)\s+)*"
    r"((?:watch|follow|unwatch|unfollow|unsubscribe|mute|unmute|snooze|silence)\s+\S.*"
    rf"|(?:remove|delete|pause|stop|add)\s+{_AN_ID}.*)$",
    re.IGNORECASE,
)
"""A second command in the same line: `P2900 and mute P2996`."""

_AGAIN = re.compile(
    r"([,;.]|\sand|\s&)\s+(?:(?:and|then|also|please)\s+)*"
    rf"(watch|follow|unwatch|unfollow|unsubscribe|mute|unmute|(?:add|remove|delete)(?=\s+{_AN_ID}))\s+(?=\S)",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(?:it|this|that|them|these|those)\b", re.IGNORECASE)
_BEFORE_A_LIST = re.compile(r"^(?:(?:only|just|also)\s+)+(?=\S)", re.IGNORECASE)
_AFTER_A_LIST = re.compile(
    r"(?<=\S)(?:(?<!\bfor)[\s,]+(?:only|too|also|as well|again|asap|(?:right )?now|immediately|if possible|from now on"
    r"|for(?: e|e)ver|for good))+$",
    re.IGNORECASE,
)
A_WHILE = re.compile(r"\sfor a while\s*$", re.IGNORECASE)
_THROUGH_BEHIND_A_NUMBER = re.compile(r"[0-9]\s+(?:up\s+)?(?:through|thru)\s", re.IGNORECASE)
_UNTIL_BEHIND_A_NUMBER = re.compile(rf"{_AN_ID},?\s+((?:until|till|'?til)\s+\S)", re.IGNORECASE)
_OFTEN = re.compile(
    r"(?<=\S)[\s,]+(?:and\s+(?:notify|tell|send|update|ping)\s+me\s+)?"
    r"((?:daily|weekly|(?:every|each|once\s+(?:a|per))\s+(?:day|week|morning|evening|night"
    r"|((?:mon|tues|wednes|thurs|fri|satur|sun)day))))(?:\s+at\s+\S{1,8})?$",
    re.IGNORECASE,
)
_OF_A_NAME = re.compile(rf"(?<!\S)(?!(?i:{_AN_ID}))[^\s,;]+\s+(?:Weekly|Daily)$")
_NAMES_NOTHING = re.compile(
    r"(?:(?:the|all|any|every|new|latest|recent|some|more|papers?|drafts?|proposals?|revisions?|documents?|issues?|updates?|news"
    r"|mailings?|things?|stuff|something|anything|everything|it|this|that|them|these|those|c\+\+)(?:\s+|$))+",
    re.IGNORECASE,
)
_BEFORE_A_TIME = re.compile(r"(?<=\S)[\s,]+(?:in|from|by|on|at|over|during)$", re.IGNORECASE)
"""Times behind a list: how long it is to be watched, and how often there is to be news."""

_TO = re.compile(r"^(?:us\s+)?to\s+(?=\S)", re.IGNORECASE)
"""`subscribe to Niebler`."""


def watch(rest: str, confirmation: Confirmation) -> WatchCommand | NotUnderstood:
    """What stands after `watch`, which is not empty."""
    listed = bare_list("watch", _TO.sub("", rest))
    listed = timing.without_for_now(listed) if is_unmarked(listed) else listed
    lines = listed.split("\n")
    if (refusal := _other_command(lines) or _left_out(rest) or _for_a_time(listed)) is not None:
        return refusal
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
        titled=tuple(titled for line in lines[:MAX_TITLED_LINES] for titled in _titled(_without_watch(line))),
    )


def is_for_a_time(rest: str) -> bool:
    """Whether a time ends it: `P2300 until Monday`, `P2300 for 2 weeks`."""
    try:
        what, duration = timing.split_duration(rest, is_title=_may_be_a_title(rest))
    except timing.InvalidTime:
        return True
    is_endless = duration == timing.Duration(length=None, until=None)
    is_for_now = timing.FOR_NOW.search(rest) is not None or A_WHILE.search(rest) is not None
    return bool(what) and (not is_endless or is_for_now)


def _may_be_a_title(listed: str) -> bool:
    """Whether `through` may be a word in it: `a walk through May`, not `P2300 through May`."""
    return _THROUGH_BEHIND_A_NUMBER.search(listed) is None


def _for_a_time(listed: str) -> NotUnderstood | None:
    """Why a list is none, if a time stands at its end: `P2300 for a week`, `P2300 every morning`."""
    if "\n" in listed or len(listed) > MAX_TITLED_LINE or not is_unmarked(listed):
        return None
    if (often := _OFTEN.search(listed)) is not None and _OF_A_NAME.search(listed) is None:
        return NotUnderstood(
            detail="A digest covers all your entries, so I haven't added anything yet. Please send one command after"
            " the other.",
            choices=(
                *_sound(listed[: often.start()]),
                f"digest weekly {often[2] or ''}".strip() if often[2] or "week" in often[1].lower() else "digest daily",
            ),
        )
    until = _UNTIL_BEHIND_A_NUMBER.search(listed)
    try:
        what, duration = timing.split_duration(A_WHILE.sub(" 1d", listed), is_title=_may_be_a_title(listed))
    except timing.InvalidTime:
        what, duration = listed[: until.start(1)] if until is not None else "", timing.Duration(length=None, until=None)
    if not what or (until is None and duration == timing.Duration(length=None, until=None)):
        return None
    return NotUnderstood(
        detail="A watch lasts until you unwatch it, so I haven't added anything yet.",
        choices=_sound(_BEFORE_A_TIME.sub("", what)),
        about="" if _sound(_BEFORE_A_TIME.sub("", what)) else "watch",
    )


def _sound(listed: str) -> tuple[str, ...]:
    """The command that watches a list, if there is an entry in each part of it."""
    is_sound = all(
        isinstance(parse(piece.text), ParsedEntry) and _NAMES_NOTHING.fullmatch(piece.text) is None
        for piece in pieces(listed)
    )
    return (in_a_line(f"watch {listed.rstrip(' ,;')}"),) if is_sound else ()


def excluded(rest: str) -> re.Match[str] | None:
    """What is to be left out begins at the end of this: `all but P2300`. None if nothing is."""
    if '"' in rest:
        return None
    return (_EXCEPT if is_unmarked(rest) else _NOT_A_NUMBER).search(rest)


def is_unmarked(rest: str) -> bool:
    """Whether there is neither a mark nor a quote in it, so that no word is one of a title."""
    return MARK.search(rest) is None and '"' not in rest


def bare_list(verb: str, rest: str) -> str:
    """A list without the words around it that are no entries: `only P2300`, `P2300 as well`; and without its verb where
    that is said again: `Niebler and watch Shoop`."""
    if not is_unmarked(rest):
        return rest
    if len(rest) <= MAX_TITLED_LINE:
        rest = _AGAIN.sub(lambda found: f"{found[1]} " if verb_of(found[2]) == verb else found[0], rest)
    begun = max(len(rest) - MAX_AFTER_A_LIST, 0)
    return _BEFORE_A_LIST.sub("", rest[:begun] + _AFTER_A_LIST.sub("", rest[begun:]))


def _other_command(lines: list[str]) -> NotUnderstood | None:
    """Why it is none, if another command is in it, on a line of its own or behind the entries."""
    if (other := next((line for line in lines[1:] if verb_of(line) in _CHANGING), None)) is not None:
        return NotUnderstood(
            detail="One message can have one command. Please send the others by themselves.",
            suggestion=in_a_line(other) if len(re.findall(r"[^\W_]+", other)) > 1 else "",
        )
    return second_command("watch", lines[0])


def second_command(verb: str, line: str) -> NotUnderstood | None:
    """Why a command is none, if another one stands behind its entries."""
    if len(line) > MAX_TITLED_LINE or not is_unmarked(line) or (second := _SECOND.search(line)) is None:
        return None
    if verb_of(second[1]) == verb:
        return None
    first = in_a_line(line[: second.start()])
    return NotUnderstood(
        detail="One message can have one command, so nothing was done. Please send one after the other.",
        choices=(f"{verb} {first}", in_a_line(_IT.sub(lambda _: first, second[1]))),
    )


def _left_out(rest: str) -> NotUnderstood | None:
    """Why it is none, if something is to be left out."""
    if is_unmarked(rest) and (unwanted := _NOT_THIS.fullmatch(rest)) is not None:
        return NotUnderstood(
            detail=f"I haven't added {short(unwanted[1])}. To stop watching it, use unwatch.",
            suggestion=in_a_line(f"unwatch {unwanted[1]}"),
        )
    if (found := excluded(rest)) is None:
        return None
    return NotUnderstood(
        detail="An entry can't leave anything out, so I haven't added it. Watch the entry, and mute what you don't"
        f" want to hear of: mute {short(rest[found.end() :])}.",
        suggestion=in_a_line(f"watch {rest[: found.start()].rstrip(' ,;')}"),
    )


def _titled(whole_line: str) -> Iterator[TitledNumber]:
    """For each number on a line, what else is on it. After a comma, one or two words are entries of their own."""
    line = whole_line[:MAX_TITLED_LINE]
    found = pieces(line)
    for piece in [each for each in found if each.is_number][:MAX_NUMBERS_OF_A_TITLE]:
        others = tuple(each.text for each in found if each is not piece)
        before, _, after = line.partition(piece.text)
        rest = " ".join((*words(before), *words(after)))
        is_apart = _APART_BEHIND.match(after) or _APART_BEFORE.search(before)
        if rest and MARK.search(line) is None and (not is_apart or rest.count(" ") >= MIN_TITLE_WORDS - 1):
            yield TitledNumber(number=piece.text, words=rest, entries=others)


def _without_watch(line: str) -> str:
    """A line of several commands of one kind."""
    found = FIRST.fullmatch(line.strip()) if verb_of(line) == "watch" else None
    return found[3] if found is not None and found[3] else line


def _may_be_a_name(piece: Piece) -> bool:
    said = unicodedata.normalize("NFC", piece.text.removeprefix("author:"))
    return all(letter.isalpha() or letter in " .'-" for letter in said)

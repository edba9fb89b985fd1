"""Understands what people say in whole sentences instead of commands. Pure.

notify me when P2300 is updated      what am I watching?      set my timezone to Tokyo      yes
"""

import re
from collections.abc import Iterator

from actors.watchlist.commands.parse.phrases import FOR_SOME_TIME, THROUGH, TIDINGS
from actors.watchlist.commands.parse.sentence_rules import RULES
from actors.watchlist.commands.parse.verbs import verb_of
from actors.watchlist.commands.parse.wrapping import GREETINGS, is_courtesy

MAX_SENTENCE_LENGTH = 300
"""Characters; a longer text is no sentence that is known here."""

_COMPILED = tuple((re.compile(rf"(?:{rule})", re.IGNORECASE), command) for rule, command in RULES)

_NEWS = re.compile(
    r"^(?:there(?:'s| is| are)\s+)?(?:an?\s+|any\s+|new\s+|the\s+)*(?:(?:updates?|changes|news|notices"
    r"|something(?: new)?|anything(?: new)?|things?)\s+"
    r"(?:to|on|for|about|of|in|by|from)\s+)?",
    re.IGNORECASE,
)
_WHAT_HAPPENS = re.compile(
    r"\s+(?:is|are|was|were|gets?|has|have|had|will|publish(?:es)?|writes?|releases?|posts?|submits?"
    r"|changes?|appears?|comes?"
    r"|updates?|shows? up|moves?|drops?|lands?)(?:\s.*)?$",
    re.IGNORECASE,
)

_SOME_OF_THEM = re.compile(
    r"\b(?:to|you|i|miss|lose|except|excluding|but|unless|than|so often|so much|twice|before|after|at night|during"
    r"|between|on (?:the )?(?:week-?ends?|week-?days?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?))\b",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(
    r"(?:all|any|every)(?:thing|one)?(?: of (?:it|them|these|this|that))?(?: (?:papers|drafts))?"
    rf"|(?:all )?{TIDINGS}|e?mails?",
    re.IGNORECASE,
)
_FOR_A_TIME = re.compile(
    rf"\s(?:(?:until|till|for (?:today|tonight))\b.*|{THROUGH}|{FOR_SOME_TIME}|today|tonight|this week(?:end)?)$",
    re.IGNORECASE,
)
"""Ends of what is not wanted, by which it is not to be removed: some of it, all of it, and all of it for a time."""

_NOT_MANY = re.compile(
    rf"\s(?:instead of|rather than|in place of)"
    rf"(?: (?:an?|all|the|these|those|so|many|lots of|immediate|instant|single|separate|individual))*"
    rf"(?: (?:{TIDINGS}|many|lots|one by one|immediately|at once))+$",
    re.IGNORECASE,
)
"""`instead of immediate notices`: what a digest is instead of."""

_UNDECIDED = frozenset({"yes", "y", "yep", "yeah", "sure", "ok", "okay", "do it", "go ahead", "confirm", "right"})
_UNDO = re.compile(r"undo|undo (?:that|it|this)|revert|oops|take (?:that|it) back", re.IGNORECASE)

ANSWER_TO_YES = (
    "If I asked you something, press a button below my question, or type the command that it names. A yes alone doesn't"
    " tell me which one you mean."
)
ANSWER_TO_UNDO = (
    "I can't undo things by themselves. Press the button below my last answer, or type the opposite: unwatch or watch,"
    " unmute or mute, digest off, quiet off."
)


def as_command(text: str) -> str:
    """The command that a sentence means, whatever words of courtesy come before it; a text that is none as it is."""
    said = " ".join(text.split()).rstrip("?!. ")
    if "\n" in text.strip() or len(said) > MAX_SENTENCE_LENGTH:
        return text
    is_command = verb_of(said) is not None and said.split(maxsplit=1)[0].lower().strip(",.!") not in GREETINGS
    if (wanted := _digest_instead(said)) is not None:
        return wanted
    for rest in (said,) if is_command else _without_courtesy(said):
        if (command := _command(rest)) is not None:
            return command
    return text


def _digest_instead(said: str) -> str | None:
    """The digest that is wanted in place of notices; None where something else is."""
    if (bare := _NOT_MANY.sub("", said)) == said:
        return None
    commands = filter(None, map(_command, _without_courtesy(bare)))
    wanted = next((each for each in commands if each.startswith("digest") and each != "digest off"), None)
    return "digest on" if wanted == "digest" else wanted


def _without_courtesy(said: str) -> Iterator[str]:
    """A text, and what is left of it without more and more words of courtesy."""
    yield said
    first, _, rest = said.partition(" ")
    while rest and is_courtesy(first):
        yield rest
        first, _, rest = rest.partition(" ")


def _command(said: str) -> str | None:
    for rule, command in _COMPILED:
        if (found := rule.fullmatch(said)) is not None:
            parts = {name: part or "" for name, part in found.groupdict().items()}
            if "news" in parts:
                parts["news"] = _watched(parts["news"])
            if command == "unwatch {what}":
                return _not_wanted(parts["what"])
            return command.format(**parts).strip()
    return None


def _not_wanted(what: str) -> str | None:
    """Of notices that somebody does not want, the command; None where only some of them are meant."""
    if _SOME_OF_THEM.search(what) is not None:
        return None
    if _ALL_OF_THEM.fullmatch(what) is not None:
        return "stop"
    return f"mute {what}" if _FOR_A_TIME.search(what) is not None else f"unwatch {what}"


def answer_to(text: str) -> str | None:
    """What to say to an answer that belongs to no question, and to `undo`; None for anything else."""
    said = text.strip().rstrip("?!. ").lower()
    if said in _UNDECIDED:
        return ANSWER_TO_YES
    return ANSWER_TO_UNDO if _UNDO.fullmatch(said) else None


def _watched(news: str) -> str:
    """What is to be watched: `there is a new paper by Niebler`, `P2300 is updated`."""
    bare = _NEWS.sub("", news)
    return _WHAT_HAPPENS.sub("", bare) or bare or news

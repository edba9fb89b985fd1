"""Questions about what one may do: `can I unwatch P2300?` Whoever asks gets the command, and nothing changes. Pure."""

import re
from dataclasses import dataclass, replace
from enum import Enum

from actors.watchlist.commands.parse.addressing import several_channels
from actors.watchlist.commands.parse.parsed_commands import (
    DigestCommand,
    DigestStyleCommand,
    ForgetCommand,
    HelpCommand,
    ImportCommand,
    MuteCommand,
    NotUnderstood,
    ParsedCommand,
    QuietCommand,
    ReplaceCommand,
    TimezoneCommand,
    UnmuteCommand,
    UnwatchCommand,
    WatchCommand,
)
from actors.watchlist.commands.parse.phrases import ID
from actors.watchlist.commands.parse.verbs import verb_of
from actors.watchlist.commands.phrasing import quoted, short

MAX_QUESTION_LENGTH = 300
"""Characters; a longer text is no question."""

_CHANGING = (
    WatchCommand
    | UnwatchCommand
    | ReplaceCommand
    | MuteCommand
    | UnmuteCommand
    | DigestCommand
    | DigestStyleCommand
    | QuietCommand
    | TimezoneCommand
    | ImportCommand
    | ForgetCommand
)
_BEFORE = r"(?:[/@]?callboard\b[\s,:]*)?(?:(?:hi|hey|hello|so|and|but|then|please|ok|okay)\b[\s,]*){0,3}"
_ASKED = re.compile(
    rf"{_BEFORE}(?:(?P<may>(?:can|could|may|might)(?:n't)? (?:i|we|one)(?: also| just| still| somehow)?"
    r"|(?:am i|are we) (?:able|allowed) to|(?:is|would) it (?:be )?(?:possible|ok|okay|fine|allowed) (?:for me )?to"
    r"|is there (?:a|any) way (?:for me )?to)"
    r"|(?P<what>what (?:happens|would happen|does it do) (?:if|when) (?:i|we))"
    r"|(?:(?:should|shall|must) (?:i|we)|(?:do|would) (?:i|we) (?:need|have) to)(?: not| also| just)?)"
    r" (?P<rest>\S.*?)(?: (?:first|now))?",
    re.IGNORECASE,
)
_A_KIND = (
    r"(?:an? |the |all |some |several |multiple |whole |single |any |my )*(?:papers?|authors?|groups?|issues?|people"
    r"|persons?|titles?|drafts?|things?|entry|entries|it|this|that|them|something|someone|more|channels?|topics?|subjects?"
    r"|(?:watch ?)?lists?|files?)"
)
_KIND = re.compile(rf"{_A_KIND}(?:(?:,| and| or| and/or)+ {_A_KIND}){{0,9}}", re.IGNORECASE)
"""What a command is about where nothing is named: `can I watch authors?`"""

_ONE_OF_TWO = re.compile(rf"(?P<one>{ID}),? or (?P<other>{ID})", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
"""Between what somebody cannot decide."""


class QuestionAbout(Enum):
    """Whether somebody asks if they may do something, if they should, or what it does."""

    MAY = "Yes, you can. Nothing has changed yet."
    SHOULD = "That's up to you. Nothing has changed yet."
    WHAT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandQuestion:
    """A question about doing what `text` says."""

    about: QuestionAbout
    text: str


def asked(text: str) -> CommandQuestion | None:
    """The question that a plain text is, if it asks about doing something oneself."""
    said = " ".join(text.split())
    if "\n" in text.strip() or len(said) > MAX_QUESTION_LENGTH:
        return None
    if (found := _ASKED.fullmatch(said.rstrip("?!. "))) is None:
        return None
    about = QuestionAbout.MAY if found["may"] else QuestionAbout.WHAT if found["what"] else QuestionAbout.SHOULD
    return CommandQuestion(about=about, text=found["rest"])


def answered(
    question: CommandQuestion, command: str, parsed: ParsedCommand, text: str, whole: ParsedCommand
) -> ParsedCommand:
    """The answer to the question `text`: the `command` that it is about if that would change something, or what it asks
    to see. `whole` is what it says if it is not read as a question about a command."""
    if isinstance(parsed, NotUnderstood) and not (parsed.about or parsed.choices or parsed.suggestion):
        if not isinstance(whole, NotUnderstood | _CHANGING):
            return whole
        return replace(parsed, detail=f"I don't understand {quoted(short(text))}.", entries="")
    if not isinstance(parsed, _CHANGING):
        return parsed
    if (several := several_channels(command)) is not None:
        return several
    verb, _, rest = command.partition(" ")
    if question.about is QuestionAbout.WHAT or _KIND.fullmatch(rest) is not None:
        return HelpCommand(about=verb_of(verb) or "")
    if (two := _ONE_OF_TWO.fullmatch(rest)) is not None:
        return NotUnderstood(detail=question.about.value, choices=(f"{verb} {two['one']}", f"{verb} {two['other']}"))
    if _OR.search(rest) is not None and '"' not in rest and "title" not in rest.lower():
        return HelpCommand(about=verb_of(verb) or "")
    return NotUnderstood(detail=question.about.value, choices=(command,))

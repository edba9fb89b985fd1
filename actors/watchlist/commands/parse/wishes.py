"""Answers wishes that no command fulfils: `only tell me about P2300`, `copy my list to #sg16`. Pure."""

import re

from actors.watchlist.commands.parse.parsed_commands import NotUnderstood
from actors.watchlist.commands.parse.phrases import ABOUT, LIST, PEOPLE, QUESTIONED, TELL
from actors.watchlist.commands.phrasing import in_a_line

MAX_LENGTH = 200
"""Characters of such a sentence."""

_ONLY = r"(?:only|nothing but|exclusively)"
_WANT = (
    rf"(?:(?:to|{TELL}|{PEOPLE}|want|care|need|watch|follow|track|get|receive|hear|see|know|be|notified|told|informed"
    rf"|interested|papers?|drafts?|updates?|news|notices|notifications|{ABOUT}|in) )"
)
_PEOPLE_WANT = rf"(?:(?:i'm|i am|i'd|i|we|please|like|would|{TELL}|{PEOPLE}|want|watch|follow) )*"
_ONE = rf"(?:paper |draft )?{QUESTIONED}"
_NUMBERS = re.compile(rf"{_PEOPLE_WANT}{_ONLY} {_WANT}*(?P<what>{_ONE}(?:(?:,| and| or|,? &)+ {_ONE})*)", re.IGNORECASE)
_AUTHOR = re.compile(
    rf"{_PEOPLE_WANT}{_ONLY} {_WANT}*(?:papers?|drafts?|proposals?|anything|everything|things|news|updates?)"
    r" (?:by|from) (?P<what>(?!(?:me|us|you|this|that|last|next|the|now|today|tomorrow|my|all|any|every|other|mail"
    r"|e-?mail|slack|a|an)\b)[^\W\d][\w.'’-]*(?: (?!and\b|or\b)[^\W\d][\w.'’-]*){0,2})",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    rf"(?:copy|send|share|forward|give) (?:all (?:of )?)?(?:my |our ){LIST}"
    r" (?:to|with) (?P<where>[#@<]\S+|[^\W\d][\w.'’-]*(?: [^\W\d][\w.'’-]*)?)",
    re.IGNORECASE,
)
_NOBODY = frozenset({"me", "nobody", "trash", "daily", "weekly", "us"})


def answer_to_wish(text: str) -> NotUnderstood | None:
    """What to say to a text that asks for what cannot be done, with the commands that come near; None for others."""
    said = " ".join(text.split()).rstrip("?!. ")
    if len(said) > MAX_LENGTH:
        return None
    if (alone := _NUMBERS.fullmatch(said) or _AUTHOR.fullmatch(said)) is not None:
        return NotUnderstood(
            detail="I can't tell whether the rest of your list is to go, so I haven't changed anything. Watch what you"
            " want, and unwatch what you don't.",
            choices=(in_a_line(f"watch {alone['what']}"), "watching"),
        )
    if (other := _ELSEWHERE.fullmatch(said)) is not None and other["where"].lower() not in _NOBODY:
        return NotUnderstood(
            detail=f"I can't send your list to {in_a_line(other['where'])}. An export has it as commands, which can be"
            " pasted there.",
            choices=("export",),
        )
    return None

"""Parses what is wanted and nothing else: `only notify me about P2300`. A watch takes nothing off a list. Pure."""

import re

from actors.watchlist.commands.parse.parsed_commands import NotUnderstood
from actors.watchlist.commands.parse.phrases import ABOUT, ID, PEOPLE, TELL
from actors.watchlist.commands.phrasing import in_a_line

MAX_LENGTH = 200
"""Characters of such a sentence."""

_ONLY = r"(?:only|just|nothing but|exclusively)"
_WANT = (
    rf"(?:(?:to|{TELL}|{PEOPLE}|want|care|need|watch|follow|track|get|receive|hear|see|know|be|notified|told|informed"
    rf"|interested|papers?|drafts?|updates?|news|notices|notifications|{ABOUT}|in|from|by) )"
)
_ALONE = re.compile(
    rf"(?:(?:i'm|i am|i'd|i|we|please|like|would|{TELL}|{PEOPLE}|want|watch|follow) )*{_ONLY} {_WANT}*"
    rf"(?P<what>(?:paper |draft )?{ID}(?:(?:,| and| or|,? &)+ (?:paper |draft )?{ID})*)",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"(?:(?:i|we|please|{TELL}|{PEOPLE}|want) )*{_ONLY} {_WANT}*(?:from|by) (?P<what>[^\d\s].*)", re.IGNORECASE
)


def wanted(text: str) -> NotUnderstood | None:
    """What to say where something is wanted and nothing else; None for any other text."""
    said = " ".join(text.split()).rstrip("?!. ")
    if len(said) > MAX_LENGTH or (found := _ALONE.fullmatch(said) or _BY.fullmatch(said)) is None:
        return None
    return NotUnderstood(
        detail="I can't tell whether the rest of your list is to go, so I haven't changed anything. Watch what you"
        " want, and unwatch what you don't.",
        choices=(in_a_line(f"watch {found['what']}"), "watching"),
    )

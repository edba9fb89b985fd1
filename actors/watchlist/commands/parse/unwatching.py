"""Parses what stands after `unwatch`: a list of entries, or all of them. Pure."""

import re

from actors.watchlist.commands.parse import watching
from actors.watchlist.commands.parse.parsed_commands import NotUnderstood, UnwatchCommand
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.commands.phrasing import in_a_line
from actors.watchlist.matching.mutes import ALL

_THAT = re.compile(r"(?:it|this|that|these|those|them|one)[.!?]*", re.IGNORECASE)
_WHOLE_LIST = re.compile(
    r"(?:(?:all|everything|every)(?: of)?(?: (?:the|my|our|these|those))?"
    r"(?: (?:entries|entry|things?|stuff|items?|of them|them|it))?(?: (?:that |which )?(?:i|we)(?:'m| am| are)?"
    r" (?:watch(?:ing)?|follow(?:ing)?)| (?:on|in|from) (?:my|the|our) (?:watch ?)?list)?"
    r"|(?:the|my|our) (?:whole|entire|complete) (?:watch ?)?list)[.!?]*",
    re.IGNORECASE,
)
_ALL_OF_A_KIND = re.compile(
    r"(?:all|every|my|the)(?: of)?(?: (?:the|my|our|these|those))? (?:(?:authors?|groups?|audiences?|titles?"
    r"|issues|numbers|names|people|watches|subscriptions)|papers?(?: (?:that |which )?(?:i|we)(?:'m| am| are)?"
    r" (?:watch(?:ing)?|follow(?:ing)?)| (?:on|in|from) (?:my|the|our) (?:watch ?)?list)?)[.!?]*"
    r"|papers|my (?:watch ?)?list",
    re.IGNORECASE,
)
"""What is not named: the whole list, in other words than `all`, and a part of it that no entry names."""


def unwatch(rest: str) -> UnwatchCommand | NotUnderstood:
    """What stands after `unwatch`."""
    rest = watching.bare_list("unwatch", rest)
    if (two := watching.second_command("unwatch", rest)) is not None:
        return two
    if watching.excluded(rest) is not None:
        return NotUnderstood(
            detail="I can't remove everything except something, so I haven't removed anything. Unwatch the entries that"
            " you no longer want.",
            about="unwatch",
        )
    if watching.is_unmarked(rest) and watching.is_for_a_time(rest):
        return NotUnderstood(
            detail="Unwatching removes an entry for good, so I haven't removed anything. To silence it for a while,"
            " mute it.",
            suggestion=in_a_line(f"mute {watching.A_WHILE.sub('', rest)}"),
            about="unwatch",
        )
    if not rest or _THAT.fullmatch(rest):
        return NotUnderstood(detail="Tell me which entry to stop watching.", about="unwatch")
    if watching.is_unmarked(rest) and " " in rest and _WHOLE_LIST.fullmatch(rest):
        return UnwatchCommand(entries=(ALL,))
    if watching.is_unmarked(rest) and _ALL_OF_A_KIND.fullmatch(rest):
        return NotUnderstood(
            detail="I can remove entries one by one, or all of them, so I haven't removed anything.",
            choices=("watching", "unwatch all"),
            about="unwatch",
        )
    return UnwatchCommand(entries=split(rest))

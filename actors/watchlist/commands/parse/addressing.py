"""Finds the channel that a command is about. Pure.

    subscribe #sg16 audience:SG16        unsubscribe here P2300        digest #sg16 weekly Monday 09:00

Slack delivers a channel as `<#C024BE91L|sg16>`, sometimes with an empty name. Where Slack escapes nothing, and on a
command line, it is `#sg16` or the id. In a channel, `subscribe`, `unsubscribe` and `subscriptions` without a name mean
that channel.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

from actors.watchlist.commands.parse.parsed_commands import NotUnderstood
from actors.watchlist.commands.parse.verbs import VERB_OF

_FIRST = re.compile(
    r"(?:[/@]?callboard\b[\s:,]*)?(?:please\b[\s:,]*)?([^\W\d_]+)(!?)(?:[\s:,]+(.*))?", re.DOTALL | re.IGNORECASE
)
_ID = r"[CG](?=[A-Z]*[0-9])(?!WG[0-9])[A-Z0-9]{5,20}"
"""A channel's id: letters and digits, and no issue (`CWG3022`)."""

_DIRECTIVE = r"(?i:embed|include|define|pragma|ifn?def|if|elif|else|endif|warning|error|line|undef)(?![^\s#<>|,;:.!?)])"
"""Words of the preprocessor: `support for #embed` names no channel."""

_CHANNEL = (
    rf"(?:<#(?P<id>[CG][A-Z0-9]+)(?:\|[^<>\n]*)?>|(?P<name>#(?!{_DIRECTIVE})[^\s#<>|,;:]{{1,80}})"
    rf"|(?P<bare>{_ID})\b|(?P<here>here\b|this channel\b))"
)
_BEFORE = re.compile(rf"(?:(?:in|for|on) )?{_CHANNEL}(?:[\s:,]+(?:(?:to|from)\s+)?(?P<rest>.*))?", re.DOTALL)
_TIME = r"(?P<time>\s+(?:for|until|till)\s[^#<>]*?)?"
_END = r"(?:[\s,.!]+(?i:please|pls|thanks|thank you|thx))*[\s.!?]*$"
_AFTER = re.compile(rf"[\s,](?:in|for|on|to|from)\s+{_CHANNEL}{_END}")
_HERE_AFTER = re.compile(rf"(?<=\S)[\s,]+(?:(?:in|for|to|from)\s+)?(?:here|this channel){_TIME}{_END}")
_NAMED_AFTER = re.compile(
    r"[\s,](?:in|for|to|from)\s+(?:the\s+)?(?:channel\s+)?"
    rf"(?:<#(?P<id>[CG][A-Z0-9]+)(?:\|[^<>\n]*)?>|(?P<name>#(?!{_DIRECTIVE})[^\s#<>|,;:]{{1,80}}?)){_TIME}{_END}"
)
"""`remove P2300 from #sg16` is no command about the person."""

_TELL = re.compile(
    rf"(?:please\s+)?(?:tell|notify|inform|alert|update)\s+{_CHANNEL}\s+((?:about|of|on|when|if|whenever)\s+\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_POST = re.compile(
    rf"(?:please\s+)?(?:post|send|share|announce|forward)\s+(?P<what>[^#<>]{{1,200}}?)\s+(?:to|in|into)\s+{_CHANNEL}"
    r"(?P<more>\s[^#<>]{0,100})?",
    re.IGNORECASE,
)
_GIVE = re.compile(rf"(?:please\s+)?(?:send|give)\s+{_CHANNEL}\s+(?P<what>(?:an?\s+)?[^#<>]{{1,200}})", re.IGNORECASE)
_SHOWN = re.compile(
    rf"(?:what(?:'s|\s+is|\s+does|\s+are)?|show|list)\s+(?:(?:is\s+)?(?:watched|subscribed|muted|(?:the\s+)?(?:subscriptions|list))"
    rf"\s+(?:of|in|for|by|to)?\s*)?{_CHANNEL}(?:'s)?(?:\s+(?:watch(?:ing)?|follow(?:ing)?|subscribed?(?:\s+to)?|subscriptions|list"
    r"|told|get|getting))?[\s?.!]*",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    rf"(?P<how>(?:please\s+)?(?:stop|don'?t|do\s+not|never|no(?:\s+more)?))\s+(?:(?:post|notify|tell|send|spam)(?:ing)?"
    rf"|message|write|update|messaging|writing|updating|spamming|notices|notifications|messages|posts|updates)(?:\s+(?:anything|messages|notices|notifications))?(?:\s+(?:in|to|for))?\s+{_CHANNEL}"
    r"(?P<when>\s+[^#<>]{1,60}?)?[\s.!?]*",
    re.IGNORECASE,
)
_DIGEST = re.compile(
    rf"(?P<what>(?:daily|weekly)\s+(?:digest|summary))\s+(?:(?:in|for|to)\s+)?{_CHANNEL}(?P<more>\s[^#<>]{{0,100}})?",
    re.IGNORECASE,
)
"""Sentences about a channel that begin with no command."""

_LEFT = re.compile(rf"(?:from|in)\s+{_CHANNEL}[\s.!?]*")
_FOR_ME = re.compile(r"me\s+(?:up\s+)?(?:to|for|from)\s", re.IGNORECASE)
"""`subscribe me to P2300` is about the person, also in a channel."""

_ONCE = re.compile(
    r"\b(?:my|your|this|these|latest|newest)\b"
    r"|^(?:the\s+|an?\s+)?(?:papers?|drafts?|issues?)\s+#?[a-z]{0,4}[-_ ]?[0-9]",
    re.IGNORECASE,
)
"""What may be meant to be sent once, or belongs to a person."""

_ABOUT = re.compile(r"\s+(?:about|of|regarding)\s", re.IGNORECASE)
_IS_DIGEST = re.compile(r"\b(?:digests?|summary)\b", re.IGNORECASE)
_IS_NEWS = re.compile(
    r"\b(?:papers?|drafts?|issues|digests?|summary|everything|notices|notifications|news|updates|revisions|mailings?)\b",
    re.IGNORECASE,
)
"""What is sent again and again: `send P2300 to #sg16` may mean once."""

_TOLD = re.compile(
    r"(?:please\s+)?(?:tell|notify|inform|alert|update|post|send|share|announce|forward)\b", re.IGNORECASE
)
_MENTIONED = re.compile(rf"(?P<slacks><#[CG][A-Z0-9]+(?:\|[^<>\n]*)?>)|#(?!{_DIRECTIVE})[^\s#<>|,;:.!?]{{1,80}}")
_BEFORE_A_CHANNEL = re.compile(r"(?:^|[\s,])(?:in|for|to|from)\s{1,9}(?:the\s{1,9})?(?:channels?\s{1,9})?$")
_HERE_AND = re.compile(
    r"\b(?:here|this channel)[\s,;]{0,9}(?:and|&|,)\s{1,9}(?:(?:in|for|to|from)\s{1,9})?(?:the\s{1,9})?"
    r"(?:channel\s{1,9})?$"
)
_AND_HERE = re.compile(r"[\s,;]{0,9}(?:and|&|,)\s{1,9}(?:(?:in|for|to|from)\s{1,9})?(?:here|this channel)\b")
_BETWEEN_CHANNELS = re.compile(r"(?:[\s,;&+/]|and\b|or\b)*")
"""Where several channels are looked for."""

_LONGEST_LEAD = 40
_LONGEST_SENTENCE = 400

_AFTER_CHARACTERS = 200
"""Where a channel is looked for at the end of a text."""

_NUMBERED = re.compile(r"#(?:(?:p|d|n|cwg|lwg|ewg|lewg|fs|edit|sd)[-_ ]?)?[0-9]+(?:[-_ ]?r[0-9]+)?", re.IGNORECASE)
"""`#2300` and `#P2300` are numbers."""

_OF_CHANNELS = MappingProxyType(
    {
        "subscribe": "watch",
        "unsubscribe": "unwatch",
        "subscriptions": "watching",
        "subscription": "watching",
        "subscribed": "watching",
    }
)
"""Commands that are about a channel wherever there is one, and what each is for a person."""

_FOR_CHANNELS = frozenset(
    {
        "watch", "unwatch", "watching", "replace", "mute", "unmute", "mutes", "pause", "resume", "digest", "quiet",
        "timezone", "settings", "export", "import", "forget", "why",
    }
)  # fmt: skip
"""Commands that are about a channel if it is named."""

_NEEDS_MORE = frozenset({"watch", "unwatch"})
"""Commands that take what stands behind them for an entry if there is nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOrder:
    """A command about a channel. `channel` is an id, or a name with `#`; empty if none is named where there is none.
    `text` is the same command as a person gives it for themselves."""

    channel: str
    text: str


def several_channels(text: str) -> NotUnderstood | None:
    """Why a text that names more than one channel is no command; None for any other text."""
    found = _FIRST.fullmatch(text.strip())
    verb = _verb(found[1]) if found is not None else None
    if found is None or verb == "import" or (verb is None and _TOLD.match(text.strip()) is None):
        return None
    if not _names_several(found[3] or ""):
        return None
    return NotUnderstood(detail="That names more than one channel, so nothing has changed. Name one channel at a time.")


def _names_several(rest: str) -> bool:
    """Whether several channels are named: in Slack's form anywhere, else where a channel is named, or behind one."""
    has_a_title, count, end = _has_a_title(rest), 0, -1
    for found in _MENTIONED.finditer(rest):
        lead = rest[max(0, found.start() - _LONGEST_LEAD) : found.start()]
        is_behind_one = 0 <= found.start() - end < _LONGEST_LEAD and _BETWEEN_CHANNELS.fullmatch(
            rest[end : found.start()]
        )
        is_named = (
            not has_a_title
            and not _NUMBERED.fullmatch(found[0])
            and (not lead.strip() or (end >= 0 and is_behind_one) or _BEFORE_A_CHANNEL.search(lead))
        )
        if found["slacks"] or is_named:
            count, end = count + (1 if _HERE_AND.search(lead) is None else 2), found.end()
    return count > 1 or (count == 1 and _AND_HERE.match(rest, end) is not None)


def channel_order(text: str, place: str) -> ChannelOrder | None:
    """The command about a channel that a text is, None if it is about its user. `place` is the channel in which it was
    said, empty in a direct conversation or on a command line. The text may have Slack's escapes."""
    if several_channels(text) is not None:
        return None
    if (told := _TELL.fullmatch(text.strip())) is not None and (channel := _channel(told, place)):
        return ChannelOrder(channel=channel, text=f"notify me {told[told.lastindex or 0]}")
    if (said := _sentence(text.strip(), place)) is not None:
        return said
    found = _FIRST.fullmatch(text.strip())
    if found is None or (verb := _verb(found[1])) is None:
        return None
    is_of_channels = found[1].lower() in _OF_CHANNELS
    rest = (found[3] or "").strip()
    if _FOR_ME.match(rest):
        return None
    is_left = verb == "unwatch" and is_of_channels
    if is_left and (alone := _LEFT.fullmatch(rest)) and (left_channel := _channel(alone, place)):
        return ChannelOrder(channel=left_channel, text="unwatch")
    if place and not is_of_channels and verb != "import" and (here := _here_after(rest)) is not None:
        entries = f"{rest[: here.start()].rstrip(' ,')}{here['time'] or ''}"
        return ChannelOrder(channel=place, text=f"{verb}{found[2]} {entries}".strip())
    channel, left = _divided(rest, place, verb if not is_of_channels else "")
    if verb == "forget":
        left = f"me {left.removeprefix('me').strip()}".strip()
    if channel and (left or is_of_channels or verb not in _NEEDS_MORE):
        return ChannelOrder(channel=channel, text=f"{verb}{found[2]} {left}".strip())
    if is_of_channels and (place or verb == "watching"):
        return ChannelOrder(channel=place, text=f"{verb}{found[2]} {rest}".strip())
    return None


def _sentence(text: str, place: str) -> ChannelOrder | None:
    """The command about a channel that a sentence is."""
    if len(text) > _LONGEST_SENTENCE:
        return None
    for rule in (_POST, _GIVE, _SHOWN, _NO_MORE, _DIGEST):
        if (found := rule.fullmatch(text.rstrip("?!. "))) is not None and (channel := _channel(found, place)):
            what = found.groupdict().get("what")
            if what is None or (_IS_NEWS.search(what) is not None and _ONCE.search(what) is None):
                return ChannelOrder(channel=channel, text=_of_sentence(rule, found))
    return None


def _of_sentence(rule: re.Pattern[str], found: re.Match[str]) -> str:
    if rule is _SHOWN:
        return "watching"
    if rule is _NO_MORE:
        if found["when"] and _ABOUT.match(found["when"]) is not None:
            return f"don't notify me {found['when'].strip()}"
        return f"no notifications {found['when'].strip()}" if found["when"] else "stop"
    what = f"{found['what']}{found.groupdict().get('more') or ''}"
    return f"send me {what}" if _IS_DIGEST.search(what) is not None else f"watch {what}"


def _here_after(rest: str) -> re.Match[str] | None:
    """`here` at the end, unless it may be a word of a title."""
    if _has_a_title(rest):
        return None
    return _HERE_AFTER.search(rest, max(0, len(rest) - _AFTER_CHARACTERS))


def _has_a_title(rest: str) -> bool:
    return '"' in rest or "title" in rest.lower()


def _verb(word: str) -> str | None:
    said = word.lower()
    if said in _OF_CHANNELS:
        return _OF_CHANNELS[said]
    verb = VERB_OF.get(said)
    return said if verb in _FOR_CHANNELS else None


def _divided(rest: str, place: str, verb: str) -> tuple[str, str]:
    """The channel that is named before the rest of a command, or after it; and the rest. `verb` is empty for a command
    that is about channels anyway."""
    if (before := _BEFORE.fullmatch(rest)) is not None and (channel := _channel(before, place)):
        return channel, (before["rest"] or "").strip()
    begin = max(0, len(rest) - _AFTER_CHARACTERS)
    after = None if verb == "import" else (_NAMED_AFTER if verb else _AFTER).search(rest, begin)
    is_of_a_title = after is not None and bool(verb) and after["name"] is not None and _has_a_title(rest)
    if after is not None and not is_of_a_title and (channel := _channel(after, place)):
        time = after.groupdict().get("time") or ""
        return channel, rest[: after.start()].strip(" \t\n,") + time
    return "", rest


def _channel(found: re.Match[str], place: str) -> str:
    """The channel that is named; empty if what looks like one is a number, or there is no channel here."""
    parts = found.groupdict()
    if parts.get("here"):
        return place
    if parts["name"] and _NUMBERED.fullmatch(parts["name"]):
        return ""
    return parts["id"] or parts.get("bare") or parts["name"] or ""

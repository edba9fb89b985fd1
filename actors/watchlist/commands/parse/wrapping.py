"""Takes off what people and Slack put around a command: quotes, bullets and numbers of lists, emphasis, emoji, and
words of courtesy. Pure.

    > watch P2300      1. watch P2300      _watch P2300_      could you watch P2300, please?
"""

import re
from types import MappingProxyType

from actors.watchlist.commands.parse.verbs import VERB_OF

MAX_THANKS_LENGTH = 100
"""Characters at the end of a text in which thanks are searched."""

MAX_EMPHASIS = 2
"""Kinds of emphasis inside each other."""

_LINE_PREFIX = re.compile(
    r"(?:>+ ?|[•◦▪▫‣⁃·●○■□✅☑–—-] +|\(?[0-9]{1,2}[.)] +|\(?[a-z][.)] +|\[[ x]?\] +|:[a-z0-9_+-]+: *)+", re.IGNORECASE
)
_EMPHASIS = re.compile(r"(?<![\w:/.#_~])([_~])(?![\s_~])([^\n]{1,200}?)(?<!\s)\1(?![\w/_~])")
_BRACKETS = MappingProxyType({'"': '"', "'": "'", "(": ")", "[": "]", "{": "}"})
_WORD = re.compile(r"\S+")
_COURTESY = frozenset(
    [
        "a",
        "actually",
        "also",
        "am",
        "and",
        "back",
        "can",
        "correction",
        "could",
        "dear",
        "do",
        "for",
        "going",
        "gonna",
        "happily",
        "hello",
        "hey",
        "hi",
        "i",
        "i'd",
        "i'll",
        "i'm",
        "it",
        "just",
        "kindly",
        "let",
        "let's",
        "like",
        "lets",
        "like",
        "love",
        "may",
        "me",
        "need",
        "now",
        "ok",
        "okay",
        "oops",
        "please",
        "pls",
        "plz",
        "shall",
        "so",
        "sorry",
        "start",
        "then",
        "to",
        "try",
        "u",
        "wait",
        "wanna",
        "want",
        "we",
        "will",
        "would",
        "yes",
        "you",
    ]
)
"""Words that may come before a command: `I would like to watch P2300`."""

_AGREED = frozenset({"ok", "okay", "alright", "all right", "got it", "great", "perfect", "cool", "nice"})
GREETINGS = frozenset({"hello", "hi", "hey"})
_THANKS = re.compile(
    r"(?:[\s,.!?-]+(?:please|pls|plz|kindly|thanks?(?:\s+(?:you|u|a lot|so much|in advance))*|thx|ty|cheers|for me"
    r"|if you (?:can|could|may|please)|:[a-z0-9_+-]+:))+[\s.!?]*$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:do|did|am|are|have|had)\s+(?:i|we|you)\s", re.IGNORECASE)
"""`do I watch Niebler?` is a question, though `do watch Niebler` is none."""

_DOING = MappingProxyType({"watching": "watch", "following": "watch", "tracking": "watch", "muting": "mute"})
_STOP = re.compile(r"(?:stop|quit|end|cease)\s+(watching|following|tracking|muting)\s+(?=\S)", re.IGNORECASE)
_START = re.compile(r"(?:start|begin|keep)\s+(watching|following|tracking|muting)\s+(?=\S)", re.IGNORECASE)


def unwrapped(text: str) -> str:
    """A plain text (see normalize.py) without what is around its command."""
    lines = [_LINE_PREFIX.sub("", line, count=1) if _LINE_PREFIX.match(line) else line for line in text.split("\n")]
    bare = without_emphasis("\n".join(lines)).strip()
    bare = _without_brackets(bare)
    begun = max(len(bare) - MAX_THANKS_LENGTH, 0)
    without_thanks = bare[:begun] + _THANKS.sub("", bare[begun:])
    if without_thanks != bare and without_thanks.lower().strip(",.!") in _AGREED:
        bare = bare[len(without_thanks) :].strip(" ,.!")
    elif without_thanks and not without_thanks.endswith((":", "=")):
        bare = without_thanks
    return _without_courtesy(_by_verbs(bare))


def without_emphasis(text: str) -> str:
    """Without the signs of italics and strikethrough around words; a `_` inside a word stays."""
    for _ in range(MAX_EMPHASIS):
        text = _EMPHASIS.sub(r"\2", text)
    return text


def _without_brackets(text: str) -> str:
    """Quotes or brackets around a whole command, not those around an entry."""
    closing = _BRACKETS.get(text[:1])
    if closing is None or not text.endswith(closing) or len(text) < 3:
        return text
    inner = text[1:-1].strip()
    first = _WORD.match(inner)
    is_command = first is not None and first[0].lower().strip(":!,") in VERB_OF
    return inner if is_command and text[0] not in inner and closing not in inner else text


def _by_verbs(text: str) -> str:
    """`stop watching P2300` and `start watching P2300` as the commands that there are."""
    if (found := _STOP.match(text)) is not None:
        return f"un{_DOING[found[1].lower()]} {text[found.end() :]}"
    if (found := _START.match(text)) is not None:
        return f"{_DOING[found[1].lower()]} {text[found.end() :]}"
    return text


def _without_courtesy(text: str) -> str:
    if _ASKS.match(text) is not None:
        return text
    for place, found in enumerate(_WORD.finditer(text)):
        word = found[0].lower().strip(",.:!?")
        if word in VERB_OF and not (word in GREETINGS and found.end() < len(text)):
            return text[found.start() :] if place else text
        if not is_courtesy(found[0]):
            return text
    return text


def is_courtesy(word: str) -> bool:
    """Whether a word may come before a command and means nothing."""
    bare = word.lower().strip(",.:!?")
    if bare == "no":
        return word[2:3] == ","
    return bare in _COURTESY or bare in ("@callboard", "callboard", "/callboard")

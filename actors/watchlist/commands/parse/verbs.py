"""The first word of a command, which says what to do. Pure."""

import difflib
import re
from types import MappingProxyType

MAX_VERB_LENGTH = 20
"""A longer word cannot be a misspelled command."""

_VERBS = MappingProxyType(
    {
        "watch": ("watch", "add", "follow", "subscribe", "track"),
        "unwatch": ("unwatch", "remove", "unfollow", "unsubscribe", "untrack", "delete"),
        "watching": ("watching", "list", "watches", "entries", "watchlist"),
        "replace": ("replace",),
        "mute": ("mute", "snooze", "silence"),
        "unmute": ("unmute", "unsnooze"),
        "pause": ("pause",),
        "resume": ("resume", "unpause"),
        "stop": ("stop",),
        "mutes": ("mutes", "muted"),
        "why": ("why",),
        "paper": ("paper", "show", "issue", "draft"),
        "recent": ("recent", "news", "latest"),
        "drafts": ("drafts",),
        "search": ("search", "find", "lookup"),
        "status": ("status", "health"),
        "version": ("version",),
        "uptime": ("uptime",),
        "digest": ("digest", "digests"),
        "quiet": ("quiet",),
        "timezone": ("timezone", "zone", "tz"),
        "settings": ("settings", "preferences"),
        "export": ("export",),
        "import": ("import",),
        "forget": ("forget",),
        "help": ("help", "commands", "hello", "hi", "?"),
        "never": ("never", "nevermind", "cancel"),
        "thanks": ("thanks", "thank", "thx", "cheers", "danke", "merci"),
    }
)
VERB_OF = MappingProxyType({word: verb for verb, said in _VERBS.items() for word in said})

FIRST = re.compile(
    r"(?:[/@]?callboard\b[\s:,]*)?(?:please\b[\s:,]*)?(\?|[^\W\d_]+)(!?)[\s:,]*(.*)", re.DOTALL | re.IGNORECASE
)


MOST_REPEATS = 5
"""So often a command is said again by mistake."""


_ORDINARY = frozenset(
    [
        "anything", "describe", "done", "fine", "him", "his", "how", "kind", "late", "later", "look", "minutes", "move",
        "must", "new", "one", "place", "please", "report", "reset", "since", "something", "start", "state", "switch",
        "test", "than", "thing", "think", "time", "use", "weather", "within",
    ]
)  # fmt: skip
"""English words that look like misspelled commands and are none."""


def verb_of(text: str) -> str | None:
    """The command that a plain text begins with, or None."""
    found = FIRST.fullmatch(text.strip())
    return VERB_OF.get(found[1].lower()) if found else None


def once(text: str) -> str:
    """The text with its first word once, if that is a command said twice: `watch watch Niebler`. What one searches for
    may be any word."""
    for _ in range(MOST_REPEATS):
        found = FIRST.fullmatch(text.strip())
        if found is None or VERB_OF.get(found[1].lower()) in (None, "search"):
            return text
        again = FIRST.fullmatch(found[3])
        if again is None or again[1].lower() != found[1].lower():
            return text
        text = f"{found[1]}{found[2] or again[2]} {again[3]}"
    return text


def nearly(word: str) -> str | None:
    """The command that a word may be a misspelling of, or None."""
    said = word.lower().strip(":,.!?")
    if said in _ORDINARY:
        return None
    alike = [known for known in VERB_OF if known[:1] == said[:1] or known[-3:] == said[-3:]]
    near = difflib.get_close_matches(said, alike, n=1, cutoff=0.7) if len(said) <= MAX_VERB_LENGTH else ()
    return VERB_OF[near[0]] if near else None

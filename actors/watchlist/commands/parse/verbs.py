"""The word with which a command begins. Pure."""

import difflib
import re
from types import MappingProxyType

LONGEST_VERB = 20
"""Characters of a word that may be one with slips in it."""

_VERBS = MappingProxyType(
    {
        "watch": ("watch", "add", "follow", "subscribe", "track"),
        "unwatch": ("unwatch", "remove", "unfollow", "unsubscribe", "untrack", "delete"),
        "watching": ("watching", "list", "watches", "entries", "watchlist"),
        "replace": ("replace",),
        "mute": ("mute", "snooze"),
        "unmute": ("unmute", "unsnooze"),
        "mutes": ("mutes", "muted"),
        "why": ("why",),
        "paper": ("paper", "show", "issue", "draft"),
        "recent": ("recent", "news", "latest"),
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
    }
)
VERB_OF = MappingProxyType({word: verb for verb, said in _VERBS.items() for word in said})

FIRST = re.compile(
    r"(?:[/@]?callboard\b[\s:,]*)?(?:please\b[\s:,]*)?(\?|[^\W\d_]+)(!?)[\s:,]*(.*)", re.DOTALL | re.IGNORECASE
)


def verb_of(text: str) -> str | None:
    """The command with which a plain text begins; None: with none."""
    found = FIRST.fullmatch(text.strip())
    return VERB_OF.get(found[1].lower()) if found else None


def nearly(word: str) -> str | None:
    """The command that a word nearly is."""
    said = word.lower().strip(":,.!?")
    alike = [known for known in VERB_OF if known[:1] == said[:1] or known[-3:] == said[-3:]]
    near = difflib.get_close_matches(said, alike, n=1, cutoff=0.7) if len(said) <= LONGEST_VERB else ()
    return VERB_OF[near[0]] if near else None

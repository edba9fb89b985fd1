"""The pieces of which notices are worded, in Slack's mrkdwn, escaped. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from actors.notifier.render.markdown import escaped, unmarked
from messages.notices import Happening, Notice

LONGEST_ID = 40
LONGEST_TITLE = 600
LONGEST_NAME = 100
LONGEST_URL = 300
LONGEST_ENTRY = 80
LONGEST_DETAIL = 300
NAMES_SHOWN = 5
LONGEST_GROUP = 60
GROUPS_SHOWN = 5
LINKS_SHOWN = 4
ENTRIES_SHOWN = 5
"""So that the longest headline and the longest notice fit into one message together."""

_THINGS = MappingProxyType(
    {
        "P": ("paper", "papers"),
        "D": ("paper", "papers"),
        "N": ("paper", "papers"),
        "EDIT": ("editorial issue", "editorial issues"),
        "SD": ("standing document", "standing documents"),
    }
)
_OF_DRAFTS = frozenset({Happening.DRAFT_FOUND, Happening.DRAFT_UPDATED, Happening.DRAFT_WITHDRAWN})
_ISSUES = ("issue", "issues")
_PREFIX = re.compile(r"[A-Z]*")
_PAPER_NUMBER = re.compile(r"[PpDd][ -]?0*([0-9]+)(?: ?[Rr][0-9]+)?")
_ID = re.compile(r"\b(P|D|N|CWG|LWG|EWG|LEWG|FS|SD|EDIT)(\d)")
"""An id that a title speaks of. It gets an invisible joiner, so that whoever reads ids out of a text finds those that
it announces and no other."""


def title(notice: Notice) -> str:
    """Its title, or that there is none."""
    unknown = "title not known yet" if notice.happening in _OF_DRAFTS else "without a title"
    return _joined(escaped(notice.title, LONGEST_TITLE)) or unknown


def detail(notice: Notice) -> str:
    """What else is to be known of it; empty for nothing."""
    return _joined(escaped(notice.detail, LONGEST_DETAIL))


def _joined(text: str) -> str:
    return _ID.sub("\\1\N{WORD JOINER}\\2", text)


def authors(authors: Sequence[str]) -> str:
    """The first of them, and how many more."""
    shown = authors if len(authors) <= NAMES_SHOWN + 1 else authors[:NAMES_SHOWN]
    names = ", ".join(filter(None, (escaped(author, LONGEST_NAME) for author in shown)))
    hidden = len(authors) - len(shown)
    return f"{names}, … and {hidden} more" if hidden else names


def audience(groups: Sequence[str]) -> str:
    """The first of the groups that it is for; empty for none."""
    told = ", ".join(filter(None, (escaped(group, LONGEST_GROUP) for group in groups[:GROUPS_SHOWN])))
    return f"Audience: {_joined(told)}" if told else ""


def entries(notices: Iterable[Notice]) -> Iterator[str]:
    """All the user's entries for which they are told of these."""
    return (entry for notice in notices for entry in (*notice.matched, *notice.mentioned))


def mentioned(notice: Notice) -> str:
    """Which of the user's entries stand only in its text; empty for none."""
    return f"{watched(notice.mentioned)} only in the text, not among the authors" if notice.mentioned else ""


def watched(entries: Iterable[str]) -> str:
    """What of a user's entries matched."""
    known = list(dict.fromkeys(_entry(entry) for entry in entries))
    shown = ", ".join(f"*{entry}*" for entry in known[:ENTRIES_SHOWN])
    return f"{shown} and {len(known) - ENTRIES_SHOWN} more" if len(known) > ENTRIES_SHOWN else shown


def _entry(entry: str) -> str:
    """An entry as it is shown: a paper's number bare, for `P2300` or `D2300R1` would read like an id that is
    announced."""
    number = _PAPER_NUMBER.fullmatch(entry)
    return number[1] if number is not None else escaped(unmarked(entry), LONGEST_ENTRY)


def summary(notices: Sequence[Notice]) -> str:
    """What happened, counted: `2 new drafts and 1 new paper`."""
    counts: dict[tuple[str, str], int] = {}
    for notice in notices:
        forms = (what(notice, 1), what(notice, 2))
        counts[forms] = counts.get(forms, 0) + 1
    if len(notices) == 1:
        return next(iter(counts))[0]
    parts = [f"{count:,} {one if count == 1 else many}" for (one, many), count in counts.items()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), "".join(parts[-1:]))))


def what(notice: Notice, count: int) -> str:
    """What happened to `count` such things: `new draft`, `new drafts`."""
    prefix = _PREFIX.match(notice.id)
    things = _THINGS.get(prefix[0] if prefix is not None else "", _ISSUES)
    thing = things[0] if count == 1 else things[1]
    match notice.happening:
        case Happening.DRAFT_FOUND:
            return "new draft" if count == 1 else "new drafts"
        case Happening.DRAFT_PUBLISHED:
            return f"{thing} published"
        case Happening.PAPER_ADDED:
            return f"new {thing}"
        case Happening.PAPER_CHANGED:
            return f"changed {thing}"
        case Happening.DRAFT_UPDATED:
            return "updated draft" if count == 1 else "updated drafts"
        case Happening.DRAFT_WITHDRAWN:
            return "withdrawn draft" if count == 1 else "withdrawn drafts"
        case Happening.SUSPICION:
            return "suspicion" if count == 1 else "suspicions"

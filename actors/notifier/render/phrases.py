"""The phrases of a notice, escaped for Slack's mrkdwn. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from actors.notifier.render.markdown import escaped, unmarked
from messages.notices import Happening, Notice

MAX_ID_CHARACTERS = 40
MAX_TITLE_CHARACTERS = 600
MAX_NAME_CHARACTERS = 100
MAX_URL_CHARACTERS = 300
MAX_ENTRY_CHARACTERS = 80
MAX_DETAIL_CHARACTERS = 300
NAMES_SHOWN = 5
MAX_GROUP_CHARACTERS = 60
GROUPS_SHOWN = 5
LINKS_SHOWN = 4
ENTRIES_SHOWN = 5
"""With these limits, the longest headline and the longest notice fit into one message."""

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
"""An id in a title. It gets an invisible joiner, so that a search for ids in a message finds only those that it
announces."""


def title(notice: Notice) -> str:
    """The title, or a note that there is none."""
    unknown = "title not yet known" if notice.happening in _OF_DRAFTS else "untitled"
    return _joined(escaped(notice.title, MAX_TITLE_CHARACTERS)) or unknown


def detail(notice: Notice) -> str:
    """The notice's detail; empty if there is none."""
    return _joined(escaped(notice.detail, MAX_DETAIL_CHARACTERS))


def _joined(text: str) -> str:
    return _ID.sub("\\1\N{WORD JOINER}\\2", text)


def authors(authors: Sequence[str]) -> str:
    """The first authors, and how many more there are."""
    shown = authors if len(authors) <= NAMES_SHOWN + 1 else authors[:NAMES_SHOWN]
    names = ", ".join(filter(None, (escaped(author, MAX_NAME_CHARACTERS) for author in shown)))
    hidden = len(authors) - len(shown)
    return f"{names}, … and {hidden} more" if hidden else names


def audience(groups: Sequence[str]) -> str:
    """The first groups of the audience; empty if there are none."""
    shown = ", ".join(filter(None, (escaped(group, MAX_GROUP_CHARACTERS) for group in groups[:GROUPS_SHOWN])))
    return f"Audience: {_joined(shown)}" if shown else ""


def entries(notices: Iterable[Notice]) -> Iterator[str]:
    """All of the user's entries that matched these notices."""
    return (entry for notice in notices for entry in (*notice.matched, *notice.mentioned))


def mentioned(notice: Notice) -> str:
    """Which of the user's entries were found in the text, as there was nothing better; empty if none was."""
    if not notice.mentioned:
        return ""
    return f"its authors could not be read; its first page mentions {watched(notice.mentioned)}"


def watched(entries: Iterable[str]) -> str:
    """The user's entries that matched."""
    known = list(dict.fromkeys(_entry(entry) for entry in entries))
    shown = ", ".join(f"*{entry}*" for entry in known[:ENTRIES_SHOWN])
    return f"{shown} and {len(known) - ENTRIES_SHOWN} more" if len(known) > ENTRIES_SHOWN else shown


def _entry(entry: str) -> str:
    """An entry as it is shown. A paper is shown by its number alone, because `P2300` or `D2300R1` would look like an id
    that the message announces."""
    number = _PAPER_NUMBER.fullmatch(entry)
    return number[1] if number is not None else escaped(unmarked(entry), MAX_ENTRY_CHARACTERS)


def summary(notices: Sequence[Notice]) -> str:
    """What happened, as counts: `2 new drafts and 1 new paper`."""
    counts: dict[tuple[str, str], int] = {}
    for notice in notices:
        forms = (what(notice, 1), what(notice, 2))
        counts[forms] = counts.get(forms, 0) + 1
    if len(notices) == 1:
        return next(iter(counts))[0]
    parts = [f"{count:,} {one if count == 1 else many}" for (one, many), count in counts.items()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), "".join(parts[-1:]))))


def what(notice: Notice, count: int) -> str:
    """What happened, in the singular or plural: `new draft`, `new drafts`."""
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

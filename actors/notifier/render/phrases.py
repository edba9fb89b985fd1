"""The phrases of a notice, escaped for Slack's mrkdwn. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from types import MappingProxyType

from actors.notifier.render.markdown import escaped, json_length, link, local_time, unmarked
from messages.notices import Happening, Notice
from messages.papers import WG21_LINK

MAX_ID_CHARACTERS = 40
MAX_TITLE_CHARACTERS = 400
MAX_HEAD_TITLE_CHARACTERS = 60
"""Of the title in a notification on a phone: what it came for has to be seen too."""

MAX_NAME_CHARACTERS = 50
MAX_URL_CHARACTERS = 300
MAX_ENTRY_CHARACTERS = 80
MAX_DETAIL_CHARACTERS = 300
NAMES_SHOWN = 5
MATCHED_NAMES_SHOWN = 10
MAX_GROUP_CHARACTERS = 60
GROUPS_SHOWN = 5
LINKS_SHOWN = 4
GROUPS_OF_A_MAILING_SHOWN = 20
IDS_OF_A_GROUP_SHOWN = 6
MAX_GROUPS_CHARACTERS = 1500
ENTRIES_SHOWN = 5
IDS_SHOWN = 3
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
_REVISION = re.compile(r"[A-Z]+[0-9]+R([0-9]+)")
_TIMES = MappingProxyType(
    {
        Happening.DRAFT_FOUND: "found",
        Happening.DRAFT_UPDATED: "replaced",
        Happening.DRAFT_WITHDRAWN: "first found",
        Happening.DRAFT_PUBLISHED: "listed",
        Happening.PAPER_ADDED: "listed",
        Happening.PAPER_CHANGED: "changed",
    }
)


def named(notice: Notice) -> str:
    """The id as it is written."""
    return escaped(notice.id, MAX_ID_CHARACTERS)


class Reader(Enum):
    """Who reads a notice, and how it says whose entries matched."""

    USER = "you watch"
    CHANNEL = "this channel watches"


EVERYTHING = "everything"
"""The entry of channels that is about all drafts: it needs no mention."""


def title(notice: Notice, most: int = MAX_TITLE_CHARACTERS) -> str:
    """The title, or a note that there is none."""
    unknown = "title not yet known" if notice.happening in _OF_DRAFTS else "untitled"
    return escaped(notice.title, most) or unknown


def short_title(notice: Notice, most: int, room: int = MAX_TITLE_CHARACTERS) -> str:
    """The title, cut between words after `most` characters, in no more than `room` of them with their escapes."""
    words = notice.title.split()
    if len(" ".join(words)) <= most:
        return title(notice, room)
    kept = ""
    for word in words:
        if len(kept) + len(word) + 2 > most:
            break
        kept += f" {word}" if kept else word
    return escaped(f"{kept}…", room) if kept else title(notice, min(most, room))


def detail(notice: Notice) -> str:
    """The notice's detail; empty if there is none."""
    return escaped(notice.detail, MAX_DETAIL_CHARACTERS)


def by_group(notice: Notice) -> str:
    """A line for each group of a mailing, with the number of its papers and the first of them; empty for other
    notices. The papers were not announced one by one, so their ids are not in the message's metadata."""
    lines = ""
    for group, ids in notice.by_group[:GROUPS_OF_A_MAILING_SHOWN]:
        line = f"*{escaped(group, MAX_GROUP_CHARACTERS)}* ({len(ids):,}): {_some(ids)}"
        if json_length(lines) + json_length(line) + 2 > MAX_GROUPS_CHARACTERS:
            break
        lines += f"\n{line}" if lines else line
    return lines


def _some(ids: Sequence[str]) -> str:
    shown = ", ".join(escaped(id, MAX_ID_CHARACTERS) for id in ids[:IDS_OF_A_GROUP_SHOWN])
    hidden = len(ids) - IDS_OF_A_GROUP_SHOWN
    return f"{shown} and {hidden:,} more" if hidden > 0 else shown


def authors(notice: Notice) -> str:
    """The first authors, those that an entry names, and how many more there are."""
    known = notice.authors
    shown = list(known)
    if len(known) > NAMES_SHOWN + 1:
        wanted = set(notice.matched_authors[:MATCHED_NAMES_SHOWN])
        shown = [author for place, author in enumerate(known) if place < NAMES_SHOWN or author in wanted]
    names = ", ".join(filter(None, (escaped(author, MAX_NAME_CHARACTERS) for author in shown)))
    hidden = len(known) - len(shown)
    return f"{names}, … and {hidden} more" if hidden else names


def audience(groups: Sequence[str]) -> str:
    """The first groups of the audience; empty if there are none."""
    shown = ", ".join(filter(None, (escaped(group, MAX_GROUP_CHARACTERS) for group in groups[:GROUPS_SHOWN])))
    return f"Audience: {shown}" if shown else ""


def previous(notice: Notice) -> str:
    """The revision before this one; empty if there is none."""
    before = escaped(notice.previous, MAX_ID_CHARACTERS)
    if not before:
        return ""
    known = link(f"{WG21_LINK}{notice.previous}", before, MAX_URL_CHARACTERS) or before
    this, other = (_REVISION.match(id) for id in (notice.id, notice.previous))
    is_older = this is None or other is None or int(other[1]) < int(this[1])
    return f"Previous revision: {known}" if is_older else f"Already published: {known}"


def when(notice: Notice) -> str:
    """When it happened, in the reader's time zone; empty if nobody knows."""
    return local_time(notice.at, _TIMES.get(notice.happening, "noticed").capitalize()) if notice.at is not None else ""


def entries(notices: Iterable[Notice]) -> Iterator[str]:
    """All of the user's entries that matched these notices."""
    return (entry for notice in notices for entry in (*notice.matched, *notice.mentioned))


def mentioned(notice: Notice) -> str:
    """Which of the user's entries were found in the text, as there was nothing better; empty if none was."""
    if not notice.mentioned:
        return ""
    return f"its authors could not be read; its first page mentions {watched(notice.mentioned)}"


def watched(entries: Iterable[str], most: int = ENTRIES_SHOWN) -> str:
    """The user's entries that matched, as the user writes them."""
    known = list(dict.fromkeys(escaped(unmarked(entry), MAX_ENTRY_CHARACTERS) for entry in entries))
    shown = ", ".join(known[:most])
    return f"{shown} and {len(known) - most} more" if len(known) > most else shown


def you_watch(notices: Sequence[Notice], reader: Reader = Reader.USER) -> str:
    """` (you watch Niebler)`; empty if no entry matched."""
    matched = watched(entry for entry in entries(notices) if entry != EVERYTHING)
    return f" ({reader.value} {matched})" if matched else ""


def because(notice: Notice, reader: Reader) -> str:
    """Which entries of the reader matched a notice; empty if none did."""
    return f"because {reader.value} {watched(notice.matched)}" if notice.matched else ""


def summary(notices: Sequence[Notice]) -> str:
    """What happened, as counts: `2 new drafts and 1 new paper`."""
    counts: dict[tuple[str, str], int] = {}
    for notice in notices:
        forms = (what(notice, 1), what(notice, 2))
        counts[forms] = counts.get(forms, 0) + 1
    parts = [f"{count:,} {one if count == 1 else many}" for (one, many), count in counts.items()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), "".join(parts[-1:]))))


def place_of(number: int, of: int) -> str:
    """` (2/3)`; empty for a page that is the only one."""
    return f" ({number}/{of})" if of > 1 else ""


def headline(
    news: str, batch: Sequence[Notice], on_page: Sequence[Notice], page: str, reader: Reader = Reader.USER
) -> str:
    """`2 new drafts: D2300R11, D3655R3 (you watch Niebler)`. `news` comes before it; it says the first ids on the
    `page`, which is empty if it is the only one."""
    ids = ", ".join(filter(None, map(named, on_page[:IDS_SHOWN])))
    more = ", …" if len(on_page) > IDS_SHOWN else ""
    return f"{news}{summary(batch)}{page}{': ' if ids else ''}{ids}{more}{you_watch(batch, reader)}"


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
        case Happening.PAPER_ADOPTED:
            return f"{thing} adopted"
        case Happening.PAPER_FORWARDED:
            return f"{thing} forwarded"
        case Happening.PAPER_DISPOSED:
            return f"new disposition of {'a ' if count == 1 else ''}{thing}"
        case Happening.MAILING_PUBLISHED:
            return "new mailing" if count == 1 else "new mailings"
        case Happening.DRAFT_UPDATED:
            return "updated draft" if count == 1 else "updated drafts"
        case Happening.DRAFT_WITHDRAWN:
            return "withdrawn draft" if count == 1 else "withdrawn drafts"
        case Happening.SUSPICION:
            return "suspicion" if count == 1 else "suspicions"

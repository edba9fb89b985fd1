"""Notices as messages that people like to read. Pure.

    You watch *koppe*: 2 new drafts

    *D2300R11* — `std::execution`
    Eric Niebler, Kirk Shoop
    <https://…|pdf> · <https://…|html>

A message names the ids that it announces, and no other. What does not fit into one goes on in the next, never cut
within a notice.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from actors.notifier.escaping import escaped, link
from messages.notices import Happening, Notice

LONGEST = 3900
"""Characters of a message. Slack's advice is to stay below 4,000."""

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

_MARKUP = str.maketrans("", "", "*_~`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """One message: its text in Slack's mrkdwn, and the ids that it announces, in their order."""

    text: str
    ids: tuple[str, ...]


def for_user(notices: Sequence[Notice]) -> tuple[Worded, ...]:
    """A batch of notices for one user, as direct messages, each under what the user watches."""
    watched = _watched(_entries(notices))
    return _messages(f"You watch {watched}: {_summary(notices)}", notices)


def for_channel(notices: Sequence[Notice]) -> tuple[Worded, ...]:
    """A batch of notices for everybody."""
    summary = _summary(notices)
    return _messages(summary[:1].upper() + summary[1:], notices)


def summary(notices: Sequence[Notice], more: int, since: datetime | None) -> Worded:
    """What came together in a catch-up, and `more` that is not here, as one message: in full if that fits, else a line
    for each, else their ids, as many as fit. `since` when nobody looked."""
    watched = _watched(_entries(notices))
    counted = _summary(notices)
    headline = f"You watch {watched}: {counted}" if watched else counted[:1].upper() + counted[1:]
    if since is not None:
        headline = f"Since {since:%Y-%m-%d}. {headline}"
    if not more:
        full = _messages(headline, notices)
        if len(full) == 1:
            return full[0]
    lines = [f"*{escaped(notice.id, LONGEST_ID)}* — {_title(notice)}" for notice in notices]
    if more or len(headline) + 2 + sum(map(len, lines)) + len(lines) > LONGEST:
        return _listed(headline, notices, more)
    return Worded(text="\n".join((headline, "", *lines)), ids=tuple(notice.id for notice in notices))


def _listed(headline: str, notices: Sequence[Notice], more: int) -> Worded:
    shown: list[str] = []
    left = LONGEST - len(headline) - len("\n\n … and 1,000,000 more: `run.py recent` lists the newest")
    for notice in notices:
        id = escaped(notice.id, LONGEST_ID)
        left -= len(id) + len(", ")
        if left < 0:
            break
        shown.append(id)
    hidden = len(notices) - len(shown) + more
    rest = f" … and {hidden:,} more: `run.py recent` lists the newest" if hidden else ""
    return Worded(
        text=f"{headline}\n\n{', '.join(shown)}{rest}", ids=tuple(notice.id for notice in notices[: len(shown)])
    )


def _messages(headline: str, notices: Sequence[Notice]) -> tuple[Worded, ...]:
    groups = {_what(notice, 1) for notice in notices}
    matches = {(notice.matched, notice.mentioned) for notice in notices}
    paragraphs = [
        (_announced(notice), _paragraph(notice, labelled=len(groups) > 1, explained=len(matches) > 1))
        for notice in notices
    ]
    pages = list(_pages(paragraphs, LONGEST - len(headline) - len(" (1000/1000)")))
    return tuple(
        Worded(
            text="\n\n".join((_numbered(headline, number, len(pages)), *(text for _, text in page))),
            ids=tuple(id for id, _ in page if id),
        )
        for number, page in enumerate(pages, 1)
    )


def _announced(notice: Notice) -> str:
    """The id that it announces; a suspicion announces none."""
    return "" if notice.happening is Happening.SUSPICION else notice.id


def _pages(paragraphs: Iterable[tuple[str, str]], most: int) -> Iterator[list[tuple[str, str]]]:
    page: list[tuple[str, str]] = []
    used = 0
    for id, text in paragraphs:
        if page and used + len(text) + 2 > most:
            yield page
            page, used = [], 0
        page.append((id, text))
        used += len(text) + 2
    if page:
        yield page


def _numbered(headline: str, number: int, of: int) -> str:
    return headline if of == 1 else f"{headline} ({number}/{of})"


def _paragraph(notice: Notice, *, labelled: bool, explained: bool) -> str:
    if notice.happening is Happening.SUSPICION:
        return escaped(notice.detail, LONGEST_DETAIL)
    label = f" ({_what(notice, 1)})" if labelled else ""
    lines = [
        f"*{escaped(notice.id, LONGEST_ID)}*{label} — {_title(notice)}",
        _authors(notice.authors),
        _audience(notice.audience),
        escaped(notice.detail, LONGEST_DETAIL),
        " · ".join(filter(None, (link(each.url, each.label, LONGEST_URL) for each in notice.links[:LINKS_SHOWN]))),
        f"for {_watched(notice.matched)}" if explained and notice.matched else "",
        f"{_watched(notice.mentioned)} only in the text, not among the authors" if notice.mentioned else "",
    ]
    return "\n".join(filter(None, lines))


def _title(notice: Notice) -> str:
    unknown = "title not known yet" if notice.happening in _OF_DRAFTS else "without a title"
    return _no_id(escaped(notice.title, LONGEST_TITLE)) or unknown


def _no_id(text: str) -> str:
    return _ID.sub("\\1\N{WORD JOINER}\\2", text)


def _authors(authors: Sequence[str]) -> str:
    shown = authors if len(authors) <= NAMES_SHOWN + 1 else authors[:NAMES_SHOWN]
    names = ", ".join(filter(None, (escaped(author, LONGEST_NAME) for author in shown)))
    hidden = len(authors) - len(shown)
    return f"{names}, … and {hidden} more" if hidden else names


def _audience(groups: Sequence[str]) -> str:
    told = ", ".join(filter(None, (escaped(group, LONGEST_GROUP) for group in groups[:GROUPS_SHOWN])))
    return f"Audience: {_no_id(told)}" if told else ""


def _entries(notices: Iterable[Notice]) -> Iterator[str]:
    return (entry for notice in notices for entry in (*notice.matched, *notice.mentioned))


def _watched(entries: Iterable[str]) -> str:
    known = list(dict.fromkeys(_entry(entry) for entry in entries))
    shown = ", ".join(f"*{entry}*" for entry in known[:ENTRIES_SHOWN])
    return f"{shown} and {len(known) - ENTRIES_SHOWN} more" if len(known) > ENTRIES_SHOWN else shown


def _entry(entry: str) -> str:
    """An entry as it is shown: a paper's number bare, for `P2300` or `D2300R1` would read like an id that is
    announced."""
    number = _PAPER_NUMBER.fullmatch(entry)
    return number[1] if number is not None else escaped(entry.translate(_MARKUP), LONGEST_ENTRY)


def _summary(notices: Sequence[Notice]) -> str:
    counts: dict[tuple[str, str], int] = {}
    for notice in notices:
        forms = (_what(notice, 1), _what(notice, 2))
        counts[forms] = counts.get(forms, 0) + 1
    if len(notices) == 1:
        return next(iter(counts))[0]
    parts = [f"{count:,} {one if count == 1 else many}" for (one, many), count in counts.items()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), "".join(parts[-1:]))))


def _what(notice: Notice, count: int) -> str:
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

"""Notices as messages that people like to read. Pure.

    You watch *koppe*: 2 new drafts

    *D2300R11* — `std::execution`
    Eric Niebler, Kirk Shoop
    <https://…|pdf> · <https://…|html>

A message names the ids that it announces, and no other. What does not fit into one goes on in the next, never cut
within a notice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from actors.notifier import blocks
from actors.notifier.escaping import escaped, link
from actors.notifier.phrases import (
    LINKS_SHOWN,
    LONGEST_ID,
    LONGEST_URL,
    authors,
    detail,
    title,
    watched,
    what,
)
from actors.notifier.phrases import summary as counted_up
from messages.notices import Happening, Notice

LONGEST = 3900
"""Characters of a message. Slack's advice is to stay below 4,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """One message: its text in Slack's mrkdwn, the ids that it announces, in their order, and all that in Block Kit as
    JSON (empty: the text is all)."""

    text: str
    ids: tuple[str, ...]
    blocks: str = ""


def for_user(notices: Sequence[Notice]) -> tuple[Worded, ...]:
    """A batch of notices for one user, as direct messages, each under what the user watches."""
    return _messages(_headline(notices), notices)


def for_channel(notices: Sequence[Notice]) -> tuple[Worded, ...]:
    """A batch of notices for everybody."""
    return _messages(_headline(notices), notices)


def digest(notices: Sequence[Notice], more: int, since: datetime | None) -> tuple[Worded, ...]:
    """What was kept for a user until the hour that they asked for, and `more` that is not here; `since` as in a
    summary."""
    if more or since is not None:
        return (summary(notices, more, since),)
    return _messages(_headline(notices), notices)


def _headline(notices: Sequence[Notice]) -> str:
    theirs = watched(entry for notice in notices for entry in notice.matched)
    counted = counted_up(notices)
    return f"You watch {theirs}: {counted}" if theirs else counted[:1].upper() + counted[1:]


def summary(notices: Sequence[Notice], more: int, since: datetime | None) -> Worded:
    """What came together in a catch-up, and `more` that is not here, as one message: in full if that fits, else a line
    for each, else their ids, as many as fit. `since` when nobody looked."""
    headline = _headline(notices)
    if since is not None:
        headline = f"Since {since:%Y-%m-%d}. {headline}"
    if not more:
        full = _messages(headline, notices)
        if len(full) == 1:
            return full[0]
    lines = [f"*{escaped(notice.id, LONGEST_ID)}* — {title(notice)}" for notice in notices]
    if more or len(headline) + 2 + sum(map(len, lines)) + len(lines) > LONGEST:
        return _listed(headline, notices, more)
    return _plain("\n".join((headline, "", *lines)), tuple(notice.id for notice in notices))


def _plain(text: str, ids: tuple[str, ...]) -> Worded:
    return Worded(text=text, ids=ids, blocks=blocks.encoded(blocks.sections(text)))


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
    return _plain(f"{headline}\n\n{', '.join(shown)}{rest}", tuple(notice.id for notice in notices[: len(shown)]))


def _messages(headline: str, notices: Sequence[Notice]) -> tuple[Worded, ...]:
    labelled = len({what(notice, 1) for notice in notices}) > 1
    explained = len({notice.matched for notice in notices}) > 1
    paragraphs = [(notice, _paragraph(notice, labelled=labelled, explained=explained)) for notice in notices]
    pages = list(_pages(paragraphs, LONGEST - len(headline) - len(" (1000/1000)")))
    made = []
    for number, page in enumerate(pages, 1):
        on_it = [notice for notice, _ in page]
        head = _numbered(headline, number, len(pages))
        made.append(
            Worded(
                text="\n\n".join((head, *(text for _, text in page))),
                ids=tuple(notice.id for notice in on_it if notice.happening is not Happening.SUSPICION),
                blocks=blocks.encoded(blocks.of_notices(head, on_it, labelled=labelled, explained=explained)),
            )
        )
    return tuple(made)


def _pages(paragraphs: Iterable[tuple[Notice, str]], most: int) -> Iterator[list[tuple[Notice, str]]]:
    page: list[tuple[Notice, str]] = []
    used = 0
    for notice, text in paragraphs:
        if page and (used + len(text) + 2 > most or len(page) == blocks.MOST_NOTICES):
            yield page
            page, used = [], 0
        page.append((notice, text))
        used += len(text) + 2
    if page:
        yield page


def _numbered(headline: str, number: int, of: int) -> str:
    return headline if of == 1 else f"{headline} ({number}/{of})"


def _paragraph(notice: Notice, *, labelled: bool, explained: bool) -> str:
    if notice.happening is Happening.SUSPICION:
        return detail(notice)
    label = f" ({what(notice, 1)})" if labelled else ""
    lines = [
        f"*{escaped(notice.id, LONGEST_ID)}*{label} — {title(notice)}",
        authors(notice.authors),
        detail(notice),
        " · ".join(filter(None, (link(each.url, each.label, LONGEST_URL) for each in notice.links[:LINKS_SHOWN]))),
        f"for {watched(notice.matched)}" if explained and notice.matched else "",
    ]
    return "\n".join(filter(None, lines))

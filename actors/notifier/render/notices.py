"""Renders notices as messages. Pure.

    You watch *koppe*: 2 new drafts

    *D2300R11* — `std::execution`
    Eric Niebler, Kirk Shoop
    <https://…|pdf> · <https://…|html>

A message contains the ids that it announces and no others. Notices that do not fit into one message continue in the
next; no notice is split.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render import blocks, notice_blocks
from actors.notifier.render.markdown import escaped, link
from actors.notifier.render.notice_blocks import NoticeBlocks
from actors.notifier.render.phrases import (
    LINKS_SHOWN,
    MAX_ID_CHARACTERS,
    MAX_URL_CHARACTERS,
    audience,
    authors,
    detail,
    entries,
    mentioned,
    title,
    watched,
    what,
)
from actors.notifier.render.phrases import summary as count_up
from messages.notices import Happening, Notice, NotifyUser, SummarizeForUser

MAX_MESSAGE_CHARACTERS = 3900
"""Slack recommends less than 4,000."""


def for_user(notices: Sequence[Notice]) -> tuple[RenderedMessage, ...]:
    """A batch of notices for one user; the headline says which of the user's entries matched."""
    return _messages(_headline(notices), notices)


def for_channel(notices: Sequence[Notice]) -> tuple[RenderedMessage, ...]:
    """A batch of notices for a channel, where nothing is taken back."""
    return tuple(replace(message, notices=()) for message in _messages(_headline(notices), notices))


def digest(kept: Sequence[NotifyUser | SummarizeForUser]) -> tuple[RenderedMessage, ...]:
    """What was kept for a user, as one batch; the summaries among it become one summary after it."""
    batches = [event for event in kept if isinstance(event, NotifyUser)]
    summaries = [event for event in kept if isinstance(event, SummarizeForUser)]
    news = [notice for event in batches for notice in event.notices]
    rendered = for_user(news) if news else ()
    if not summaries:
        return rendered
    together = replace(
        summaries[0],
        since=min((event.since for event in summaries if event.since is not None), default=None),
        notices=tuple(notice for event in summaries for notice in event.notices),
        more=sum(event.more for event in summaries),
        more_by=tuple(counted for event in summaries for counted in event.more_by),
    )
    return (*rendered, summary_for_user(together))


def summary_for_user(event: SummarizeForUser) -> RenderedMessage:
    """The result of a catch-up for one user."""
    return replace(summary(event.notices, event.more, event.since), notices=(), summary=event)


def _headline(notices: Sequence[Notice]) -> str:
    matched = watched(entries(notices))
    counted = count_up(notices)
    return f"You watch {matched}: {counted}" if matched else counted[:1].upper() + counted[1:]


def summary(notices: Sequence[Notice], more: int, since: datetime | None) -> RenderedMessage:
    """The result of a catch-up as one message: the notices in full if they fit, otherwise a line for each, otherwise as
    many ids as fit. `more` notices were left out before. `since` is when the service last looked."""
    if not notices:
        return _plain(f"{more:,} more news items match what you watch: `recent` shows the newest", ())
    headline = _headline(notices)
    if since is not None:
        headline = f"News since {since:%Y-%m-%d}. {headline}"
    if not more:
        full = _messages(headline, notices)
        if len(full) == 1:
            return full[0]
    lines = [f"*{escaped(notice.id, MAX_ID_CHARACTERS)}* — {title(notice)}" for notice in notices]
    if more or len(headline) + 2 + sum(map(len, lines)) + len(lines) > MAX_MESSAGE_CHARACTERS:
        return _listed(headline, notices, more)
    return _plain("\n".join((headline, "", *lines)), tuple(notice.id for notice in notices))


def _plain(text: str, ids: tuple[str, ...]) -> RenderedMessage:
    return RenderedMessage(text=text, ids=ids, blocks=blocks.encoded(blocks.sections(text)))


def _listed(headline: str, notices: Sequence[Notice], more: int) -> RenderedMessage:
    shown: list[str] = []
    left = MAX_MESSAGE_CHARACTERS - len(headline) - len("\n\n … and 1,000,000 more: `recent` shows the newest")
    for notice in notices:
        id = escaped(notice.id, MAX_ID_CHARACTERS)
        left -= len(id) + len(", ")
        if left < 0:
            break
        shown.append(id)
    hidden = len(notices) - len(shown) + more
    rest = f" … and {hidden:,} more: `recent` shows the newest" if hidden else ""
    return _plain(f"{headline}\n\n{', '.join(shown)}{rest}", tuple(notice.id for notice in notices[: len(shown)]))


def _messages(headline: str, notices: Sequence[Notice]) -> tuple[RenderedMessage, ...]:
    labelled = len({what(notice, 1) for notice in notices}) > 1
    explained = len({(notice.matched, notice.mentioned) for notice in notices}) > 1
    parts = [
        _Part(
            notice=notice,
            text=_plain_paragraph(notice, labelled=labelled, explained=explained),
            shown=notice_blocks.shown(notice, labelled=labelled, explained=explained),
        )
        for notice in notices
    ]
    pages = list(_pages(f"{headline} (1000/1000)", parts))
    return tuple(_page(_numbered(headline, number, len(pages)), page) for number, page in enumerate(pages, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    notice: Notice
    text: str
    shown: NoticeBlocks


def _page(head: str, parts: Sequence[_Part]) -> RenderedMessage:
    return RenderedMessage(
        text="\n\n".join((head, *(part.text for part in parts))),
        ids=tuple(part.notice.id for part in parts if part.notice.happening is not Happening.SUSPICION),
        blocks=blocks.encoded(notice_blocks.page(head, [part.shown for part in parts])),
        notices=tuple(part.notice for part in parts),
    )


def _pages(headline: str, parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    """Divide the notices into messages, by the limits of the text and of the blocks."""
    page: list[_Part] = []
    used = len(headline)
    for part in parts:
        used += len(part.text) + 2
        together = [*(each.shown for each in page), part.shown]
        if page and (used > MAX_MESSAGE_CHARACTERS or not notice_blocks.have_room(headline, together)):
            yield page
            page, used = [], len(headline) + len(part.text) + 2
        page.append(part)
    if page:
        yield page


def _numbered(headline: str, number: int, of: int) -> str:
    return headline if of == 1 else f"{headline} ({number}/{of})"


def _plain_paragraph(notice: Notice, *, labelled: bool, explained: bool) -> str:
    if notice.happening is Happening.SUSPICION:
        return detail(notice)
    label = f" ({what(notice, 1)})" if labelled else ""
    lines = [
        f"*{escaped(notice.id, MAX_ID_CHARACTERS)}*{label} — {title(notice)}",
        authors(notice.authors),
        audience(notice.audience),
        detail(notice),
        " · ".join(
            filter(None, (link(each.url, each.label, MAX_URL_CHARACTERS) for each in notice.links[:LINKS_SHOWN]))
        ),
        f"because you watch {watched(notice.matched)}" if explained and notice.matched else "",
        mentioned(notice),
    ]
    return "\n".join(filter(None, lines))

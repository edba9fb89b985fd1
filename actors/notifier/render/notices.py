"""Renders notices as messages. Pure.

    D2300R11 new draft: std::execution (you watch koppe)
    Eric Niebler, Kirk Shoop
    Previous revision: <https://…|P2300R10>
    <https://…|pdf> · <https://…|html>

The first line is what a phone shows, so it begins with what came. Several notices have a headline, which begins with
how many there are, and a paragraph each; ten or more have a line each. Notices that do not fit into one message
continue in the next; no notice is split. The ids that a message announces are in its metadata (decision 16).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render import blocks, notice_blocks, notice_lines
from actors.notifier.render.markdown import escaped, link
from actors.notifier.render.notice_blocks import NoticeBlocks
from actors.notifier.render.notice_lines import MAX_MESSAGE_CHARACTERS
from actors.notifier.render.phrases import (
    LINKS_SHOWN,
    MAX_ENTRY_CHARACTERS,
    MAX_HEAD_TITLE_CHARACTERS,
    MAX_URL_CHARACTERS,
    Reader,
    audience,
    authors,
    because,
    by_group,
    detail,
    headline,
    mentioned,
    named,
    place_of,
    previous,
    short_title,
    title,
    what,
    when,
    you_watch,
)
from actors.notifier.render.phrases import summary as count_up
from messages.channels import is_channel
from messages.notices import Happening, Notice, NotifyUser, SummarizeForUser

LINES_FROM = 10
"""So many notices in one message have a line each."""

MAX_PARAGRAPH_CHARACTERS = 2900


def for_user(notices: Sequence[Notice]) -> tuple[RenderedMessage, ...]:
    """A batch of notices for one user; the first line says which of the user's entries matched."""
    return _messages(notices)


def for_subscribers(notices: Sequence[Notice]) -> tuple[RenderedMessage, ...]:
    """A batch of notices for a channel; the first line says which of its entries matched."""
    return _messages(notices, reader=Reader.CHANNEL)


def for_recipient(recipient: str) -> Callable[[Sequence[Notice]], tuple[RenderedMessage, ...]]:
    """How notices of what a user, or a channel, watches are rendered."""
    return for_subscribers if is_channel(recipient) else for_user


def for_channel(notices: Sequence[Notice]) -> tuple[RenderedMessage, ...]:
    """A batch of notices for a channel of the configuration, where nothing is taken back."""
    return tuple(replace(message, notices=()) for message in for_subscribers(notices))


def digest(kept: Sequence[NotifyUser | SummarizeForUser]) -> tuple[RenderedMessage, ...]:
    """What was kept for a user or a channel, as one batch; the summaries among it become one summary after it."""
    batches = [event for event in kept if isinstance(event, NotifyUser)]
    summaries = [event for event in kept if isinstance(event, SummarizeForUser)]
    news = [notice for event in batches for notice in event.notices]
    rendered = for_recipient(kept[0].user)(news) if news else ()
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
    reader = Reader.CHANNEL if is_channel(event.user) else Reader.USER
    text = summary(event.notices, event.more, event.since, event.mailing, reader)
    return replace(text, notices=(), summary=event)


def summary(
    notices: Sequence[Notice], more: int, since: datetime | None, mailing: str = "", reader: Reader = Reader.USER
) -> RenderedMessage:
    """The result of a catch-up as one message: the notices in full if they are few and fit, otherwise a line for each,
    otherwise as many ids as fit. `more` notices were left out before. `since` is when the service last looked;
    `mailing` is the title of the mailing that they came with."""
    if not notices:
        return _plain(f"{more:,} more news items match what {reader.value}: `recent` shows the newest", ())
    news = f"News since {since:%Y-%m-%d}: " if since is not None else ""
    if mailing:
        named_so = "mailing" in mailing.casefold()
        news = f"{'' if named_so else 'Mailing '}{escaped(mailing, MAX_ENTRY_CHARACTERS)}: {news}"
    if not more:
        full = _messages(notices, news, reader)
        if len(full) == 1:
            return full[0]
    return _listed(f"{news}{count_up(notices)}{you_watch(notices, reader)}", notices, more)


def _plain(text: str, ids: tuple[str, ...]) -> RenderedMessage:
    return RenderedMessage(text=text, ids=ids, blocks=blocks.encoded(blocks.sections(text)))


def _listed(headline: str, notices: Sequence[Notice], more: int) -> RenderedMessage:
    shown: list[str] = []
    left = MAX_MESSAGE_CHARACTERS - len(headline) - len("\n\n … and 1,000,000 more: `recent` shows the newest")
    for notice in notices:
        id = named(notice)
        left -= len(id) + len(", ")
        if left < 0:
            break
        shown.append(id)
    hidden = len(notices) - len(shown) + more
    rest = f" … and {hidden:,} more: `recent` shows the newest" if hidden else ""
    return _plain(f"{headline}\n\n{', '.join(shown)}{rest}", tuple(notice.id for notice in notices[: len(shown)]))


def _messages(notices: Sequence[Notice], news: str = "", reader: Reader = Reader.USER) -> tuple[RenderedMessage, ...]:
    """The messages of a batch; `news` comes before everything else."""
    explained = len({(notice.matched, notice.mentioned) for notice in notices}) > 1
    if len(notices) >= LINES_FROM:
        return notice_lines.messages(notices, news, reader, explained=explained)
    parts = [
        _Part(
            notice=notice,
            text=_plain_paragraph(notice, reader, explained=explained),
            shown=notice_blocks.shown(notice, explained=explained or len(notices) == 1, reader=reader),
        )
        for notice in notices
    ]
    longest = max(notices, key=lambda notice: len(notice.id), default=None)
    worst = headline(news, notices, [longest] * len(notices), " (10/10)", reader) if longest is not None else ""
    pages = list(_pages(worst, parts))
    return tuple(
        _page(news, notices, page, place_of(number, len(pages)), reader) for number, page in enumerate(pages, 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    notice: Notice
    text: str
    shown: NoticeBlocks


def _page(news: str, batch: Sequence[Notice], parts: Sequence[_Part], place: str, reader: Reader) -> RenderedMessage:
    notices = tuple(part.notice for part in parts)
    head = headline(news, batch, notices, place, reader)
    if len(batch) == 1:
        text, shown = _single(news, batch[0], reader), news.rstrip(": ")
    else:
        text, shown = "\n\n".join((head, *(part.text for part in parts))), head
    return RenderedMessage(
        text=text,
        ids=tuple(notice.id for notice in notices if notice.happening is not Happening.SUSPICION),
        blocks=blocks.encoded(notice_blocks.page(shown, [part.shown for part in parts])),
        notices=notices,
        card=notices,
        is_part=bool(news or place),
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


def _single(news: str, notice: Notice, reader: Reader) -> str:
    """The text of a message with one notice."""
    if notice.happening is Happening.SUSPICION:
        return f"{news}Suspicion: {detail(notice)}"
    name = short_title(notice, MAX_HEAD_TITLE_CHARACTERS)
    whole = title(notice)
    head = f"{news}{named(notice)} {what(notice, 1)}: {name}{you_watch([notice], reader)}"
    return _lines(notice, head, whole if whole != name else "", "")


def _plain_paragraph(notice: Notice, reader: Reader, *, explained: bool) -> str:
    if notice.happening is Happening.SUSPICION:
        return f"Suspicion: {detail(notice)}"
    why = because(notice, reader) if explained else ""
    return _lines(notice, f"{named(notice)} {what(notice, 1)}: {title(notice)}", "", why)


def _lines(notice: Notice, head: str, more: str, why: str) -> str:
    """The lines of a notice, with as many links as there is room for."""
    lines = [
        head,
        more,
        authors(notice),
        audience(notice.audience),
        previous(notice),
        detail(notice),
        by_group(notice),
        why,
        mentioned(notice),
        when(notice),
    ]
    text = "\n".join(filter(None, lines))
    links = ""
    for each in notice.links[:LINKS_SHOWN]:
        shown = link(each.url, each.label, MAX_URL_CHARACTERS)
        if shown and len(text) + len(links) + len(shown) + 3 <= MAX_PARAGRAPH_CHARACTERS:
            links += f" · {shown}" if links else f"\n{shown}"
    return text + links

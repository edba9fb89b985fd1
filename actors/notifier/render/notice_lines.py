"""Renders many notices as messages with a line for each, and one select to act on any of them. Pure.

200 new papers (1/5): P3000R0, P3001R0, P3002R0, … (you watch Niebler)

P3000R0: A title
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render import blocks
from actors.notifier.render.blocks import Block
from actors.notifier.render.markdown import escaped, json_length, link, unmarked
from actors.notifier.render.notice_blocks import first_link, thing_of
from actors.notifier.render.phrases import Reader, detail, headline, named, place_of, short_title, what
from messages.notices import Happening, Notice

MAX_MESSAGE_CHARACTERS = 3900
"""Slack recommends less than 4,000."""

MAX_TITLE_CHARACTERS = 70
"""With titles as long as that, 40 lines and their options fit into one message."""

MIN_TITLE_CHARACTERS = 25
MAX_REASON_CHARACTERS = 40
MAX_URL_CHARACTERS = 60
PLACEHOLDER = "Act on…"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice on one line: in the text, in the blocks, and as an option of the select, None if no command knows it."""

    notice: Notice
    text: str
    shown: str
    option: Block | None


def messages(notices: Sequence[Notice], news: str, reader: Reader, *, explained: bool) -> tuple[RenderedMessage, ...]:
    """The messages of a batch; `news` comes before everything else. `explained` adds to each line which of the reader's
    entries matched."""
    labelled = len({what(notice, 1) for notice in notices}) > 1
    lines = [_line(each, reader, labelled=labelled, explained=explained) for each in notices]
    pages = list(_pages(news, notices, lines, reader))
    return tuple(
        _page(news, notices, page, place_of(number, len(pages)), reader) for number, page in enumerate(pages, 1)
    )


def _page(
    news: str, batch: Sequence[Notice], lines: Sequence[NoticeLine], place: str, reader: Reader
) -> RenderedMessage:
    notices = tuple(line.notice for line in lines)
    head = headline(news, batch, notices, place, reader)
    return RenderedMessage(
        text="\n".join((head, "", *(line.text for line in lines))),
        ids=tuple(notice.id for notice in notices if notice.happening is not Happening.SUSPICION),
        blocks=blocks.encoded(_blocks(head, lines)),
        notices=notices,
        card=notices,
        is_part=bool(news or place),
    )


def _pages(
    news: str, batch: Sequence[Notice], lines: Sequence[NoticeLine], reader: Reader
) -> Iterator[list[NoticeLine]]:
    """Divide the lines into messages, by the limits of the text and of the blocks."""
    longest = max((line.notice for line in lines), key=lambda notice: len(notice.id))
    head = headline(news, batch, [longest] * len(lines), " (100/100)", reader)
    before = len(blocks.encoded(_blocks(head, []))) + len(blocks.encoded([blocks.select(PLACEHOLDER, [])]))
    page: list[NoticeLine] = []
    text, shown = len(head) + 1, before
    for line in lines:
        more_text, more_shown = len(line.text) + 1, _length(line)
        is_full = text + more_text > MAX_MESSAGE_CHARACTERS or shown + more_shown > blocks.MAX_BLOCKS_CHARACTERS
        if page and (is_full or len(page) == blocks.MAX_OPTIONS):
            yield page
            page, text, shown = [], len(head) + 1, before
        page.append(line)
        text, shown = text + more_text, shown + more_shown
    yield page


def _length(line: NoticeLine) -> int:
    """The characters that a line takes as JSON, with a share of the sections that the lines are divided into."""
    choice = len(blocks.encoded([line.option])) if line.option is not None else 0
    return json_length(line.shown) + choice + 6


def _blocks(head: str, lines: Sequence[NoticeLine]) -> list[Block]:
    options = list({line.option["value"]: line.option for line in lines if line.option is not None}.values())
    return [
        blocks.section(head),
        *blocks.sections("\n".join(line.shown for line in lines)),
        *([blocks.select(PLACEHOLDER, options)] if options else ()),
    ]


def _line(notice: Notice, reader: Reader, *, labelled: bool, explained: bool) -> NoticeLine:
    if notice.happening is Happening.SUSPICION:
        text = f"Suspicion: {detail(notice)}"
        return NoticeLine(notice=notice, text=text, shown=text, option=None)
    label = f" {what(notice, 1)}" if labelled else ""
    matched = ", ".join(dict.fromkeys((*notice.matched, *notice.mentioned))) if explained else ""
    why = f" ({reader.value} {escaped(unmarked(matched), MAX_REASON_CHARACTERS)})" if matched else ""
    room = max(MAX_TITLE_CHARACTERS - len(label) - len(why), MIN_TITLE_CHARACTERS)
    rest = f"{label}: {short_title(notice, room, room)}{why}"
    id = named(notice)
    name = link(first_link(notice), notice.id, MAX_URL_CHARACTERS) or id
    thing = thing_of(notice.id)
    return NoticeLine(
        notice=notice,
        text=f"{id}{rest}",
        shown=f"*{name}*{rest}",
        option=blocks.option(notice.id, f"paper {thing}") if thing else None,
    )

"""Answers to commands as messages: each piece escaped for Slack's mrkdwn. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render import blocks
from actors.notifier.render.blocks import Block
from actors.notifier.render.markdown import ENTITIES, UNSEEN, link, unmarked
from actors.notifier.render.notices import LONGEST
from messages.commands import Answer, Button, Line, Span, Style

LONGEST_LINE = 2900
"""Characters; so that a line fits into one text block."""

LONGEST_URL = 500
LONGEST_LABEL = 300
MOST_BUTTONS = 25

_TICKS = str.maketrans({"`": "'"})


def rendered(answer: Answer) -> tuple[RenderedMessage, ...]:
    """An answer as one message, or as many as it needs; its buttons are under the last."""
    return _worded([_line(line) for line in answer.lines], answer.buttons)


def sectioned(text: str) -> tuple[RenderedMessage, ...]:
    """A text of ours, escaped already, as one message, or as many as it needs."""
    return _worded(text.split("\n"), ())


def _worded(lines: Sequence[str], buttons: Sequence[Button]) -> tuple[RenderedMessage, ...]:
    pages = ["\n".join(page) for page in _pages(lines)]
    made = [blocks.sections(page) for page in pages]
    made[-1] = _with_buttons(made[-1], buttons)
    return tuple(
        RenderedMessage(text=page, ids=(), blocks=blocks.encoded(shown))
        for page, shown in zip(pages, made, strict=True)
    )


def _with_buttons(shown: list[Block], buttons: Sequence[Button]) -> list[Block]:
    """As many rows of them as there is room for."""
    rows = blocks.rows(buttons[:MOST_BUTTONS])
    while rows and len(blocks.encoded([*shown, *rows])) > blocks.LONGEST:
        rows.pop()
    return [*shown, *rows]


def _pages(lines: Sequence[str]) -> Iterator[list[str]]:
    page: list[str] = []
    used = 0
    for line in lines:
        if page and used + len(line) + 1 > LONGEST:
            yield page
            page, used = [], 0
        page.append(line)
        used += len(line) + 1
    yield page if "".join(page).strip() else ["…"]


def _line(line: Line) -> str:
    text = ""
    for span in line.spans:
        shown = _span(span, LONGEST_LINE - len(text) - 1)
        if len(text) + len(shown) >= LONGEST_LINE:
            return f"{text}…"
        text += shown
    return text


def _span(span: Span, most: int) -> str:
    match span.style:
        case Style.PLAIN:
            return _escaped(span.text, most)
        case Style.STRONG:
            strong = _escaped(unmarked(span.text).strip(), most - 2)
            return f"*{strong}*" if strong else ""
        case Style.CODE:
            code = _escaped(span.text.translate(_TICKS).strip(), most - 2)
            return f"`{code}`" if code else ""
        case Style.LINK:
            return link(span.url, span.text, LONGEST_URL, LONGEST_LABEL) or _escaped(span.text, most)


def _escaped(text: str, most: int) -> str:
    """On one line, its blanks kept, no entity cut."""
    pieces: list[str] = []
    left = most
    for letter in text:
        category = unicodedata.category(letter)
        piece = " " if letter in "\t\n\r" else "" if category in UNSEEN else letter.translate(ENTITIES)
        left -= len(piece)
        if left < 1:
            return "".join(pieces) + "…"
        pieces.append(piece)
    return "".join(pieces)

"""Renders answers to commands, escaped for Slack's mrkdwn. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render import blocks
from actors.notifier.render.blocks import Block
from actors.notifier.render.markdown import ENTITIES, UNSEEN, link, literal, unmarked
from actors.notifier.render.notice_lines import MAX_MESSAGE_CHARACTERS
from messages.commands import AnswerLine, Button, CommandAnswer, Span, Style

MAX_LINE_CHARACTERS = 2900
"""A line fits into one section."""

MAX_URL_CHARACTERS = 500
MAX_LABEL_CHARACTERS = 300
MAX_BUTTONS = 25

_TICKS = MappingProxyType(str.maketrans({"`": "'"}))


def render_answer(answer: CommandAnswer) -> tuple[RenderedMessage, ...]:
    """An answer, in as many messages as it needs; the buttons are in the last."""
    return _rendered([rendered_line(line) for line in answer.lines], answer.buttons)


def render_text(text: str, buttons: Sequence[Button] = ()) -> tuple[RenderedMessage, ...]:
    """An escaped text, in as many messages as it needs; the buttons are in the last."""
    return _rendered(text.split("\n"), buttons)


def _rendered(lines: Sequence[str], buttons: Sequence[Button]) -> tuple[RenderedMessage, ...]:
    pages = ["\n".join(page) for page in _pages(lines)]
    made = [blocks.sections(page) for page in pages]
    made[-1] = _with_buttons(made[-1], buttons)
    return tuple(
        RenderedMessage(text=page, ids=(), blocks=blocks.encoded(shown))
        for page, shown in zip(pages, made, strict=True)
    )


def _with_buttons(shown: list[Block], buttons: Sequence[Button]) -> list[Block]:
    """As many rows of buttons as fit."""
    rows = blocks.rows(buttons[:MAX_BUTTONS])
    while rows and len(blocks.encoded([*shown, *rows])) > blocks.MAX_BLOCKS_CHARACTERS:
        rows.pop()
    return [*shown, *rows]


def _pages(lines: Sequence[str]) -> Iterator[list[str]]:
    page: list[str] = []
    used = 0
    for line in lines:
        if page and used + len(line) + 1 > MAX_MESSAGE_CHARACTERS:
            yield page
            page, used = [], 0
        page.append(line)
        used += len(line) + 1
    yield page if "".join(page).strip() else ["…"]


def rendered_line(line: AnswerLine) -> str:
    """One line in mrkdwn."""
    text = ""
    for span in line.spans:
        shown = _span(span, MAX_LINE_CHARACTERS - len(text) - 1)
        if len(text) + len(shown) >= MAX_LINE_CHARACTERS:
            return f"{text}…"
        text += shown
    return text


def _span(span: Span, most: int) -> str:
    match span.style:
        case Style.PLAIN:
            return _literal(_escaped(span.text, most), most)
        case Style.STRONG:
            strong = _literal(_escaped(unmarked(span.text).strip(), most - 2), most - 2)
            return f"*{strong}*" if strong else ""
        case Style.CODE:
            code = _escaped(span.text.translate(_TICKS).strip(), most - 2)
            return f"`{code}`" if code else ""
        case Style.LINK:
            return link(span.url, span.text, MAX_URL_CHARACTERS, MAX_LABEL_CHARACTERS) or _escaped(span.text, most)


def _literal(text: str, most: int) -> str:
    """Without emoji, if there is room for that."""
    shown = literal(text)
    return shown if len(shown) <= most else text


def _escaped(text: str, most: int) -> str:
    """On one line, with its spaces, no entity cut."""
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

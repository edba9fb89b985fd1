"""Renders text and buttons in Block Kit, within Slack's limits. Pure.

https://docs.slack.dev/reference/block-kit/blocks: 50 blocks in a message, 3,000 characters in a section, 75 in a
button's label, 2,000 in its value, 25 elements in an actions block, 10 in a context, 100 options in a select, each with
75 characters in its label and 150 in its value. Slack documents no limit for all blocks together,
but it has rejected 13,200 characters as `msg_blocks_too_long`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Any

from actors.notifier.model.outgoing import ACTION
from actors.notifier.render.markdown import one_line
from messages.commands import Button, Emphasis

Block = dict[str, Any]

MAX_BLOCKS_CHARACTERS = 9000
"""All blocks of a message together, as JSON."""

MAX_SECTION_CHARACTERS = 3000
MAX_LABEL_CHARACTERS = 75
MAX_VALUE_CHARACTERS = 2000
BUTTONS_PER_ROW = 5
MAX_OPTIONS = 100
MAX_OPTION_VALUE_CHARACTERS = 150

_STYLES = MappingProxyType({Emphasis.PRIMARY: "primary", Emphasis.DANGER: "danger"})


def encoded(blocks: Sequence[Block]) -> str:
    """The blocks as JSON."""
    return json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))


def section(text: str) -> Block:
    """A section of mrkdwn. With `verbatim`, Slack turns only what is written as a link into one, not a `#channel` in a
    title."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def sections(text: str) -> list[Block]:
    """A text as sections, divided between lines; a line that is too long is divided between words."""
    return [section(piece) for piece in _pieces(text.split("\n")) if piece.strip()]


def context(texts: Iterable[str]) -> list[Block]:
    """Texts in small grey letters, as one block; none if all are empty."""
    elements = [{"type": "mrkdwn", "text": text, "verbatim": True} for text in texts if text]
    return [{"type": "context", "elements": elements}] if elements else []


def rows(buttons: Sequence[Button]) -> list[Block]:
    """Buttons in rows. A button whose command is too long for Slack is left out: a cut command would be another."""
    made = [
        _button(button, number) for number, button in enumerate(buttons) if len(button.command) <= MAX_VALUE_CHARACTERS
    ]
    return [
        {"type": "actions", "elements": made[first : first + BUTTONS_PER_ROW]}
        for first in range(0, len(made), BUTTONS_PER_ROW)
    ]


def menu(buttons: Sequence[Button], number: int) -> Block:
    """The buttons as a menu (three dots) of the `number`-th notice in a message."""
    return {
        "type": "overflow",
        "action_id": f"{ACTION}-menu-{number}",
        "options": [option(button.label, button.command) for button in buttons],
    }


def select(placeholder: str, options: Sequence[Block]) -> Block:
    """A row with a select, from which one option is chosen."""
    chosen = {
        "type": "static_select",
        "action_id": f"{ACTION}-select",
        "placeholder": {"type": "plain_text", "text": placeholder, "emoji": False},
        "options": list(options[:MAX_OPTIONS]),
    }
    return {"type": "actions", "elements": [chosen]}


def option(label: str, command: str) -> Block:
    """A choice of a menu or select. The label is no mrkdwn, and shows no emoji."""
    text = one_line(label)[:MAX_LABEL_CHARACTERS] or "…"
    return {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": command}


def _button(button: Button, number: int) -> Block:
    label = {"type": "plain_text", "text": one_line(button.label)[:MAX_LABEL_CHARACTERS] or "…", "emoji": False}
    made = {
        "type": "button",
        "text": label,
        "action_id": f"{ACTION}-{number}",
        "value": button.command,
    }
    return made | ({"style": _STYLES[button.emphasis]} if button.emphasis in _STYLES else {})


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    piece: list[str] = []
    used = 0
    for part in (part for line in lines for part in _parts(line)):
        if piece and used + len(part) + 1 > MAX_SECTION_CHARACTERS:
            yield "\n".join(piece)
            piece, used = [], 0
        piece.append(part)
        used += len(part) + 1
    yield "\n".join(piece)


def _parts(line: str) -> Iterator[str]:
    while len(line) > MAX_SECTION_CHARACTERS:
        cut = line.rfind(" ", 0, MAX_SECTION_CHARACTERS)
        cut = cut if cut > 0 else MAX_SECTION_CHARACTERS
        yield line[:cut]
        line = line[cut:].lstrip()
    yield line

"""Messages in Block Kit, within Slack's limits. Pure.

https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 3,000 characters a section's text, 75 a
button's, 2,000 a button's value, 25 elements an actions block. How long all blocks together may be Slack does not say;
it has refused 13,200 characters of them as `msg_blocks_too_long`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Any

from actors.notifier.inbound.parse import ACTION
from actors.notifier.render.escaping import one_line
from messages.commands import Button, Emphasis

Block = dict[str, Any]

LONGEST = 9000
"""Characters of all blocks of a message together, as JSON."""

LONGEST_TEXT = 3000
LONGEST_LABEL = 75
LONGEST_VALUE = 2000
BUTTONS_A_ROW = 5

_STYLES = MappingProxyType({Emphasis.PRIMARY: "primary", Emphasis.DANGER: "danger"})


def encoded(blocks: Sequence[Block]) -> str:
    """As JSON text, which is how a message keeps them."""
    return json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))


def section(text: str) -> Block:
    """A text, in mrkdwn. Verbatim: Slack links what is written as a link, and no `#channel` that a title speaks of."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def sections(text: str) -> list[Block]:
    """A text of ours as sections, divided between lines; a line that is too long is divided between words."""
    return [section(piece) for piece in _pieces(text.split("\n")) if piece.strip()]


def rows(buttons: Sequence[Button]) -> list[Block]:
    """Buttons, so many in a row; one whose command is too long for Slack is left out, rather than cut to another."""
    made = [_button(button, number) for number, button in enumerate(buttons) if len(button.command) <= LONGEST_VALUE]
    return [
        {"type": "actions", "elements": made[first : first + BUTTONS_A_ROW]}
        for first in range(0, len(made), BUTTONS_A_ROW)
    ]


def menu(buttons: Sequence[Button], number: int) -> Block:
    """Buttons of ours behind three dots, beside the `number`-th text of a message."""
    options = [{"text": {"type": "plain_text", "text": button.label}, "value": button.command} for button in buttons]
    return {"type": "overflow", "action_id": f"{ACTION}-menu-{number}", "options": options}


def _button(button: Button, number: int) -> Block:
    label = {"type": "plain_text", "text": one_line(button.label)[:LONGEST_LABEL] or "…", "emoji": False}
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
        if piece and used + len(part) + 1 > LONGEST_TEXT:
            yield "\n".join(piece)
            piece, used = [], 0
        piece.append(part)
        used += len(part) + 1
    yield "\n".join(piece)


def _parts(line: str) -> Iterator[str]:
    while len(line) > LONGEST_TEXT:
        cut = line.rfind(" ", 0, LONGEST_TEXT)
        cut = cut if cut > 0 else LONGEST_TEXT
        yield line[:cut]
        line = line[cut:].lstrip()
    yield line

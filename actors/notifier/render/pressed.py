"""Buttons that were pressed say what was done. Pure."""

import json
from collections.abc import Collection
from typing import Any

from actors.notifier.render.blocks import Block, encoded

_DONE = (
    ("watch", "Watching ✓"),
    ("unwatch", "Not watching ✓"),
    ("mute", "Muted ✓"),
    ("unmute", "Not muted ✓"),
    ("subscribe", "Subscribed ✓"),
    ("unsubscribe", "Not subscribed ✓"),
)


def done(command: str) -> str:
    """What a button says after its command was carried out; empty if it stays as it was."""
    verb = command.partition(" ")[0].rstrip("!").lower()
    return next((said for known, said in _DONE if known == verb), "")


def marked(blocks: str, pressed: Collection[str]) -> str:
    """Blocks, as JSON, with those of their buttons marked whose commands were carried out."""
    if not blocks or not pressed:
        return blocks
    read: list[Block] = json.loads(blocks)
    return encoded([_block(block, pressed) for block in read])


def _block(block: Block, pressed: Collection[str]) -> Block:
    if block.get("type") != "actions":
        return block
    return {**block, "elements": [_element(each, pressed) for each in block["elements"]]}


def _element(element: dict[str, Any], pressed: Collection[str]) -> dict[str, Any]:
    command = element.get("value", "")
    if element.get("type") != "button" or command not in pressed or not (said := done(command)):
        return element
    kept = {name: value for name, value in element.items() if name != "style"}
    return {**kept, "text": {**element["text"], "text": said}}

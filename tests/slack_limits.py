"""Slack's documented limits of a message (https://docs.slack.dev/reference/block-kit/blocks)."""

import json
import re
from typing import Any

_MENTION = re.compile(r"<[@#!]")


def keeps_slacks_limits(payload: dict[str, Any]) -> None:
    """Of a message as Slack received it; and it mentions nobody."""
    blocks = payload.get("blocks") or []
    blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
    assert 1 <= len(payload["text"]) <= 4000
    assert _MENTION.search(payload["text"]) is None
    assert len(blocks) <= 50
    for block in blocks:
        _block(block)


def _block(block: dict[str, Any]) -> None:
    if block["type"] == "section":
        assert 1 <= len(block["text"]["text"]) <= 3000
        assert _MENTION.search(block["text"]["text"]) is None
    elements = block.get("elements", []) + ([block["accessory"]] if "accessory" in block else [])
    assert len(elements) <= 25
    assert len({element["action_id"] for element in elements}) == len(elements)
    for element in elements:
        _element(element)


def _element(element: dict[str, Any]) -> None:
    choices = element["options"] if element["type"] == "overflow" else [element]
    assert 1 <= len(choices) <= 5
    for choice in choices:
        assert 1 <= len(choice["text"]["text"]) <= 75
        assert 1 <= len(choice["value"]) <= 2000

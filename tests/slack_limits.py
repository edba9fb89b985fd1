"""Slack's limits of a message: those of https://docs.slack.dev/reference/block-kit/blocks, and the length of all blocks
together that it has been seen to take."""

import json
import re
from types import MappingProxyType
from typing import Any

_MENTION = re.compile(r"<(?:[@#]|!(?!date\^[0-9]+\^))")


def keeps_slacks_limits(payload: dict[str, Any]) -> None:
    """Of a message as Slack received it; and it mentions nobody."""
    blocks = payload.get("blocks") or []
    blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
    assert 1 <= len(payload["text"]) <= 4000
    assert _MENTION.search(payload["text"]) is None
    assert len(blocks) <= 50
    assert len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) <= 12_000
    assert payload.get("parse", "none") == "none"
    assert not payload.get("link_names")
    for block in blocks:
        _block(block)


def _block(block: dict[str, Any]) -> None:
    if block["type"] == "section":
        assert 1 <= len(block["text"]["text"]) <= 3000
        assert block["text"]["verbatim"] is True
        assert _MENTION.search(block["text"]["text"]) is None
    elements = block.get("elements", []) + ([block["accessory"]] if "accessory" in block else [])
    if block["type"] == "context":
        assert 1 <= len(elements) <= 10
        for element in elements:
            assert 1 <= len(element["text"]) <= 3000
            assert element["verbatim"] is True
            assert _MENTION.search(element["text"]) is None
        return
    assert len(elements) <= 25
    assert len({element["action_id"] for element in elements}) == len(elements)
    for element in elements:
        _element(element)


_MOST_OPTIONS = MappingProxyType({"overflow": 5, "static_select": 100})


def _element(element: dict[str, Any]) -> None:
    most = _MOST_OPTIONS.get(element["type"])
    choices = [element] if most is None else element["options"]
    assert 1 <= len(choices) <= (most or 1)
    for choice in choices:
        assert 1 <= len(choice["text"]["text"]) <= 75
        assert 1 <= len(choice["value"]) <= (2000 if most is None else 150)
        assert choice["text"]["emoji"] is False

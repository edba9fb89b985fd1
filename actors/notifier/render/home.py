"""Renders a person's home: what they watch, what is muted, their hours. Pure.

https://docs.slack.dev/surfaces/app-home: 100 blocks in a view.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from actors.notifier.model.outgoing import ACTION
from actors.notifier.render.answers import rendered_line
from actors.notifier.render.blocks import Block, context, option, section
from actors.notifier.render.markdown import escaped, unmarked
from messages.home import HomeItem, HomeReply

MAX_TEXT_CHARACTERS = 200
MAX_VALUE_CHARACTERS = 2000

WELCOME = (
    "*Welcome!* Callboard tells you when a WG21 paper or draft that you watch appears. Watch an author, a paper's"
    " number, words of a title, or a group; or try `help` under *Messages*."
)
_FORMS = (("Watch…", "watch"), ("Mute…", "mute"), ("Digest…", "digest"))


def home_view(home: HomeReply) -> str:
    """The view as JSON."""
    return json.dumps({"type": "home", "blocks": list(_blocks(home))}, ensure_ascii=False, separators=(",", ":"))


def _blocks(home: HomeReply) -> Iterator[Block]:
    if home.is_new:
        yield section(WELCOME)
    yield {"type": "actions", "elements": [_opener(label, form) for label, form in _FORMS]}
    yield _header("You watch")
    yield from _items(home.entries, home.entry_count, "Remove", "watching")
    if not home.entries:
        yield from context(["Nothing yet. Press *Watch…*, or type `watch Niebler, P2300` under *Messages*."])
    if home.mutes:
        yield _header("Muted")
        yield from _items(home.mutes, home.mute_count, "Unmute", "mutes")
    yield _header("When you get notices")
    yield section("\n".join(filter(None, map(rendered_line, home.hours))) or "Immediately.")


def _items(items: Sequence[HomeItem], count: int, label: str, command: str) -> Iterator[Block]:
    for number, item in enumerate(items):
        shown = section(f"*{escaped(unmarked(item.text), MAX_TEXT_CHARACTERS)}* {escaped(item.note, 100)}")
        if len(item.command) <= MAX_VALUE_CHARACTERS:
            shown["accessory"] = _button(label, item.command, f"{ACTION}-{label.lower()}-{number}")
        yield shown
    if count > len(items):
        yield from context([f"… and {count - len(items):,} more: type `{command}` under *Messages*."])


def _opener(label: str, form: str) -> Block:
    return _button(label, form, f"{ACTION}-form-{form}")


def _button(label: str, value: str, action_id: str) -> Block:
    return {**option(label, value), "type": "button", "action_id": action_id}


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}

"""Block Kit as HTML, as Slack would show it. Pure; whatever the texts are, only elements of ours are in it.

Takes blocks that `blockkit.problems` finds nothing wrong with.
"""

import html
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from actors.stage.page.mrkdwn import to_html

Names = Mapping[str, str]
Part = Mapping[str, Any]


def blocks_html(blocks: Sequence[Part], names: Names) -> str:
    """The blocks of a message; `names` of people and channels by id. A button, or a choice of a menu, that has a `form`
    submits its `number` to the form of that id."""
    return "".join(_BLOCKS[block["type"]](block, names) for block in blocks)


def _text(text: Part, names: Names) -> str:
    if text["type"] == "mrkdwn":
        return to_html(text["text"], names)
    return html.escape(text["text"], quote=False).replace("\n", "<br>\n")


def _section(block: Part, names: Names) -> str:
    text = f'<div class="text">{_text(block["text"], names)}</div>' if "text" in block else ""
    fields = "".join(f'<div class="text">{_text(field, names)}</div>' for field in block.get("fields", ()))
    grid = f'<div class="fields">{fields}</div>' if fields else ""
    beside = f'<div class="beside">{_element(block["accessory"])}</div>' if "accessory" in block else ""
    return f'<div class="section"><div class="said">{text}{grid}</div>{beside}</div>'


def _header(block: Part, names: Names) -> str:
    return f"<h3>{_text(block['text'], names)}</h3>"


def _divider(block: Part, names: Names) -> str:
    return "<hr>"


def _actions(block: Part, names: Names) -> str:
    return f'<div class="actions">{"".join(map(_element, block["elements"]))}</div>'


def _context(block: Part, names: Names) -> str:
    shown = (
        _picture(element) if element["type"] == "image" else f"<span>{_text(element, names)}</span>"
        for element in block["elements"]
    )
    return f'<div class="context">{"".join(shown)}</div>'


def _image(block: Part, names: Names) -> str:
    title = f"<small>{_text(block['title'], names)}</small><br>" if "title" in block else ""
    return f'<div class="text">{title}{_picture(block)}</div>'


def _picture(image: Part) -> str:
    # The page loads nothing from anywhere, so a picture is what it says instead.
    return f'<span class="picture">{html.escape(image["alt_text"])}</span>'


def _element(element: Part) -> str:
    match element["type"]:
        case "button":
            return _button(element)
        case "overflow":
            choices = "".join(f"<li>{_choice(option)}</li>" for option in element["options"])
            return f'<div class="menu" tabindex="0"><span title="More">•••</span><ul>{choices}</ul></div>'
        case "static_select":
            choices = "".join(f"<li>{_choice(option)}</li>" for option in element["options"])
            chosen = html.escape(element["placeholder"]["text"]) if "placeholder" in element else "Choose…"
            return f'<div class="menu select" tabindex="0"><span>{chosen}</span><ul>{choices}</ul></div>'
        case _:
            return _picture(element)


def _button(button: Part) -> str:
    told = html.escape(button.get("value") or button.get("url", ""))
    label = html.escape(button["text"]["text"], quote=False)
    return f'<button {_kind(button)} class="{button.get("style", "plain")}" title="{told}">{label}</button>'


def _choice(option: Part) -> str:
    label = html.escape(option["text"]["text"], quote=False)
    return f'<button {_kind(option)} class="choice">{label}</button>' if "form" in option else label


def _kind(pressable: Part) -> str:
    if "form" not in pressable:
        return 'type="button"'
    form, number = html.escape(pressable["form"]), pressable["number"]
    return f'type="submit" form="{form}" name="number" value="{number}"'


_BLOCKS: Mapping[str, Callable[[Part, Names], str]] = MappingProxyType(
    {
        "section": _section,
        "header": _header,
        "divider": _divider,
        "actions": _actions,
        "context": _context,
        "image": _image,
    }
)

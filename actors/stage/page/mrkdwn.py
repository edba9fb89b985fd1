"""Slack's markup as HTML (https://docs.slack.dev/messaging/formatting-message-text/)."""

import html
import re
from collections.abc import Mapping

_PIECE = re.compile(r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`|<(?P<link>[^<>\n]+)>", re.DOTALL)
_STYLES = tuple(
    (
        re.compile(
            rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^\n]{{0,500}}?[^\s{mark}]|[^\s{mark}]){mark}(?![\w{mark}])"
        ),
        tag,
    )
    for mark, tag in ((r"\*", "b"), ("_", "i"), ("~", "s"))
)
_PLACE = re.compile("\0([0-9]+)\0")
_LINK = re.compile(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>")
_BOLD = re.compile(r"\*([^\s*][^*\n]*)\*")
_LINKS = ("http://", "https://", "mailto:")


def to_html(text: str, names: Mapping[str, str]) -> str:
    """The message as Slack shows it; whatever the text is, only elements of ours are in it. `names` of people and
    channels by id."""
    pieces: list[str] = []
    # What is code or a link is set aside: the styles must not reach into it, but may go around it.
    plain: list[str] = []
    place = 0
    text = text.replace("\0", "")
    for found in _PIECE.finditer(text):
        plain += [_escaped(text[place : found.start()]), f"\0{len(pieces)}\0"]
        pieces.append(_piece(found, names))
        place = found.end()
    styled = "".join([*plain, _escaped(text[place:])])
    for style, tag in _STYLES:
        styled = style.sub(rf"<{tag}>\1</{tag}>", styled)
    return _PLACE.sub(lambda found: pieces[int(found[1])], styled).replace("\n", "<br>\n")


def _escaped(text: str) -> str:
    """Slack's three entities are read, and nothing is left that HTML would take for markup."""
    read = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return html.escape(read, quote=False)


def _piece(found: re.Match[str], names: Mapping[str, str]) -> str:
    if (block := found["block"]) is not None:
        return f"<pre>{_escaped(block)}</pre>"
    if (code := found["code"]) is not None:
        return f"<code>{_escaped(code)}</code>"
    return _link(found["link"], names)


def _link(link: str, names: Mapping[str, str]) -> str:
    target, _, label = link.partition("|")
    mark, id = target[:1], target[1:]
    if target.startswith("!date^"):
        return f"<time>{_escaped(label)}</time>"
    if mark in ("@", "#", "!"):
        shown = "@" if mark == "!" else mark
        return f'<b class="mention">{shown}{_escaped(label or names.get(id, id))}</b>'
    if not target.startswith(_LINKS):
        return _escaped(f"<{link}>")
    address = html.escape(target.replace("&amp;", "&"))
    return f'<a href="{address}">{_escaped(label or target)}</a>'


def plain(text: str) -> str:
    """The message for a console: links as their addresses, the three entities read, the marks of bold left out."""
    linked = _LINK.sub(_plain_link, text)
    read = linked.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _BOLD.sub(r"\1", read)


def _plain_link(found: re.Match[str]) -> str:
    if found[1].startswith("!date^"):
        return found[2] or ""
    return f"{found[2]}: {found[1]}" if found[2] else found[1]

"""Messages and notices in Block Kit, within Slack's limits. Pure.

https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 3,000 characters a section's text, 75 a
button's, 2,000 a button's value, 25 elements an actions block. How long all blocks together may be Slack does not say;
it has refused 13,200 characters of them as `msg_blocks_too_long`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from actors.notifier.model.outgoing import ACTION
from actors.notifier.render.markdown import escaped, link, one_line
from actors.notifier.render.text import (
    LINKS_SHOWN,
    LONGEST_ID,
    LONGEST_URL,
    audience,
    authors,
    detail,
    mentioned,
    title,
    watched,
    what,
)
from messages.commands import Button, Emphasis
from messages.notices import Happening, Link, Notice
from messages.papers import WG21_LINK

Block = dict[str, Any]

LONGEST = 9000
"""Characters of all blocks of a message together, as JSON."""

LONGEST_TEXT = 3000
LONGEST_LABEL = 75
LONGEST_VALUE = 2000
BUTTONS_A_ROW = 5

NOTICES_WITH_BUTTONS = 5
"""A message with more notices has their buttons in a menu beside each."""

MOST_NOTICES = 45
"""In one message: a block for each, and the headline."""

GITHUB = "https://github.com/cplusplus/papers/issues?q="
_PAPER = re.compile(r"[PD]0*([0-9]{1,9})(?![0-9])")
_ID = re.compile(r"[A-Z]{1,4}[0-9]{1,6}")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBlocks:
    """A notice as it is shown, and the characters that it takes with its buttons in rows and in a menu."""

    section: Block
    buttons: tuple[Button, ...]
    in_rows: int
    in_menu: int


def shown(notice: Notice, *, labelled: bool, explained: bool) -> NoticeBlocks:
    """`labelled` says what happened, `explained` for which of the user's entries it is."""
    paragraph = section(_paragraph(notice, labelled=labelled, explained=explained))
    buttons = _buttons(notice)
    alone = len(encoded([paragraph]))
    return NoticeBlocks(
        section=paragraph,
        buttons=buttons,
        in_rows=alone + len(encoded(rows(buttons))),
        in_menu=len(encoded([_with_menu(paragraph, buttons, MOST_NOTICES)])),
    )


def have_room(headline: str, notices: Sequence[NoticeBlocks]) -> bool:
    """Whether they fit into one message under this headline."""
    if len(notices) > MOST_NOTICES:
        return False
    lengths = (each.in_menu if len(notices) > NOTICES_WITH_BUTTONS else each.in_rows for each in notices)
    return len(encoded([section(headline)])) + sum(lengths) <= LONGEST


def page(headline: str, notices: Sequence[NoticeBlocks]) -> list[Block]:
    """A headline, and the notices under it."""
    blocks = [section(headline)]
    for number, each in enumerate(notices):
        if len(notices) > NOTICES_WITH_BUTTONS:
            blocks.append(_with_menu(each.section, each.buttons, number))
        else:
            blocks += (each.section, *rows(each.buttons))
    return blocks


def _with_menu(paragraph: Block, buttons: Sequence[Button], number: int) -> Block:
    return paragraph | {"accessory": menu(buttons, number)} if buttons else paragraph


def _buttons(notice: Notice) -> tuple[Button, ...]:
    """Watch, unless it is watched by its number, mute, why: of what the notice is about, whatever its revision."""
    thing = _thing(notice.id)
    if not thing:
        return ()
    label = "Watch this paper" if _PAPER.match(notice.id) else "Watch this"
    watch = Button(label=label, command=f"watch {thing}", emphasis=Emphasis.PRIMARY)
    return (
        *(() if {thing, thing.removeprefix("P")} & set(notice.matched) else (watch,)),
        Button(label="Mute for 2 weeks", command=f"mute {thing} 2w"),
        Button(label="Why?", command=f"why {thing}"),
    )


def _thing(id: str) -> str:
    """What a command calls it: `P2300` of `D2300R11`, `LWG3022` of itself; empty for what no command knows."""
    paper = _PAPER.match(id)
    if paper is not None:
        return f"P{paper[1]}"
    other = _ID.fullmatch(id)
    return other[0] if other is not None else ""


def _paragraph(notice: Notice, *, labelled: bool, explained: bool) -> str:
    if notice.happening is Happening.SUSPICION:
        return detail(notice) or "…"
    label = f" ({what(notice, 1)})" if labelled else ""
    lines = [
        f"*{escaped(notice.id, LONGEST_ID)}*{label} — {title(notice)}",
        authors(notice.authors),
        audience(notice.audience),
        detail(notice),
        f"You watch {watched(notice.matched)}" if explained and notice.matched else "",
        mentioned(notice),
    ]
    text = "\n".join(filter(None, lines))
    return text + _links(notice, LONGEST_TEXT - len(text) - 1)


def _links(notice: Notice, most: int) -> str:
    """As many links as fit, on a line of their own."""
    line = ""
    for each in _all_links(notice):
        shown = link(each.url, each.label, LONGEST_URL)
        if shown and len(line) + len(shown) + 3 <= most:
            line += f" · {shown}" if line else f"\n{shown}"
    return line


def _all_links(notice: Notice) -> Iterator[Link]:
    """The notice's own, and for a paper where else it can be found."""
    yield from notice.links[:LINKS_SHOWN]
    paper = _PAPER.match(notice.id)
    if paper is None:
        return
    if all(each.label != "wg21.link" for each in notice.links):
        yield Link(label="wg21.link", url=f"{WG21_LINK}P{int(paper[1]):04d}")
    yield Link(label="GitHub", url=f"{GITHUB}P{paper[1]}")

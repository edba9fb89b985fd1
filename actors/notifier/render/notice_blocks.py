"""Renders a notice in Block Kit: what happened, its links, its buttons. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actors.notifier.render.blocks import (
    MAX_BLOCKS_CHARACTERS,
    MAX_SECTION_CHARACTERS,
    Block,
    encoded,
    menu,
    rows,
    section,
)
from actors.notifier.render.markdown import escaped, link
from actors.notifier.render.phrases import (
    LINKS_SHOWN,
    MAX_ID_CHARACTERS,
    MAX_URL_CHARACTERS,
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

MAX_NOTICES_WITH_BUTTON_ROWS = 5
"""In a message with more notices, each has a menu instead of buttons."""

MAX_NOTICES = 45
"""A message has one block for each, and one for the headline."""

GITHUB = "https://github.com/cplusplus/papers/issues?q="
_PAPER = re.compile(r"[PD]0*([0-9]{1,9})(?![0-9])")
_ID = re.compile(r"[A-Z]{1,4}[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBlocks:
    """A notice in Block Kit, and how many characters it takes with buttons in rows or in a menu."""

    section: Block
    buttons: tuple[Button, ...]
    in_rows: int
    in_menu: int


def shown(notice: Notice, *, labelled: bool, explained: bool) -> NoticeBlocks:
    """Render a notice. `labelled` adds what happened, `explained` adds which of the user's entries matched."""
    paragraph = section(_paragraph(notice, labelled=labelled, explained=explained))
    buttons = _buttons(notice)
    alone = len(encoded([paragraph]))
    return NoticeBlocks(
        section=paragraph,
        buttons=buttons,
        in_rows=alone + len(encoded(rows(buttons))),
        in_menu=len(encoded([_with_menu(paragraph, buttons, MAX_NOTICES)])),
    )


def have_room(headline: str, notices: Sequence[NoticeBlocks]) -> bool:
    """Whether the notices fit into one message with this headline."""
    if len(notices) > MAX_NOTICES:
        return False
    lengths = (each.in_menu if len(notices) > MAX_NOTICES_WITH_BUTTON_ROWS else each.in_rows for each in notices)
    return len(encoded([section(headline)])) + sum(lengths) <= MAX_BLOCKS_CHARACTERS


def page(headline: str, notices: Sequence[NoticeBlocks]) -> list[Block]:
    """A message: a headline, then the notices."""
    blocks = [section(headline)]
    for number, each in enumerate(notices):
        if len(notices) > MAX_NOTICES_WITH_BUTTON_ROWS:
            blocks.append(_with_menu(each.section, each.buttons, number))
        else:
            blocks += (each.section, *rows(each.buttons))
    return blocks


def _with_menu(paragraph: Block, buttons: Sequence[Button], number: int) -> Block:
    return paragraph | {"accessory": menu(buttons, number)} if buttons else paragraph


def _buttons(notice: Notice) -> tuple[Button, ...]:
    """Watch (unless the user already watches it by its number), mute, why. They apply to all revisions."""
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
    """The name that commands use: `P2300` for `D2300R11`, `LWG3022` for itself; empty if no command knows it."""
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
        f"*{escaped(notice.id, MAX_ID_CHARACTERS)}*{label} — {title(notice)}",
        authors(notice.authors),
        audience(notice.audience),
        detail(notice),
        f"because you watch {watched(notice.matched)}" if explained and notice.matched else "",
        mentioned(notice),
    ]
    text = "\n".join(filter(None, lines))
    return text + _links(notice, MAX_SECTION_CHARACTERS - len(text) - 1)


def _links(notice: Notice, most: int) -> str:
    """As many links as fit, on a line of their own."""
    line = ""
    for each in _all_links(notice):
        shown = link(each.url, each.label, MAX_URL_CHARACTERS)
        if shown and len(line) + len(shown) + 3 <= most:
            line += f" · {shown}" if line else f"\n{shown}"
    return line


def _all_links(notice: Notice) -> Iterator[Link]:
    """The notice's own links, and for a paper also wg21.link and GitHub."""
    yield from notice.links[:LINKS_SHOWN]
    paper = _PAPER.match(notice.id)
    if paper is None:
        return
    if all(each.label != "wg21.link" for each in notice.links):
        yield Link(label="wg21.link", url=f"{WG21_LINK}P{int(paper[1]):04d}")
    yield Link(label="GitHub", url=f"{GITHUB}P{paper[1]}")

"""Notices in Block Kit: each with its links and buttons, as many as have room in a message. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actors.notifier.render.blocks import LONGEST, LONGEST_TEXT, Block, encoded, menu, rows, section
from actors.notifier.render.escaping import escaped, link
from actors.notifier.render.phrases import (
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

NOTICES_WITH_BUTTONS = 5
"""A message with more notices has their buttons in a menu beside each."""

MOST_NOTICES = 45
"""In one message: a block for each, and the headline."""

GITHUB = "https://github.com/cplusplus/papers/issues?q="
_PAPER = re.compile(r"[PD]0*([0-9]{1,9})(?![0-9])")
_ID = re.compile(r"[A-Z]{1,4}[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A notice as it is shown, and the characters that it takes with its buttons in rows and in a menu."""

    section: Block
    buttons: tuple[Button, ...]
    in_rows: int
    in_menu: int


def shown(notice: Notice, *, labelled: bool, explained: bool) -> Shown:
    """`labelled` says what happened, `explained` for which of the user's entries it is."""
    paragraph = section(_paragraph(notice, labelled=labelled, explained=explained))
    buttons = _buttons(notice)
    alone = len(encoded([paragraph]))
    return Shown(
        section=paragraph,
        buttons=buttons,
        in_rows=alone + len(encoded(rows(buttons))),
        in_menu=len(encoded([_with_menu(paragraph, buttons, MOST_NOTICES)])),
    )


def have_room(headline: str, notices: Sequence[Shown]) -> bool:
    """Whether they fit into one message under this headline."""
    if len(notices) > MOST_NOTICES:
        return False
    lengths = (each.in_menu if len(notices) > NOTICES_WITH_BUTTONS else each.in_rows for each in notices)
    return len(encoded([section(headline)])) + sum(lengths) <= LONGEST


def page(headline: str, notices: Sequence[Shown]) -> list[Block]:
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

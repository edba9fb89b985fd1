"""Renders a notice in Block Kit: what happened, what is known of it in small letters, its buttons. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actors.notifier.render.blocks import (
    MAX_BLOCKS_CHARACTERS,
    Block,
    context,
    encoded,
    menu,
    rows,
    section,
)
from actors.notifier.render.markdown import json_length, link
from actors.notifier.render.phrases import (
    LINKS_SHOWN,
    MAX_URL_CHARACTERS,
    Reader,
    audience,
    authors,
    because,
    by_group,
    detail,
    mentioned,
    named,
    previous,
    title,
    what,
    when,
)
from messages.commands import Button, Emphasis
from messages.notices import Happening, Link, Notice
from messages.papers import WG21_LINK

MAX_NOTICES_WITH_BUTTON_ROWS = 5
"""In a message with more notices, each has a menu instead of buttons."""

MAX_LINKS_CHARACTERS = 1200

GITHUB = "https://github.com/cplusplus/papers/issues?q="
_PAPER = re.compile(r"[PD]0*([0-9]{1,9})(?![0-9])")
_ID = re.compile(r"[A-Z]{1,4}[0-9]{1,6}")
_SPELLED = re.compile(r"(?:[PD][ -]?)?0*([0-9]+)(?:[ -]?R[0-9]+)?", re.IGNORECASE)
"""A paper's number as people write it."""

_OF_DRAFTS = frozenset({Happening.DRAFT_FOUND, Happening.DRAFT_UPDATED, Happening.DRAFT_WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBlocks:
    """A notice in Block Kit, and how many characters it takes with buttons in rows or in a menu."""

    section: Block
    context: tuple[Block, ...]
    buttons: tuple[Button, ...]
    in_rows: int
    in_menu: int


def shown(notice: Notice, *, explained: bool, reader: Reader = Reader.USER) -> NoticeBlocks:
    """Render a notice. `explained` adds which of the reader's entries matched."""
    paragraph = section(_paragraph(notice, reader, explained=explained))
    known = tuple(context(_known(notice)))
    buttons = buttons_of(notice, reader)
    alone = len(encoded([paragraph, *known]))
    return NoticeBlocks(
        section=paragraph,
        context=known,
        buttons=buttons,
        in_rows=alone + len(encoded(rows(buttons))),
        in_menu=len(encoded([_with_menu(paragraph, buttons, MAX_NOTICES_WITH_BUTTON_ROWS), *known])),
    )


def have_room(headline: str, notices: Sequence[NoticeBlocks]) -> bool:
    """Whether the notices fit into one message with this headline."""
    lengths = (each.in_menu if len(notices) > MAX_NOTICES_WITH_BUTTON_ROWS else each.in_rows for each in notices)
    return len(encoded([section(headline)])) + sum(lengths) <= MAX_BLOCKS_CHARACTERS


def page(headline: str, notices: Sequence[NoticeBlocks]) -> list[Block]:
    """A message: a headline (none if it is empty), then the notices."""
    blocks = [section(headline)] if headline else []
    for number, each in enumerate(notices):
        if len(notices) > MAX_NOTICES_WITH_BUTTON_ROWS:
            blocks += (_with_menu(each.section, each.buttons, number), *each.context)
        else:
            blocks += (each.section, *each.context, *rows(each.buttons))
    return blocks


def buttons_of(notice: Notice, reader: Reader) -> tuple[Button, ...]:
    """Watch (unless the user already watches it by its number), mute, why. They apply to all revisions. In a channel
    there is only what is true for everybody: whoever presses it watches the paper for themselves."""
    thing = thing_of(notice.id)
    if not thing:
        return ()
    label = "Watch this paper" if _PAPER.match(notice.id) else "Watch this"
    watch = Button(label=label, command=f"watch {thing}", emphasis=Emphasis.PRIMARY)
    if reader is Reader.CHANNEL:
        return (watch,)
    return (
        *(() if thing in map(_spelled, notice.matched) else (watch,)),
        Button(label="Mute for 2 weeks", command=f"mute {thing} 2w"),
        Button(label="Why?", command=f"why {thing}"),
    )


def thing_of(id: str) -> str:
    """The name that commands use: `P2300` for `D2300R11`, `LWG3022` for itself; empty if no command knows it."""
    paper = _PAPER.match(id)
    if paper is not None:
        return f"P{paper[1]}"
    other = _ID.fullmatch(id)
    return other[0] if other is not None else ""


def first_link(notice: Notice) -> str:
    """The address that a line about the notice leads to; empty if there is none."""
    return next((each.url for each in notice.links), "")


def _spelled(entry: str) -> str:
    number = _SPELLED.fullmatch(entry.strip())
    return f"P{number[1]}" if number is not None else entry.strip().upper()


def _with_menu(paragraph: Block, buttons: Sequence[Button], number: int) -> Block:
    return paragraph | {"accessory": menu(buttons, number)} if buttons else paragraph


def _paragraph(notice: Notice, reader: Reader, *, explained: bool) -> str:
    if notice.happening is Happening.SUSPICION:
        return f"*Suspicion*: {detail(notice) or '…'}"
    lines = [
        f"*{named(notice)}* {what(notice, 1)}: {title(notice)}",
        detail(notice),
        by_group(notice),
        because(notice, reader) if explained else "",
        mentioned(notice),
    ]
    return "\n".join(filter(None, lines))


def _known(notice: Notice) -> Iterator[str]:
    """What is known of it besides, each for an element of a context."""
    yield authors(notice)
    yield audience(notice.audience)
    yield previous(notice)
    yield when(notice)
    yield _links(notice)


def _links(notice: Notice) -> str:
    """As many links as fit."""
    line = ""
    for each in _all_links(notice):
        shown = link(each.url, each.label, MAX_URL_CHARACTERS)
        if shown and json_length(line) + json_length(shown) + 3 <= MAX_LINKS_CHARACTERS:
            line += f" · {shown}" if line else shown
    return line


def _all_links(notice: Notice) -> Iterator[Link]:
    """The notice's own links, and for a paper whose number is published also wg21.link and GitHub: before that, they
    lead nowhere."""
    yield from notice.links[:LINKS_SHOWN]
    paper = _PAPER.match(notice.id)
    if paper is None or (notice.happening in _OF_DRAFTS and not notice.previous):
        return
    if all(each.label != "wg21.link" for each in notice.links):
        yield Link(label="wg21.link", url=f"{WG21_LINK}P{int(paper[1]):04d}")
    yield Link(label="GitHub", url=f"{GITHUB}P{paper[1]}")

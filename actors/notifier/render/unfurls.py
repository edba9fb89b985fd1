"""Renders what an address of wg21.link leads to. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from actors.notifier.model.surfaces import PaperLink
from actors.notifier.render.blocks import context, section
from actors.notifier.render.markdown import escaped, link
from messages.papers import WG21_LINK, Paper

MAX_TITLE_CHARACTERS = 400
MAX_NAME_CHARACTERS = 50
NAMES_SHOWN = 5


def unfurled(found: Sequence[tuple[PaperLink, Sequence[Paper]]]) -> Mapping[str, Mapping[str, Any]]:
    """Blocks by address, for those that the index knows; each comes with all revisions of its number, oldest first."""
    shown: dict[str, Mapping[str, Any]] = {}
    for address, papers in found:
        wanted = [each for each in papers if not address.revision or str(each.revision) == address.revision]
        if wanted:
            shown[address.url] = {"blocks": _blocks(wanted[-1], papers[-1])}
    return shown


def _blocks(paper: Paper, newest: Paper) -> list[dict[str, Any]]:
    title = escaped(paper.title, MAX_TITLE_CHARACTERS) or "untitled"
    names = [escaped(name, MAX_NAME_CHARACTERS) for name in paper.authors[:NAMES_SHOWN]]
    hidden = len(paper.authors) - NAMES_SHOWN
    later = "" if newest.id == paper.id else f"Newest: {link(f'{WG21_LINK}{newest.id}', newest.id, 300)}"
    return [
        section(f"*{escaped(paper.id, 40)}* {title}"),
        *context(
            (
                ", ".join(filter(None, names)) + (f", … and {hidden} more" if hidden > 0 else ""),
                _date(paper.date),
                later,
            )
        ),
    ]


def _date(published: date | None) -> str:
    return f"{published:%Y-%m-%d}" if published is not None else ""

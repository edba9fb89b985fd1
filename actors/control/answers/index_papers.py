"""Papers and numbers as operators name them, and what an operator's comparison of two indexes asks. Pure."""

import re
from datetime import datetime
from typing import Any

import msgspec

from actors.control.answers.draft_names import NotAName
from messages.papers import MailingPublished, Occasion, Paper, PaperChange, PaperKind, PapersAdded, PapersChanged

_PAPER = re.compile(r"(P|D|N|CWG|LWG|EWG|LEWG|FS|EDIT|SD)?-?0*([1-9]\d{0,5})(?:R\d{1,3})?", re.ASCII)


class ComparedIndexes(msgspec.Struct, frozen=True):
    """Papers that a newer index has and an older one has not, those that are different in it, and a mailing that is
    new."""

    added: tuple[Paper, ...] = ()
    changes: tuple[PaperChange, ...] = ()
    mailing: MailingPublished | None = None


def paper_number_of(text: str) -> tuple[PaperKind, int] | NotAName:
    """The kind and number of `P2300`, `2300`, `P2300R10`, `N4950` or `CWG3022`."""
    match = _PAPER.fullmatch(text.strip().upper())
    if match is None:
        return NotAName(detail=f"{text.strip()!r} is not the number of a paper: type P2300, N4950 or LWG4000")
    return PaperKind(match[1] or "P"), int(match[2])


def event_of(compared: Any, at: datetime) -> PapersAdded | PapersChanged | MailingPublished | NotAName:
    """What the index would tell of a part of a comparison, which has papers, changes or a mailing."""
    try:
        part = msgspec.convert(compared, ComparedIndexes)
    except msgspec.ValidationError as error:
        return NotAName(detail=f"not a comparison of indexes: {error}")
    if part.mailing is not None:
        return part.mailing
    if part.changes:
        return PapersChanged(at=at, changes=part.changes)
    return PapersAdded(at=at, papers=part.added, occasion=Occasion.NEWS)

"""Short ways to make what readers see."""

import re
from datetime import datetime, timedelta
from typing import Any

from messages.drafts import Announcement, Draft, DraftFile, DraftPrefix, DraftState, Extension
from messages.reading import DraftHistoryEntry, DraftStep
from tests.builders import NOON


def draft_called(id: str, **fields: Any) -> Draft:
    """A draft found at noon, uploaded ten minutes before; `fields` differ."""
    match = re.fullmatch(r"([DP])(\d+)R(\d+)", id)
    assert match is not None, id
    file = DraftFile(
        extension=Extension.PDF,
        url=f"https://isocpp.org/files/papers/{id}.pdf",
        last_modified=NOON - timedelta(minutes=10),
        length=1000,
    )
    known: dict[str, Any] = {
        "id": id,
        "prefix": DraftPrefix(match[1]),
        "number": int(match[2]),
        "revision": int(match[3]),
        "files": (file,),
        "found_at": NOON,
        "announcement": Announcement.ANNOUNCED,
        "state": DraftState.FOUND,
        "predecessor": None,
    }
    return Draft(**{**known, **fields})


def a_history(*steps: tuple[str, DraftStep, datetime]) -> tuple[DraftHistoryEntry, ...]:
    """Steps of drafts: the id, the step, and when."""
    return tuple(
        DraftHistoryEntry(place=place, at=at, draft=draft, step=step, detail="")
        for place, (draft, step, at) in enumerate(steps, 1)
    )

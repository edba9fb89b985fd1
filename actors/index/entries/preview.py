"""What would be told if one file of a source took the place of another. Pure."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from actors.index.entries.difference import read
from actors.index.entries.plausibility import ChangeTally, doubts
from actors.index.model.pages import PageState
from actors.index.model.records import Reading
from messages.papers import Paper, PaperChange

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDifference:
    """The papers that are new, those that are different, those that are gone, which is announced to nobody, and why the
    newer file would be held, if it would."""

    added: tuple[Paper, ...]
    changes: tuple[PaperChange, ...]
    gone: tuple[Paper, ...]
    doubts: tuple[str, ...]


def reading_of_index(body: bytes) -> Reading:
    """The whole index. Raises NotAnIndex."""
    return ended(read(body, {}))


def difference(old: Reading, new: Reading, today: date) -> IndexDifference:
    """What the newer reading has that the older one has not."""
    before, after = _announced(old), _announced(new)
    tally = ChangeTally()
    for id, paper in after.items():
        tally.add(before.get(id), paper, today)
    gone = {id: paper for id, paper in before.items() if id not in after}
    tally.add_missing(gone)
    changes = (PaperChange(before=before[id], after=paper) for id, paper in after.items() if id in before)
    return IndexDifference(
        added=tuple(paper for id, paper in after.items() if id not in before),
        changes=tuple(change for change in changes if change.before != change.after),
        gone=tuple(gone.values()),
        doubts=doubts(PageState(source="", page="", entries=old.valid), new, tally),
    )


def _announced(reading: Reading) -> Mapping[str, Paper]:
    return {each.paper.id: each.paper for each in reading.candidates if each.is_announced}


def ended(steps: Generator[None, None, T]) -> T:
    """What a reading returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result

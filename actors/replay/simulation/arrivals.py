"""The drafts that appear in a replay: each dated P revision of an index, at a random time of its day (UTC),
by the weights of the hours.

The index does not say what a draft's file was called. Each gets one name by chance: D, or P for one first revision in
five; a first revision PDF or HTML alike, a later one mostly what the revision before it is. All chance hangs on the
seed, the number and the revision alone: other entries of the index, earlier or later ones, change nothing of it.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actors.prober.model import names
from actors.prober.model.history import DatedRevision
from actors.prober.model.mentions import mentioned
from actors.prober.schedule.pace import FLAT_HOURS
from messages.drafts import DraftPrefix, Extension
from messages.papers import Paper
from messages.probing import DraftName

DAY = 86_400.0

PUBLISHED = 0.2
"""First revisions whose draft carries P; nobody counted them, and both strategies ask for both."""

KEPT = 0.9
"""Later revisions whose draft has the format of the revision before it; nobody counted them either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A draft that appears at `at` (seconds, day 0 of the proleptic calendar being 0) under one name."""

    entry: DatedRevision
    at: float
    name: DraftName


class Future:
    """The drafts that have yet to appear, by day. Days are given out in order and only once: the holder of a Future
    sees nothing but what it has given out."""

    def __init__(self, papers: Iterable[Paper], seed: int, hours: Sequence[float] = FLAT_HOURS) -> None:
        entries = (
            DatedRevision(
                number=paper.number,
                revision=names.revision_of(paper),
                day=paper.date.toordinal(),
                authors=paper.authors,
                mentions=mentioned(paper.title),
            )
            for paper in papers
            if names.is_numbered(paper) and paper.date is not None
        )
        self._rest = sorted(entries, key=lambda entry: (entry.day, entry.number, entry.revision), reverse=True)
        self._seed = seed
        self._hours = hours

    def before(self, day: int) -> list[DatedRevision]:
        """The entries dated before a day that were not given out yet."""
        given: list[DatedRevision] = []
        while self._rest and self._rest[-1].day < day:
            given.append(self._rest.pop())
        return given

    def on(self, day: int) -> list[Arrival]:
        """The drafts that appear on a day."""
        return [self._arrival(entry) for entry in self.before(day + 1)]

    def _arrival(self, entry: DatedRevision) -> Arrival:
        chance = random.Random(f"{self._seed} P{entry.number}R{entry.revision}")
        at = (entry.day + _moment(chance.random(), self._hours)) * DAY
        is_published = chance.random() < PUBLISHED and entry.revision == 0
        name = DraftName(
            prefix=DraftPrefix.P if is_published else DraftPrefix.D,
            number=entry.number,
            revision=entry.revision,
            extension=self._format(entry.number, entry.revision),
        )
        return Arrival(entry=entry, at=at, name=name)

    def _format(self, number: int, revision: int) -> Extension:
        """Drawn for each revision up to this one, whether the index has it or not."""
        format, other = Extension.PDF, Extension.HTML
        for place in range(revision + 1):
            turned = random.Random(f"{self._seed} P{number}R{place} format").random()
            if turned >= (KEPT if place else 0.5):
                format, other = other, format
        return format


def _moment(chance: float, hours: Sequence[float]) -> float:
    """The fraction of a day at which a share of its drafts has appeared."""
    left = chance * sum(hours)
    for hour, weight in enumerate(hours):
        if left < weight:
            return (hour + left / weight) / len(hours)
        left -= weight
    return 1.0 - 1e-9


def span(papers: Iterable[Paper]) -> tuple[int, int] | None:
    """The first and the last day on which a P revision is dated; None if none is."""
    days = [paper.date.toordinal() for paper in papers if names.is_numbered(paper) and paper.date is not None]
    return (min(days), max(days)) if days else None

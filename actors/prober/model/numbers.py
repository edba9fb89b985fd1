"""What the index says of paper numbers, and the view of it that a strategy gets."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from actors.prober.model.history import Past
from messages.drafts import Extension
from messages.probing import DraftName


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNumber:
    """What the index says of a number: its revisions, and the date of the newest one, None if it has none."""

    revisions: frozenset[int]
    dated: date | None

    @property
    def newest(self) -> int:
        """The newest revision."""
        return max(self.revisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All that a strategy may look at. `known` are the numbers in the index; `found` the files of drafts found so far,
    by number; `formats` those of the newest found of a number's drafts that has just one; `frontier` is None while no
    paper is known; `today` in UTC; `past` are the dates. A view on the prober's memory, for one turn.
    """

    known: Mapping[int, KnownNumber]
    found: Mapping[int, frozenset[DraftName]]
    watched: Set[int]
    frontier: int | None
    today: date
    past: Past = field(default_factory=Past)
    formats: Mapping[int, Extension] = field(default_factory=dict)

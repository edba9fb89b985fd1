"""What the index says of paper numbers, and the view of it that a strategy gets."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from actors.prober.model.history import RevisionHistory
from messages.drafts import Extension
from messages.probing import DraftName


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNumber:
    """What the index says of a number: its revisions, and the date of the newest one, None if undated."""

    revisions: frozenset[int]
    dated: date | None

    @property
    def newest(self) -> int:
        """The newest revision."""
        return max(self.revisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyInputs:
    """Everything a strategy may look at: the `known` numbers of the index; the files of drafts `found` so far, by
    number; the `formats` of each number's newest draft, if it has only one; the `frontier`, None while no paper is
    known; `today` in UTC; the dated `history` of the index. A view of the prober's catalog, valid for one turn."""

    known: Mapping[int, KnownNumber]
    found: Mapping[int, frozenset[DraftName]]
    watched: Set[int]
    frontier: int | None
    today: date
    history: RevisionHistory = field(default_factory=RevisionHistory)
    formats: Mapping[int, Extension] = field(default_factory=dict)

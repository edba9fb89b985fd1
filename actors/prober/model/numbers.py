"""What the index says of paper numbers, and the view of it that a strategy gets."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from actors.prober.model.history import RevisionHistory
from actors.prober.model.mentions import NOTHING_NAMED, Mentions
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
    known; `today` in UTC; the dated `history` of the index; the `mentions` of revisions in other papers. A
    view of the prober's catalog, valid for one turn."""

    known: Mapping[int, KnownNumber]
    found: Mapping[int, frozenset[DraftName]]
    watched: Set[int]
    frontier: int | None
    today: date
    history: RevisionHistory = field(default_factory=RevisionHistory)
    formats: Mapping[int, Extension] = field(default_factory=dict)
    mentions: Mentions = field(default_factory=Mentions)

    def awaited(self, number: int) -> Mapping[int, int]:
        """The revisions of a number that other papers named lately and nobody has found, with the days since."""
        if number not in self.mentions.days:  # asked for thousands of numbers, of which hardly any is named
            return NOTHING_NAMED
        ages = self.mentions.ages(number, self.today.toordinal())
        known, found = self.known.get(number), self.found.get(number, ())
        seen = (known.revisions if known is not None else frozenset()) | {name.revision for name in found}
        return {revision: age for revision, age in ages.items() if revision not in seen}

"""What to ask a number for, and how often: the strategies."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Protocol

from actors.prober.schedule.history import Past
from messages.drafts import DraftPrefix, Extension
from messages.inquiries import Why
from messages.probing import DraftName

HOT_AGE = timedelta(days=182)
HOT_BELOW = 29
HOT_ABOVE = 60
COLD_FACTOR = 48

NOTHING_MISSING: Mapping[str, float] = MappingProxyType({})

_NO_FILES: frozenset[DraftName] = frozenset()


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


Weighted = tuple[tuple[DraftName, int], ...]
"""Names, each with how many asks of the number there are for one of the name; the likeliest first."""


class Strategy(Protocol):
    """Spends the budget: which numbers are asked at all, for what names, and how long between two asks."""

    def spend(self, budget: float) -> None:
        """From the next `learn` on, so many HEADs a second."""

    def learn(self, circumstances: Circumstances) -> Iterator[None]:
        """Prepare for the circumstances, a few milliseconds' work between two steps; `numbers`, `interval` and `names`
        go by what was learnt last."""

    def numbers(self, circumstances: Circumstances) -> Iterable[int]:
        """Every number that is worth asking, each once."""

    def interval(self, number: int, circumstances: Circumstances) -> float:
        """Seconds between two asks of the number's names."""

    def names(
        self,
        number: int,
        circumstances: Circumstances,
        missing: Mapping[str, float] = NOTHING_MISSING,
        now: float = 0.0,
    ) -> tuple[DraftName, ...]:
        """What to ask the number for now, likeliest first; files already found are not among them. `missing` says of
        names (without the number) when they were last given out and answered missing; both in seconds."""

    def weighted(self, number: int, circumstances: Circumstances) -> Weighted:
        """All names of a number that is asked, the likeliest first."""

    def why(self, number: int, circumstances: Circumstances) -> Why:
        """Why a number is asked as often as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoFrequency:
    """The usual way: hot numbers each `min_revisit` seconds, the rest up to the frontier each 48 times that.

    Hot: the newest revision dated within 182 days (a date to come counts as recent), or from 29 below to 60 above the
    frontier, or watched. A known number is asked as D for the 2 next revisions when hot, for the next one when cold; an
    unknown one as D and P for R0 and R1; each as pdf and html. A draft already found counts as a revision: the files of
    it that were not found yet stay asked for, and so many revisions beyond it.
    """

    min_revisit: float

    def spend(self, budget: float) -> None:
        """Its rounds are fixed: with less they take longer, the hot numbers' and the cold ones' alike."""

    def learn(self, circumstances: Circumstances) -> Iterator[None]:
        return iter(())

    def numbers(self, circumstances: Circumstances) -> Iterable[int]:
        top = 0 if circumstances.frontier is None else circumstances.frontier + HOT_ABOVE
        since = circumstances.today - HOT_AGE
        above = {number for number, known in circumstances.known.items() if number > top and _recent(known, since)}
        above.update(number for number in circumstances.watched if number > top)
        return (*sorted(above, reverse=True), *range(top, 0, -1))

    def interval(self, number: int, circumstances: Circumstances) -> float:
        return self.min_revisit if self._is_hot(number, circumstances) else COLD_FACTOR * self.min_revisit

    def names(
        self,
        number: int,
        circumstances: Circumstances,
        missing: Mapping[str, float] = NOTHING_MISSING,
        now: float = 0.0,
    ) -> tuple[DraftName, ...]:
        known = circumstances.known.get(number)
        found = circumstances.found.get(number, _NO_FILES)
        prefixes = (DraftPrefix.D, DraftPrefix.P) if known is None else (DraftPrefix.D,)
        ahead = 2 if known is None or self._is_hot(number, circumstances) else 1
        newest = -1 if known is None else known.newest
        last = max((newest, *(name.revision for name in found))) + ahead
        asked = (
            DraftName(prefix=prefix, number=number, revision=revision, extension=extension)
            for revision in range(newest + 1, last + 1)
            for prefix in prefixes
            for extension in Extension
        )
        return tuple(name for name in asked if name not in found)

    def weighted(self, number: int, circumstances: Circumstances) -> Weighted:
        return tuple((name, 1) for name in self.names(number, circumstances))

    def why(self, number: int, circumstances: Circumstances) -> Why:
        rule = "hot: in each round" if self._is_hot(number, circumstances) else f"cold: each {COLD_FACTOR} rounds"
        cost = len(self.names(number, circumstances))
        return Why(rule=rule, hazard=None, factors=(), cost=float(cost))

    def _is_hot(self, number: int, circumstances: Circumstances) -> bool:
        if number in circumstances.watched:
            return True
        frontier = circumstances.frontier
        if frontier is not None and -HOT_BELOW <= number - frontier <= HOT_ABOVE:
            return True
        known = circumstances.known.get(number)
        return known is not None and _recent(known, circumstances.today - HOT_AGE)


def _recent(known: KnownNumber, since: date) -> bool:
    return known.dated is not None and known.dated >= since

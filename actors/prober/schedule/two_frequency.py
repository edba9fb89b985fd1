"""The two-frequency strategy: hot numbers in each round, cold ones once a day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from actors.prober.model.numbers import Circumstances, KnownNumber
from actors.prober.schedule.strategy import NOTHING_MISSING, Weighted
from messages.drafts import DraftPrefix, Extension
from messages.inquiries import Why
from messages.probing import DraftName

HOT_AGE = timedelta(days=182)


HOT_BELOW = 29


HOT_ABOVE = 60


COLD_FACTOR = 48


_NO_FILES: frozenset[DraftName] = frozenset()


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

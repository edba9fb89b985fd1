"""The two-frequency strategy: hot numbers in every round, cold ones once a day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from actors.prober.model.numbers import KnownNumber, StrategyInputs
from actors.prober.schedule.strategy import NOTHING_MISSING, CandidateNames
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
    """The simple strategy: hot numbers every `min_revisit` seconds, the rest up to the frontier every 48 times that.

    A number is hot if its newest revision is dated within 182 days (future dates count), if it is from 29 below to 60
    above the frontier, or if it is watched. A known number is probed as D for the next 2 revisions if hot, for the next
    one if cold; an unknown number as D and P for R0 and R1; each as pdf and html. A draft already found counts as a
    revision: its missing files are still probed, and so are the next revisions after it.
    """

    min_revisit: float

    def spend(self, budget: float) -> None:
        """The rounds are fixed: with a smaller budget all of them take longer."""

    def learn(self, inputs: StrategyInputs) -> Iterator[None]:
        return iter(())

    def numbers(self, inputs: StrategyInputs) -> Iterable[int]:
        top = 0 if inputs.frontier is None else inputs.frontier + HOT_ABOVE
        since = inputs.today - HOT_AGE
        above = {number for number, known in inputs.known.items() if number > top and _recent(known, since)}
        above.update(number for number in inputs.watched if number > top)
        return (*sorted(above, reverse=True), *range(top, 0, -1))

    def interval(self, number: int, inputs: StrategyInputs) -> float:
        return self.min_revisit if self._is_hot(number, inputs) else COLD_FACTOR * self.min_revisit

    def names(
        self,
        number: int,
        inputs: StrategyInputs,
        missing: Mapping[str, float] = NOTHING_MISSING,
        now: float = 0.0,
    ) -> tuple[DraftName, ...]:
        known = inputs.known.get(number)
        found = inputs.found.get(number, _NO_FILES)
        prefixes = (DraftPrefix.D, DraftPrefix.P) if known is None else (DraftPrefix.D,)
        ahead = 2 if known is None or self._is_hot(number, inputs) else 1
        newest = -1 if known is None else known.newest
        last = max((newest, *(name.revision for name in found))) + ahead
        asked = (
            DraftName(prefix=prefix, number=number, revision=revision, extension=extension)
            for revision in range(newest + 1, last + 1)
            for prefix in prefixes
            for extension in Extension
        )
        return tuple(name for name in asked if name not in found)

    def candidate_names(self, number: int, inputs: StrategyInputs) -> CandidateNames:
        return tuple((name, 1) for name in self.names(number, inputs))

    def why(self, number: int, inputs: StrategyInputs) -> Why:
        rule = "hot: in every round" if self._is_hot(number, inputs) else f"cold: every {COLD_FACTOR} rounds"
        cost = len(self.names(number, inputs))
        return Why(rule=rule, hazard=None, factors=(), cost=float(cost))

    def _is_hot(self, number: int, inputs: StrategyInputs) -> bool:
        if number in inputs.watched:
            return True
        frontier = inputs.frontier
        if frontier is not None and -HOT_BELOW <= number - frontier <= HOT_ABOVE:
            return True
        known = inputs.known.get(number)
        return known is not None and _recent(known, inputs.today - HOT_AGE)


def _recent(known: KnownNumber, since: date) -> bool:
    return known.dated is not None and known.dated >= since

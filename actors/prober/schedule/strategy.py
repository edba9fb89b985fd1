"""What a strategy is: it decides which names of a number to probe, and how often."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from actors.prober.model.numbers import StrategyInputs
from messages.inquiries import Why
from messages.probing import DraftName

NOTHING_MISSING: Mapping[str, float] = MappingProxyType({})


CandidateNames = tuple[tuple[DraftName, int], ...]
"""Names, most likely first; a name with `n` is part of every n-th probe of its number."""


class Strategy(Protocol):
    """Spends the budget: which numbers are probed, which of their names, and how often."""

    def spend(self, budget: float) -> None:
        """From the next `learn` on, plan for this many HEADs per second."""

    def learn(self, inputs: StrategyInputs) -> Iterator[None]:
        """Prepare for the inputs in steps of a few milliseconds. `numbers`, `interval` and `names` use what was learned
        last."""

    def numbers(self, inputs: StrategyInputs) -> Iterable[int]:
        """Every number worth probing, each once."""

    def interval(self, number: int, inputs: StrategyInputs) -> float:
        """Seconds between two probes of the number."""

    def names(
        self,
        number: int,
        inputs: StrategyInputs,
        missing: Mapping[str, float] = NOTHING_MISSING,
        now: float = 0.0,
    ) -> tuple[DraftName, ...]:
        """The names to probe now, most likely first, without files already found. `missing` has names (without their
        number) that were answered missing, with the time at which they were sent."""

    def candidate_names(self, number: int, inputs: StrategyInputs) -> CandidateNames:
        """All names of a probed number, most likely first."""

    def why(self, number: int, inputs: StrategyInputs) -> Why:
        """Why a number is probed as often as it is."""

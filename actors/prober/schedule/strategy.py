"""What to ask a number for, and how often: the strategies."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from actors.prober.model.numbers import Circumstances
from messages.inquiries import Why
from messages.probing import DraftName

NOTHING_MISSING: Mapping[str, float] = MappingProxyType({})


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

"""What a source of papers is. Adding one: a class that meets `Source`, and a line in `registry.py`."""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from actors.index.entries.difference import nonsense
from actors.index.model.fetching import HELD_BACK, FetchFailed, IndexValidators, NotModified
from actors.index.model.pages import NewPage, PageState
from actors.index.model.records import Reading

T = TypeVar("T")


class Source(Protocol):
    """One place that says which papers there are."""

    @property
    def name(self) -> str:
        """How people call it, and what its records are stored under: `wg21.link`."""

    @property
    def interval(self) -> float:
        """Seconds between two rounds."""

    @property
    def older_interval(self) -> float:
        """Seconds between two older pages that were never asked for. Not less than `interval`: one in each round."""

    @property
    def is_first(self) -> bool:
        """Whether all others wait until it has been loaded once."""

    def pages(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        """The pages of every round, in order; `known` are those that the server has answered for."""

    def older(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        """Other pages that are wanted, the most wanted first: a round asks for one of them."""

    async def look(
        self, page: PageState, asked: IndexValidators, known: Mapping[str, int], today: date
    ) -> NotModified | FetchFailed | NewPage:
        """Fetch a page unless it is the one of `asked`, and read it against the known fingerprints."""

    async def close(self) -> None:
        """Close the connections."""


async def in_turns(steps: Generator[None, None, T]) -> T:
    """What a reading returns, with a turn for others after each of its steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        await asyncio.sleep(0)


def new_page(
    reading: Reading, known: Mapping[str, int], validators: IndexValidators, *, is_quiet: bool = False
) -> FetchFailed | NewPage:
    """What was read, to be applied; a failure if it is no page of its source."""
    if why := nonsense(reading):
        return FetchFailed(reason=f"{HELD_BACK}{why}")
    additions_first = sorted(reading.candidates, key=lambda candidate: candidate.paper.id in known)
    return NewPage(reading=reading, candidates=tuple(additions_first), validators=validators, is_quiet=is_quiet)

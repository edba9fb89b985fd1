"""One look at the index upstream: fetched, read in portions, judged. Touches nothing of the actor."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from actors.index.entries.decoding import NotAnIndex
from actors.index.entries.difference import Candidate, Reading, read, suspicion
from actors.index.model.fetching import HELD_BACK, Fetched, FetchFailed, IndexValidators, NotModified


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIndex:
    """An index that may be applied: what was read, and its candidates with the ids that are not stored yet first."""

    reading: Reading
    candidates: tuple[Candidate, ...]
    validators: IndexValidators


class Source(Protocol):
    """Where an index comes from."""

    async def fetch(self, known: IndexValidators) -> NotModified | Fetched | FetchFailed:
        """Ask for the index unless it is the one of `known`."""


async def look(
    source: Source, validators: IndexValidators, known: Mapping[str, int]
) -> NotModified | FetchFailed | NewIndex:
    """Fetch and read the index against the stored fingerprints, `known`; what must not be applied is a failure."""
    fetched = await source.fetch(validators)
    if not isinstance(fetched, Fetched):
        return fetched
    try:
        reading = await _read_in_turns(fetched.body, known)
    except NotAnIndex as error:
        return FetchFailed(reason=f"not an index: {error}")
    if why := suspicion(reading, len(known)):
        return FetchFailed(reason=f"{HELD_BACK}{why}")
    additions_first = sorted(reading.candidates, key=lambda candidate: candidate.paper.id in known)
    return NewIndex(reading=reading, candidates=tuple(additions_first), validators=fetched.validators)


async def _read_in_turns(body: bytes, known: Mapping[str, int]) -> Reading:
    portions = read(body, known)
    while True:
        try:
            next(portions)
        except StopIteration as end:
            reading: Reading = end.value
            return reading
        await asyncio.sleep(0)

"""Builders of index bodies, entries and papers for the tests of the index room."""

import json
from typing import Any

from actors.index.entries.difference import read
from actors.index.model.records import Candidate, Reading
from messages.papers import Paper


def an_entry(**fields: Any) -> dict[str, Any]:
    """One entry as wg21.link writes it."""
    return {"title": "A title", "author": "Ada Lovelace", "date": "2025-01-31", "type": "paper"} | fields


def a_body(**entries: Any) -> bytes:
    """A body of index.json with these entries."""
    return json.dumps(entries).encode()


def many_entries(count: int, first: int = 1) -> dict[str, Any]:
    """Papers `P0001R0` and so on."""
    return {f"P{number:04d}R0": an_entry(title=f"Paper {number}") for number in range(first, first + count)}


def a_candidate(paper: Paper, fingerprint: int = 1) -> Candidate:
    """A paper as it comes out of a reading."""
    return Candidate(paper=paper, fingerprint=fingerprint)


def reading_of(body: bytes, known: dict[str, int] | None = None) -> Reading:
    """Read a body to its end."""
    portions = read(body, known or {})
    while True:
        try:
            next(portions)
        except StopIteration as end:
            reading: Reading = end.value
            return reading


def papers_of(reading: Reading) -> dict[str, Paper]:
    """The candidates' papers by id."""
    return {candidate.paper.id: candidate.paper for candidate in reading.candidates}


def fingerprints_of(reading: Reading) -> dict[str, int]:
    """The candidates' fingerprints by id."""
    return {candidate.paper.id: candidate.fingerprint for candidate in reading.candidates}

"""What an index that was fetched has that the stored one has not. Pure; in portions, so that no turn gets long."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from actors.index.entries.decoding import BadEntry, UnknownKind, decode_entry, fingerprint, slices
from messages.papers import PAPER_KINDS, Paper

PORTION = 250
"""Entries between two pauses: about 3 ms of work when all of them are new."""

BAD_SHOWN = 20
"""How many bad entries are kept by name; the others are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry whose JSON is not the stored one's, decoded."""

    paper: Paper
    fingerprint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole index, read: the entries to look at; how many were valid (the unchanged ones too); how many were bad and
    the first of these; how many ids were of no known kind."""

    candidates: tuple[Candidate, ...]
    valid: int
    bad: int
    examples: tuple[BadEntry, ...]
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedEntries:
    """Candidates told apart: entries not stored yet; entries whose content changed; entries that are only written
    differently, which is no news. `notable` is how many of the first two are papers that users may be notified of: new
    ones, and those with another title or other authors."""

    added: tuple[Candidate, ...]
    changed: tuple[Candidate, ...]
    same: tuple[Candidate, ...]
    notable: int


def read(body: bytes, known: Mapping[str, int]) -> Generator[None, None, Reading]:
    """Read the body against the fingerprints of the stored entries, pausing (`yield`) after each portion; the Reading
    is returned. Of an id that stands there twice the last counts, as JSON has it. Raises NotAnIndex."""
    candidates: dict[str, Candidate] = {}
    examples: list[BadEntry] = []
    entries = bad = unknown = 0
    for portion in _portions(body):
        for id, entry in portion:
            entries += 1
            match _judged(id, entry, known.get(id)):
                case Candidate() as candidate:
                    candidates[id] = candidate
                case None:
                    candidates.pop(id, None)
                case BadEntry() as example:
                    bad += 1
                    if len(examples) < BAD_SHOWN:
                        examples.append(example)
                case UnknownKind():
                    unknown += 1
        yield
    valid = entries - bad - unknown
    return Reading(
        candidates=tuple(candidates.values()), valid=valid, bad=bad, examples=tuple(examples), unknown=unknown
    )


def suspicion(reading: Reading, stored: int) -> str:
    """Why the index that was read must not be applied to `stored` entries; empty when it may."""
    entries = reading.valid + reading.bad + reading.unknown
    if entries == 0:
        return "an empty object"
    if reading.valid == 0:
        return f"none of its {entries:,} members is an entry of the index"
    if reading.bad > reading.valid:
        return f"{reading.bad:,} of its {entries:,} entries cannot be read"
    if reading.valid * 2 <= stored:
        return f"index shrunk: {reading.valid:,} entries where {stored:,} are stored"
    return ""


def compare(before: Mapping[str, Paper], candidates: Sequence[Candidate]) -> ComparedEntries:
    """Tell the candidates apart by the stored entries, `before`, of their ids."""
    added, changed, same = [], [], []
    for candidate in candidates:
        stored = before.get(candidate.paper.id)
        if stored is None:
            added.append(candidate)
        elif stored != candidate.paper:
            changed.append(candidate)
        else:
            same.append(candidate)
    notable = sum(
        candidate.paper.kind in PAPER_KINDS
        and (candidate.paper.id not in before or is_renamed(before[candidate.paper.id], candidate.paper))
        for candidate in (*added, *changed)
    )
    return ComparedEntries(added=tuple(added), changed=tuple(changed), same=tuple(same), notable=notable)


def is_renamed(before: Paper, after: Paper) -> bool:
    """Whether an entry has another title or other authors, by which users find it."""
    return (before.title, before.authors) != (after.title, after.authors)


def _portions(body: bytes) -> Iterator[list[tuple[str, msgspec.Raw]]]:
    for members in slices(body):
        if not members:
            yield []
        items = iter(members.items())
        while portion := list(islice(items, PORTION)):
            yield portion


def _judged(id: str, entry: msgspec.Raw, known: int | None) -> Candidate | BadEntry | UnknownKind | None:
    """None for an entry that is as it is stored."""
    mark = fingerprint(entry)
    if mark == known:
        return None
    decoded = decode_entry(id, entry)
    return Candidate(paper=decoded, fingerprint=mark) if isinstance(decoded, Paper) else decoded

"""What an index that was fetched has that the stored one has not. Pure; in portions, so that no turn gets long."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from zlib import crc32

import msgspec

from actors.index.entries.decoding import UnknownKind, decode_entry, fingerprint, slices
from actors.index.model.records import BadEntry, Candidate, Reading
from messages.papers import PAPER_KINDS, Paper

PORTION = 250
"""Entries between two pauses: about 3 ms of work when all of them are new."""

BAD_SHOWN = 20
"""How many bad entries are kept by name; the others are only counted."""


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
    marks: dict[str, int] = {}
    entries = bad = unknown = 0
    for portion in _portions(body):
        for id, entry in portion:
            entries += 1
            mark = fingerprint(entry)
            match _judged(id, entry, mark, known.get(id)):
                case Candidate() as candidate:
                    candidates[id] = candidate
                    marks[id] = mark
                case None:
                    candidates.pop(id, None)
                    marks[id] = mark
                case BadEntry() as example:
                    bad += 1
                    if len(examples) < BAD_SHOWN:
                        examples.append(example)
                case UnknownKind():
                    unknown += 1
        yield
    valid = entries - bad - unknown
    return Reading(
        candidates=tuple(candidates.values()),
        valid=valid,
        bad=bad,
        examples=tuple(examples),
        unknown=unknown,
        ids=frozenset(marks),
        digest=digest_of(marks),
    )


def digest_of(marks: Mapping[str, int]) -> int:
    """64 bits, signed, of ids and fingerprints in any order; the same in every process."""
    together = 0
    for id, mark in marks.items():
        together ^= (crc32(id.encode()) * 0x9E3779B97F4A7C15 + mark * 0xC2B2AE3D27D4EB4F) & 0xFFFFFFFFFFFFFFFF
    return together - (1 << 63)


def nonsense(reading: Reading) -> str:
    """Why what was read is no page of its source at all; empty when it is one."""
    entries = reading.valid + reading.bad + reading.unknown
    if entries == 0:
        return "an empty object"
    if reading.valid == 0:
        return f"none of its {entries:,} members is an entry of the index"
    if reading.bad > reading.valid:
        return f"{reading.bad:,} of its {entries:,} entries cannot be read"
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


def is_news(before: Paper | None, after: Paper) -> bool:
    """Whether an entry is new, has another title or other authors, or got a disposition."""
    if before is None or is_renamed(before, after):
        return True
    return bool(after.disposition) and after.disposition != before.disposition


def _portions(body: bytes) -> Iterator[list[tuple[str, msgspec.Raw]]]:
    for members in slices(body):
        if not members:
            yield []
        items = iter(members.items())
        while portion := list(islice(items, PORTION)):
            yield portion


def _judged(id: str, entry: msgspec.Raw, mark: int, known: int | None) -> Candidate | BadEntry | UnknownKind | None:
    """None for an entry that is as it is stored."""
    if mark == known:
        return None
    decoded = decode_entry(id, entry)
    return Candidate(paper=decoded, fingerprint=mark) if isinstance(decoded, Paper) else decoded

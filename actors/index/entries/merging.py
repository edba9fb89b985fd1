"""What several sources say of one paper, together. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from actors.index.model.sources import PAPER_TRACKER, PRECEDENCE
from messages.papers import Paper

MOST_WORDS = 10
"""Of a group's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """What a source says of a paper; fields that it leaves empty it does not speak of. `is_announced` as in
    Candidate."""

    source: str
    paper: Paper
    is_announced: bool


def merged(records: Sequence[SourceRecord], *, is_stored: bool) -> Paper | None:
    """The paper, each field from the first source in the order of precedence that fills it; the groups of the paper
    tracker are added to the audience. None if no source says that it is published and it is not stored either: it is
    only known."""
    if not records or not (is_stored or any(record.is_announced for record in records)):
        return None
    by_source = {record.source: record.paper for record in records}
    first = next(iter(_ordered(by_source, "title")))[1]
    fields = {name: next((value for _, value in _values(by_source, name)), getattr(first, name)) for name in PRECEDENCE}
    tracked = by_source.get(PAPER_TRACKER)
    if tracked is not None:
        fields["audience"] = _with_groups(fields["audience"], tracked.audience)
    return replace(first, **fields)


def _with_groups(audience: tuple[str, ...], tracked: tuple[str, ...]) -> tuple[str, ...]:
    """What a paper says of its audience, and the groups that it has come to, which it cannot say."""
    named = {name for group in audience for name in _names_in(group)}
    return (*audience, *(group for group in tracked if _letters(group) not in named))


def _names_in(group: str) -> Iterator[str]:
    """What a group may be called of which this is the long name: `LEWG Library Evolution` is `LEWG` and
    `library-evolution`."""
    words = group.split()[:MOST_WORDS]
    for begin in range(len(words)):
        for end in range(begin + 1, len(words) + 1):
            yield _letters("".join(words[begin:end]))


def _letters(group: str) -> str:
    return "".join(letter for letter in group.casefold() if letter.isalnum())


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceValue:
    """What a source says in one field, `since` when."""

    source: str
    value: Any
    since: datetime


def provenance(
    history: Mapping[str, Sequence[tuple[datetime, Paper]]],
) -> Iterator[tuple[str, tuple[SourceValue, ...]]]:
    """For each field that a source fills: what each source says, the one that is believed first. `history` has for each
    source its records of one paper, the oldest first, each with when it was noticed."""
    newest = {source: records[-1][1] for source, records in history.items() if records}
    for name in PRECEDENCE:
        values = tuple(
            SourceValue(source=source, value=value, since=_since(history[source], name))
            for source, value in _values(newest, name)
        )
        if values:
            yield name, values


def _since(records: Sequence[tuple[datetime, Paper]], name: str) -> datetime:
    """When the last run of equal values began."""
    since, paper = records[-1]
    for at, earlier in reversed(records):
        if getattr(earlier, name) != getattr(paper, name):
            break
        since = at
    return since


def _values(by_source: Mapping[str, Paper], name: str) -> Iterator[tuple[str, Any]]:
    return ((source, value) for source, paper in _ordered(by_source, name) if (value := getattr(paper, name)))


def _ordered(by_source: Mapping[str, Paper], name: str) -> list[tuple[str, Paper]]:
    order = PRECEDENCE[name]
    return sorted(
        by_source.items(), key=lambda item: (order.index(item[0]) if item[0] in order else len(order), item[0])
    )

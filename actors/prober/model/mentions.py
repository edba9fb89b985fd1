"""Revisions that other papers name: who writes "see D3456R0" has seen it, or knows that it will come."""

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from actors.prober.model import names

Named = tuple[int, int]
"""A number and a revision."""

REMEMBERED_DAYS = 60
"""A mention counts for this long."""

MOST_MENTIONS = 4000
"""Of more than twice as many, only this many are kept, the newest."""

_REVISION = re.compile(r"(?<!\w)[DP]([0-9]{4}|[1-9][0-9]{4})R(0|[1-9][0-9]{0,2})(?!\w)", re.IGNORECASE)

SQL_PATTERN = r"\m[DP][0-9]{4,5}R[0-9]{1,3}\M"
"""Finds at least what `mentioned` finds, in PostgreSQL and case-insensitively: it saves loading long texts."""

NOTHING_NAMED: Mapping[int, int] = MappingProxyType({})


def mentioned(text: str) -> frozenset[Named]:
    """The revisions of D and P papers that a text names: `D3456R0`, `[p1386r2]`, not `N4950` or `P3456`."""
    named = ((int(match[1]), int(match[2])) for match in _REVISION.finditer(text))
    return frozenset(
        (number, revision)
        for number, revision in named
        if names.is_askable(number) and revision <= names.REVISION_LIMIT
    )


class Mentions:
    """By number, the revisions that were named elsewhere, and the last day on which they were. Iterating gives the
    numbers. `days` is only to be read. The prober owns one."""

    def __init__(self) -> None:
        self.days: dict[int, dict[int, int]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[int]:
        return iter(self.days)

    def add(self, named: Iterable[Named], day: int, by: int) -> None:
        """The paper `by` names these revisions on a day. What it says of its own number is no news."""
        for number, revision in named:
            if number != by:
                revisions = self.days.setdefault(number, {})
                self._size += revision not in revisions
                revisions[revision] = max(day, revisions.get(revision, day))
        if self._size > 2 * MOST_MENTIONS:
            self._keep_newest()

    def ages(self, number: int, today: int) -> Mapping[int, int]:
        """The revisions of a number that were named lately, with the days since. A date ahead of us is as far away as
        one behind: it may be an error."""
        ages = ((revision, abs(today - day)) for revision, day in self.days.get(number, NOTHING_NAMED).items())
        return {revision: age for revision, age in ages if age <= REMEMBERED_DAYS}

    def forget(self, today: int) -> None:
        """Drop what does not count any more."""
        self._keep(one for one in self._all() if abs(today - one[0]) <= REMEMBERED_DAYS)

    def _keep_newest(self) -> None:
        self._keep(heapq.nlargest(MOST_MENTIONS, self._all()))

    def _all(self) -> list[tuple[int, int, int]]:
        return [(day, number, revision) for number, named in self.days.items() for revision, day in named.items()]

    def _keep(self, kept: Iterable[tuple[int, int, int]]) -> None:
        self.days, self._size = {}, 0
        for day, number, revision in kept:
            self.days.setdefault(number, {})[revision] = day
            self._size += 1

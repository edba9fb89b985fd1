"""What the dated revisions of the index say about any past day. Days are proleptic Gregorian ordinals
(`date.toordinal`).

Every query names a day, and its answer uses only what was dated before that day: we learn from what was known then.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from actors.prober.model.frontier import frontier_of_sorted
from actors.prober.model.mentions import Named

NO_MENTIONS: frozenset[Named] = frozenset()

NEVER = 100_000
"""In days: longer than any history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRevision:
    """A revision of a number: its day, who wrote it, and the revisions that its title names."""

    number: int
    revision: int
    day: int
    authors: tuple[str, ...]
    mentions: frozenset[Named] = NO_MENTIONS


class RevisionHistory:
    """The dated revisions of every number, the days of every author, and the way of the frontier. The prober owns
    one."""

    def __init__(self, entries: Iterable[DatedRevision] = ()) -> None:
        self._entries: dict[tuple[int, int], DatedRevision] = {}
        self._days: dict[int, list[int]] = {}
        self._newest: dict[int, list[int]] = {}
        self._series: dict[int, list[DatedRevision]] = {}
        self._author_days: dict[str, list[tuple[int, int]]] = {}
        self._by_day: Counter[int] = Counter()
        self._frontier_days: list[int] | None = None
        self._frontiers: list[int] = []
        self._numbers: list[int] = []
        self._latest = 0
        self.learn(entries)

    def __len__(self) -> int:
        return len(self._entries)

    def learn(self, entries: Iterable[DatedRevision]) -> None:
        """Add entries, or replace those of the same number and revision."""
        for entry in entries:
            before = self._entries.get((entry.number, entry.revision))
            if before == entry:
                continue
            if before is not None:
                self._forget(before)
            self._insert(entry)

    def entries(self) -> Iterable[DatedRevision]:
        """All entries."""
        return self._entries.values()

    @property
    def revisions_by_day(self) -> Mapping[int, int]:
        """How many entries each day has; days without any are missing."""
        return self._by_day

    def skips(self) -> tuple[int, int]:
        """How many later revisions there are of the numbers that have a first one, and how many of them come after one
        that was skipped."""
        later = skipped = 0
        for series in self._series.values():
            if len(series) < 2:
                continue
            revisions = {entry.revision for entry in series}
            if len(revisions) > 1 and 0 in revisions:
                later += len(revisions) - 1
                if max(revisions) >= len(revisions):
                    skipped += sum(revision > 0 and revision - 1 not in revisions for revision in revisions)
        return later, skipped

    def covers(self, number: int, revision: int) -> bool:
        """Whether a revision is in this history."""
        return (number, revision) in self._entries

    def before(self, number: int, day: int) -> tuple[DatedRevision, int] | None:
        """The last entry of a number before a day, and its newest revision then; None if it had none."""
        days = self._days.get(number)
        place = bisect_left(days, day) if days else 0
        if not place:
            return None
        return self._series[number][place - 1], self._newest[number][place - 1]

    def first_day(self, number: int) -> int | None:
        """The day of the number's first entry."""
        days = self._days.get(number)
        return days[0] if days else None

    def last_day(self, number: int) -> int | None:
        """The day of the number's last entry."""
        days = self._days.get(number)
        return days[-1] if days else None

    def last_day_of_authors(self, authors: Iterable[str], other_than: int, day: int) -> int:
        """The last day before `day` on which one of `authors` had an entry with another number; -NEVER if there is
        none."""
        last = -NEVER
        for author in authors:
            theirs = self._author_days.get(author, ())
            for place in range(bisect_left(theirs, (day, 0)) - 1, -1, -1):
                at, number = theirs[place]
                if at <= last:
                    break
                if number != other_than:
                    last = at
                    break
        return last

    def numbers_of(self, authors: Iterable[str]) -> set[int]:
        """The numbers that have an entry by one of `authors`."""
        return {number for author in authors for _, number in self._author_days.get(author, ())}

    def frontier(self, day: int) -> int | None:
        """The frontier before a day."""
        days = self._settled()
        place = bisect_left(days, day)
        return self._frontiers[place - 1] if place else None

    def passed(self, number: int) -> int | None:
        """The day on which the frontier reached or passed a number."""
        days = self._settled()
        place = bisect_left(self._frontiers, number)
        return days[place] if place < len(days) else None

    def known_before(self, day: int) -> list[int]:
        """The numbers that had an entry before a day, unsorted."""
        return [number for number, days in self._days.items() if days[0] < day]

    def _insert(self, entry: DatedRevision) -> None:
        number = entry.number
        self._entries[number, entry.revision] = entry
        self._by_day[entry.day] += 1
        series = self._series.setdefault(number, [])
        series.append(entry)
        series.sort(key=lambda one: (one.day, one.revision))
        was = self.first_day(number)
        self._index(number, series)
        for author in set(entry.authors):
            insort(self._author_days.setdefault(author, []), (entry.day, number))
        if was is None and self._frontier_days and entry.day >= self._latest:
            self._latest = entry.day
            insort(self._numbers, number)
            self._move_frontier(entry.day)
        elif was is None or series[0].day != was:
            self._frontier_days = None

    def _forget(self, entry: DatedRevision) -> None:
        self._series[entry.number].remove(entry)
        for author in set(entry.authors):
            self._author_days[author].remove((entry.day, entry.number))
        del self._entries[entry.number, entry.revision]
        self._by_day[entry.day] -= 1
        if self._days.pop(entry.number)[0] == entry.day:
            self._frontier_days = None
        if rest := self._series[entry.number]:
            self._index(entry.number, rest)

    def _index(self, number: int, series: list[DatedRevision]) -> None:
        self._days[number] = [one.day for one in series]
        self._newest[number] = list(accumulate((one.revision for one in series), max))

    def _settled(self) -> list[int]:
        if self._frontier_days is None:
            self._frontier_days, self._frontiers, self._numbers = [], [], []
            for day, number in sorted((days[0], number) for number, days in self._days.items()):
                self._latest = day
                insort(self._numbers, number)
                self._move_frontier(day)
        return self._frontier_days

    def _move_frontier(self, day: int) -> None:
        """The day's numbers count together: what some of them said alone is forgotten."""
        assert self._frontier_days is not None
        if self._frontier_days and self._frontier_days[-1] == day:
            self._frontier_days.pop()
            self._frontiers.pop()
        frontier = frontier_of_sorted(self._numbers)
        if frontier is not None and (not self._frontiers or frontier > self._frontiers[-1]):
            self._frontier_days.append(day)
            self._frontiers.append(frontier)

"""What is asked next: the due queue, the numbers being asked, and what earlier asks left. Times are seconds since the
epoch. The prober owns one; nothing here reads a clock or a table."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from actors.prober.model import names
from actors.prober.model.numbers import Circumstances
from actors.prober.schedule import probe_rounds
from actors.prober.schedule.due_queue import DueQueue
from actors.prober.schedule.probe_rounds import Answers, Asked, Failed, Visit
from actors.prober.schedule.strategy import NOTHING_MISSING, Strategy, Weighted
from messages.inquiries import Why
from messages.probing import DraftName

CHUNK = 1_000
"""Numbers that a survey looks at in one turn."""

INSTANT = 1e-6
"""Seconds for each second of an interval: by so much the likelier of two numbers comes before the other at once."""

SIMILAR = 8.0
"""By this factor an interval may change without the number being due at once. What is left of its time then shrinks or
grows as the interval does, so that thousands of numbers whose intervals change a little keep their distances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What answers change, not yet applied: visits as they are then, and what the ended ones leave to be remembered."""

    visits: Mapping[int, Visit]
    records: Mapping[int, Asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Of a number: seconds between two asks, None if it is not asked at all; when it is due, None while it is being
    asked; what asks of it left; when names without an answer are asked again; its names; why it is so."""

    interval: float | None
    due_at: float | None
    asked: Asked | None
    failed_at: float | None
    names: Weighted
    why: Why | None


def is_similar(before: float, interval: float) -> bool:
    """Whether a number waits on when its interval changes from `before`."""
    return before <= SIMILAR * interval and interval <= SIMILAR * before


def carried(at: float, before: float, interval: float, now: float) -> float:
    """When a number that was due at `at` is due with another interval."""
    return now + max(0.0, at - now) * interval / before


class Agenda:
    """Numbers come in by a survey, leave for their names to be asked, and come back when all were answered."""

    def __init__(self, strategy: Strategy, min_revisit: float, asked: Mapping[int, Asked]) -> None:
        self._strategy = strategy
        self._min_revisit = min_revisit
        self._asked = dict(asked)
        self._queue = DueQueue()
        self._intervals: dict[int, float] = {}
        self._visits: dict[int, Visit] = {}
        self._failed: dict[int, Failed] = {}
        self._line: deque[DraftName] = deque()
        self._hot = 0

    @property
    def hot(self) -> int:
        """How many numbers are asked each `min_revisit`, or more often; as of the last survey."""
        return self._hot

    @property
    def cold(self) -> int:
        """How many numbers are asked more seldom."""
        return len(self._intervals) - self._hot

    def late(self, now: float) -> float:
        """Seconds that the most overdue number waits."""
        return self._queue.late(now)

    def next_at(self) -> float | None:
        """When something is due; None when nothing ever is."""
        return 0.0 if self._line else self._queue.next_at()

    def outlook(self, number: int, circumstances: Circumstances) -> Outlook:
        """When a number was asked, and when and why it will be."""
        failed, is_asked = self._failed.get(number), number in self._intervals
        return Outlook(
            interval=self._intervals.get(number),
            due_at=self._queue.at(number),
            asked=self._asked.get(number),
            failed_at=None if failed is None else failed.retry_at,
            names=self._strategy.weighted(number, circumstances) if is_asked else (),
            why=self._strategy.why(number, circumstances) if is_asked else None,
        )

    def missing_at(self, name: DraftName) -> float | None:
        """When the name was last given out and answered missing; None if it never was."""
        asked = self._asked.get(name.number)
        return None if asked is None else asked.missing.get(names.short(name))

    def spend(self, budget: float) -> None:
        """From the next survey on, so many requests a second may be counted on."""
        self._strategy.spend(budget)

    def survey(self, circumstances: Circumstances, now: float) -> Iterator[int]:
        """Bring the schedule in line with the circumstances, a few milliseconds' work between two steps; each says
        how many numbers are left, or how many there were while the strategy learns.

        Hot numbers that were never asked are due at once, the highest first; cold ones spread over their interval, but
        may come early when nothing is due.
        """
        for _ in self._strategy.learn(circumstances):
            yield max(1, len(self._intervals))
        numbers = tuple(self._strategy.numbers(circumstances))
        unasked: list[tuple[int, float]] = []
        shortest = min((self._strategy.interval(number, circumstances) for number in numbers), default=0.0)
        hot = 0
        for begin in range(0, len(numbers), CHUNK):
            if begin:
                yield len(numbers) - begin
            for number in numbers[begin : begin + CHUNK]:
                interval = self._strategy.interval(number, circumstances)
                hot += interval <= self._min_revisit
                if (before := self._intervals.get(number)) == interval:
                    continue
                if before is not None and is_similar(before, interval):
                    self._rescale(number, before, interval, now)
                    continue
                if interval > self._min_revisit and self._is_new(number):
                    unasked.append((number, interval))
                else:
                    self._admit(number, interval, now + (interval - shortest) * INSTANT)
        for place, (number, interval) in enumerate(unasked, start=1):
            if self._is_new(number):
                self._intervals[number] = interval
                self._queue.put(number, now + interval * place / len(unasked), early=True)
            else:
                self._admit(number, interval, now)
        for number in self._intervals.keys() - set(numbers):
            del self._intervals[number]
            self._queue.remove(number)
        self._hot = hot

    def take(self, size: int, circumstances: Circumstances, now: float) -> tuple[DraftName, ...]:
        """The next names to ask for, at most `size`; fewer when no more are due. They count as being asked until
        `apply` hears of their answers or `give_back` of their loss."""
        while len(self._line) < size and (number := self._queue.pop(now)) is not None:
            self._visit(number, circumstances, now)
        return tuple(self._line.popleft() for _ in range(min(size, len(self._line))))

    def give_back(self, lost: Iterable[DraftName]) -> None:
        """These names were taken, and no answer will come: they are the next again, if an answer is waited for."""
        waited_for = [name for name in lost if self._is_waited_for(name)]
        self._line.extendleft(reversed(waited_for))

    def progress(self, answers: Answers, now: float) -> Progress:
        """What `answers` change."""
        touched = probe_rounds.advance(self._visits, answers)
        ended = {number: visit for number, visit in touched.items() if not visit.waiting}
        records = {number: probe_rounds.record(visit, self._asked.get(number), now) for number, visit in ended.items()}
        return Progress(visits=touched, records=records)

    def apply(self, progress: Progress, now: float) -> None:
        """Make `progress` so, and let the numbers whose visit has ended be due again."""
        self._asked.update(progress.records)
        self._visits.update(progress.visits)
        for number in progress.records:
            visit = self._visits.pop(number)
            self._failed.pop(number, None)
            if (failed := probe_rounds.failure(visit, self._min_revisit, now)) is not None:
                self._failed[number] = failed
            if (interval := self._intervals.get(number)) is not None:
                self._queue.put(number, self._due_after(visit, failed, interval, now))

    def _is_waited_for(self, name: DraftName) -> bool:
        visit = self._visits.get(name.number)
        return visit is not None and name in visit.waiting

    def _is_new(self, number: int) -> bool:
        asked = self._asked.get(number)
        return (asked is None or asked.at is None) and number not in self._failed and number not in self._visits

    def _admit(self, number: int, interval: float, now: float) -> None:
        self._intervals[number] = interval
        if number not in self._visits:
            self._queue.put(number, self._due_at(number, interval, now))

    def _rescale(self, number: int, before: float, interval: float, now: float) -> None:
        self._intervals[number] = interval
        at = self._queue.at(number)
        if at is not None and number not in self._failed:
            self._queue.put(number, carried(at, before, interval, now))

    def _due_at(self, number: int, interval: float, now: float) -> float:
        asked, failed = self._asked.get(number), self._failed.get(number)
        if failed is not None:
            return min(failed.retry_at, failed.whole_at + interval)
        if asked is None or asked.at is None:
            return now
        return min(asked.at, now) + interval  # a clock that was set back must not silence a number

    def _due_after(self, visit: Visit, failed: Failed | None, interval: float, now: float) -> float:
        if failed is not None:
            return min(failed.retry_at, failed.whole_at + interval)
        if visit.retry_of is not None:
            return max(visit.retry_of.whole_at + interval, now + self._min_revisit)
        return now + interval

    def _visit(self, number: int, circumstances: Circumstances, now: float) -> None:
        interval, failed = self._intervals[number], self._failed.get(number)
        if failed is not None and now < failed.whole_at + interval:
            asked_for, retry_of = failed.names, failed
        else:
            asked = self._asked.get(number)
            missing = NOTHING_MISSING if asked is None else asked.missing
            asked_for, retry_of = self._strategy.names(number, circumstances, missing, now), None
        if asked_for:
            self._visits[number] = probe_rounds.begun(asked_for, retry_of)
            self._line.extend(asked_for)
        else:
            self._queue.put(number, now + interval)

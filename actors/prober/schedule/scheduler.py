"""The schedule: the due queue, the numbers being probed, and the last probes. Times are seconds since the epoch. The
prober owns one Scheduler; nothing here reads a clock or a table."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from actors.prober.model import names
from actors.prober.model.numbers import StrategyInputs
from actors.prober.schedule import probe_rounds
from actors.prober.schedule.due_queue import DueQueue
from actors.prober.schedule.probe_rounds import FailedProbe, LastProbe, PendingProbe, ScheduledAnswers
from actors.prober.schedule.strategy import NOTHING_MISSING, CandidateNames, Strategy
from messages.inquiries import Why
from messages.probing import DraftName

NUMBERS_PER_STEP = 1_000
"""A replan handles this many numbers in one turn."""

ORDERING_EPSILON = 1e-6
"""Seconds per second of an interval. Among numbers that are due now, it puts the more likely ones first."""

SIMILAR_INTERVAL_FACTOR = 8.0
"""An interval may change by this factor without making the number due now. Its remaining time is scaled instead, so
that thousands of numbers whose intervals change a little stay spread out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleProgress:
    """What answers change, not yet applied: the rounds as they are then, the last probes of finished rounds, and those
    with what operators requested."""

    pending: Mapping[int, PendingProbe]
    records: Mapping[int, LastProbe]
    requested: Mapping[int, LastProbe]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOutlook:
    """The plan for a number: seconds between two probes, None if it is not probed; when it is due, None while it is
    being probed; its last probe; when names without an answer are retried; its names; and the reason."""

    interval: float | None
    due_at: float | None
    last_probe: LastProbe | None
    failed_at: float | None
    names: CandidateNames
    why: Why | None


def is_similar(before: float, interval: float) -> bool:
    """Whether a number keeps waiting when its interval changes from `before`."""
    return before <= SIMILAR_INTERVAL_FACTOR * interval and interval <= SIMILAR_INTERVAL_FACTOR * before


def rescaled(at: float, before: float, interval: float, now: float) -> float:
    """When a number that was due at `at` is due under a new interval."""
    return now + max(0.0, at - now) * interval / before


class Scheduler:
    """Numbers enter with a replan, leave when their names are sent, and return when all names have answers."""

    def __init__(self, strategy: Strategy, min_revisit: float, asked: Mapping[int, LastProbe]) -> None:
        self._strategy = strategy
        self._min_revisit = min_revisit
        self._last_probes = dict(asked)
        self._queue = DueQueue()
        self._intervals: dict[int, float] = {}
        self._pending: dict[int, PendingProbe] = {}
        self._failed: dict[int, FailedProbe] = {}
        self._ready: deque[DraftName] = deque()
        self._hot = 0

    @property
    def hot(self) -> int:
        """How many numbers are probed every `min_revisit` or more often, as of the last replan."""
        return self._hot

    @property
    def cold(self) -> int:
        """How many numbers are probed less often."""
        return len(self._intervals) - self._hot

    def late(self, now: float) -> float:
        """Seconds by which the most overdue number is late."""
        return self._queue.late(now)

    def next_at(self) -> float | None:
        """When the next name is due; None if there is none."""
        return 0.0 if self._ready else self._queue.next_at()

    def outlook(self, number: int, inputs: StrategyInputs) -> NumberOutlook:
        """When a number was probed, and when and why it will be."""
        failed, is_asked = self._failed.get(number), number in self._intervals
        return NumberOutlook(
            interval=self._intervals.get(number),
            due_at=self._queue.at(number),
            last_probe=self._last_probes.get(number),
            failed_at=None if failed is None else failed.retry_at,
            names=self._strategy.candidate_names(number, inputs) if is_asked else (),
            why=self._strategy.why(number, inputs) if is_asked else None,
        )

    def missing_at(self, name: DraftName) -> float | None:
        """When the name was sent that was last answered missing; None if it never was."""
        asked = self._last_probes.get(name.number)
        return None if asked is None else asked.missing.get(names.short(name))

    def spend(self, budget: float) -> None:
        """From the next replan on, plan for this many requests per second."""
        self._strategy.spend(budget)

    def replan(self, inputs: StrategyInputs, now: float) -> Iterator[int]:
        """Plan for the given inputs in steps of a few milliseconds. Each step says how many numbers are left, or how
        many there are while the strategy is learning.

        Hot numbers that were never probed are due now, the highest first. Cold ones are spread over their interval, but
        may come early when nothing is due.
        """
        for _ in self._strategy.learn(inputs):
            yield max(1, len(self._intervals))
        numbers = tuple(self._strategy.numbers(inputs))
        unasked: list[tuple[int, float]] = []
        shortest = min((self._strategy.interval(number, inputs) for number in numbers), default=0.0)
        hot = 0
        for begin in range(0, len(numbers), NUMBERS_PER_STEP):
            if begin:
                yield len(numbers) - begin
            for number in numbers[begin : begin + NUMBERS_PER_STEP]:
                interval = self._strategy.interval(number, inputs)
                hot += interval <= self._min_revisit
                if (before := self._intervals.get(number)) == interval:
                    continue
                if before is not None and is_similar(before, interval):
                    self._rescale(number, before, interval, now)
                    continue
                if interval > self._min_revisit and self._is_new(number):
                    unasked.append((number, interval))
                else:
                    self._admit(number, interval, now + (interval - shortest) * ORDERING_EPSILON)
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

    def take(self, size: int, inputs: StrategyInputs, now: float) -> tuple[DraftName, ...]:
        """The next names to send, at most `size`, fewer if no more are due. They count as sent until their answers
        arrive in `apply`, or they come back in `give_back`."""
        while len(self._ready) < size and (number := self._queue.pop(now)) is not None:
            self._begin_probe(number, inputs, now)
        return tuple(self._ready.popleft() for _ in range(min(size, len(self._ready))))

    def give_back(self, lost: Iterable[DraftName]) -> None:
        """These names were taken and will get no answer: they come first again, if a round waits for them."""
        waited_for = [name for name in lost if self._is_waited_for(name)]
        self._ready.extendleft(reversed(waited_for))

    def progress(
        self, answers: ScheduledAnswers, now: float, requested: ScheduledAnswers | None = None
    ) -> ScheduleProgress:
        """What these answers change; `requested` are for names of operators."""
        touched = probe_rounds.advance(self._pending, answers)
        ended = {number: probe for number, probe in touched.items() if not probe.waiting}
        records = {
            number: probe_rounds.record(probe, self._last_probes.get(number), now) for number, probe in ended.items()
        }
        by_hand = {} if requested is None else probe_rounds.requested(requested, {**self._last_probes, **records})
        return ScheduleProgress(pending=touched, records=records, requested=by_hand)

    def apply(self, progress: ScheduleProgress, now: float) -> None:
        """Apply `progress`, and queue the numbers whose round has finished."""
        self._last_probes.update({**progress.records, **progress.requested})
        self._pending.update(progress.pending)
        for number in progress.records:
            probe = self._pending.pop(number)
            self._failed.pop(number, None)
            if (failed := probe_rounds.failure(probe, self._min_revisit, now)) is not None:
                self._failed[number] = failed
            if (interval := self._intervals.get(number)) is not None:
                self._queue.put(number, self._due_after(probe, failed, interval, now))

    def _is_waited_for(self, name: DraftName) -> bool:
        probe = self._pending.get(name.number)
        return probe is not None and name in probe.waiting

    def _is_new(self, number: int) -> bool:
        asked = self._last_probes.get(number)
        return (asked is None or asked.at is None) and number not in self._failed and number not in self._pending

    def _admit(self, number: int, interval: float, now: float) -> None:
        self._intervals[number] = interval
        if number not in self._pending:
            self._queue.put(number, self._due_at(number, interval, now))

    def _rescale(self, number: int, before: float, interval: float, now: float) -> None:
        self._intervals[number] = interval
        at = self._queue.at(number)
        if at is not None and number not in self._failed:
            self._queue.put(number, rescaled(at, before, interval, now))

    def _due_at(self, number: int, interval: float, now: float) -> float:
        asked, failed = self._last_probes.get(number), self._failed.get(number)
        if failed is not None:
            return min(failed.retry_at, failed.whole_at + interval)
        if asked is None or asked.at is None:
            return now
        return min(asked.at, now) + interval  # a clock that was set back must not stop a number

    def _due_after(self, probe: PendingProbe, failed: FailedProbe | None, interval: float, now: float) -> float:
        if failed is not None:
            return min(failed.retry_at, failed.whole_at + interval)
        if probe.retry_of is not None:
            return max(probe.retry_of.whole_at + interval, now + self._min_revisit)
        return now + interval

    def _begin_probe(self, number: int, inputs: StrategyInputs, now: float) -> None:
        interval, failed = self._intervals[number], self._failed.get(number)
        if failed is not None and now < failed.whole_at + interval:
            to_send, retry_of = failed.names, failed
        else:
            asked = self._last_probes.get(number)
            missing = NOTHING_MISSING if asked is None else asked.missing
            to_send, retry_of = self._strategy.names(number, inputs, missing, now), None
        if to_send:
            self._pending[number] = probe_rounds.begin(to_send, retry_of)
            self._ready.extend(to_send)
        else:
            self._queue.put(number, now + interval)

"""What is looked at again: sightings until they are confirmed, and the files of drafts for as long as they live. Times
are seconds since the epoch. The prober owns one; nothing here reads a clock or a table."""

import heapq
import math
from collections.abc import Iterable

from actors.prober.model import names
from actors.prober.model.observations import Sighting, Tracked
from messages.probing import DraftName

LONGEST = 7 * 86_400.0
"""Seconds: every file that is followed is asked for at least so often."""


def interval(age: float, min_revisit: float) -> float:
    """Seconds between two asks of a file that changed last `age` seconds ago.

    The hazard of a further change falls like 1/age: who has just put up a draft mends it in the next hours, and one
    that rested for a year rests on. At the optimum the rate is proportional to the root of the hazard (Cho and
    Garcia-Molina 2003), which makes the interval the geometric mean of age and `min_revisit`.
    """
    return min(max(min_revisit, math.sqrt(max(age, 0.0) * min_revisit)), max(LONGEST, min_revisit))


def due_at(tracked: Tracked, min_revisit: float) -> float:
    """When a file is to be asked for again."""
    checked = tracked.checked_at.timestamp()
    return checked + interval(checked - tracked.changed_at.timestamp(), min_revisit)


class Following:
    """Names by the time at which they are to be looked at again, the files of one draft together. Taken ones come back
    by `follow`, `look`, `put` or `give_back`. `slack` seconds early a file is taken with its draft's other one."""

    def __init__(self, min_revisit: float, slack: float) -> None:
        self._min_revisit = min_revisit
        self._slack = slack
        self._at: dict[DraftName, float] = {}
        self._heap: list[tuple[float, str, DraftName]] = []
        self._checks: set[DraftName] = set()

    def __len__(self) -> int:
        return len(self._at)

    def follow(self, tracked: Tracked, now: float) -> None:
        """Ask for a file when its time has come; a clock that was set back must not silence it."""
        at = min(due_at(tracked, self._min_revisit), now + max(LONGEST, self._min_revisit))
        self._checks.add(tracked.name)
        self.put(tracked.name, at)

    def look(self, sighting: Sighting) -> None:
        """Look at what was seen."""
        self._checks.discard(sighting.name)
        self.put(sighting.name, sighting.look_at.timestamp())

    def put(self, name: DraftName, at: float) -> None:
        """Let `name` be due at `at`, whatever was said of it before."""
        self._at[name] = at
        heapq.heappush(self._heap, (at, names.text_of(name), name))

    def later(self, name: DraftName, now: float) -> None:
        """It was asked for in vain: again after `min_revisit`."""
        self.put(name, now + self._min_revisit)

    def remove(self, name: DraftName) -> None:
        """Forget a name, if it is there."""
        self._at.pop(name, None)
        self._checks.discard(name)

    def take(self, size: int, now: float) -> tuple[DraftName, ...]:
        """The next names that are due, at most `size`, but for the other file of the last one's draft."""
        taken: list[DraftName] = []
        while len(taken) < size and (at := self.next_at()) is not None and at <= now:
            name = heapq.heappop(self._heap)[2]
            companions = [other for other in names.companions(name) if self._goes_with(name, other, now)]
            for each in (name, *companions):
                del self._at[each]
                taken.append(each)
        return tuple(taken)

    def give_back(self, lost: Iterable[DraftName]) -> None:
        """These names were taken, and no answer will come: they are due at once, unless something was said since."""
        for name in lost:
            if name not in self._at:
                self.put(name, 0.0)

    def next_at(self) -> float | None:
        """When the next name is due; None when none ever is."""
        while self._heap and self._at.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _goes_with(self, name: DraftName, other: DraftName, now: float) -> bool:
        at = self._at.get(other)
        return at is not None and (at <= now + self._slack or (name in self._checks and other in self._checks))

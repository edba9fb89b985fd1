"""What is checked again: observations until they are confirmed, and the files of drafts as long as they live. Times are
seconds since the epoch. The prober owns one RecheckQueue; nothing here reads a clock or a table."""

import heapq
import math
from collections.abc import Iterable

from actors.prober.model import names
from actors.prober.model.observations import Observation, TrackedFile
from messages.probing import DraftName

MAX_RECHECK_SECONDS = 7 * 86_400.0
"""Every file of a draft that is ahead of the index is checked at least this often."""


def interval(age: float, min_revisit: float) -> float:
    """Seconds between two checks of a file that last changed `age` seconds ago.

    The hazard of another change falls like 1/age: authors fix a new draft within hours, and a draft that has not
    changed for a year stays as it is. The optimal rate is proportional to the square root of the hazard (Cho and
    Garcia-Molina 2003), which makes the interval the geometric mean of age and `min_revisit`.
    """
    return min(max(min_revisit, math.sqrt(max(age, 0.0) * min_revisit)), max(MAX_RECHECK_SECONDS, min_revisit))


def due_at(tracked: TrackedFile, min_revisit: float) -> float:
    """When a file is to be checked again."""
    checked = tracked.checked_at.timestamp()
    return checked + interval(checked - tracked.changed_at.timestamp(), min_revisit)


class RecheckQueue:
    """Names by the time at which they are to be checked again; the files of one draft go together. A name that was
    taken comes back through `follow`, `look`, `put` or `give_back`. A file may be taken `slack` seconds early together
    with the other file of its draft."""

    def __init__(self, min_revisit: float, slack: float) -> None:
        self._min_revisit = min_revisit
        self._slack = slack
        self._at: dict[DraftName, float] = {}
        self._heap: list[tuple[float, str, DraftName]] = []
        self._checks: set[DraftName] = set()

    def __len__(self) -> int:
        return len(self._at)

    def follow(self, tracked: TrackedFile, now: float) -> None:
        """Check a file when it is due. A clock that was set back must not stop the checks."""
        at = min(due_at(tracked, self._min_revisit), now + max(MAX_RECHECK_SECONDS, self._min_revisit))
        self._checks.add(tracked.name)
        self.put(tracked.name, at)

    def look(self, observation: Observation) -> None:
        """Check an observation when it is due."""
        self._checks.discard(observation.name)
        self.put(observation.name, observation.recheck_at.timestamp())

    def put(self, name: DraftName, at: float) -> None:
        """Let `name` be due at `at`, replacing any earlier time."""
        self._at[name] = at
        heapq.heappush(self._heap, (at, names.text_of(name), name))

    def later(self, name: DraftName, now: float) -> None:
        """The check was inconclusive: repeat it after `min_revisit`."""
        self.put(name, now + self._min_revisit)

    def remove(self, name: DraftName) -> None:
        """Remove a name, if it is queued."""
        self._at.pop(name, None)
        self._checks.discard(name)

    def take(self, size: int, now: float) -> tuple[DraftName, ...]:
        """The next names that are due: `size` at most, or one more for the other file of the last draft."""
        taken: list[DraftName] = []
        while len(taken) < size and (at := self.next_at()) is not None and at <= now:
            name = heapq.heappop(self._heap)[2]
            companions = [other for other in names.companions(name) if self._goes_with(name, other, now)]
            for each in (name, *companions):
                del self._at[each]
                taken.append(each)
        return tuple(taken)

    def give_back(self, lost: Iterable[DraftName]) -> None:
        """These names were taken and will get no answer: they are due immediately, unless they were queued since."""
        for name in lost:
            if name not in self._at:
                self.put(name, 0.0)

    def next_at(self) -> float | None:
        """When the next name is due; None if the queue is empty."""
        while self._heap and self._at.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _goes_with(self, name: DraftName, other: DraftName, now: float) -> bool:
        at = self._at.get(other)
        return at is not None and (at <= now + self._slack or (name in self._checks and other in self._checks))

"""The due queue: which number is asked next. Times are seconds since the epoch."""

import heapq


class DueQueue:
    """Numbers by the time at which they are due, the higher number first among equals.

    A number that was never asked may be marked `early`: when nothing is due, it is taken before its time, so that a
    first sweep does not idle while the budget allows more. A heap with lazy invalidation: a number put again leaves
    its old entry behind, which no longer agrees with `_at` and is dropped when it comes up.
    """

    def __init__(self) -> None:
        self._at: dict[int, float] = {}
        self._due: list[tuple[float, int]] = []
        self._early: list[tuple[float, int]] = []

    def __len__(self) -> int:
        return len(self._at)

    def __contains__(self, number: int) -> bool:
        return number in self._at

    def put(self, number: int, at: float, *, early: bool = False) -> None:
        """Let `number` be due at `at`, whatever was said of it before."""
        self._at[number] = at
        heapq.heappush(self._due, (at, -number))
        if early:
            heapq.heappush(self._early, (at, -number))

    def at(self, number: int) -> float | None:
        """When a number is due; None if it is not there."""
        return self._at.get(number)

    def remove(self, number: int) -> None:
        """Forget a number, if it is there."""
        self._at.pop(number, None)

    def pop(self, now: float) -> int | None:
        """Take the number that is most overdue; with none due, the next early one; None if that is none either."""
        top = self._top(self._due)
        if top is None or top[0] > now:
            top = self._top(self._early)
        if top is None:
            return None
        del self._at[-top[1]]
        return -top[1]

    def next_at(self) -> float | None:
        """When the next number is due; None with an empty queue."""
        top = self._top(self._due)
        return None if top is None else top[0]

    def late(self, now: float) -> float:
        """Seconds that the most overdue number waits, 0 if none does."""
        at = self.next_at()
        return 0.0 if at is None else max(0.0, now - at)

    def _top(self, heap: list[tuple[float, int]]) -> tuple[float, int] | None:
        while heap and self._at.get(-heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        return heap[0] if heap else None

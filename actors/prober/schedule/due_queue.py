"""The due queue: which number is probed next. Times are seconds since the epoch."""

import heapq


class DueQueue:
    """Numbers by the time at which they are due; of equals, the higher number first.

    A number that was never probed may be marked `early`: it is taken before its time when nothing is due, so that a
    first sweep uses the whole budget. This is a heap with lazy invalidation: a number put again leaves its old entry
    behind, which no longer agrees with `_at` and is dropped when it comes up.
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
        """Let `number` be due at `at`, replacing any earlier time."""
        self._at[number] = at
        heapq.heappush(self._due, (at, -number))
        if early:
            heapq.heappush(self._early, (at, -number))

    def at(self, number: int) -> float | None:
        """When a number is due; None if it is not queued."""
        return self._at.get(number)

    def remove(self, number: int) -> None:
        """Remove a number, if it is queued."""
        self._at.pop(number, None)

    def pop(self, now: float) -> int | None:
        """Take the most overdue number or, if none is due, the next early one; None if there is neither."""
        top = self._top(self._due)
        if top is None or top[0] > now:
            top = self._top(self._early)
        if top is None:
            return None
        del self._at[-top[1]]
        return -top[1]

    def next_at(self) -> float | None:
        """When the next number is due; None if the queue is empty."""
        top = self._top(self._due)
        return None if top is None else top[0]

    def late(self, now: float) -> float:
        """Seconds by which the most overdue number is late, 0 if none is."""
        at = self.next_at()
        return 0.0 if at is None else max(0.0, now - at)

    def _top(self, heap: list[tuple[float, int]]) -> tuple[float, int] | None:
        while heap and self._at.get(-heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        return heap[0] if heap else None

"""Who may be written to now. Pure: the time, seconds on any monotonic clock, is an argument.

Messages to one recipient leave in their order, one on the way at a time, each after the pause that the one before left.
"""

import heapq
import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

LANE = 8
"""Items of one recipient that are held in memory; the rest lies in the table until these are through."""


class Phase(Enum):
    """What is to be done with a message: post it, or find out whether it was posted."""

    POST = "post"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A message in its recipient's lane."""

    id: str
    recipient: str
    phase: Phase


@dataclass(slots=True)
class _RecipientQueue:
    items: deque[Item] = field(default_factory=deque)
    ready_at: float = -math.inf
    busy: bool = False
    more: bool = False


class Throttle:
    """The lanes of all recipients with something to send, or that have just been sent something."""

    def __init__(self) -> None:
        self._lanes: dict[str, _RecipientQueue] = {}
        self._ready: list[tuple[float, str]] = []
        self._resting: list[tuple[float, str]] = []
        self._hungry: set[str] = set()
        self._busy = 0

    @property
    def hungry(self) -> frozenset[str]:
        """The recipients whose lanes are empty, and who have more in the table."""
        return frozenset(self._hungry)

    @property
    def busy(self) -> int:
        """Items on the way."""
        return self._busy

    def append(self, item: Item, now: float, wait: float = 0.0) -> None:
        """Queue `item` behind what its recipient is to get; for a recipient without anything it is due in `wait`
        seconds, or later if the pause after the last message is not over. Of an item that has no room in its lane only
        that there is more is remembered."""
        self._forget(now)
        lane = self._lanes.setdefault(item.recipient, _RecipientQueue())
        if lane.more or len(lane.items) == LANE:
            lane.more = True
            return
        lane.items.append(item)
        if len(lane.items) == 1:
            self._rest(item.recipient, lane, max(lane.ready_at, now + wait))

    def refill(self, recipient: str, items: Iterable[Item], now: float) -> None:
        """The next items of a hungry recipient, in their order, at least one more than a lane takes if there are."""
        lane = self._lanes[recipient]
        self._hungry.discard(recipient)
        lane.more = False
        for item in items:
            self.append(item, now)
        if not lane.items:
            self._rest(recipient, lane, lane.ready_at)

    def replace(self, recipient: str, items: Iterable[Item], ready_at: float | None) -> Item | None:
        """Of this recipient nothing else is to be done than `items`, in their order, at least one more than a lane
        takes if there are; from `ready_at` on, None: as before. What is on the way stays so: it is returned if it is
        none of them."""
        lane = self._lanes.get(recipient)
        if lane is None:
            return None
        items, way = list(items), lane.items[0] if lane.busy else None
        rest = [item for item in items if way is None or item.id != way.id]
        kept = rest if way is None else [way, *rest]
        lane.items, lane.more = deque(kept[:LANE]), len(kept) > LANE
        self._hungry.discard(recipient)
        if not lane.busy:
            self._rest(recipient, lane, lane.ready_at if ready_at is None else ready_at)
        return way if len(rest) == len(items) else None

    def take(self, now: float, most: int) -> list[Item]:
        """Up to `most` items that are due, the longest due first; they are on the way until they are finished, put
        back or done again."""
        taken: list[Item] = []
        while len(taken) < most and (due := self._due()) is not None and due <= now:
            lane = self._lanes[heapq.heappop(self._ready)[1]]
            self._occupy(lane)
            taken.append(lane.items[0])
        return taken

    def hold(self, recipient: str) -> None:
        """The first item of this recipient is on the way already."""
        self._occupy(self._lanes[recipient])

    def finish(self, item: Item, now: float, wait: float) -> None:
        """`item` is over; the recipient is left alone for `wait` seconds."""
        lane = self._free(item)
        lane.items.popleft()
        self._rest(item.recipient, lane, now + wait)

    def again(self, item: Item, now: float, wait: float) -> None:
        """`item`, perhaps in another phase than it was taken in, is to be done again in `wait` seconds."""
        lane = self._free(item)
        lane.items[0] = item
        self._rest(item.recipient, lane, now + wait)

    def put_back(self, items: Iterable[Item]) -> None:
        """Nothing was done with `items`: they are due as before."""
        for item in items:
            lane = self._free(item)
            self._rest(item.recipient, lane, lane.ready_at)

    def wait(self, now: float) -> float | None:
        """Seconds until an item is due, None when none is waiting."""
        if self._hungry:
            return 0.0
        due = self._due()
        return None if due is None else max(0.0, due - now)

    def _due(self) -> float | None:
        while self._ready:
            ready_at, recipient = self._ready[0]
            lane = self._lanes.get(recipient)
            if lane is not None and lane.items and not lane.busy and lane.ready_at == ready_at:
                return ready_at
            heapq.heappop(self._ready)
        return None

    def _forget(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            lane = self._lanes.get(recipient := heapq.heappop(self._resting)[1])
            if lane is not None and not lane.items and lane.ready_at <= now:
                del self._lanes[recipient]

    def _rest(self, recipient: str, lane: _RecipientQueue, until: float) -> None:
        lane.ready_at = until
        if lane.more and not lane.items:
            self._hungry.add(recipient)
            return
        heapq.heappush(self._ready if lane.items else self._resting, (until, recipient))

    def _occupy(self, lane: _RecipientQueue) -> None:
        lane.busy = True
        self._busy += 1

    def _free(self, item: Item) -> _RecipientQueue:
        lane = self._lanes[item.recipient]
        lane.busy = False
        self._busy -= 1
        return lane

"""Decides which recipient may be sent a message now. Pure: the time, in seconds on any monotonic clock, is an argument.

The messages of one recipient leave one at a time, each after the pause that the previous one requires: answers to
commands first, in their order, then everything else, in its order.
"""

import heapq
import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import islice, takewhile

from actors.notifier.model.outgoing import MessageKind

RECIPIENT_QUEUE_LIMIT = 8
"""Items held in memory for one recipient; the rest stay in the table until these are done."""


class Phase(Enum):
    """The next thing to do with a message: post it, or find out whether it was posted."""

    POST = "post"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A message in its recipient's queue. `queued_at` is when it was queued, None if nobody knows."""

    id: str
    recipient: str
    phase: Phase
    kind: MessageKind = MessageKind.NOTICE
    queued_at: datetime | None = None


@dataclass(slots=True)
class _RecipientQueue:
    """`items` are the first of what the table has, in the same order."""

    items: deque[Item] = field(default_factory=deque)
    ready_at: float = -math.inf
    busy: bool = False
    more: bool = False
    """Whether the table has more items than `items` holds."""

    def add(self, item: Item) -> None:
        """Put an item in its place, or leave it to the table."""
        at = self._place_of(item)
        if at == RECIPIENT_QUEUE_LIMIT or (at == len(self.items) and self.more):
            self.more = True
            return
        self.items.insert(at, item)
        if len(self.items) > RECIPIENT_QUEUE_LIMIT:
            self.items.pop()
            self.more = True

    def _place_of(self, item: Item) -> int:
        """An answer goes before what waits, but neither before other answers nor before what Slack may have by now."""
        if item.kind is not MessageKind.ANSWER:
            return len(self.items)
        begun = int(self.busy or (bool(self.items) and self.items[0].phase is Phase.SEARCH))
        return begun + self._answers_from(begun)

    def begin_again(self, item: Item) -> None:
        """Put an item back that was the first. If it is not posted, answers that have come go before it; whether there
        are more of them, only the table may know."""
        is_after_answers = item.phase is Phase.POST and item.kind is not MessageKind.ANSWER
        at = self._answers_from(0) if is_after_answers else 0
        if not is_after_answers or at < len(self.items) or not self.more:
            self.items.insert(at, item)

    def _answers_from(self, begin: int) -> int:
        waiting = islice(self.items, begin, None)
        return sum(1 for _ in takewhile(lambda each: each.kind is MessageKind.ANSWER, waiting))


class Throttle:
    """A queue for each recipient that has something to send, or was just sent something."""

    def __init__(self) -> None:
        self._queues: dict[str, _RecipientQueue] = {}
        self._ready: list[tuple[float, str]] = []
        self._resting: list[tuple[float, str]] = []
        self._needs_refill: set[str] = set()
        self._busy = 0

    @property
    def needs_refill(self) -> frozenset[str]:
        """The recipients whose queues are empty here but not in the table."""
        return frozenset(self._needs_refill)

    @property
    def busy(self) -> int:
        """The number of items in flight."""
        return self._busy

    @property
    def recipients(self) -> int:
        """How many recipients have a queue here."""
        return len(self._queues)

    @property
    def oldest_at(self) -> datetime | None:
        """When the oldest of the items here was queued; those that only the table has are younger."""
        moments = (item.queued_at for queue in self._queues.values() for item in queue.items)
        return min((at for at in moments if at is not None), default=None)

    def append(self, item: Item, now: float, wait: float = 0.0) -> None:
        """Add `item` to its recipient's queue. In an empty queue it is due in `wait` seconds, or later if the pause
        after the previous message is not over. If there is no room in its place, only remember that there is more."""
        self._drop_idle_queues(now)
        queue = self._queues.setdefault(item.recipient, _RecipientQueue())
        was_empty = not queue.items
        queue.add(item)
        if was_empty and queue.items:
            self._schedule(item.recipient, queue, max(queue.ready_at, now + wait))

    def refill(self, recipient: str, items: Iterable[Item], now: float) -> None:
        """Fill a recipient's empty queue with its next items, in order. If the table has more than fit, `items` must
        hold at least one more than fits."""
        queue = self._queues[recipient]
        self._needs_refill.discard(recipient)
        queue.more = False
        for item in items:
            self.append(item, now)
        if not queue.items:
            self._schedule(recipient, queue, queue.ready_at)

    def replace(self, recipient: str, items: Iterable[Item], ready_at: float | None) -> Item | None:
        """Replace all of a recipient's items by `items`, as for `refill`. They are due from `ready_at` on; None leaves
        that as it was. An item in flight stays in flight; it is returned if it is not among `items`."""
        queue = self._queues.get(recipient)
        if queue is None:
            return None
        items, in_flight = list(items), queue.items[0] if queue.busy else None
        rest = [item for item in items if in_flight is None or item.id != in_flight.id]
        kept = rest if in_flight is None else [in_flight, *rest]
        queue.items, queue.more = deque(kept[:RECIPIENT_QUEUE_LIMIT]), len(kept) > RECIPIENT_QUEUE_LIMIT
        self._needs_refill.discard(recipient)
        if not queue.busy:
            self._schedule(recipient, queue, queue.ready_at if ready_at is None else ready_at)
        return in_flight if len(rest) == len(items) else None

    def take(self, now: float, limit: int) -> list[Item]:
        """Take up to `limit` due items, those due longest first. They are in flight until `finish`, `retry` or
        `put_back`."""
        taken: list[Item] = []
        while len(taken) < limit and (due := self._next_due()) is not None and due <= now:
            queue = self._queues[heapq.heappop(self._ready)[1]]
            self._mark_busy(queue)
            taken.append(queue.items[0])
        return taken

    def hurry(self, recipient: str) -> None:
        """The recipient's next message is due now, before all others. One that is in flight or must be searched for
        stays as it is."""
        queue = self._queues.get(recipient)
        if queue is not None and not queue.busy and queue.items and queue.items[0].phase is Phase.POST:
            self._schedule(recipient, queue, -math.inf)

    def postpone(self, recipient: str, now: float, wait: float) -> None:
        """The recipient's next message is due in `wait` seconds. One that is in flight or must be searched for stays as
        it is."""
        queue = self._queues.get(recipient)
        if queue is not None and not queue.busy and queue.items and queue.items[0].phase is Phase.POST:
            self._schedule(recipient, queue, now + wait)

    def mark_in_flight(self, recipient: str) -> None:
        """The recipient's first item is already in flight."""
        self._mark_busy(self._queues[recipient])

    def finish(self, item: Item, now: float, wait: float) -> None:
        """`item` is done; leave the recipient alone for `wait` seconds."""
        queue = self._release(item)
        queue.items.popleft()
        self._schedule(item.recipient, queue, now + wait)

    def retry(self, item: Item, now: float, wait: float) -> None:
        """Do `item` again in `wait` seconds, perhaps in another phase. If it is known not to be posted, answers that
        came meanwhile go before it."""
        queue = self._release(item)
        queue.items.popleft()
        queue.begin_again(item)
        self._schedule(item.recipient, queue, now + wait)

    def put_back(self, items: Iterable[Item]) -> None:
        """Nothing was done with `items`; they are due as before."""
        for item in items:
            queue = self._release(item)
            self._schedule(item.recipient, queue, queue.ready_at)

    @property
    def open_recipients(self) -> Iterator[str]:
        """Who has an item that is not finished."""
        return (recipient for recipient, queue in self._queues.items() if queue.items or queue.busy or queue.more)

    def wait(self, now: float) -> float | None:
        """Seconds until an item is due, or None if nothing waits."""
        if self._needs_refill:
            return 0.0
        due = self._next_due()
        return None if due is None else max(0.0, due - now)

    def _next_due(self) -> float | None:
        while self._ready:
            ready_at, recipient = self._ready[0]
            queue = self._queues.get(recipient)
            if queue is not None and queue.items and not queue.busy and queue.ready_at == ready_at:
                return ready_at
            heapq.heappop(self._ready)
        return None

    def _drop_idle_queues(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            queue = self._queues.get(recipient := heapq.heappop(self._resting)[1])
            if queue is not None and not queue.items and queue.ready_at <= now:
                del self._queues[recipient]

    def _schedule(self, recipient: str, queue: _RecipientQueue, ready_at: float) -> None:
        queue.ready_at = ready_at
        if queue.more and not queue.items:
            self._needs_refill.add(recipient)
            return
        heapq.heappush(self._ready if queue.items else self._resting, (ready_at, recipient))

    def _mark_busy(self, queue: _RecipientQueue) -> None:
        queue.busy = True
        self._busy += 1

    def _release(self, item: Item) -> _RecipientQueue:
        queue = self._queues[item.recipient]
        queue.busy = False
        self._busy -= 1
        return queue

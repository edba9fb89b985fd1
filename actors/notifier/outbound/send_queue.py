"""What the notifier has in memory of its messages: lanes, breaker, counts, parked recipients, what is on the way. Pure.

`clock` is the loop's monotonic time in seconds, `at` the wall clock's.
"""

from collections.abc import Iterable
from datetime import datetime

from actors.notifier.model.outgoing import (
    DeletedMessages,
    MessageState,
    OpenMessage,
    OutgoingMessage,
    StoredQueue,
    SuspendedRecipient,
)
from actors.notifier.outbound import breaker, lifecycle
from actors.notifier.outbound.breaker import SlackBreaker
from actors.notifier.outbound.lifecycle import OutcomeCounter, Step
from actors.notifier.outbound.throttle import Item, Phase, Throttle


class SendQueue:
    """Owned by one actor; it is told what was committed."""

    def __init__(self) -> None:
        self.breaker = SlackBreaker()
        self.on_the_way: set[str] = set()
        self.suspended: dict[str, SuspendedRecipient] = {}
        self.unsettled = 0
        self._throttle = Throttle()
        self._counts: dict[MessageState, int] = {}
        self._forgotten: set[str] = set()

    def count(self, state: MessageState) -> int:
        """Messages in `state`."""
        return self._counts.get(state, 0)

    def line_up(self, tables: StoredQueue, quiet: float, at: datetime, clock: float) -> None:
        """Begin from the tables. What was on its way when the service ended is looked for after the quiet period; what
        is on its way now stays so."""
        self._throttle, self._counts = Throttle(), dict(tables.counts)
        self._forgotten = set()
        self.suspended, self.unsettled = dict(tables.suspended), tables.unsettled
        for message in tables.messages:
            item = _item(message)
            wait = quiet if item.phase is Phase.SEARCH else _left(message.not_before, at)
            if (suspended := self.suspended.get(message.recipient)) is not None:
                wait = max(wait, min(suspended.wait, lifecycle.LONGEST_PARKED))
            # when the last message was posted is not known any more
            self._throttle.append(item, clock, max(wait, lifecycle.PACE))
            if message.id in self.on_the_way:
                self._throttle.hold(message.recipient)

    @property
    def hungry(self) -> frozenset[str]:
        """Recipients of whom only the tables know what is next."""
        return self._throttle.hungry

    def refill(self, recipient: str, messages: Iterable[OpenMessage], clock: float) -> None:
        """What is next of a hungry recipient."""
        self._throttle.refill(recipient, map(_item, messages), clock)

    def forget(self, state: MessageState, count: int) -> None:
        """So many messages were deleted."""
        self._move(state, -count)

    def forget_recipient(
        self, recipient: str, gone: DeletedMessages, left: Iterable[OpenMessage], clock: float
    ) -> None:
        """All that is of a recipient was deleted, but the messages that are `left`: as `refill` has them."""
        for state, count in gone.counts.items():
            self._move(state, -count)
        self.unsettled -= gone.unsettled
        was_suspended = self.suspended.pop(recipient, None) is not None
        ready_at = clock + lifecycle.PACE if was_suspended else None
        if (lost := self._throttle.replace(recipient, map(_item, left), ready_at)) is not None:
            self._forgotten.add(lost.id)

    def vanished(self, message: OutgoingMessage, clock: float) -> bool:
        """Something came of a message that is not in the tables any more: whether it was on the way when its recipient
        was forgotten, and all is as it should be."""
        self.on_the_way.discard(message.id)
        if message.id not in self._forgotten:
            return False
        self._forgotten.remove(message.id)
        item = Item(id=message.id, recipient=message.recipient, phase=Phase.POST)
        self._throttle.finish(item, clock, lifecycle.PACE)
        return True

    def queue(self, id: str, recipient: str, clock: float) -> None:
        """A message was queued."""
        self._throttle.append(Item(id=id, recipient=recipient, phase=Phase.POST), clock)
        self._move(MessageState.QUEUED, 1)

    def wait(self, clock: float) -> float | None:
        """Seconds until something can be done, None if that needs something else to happen first."""
        wait = self._throttle.wait(clock)
        closed = self.breaker.closed_until - clock
        if wait is None or (closed <= 0 and breaker.room(self.breaker, self._throttle.busy, clock) == 0):
            return None
        return max(wait, closed)

    def take(self, clock: float) -> list[Item]:
        """What is to be done now."""
        return self._throttle.take(clock, breaker.room(self.breaker, self._throttle.busy, clock))

    def put_back(self, items: Iterable[Item]) -> None:
        """It was not done."""
        self._throttle.put_back(items)

    def started(self, item: Item) -> None:
        """It is on the way."""
        self.on_the_way.add(item.id)
        if item.phase is Phase.POST:
            self._move(MessageState.QUEUED, -1)
            self._move(MessageState.SENDING, 1)

    def concluded(self, message: OutgoingMessage, step: Step, at: datetime, clock: float) -> None:
        """What came of it is committed."""
        self.on_the_way.discard(message.id)
        self.breaker = breaker.noted(self.breaker, message.recipient, step, at, clock)
        self._move(MessageState.SENDING, -1)
        self._move(step.state, 1)
        self._suspend(message.recipient, step, at)
        phase = Phase.SEARCH if step.state is MessageState.SENDING else Phase.POST
        item = Item(id=message.id, recipient=message.recipient, phase=phase)
        if step.state in (MessageState.SENT, MessageState.DEAD):
            self._throttle.finish(item, clock, step.wait)
        else:
            self._throttle.again(item, clock, step.wait)

    def _suspend(self, recipient: str, step: Step, at: datetime) -> None:
        self.unsettled += step.counter is OutcomeCounter.UNSETTLED
        if step.counter is OutcomeCounter.SUSPENDED:
            before = self.suspended.get(recipient)
            since = at if before is None else before.since
            self.suspended[recipient] = SuspendedRecipient(since=since, reason=step.reason, wait=step.wait)
        elif step.state is MessageState.SENT:
            self.suspended.pop(recipient, None)

    def _move(self, state: MessageState, by: int) -> None:
        self._counts[state] = self._counts.get(state, 0) + by


def _item(message: OpenMessage) -> Item:
    phase = Phase.SEARCH if message.state is MessageState.SENDING else Phase.POST
    return Item(id=message.id, recipient=message.recipient, phase=phase)


def _left(not_before: datetime | None, at: datetime) -> float:
    """Seconds to wait; bounded, for the wall clock may have jumped since."""
    return 0.0 if not_before is None else min((not_before - at).total_seconds(), lifecycle.LONGEST_LIMIT)

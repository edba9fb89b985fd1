"""What the notifier remembers of its messages: the queues, the breaker, the counts, the suspended recipients. Pure.

`clock` is the loop's monotonic time in seconds; `at` is the wall clock.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from actors.notifier.model.outgoing import (
    DeletedMessages,
    MessageKind,
    MessageState,
    OpenMessage,
    OutgoingMessage,
    StoredQueue,
    SuspendedRecipient,
)
from actors.notifier.outbound import breaker, retries, suspensions
from actors.notifier.outbound.breaker import SlackBreaker
from actors.notifier.outbound.retries import OutcomeCounter, SlackState, Step
from actors.notifier.outbound.suspensions import RecipientRefusal, RefusalScope
from actors.notifier.outbound.throttle import Item, Phase, Throttle
from messages.health import HealthReason


class SendQueue:
    """The open messages of all recipients. Its owner reports every change after it is committed."""

    def __init__(self) -> None:
        self.breaker = SlackBreaker()
        self.in_flight: set[str] = set()
        self.suspended: dict[str, SuspendedRecipient] = {}
        self.unsettled = 0
        self._accepted_at: datetime | None = None
        self._throttle = Throttle()
        self._counts: dict[MessageState, int] = {}
        self._forgotten: set[str] = set()

    def count(self, state: MessageState) -> int:
        """The number of messages in `state`."""
        return self._counts.get(state, 0)

    def load(self, stored: StoredQueue, quiet: float, at: datetime, clock: float) -> None:
        """Start again from the tables. A message that was in flight when the service ended is searched for after
        `quiet` seconds; one that is in flight now stays so."""
        self._throttle, self._counts = Throttle(), dict(stored.counts)
        self._forgotten = set()
        self.suspended, self.unsettled = dict(stored.suspended), stored.unsettled
        for message in stored.messages:
            item = _item(message)
            wait = quiet if item.phase is Phase.SEARCH else _seconds_until(message.not_before, at)
            if (suspended := self.suspended.get(message.recipient)) is not None:
                wait = max(wait, min(suspended.wait, suspensions.LONGEST_RETRY.total_seconds()))
            # nobody knows any more when the previous message was posted
            self._throttle.append(item, clock, max(wait, retries.MESSAGE_INTERVAL_SECONDS))
            if message.id in self.in_flight:
                self._throttle.mark_in_flight(message.recipient)

    @property
    def needs_refill(self) -> frozenset[str]:
        """The recipients whose next messages must be read from the tables."""
        return self._throttle.needs_refill

    def refill(self, recipient: str, messages: Iterable[OpenMessage], clock: float) -> None:
        """The next messages of a recipient that needs a refill."""
        self._throttle.refill(recipient, map(_item, messages), clock)

    def deleted(self, state: MessageState, count: int) -> None:
        """`count` messages in `state` were deleted."""
        self._move(state, -count)

    def taken_back(
        self, recipient: str, dropped: int, extra: int, recorded: int, left: Iterable[OpenMessage], clock: float
    ) -> None:
        """Of a recipient's queued messages, `dropped` were taken back and `extra` ones were queued instead; `recorded`
        ones only record what was taken out of others. Those `left` are as for `refill`."""
        self._move(MessageState.QUEUED, extra - dropped)
        self._move(MessageState.TAKEN_BACK, dropped + recorded)
        self._throttle.replace(recipient, map(_item, left), None)

    def forget_recipient(
        self, recipient: str, deleted: DeletedMessages, left: Iterable[OpenMessage], clock: float
    ) -> None:
        """All of a recipient's messages were deleted, except those `left`, which are as for `refill`."""
        for state, count in deleted.counts.items():
            self._move(state, -count)
        self.unsettled -= deleted.unsettled
        was_suspended = self.suspended.pop(recipient, None) is not None
        ready_at = clock + retries.MESSAGE_INTERVAL_SECONDS if was_suspended else None
        if (lost := self._throttle.replace(recipient, map(_item, left), ready_at)) is not None:
            self._forgotten.add(lost.id)

    def finish_forgotten(self, message: OutgoingMessage, clock: float) -> bool:
        """An attempt has ended whose message is no longer in the tables. True if that is because its recipient was
        forgotten during the attempt."""
        self.in_flight.discard(message.id)
        if message.id not in self._forgotten:
            return False
        self._forgotten.remove(message.id)
        item = Item(id=message.id, recipient=message.recipient, phase=Phase.POST)
        self._throttle.finish(item, clock, retries.MESSAGE_INTERVAL_SECONDS)
        return True

    def add(self, id: str, recipient: str, clock: float, kind: MessageKind = MessageKind.NOTICE) -> None:
        """A message was queued."""
        self._throttle.append(Item(id=id, recipient=recipient, phase=Phase.POST, kind=kind), clock)
        self._move(MessageState.QUEUED, 1)

    def wait(self, clock: float) -> float | None:
        """Seconds until something can be done; None if something else has to happen first."""
        wait = self._throttle.wait(clock)
        paused = self.breaker.paused_until - clock
        if wait is None or (paused <= 0 and self._free_slots(clock) == 0):
            return None
        return max(wait, paused)

    def take(self, clock: float) -> list[Item]:
        """Take what can be done now."""
        return self._throttle.take(clock, self._free_slots(clock))

    def put_back(self, items: Iterable[Item]) -> None:
        """Nothing was done with `items`."""
        self._throttle.put_back(items)

    def started(self, item: Item) -> None:
        """The call for `item` has started."""
        self.in_flight.add(item.id)
        if item.phase is Phase.POST:
            self._move(MessageState.QUEUED, -1)
            self._move(MessageState.SENDING, 1)

    def concluded(self, message: OutgoingMessage, step: Step, at: datetime, clock: float) -> None:
        """The outcome of an attempt is committed."""
        self.in_flight.discard(message.id)
        released = self._released_by(message.recipient, at) if step.state is MessageState.SENT else ()
        self.breaker = breaker.after_step(self.breaker, message.recipient, step, at, clock)
        self._move(MessageState.SENDING, -1)
        self._move(step.state, 1)
        self._note_recipient(message.recipient, step, at)
        phase = Phase.SEARCH if step.state is MessageState.SENDING else Phase.POST
        item = Item(id=message.id, recipient=message.recipient, phase=phase, kind=message.kind)
        if step.state in (MessageState.SENT, MessageState.DEAD):
            self._throttle.finish(item, clock, step.wait)
        else:
            self._throttle.retry(item, clock, step.wait)
        for recipient in released:
            self._throttle.hurry(recipient)

    # --- suspended recipients

    def refusal_of(self, message: OutgoingMessage, at: datetime) -> RecipientRefusal:
        """What it means if Slack refuses the message's recipient now."""
        found = suspensions.refusal(message.recipient, self.suspended, self._accepted_at, at, message.tried_at)
        since = self.breaker.since
        if (
            self.breaker.slack is SlackState.DENYING
            and since is not None
            and suspensions.lasts(self.suspended, since, at)
        ):
            return replace(found, scope=RefusalScope.ALL)
        return found

    def heard_from(self, recipients: Iterable[str], at: datetime, clock: float) -> None:
        """These suspended recipients have written: try them now, even while everybody waits because Slack refuses all
        recipients."""
        for recipient in recipients:
            if (known := self.suspended.get(recipient)) is not None:
                self.suspended[recipient] = replace(known, heard_at=at)
                self._throttle.hurry(recipient)
        if self.breaker.slack is SlackState.DENYING:
            self.breaker = replace(self.breaker, paused_until=clock)

    def refusals(self, at: datetime) -> tuple[HealthReason, ...]:
        """Why the notifier is degraded: recipients that Slack should accept. That it refuses all is said by the
        breaker."""
        if self.breaker.slack is SlackState.DENYING:
            return ()
        return suspensions.reasons(self.suspended, self._accepted_at, at)

    def _released_by(self, recipient: str, at: datetime) -> Iterable[str]:
        """The recipients to try at once because this one is accepted: those that were refused together with it, or
        everybody if Slack refused all."""
        if self.breaker.slack is SlackState.DENYING:
            released = frozenset(suspensions.of_slack(self.suspended, self._accepted_at, at))
        else:
            released = suspensions.refused_together(recipient, self.suspended)
        return released - {recipient}

    def _free_slots(self, clock: float) -> int:
        return breaker.free_slots(self.breaker, self._throttle.busy, clock)

    def _note_recipient(self, recipient: str, step: Step, at: datetime) -> None:
        self.unsettled += step.counter is OutcomeCounter.UNSETTLED
        if step.counter is OutcomeCounter.SUSPENDED:
            before = self.suspended.get(recipient)
            self.suspended[recipient] = SuspendedRecipient(
                since=at if before is None else before.since,
                reason=step.reason,
                wait=step.wait,
                tried_at=at,
                heard_at=None if before is None else before.heard_at,
            )
        elif step.state is MessageState.SENT:
            self._accepted_at = at
            self.suspended.pop(recipient, None)

    def _move(self, state: MessageState, by: int) -> None:
        self._counts[state] = self._counts.get(state, 0) + by


def _item(message: OpenMessage) -> Item:
    phase = Phase.SEARCH if message.state is MessageState.SENDING else Phase.POST
    return Item(id=message.id, recipient=message.recipient, phase=phase, kind=message.kind)


def _seconds_until(not_before: datetime | None, at: datetime) -> float:
    """At most the longest pause, in case the wall clock was set back."""
    return 0.0 if not_before is None else min((not_before - at).total_seconds(), retries.MAX_PAUSE_SECONDS)

"""What the notifier remembers of its messages: the queues, the breaker, the counts, the suspended recipients. Pure.

`clock` is the loop's monotonic time in seconds; `at` is the wall clock.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from actors.notifier.model.addresses import way_of
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
from actors.notifier.outbound.delivery_record import DeliveryRecord
from actors.notifier.outbound.lanes import SendLanes
from actors.notifier.outbound.retries import OutcomeCounter, SlackState, Step
from actors.notifier.outbound.suspensions import RecipientRefusal, RefusalScope
from actors.notifier.outbound.throttle import Item, Phase
from messages.health import HealthReason, ReasonCode, iso

MANY_QUEUES = 1000
LOOK_UP_SECONDS = 5.0
"""With so many queues the oldest message is looked up only so often."""


class SendQueue:
    """The open messages of all recipients. Its owner reports every change after it is committed."""

    def __init__(self) -> None:
        self.breaker = SlackBreaker()
        self.in_flight: set[str] = set()
        self.suspended: dict[str, SuspendedRecipient] = {}
        self.unsettled = 0
        self.record = DeliveryRecord()
        self._oldest: datetime | None = None
        self._oldest_due = 0.0
        self._accepted_at: datetime | None = None
        self._waiting_searches: dict[str, tuple[datetime, str]] = {}
        self._lanes = SendLanes()
        self._counts: dict[MessageState, int] = {}
        self._forgotten: set[str] = set()

    def count(self, state: MessageState) -> int:
        """The number of messages in `state`."""
        return self._counts.get(state, 0)

    def load(self, stored: StoredQueue, quiet: float, at: datetime, clock: float) -> None:
        """Start again from the tables. A message that was in flight when the service ended is searched for after
        `quiet` seconds; one that is in flight now stays so."""
        self._lanes, self._counts = SendLanes(), dict(stored.counts)
        self._forgotten = set()
        self._waiting_searches = {}
        self.suspended, self.unsettled = dict(stored.suspended), stored.unsettled
        for message in stored.messages:
            item = _item(message)
            wait = quiet if item.phase is Phase.SEARCH else _seconds_until(message.not_before, at)
            if (suspended := self.suspended.get(message.recipient)) is not None:
                wait = max(wait, min(suspended.wait, suspensions.LONGEST_RETRY.total_seconds()))
            # nobody knows any more when the previous message was posted
            self._lanes.lane_of(item.recipient).append(item, clock, max(wait, retries.MESSAGE_INTERVAL_SECONDS))
            if message.id in self.in_flight:
                self._lanes.lane_of(message.recipient).mark_in_flight(message.recipient)

    @property
    def needs_refill(self) -> frozenset[str]:
        """The recipients whose next messages must be read from the tables."""
        return self._lanes.needs_refill

    def refill(self, recipient: str, messages: Iterable[OpenMessage], clock: float) -> None:
        """The next messages of a recipient that needs a refill."""
        self._lanes.lane_of(recipient).refill(recipient, map(_item, messages), clock)

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
        self._lanes.lane_of(recipient).replace(recipient, map(_item, left), None)

    def forget_recipient(
        self, recipient: str, deleted: DeletedMessages, left: Iterable[OpenMessage], clock: float
    ) -> None:
        """All of a recipient's messages were deleted, except those `left`, which are as for `refill`."""
        for state, count in deleted.counts.items():
            self._move(state, -count)
        self.unsettled -= deleted.unsettled
        was_suspended = self.suspended.pop(recipient, None) is not None
        ready_at = clock + retries.MESSAGE_INTERVAL_SECONDS if was_suspended else None
        if (lost := self._lanes.lane_of(recipient).replace(recipient, map(_item, left), ready_at)) is not None:
            self._forgotten.add(lost.id)

    def finish_forgotten(self, message: OutgoingMessage, clock: float) -> bool:
        """An attempt has ended whose message is no longer in the tables. True if that is because its recipient was
        forgotten during the attempt."""
        self.in_flight.discard(message.id)
        self._waiting_searches.pop(message.id, None)
        if message.id not in self._forgotten:
            return False
        self._forgotten.remove(message.id)
        item = Item(id=message.id, recipient=message.recipient, phase=Phase.POST)
        self._lanes.lane_of(item.recipient).finish(item, clock, retries.MESSAGE_INTERVAL_SECONDS)
        return True

    def oldest_at(self, clock: float) -> datetime | None:
        """When the oldest message that is not delivered was queued; None if all are. With many queues it is looked up
        only now and then."""
        if clock >= self._oldest_due:
            self._oldest = self._lanes.oldest_at
            is_long = self._lanes.recipients > MANY_QUEUES
            self._oldest_due = clock + (LOOK_UP_SECONDS if is_long else 0.0)
        return self._oldest

    def add(
        self,
        id: str,
        recipient: str,
        clock: float,
        kind: MessageKind = MessageKind.NOTICE,
        queued_at: datetime | None = None,
    ) -> None:
        """A message was queued."""
        item = Item(id=id, recipient=recipient, phase=Phase.POST, kind=kind, queued_at=queued_at)
        self._lanes.lane_of(item.recipient).append(item, clock)
        self._move(MessageState.QUEUED, 1)

    def wait(self, clock: float) -> float | None:
        """Seconds until something can be done; None if something else has to happen first."""
        waits = (self._wait_slack(clock), self._lanes.wait_others(clock))
        return min((wait for wait in waits if wait is not None), default=None)

    def _wait_slack(self, clock: float) -> float | None:
        wait = self._lanes.slack.wait(clock)
        paused = self.breaker.paused_until - clock
        if wait is None or (paused <= 0 and self._free_slots(clock) == 0):
            return None
        return max(wait, paused)

    def take(self, clock: float) -> list[Item]:
        """Take what can be done now."""
        return self._lanes.take(clock, self._free_slots(clock))

    def failing_ways(self) -> tuple[HealthReason, ...]:
        """The ways other than Slack that do not work now."""
        return self._lanes.reasons()

    def put_back(self, items: Iterable[Item]) -> None:
        """Nothing was done with `items`."""
        self._lanes.put_back(items)

    def started(self, item: Item) -> None:
        """The call for `item` has started."""
        self.in_flight.add(item.id)
        if item.phase is Phase.POST:
            self._move(MessageState.QUEUED, -1)
            self._move(MessageState.SENDING, 1)

    def concluded(self, message: OutgoingMessage, step: Step, at: datetime, clock: float) -> None:
        """The outcome of an attempt is committed."""
        self.in_flight.discard(message.id)
        is_slack = way_of(message.recipient) is None
        released = self._released_by(message.recipient, at) if is_slack and step.state is MessageState.SENT else ()
        if is_slack:
            self.breaker = breaker.after_step(self.breaker, message.recipient, step, at, clock)
        self._lanes.note(message.recipient, step, at)
        self._move(MessageState.SENDING, -1)
        self._move(step.state, 1)
        self._note_search(message.id, step, at)
        self._note_recipient(message.recipient, step, at)
        phase = Phase.SEARCH if step.state is MessageState.SENDING else Phase.POST
        item = Item(
            id=message.id,
            recipient=message.recipient,
            phase=phase,
            kind=message.kind,
            queued_at=message.queued_at,
        )
        self.record.concluded(message, step, at)
        if step.state in (MessageState.SENT, MessageState.DEAD):
            self._lanes.lane_of(item.recipient).finish(item, clock, step.wait)
        else:
            self._lanes.lane_of(item.recipient).retry(item, clock, step.wait)
        for recipient in released:
            self._lanes.lane_of(recipient).hurry(recipient)

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
                self._lanes.lane_of(recipient).hurry(recipient)
        if self.breaker.slack is SlackState.DENYING:
            self.breaker = replace(self.breaker, paused_until=clock)

    def suspend(self, recipients: Iterable[str], reason: str, wait: float, at: datetime, clock: float) -> None:
        """These recipients were suspended by an event, and are tried again in `wait` seconds."""
        for recipient in recipients:
            before = self.suspended.get(recipient)
            self.suspended[recipient] = SuspendedRecipient(
                since=at if before is None else before.since, reason=reason, wait=wait
            )
            self._lanes.lane_of(recipient).postpone(recipient, clock, wait)

    def try_now(self, recipients: Iterable[str], clock: float) -> None:
        """Try these suspended recipients now, even while everybody waits because Slack refuses all recipients."""
        for recipient in recipients:
            self._lanes.lane_of(recipient).hurry(recipient)
        if self.breaker.slack is SlackState.DENYING:
            self.breaker = replace(self.breaker, paused_until=clock)

    def token_lost(self, reason: str, at: datetime, clock: float) -> None:
        """Slack says that the token no longer works: nothing is sent until one message is accepted."""
        self.breaker = breaker.after_step(self.breaker, "", retries.token_lost(reason, self.breaker.outages), at, clock)

    def token_renewed(self, clock: float) -> None:
        """There is a new token: try one message now if the old one was rejected."""
        if self.breaker.slack is SlackState.REFUSING:
            self.breaker = replace(self.breaker, paused_until=clock)

    def refusals(self, at: datetime) -> tuple[HealthReason, ...]:
        """Why the notifier is degraded: recipients that Slack should accept. That it refuses all is said by the
        breaker."""
        if self.breaker.slack is SlackState.DENYING:
            return ()
        return suspensions.reasons(self.suspended, self._accepted_at, at)

    def searches(self) -> tuple[HealthReason, ...]:
        """Why the notifier is degraded: messages of which nobody knows whether they arrived, while Slack lets nobody
        look. What comes after them in their conversations waits too."""
        if not self._waiting_searches:
            return ()
        count, (since, why) = len(self._waiting_searches), min(self._waiting_searches.values())
        what = "a message has" if count == 1 else f"{count:,} messages have"
        text = (
            f"notifier: waiting to look in Slack's history whether {what} arrived,"
            f" since {since:%Y-%m-%d %H:%M} UTC ({why})"
        )
        fields = (("count", str(count)), ("since", iso(since)), ("why", why))
        return (HealthReason(code=ReasonCode.HISTORY_LIMITED, subject="slack", text=text, fields=fields),)

    def _note_search(self, id: str, step: Step, at: datetime) -> None:
        """Remember a search that Slack makes wait."""
        if step.state is MessageState.SENDING and step.counter is OutcomeCounter.LIMITED:
            since, _ = self._waiting_searches.get(id, (at, ""))
            self._waiting_searches[id] = since, step.reason
        else:
            self._waiting_searches.pop(id, None)

    def _released_by(self, recipient: str, at: datetime) -> Iterable[str]:
        """The recipients to try at once because this one is accepted: those that were refused together with it, or
        everybody if Slack refused all."""
        if self.breaker.slack is SlackState.DENYING:
            released = frozenset(suspensions.of_slack(self.suspended, self._accepted_at, at))
        else:
            released = suspensions.refused_together(recipient, self.suspended)
        return released - {recipient}

    def _free_slots(self, clock: float) -> int:
        return breaker.free_slots(self.breaker, self._lanes.slack.busy, clock)

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
        elif step.state is MessageState.SENT and way_of(recipient) is None:
            self._accepted_at = at
            self.suspended.pop(recipient, None)

    def _move(self, state: MessageState, by: int) -> None:
        self._counts[state] = self._counts.get(state, 0) + by


def _item(message: OpenMessage) -> Item:
    phase = Phase.SEARCH if message.state is MessageState.SENDING else Phase.POST
    return Item(id=message.id, recipient=message.recipient, phase=phase, kind=message.kind, queued_at=message.queued_at)


def _seconds_until(not_before: datetime | None, at: datetime) -> float:
    """At most the longest pause, in case the wall clock was set back."""
    return 0.0 if not_before is None else min((not_before - at).total_seconds(), retries.MAX_PAUSE_SECONDS)

"""Sends what is queued, and records the outcome of each attempt."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from actors.notifier.model.addresses import way_of
from actors.notifier.model.outcomes import PostOutcome, SearchOutcome, Unclear, Undelivered
from actors.notifier.model.outgoing import MessageState, OutgoingMessage, SuspendedRecipient
from actors.notifier.outbound import breaker, retries
from actors.notifier.outbound.retries import OutcomeCounter, SlackState, Step
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.outbound.suspensions import DEPARTED
from actors.notifier.outbound.throttle import Item, Phase
from actors.notifier.services.host import DATABASE_RETRY_SECONDS, ServiceHost
from actors.notifier.slack.port import MessageTransport
from actors.notifier.storage import message_store
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import DatabaseAway
from messages.health import HealthReason, ReasonCode, iso

_LOGGED = frozenset(
    {OutcomeCounter.DEAD, OutcomeCounter.SUSPENDED, OutcomeCounter.UNSETTLED, OutcomeCounter.UNBLOCKED}
)  # fmt: skip


class Sender:
    """Marks a message in the tables before it posts it, so that a crash leaves a trace. `reload` reads the queue again
    from the tables; `departed` gets a person whose account was deactivated, as Slack says when it is asked."""

    def __init__(
        self,
        host: ServiceHost,
        queue: SendQueue,
        reload: Callable[[], None],
        departed: Callable[[Tx, str], None],
    ) -> None:
        self._host = host
        self._queue = queue
        self._reload = reload
        self._departed = departed
        self._transport: MessageTransport | None = None
        self._timer: Any = None
        self._drain_timer: Any = None
        self._drained: Callable[[], None] | None = None

    # --- start

    def open(self, transport: MessageTransport) -> str:
        """Send through `transport`; returns its name."""
        self._transport = transport
        return transport.name

    def load(self, tx: Tx) -> None:
        """Read what is not yet sent."""
        quiet = self._host.settings.slack.quiet_period
        self._queue.load(message_store.tables(tx.cursor), quiet, self._host.now(), self._host.clock())
        self._work_in(0.0)

    # --- sending

    @property
    def transport(self) -> MessageTransport:
        """Where messages go; set by `open`."""
        assert self._transport is not None, "the actor has begun"
        return self._transport

    def wake(self) -> None:
        """Work now, or when something is due."""
        wait = self._queue.wait(self._host.clock())
        if wait is not None:
            self._work_in(wait)

    def _work_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._host.after(seconds, self._work)

    def _work(self) -> None:
        if self._drained is not None:
            return
        if self._queue.wait(self._host.clock()) != 0.0:
            self.wake()
            return
        self._work_in(DATABASE_RETRY_SECONDS)
        items, messages = self._mark()
        for item in items:
            if item.id in messages:
                self._start(item, messages[item.id])
        if len(messages) < len(items):
            self._reload()
        self.wake()

    def _mark(self) -> tuple[list[Item], dict[str, OutgoingMessage]]:
        host, items = self._host, list[Item]()
        try:
            with host.trying("mark what it sends"), host.transaction() as tx:
                for recipient in self._queue.needs_refill:
                    self._queue.refill(recipient, message_store.next_of(tx.cursor, recipient), host.clock())
                items = self._queue.take(host.clock())
                to_post = [item.id for item in items if item.phase is Phase.POST]
                message_store.mark_sending(tx.cursor, to_post, host.now())
                messages = message_store.sending(tx.cursor, [item.id for item in items])
        except BaseException:
            self._queue.put_back(items)
            raise
        return items, messages

    def _start(self, item: Item, message: OutgoingMessage) -> None:
        self._queue.started(item)
        failed = partial(self._failed, message)
        if item.phase is Phase.POST:
            self._host.run(self.transport.post(message), partial(self._posted, message), failed)
        else:
            self._host.run(self.transport.search(message), partial(self._searched, message), failed)

    # --- outcomes

    def _posted(self, message: OutgoingMessage, outcome: PostOutcome) -> None:
        quiet, outages = self._host.settings.slack.quiet_period, self._queue.breaker.outages
        refused = self._queue.refusal_of(message, self._host.now())
        self._conclude(message, retries.after_post(outcome, message, outages, quiet, refused))

    def _searched(self, message: OutgoingMessage, outcome: SearchOutcome) -> None:
        self._conclude(message, retries.after_search(outcome, message.id, self._queue.breaker.outages))

    def _failed(self, message: OutgoingMessage, error: BaseException) -> None:
        """A bug in our client: nobody knows whether the message was posted."""
        why = "a fault in Callboard's client, see the log"
        is_slack = way_of(message.recipient) is None
        self._posted(message, Unclear(why=why) if is_slack else Undelivered(why=why, is_unclear=True))
        raise error

    def _conclude(self, message: OutgoingMessage, step: Step) -> None:
        """Store the outcome of an attempt, unless the message has changed its state since."""
        now = self._host.now()
        try:
            with self._host.trying("note what was sent"), self._host.transaction() as tx:
                is_stored = message_store.conclude(tx.cursor, message, step, now, _not_before(step, now))
                if is_stored and step.reason == DEPARTED and not self._is_known_to_have_left(message.recipient):
                    self._departed(tx, message.recipient)
        except DatabaseAway:
            self._host.after(DATABASE_RETRY_SECONDS, lambda: self._conclude(message, step))
            raise
        if is_stored:
            self._concluded(message, step, now)
        elif not self._queue.finish_forgotten(message, self._host.clock()):
            self._reload()
        self._go_on()

    def _is_known_to_have_left(self, recipient: str) -> bool:
        known = self._queue.suspended.get(recipient)
        return known is not None and known.has_left

    def _concluded(self, message: OutgoingMessage, step: Step, now: datetime) -> None:
        before = self._queue.breaker.slack
        self._queue.concluded(message, step, now, self._host.clock())
        self._host.count(step.counter.value)
        if step.reason:
            self._host.record_error(f"to {message.recipient}: {step.reason}")
        if step.counter in _LOGGED:
            self._host.log.warning("message %s to %s: %s", message.id, message.recipient, step.reason)
        if step.slack is not before and way_of(message.recipient) is None:
            self._log_change(step)

    def _log_change(self, step: Step) -> None:
        if step.slack is SlackState.ANSWERING:
            self._host.log.warning("%s accepts messages again", self.transport.name)
        else:
            self._host.log.warning(
                "%s does not accept messages; they stay queued: %s", self.transport.name, step.reason
            )

    def _go_on(self) -> None:
        if self._drained is None:
            self.wake()
        elif not self._queue.in_flight:
            self._drain_timer.cancel()
            self._drained()

    # --- suspended recipients

    def heard_from(self, tx: Tx, user: str, channel: str) -> None:
        """A user has written in this channel: if Slack has refused one of them, try again now."""
        if not self._queue.suspended:
            return
        heard = message_store.heard_from(tx.cursor, user, channel)
        tx.after_commit(lambda: self._try_now(heard))

    def _try_now(self, recipients: Sequence[str]) -> None:
        if recipients:
            self._queue.heard_from(recipients, self._host.now(), self._host.clock())
            self.wake()

    # --- health

    def reasons(self) -> tuple[HealthReason, ...]:
        """Why the notifier is degraded: Slack, a channel of the configuration, or recipients that Slack should accept.
        One suspended user is no reason."""
        slack = self._host.settings.slack
        channels = {"slack.channel": slack.channel, "slack.ops_channel": slack.ops_channel}
        closed = tuple(
            _closed(key, channel, suspended)
            for key, channel in channels.items()
            if (suspended := self._queue.suspended.get(channel)) is not None
        )
        refused, waiting = self._queue.refusals(self._host.now()), self._queue.searches()
        return (*breaker.reasons(self._queue.breaker), *closed, *refused, *waiting, *self._queue.failing_ways())

    # --- end

    def drain(self, limit: float, drained: Callable[[], None]) -> None:
        """Start nothing new; call `drained` when nothing is in flight, or after `limit` seconds."""
        self._drained = drained
        self._drain_timer = self._host.after(limit, drained)
        self._go_on()

    async def close(self) -> None:
        """Close the transport. What was in flight is settled after the next start."""
        if self._transport is not None:
            await self._transport.close()


def _closed(key: str, channel: str, suspended: SuspendedRecipient) -> HealthReason:
    text = f"{key} {channel} has accepted no messages since {suspended.since:%Y-%m-%d %H:%M} UTC: {suspended.reason}"
    fields = (("key", key), ("since", iso(suspended.since)), ("why", suspended.reason))
    return HealthReason(code=ReasonCode.CHANNEL_SUSPENDED, subject=channel, text=text, fields=fields)


def _not_before(step: Step, now: datetime) -> datetime | None:
    """When the message may be tried again. For a suspended recipient, the recipient's row says that."""
    waits = step.state is MessageState.QUEUED and step.counter is not OutcomeCounter.SUSPENDED
    return now + timedelta(seconds=step.wait) if waits else None

"""The NotifierActor.

Owns: the messages to people and each one's fate, the throttle, the breaker, the connections to Slack, what is held for
users until their hour, what operators were told. Accepts: NotifyUser, NotifyChannel and the summaries of a catch-up,
CommandAnswered, PreferencesChanged, UserForgotten (durable); what Slack delivers; HealthReply; FatesQuery. Emits:
messages to Slack, or to the console where there is no token; UserCommand to the watchlist (durable); HealthQuery. On
failure: nothing is lost; a message whose fate is not known is looked for in its conversation before it is sent again;
what Slack delivers is acknowledged when it is stored.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.notifier.model.outcomes import PostOutcome, SearchOutcome, Unclear
from actors.notifier.model.outgoing import MessageKind, MessageState, OutgoingMessage
from actors.notifier.outbound import breaker, lifecycle
from actors.notifier.outbound.lifecycle import OutcomeCounter, SlackState, Step
from actors.notifier.outbound.throttle import Item, Phase
from actors.notifier.render import notices
from actors.notifier.render.answers import rendered
from actors.notifier.render.markdown import plain
from actors.notifier.services.incident_reporter import ReportingActor
from actors.notifier.services.undeliverable_service import RETRY
from actors.notifier.slack.port import MessageTransport, transport_for
from actors.notifier.storage import message_store
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import DatabaseAway, Outage
from messages.commands import CommandAnswered
from messages.health import NotifierSnapshot, SnapshotRequest
from messages.lifecycle import Begin
from messages.notices import NOTIFIER_ACCEPTS, Audience, NotifyChannel, SummarizeForChannel


class NotifierActor(ReportingActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = NOTIFIER_ACCEPTS
    SCHEMA: ClassVar[str] = "notifier"
    MIGRATIONS: ClassVar[str] = "actors.notifier.storage.migrations"
    DESTINATIONS: ClassVar[tuple[str, ...]] = ("watchlist",)

    DRAIN_LIMIT: ClassVar[float] = 4.0
    """Seconds that calls on the way have to end; what is then still on the way is settled after the next start."""

    _transport: MessageTransport

    def __init__(self) -> None:
        super().__init__()
        self._timer: Any = None
        self._draining: Any = None
        self._has_transport = False

    # --- start

    def begin(self, begin: Begin) -> str:
        """Choose where messages go. The network is not needed for that."""
        slack = self.settings.slack
        self._transport = self.open_transport()
        self._has_transport = True
        if slack.bot_token and not slack.channel:
            self.log.warning("slack.channel is not set: drafts are told to those who watch them, and in no channel")
        self.listen()
        self.report()
        return self._transport.name

    def open_transport(self) -> MessageTransport:
        """Where messages go."""
        return transport_for(self.settings.slack, self.now, self.leads)

    def leads(self) -> bool:
        """Whether it is certain that no other instance leads."""
        try:
            return self.still_leads()
        except Outage as error:
            self.log.warning("nothing is posted: %s", error)
            return False

    def load(self, tx: Tx) -> None:
        """Line up what is not sent."""
        super().load(tx)
        quiet = self.settings.slack.quiet_period
        self._desk.line_up(message_store.tables(tx.cursor), quiet, self.now(), self.loop.time())
        self._work_in(0.0)

    # --- events

    def take_NotifyChannel(self, event: NotifyChannel, tx: Tx) -> None:
        """Queue a channel's batch. Where no such channel is set, operators read it in the log, readers not at all."""
        recipient = self.channel_for(event.audience)
        if recipient:
            self.queue_notices(tx, recipient, event.notices, notices.for_channel)
        elif event.audience is Audience.OPERATORS:
            for each in notices.for_channel(event.notices):
                self.log.info("for operators: %s", plain(each.text))

    def take_SummarizeForChannel(self, event: SummarizeForChannel, tx: Tx) -> None:
        """Queue a channel's summary."""
        if recipient := self.channel_for(event.audience):
            self.queue_worded(tx, recipient, [notices.summary(event.notices, event.more, event.since)])

    def take_CommandAnswered(self, event: CommandAnswered, tx: Tx) -> None:
        """Queue the answer to a command. What is said in a direct conversation goes to the user, in whose lane it keeps
        its order with all else for them; what is said in a channel of the configuration, to the channel as that names
        it."""
        recipient = event.user
        if event.channel.startswith(("C", "G")):
            slack = self.settings.slack
            recipient = message_store.recipient_in(tx.cursor, event.channel, (slack.channel, slack.ops_channel))
        self.queue_words(tx, recipient, rendered(event.answer), MessageKind.ANSWER, event.thread)

    # --- sending

    def work_when_due(self) -> None:
        """Work, now or when something is due."""
        wait = self._desk.wait(self.loop.time())
        if wait is not None:
            self._work_in(wait)

    def _work_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.after(seconds, self._work)

    def _work(self) -> None:
        """Do what is due. A message is marked, and that committed, before it is posted: so a crash leaves a trace."""
        if self._draining is not None:
            return
        if self._desk.wait(self.loop.time()) != 0.0:
            self.work_when_due()
            return
        self._work_in(RETRY)  # in case that the database is away
        items, messages = self._mark()
        for item in items:
            if item.id in messages:
                self._start(item, messages[item.id])
        if len(messages) < len(items):
            self._read_again()
        self.work_when_due()

    def _mark(self) -> tuple[list[Item], dict[str, OutgoingMessage]]:
        items: list[Item] = []
        try:
            with self.trying("mark what it sends"), self.transaction() as tx:
                for recipient in self._desk.hungry:
                    self._desk.refill(recipient, message_store.next_of(tx.cursor, recipient), self.loop.time())
                items = self._desk.take(self.loop.time())
                message_store.mark_sending(
                    tx.cursor, [item.id for item in items if item.phase is Phase.POST], self.now()
                )
                messages = message_store.sending(tx.cursor, [item.id for item in items])
        except BaseException:
            self._desk.put_back(items)
            raise
        return items, messages

    def _start(self, item: Item, message: OutgoingMessage) -> None:
        self._desk.started(item)
        broken = partial(self._broken, message)
        if item.phase is Phase.POST:
            self.run(self._transport.post(message), partial(self._post_answered, message), broken)
        else:
            self.run(self._transport.search(message), partial(self._search_answered, message), broken)

    # --- outcomes

    def _post_answered(self, message: OutgoingMessage, outcome: PostOutcome) -> None:
        quiet, misses = self.settings.slack.quiet_period, self._desk.breaker.misses
        self._conclude(message, lifecycle.after_post(outcome, message, misses, quiet))

    def _search_answered(self, message: OutgoingMessage, outcome: SearchOutcome) -> None:
        self._conclude(message, lifecycle.after_search(outcome, message.id, self._desk.breaker.misses))

    def _broken(self, message: OutgoingMessage, error: BaseException) -> None:
        """A failure of ours: what it left behind is not known."""
        self._post_answered(message, Unclear(why=f"{type(error).__name__} in the client"))
        raise error

    def _conclude(self, message: OutgoingMessage, step: Step) -> None:
        """Write what came of an attempt, unless the message is in another state by now."""
        now = self.now()
        try:
            with self.trying("note what was sent"), self.transaction() as tx:
                hit = message_store.conclude(tx.cursor, message, step, now, _not_before(step, now))
        except DatabaseAway:
            self.after(RETRY, lambda: self._conclude(message, step))
            raise
        if hit:
            self._concluded(message, step, now)
        elif not self._desk.vanished(message, self.loop.time()):
            self._read_again()
        self._go_on()

    def _concluded(self, message: OutgoingMessage, step: Step, now: datetime) -> None:
        before = self._desk.breaker.slack
        self._desk.concluded(message, step, now, self.loop.time())
        self.count(step.counter.value)
        if step.reason:
            self.record_error(f"to {message.recipient}: {step.reason}")
        if step.counter in (
            OutcomeCounter.DEAD,
            OutcomeCounter.SUSPENDED,
            OutcomeCounter.UNSETTLED,
            OutcomeCounter.UNBLOCKED,
        ):
            self.log.warning("the message %s to %s: %s", message.id, message.recipient, step.reason)
        if step.slack is not before:
            self._tell_change(step)

    def _tell_change(self, step: Step) -> None:
        if step.slack is SlackState.ANSWERING:
            self.log.info("%s takes messages again", self._transport.name)
        else:
            self.log.warning("%s takes no messages, they are kept: %s", self._transport.name, step.reason)

    def _go_on(self) -> None:
        if self._draining is None:
            self.work_when_due()
        elif not self._desk.on_the_way:
            self._draining.cancel()
            self.drained()

    # --- queries

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """Messages by state."""
        snapshot = NotifierSnapshot(
            request_id=request.request_id,
            status=self.status(*breaker.reasons(self._desk.breaker), *self._closed_channels(), *self.deafness()),
            delivery=self._transport.name,
            queued=self._desk.count(MessageState.QUEUED),
            sending=self._desk.count(MessageState.SENDING),
            sent=self._desk.count(MessageState.SENT),
            dead=self._desk.count(MessageState.DEAD),
            suspended=len(self._desk.suspended),
            unsettled=self._desk.unsettled,
            hears=self.hears,
        )
        self.send(sender, snapshot)

    def _closed_channels(self) -> tuple[str, ...]:
        """A parked user is no matter for concern, a channel of the configuration is."""
        slack = self.settings.slack
        named = {"slack.channel": slack.channel, "slack.ops_channel": slack.ops_channel}
        return tuple(
            f"{key} {channel} takes no messages since {suspended.since:%Y-%m-%d %H:%M} UTC: {suspended.reason}"
            for key, channel in named.items()
            if (suspended := self._desk.suspended.get(channel)) is not None
        )

    # --- end

    def drain(self) -> None:
        """Post nothing more; let what is on the way end."""
        self.fall_silent()
        self._draining = self.after(self.DRAIN_LIMIT, self.drained)
        self._go_on()

    def close(self) -> None:
        """Close the connections to Slack. Calls that are cut off are settled after the next start."""
        self.finish(self.stop_listening())
        if self._has_transport:
            self.finish(self._transport.close())


def _not_before(step: Step, now: datetime) -> datetime | None:
    """When a message may be tried again; of a parked recipient that is remembered with the recipient."""
    waits = step.state is MessageState.QUEUED and step.counter is not OutcomeCounter.SUSPENDED
    return now + timedelta(seconds=step.wait) if waits else None

"""The NotifierActor.

Owns: the messages to people and the state of each; the queue, the throttle and the breaker; the connections to Slack;
the notices kept for users' digests; the incidents that operators know about. Accepts: NotifyUser, NotifyChannel and
the summaries of a catch-up, TakeBackNotices, CommandAnswered, PreferencesChanged, UserForgotten (durable); what Slack
delivers; HealthReply; NoticeStatusQuery, ListIncidents, AcknowledgeIncidents. Emits: messages to Slack, or to the
console if there is no token; UserCommand to the watchlist (durable); HealthQuery. On failure: no message is lost. If
it is unclear whether one was posted, it is searched for in its conversation before it is sent again. What Slack
delivers is acknowledged after it is stored.
"""

import uuid
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.notifier.model.outgoing import MessageKind, MessageState
from actors.notifier.outbound import suspensions
from actors.notifier.outbound.channels import channel_for
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.render import notices
from actors.notifier.render.answers import render_answer
from actors.notifier.render.markdown import plain
from actors.notifier.services.digest_service import DigestService
from actors.notifier.services.enqueuer import Enqueuer
from actors.notifier.services.host import DATABASE_RETRY_SECONDS
from actors.notifier.services.incident_reporter import IncidentReporter
from actors.notifier.services.sender import Sender
from actors.notifier.services.slack_inbox import SlackInbox
from actors.notifier.services.take_back_service import TakeBackService
from actors.notifier.services.undeliverable_service import UndeliverableService
from actors.notifier.slack.port import MessageTransport, transport_for
from actors.notifier.storage import message_store
from actors.runtime.delivery.dead_letters import Settled
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from actors.runtime.failures import DatabaseAway, Outage
from messages.commands import CommandAnswered, PreferencesChanged, UserForgotten
from messages.dead_letters import DeadLetter
from messages.health import HealthQuery, HealthReply, NotifierSnapshot, SnapshotRequest
from messages.incidents import AcknowledgeIncidents, ListIncidents
from messages.lifecycle import Begin, Introduce
from messages.notices import (
    NOTIFIER_ACCEPTS,
    Audience,
    NoticeStatusQuery,
    NoticeStatusReply,
    NotifyChannel,
    NotifyUser,
    SummarizeForChannel,
    SummarizeForUser,
    TakeBackNotices,
)


class NotifierActor(DurableActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = NOTIFIER_ACCEPTS
    SCHEMA: ClassVar[str] = "notifier"
    MIGRATIONS: ClassVar[str] = "actors.notifier.storage.migrations"
    DESTINATIONS: ClassVar[tuple[str, ...]] = ("watchlist",)

    DRAIN_SECONDS: ClassVar[float] = 4.0
    """How long calls in flight may take at the end; what takes longer is settled after the next start."""

    def __init__(self) -> None:
        super().__init__()
        self._queue = SendQueue()
        self._sender = Sender(self, self._queue, self._reload_queue)
        self._enqueuer = Enqueuer(self, self._queue, self.new_id, self._sender.wake)
        self._digests = DigestService(
            self, self._queue, self._enqueuer, self.recount_dead_letters, self._sender.wake
        )  # fmt: skip
        self._take_back = TakeBackService(
            self, self._queue, self.new_id, self._sender.wake, self._digests.schedule_next
        )  # fmt: skip
        self._undeliverable = UndeliverableService(self, self._queue, self._reload_queue)
        self._incidents = IncidentReporter(self, self._enqueuer, self._ask_health)
        self._slack_inbox = SlackInbox(
            self,
            lambda: self.congested() is not None,
            self._sender.heard_from,
            self._incidents.acknowledge_on_slack,
        )

    # --- start

    def load(self, tx: Tx) -> None:
        """Read what is to be sent, and when the next digest is due."""
        self._sender.load(tx)
        self._digests.load(tx)

    def begin(self, begin: Begin) -> str:
        """Choose where messages go. That does not need the network."""
        slack = self.settings.slack
        transport = self._sender.open(self.open_transport())
        if slack.bot_token and not slack.channel:
            self.log.warning("slack.channel is not set: drafts are announced to their watchers, but in no channel")
        self._slack_inbox.start()
        self._digests.begin()
        self._incidents.start(begin.epoch, begin.plan.instance.name)
        return transport

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

    def new_id(self) -> str:
        """A UUID for a new message."""
        return str(uuid.uuid4())

    # --- events

    def take_NotifyUser(self, event: NotifyUser, tx: Tx) -> None:
        """Queue a user's notices, or keep them for later."""
        self._digests.notify(tx, event)

    def take_SummarizeForUser(self, event: SummarizeForUser, tx: Tx) -> None:
        """Queue a user's summary, or keep it for later."""
        self._digests.summarize(tx, event)

    def take_PreferencesChanged(self, event: PreferencesChanged, tx: Tx) -> None:
        """A user has set other hours."""
        self._digests.set_preferences(tx, event.preferences)

    def take_TakeBackNotices(self, command: TakeBackNotices, tx: Tx) -> None:
        """Take back what a user no longer wants to be sent."""
        self._take_back.take_back(tx, command)

    def take_UserForgotten(self, event: UserForgotten, tx: Tx) -> None:
        """Delete everything about a user."""
        self._digests.forget(tx, event.user)

    def take_NotifyChannel(self, event: NotifyChannel, tx: Tx) -> None:
        """Queue a channel's notices. Without an operators' channel, they go to the log."""
        recipient = channel_for(self.settings.slack, event.audience)
        if recipient:
            self._enqueuer.enqueue_notices(tx, recipient, event.notices, notices.for_channel)
        elif event.audience is Audience.OPERATORS:
            for each in notices.for_channel(event.notices):
                self.log.info("for operators: %s", plain(each.text))

    def take_SummarizeForChannel(self, event: SummarizeForChannel, tx: Tx) -> None:
        """Queue a channel's summary."""
        if recipient := channel_for(self.settings.slack, event.audience):
            summary = notices.summary(event.notices, event.more, event.since)
            self._enqueuer.enqueue_thread(tx, recipient, [summary])

    def take_CommandAnswered(self, event: CommandAnswered, tx: Tx) -> None:
        """Queue the answer to a command. In a direct conversation it goes to the user, in order with everything else
        for them. In a channel of the configuration it goes to the recipient that stands for that channel."""
        recipient = event.user
        if event.channel.startswith(("C", "G")):
            slack = self.settings.slack
            recipient = message_store.recipient_in(tx.cursor, event.channel, (slack.channel, slack.ops_channel))
        self._enqueuer.enqueue_text(tx, recipient, render_answer(event.answer), MessageKind.ANSWER, event.thread)

    # --- queries

    def receiveMsg_NoticeStatusQuery(self, query: NoticeStatusQuery, sender: ActorAddress) -> None:
        """What became of a user's notices."""
        self.send(sender, NoticeStatusReply(request_id=query.request_id, statuses=self._digests.status(query)))

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """The number of messages in each state."""
        queue = self._queue
        snapshot = NotifierSnapshot(
            request_id=request.request_id,
            status=self.status(*self._sender.reasons(), *self._slack_inbox.reasons()),
            delivery=self._sender.transport.name,
            queued=queue.count(MessageState.QUEUED),
            sending=queue.count(MessageState.SENDING),
            sent=queue.count(MessageState.SENT),
            dead=queue.count(MessageState.DEAD),
            suspended=len(queue.suspended),
            suspended_why=suspensions.why(queue.suspended),
            unsettled=queue.unsettled,
            hears=self._slack_inbox.listens_at,
        )
        self.send(sender, snapshot)

    # --- incidents

    def _ask_health(self) -> None:
        if self.address_of("health") is not None:
            self.tell("health", HealthQuery(request_id=uuid.uuid4().hex))

    def receiveMsg_HealthReply(self, reply: HealthReply, sender: ActorAddress) -> None:
        """Tell operators what has changed."""
        self._incidents.compare(reply)

    def receiveMsg_ListIncidents(self, query: ListIncidents, sender: ActorAddress) -> None:
        """The problems that last."""
        self.send(sender, self._incidents.listed(query))

    def receiveMsg_AcknowledgeIncidents(self, command: AcknowledgeIncidents, sender: ActorAddress) -> None:
        """No more reminders of a problem."""
        self.send(sender, self._incidents.acknowledge(command))

    def receiveMsg_Introduce(self, message: Introduce, sender: ActorAddress) -> None:
        """Learn the addresses, and which actors were restarted."""
        super().receiveMsg_Introduce(message, sender)
        self._incidents.introduced(dict(zip(message.names, message.addresses, strict=True)))

    # --- undeliverable messages, and old ones

    def dead_letters_kept(self, tx: Tx, limit: int) -> tuple[tuple[DeadLetter, ...], int]:
        """Dead letters, and what Slack did not accept."""
        kept, total = super().dead_letters_kept(tx, limit)
        listed, count = self._undeliverable.listed(tx, limit)
        return (*kept, *listed), total + count

    def retry_dead_letter(self, id: str) -> Settled:
        """Try a dead letter again, or send again what Slack did not accept."""
        return self._undeliverable.retry(id) or super().retry_dead_letter(id)

    def discard_dead_letter(self, id: str) -> Settled:
        """Remove a dead letter, or what Slack did not accept."""
        return self._undeliverable.discard(id) or super().discard_dead_letter(id)

    def expire(self, tx: Tx) -> int:
        """Delete some of what is too old."""
        services = (self._undeliverable, self._enqueuer, self._take_back, self._slack_inbox, self._incidents)
        return super().expire(tx) + sum(service.expire(tx, EXPIRY_BATCH_ROWS) for service in services)

    def _reload_queue(self) -> None:
        """Read the queue from the tables again, in a turn of its own."""
        self.after(0.0, self._reload_queue_now)

    def _reload_queue_now(self) -> None:
        try:
            with self.transaction() as tx:
                self._sender.load(tx)
        except DatabaseAway:
            self.after(DATABASE_RETRY_SECONDS, self._reload_queue_now)
            raise

    # --- end

    def drain(self) -> None:
        """Post nothing more; let the calls in flight end."""
        self._slack_inbox.stop_listening()
        self._sender.drain(self.DRAIN_SECONDS, self.drained)

    def close(self) -> None:
        """Close the connections to Slack. Interrupted calls are settled after the next start."""
        self.finish(self._slack_inbox.close())
        self.finish(self._sender.close())

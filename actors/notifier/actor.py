"""The NotifierActor.

Owns: the messages to people and the state of each; the queue, the throttle and the breaker; the connections to Slack;
the notices kept for users' digests; the incidents that operators know about. Accepts: NotifyUser, NotifyChannel and
the summaries of a catch-up, CheckAlert, TakeBackNotices, CommandAnswered, PreferencesChanged, UserForgotten (durable);
what Slack delivers; HealthReply; NoticeStatusQuery, FirstToldQuery, ChannelQuery, ListIncidents, IncidentHistoryQuery,
AcknowledgeIncidents. Emits: messages to Slack, or to the console if there is no token, and in other ways (mail, a
webhook, Mattermost, Matrix); UserCommand to the watchlist (durable); HealthQuery. On failure: no message is lost. If it
is unclear whether one was posted, it is searched for in its conversation before it is sent again. What Slack delivers
is acknowledged after it is stored.
"""

import uuid
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import msgspec
from thespian.actors import ActorAddress

from actors.notifier.model.outgoing import MessageState
from actors.notifier.outbound import suspensions
from actors.notifier.outbound.channels import channel_for
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.render import notices
from actors.notifier.render.markdown import plain
from actors.notifier.render.threads import subject_of
from actors.notifier.services.card_updater import CardUpdater
from actors.notifier.services.channel_service import ChannelService
from actors.notifier.services.check_alerts import CheckAlerts
from actors.notifier.services.digest_service import DigestService
from actors.notifier.services.enqueuer import Enqueuer
from actors.notifier.services.host import DATABASE_RETRY_SECONDS
from actors.notifier.services.incident_reporter import IncidentReporter
from actors.notifier.services.responder import Responder
from actors.notifier.services.routed_transport import RoutedTransport
from actors.notifier.services.sender import Sender
from actors.notifier.services.slack_inbox import SlackInbox
from actors.notifier.services.surface_service import SurfaceService
from actors.notifier.services.take_back_service import TakeBackService
from actors.notifier.services.token_rotation import TokenRotation
from actors.notifier.services.undeliverable_service import UndeliverableService
from actors.notifier.services.workspace_service import WorkspaceService
from actors.notifier.slack.directory import ChannelDirectory, directory_for
from actors.notifier.slack.port import MessageTransport, transport_for
from actors.notifier.slack.responses import ResponseSender
from actors.notifier.slack.token import BotToken
from actors.notifier.storage import announcements
from actors.runtime.ask import Questions
from actors.runtime.delivery.dead_letters import Settled
from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from actors.runtime.failures import DatabaseAway, Outage
from messages.activity import DeliveryActivity
from messages.channels import ChannelQuery
from messages.checks import CheckAlert
from messages.commands import CommandAnswered, CommandOutcome, PreferencesChanged, UserForgotten
from messages.dead_letters import DeadLetter
from messages.health import HealthQuery, HealthReply, NotifierSnapshot, SnapshotRequest
from messages.home import CommandChecked, HomeReply
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
from messages.papers import PaperReply
from messages.reading import FirstToldQuery, FirstToldReply, IncidentHistoryQuery
from messages.settings import Settings, SlackSettings


class NotifierActor(DurableActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = NOTIFIER_ACCEPTS
    SCHEMA: ClassVar[str] = "notifier"
    MIGRATIONS: ClassVar[str] = "actors.notifier.storage.migrations"
    DESTINATIONS: ClassVar[tuple[str, ...]] = ("watchlist",)

    DRAIN_SECONDS: ClassVar[float] = 4.0
    """How long calls in flight may take at the end; what takes longer is settled after the next start."""

    QUERY_SECONDS: ClassVar[float] = 1.5
    """How long other actors have to answer: Slack waits three seconds for what is wrong with a form."""

    def __init__(self) -> None:
        super().__init__()
        self._queue = SendQueue()
        self._token = BotToken()
        self._sender = Sender(
            self, self._queue, self._reload_queue, lambda tx, person: self._workspace.found_departed(tx, person)
        )
        self._cards = CardUpdater(self)
        self._enqueuer = Enqueuer(self, self._queue, self.new_id, self._sender.wake, self._cards.wake)
        self._channels = ChannelService(self)
        self._responder = Responder(self, self._enqueuer)
        self._digests = DigestService(
            self,
            self._queue,
            self._enqueuer,
            self.recount_dead_letters,
            self._sender.wake,
            self._channels.recipient_of,
        )
        self._take_back = TakeBackService(
            self, self._queue, self.new_id, self._sender.wake, self._digests.schedule_next
        )
        self._undeliverable = UndeliverableService(self, self._queue, self._reload_queue)
        self._check_alerts = CheckAlerts(self, self._enqueuer)
        self._incidents = IncidentReporter(self, self._enqueuer, self._ask_health)
        self._workspace = WorkspaceService(self, self._queue, self._incidents.tell_operators, self._sender.wake)
        self._questions = Questions(self)
        self._surfaces = SurfaceService(self, self._questions, self.QUERY_SECONDS, self._token)
        self._slack_inbox = SlackInbox(
            self,
            lambda: self.congested() is not None,
            self._sender.heard_from,
            self._incidents.acknowledge_on_slack,
            self._responder.refuse_outsider,
            self._workspace.changed,
            self._surfaces.surfaced,
            self._surfaces.check,
            token=self._token,
        )
        self._rotation = TokenRotation(self, self._token, self.leads, self._token_renewed)

    # --- start

    def load(self, tx: Tx) -> None:
        """Read what is to be sent, and when the next digest is due."""
        self._sender.load(tx)
        self._digests.load(tx)

    def begin(self, begin: Begin) -> str:
        """Choose where messages go. That does not need the network."""
        slack = self.settings.slack
        self._rotation.begin()
        transport = self._sender.open(self.open_transport())
        self._channels.open(self.open_directory())
        if slack.bot_token:
            self._responder.open(ResponseSender(slack, self.leads))
        if slack.bot_token and not slack.channel:
            self.log.warning("slack.channel is not set: drafts are announced to their watchers, but in no channel")
        if slack.bot_token:
            self._surfaces.open()
        self._cards.open(self._sender.transport)
        self._slack_inbox.start()
        self._digests.begin()
        self._incidents.start(begin.epoch, begin.plan.instance.name, again=begin.again)
        return transport

    def begins_again_for(self, settings: Settings) -> bool:
        """Connections, times and ways are made for where messages go and as whom."""
        return _made_for(settings) != _made_for(self.settings)

    def open_transport(self) -> MessageTransport:
        """Where messages go."""
        first = transport_for(self.settings.slack, self.now, self.leads, self._token)
        return RoutedTransport(first, self.settings, self.leads, self.now)

    def _token_renewed(self) -> None:
        """Try at once what a token that had expired kept waiting."""
        self._queue.token_renewed(self.clock())
        self._sender.wake()

    def open_directory(self) -> ChannelDirectory:
        """Where channels are looked up."""
        return directory_for(self.settings.slack, self._token)

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
        """Queue the notices of a user or a channel, or keep them for later."""
        new = self._channels.not_told_otherwise(tx, event.user, event.notices)
        if new or not event.notices:
            self._digests.notify(tx, replace(event, notices=new))

    def take_SummarizeForUser(self, event: SummarizeForUser, tx: Tx) -> None:
        """Queue the summary of a user or a channel, or keep it for later."""
        new = self._channels.not_told_otherwise(tx, event.user, event.notices)
        if new or event.more or not event.notices:
            self._digests.summarize(tx, replace(event, notices=new))

    def take_PreferencesChanged(self, event: PreferencesChanged, tx: Tx) -> None:
        """A user has set other hours."""
        self._digests.set_preferences(tx, event.preferences)

    def take_TakeBackNotices(self, command: TakeBackNotices, tx: Tx) -> None:
        """Take back what a user no longer wants to be sent."""
        for recipient in {command.user, self._channels.recipient_of(tx, command.user)}:
            self._take_back.take_back(tx, replace(command, user=recipient))

    def take_UserForgotten(self, event: UserForgotten, tx: Tx) -> None:
        """Delete everything about a user."""
        self._digests.forget(tx, event.user)
        tx.after_commit(lambda: self._surfaces.changed(event.user))

    def take_NotifyChannel(self, event: NotifyChannel, tx: Tx) -> None:
        """Queue a channel's notices. Without an operators' channel, they go to the log."""
        recipient = channel_for(self.settings.slack, event.audience)
        if recipient:
            self._digests.notify_readers(tx, recipient, self._channels.id_of(tx, recipient), event.notices)
        elif event.audience is Audience.OPERATORS:
            for each in notices.for_channel(event.notices):
                self.log.info("for operators: %s", plain(each.text))

    def take_SummarizeForChannel(self, event: SummarizeForChannel, tx: Tx) -> None:
        """Queue a channel's summary."""
        if recipient := channel_for(self.settings.slack, event.audience):
            summary = notices.summary(event.notices, event.more, event.since)
            self._enqueuer.enqueue_thread(tx, recipient, [summary])

    def take_CheckAlert(self, event: CheckAlert, tx: Tx) -> None:
        """Queue what is to be read about a check."""
        self._check_alerts.tell(tx, event)

    def take_CommandAnswered(self, event: CommandAnswered, tx: Tx) -> None:
        """Answer a command."""
        tx.after_commit(lambda: self._surfaces.changed(event.user))
        self._cards.answered(tx, event.command_id, event.user, is_done=event.done is CommandOutcome.DONE)
        self._responder.answer(tx, event)

    # --- queries

    def receiveMsg_NoticeStatusQuery(self, query: NoticeStatusQuery, sender: ActorAddress) -> None:
        """What became of a user's notices."""
        self.send(sender, NoticeStatusReply(request_id=query.request_id, statuses=self._digests.status(query)))

    def receiveMsg_ChannelQuery(self, query: ChannelQuery, sender: ActorAddress) -> None:
        """Whether a command about a channel may be carried out."""
        self._channels.answer(query, partial(self.send, sender))

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """The number of messages in each state."""
        queue = self._queue
        snapshot = NotifierSnapshot(
            request_id=request.request_id,
            status=self.status(*self._sender.reasons(), *self._slack_inbox.reasons(), *self._rotation.reasons()),
            delivery=self._sender.transport.name,
            queued=queue.count(MessageState.QUEUED),
            sending=queue.count(MessageState.SENDING),
            sent=queue.count(MessageState.SENT),
            dead=queue.count(MessageState.DEAD),
            suspended=len(queue.suspended),
            suspended_why=suspensions.why(queue.suspended),
            unsettled=queue.unsettled,
            hears=self._slack_inbox.listens_at,
            activity=self._activity(),
        )
        self.send(sender, snapshot)

    def receiveMsg_FirstToldQuery(self, query: FirstToldQuery, sender: ActorAddress) -> None:
        """When drafts and papers were first told to anybody."""
        with self.transaction() as tx:
            subjects = {id: subject_of(id) for id in query.ids}
            told = announcements.first_sent(tx.cursor, subjects.values())
        pairs = tuple((id, told[subject]) for id, subject in subjects.items() if subject in told)
        self.send(sender, FirstToldReply(request_id=query.request_id, told=pairs))

    def receiveMsg_IncidentHistoryQuery(self, query: IncidentHistoryQuery, sender: ActorAddress) -> None:
        """The problems that there were."""
        self.send(sender, self._incidents.history(query))

    def _activity(self) -> DeliveryActivity:
        record = self._queue.record
        slack, since, detail = self._slack_inbox.connection
        return DeliveryActivity(
            oldest_at=self._queue.oldest_at(self.clock()),
            outcomes=record.outcomes,
            delivery=record.delivery,
            detection=record.detection,
            slack=slack,
            slack_since=since,
            slack_detail=detail,
        )

    def receiveMsg_HomeReply(self, reply: HomeReply, sender: ActorAddress) -> None:
        """What a person's home shows, from the watchlist."""
        self._questions.replied(reply)

    def receiveMsg_CommandChecked(self, reply: CommandChecked, sender: ActorAddress) -> None:
        """Whether a form is refused, from the watchlist."""
        self._questions.replied(reply)

    def receiveMsg_PaperReply(self, reply: PaperReply, sender: ActorAddress) -> None:
        """What a link leads to, from the index."""
        self._questions.replied(reply)

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
        addresses = dict(zip(message.names, message.addresses, strict=True))
        self._incidents.introduced(addresses, dict(message.renewed))

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
        services = (
            self._undeliverable,
            self._enqueuer,
            self._take_back,
            self._slack_inbox,
            self._responder,
            self._incidents,
            self._rotation,
        )
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
        self._cards.stop()
        self._sender.drain(self.DRAIN_SECONDS, self.drained)

    def close(self) -> None:
        """Close the connections to Slack. Interrupted calls are settled after the next start."""
        owners = (self._slack_inbox, self._channels, self._rotation, self._responder, self._surfaces, self._sender)
        self.finish(*(owner.close() for owner in owners))


def _made_for(settings: Settings) -> tuple[Any, ...]:
    """What only `begin` looks at; the rest is read where it is used."""
    usual = SlackSettings()
    slack = msgspec.structs.replace(
        settings.slack,
        channel=usual.channel,
        ops_channel=usual.ops_channel,
        ops_start=usual.ops_start,
        ops_summary=usual.ops_summary,
        unfurl=usual.unfurl,
        quiet_period=usual.quiet_period,
    )
    return slack, settings.mail, settings.webhook, settings.mattermost, settings.matrix

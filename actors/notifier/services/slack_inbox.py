"""Receives what users say in Slack and stores each command once."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from actors.notifier.inbound.ownership import ForeignSender, Identity
from actors.notifier.inbound.parse import (
    ACCEPT_WITHIN_SECONDS,
    FormRefused,
    Ignored,
    InboundEvent,
    InboundResult,
    Outsider,
    Surfaced,
    message_key,
    parse_event,
    pressed_in,
    response_url,
)
from actors.notifier.inbound.workspace_changes import ChangeKind, WorkspaceChange
from actors.notifier.model.outcomes import ApiError, words_of_failure
from actors.notifier.model.slack_errors import ErrorMeaning, meaning_of, words_of
from actors.notifier.model.surfaces import FormWanted, HomeOpened, LinksShared
from actors.notifier.outbound.retries import backoff
from actors.notifier.services.host import ServiceHost
from actors.notifier.slack.answers import BotInfo, Myself
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.httpevents import PATH as EVENTS_PATH
from actors.notifier.slack.httpevents import EventsServer
from actors.notifier.slack.socketmode import SocketMode
from actors.notifier.slack.token import BotToken
from actors.notifier.storage import pressed_buttons, response_urls, seen_deliveries
from actors.notifier.storage.response_urls import ResponseUrl
from actors.runtime.delivery.durable import Tx
from actors.runtime.durations import duration_text
from actors.runtime.failures import BeginRefusal, Outage
from actors.runtime.listening import listening, url_of, why_it_cannot
from actors.runtime.request_errors import RequestErrors
from messages.activity import SlackConnection
from messages.commands import UserCommand
from messages.health import HealthReason, ReasonCode, iso

MAX_PENDING_DELIVERIES = 100
"""Deliveries that may wait for a turn; any more are rejected, and Slack delivers them again."""

LISTENER_RETRY_SECONDS = 5.0
"""When to start listening again after a failure."""

DISCONNECTED_GRACE_SECONDS = 30.0
"""How long a lost connection is not a reason for health: Slack renews connections all the time."""

_WHO = "auth.test"
_BOT = "bots.info"

PendingDelivery = tuple[InboundEvent, "asyncio.Future[InboundResult]"]


class SlackInbox:
    """A delivery waits in a short queue for the actor's next turn. That turn stores it under Slack's id and, in the
    same transaction, sends the command to the WatchlistActor. Only then does Slack get its acknowledgement. A delivery
    that cannot be stored in time gets none, so Slack delivers it again. `is_congested` says whether too many commands
    already wait for the WatchlistActor; `heard_from` is told, in the same transaction, which user has written in which
    channel; `acknowledge` takes the commands that acknowledge a problem, and returns whether this was one; `refuse`
    answers a person of another workspace; `workspace_changed` acts on what happens in ours; `surfaced` is told, after
    the commit, what people do outside of conversations, and `check_form` says what is wrong with a form. Without an
    `identity`, Slack is asked for it. `token` is the bot's token, if that is not always the configured one."""

    def __init__(
        self,
        host: ServiceHost,
        is_congested: Callable[[], bool],
        heard_from: Callable[[Tx, str, str], None],
        acknowledge: Callable[[Tx, InboundEvent, UserCommand], bool],
        refuse: Callable[[Tx, Outsider], None],
        workspace_changed: Callable[[Tx, WorkspaceChange], None],
        surfaced: Callable[[Surfaced], None],
        check_form: Callable[[InboundEvent], Awaitable[FormRefused | None]],
        identity: Identity | None = None,
        token: BotToken | None = None,
    ) -> None:
        self._host = host
        self._is_congested = is_congested
        self._heard_from = heard_from
        self._acknowledge = acknowledge
        self._refuse = refuse
        self._workspace_changed = workspace_changed
        self._token = token
        self._surfaced = surfaced
        self._check_form = check_form
        self._api: SlackApi | None = None
        self._identity = identity
        self._pending: list[PendingDelivery] = []
        self._server: EventsServer | None = None
        self._listener: Any = None
        self._disconnected_since: datetime | None = None
        self._disconnected_why = ""
        self._connected_since: datetime | None = None
        self.listens_at = ""

    # --- start

    def start(self) -> None:
        """Start to listen, if the settings say how. Raises BeginRefusal."""
        slack = self._host.settings.slack
        if not slack.bot_token:
            return
        if slack.events == "http" and slack.signing_secret:
            self._serve()
        elif slack.events == "socket" and slack.app_token:
            self.listens_at = "socket mode"
            self.disconnected("not connected yet")
        else:
            needed = "slack.app_token" if slack.events == "socket" else "slack.signing_secret"
            self._host.log.warning("%s is not set: Callboard sends to Slack, but takes no commands there", needed)
            return
        self._api = SlackApi(slack, lambda: True, token=self._token)
        self._start_listener()

    def _start_listener(self) -> None:
        assert self._api is not None, "it is made before the listener"
        self._listener = self._host.run(self._listen(self._api), _nothing, self._listener_failed)

    def _listener_failed(self, error: BaseException) -> None:
        """A bug of ours must not stop the listener for good."""
        self.disconnected("a fault in Callboard, see the log")
        self._host.after(LISTENER_RETRY_SECONDS, self._start_listener)
        raise error

    def _serve(self) -> None:
        slack = self._host.settings.slack
        try:
            bound: socket.socket = listening(slack.events_host, slack.events_port)
        except OSError as error:
            why = why_it_cannot(error, "slack.events_", slack.events_host, slack.events_port)
            raise BeginRefusal(why) from error
        self.listens_at = url_of(bound, EVENTS_PATH)
        self._host.log.info("waiting for requests from Slack at %s", self.listens_at)
        errors = RequestErrors(self._host.log, self._host.count, self._host.clock)
        server = EventsServer(slack.signing_secret, self.deliver, self._rejected, errors)
        self._host.run(server.serve(bound), self._serving)

    def _serving(self, server: EventsServer) -> None:
        self._server = server

    async def _listen(self, api: SlackApi) -> None:
        await self._learn_identity(api)
        if self._host.settings.slack.events == "socket":
            await SocketMode(self._host.settings.slack, api, self.deliver, self.connected, self.disconnected).run()

    async def _learn_identity(self, api: SlackApi) -> None:
        """Ask Slack for our workspace and bot user until it answers: without them, nobody can tell which events are
        meant for Callboard."""
        failures = 0
        while self._identity is None:
            answer = await api.ask(_WHO, lambda client: client.auth_test(), Myself)
            if isinstance(answer, Myself) and (app := await self._app_of(api, answer)) is not None:
                self._identity = Identity(
                    team=answer.team_id,
                    user=answer.user_id,
                    app=app,
                    enterprise=answer.enterprise_id or "",
                    is_org_wide=answer.is_enterprise_install or False,
                )
                break
            if not isinstance(answer, Myself):
                self.disconnected(f"{_WHO}: {words_of_failure(answer)}")
            await asyncio.sleep(max(backoff(1.0, failures, "identity"), api.pause(_WHO), api.pause(_BOT)))
            failures += 1
        if self._host.settings.slack.events == "http":
            self.connected("")

    async def _app_of(self, api: SlackApi, answer: Myself) -> str | None:
        """The id of our app, empty if Slack will not say it; None if it may say it later. Socket Mode tells it with
        each connection, so it is only asked for with HTTP."""
        if self._host.settings.slack.events == "socket" or not answer.bot_id:
            return ""
        bot = await api.ask(_BOT, lambda client: client.bots_info(bot=answer.bot_id), BotInfo)
        if isinstance(bot, BotInfo):
            return bot.bot.app_id
        if isinstance(bot, ApiError) and meaning_of(_BOT, bot.error) is not ErrorMeaning.UNCLEAR:
            self._host.log.warning("requests for other apps cannot be told from ours: %s", words_of(_BOT, bot.error))
            return ""
        self.disconnected(f"{_BOT}: {words_of_failure(bot)}")
        return None

    # --- the connection

    def connected(self, app: str) -> None:
        """Slack's events arrive; `app` is our app's id, or empty."""
        if self._identity is not None and app:
            self._identity = replace(self._identity, app=app)
        if self._disconnected_since is not None:
            lasted = duration_text(self._host.now() - self._disconnected_since)
            self._host.log.warning("listening to Slack again, after %s: %s", lasted, self.listens_at)
            self._disconnected_why = ""
        elif self._connected_since is None:
            self._host.log.info("listening to Slack: %s", self.listens_at)
        if self._disconnected_since is not None or self._connected_since is None:
            self._connected_since = self._host.now()
        self._disconnected_since = None

    @property
    def connection(self) -> tuple[SlackConnection, datetime | None, str]:
        """How commands arrive: the state, since when, and why they do not."""
        if not self.listens_at:
            return SlackConnection.NOT_WANTED, None, ""
        if self._disconnected_since is not None:
            return SlackConnection.DISCONNECTED, self._disconnected_since, self._disconnected_why
        if self._connected_since is None:
            return SlackConnection.CONNECTING, None, ""
        return SlackConnection.CONNECTED, self._connected_since, ""

    def disconnected(self, why: str) -> None:
        """Slack's events do not arrive."""
        if self._disconnected_since is None:
            self._disconnected_since = self._host.now()
        if why != self._disconnected_why:
            self._host.log.warning("not listening to Slack: %s", why)
        self._disconnected_why = why

    def _rejected(self, why: str) -> None:
        self._host.count("unsigned")
        self._host.record_error(why)

    def reasons(self) -> tuple[HealthReason, ...]:
        """Why commands do not arrive, for health; empty if they do, or are not wanted."""
        since = self._disconnected_since
        if since is None or (self._host.now() - since).total_seconds() < DISCONNECTED_GRACE_SECONDS:
            return ()
        text = f"notifier: not listening to Slack since {since:%Y-%m-%d %H:%M:%S} UTC: {self._disconnected_why}"
        fields = (("since", iso(since)), ("why", self._disconnected_why))
        return (HealthReason(code=ReasonCode.SLACK_NOT_LISTENING, subject="slack", text=text, fields=fields),)

    # --- deliveries

    async def deliver(self, event: InboundEvent) -> InboundResult | FormRefused:
        """Store what Slack delivers; returns what to tell Slack, in time. What is wrong with a form is said before
        anything is stored."""
        try:
            async with asyncio.timeout(ACCEPT_WITHIN_SECONDS):
                return await self._check_and_store(event)
        except TimeoutError:
            self._host.count("deliveries_not_taken")
            return InboundResult.BUSY

    async def _check_and_store(self, event: InboundEvent) -> InboundResult | FormRefused:
        if (refused := await self._check_form(event)) is not None:
            self._host.count("forms_refused")
            return refused
        if event.retries:
            self._host.count("deliveries_retried")
        if len(self._pending) >= MAX_PENDING_DELIVERIES:
            self._host.count("deliveries_not_taken")
            return InboundResult.BUSY
        future: asyncio.Future[InboundResult] = asyncio.get_running_loop().create_future()
        self._pending.append((event, future))
        if len(self._pending) == 1:
            self._host.after(0.0, self._store_pending)
        return await future

    def _store_pending(self) -> None:
        """Store what waits, in one transaction; answer after the commit."""
        pending, self._pending = [each for each in self._pending if not each[1].done()], []
        results = [InboundResult.BUSY] * len(pending)
        try:
            if self._identity is not None and not self._is_congested():
                with self._host.transaction() as tx:
                    stored = [self._try_to_store(tx, event, self._identity) for event, _ in pending]
                results = stored
        except Outage as error:
            self._host.record_error(f"deliveries from Slack could not be stored: {error}")
        finally:
            for (_, future), result in zip(pending, results, strict=True):
                self._host.count(f"deliveries_{result.value}")
                future.set_result(result)

    def _try_to_store(self, tx: Tx, event: InboundEvent, identity: Identity) -> InboundResult:
        """A delivery that cannot be stored must not keep the others of its transaction from being stored."""
        try:
            with tx.savepoint():
                return self._store(tx, event, identity)
        except Exception as error:
            if tx.is_lost:
                raise
            self._host.log.error("a delivery from Slack could not be stored", exc_info=error)
            self._host.record_error(f"a delivery from Slack could not be stored: {type(error).__name__}: {error}")
            return InboundResult.BUSY

    def _store(self, tx: Tx, event: InboundEvent, identity: Identity) -> InboundResult:
        match parse_event(event, identity, self._host.now()):
            case Ignored():
                return InboundResult.IGNORED
            case ForeignSender() as sender:
                self._host.log.warning("rejected a delivery from Slack: %s", sender.value)
                return InboundResult.REJECTED
            case Outsider() as outsider:
                if self._is_new(tx, outsider.id):
                    self._refuse(tx, outsider)
                return InboundResult.REFUSED
            case WorkspaceChange(kind=ChangeKind.PERSON_CHANGED) as change:
                # Slack reports each change of anybody's status so: it is not worth a row
                self._workspace_changed(tx, change)
                return InboundResult.STORED
            case WorkspaceChange() as change:
                if self._is_new(tx, change.id):
                    self._workspace_changed(tx, change)
                return InboundResult.STORED
            case FormWanted() | LinksShared() as surfaced:
                if self._is_new(tx, surfaced.id):
                    tx.after_commit(partial(self._surfaced, surfaced))
                return InboundResult.STORED
            case HomeOpened() as opened:
                # every look at it is one; showing it twice does no harm
                tx.after_commit(partial(self._surfaced, opened))
                return InboundResult.STORED
            case UserCommand() as command:
                self._heard_from(tx, command.user, command.channel)
                is_new = self._is_new(tx, command.command_id, message_key(event, command))
                if is_new and self._acknowledge(tx, event, command):
                    return InboundResult.STORED
                response = response_url(event, command, self._host.settings.slack.api_url)
                if is_new:
                    tx.emit("watchlist", command)
                    if response is not None:
                        kept = ResponseUrl(url=response[0], replaces=response[1])
                        response_urls.remember(tx.cursor, command.command_id, kept, self._host.now())
                    if (place := pressed_in(event, command)) is not None:
                        pressed_buttons.remember(tx.cursor, command.command_id, *place, command.text, self._host.now())
                return InboundResult.STORED if response is None else InboundResult.IN_PLACE

    def _is_new(self, tx: Tx, *names: str) -> bool:
        """Whether this has not been delivered before under any of its names."""
        seen = [seen_deliveries.first_time(tx.cursor, name, self._host.now()) for name in names if name]
        if not all(seen):
            tx.after_commit(lambda: self._host.count("deliveries_repeated"))
        return all(seen)

    def expire(self, tx: Tx, limit: int) -> int:
        """Forget up to `limit` deliveries that Slack will not repeat; returns how many."""
        return seen_deliveries.expire(tx.cursor, limit) + pressed_buttons.expire(tx.cursor, limit)

    # --- end

    def stop_listening(self) -> None:
        """Take nothing more."""
        if self._listener is not None:
            self._listener.cancel()

    async def close(self) -> None:
        """Close what is open."""
        self.stop_listening()
        if self._server is not None:
            await self._server.close()
        if self._api is not None:
            await self._api.close()


def _nothing(_: None) -> None:
    """With HTTP, the listener's task ends when the identity is known; the server goes on."""

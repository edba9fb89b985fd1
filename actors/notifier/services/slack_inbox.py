"""Receives what users say in Slack and stores each command once."""

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any

from actors.notifier.inbound.parse import (
    ACCEPT_WITHIN_SECONDS,
    ForeignSender,
    Identity,
    Ignored,
    InboundEvent,
    InboundResult,
    parse_event,
)
from actors.notifier.model.outcomes import words_of_failure
from actors.notifier.outbound.retries import backoff
from actors.notifier.services.host import ServiceHost
from actors.notifier.slack.answers import Myself
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.httpevents import PATH as EVENTS_PATH
from actors.notifier.slack.httpevents import EventsServer
from actors.notifier.slack.socketmode import SocketMode
from actors.notifier.storage import seen_deliveries
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import BeginRefusal, Outage
from actors.runtime.listening import listening, url_of
from actors.runtime.request_errors import RequestErrors
from messages.commands import UserCommand
from messages.health import HealthReason, ReasonCode

MAX_PENDING_DELIVERIES = 100
"""Deliveries that may wait for a turn; any more are rejected, and Slack delivers them again."""

LISTENER_RETRY_SECONDS = 5.0
"""When to start listening again after a failure."""

DISCONNECTED_GRACE_SECONDS = 30.0
"""How long a lost connection is not a reason for health: Slack renews connections all the time."""

_WHO = "auth.test"

PendingDelivery = tuple[InboundEvent, "asyncio.Future[InboundResult]"]


class SlackInbox:
    """A delivery waits in a short queue for the actor's next turn. That turn stores it under Slack's id and, in the
    same transaction, sends the command to the WatchlistActor. Only then does Slack get its acknowledgement. A delivery
    that cannot be stored in time gets none, so Slack delivers it again. `is_congested` says whether too many commands
    already wait for the WatchlistActor; `heard_from` is told, in the same transaction, which user has written in which
    channel; `acknowledge` takes the commands that acknowledge a problem, and returns whether this was one. Without an
    `identity`, Slack is asked for it."""

    def __init__(
        self,
        host: ServiceHost,
        is_congested: Callable[[], bool],
        heard_from: Callable[[Tx, str, str], None],
        acknowledge: Callable[[Tx, InboundEvent, UserCommand], bool],
        identity: Identity | None = None,
    ) -> None:
        self._host = host
        self._is_congested = is_congested
        self._heard_from = heard_from
        self._acknowledge = acknowledge
        self._api: SlackApi | None = None
        self._identity = identity
        self._pending: list[PendingDelivery] = []
        self._server: EventsServer | None = None
        self._listener: Any = None
        self._disconnected_since: datetime | None = None
        self._disconnected_why = ""
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
        self._api = SlackApi(slack, lambda: True)
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
            raise BeginRefusal(
                f"slack.events_port: {slack.events_host} port {slack.events_port} cannot be used ({error.strerror})"
            ) from error
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
            if isinstance(answer, Myself):
                self._identity = Identity(team=answer.team_id, user=answer.user_id)
            else:
                self.disconnected(f"{_WHO}: {words_of_failure(answer)}")
                await asyncio.sleep(max(backoff(1.0, failures, "identity"), api.pause(_WHO)))
                failures += 1
        if self._host.settings.slack.events == "http":
            self.connected("")

    # --- the connection

    def connected(self, app: str) -> None:
        """Slack's events arrive; `app` is our app's id, or empty."""
        if self._identity is not None and app:
            self._identity = Identity(team=self._identity.team, user=self._identity.user, app=app)
        if self._disconnected_since is not None:
            self._host.log.info("listening to Slack: %s", self.listens_at)
        self._disconnected_since = None

    def disconnected(self, why: str) -> None:
        """Slack's events do not arrive."""
        if self._disconnected_since is None:
            self._disconnected_since = self._host.now()
        if why != self._disconnected_why:
            self._host.log.info("not listening to Slack: %s", why)
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
        return (HealthReason(code=ReasonCode.SLACK_NOT_LISTENING, subject="slack", text=text),)

    # --- deliveries

    async def deliver(self, event: InboundEvent) -> InboundResult:
        """Store what Slack delivers; returns what to tell Slack, in time."""
        if event.retries:
            self._host.count("deliveries_retried")
        if len(self._pending) >= MAX_PENDING_DELIVERIES:
            self._host.count("deliveries_not_taken")
            return InboundResult.BUSY
        future: asyncio.Future[InboundResult] = asyncio.get_running_loop().create_future()
        self._pending.append((event, future))
        if len(self._pending) == 1:
            self._host.after(0.0, self._store_pending)
        try:
            return await asyncio.wait_for(future, ACCEPT_WITHIN_SECONDS)
        except TimeoutError:
            self._host.count("deliveries_not_taken")
            return InboundResult.BUSY

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
            case UserCommand() as command:
                self._heard_from(tx, command.user, command.channel)
                if seen_deliveries.first_time(tx.cursor, command.command_id, self._host.now()):
                    if not self._acknowledge(tx, event, command):
                        tx.emit("watchlist", command)
                else:
                    tx.after_commit(lambda: self._host.count("deliveries_repeated"))
                return InboundResult.STORED

    def expire(self, tx: Tx, limit: int) -> int:
        """Forget up to `limit` deliveries that Slack will not repeat; returns how many."""
        return seen_deliveries.expire(tx.cursor, limit)

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

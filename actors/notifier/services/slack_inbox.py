"""The part of the NotifierActor that listens to Slack: what users say becomes commands, each once."""

import asyncio
import socket
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
from actors.notifier.model.outcomes import Failure
from actors.notifier.outbound.lifecycle import backoff
from actors.notifier.services.enqueuer import QueueingActor
from actors.notifier.slack.answers import Myself
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.httpevents import PATH as EVENTS_PATH
from actors.notifier.slack.httpevents import EventsServer
from actors.notifier.slack.socketmode import SocketMode
from actors.notifier.storage import seen_deliveries
from actors.runtime.delivery.durable import Tx
from actors.runtime.delivery.keeping import CHUNK
from actors.runtime.failures import BeginRefusal, Outage
from actors.runtime.listening import listening, url_of
from messages.commands import UserCommand

MOST_WAITING = 100
"""Deliveries that wait for a turn: one more is not taken, and Slack delivers it again."""

EAR_RETRY = 5.0
"""Seconds after which listening begins anew when it has failed."""

GRACE = 30.0
"""Seconds without a connection that health does not speak of: Slack renews connections all the time."""

Waiting = tuple[InboundEvent, "asyncio.Future[InboundResult]"]


class ListeningActor(QueueingActor):
    """A delivery waits in a short queue for a turn of this actor, in which it is stored under Slack's id and, in the
    same transaction, sent on to the WatchlistActor. Then, before anything comes of it, Slack gets its acknowledgement;
    a delivery that cannot be stored in time gets none, and comes again."""

    def __init__(self) -> None:
        super().__init__()
        self._identity: Identity | None = None
        self._waiting: list[Waiting] = []
        self._server: EventsServer | None = None
        self._ear: Any = None
        self.hears = ""
        self._deaf_since: datetime | None = None
        self._deaf_why = ""

    # --- start

    def listen(self) -> None:
        """Begin to listen, where the configuration says how."""
        slack = self.settings.slack
        if not slack.bot_token:
            return
        if slack.events == "http" and slack.signing_secret:
            self._serve()
        elif slack.events == "socket" and slack.app_token:
            self.hears = "socket mode"
            self._deaf("not connected yet")
        else:
            needed = "slack.app_token" if slack.events == "socket" else "slack.signing_secret"
            self.log.warning("%s is not set: Callboard tells on Slack, but takes no commands there", needed)
            return
        self._api = SlackApi(slack, lambda: True)
        self._prick_up()

    def _prick_up(self) -> None:
        self._ear = self.run(self._listen(), _nothing_more, self._ear_failed)

    def _ear_failed(self, error: BaseException) -> None:
        """A failure of ours must not make deaf for good."""
        self._deaf(f"{type(error).__name__} in the listener")
        self.after(EAR_RETRY, self._prick_up)
        raise error

    def _serve(self) -> None:
        slack = self.settings.slack
        try:
            bound: socket.socket = listening(slack.events_host, slack.events_port)
        except OSError as error:
            raise BeginRefusal(
                f"slack.events_port: {slack.events_host} port {slack.events_port} cannot be used ({error.strerror})"
            ) from error
        self.hears = url_of(bound, EVENTS_PATH)
        self.log.info("Slack's requests are expected at %s", self.hears)
        server = EventsServer(slack.signing_secret, self._hear, self._not_slacks)
        self.run(server.serve(bound), self._serving)

    def _serving(self, server: EventsServer) -> None:
        self._server = server

    async def _listen(self) -> None:
        await self._learn_identity()
        if self.settings.slack.events == "socket":
            ear = SocketMode(self.settings.slack, self._api, self._hear, self._connected, self._deaf)
            await ear.run()

    async def _learn_identity(self) -> None:
        """Ask Slack until it says who this is: of whom else is not known what is meant for Callboard."""
        misses = 0
        while self._identity is None:
            answer = await self._api.ask(lambda client: client.auth_test(), Myself)
            if isinstance(answer, Myself):
                self._identity = Identity(team=answer.team_id, user=answer.user_id)
            else:
                self._deaf(f"auth.test: {_said(answer)}")
                await asyncio.sleep(backoff(1.0, misses, "identity"))
                misses += 1
        if self.settings.slack.events == "http":
            self._connected("")

    # --- the connection

    def _connected(self, app: str) -> None:
        if self._identity is not None and app:
            self._identity = Identity(team=self._identity.team, user=self._identity.user, app=app)
        if self._deaf_since is not None:
            self.log.info("Slack is listened to: %s", self.hears)
        self._deaf_since = None

    def _deaf(self, why: str) -> None:
        if self._deaf_since is None:
            self._deaf_since = self.now()
        if why != self._deaf_why:
            self.log.info("Slack is not listened to: %s", why)
        self._deaf_why = why

    def _not_slacks(self, why: str) -> None:
        self.count("unsigned")
        self.record_error(why)

    def deafness(self) -> tuple[str, ...]:
        """Why users' words do not come, for health; empty when they do, or are not wanted."""
        since = self._deaf_since
        if since is None or (self.now() - since).total_seconds() < GRACE:
            return ()
        return (f"notifier: Slack is not listened to since {since:%Y-%m-%d %H:%M:%S} UTC: {self._deaf_why}",)

    # --- deliveries

    async def _hear(self, delivered: InboundEvent) -> InboundResult:
        if delivered.retries:
            self.count("deliveries_retried")
        if len(self._waiting) >= MOST_WAITING:
            self.count("deliveries_not_taken")
            return InboundResult.BUSY
        future: asyncio.Future[InboundResult] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivered, future))
        if len(self._waiting) == 1:
            self.after(0.0, self._take_deliveries)
        try:
            return await asyncio.wait_for(future, ACCEPT_WITHIN_SECONDS)
        except TimeoutError:
            self.count("deliveries_not_taken")
            return InboundResult.BUSY

    def _take_deliveries(self) -> None:
        """Store what waits, in one transaction; who waits for an acknowledgement is told after the commit."""
        taken, self._waiting = [each for each in self._waiting if not each[1].done()], []
        results = [InboundResult.BUSY] * len(taken)
        try:
            if self._identity is not None and self.congested() is None:
                with self.transaction() as tx:
                    stored = [self._store(tx, delivered, self._identity) for delivered, _ in taken]
                results = stored
        except Outage as error:
            self.record_error(f"what Slack delivered could not be stored: {error}")
        finally:
            for (_, future), reception in zip(taken, results, strict=True):
                self.count(f"deliveries_{reception.value}")
                future.set_result(reception)

    def _store(self, tx: Tx, delivered: InboundEvent, identity: Identity) -> InboundResult:
        match parse_event(delivered, identity, self.now()):
            case Ignored():
                return InboundResult.OVERHEARD
            case ForeignSender() as stranger:
                self.log.warning("a delivery of Slack was refused: %s", stranger.value)
                return InboundResult.REFUSED
            case UserCommand() as command:
                if seen_deliveries.first_time(tx.cursor, command.command_id, self.now()):
                    tx.emit("watchlist", command)
                else:
                    tx.after_commit(lambda: self.count("deliveries_repeated"))
                return InboundResult.TAKEN

    def expire(self, tx: Tx) -> int:
        """What Slack will not deliver again."""
        return seen_deliveries.expire(tx.cursor, CHUNK) + super().expire(tx)

    # --- end

    def fall_silent(self) -> None:
        """Take nothing more."""
        if self._ear is not None:
            self._ear.cancel()

    async def stop_listening(self) -> None:
        """Close what is open."""
        self.fall_silent()
        if self._server is not None:
            await self._server.close()
        if self._ear is not None:
            await self._api.close()


def _nothing_more(_: None) -> None:
    """Listening by HTTP goes on without a task of its own."""


def _said(failure: Failure) -> str:
    return getattr(failure, "why", "") or getattr(failure, "error", "") or type(failure).__name__

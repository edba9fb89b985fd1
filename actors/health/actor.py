"""The HealthActor.

Owns: the HTTP server, the last snapshot of each actor, the round of asking that is under way. Accepts: HTTP requests,
HealthQuery, snapshots. Emits: SnapshotRequest. On failure: an actor that does not answer in time is shown as
unresponsive, with its last snapshot; the answer comes within a second all the same.
"""

import asyncio
import socket
import uuid
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.health.document import ActorReport, Responsiveness, asked, compose
from actors.health.gathering import NAME_OF, SnapshotRound
from actors.health.web import IDLE_LIMIT, HealthServer
from actors.runtime.actor import CallboardActor
from actors.runtime.ask import Questions
from actors.runtime.failures import BeginRefusal
from actors.runtime.listening import listening, url_of
from actors.runtime.request_errors import RequestErrors
from messages.about import VERSION
from messages.health import (
    HEALTH_ACCEPTS,
    ActorSnapshot,
    HealthQuery,
    HealthReply,
    HealthSnapshot,
    IndexSnapshot,
    LeaseSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    SnapshotRequest,
    WatchlistSnapshot,
)
from messages.lifecycle import Begin


class HealthActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = HEALTH_ACCEPTS

    ANSWER_LIMIT: ClassVar[float] = 0.8
    """Seconds that the actors have to answer with a snapshot."""

    ASK_AGAIN: ClassVar[float] = 10.0
    """Seconds after which an actor that has not answered is asked again: the question may have been lost."""

    def __init__(self) -> None:
        super().__init__()
        self._socket: socket.socket | None = None
        self._server: HealthServer | None = None
        self._url = ""
        self._latest: dict[str, ActorSnapshot] = {}
        self._questions = Questions(self)
        self._round: SnapshotRound | None = None
        self._waiting: list[asyncio.Future[tuple[str, bool]]] = []
        self._deadline: Any = None

    # --- start

    def begin(self, begin: Begin) -> str:
        """Bind the port, at once, so that one that is taken ends the start."""
        where = self.settings.health
        try:
            self._socket = listening(where.host, where.port)
        except OSError as error:
            raise BeginRefusal(
                f"health.port: {where.host} port {where.port} cannot be used ({error.strerror}): end the program that"
                " holds it, or set health.port to another one (0: any free one)"
            ) from error
        self._url = url_of(self._socket)
        errors = RequestErrors(self.log, self.count, self.clock)
        server = HealthServer(self._gather, self._is_ready, lambda: "standby" if self.leader else "ready", errors)
        self.run(server.serve(self._socket), self._serving)
        return self._url

    def _serving(self, server: HealthServer) -> None:
        self._server = server
        self.every(IDLE_LIMIT / 3, lambda: server.dismiss_idle(self.loop.time()))

    # --- queries

    def receiveMsg_HealthQuery(self, query: HealthQuery, sender: ActorAddress) -> None:
        """The health document, for the control socket."""

        def reply(result: tuple[str, bool]) -> None:
            text, healthy = result
            self.send(sender, HealthReply(request_id=query.request_id, document=text, healthy=healthy))

        self.run(self._gather(), reply)

    # --- snapshots

    def receiveMsg_LeaseSnapshot(self, snapshot: LeaseSnapshot, sender: ActorAddress) -> None:
        """Of the LeaseActor."""
        self._hear(snapshot)

    def receiveMsg_IndexSnapshot(self, snapshot: IndexSnapshot, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._hear(snapshot)

    def receiveMsg_ProberSnapshot(self, snapshot: ProberSnapshot, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._hear(snapshot)

    def receiveMsg_WatchlistSnapshot(self, snapshot: WatchlistSnapshot, sender: ActorAddress) -> None:
        """Of the WatchlistActor."""
        self._hear(snapshot)

    def receiveMsg_NotifierSnapshot(self, snapshot: NotifierSnapshot, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._hear(snapshot)

    def _hear(self, snapshot: ActorSnapshot) -> None:
        """A snapshot that comes late is as good as one in time: it was taken when it was sent."""
        name = NAME_OF[type(snapshot)]
        self._latest[name] = snapshot
        self._questions.replied(snapshot)
        if self._round is not None:
            self._round = self._round.without(name)
            if not self._round.missing:
                self._finish()

    # --- a round

    async def _gather(self) -> tuple[str, bool]:
        """The document of the round under way, or of a new one: requests that come together are answered together."""
        future: asyncio.Future[tuple[str, bool]] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        if self._round is None:
            self._ask_everybody()
        self.count("requests")
        return await future

    async def _is_ready(self) -> bool:
        """Whether every actor answers that should be there; being degraded, or a standby, is no obstacle."""
        await self._gather()
        return self._latest.keys() >= set(asked(self.leader))

    def _ask_everybody(self) -> None:
        """Ask those who have no open question: one that hangs must not have a pile of them before it, for behind so
        many messages that nobody reads Thespian would hold back ours to the others."""
        self._round = SnapshotRound.of(asked(self.leader))
        self._deadline = self.after(self.ANSWER_LIMIT, self._finish)
        for name in self._round.asked:
            if not self._questions.is_waiting_for(name):
                query = SnapshotRequest(request_id=uuid.uuid4().hex)
                self._questions.ask({name: query}, self.ASK_AGAIN, lambda replies: None)

    def _finish(self) -> None:
        if self._round is None:
            return
        self._deadline.cancel()
        reports = self._round.reports(self._latest)
        self._round = None
        reports["health"] = ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=self._own())
        about = {
            "version": VERSION,
            "base": self.settings.system.base,
            "started_at": self._plan.started_at,
        }
        waiting, self._waiting = [future for future in self._waiting if not future.done()], []
        try:
            result = compose(reports, self.now(), about, self.leader)
        except Exception as error:
            for future in waiting:
                future.set_exception(error)
            raise
        for future in waiting:
            future.set_result(result)

    def _own(self) -> HealthSnapshot:
        return HealthSnapshot(request_id="", status=self.status(), url=self._url)

    # --- end

    def close(self) -> None:
        """Close the server; its connections end with the loop."""
        if self._server is not None:
            self.finish(self._server.close())
        elif self._socket is not None:
            self._socket.close()

"""The HealthActor.

Owns: the HTTP server, the last snapshot of each actor, the round of asking that is under way, and what readers of the
page, the feed and the API see. Accepts: HTTP requests, HealthQuery, snapshots, SomethingNew, the replies to the
reader's questions. Emits: SnapshotRequest, and the reader's questions. On failure: an actor that does not answer in
time is shown as unresponsive, with its last snapshot; the answer comes within a second all the same.
"""

import socket
from datetime import datetime
from typing import Any, ClassVar

from aiohttp import web
from thespian.actors import ActorAddress

from actors.health.checks.routes import CheckRoutes
from actors.health.document.chronicle import Chronicle, after, begun
from actors.health.document.compose import compose
from actors.health.document.versions import versions
from actors.health.glance.view import health_view
from actors.health.heartbeat.sender import HeartbeatSender
from actors.health.metrics.collector import SnapshotCollector
from actors.health.metrics.routes import MetricsRoutes
from actors.health.pushes.routes import PushRoutes
from actors.health.server.server import IDLE_LIMIT, HealthServer
from actors.health.snapshots.reports import Overview, Responsiveness
from actors.health.snapshots.service import SnapshotService
from actors.runtime.actor import CallboardActor
from actors.runtime.failures import BeginRefusal
from actors.runtime.listening import listening, url_of, why_it_cannot
from actors.runtime.request_errors import RequestErrors
from actors.web.model.views import HealthView
from actors.web.page.rendering import PageRenderer
from actors.web.reading.reader import ReadersView
from actors.web.reading.sources import NoAnswerYet
from actors.web.report.document import report
from actors.web.server.refusing import for_monitors, hosts_of
from actors.web.server.routes import WebRoutes
from actors.web.server.streams import LOOK_SECONDS
from messages.about import VERSION
from messages.built_in_checks import has_any_checks
from messages.check_reading import (
    CheckBadgeReply,
    CheckBoardReply,
    CheckFlipsReply,
    CheckHistoryReply,
    CheckPageReply,
)
from messages.drafts import DraftsReply
from messages.health import (
    HEALTH_ACCEPTS,
    ChecksSnapshot,
    ConfigReport,
    HealthQuery,
    HealthReply,
    HealthSnapshot,
    IndexSnapshot,
    LeaseSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    WatchlistSnapshot,
)
from messages.heartbeats import HeartbeatsPushed
from messages.inquiries import NumberExplained
from messages.lifecycle import Begin, Introduce
from messages.papers import RecentPapersReply
from messages.reading import (
    DraftHistoryReply,
    FirstToldReply,
    IncidentHistoryReply,
    MatchReply,
    PapersPageReply,
    ReportQuery,
    ReportReply,
    RequestHistoryReply,
    SomethingNew,
)
from messages.settings import Settings
from messages.sources import RecentMailingsReply, SourcesReply


class HealthActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = HEALTH_ACCEPTS

    ANSWER_LIMIT: ClassVar[float] = 0.8
    """Seconds that the actors have to answer with a snapshot."""

    ASK_AGAIN: ClassVar[float] = 10.0
    """Seconds after which an actor that has not answered is asked again: the question may have been lost."""

    KEEP: ClassVar[float] = 0.250
    """Seconds from its beginning for which clients that come one after the other share a round of snapshots."""

    PUSH_LIMIT: ClassVar[float] = 5.0
    """Seconds in which what a job pushes must be stored. After that the job is asked to say it again."""

    LOOK_EVERY: ClassVar[float] = 15.0
    """Seconds after which it looks on its own, so that it knows since when all is well though nobody asks."""

    def __init__(self) -> None:
        super().__init__()
        self._socket: socket.socket | None = None
        self._server: HealthServer | None = None
        self._url = ""
        self._snapshots = SnapshotService(self, self._own, self._see, self.ANSWER_LIMIT, self.ASK_AGAIN, self.KEEP)
        self._chronicle: Chronicle
        self._restart_counts: tuple[tuple[str, int], ...] = ()
        self._versions = versions()
        self._heartbeat = HeartbeatSender(self, self._all_answer)
        self._encoded: tuple[Overview, tuple[bytes, bool]] | None = None
        self._reader = ReadersView(self, lambda: self.settings.web.public, lambda: has_any_checks(self.settings))
        self._web: WebRoutes | None = None
        self._pushes = PushRoutes(self, self.PUSH_LIMIT)
        self._restarts: dict[str, datetime] = {}
        self._renewed: dict[str, int] = {}
        self._config: ConfigReport | None = None

    # --- start

    def begin(self, begin: Begin) -> str:
        """Bind the port, at once, so that one that is taken ends the start."""
        where = self.settings.health
        try:
            self._socket = listening(where.host, where.port)
        except OSError as error:
            raise BeginRefusal(why_it_cannot(error, "health.", where.host, where.port)) from error
        self._url = url_of(self._socket)
        self._heartbeat.begin()
        self._chronicle = begun(self.now())
        self.every(self.LOOK_EVERY, lambda: self._snapshots.look(self.LOOK_EVERY / 2))
        errors = RequestErrors(self.log, self.count, self.clock)
        server = HealthServer(errors, routes=self._routes())
        self.run(server.serve(self._socket), self._serving)
        return self._url

    def settings_changed(self, before: Settings) -> None:
        """Who may read, and who hears the heartbeat. Where the server listens does not change while it runs."""
        if self._web is not None and self.settings.web != before.web:
            self._web.settings_changed()
        if self.settings.health != before.health:
            self._heartbeat.begin_again()

    def _routes(self) -> list[web.AbstractRouteDef]:
        """What the server answers; a package that serves something adds its routes here."""
        checks = CheckRoutes(
            self._recent_document, self._snapshots.is_ready, lambda: "standby" if self.leader else "ready"
        )
        self._web = WebRoutes(self, self._reader, self._glance, self._touch)
        metrics = MetricsRoutes(self._collector)
        watched = for_monitors([*checks.routes(), *metrics.routes()], lambda: hosts_of(self.settings))
        return [*watched, *self._pushes.routes(), *self._web.routes()]

    def _serving(self, server: HealthServer) -> None:
        self._server = server
        self.every(IDLE_LIMIT / 3, lambda: server.dismiss_idle(self.loop.time()))
        self.every(LOOK_SECONDS, self._look_for_news)

    def _touch(self, request: web.Request) -> None:
        if self._server is not None:
            self._server.touch(request)

    # --- queries

    def receiveMsg_HealthQuery(self, query: HealthQuery, sender: ActorAddress) -> None:
        """The health document, for the control socket."""

        def reply(result: tuple[bytes, bool]) -> None:
            body, healthy = result
            self.send(sender, HealthReply(request_id=query.request_id, document=body.decode(), healthy=healthy))

        self.run(self._fresh_document(), reply)

    # --- snapshots

    def receiveMsg_LeaseSnapshot(self, snapshot: LeaseSnapshot, sender: ActorAddress) -> None:
        """Of the LeaseActor."""
        self._snapshots.hear(snapshot)

    def receiveMsg_ConfigReport(self, report: ConfigReport, sender: ActorAddress) -> None:
        """Of the ControlActor."""
        self._config = report

    def receiveMsg_IndexSnapshot(self, snapshot: IndexSnapshot, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._snapshots.hear(snapshot)

    def receiveMsg_ProberSnapshot(self, snapshot: ProberSnapshot, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._snapshots.hear(snapshot)

    def receiveMsg_WatchlistSnapshot(self, snapshot: WatchlistSnapshot, sender: ActorAddress) -> None:
        """Of the WatchlistActor."""
        self._snapshots.hear(snapshot)

    def receiveMsg_NotifierSnapshot(self, snapshot: NotifierSnapshot, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._snapshots.hear(snapshot)

    def receiveMsg_ChecksSnapshot(self, snapshot: ChecksSnapshot, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._snapshots.hear(snapshot)

    # --- what jobs push

    def receiveMsg_HeartbeatsPushed(self, reply: HeartbeatsPushed, sender: ActorAddress) -> None:
        """Of the ChecksActor: the job gets its answer."""
        self._pushes.replied(reply)

    # --- for readers

    def receiveMsg_Introduce(self, message: Introduce, sender: ActorAddress) -> None:
        """Learn the addresses, and which actors were restarted."""
        renewed, known = dict(message.renewed), self._renewed
        for name, address in zip(message.names, message.addresses, strict=True):
            before = self.address_of(name)
            is_new = before is not None and before != address and renewed.get(name) == known.get(name)
            if is_new and not message.leader:
                self._restarts[name] = self.now()
        self._renewed = renewed
        self._restart_counts = message.restarts
        super().receiveMsg_Introduce(message, sender)

    def receiveMsg_SomethingNew(self, event: SomethingNew, sender: ActorAddress) -> None:
        """Readers see it soon."""
        self._reader.outdate(event.source)

    def receiveMsg_DraftsReply(self, reply: DraftsReply, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._reader.replied(reply)

    def receiveMsg_DraftHistoryReply(self, reply: DraftHistoryReply, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._reader.replied(reply)

    def receiveMsg_RequestHistoryReply(self, reply: RequestHistoryReply, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._reader.replied(reply)

    def receiveMsg_NumberExplained(self, reply: NumberExplained, sender: ActorAddress) -> None:
        """Of the ProberActor."""
        self._reader.replied(reply)

    def receiveMsg_RecentPapersReply(self, reply: RecentPapersReply, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._reader.replied(reply)

    def receiveMsg_RecentMailingsReply(self, reply: RecentMailingsReply, sender: ActorAddress) -> None:
        """From the index."""
        self._reader.replied(reply)

    def receiveMsg_SourcesReply(self, reply: SourcesReply, sender: ActorAddress) -> None:
        """From the index."""
        self._reader.replied(reply)

    def receiveMsg_PapersPageReply(self, reply: PapersPageReply, sender: ActorAddress) -> None:
        """Of the IndexActor."""
        self._reader.replied(reply)

    def receiveMsg_FirstToldReply(self, reply: FirstToldReply, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._reader.replied(reply)

    def receiveMsg_IncidentHistoryReply(self, reply: IncidentHistoryReply, sender: ActorAddress) -> None:
        """Of the NotifierActor."""
        self._reader.replied(reply)

    def receiveMsg_MatchReply(self, reply: MatchReply, sender: ActorAddress) -> None:
        """Of the WatchlistActor."""
        self._reader.replied(reply)

    def receiveMsg_CheckBoardReply(self, reply: CheckBoardReply, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._reader.replied(reply)

    def receiveMsg_CheckPageReply(self, reply: CheckPageReply, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._reader.replied(reply)

    def receiveMsg_CheckHistoryReply(self, reply: CheckHistoryReply, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._reader.replied(reply)

    def receiveMsg_CheckBadgeReply(self, reply: CheckBadgeReply, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._reader.replied(reply)

    def receiveMsg_CheckFlipsReply(self, reply: CheckFlipsReply, sender: ActorAddress) -> None:
        """Of the ChecksActor."""
        self._reader.replied(reply)

    def receiveMsg_ReportQuery(self, query: ReportQuery, sender: ActorAddress) -> None:
        """What happened, as one HTML file."""

        def reply(document: str) -> None:
            self.send(sender, ReportReply(request_id=query.request_id, document=document, error=""))

        def refuse(error: BaseException) -> None:
            if not isinstance(error, NoAnswerYet):
                raise error
            self.send(sender, ReportReply(request_id=query.request_id, document="", error=str(error)))

        self.run(self._report(query.since), reply, refuse)

    async def _report(self, since: datetime) -> str:
        return report(await self._reader.report_facts(since), PageRenderer())

    def _look_for_news(self) -> None:
        if self._web is not None and self._web.streams.open:
            self.run(self._web.streams.look(), lambda _: None)

    async def _glance(self) -> HealthView:
        """Whether all is well, for the page."""
        return health_view(await self._snapshots.recent(), self._restarts, self._plan.started_at)

    async def _all_answer(self) -> bool:
        """Whether every actor does, for the heartbeat."""
        reports = (await self._snapshots.recent()).reports.values()
        return all(each.answer is not Responsiveness.UNRESPONSIVE for each in reports)

    def _own(self) -> HealthSnapshot:
        reasons = () if self._config is None else self._config.reasons
        return HealthSnapshot(
            request_id="",
            status=self.status(*reasons),
            url=self._url,
            restarts=self._restart_counts,
            config=self._config,
        )

    # --- the document

    async def _fresh_document(self) -> tuple[bytes, bool]:
        """The health document as JSON, of a round that has just ended, and whether all is well."""
        return self._encode(await self._snapshots.read())

    async def _recent_document(self) -> tuple[bytes, bool]:
        """The same of a round that may be a moment ago. Many clients share it, and its encoding."""
        return self._encode(await self._snapshots.recent())

    def _see(self, overview: Overview) -> None:
        self._chronicle = after(self._chronicle, overview)

    def _encode(self, overview: Overview) -> tuple[bytes, bool]:
        if self._encoded is None or self._encoded[0] is not overview:
            about = {
                "version": VERSION,
                "base": self.settings.system.base,
                "started_at": self._plan.started_at,
                "versions": self._versions,
            }
            self._encoded = (overview, compose(overview, self._chronicle, about, self.redact))
        return self._encoded[1]

    async def _collector(self) -> SnapshotCollector:
        overview = await self._snapshots.recent()
        about = {"version": VERSION, "base": self.settings.system.base}
        return SnapshotCollector(overview, self._chronicle, about, await self._board())

    async def _board(self) -> CheckBoardReply | None:
        """The checks, as far as they are known now: what is old would hide that one has gone down."""
        try:
            known = await self._reader.checks.board()
        except NoAnswerYet:
            return None
        return known.value if known.is_current else None

    # --- end

    def close(self) -> None:
        """Close the server; its connections end with the loop."""
        self._heartbeat.close()
        if self._web is not None:
            self._web.streams.close()
        if self._server is not None:
            self.finish(self._server.close())
        elif self._socket is not None:
            self._socket.close()

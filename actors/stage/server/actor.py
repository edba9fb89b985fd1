"""The StageActor: a stand-in world, served on loopback by an actor of its own.

Owns: the world (index, papers folder, Slack workspace) and its web server. Accepts: OpenStage, BeginPlay, requests over
HTTP. Emits: nothing but its replies; what its Slack receives it prints. On failure: the play stops, the world stays.
"""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from aiohttp import web
from thespian.actors import ActorAddress

from actors.runtime.actor import CallboardActor
from actors.stage.faults.faults import content_type_of
from actors.stage.server import timelapse
from actors.stage.server.ports import harbour_of
from actors.stage.server.printing import as_printed
from actors.stage.server.service_health import index_is_loaded
from actors.stage.server.timelapse import DraftAppearance, DraftRemoval, DraftRevision, PlayStep
from actors.stage.sites.documents import Document, body_of, document_of
from actors.stage.sites.listings import StagedMailing, listing_page, root_page, staged_paper
from actors.stage.sites.snapshots import read_packed, snapshot
from actors.stage.web.app import serve
from actors.stage.web.people import People
from actors.stage.web.ports import PortRoutes
from actors.stage.web.store import Stage
from actors.stage.world.script import PutDraft, RemoveDraft, SetIndex, SetListing
from actors.stage.world.slack_events import NameMember
from actors.stage.world.state import STAGE_APP_TOKEN, STAGE_TOKEN, ListingFile, Message, PaperFile, index_file
from actors.stage.world.world import World
from messages.stage import STAGE_ACCEPTS, BeginPlay, OpenStage, Play, StageOpened

HOST = "127.0.0.1"
READERS = "C0PAPERS"

CONNECTED_LOOK = 0.05
"""Seconds between two looks whether the app listens."""

LOADED_LOOK = 0.5
"""Seconds between two looks whether the service has loaded the index."""

QUIET_SECONDS = 3.0
"""So long nothing is sent once all is."""


class StageActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = STAGE_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._stage = Stage(World(), lambda: datetime.now(UTC))
        self._people = People(self._stage)
        self._runner: web.AppRunner | None = None
        self._documents: dict[str, Document] = {}

    # --- commands

    def receiveMsg_OpenStage(self, command: OpenStage, sender: ActorAddress) -> None:
        """Build the world, open it, say where it is."""
        papers = json.loads(gzip.decompress(read_packed(snapshot(timelapse.LAST_DAY))))
        for each in timelapse.APPEARANCES:
            self._documents[each.name] = document_of(papers, each.name, each.audience)
        self._stage.apply(SetIndex(file=index_file(read_packed(snapshot(timelapse.FIRST_DAY)))))
        for id, name in timelapse.PEOPLE:
            self._stage.apply(NameMember(id=id, name=name))

        def opened(served: tuple[web.AppRunner, int]) -> None:
            self._runner, port = served
            url = f"http://{HOST}:{port}"
            self.send(sender, StageOpened(url=url, token=STAGE_TOKEN, app_token=STAGE_APP_TOKEN, channel=READERS))

        ports = PortRoutes(self._stage, harbour_of)
        self.run(serve(self._stage, HOST, command.port, self._people, ports), opened)

    def receiveMsg_BeginPlay(self, command: BeginPlay, sender: ActorAddress) -> None:
        """Set the play going."""
        self.run(self._print_messages(), lambda result: None)
        if command.play is Play.TIME_LAPSE:
            self.run(self._time_lapse(command.health_url), lambda result: None)

    # --- the play

    async def _time_lapse(self, health_url: str) -> None:
        """Every step waits for what it follows, however slow the machine is: nothing comes out of its order."""
        self._tell(f"Callboard loads wg21.link's index of {timelapse.FIRST_DAY}")
        await self._patiently("the index", lambda: _loaded(health_url))
        await self._people_say_what_they_watch()
        began = asyncio.get_running_loop().time()
        for step in timelapse.STEPS:
            await _until(began + step.seconds)
            if not isinstance(step, DraftAppearance):
                first = next(each for each in timelapse.APPEARANCES if each.name == step.name)
                await self._told(first)
            self._take(step)
        await self._told(*timelapse.STEPS)
        await _until(began + timelapse.MAILING_APPEARS)
        self._publish_mailing()
        await self._happened("the mailing", lambda: any("mailing" in text for text in self._told_readers()))
        await _until(began + timelapse.INDEX_MOVES)
        self._stage.apply(SetIndex(file=index_file(read_packed(snapshot(timelapse.LAST_DAY)))))
        days = f"from {timelapse.FIRST_DAY} to {timelapse.LAST_DAY}"
        self._tell(f"wg21.link's index is updated {days}: it has all the papers of that time")
        await self._happened("the papers", lambda: not timelapse.unlisted(self._told_readers()))
        await timelapse.ask_for_digest(self.now, self._asks_for_digest, self._digest_comes_until)
        await self._is_quiet()
        self._tell(
            "End of the time-lapse. The simulated sites keep running, so you can go on typing; Ctrl-C stops them."
        )

    def _publish_mailing(self) -> None:
        today = self.now().date()
        documents = {name.partition(".")[0]: each for name, each in self._documents.items()}
        papers = (staged_paper(documents[id]) for id in timelapse.MAILED)
        mailing = StagedMailing(name=f"{today:%Y-%m}", place="pre-Kona", papers=tuple(papers))
        for name, page in (("root", root_page([mailing])), (str(today.year), listing_page(today.year, [mailing]))):
            self._stage.apply(SetListing(name=name, file=ListingFile(body=page)))
        self._tell(f"open-std.org publishes the mailing {mailing.name} pre-Kona: five of the drafts are papers now")

    async def _people_say_what_they_watch(self) -> None:
        while not self._people.deliveries.connections:
            await asyncio.sleep(CONNECTED_LOOK)
        for user, entry in timelapse.WATCHES:
            await self._says(user, f"watch {entry}")
        await self._says(timelapse.DIGESTED, f"digest daily {timelapse.digest_hour(self.now()):%H:%M} UTC")

    async def _asks_for_digest(self, at: datetime) -> None:
        name = dict(timelapse.PEOPLE)[timelapse.DIGESTED]
        self._tell(f"{name} wants the digest of all this at {at:%H:%M} UTC")
        await self._says(timelapse.DIGESTED, f"digest daily {at:%H:%M} UTC")

    async def _digest_comes_until(self, end: datetime) -> bool:
        try:
            async with asyncio.timeout((end - self.now()).total_seconds()):
                await self._sees(self._has_digest)
        except TimeoutError:
            self._tell("no digest came: Callboard had read that too late")
            return False
        return True

    async def _says(self, user: str, text: str) -> None:
        """And reads the answer."""
        before = len(self._answers_to(user))
        self._people.say(user, text)
        await self._happened("an answer", lambda: len(self._answers_to(user)) > before)

    def _answers_to(self, user: str) -> list[Message]:
        slack = self._stage.world.slack
        return [each for each in slack.messages if slack.opened.get(each.channel) == user and not each.author]

    async def _is_quiet(self) -> None:
        """A digest may have several pages."""
        before = -1
        while before != (shown := len(self._stage.world.slack.messages)):
            before = shown
            await asyncio.sleep(QUIET_SECONDS)

    def _has_digest(self) -> bool:
        """Kim gets no other message that announces something."""
        return any(each.announces for each in self._answers_to(timelapse.DIGESTED))

    async def _told(self, *steps: PlayStep) -> None:
        await self._happened("notices", lambda: not timelapse.untold(steps, self._told_readers()))

    def _told_readers(self) -> list[str]:
        return [message.text for message in self._stage.world.slack.messages if message.channel == READERS]

    async def _happened(self, what: str, has_happened: Callable[[], bool]) -> None:
        await self._patiently(what, lambda: self._sees(has_happened))

    async def _sees(self, has_happened: Callable[[], bool]) -> None:
        while not has_happened():
            await self._stage.past(self._stage.world.seq)

    async def _patiently(self, what: str, wait: Callable[[], Awaitable[None]]) -> None:
        """Wait, and say so if it takes long."""
        try:
            async with asyncio.timeout(timelapse.PATIENCE_SECONDS):
                await wait()
        except TimeoutError:
            self._tell(f"waiting for {what} …")
            await wait()

    def _take(self, step: PlayStep) -> None:
        name = step.name
        match step:
            case DraftAppearance():
                self._put(name, self._documents[name])
                self._tell(f"{name} appears in the papers folder; no index lists it yet")
            case DraftRevision():
                self._put(name, replace(self._documents[name], text=step.text))
                self._tell(f"{name} is replaced by another file of the same name")
            case DraftRemoval():
                self._stage.apply(RemoveDraft(name=name))
                self._tell(f"{name} disappears from the papers folder")

    def _put(self, name: str, document: Document) -> None:
        file = PaperFile(body=body_of(document, name), content_type=content_type_of(name), last_modified=self.now())
        self._stage.apply(PutDraft(name=name, file=file))

    async def _print_messages(self) -> None:
        shown = 0
        while True:
            world = self._stage.world
            for message in world.slack.messages[shown:]:
                print(as_printed(world.slack, message), flush=True)
            shown = len(world.slack.messages)
            await self._stage.past(world.seq)

    def _tell(self, text: str) -> None:
        print(f"-- {text}", flush=True)

    # --- end

    def close(self) -> None:
        """Close the doors."""
        if self._runner is not None:
            self.finish(self._runner.cleanup())


async def _loaded(health_url: str) -> None:
    """Until the service has loaded the index."""
    while not await index_is_loaded(health_url):
        await asyncio.sleep(LOADED_LOOK)


async def _until(at: float) -> None:
    """Until this time of the loop."""
    await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))

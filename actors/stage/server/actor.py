"""The StageActor: a stand-in world, served on loopback by an actor of its own.

Owns: the world (index, papers folder, Slack workspace) and its web server. Accepts: OpenStage, BeginPlay, requests over
HTTP. Emits: nothing but its replies; what its Slack receives it prints. On failure: the play stops, the world stays.
"""

import gzip
import json
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from aiohttp import web
from thespian.actors import ActorAddress

from actors.runtime.actor import CallboardActor
from actors.runtime.os.printable import printable
from actors.stage.faults.faults import content_type_of
from actors.stage.page.mrkdwn import plain
from actors.stage.server.timelapse import APPEARANCES, END_AT, FIRST_DAY, INDEX_MOVES, LAST_DAY, PEOPLE, DraftAppearance
from actors.stage.sites.documents import Document, body_of, document_of
from actors.stage.sites.snapshots import read_packed, snapshot
from actors.stage.web.app import serve
from actors.stage.web.store import Stage
from actors.stage.world.script import NameMember, PutDraft, SetIndex
from actors.stage.world.state import STAGE_APP_TOKEN, STAGE_TOKEN, Message, PaperFile, index_file
from actors.stage.world.world import World
from messages.stage import STAGE_ACCEPTS, BeginPlay, OpenStage, Play, StageOpened

HOST = "127.0.0.1"
READERS = "C0PAPERS"


class StageActor(CallboardActor):
    """See the module's docstring."""

    ACCEPTS: ClassVar[frozenset[type[Any]]] = STAGE_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._stage = Stage(World(), lambda: datetime.now(UTC))
        self._runner: web.AppRunner | None = None
        self._documents: dict[str, Document] = {}

    # --- commands

    def receiveMsg_OpenStage(self, command: OpenStage, sender: ActorAddress) -> None:
        """Build the world, open it, say where it is."""
        papers = json.loads(gzip.decompress(read_packed(snapshot(LAST_DAY))))
        self._documents = {each.name: document_of(papers, each.name) for each in APPEARANCES}
        self._stage.apply(SetIndex(file=index_file(read_packed(snapshot(FIRST_DAY)))))
        for id, name in PEOPLE:
            self._stage.apply(NameMember(id=id, name=name))

        def opened(served: tuple[web.AppRunner, int]) -> None:
            self._runner, port = served
            url = f"http://{HOST}:{port}"
            self.send(sender, StageOpened(url=url, token=STAGE_TOKEN, app_token=STAGE_APP_TOKEN, channel=READERS))

        self.run(serve(self._stage, HOST, command.port), opened)

    def receiveMsg_BeginPlay(self, command: BeginPlay, sender: ActorAddress) -> None:
        """Set the play going."""
        self.run(self._print_messages(), lambda result: None)
        if command.play is Play.TIME_LAPSE:
            for appearance in APPEARANCES:
                self.after(appearance.seconds, partial(self._appear, appearance))
            self.after(INDEX_MOVES, self._move_index)
            self.after(END_AT, self._end)

    # --- the play

    def _appear(self, appearance: DraftAppearance) -> None:
        kind = content_type_of(appearance.name)
        body = body_of(self._documents[appearance.name], appearance.name)
        file = PaperFile(body=body, content_type=kind, last_modified=self.now())
        self._stage.apply(PutDraft(name=appearance.name, file=file))
        self._tell(f"{appearance.name} appears in the papers folder; no index lists it yet")

    def _move_index(self) -> None:
        self._stage.apply(SetIndex(file=index_file(read_packed(snapshot(LAST_DAY)))))
        self._tell(f"wg21.link's index is updated from {FIRST_DAY} to {LAST_DAY}: the drafts are papers now")

    def _end(self) -> None:
        self._tell("End of the time-lapse. The simulated sites keep running; Ctrl-C stops them.")

    async def _print_messages(self) -> None:
        shown = 0
        while True:
            world = self._stage.world
            for message in world.slack.messages[shown:]:
                print(self._shown(message), flush=True)
            shown = len(world.slack.messages)
            await self._stage.past(world.seq)

    def _shown(self, message: Message) -> str:
        slack = self._stage.world.slack
        member = slack.opened.get(message.channel)
        where = f"@{slack.names.get(member, member)}" if member else f"#{slack.names.get(message.channel)}"
        lines = printable(plain(message.text)).splitlines()
        return "\n".join(
            [f"  Slack {where} │ {lines[0]}", *(f"  {'':<{len(where) + 6}} │ {line}" for line in lines[1:])]
        )

    def _tell(self, text: str) -> None:
        print(f"-- {text}", flush=True)

    # --- end

    def close(self) -> None:
        """Close the doors."""
        if self._runner is not None:
            self.finish(self._runner.cleanup())

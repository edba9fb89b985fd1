"""An IndexActor with two sources."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from typing import Any

import psycopg2
from msgspec.structs import replace

from actors.index.actor import IndexActor
from actors.stage.sites.listings import StagedMailing, StagedPaper, listing_page, root_page
from messages.health import IndexSnapshot, SnapshotRequest
from messages.papers import PaperKind, PapersAdded
from messages.reloading import ConfigChanged
from messages.sources import SourcesQuery, SourcesReply
from tests.actors.harness import Harness, Recorded
from tests.actors.index.open_std_server import SourcesServer
from tests.builders import settings
from tests.index_builders import a_body, many_entries

YEAR = date.today().year
PAPERS = "/papers/"
INDEX = many_entries(30)
OLD = StagedMailing(
    name=f"{YEAR}-01",
    papers=tuple(
        StagedPaper(
            id=f"P{number:04d}R0", title=f"Paper {number}", author="Ada Lovelace", date="2025-01-31", file="x.html"
        )
        for number in range(1, 31)
    ),
)

NEW = StagedPaper(
    id="P0031R0", title="A new one", author="Ada Lovelace", date=f"{YEAR}-02-01", file="p0031r0.html", subgroup="SG16"
)


def with_papers(*papers: StagedPaper, name: str = f"{YEAR}-02") -> StagedMailing:
    return StagedMailing(name=name, papers=papers)


class SourcesRoom:
    """An IndexActor that asks both sources each tenth of a second."""

    def __init__(self, make_harness: Callable[..., Harness], dsn: str, stack: ExitStack) -> None:
        self.server = SourcesServer()
        self._make, self._dsn, self._stack = make_harness, dsn, stack
        self._requests = self._changes = 0
        self.harness: Harness

    def open(self, *mailings: StagedMailing) -> None:
        self.server.now_has({"/index.json": a_body(**INDEX)})
        self.list(*mailings)
        index = {"url": f"{self.server.url}/index.json", "interval": 0.1, "hold_for": 3600.0}
        open_std = {"enabled": True, "url": f"{self.server.url}{PAPERS}", "interval": 0.1}
        self.harness = self._make(settings(index=index, open_std=open_std), self._dsn)
        self._stack.enter_context(self.server)
        self.harness.begin(IndexActor, "index", others=("prober", "watchlist"))
        self.rest()

    def hold_for(self, seconds: float) -> None:
        """From now on, also what is held already."""
        self._changes += 1
        index = replace(self.harness.settings.index, hold_for=seconds)
        changed = replace(self.harness.settings, index=index)
        self.harness.tell(ConfigChanged(settings=changed, version=self._changes))

    def list(self, *mailings: StagedMailing) -> None:
        """What open-std.org has."""
        self.server.now_has({PAPERS: root_page(mailings), f"{PAPERS}{YEAR}/": listing_page(YEAR, mailings)})

    def rest(self) -> None:
        """Until both sources have been asked for all of their pages twice more."""
        begin = len(self.server.asked)

        def has_rested(_: IndexSnapshot) -> bool:
            later = [path for path, _ in self.server.asked[begin:]]
            return later.count(f"{PAPERS}{YEAR}/") > 2 and later.count("/index.json") > 2

        self.when(has_rested)

    def when(self, holds: Callable[[IndexSnapshot], bool], limit: float = 120.0) -> IndexSnapshot:
        """The actor works until its snapshot is as wished. This may take a while: the actor is called degraded for 30 s
        after it waited for a lock."""
        deadline = time.monotonic() + limit
        while True:
            self._requests += 1
            snapshot: IndexSnapshot = self.harness.ask(SnapshotRequest(request_id=f"s{self._requests}"), IndexSnapshot)
            if holds(snapshot):
                return snapshot
            assert time.monotonic() < deadline, (snapshot, self.server.asked[-5:])
            if (message := self.harness.driver.listen(0.02)) is not None:
                self.harness.heard.append(message)

    def told(self, kind: type[Any], to: str = "watchlist") -> Any:
        return self.harness.expect(kind, to=to)

    def execute(self, statement: str) -> None:
        """As a user of the database."""
        connection = psycopg2.connect(self._dsn)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    def sources_of(self, number: int) -> dict[str, dict[str, dict[str, str]]]:
        query = SourcesQuery(request_id=f"q{number}", kind=PaperKind.P, number=number)
        reply: SourcesReply = self.harness.ask(query, SourcesReply)
        return {
            paper.id: {field.field: {said.source: said.value for said in field.values} for field in paper.fields}
            for paper in reply.papers
        }


def news(room: SourcesRoom) -> list[PapersAdded]:
    """Of papers, that the watchlist was told and the test has not taken yet."""
    heard = [each.message for each in room.harness.heard if isinstance(each, Recorded) and each.to == "watchlist"]
    return [event for event in heard if isinstance(event, PapersAdded)]


def is_failing(snapshot: IndexSnapshot, words: str) -> bool:
    return any(words in sentence for sentence in snapshot.status.sentences)


def counted(snapshot: IndexSnapshot, name: str) -> int:
    return dict(snapshot.status.counters).get(name, 0)

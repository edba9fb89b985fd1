"""A prober with a real database and a real papers folder, for its tests on both bases."""

import itertools
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from actors.prober.actor import ProberActor
from messages.drafts import Draft, DraftsFound, DraftsQuery, DraftsReply
from messages.health import ProberSnapshot, SnapshotRequest
from messages.lifecycle import Begun
from messages.notices import NotifyChannel
from messages.papers import Occasion, Paper, PapersAdded
from messages.switching import Probing, ProbingSwitched, SwitchProbing
from tests import sql
from tests.actors.harness import LIMIT, Harness
from tests.actors.prober import server as answers
from tests.actors.prober.server import Answer, PapersServer
from tests.builders import NOON, a_paper, settings
from tests.e2e.service import wait_for

OTHERS = ("watchlist", "notifier", "index")
FAST: dict[str, Any] = {
    "min_revisit": 0.2, "confirm_after": 0.05, "requests_per_hour": 10_000_000, "timeout": 60.0, "concurrency": 8,
    "title_wait": 60.0,
}  # fmt: skip
PAPERS = tuple(a_paper(number, 0, date=date(2015, 1, 1), title=f"Paper {number}") for number in range(1, 31))


class Room:
    """A prober that asks a folder of its own as fast as it can."""

    def __init__(self, make_harness: Callable[..., Harness], dsn: str, stack: ExitStack) -> None:
        self._make, self._dsn, self._stack = make_harness, dsn, stack
        self.server = PapersServer()
        self._seq = {name: itertools.count(1) for name in OTHERS}
        self._requests = 0
        self.harness: Harness
        self.pid = 0

    def open(self, folder: Answer = answers.missing, index: str = "", **prober: Any) -> None:
        """Begin the prober; the folder answers like this. `index` is the URL of the index, not there unless given."""
        self.server.now_answers(folder)
        sections = {"prober": FAST | {"base_url": self.server.url} | prober}
        others = {"index": {"url": index}} if index else {}
        self.harness = self._make(settings(**sections, **others), self._dsn)
        self._stack.enter_context(self.server)
        self._begin()

    def reopen(self) -> None:
        """When everybody has what is for him, end the actor system and begin another on the same tables."""
        self.when(lambda _: self.execute("SELECT count(*) FROM prober.outbox") == [(0,)])
        self.close()
        self.begin_again()

    def close(self) -> None:
        """End the actor system, and wait until nobody writes to the tables any more."""
        self.harness.close()
        connected = (
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'callboard prober'"
        )
        wait_for(lambda: not self.execute(connected))

    def begin_again(self) -> None:
        """Begin another actor system on the same tables."""
        self.harness = self._make(self.harness.settings, self._dsn)
        self._begin()

    def _begin(self) -> None:
        begun = self.harness.try_begin(ProberActor, "prober")
        assert isinstance(begun, Begun), begun
        self.pid = begun.pid
        self.harness.introduce(*OTHERS)

    def deliver(self, source: str, event: Any) -> None:
        """As `source`."""
        self.harness.deliver(source, next(self._seq[source]), event)

    def add(self, *papers: Paper, occasion: Occasion = Occasion.NEWS) -> None:
        """The index has these papers."""
        self.deliver("index", PapersAdded(occasion=occasion, at=NOON, papers=papers))

    def snapshot(self) -> ProberSnapshot:
        """Asked for now."""
        self._requests += 1
        return self.harness.ask(SnapshotRequest(request_id=f"s{self._requests}"), ProberSnapshot)

    def when(self, holds: Callable[[ProberSnapshot], bool], limit: float = 2 * LIMIT) -> ProberSnapshot:
        """The snapshot as soon as it is as wished; the actors work in between."""
        deadline = time.monotonic() + limit
        while not holds(snapshot := self.snapshot()):
            assert time.monotonic() < deadline, snapshot
            self.work_for(0.02)
        return snapshot

    def when_asked(self, name: str, times: int = 1) -> None:
        """Until the folder was asked for this name so often."""
        self.when(lambda _: self.server.asked.count(name) >= times)

    def work_for(self, seconds: float) -> None:
        """Let the actors work."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if (message := self.harness.driver.listen(left)) is not None:
                self.harness.heard.append(message)

    def drafts(self) -> dict[str, Draft]:
        """All that was found, by id."""
        self._requests += 1
        reply = self.harness.ask(DraftsQuery(request_id=f"d{self._requests}", limit=1000), DraftsReply)
        return {draft.id: draft for draft in reply.drafts}

    def found(self, limit: float = LIMIT) -> list[str]:
        """The ids of the next announcement, the same to the watchlist and to the channel."""
        event = self.harness.expect(DraftsFound, to="watchlist", limit=limit)
        channel = self.harness.expect(NotifyChannel, to="notifier")
        assert [notice.id for notice in channel.notices] == [draft.id for draft in event.drafts]
        return [draft.id for draft in event.drafts]

    def assert_quiet(self) -> None:
        """Two more rounds tell nobody anything."""
        heads = counter(self.snapshot(), "heads")
        self.when(lambda snapshot: counter(snapshot, "heads") > heads + 2)
        assert self.harness.heard_of(DraftsFound) == []
        assert self.harness.heard_of(NotifyChannel) == []

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """As a user of the database."""
        return sql.rows(self._dsn, statement)


def counter(snapshot: ProberSnapshot, name: str) -> int:
    return dict(snapshot.status.counters).get(name, 0)


def http_date(age: timedelta) -> str:
    return format_datetime(datetime.now(UTC) - age, usegmt=True)


def switch(room: Room, wanted: Probing) -> ProbingSwitched:
    return room.harness.ask(SwitchProbing(request_id=f"s{time.time()}", wanted=wanted, by="me"), ProbingSwitched)

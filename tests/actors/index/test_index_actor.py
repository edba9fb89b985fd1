"""The IndexActor on both bases, with a real database and a real, scripted index."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import psycopg2
import pytest
from thespian.actors import ActorExitRequest

from actors.index.actor import IndexActor
from actors.index.announce.events import CATCH_UP_PAPERS
from actors.runtime.delivery.window import MOST_WAITING
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.delivery import Ack
from messages.health import IndexSnapshot, SnapshotRequest
from messages.lifecycle import Drain, Drained
from messages.papers import (
    CaughtUp,
    Occasion,
    PaperKind,
    PaperQuery,
    PaperReply,
    PapersAdded,
    PapersChanged,
    RecentPapersQuery,
    RecentPapersReply,
    YearOfPapersQuery,
    YearOfPapersReply,
)
from tests.actors.harness import Harness
from tests.actors.index import server as answers
from tests.actors.index.server import Answer, IndexServer
from tests.builders import settings
from tests.index_builders import a_body, an_entry, many_entries

OLD = many_entries(30) | {"CWG1": an_entry(submitter="Bill Gibbons"), "D0900": an_entry(author="")}
NEW = OLD | {
    "P0031R0": an_entry(title="New"),
    "LWG9": an_entry(title="New issue"),
    "P0002R0": an_entry(title="Changed", date="20250131"),
}

CONNECTION = " WHERE datname = current_database() AND application_name = 'callboard index'"


class Room:
    """An IndexActor that fetches from a scripted server each tenth of a second."""

    def __init__(self, make_harness: Callable[..., Harness], dsn: str, stack: ExitStack) -> None:
        self._make, self._dsn, self._stack = make_harness, dsn, stack
        self.server = IndexServer(answers.status(500))
        self._requests = 0
        self.harness: Harness

    def open(self, *script: Answer, **index: Any) -> None:
        """Begin the actor; the first request gets the first answer."""
        changes = {"url": self.server.url, "interval": 0.1, "timeout": 60.0} | index
        self.server.now_answers(*script)
        self.harness = self._make(settings(index=changes), self._dsn)
        self._stack.enter_context(self.server)
        self.harness.begin(IndexActor, "index", others=("prober", "watchlist"))

    def end(self) -> None:
        """End the actor; its neighbours live on."""
        self.harness.tell(ActorExitRequest())
        deadline = time.monotonic() + 60.0
        while self.execute("SELECT 1 FROM pg_stat_activity" + CONNECTION):
            assert time.monotonic() < deadline
            self.work_for(0.02)

    def begin_again(self) -> None:
        """Begin another actor on the same tables."""
        self.harness.begin(IndexActor, "index", others=("prober", "watchlist"))

    def snapshot(self) -> IndexSnapshot:
        """Asked for now."""
        self._requests += 1
        return self.harness.ask(SnapshotRequest(request_id=f"s{self._requests}"), IndexSnapshot)

    def snapshot_when(self, holds: Callable[[IndexSnapshot], bool], limit: float = 60.0) -> IndexSnapshot:
        """Asked for until it is as wished; the actor works in between."""
        deadline = time.monotonic() + limit
        while not holds(snapshot := self.snapshot()):
            assert time.monotonic() < deadline, snapshot
            self.work_for(0.02)
        return snapshot

    def work_for(self, seconds: float) -> None:
        """Let the actors work."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if (message := self.harness.driver.listen(left)) is not None:
                self.harness.heard.append(message)

    def execute(self, statement: str) -> int:
        """As a user of the database; how many rows there were."""
        connection = psycopg2.connect(self._dsn)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows: int = cursor.rowcount
        connection.close()
        return rows

    def told(self, to: str, kind: type[Any]) -> Any:
        """The next event of this class that `to` is told."""
        return self.harness.expect(kind, to=to)

    def recent(self, limit: int = 10) -> list[str]:
        """The ids of the newest news."""
        reply = self.harness.ask(RecentPapersQuery(request_id="r", limit=limit), RecentPapersReply)
        return [news.paper.id for news in reply.papers]


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Iterator[Room]:
    """Not yet open."""
    with ExitStack() as stack:
        yield Room(make_harness, database, stack)


def counter(snapshot: IndexSnapshot, name: str) -> int:
    return dict(snapshot.status.counters).get(name, 0)


def ids(event: PapersAdded | PapersChanged) -> list[str]:
    papers = event.papers if isinstance(event, PapersAdded) else [change.after for change in event.changes]
    return [paper.id for paper in papers]


def loaded(snapshot: IndexSnapshot) -> bool:
    return snapshot.entries == len(OLD) and counter(snapshot, "not_modified") > 0


def assert_only_the_news_are_told(room: Room) -> None:
    """NEW after OLD, to everybody concerned, and nothing else."""
    assert ids(room.told("prober", PapersAdded)) == ["P0031R0"]
    assert ids(room.told("prober", PapersChanged)) == ["P0002R0"]
    assert ids(room.told("watchlist", PapersAdded)) == ["P0031R0", "LWG9"]
    assert ids(room.told("watchlist", PapersChanged)) == ["P0002R0"]
    known = counter(room.snapshot(), "fetches")
    room.snapshot_when(lambda snapshot: counter(snapshot, "fetches") >= known + 2)
    assert room.harness.heard_of(PapersAdded) == []
    assert room.harness.heard_of(PapersChanged) == []


def test_the_first_sync_is_told_to_the_prober_only_and_is_no_news(room: Room) -> None:
    room.open(answers.index(a_body(**OLD), '"old"'))

    first = room.told("prober", PapersAdded)
    snapshot = room.snapshot_when(loaded)

    assert first.occasion is Occasion.FIRST_SYNC
    assert ids(first) == [id for id in OLD if id.startswith(("P", "D"))]
    assert (snapshot.papers, snapshot.status.sentences, snapshot.failing_since) == (30, (), None)
    assert snapshot.synced_at is not None
    assert room.harness.heard_of(PapersAdded) == []
    assert room.recent() == []


def test_what_is_new_is_told_once_to_whom_it_concerns(room: Room) -> None:
    room.open(answers.index(a_body(**OLD), '"old"'))
    room.told("prober", PapersAdded)
    room.snapshot_when(loaded)

    room.server.now_answers(answers.index(a_body(**NEW), '"new"'))

    assert_only_the_news_are_told(room)
    assert room.recent() == ["P0031R0", "P0002R0"]
    assert room.recent(limit=1) == ["P0031R0"]
    assert room.recent(limit=-1) == []
    assert (room.snapshot().entries, room.snapshot().papers) == (len(NEW), 31)
    assert room.harness.failures() == []


def test_what_changed_while_the_service_was_down_is_told_when_it_is_back(room: Room) -> None:
    room.open(answers.index(a_body(**OLD), '"old"'))
    room.told("prober", PapersAdded)
    room.snapshot_when(loaded)

    room.end()
    room.server.now_answers(answers.index(a_body(**NEW), '"new"'))
    room.begin_again()

    assert_only_the_news_are_told(room)


def test_an_index_without_validators_is_compared_each_time_and_is_no_news(room: Room) -> None:
    room.open(answers.index(a_body(**OLD)))
    room.told("prober", PapersAdded)

    snapshot = room.snapshot_when(lambda snapshot: counter(snapshot, "syncs") >= 3)

    assert (counter(snapshot, "added"), counter(snapshot, "changed")) == (len(OLD), 0)
    assert room.harness.heard_of(PapersAdded) == []


def dripping() -> Iterator[bytes]:
    """A byte now and then."""
    while True:
        yield b" "
        time.sleep(0.05)


FAULTS = {
    "HTTP 500": answers.status(500),
    "HTTP 503": answers.status(503, Retry_After="0"),
    "no complete answer": answers.stream(dripping),
    "127.0.0.1:": answers.nothing,
    "truncated JSON": answers.index(a_body(**NEW)[:-100]),
    "HTML": answers.index(b"<!doctype html><p>Moved</p>"),
    "a JSON list": answers.index(b'[{"P0001R0": {}}]'),
    "an empty object": answers.index(b"{}"),
    "none of its 1 members": answers.index(b'{"error": "not today"}'),
    "not a JSON object": answers.index(b"NaN"),
    "not JSON": answers.index(b'{"P0001R0": ' + b"[" * 100_000 + b"}"),
    "index shrunk": answers.index(a_body(**many_entries(10))),
    "larger than": answers.stream(lambda: itertools.repeat(b" " * 65536, 3200)),
}


HELD = frozenset({"an empty object", "none of its 1 members", "index shrunk"})


@pytest.mark.parametrize("why", FAULTS)
def test_the_old_index_stays_through_a_fault_and_health_says_since_when_and_why(room: Room, why: str) -> None:
    timeout = 2.0 if why == "no complete answer" else 60.0
    room.open(answers.index(a_body(**OLD), '"old"'), timeout=timeout, max_bytes=10**7)
    room.told("prober", PapersAdded)
    whole = room.snapshot_when(loaded)

    room.server.now_answers(FAULTS[why])
    failing = room.snapshot_when(lambda snapshot: any(why in reason for reason in snapshot.status.sentences))

    assert failing.failing_since is not None
    what = "held back" if why in HELD else "not fetched"
    since = f"index: {what} since {failing.failing_since:%Y-%m-%d %H:%M} UTC"
    assert failing.status.sentences[0].startswith(since)
    assert (failing.entries, failing.papers) == (whole.entries, whole.papers)
    room.server.now_answers(answers.index(a_body(**NEW), '"new"'))
    assert_only_the_news_are_told(room)
    room.snapshot_when(lambda snapshot: snapshot.status.sentences == ())
    assert room.harness.failures() == []


def test_dirty_entries_are_skipped_and_the_rest_is_told(room: Room) -> None:
    dirty = {"P0001R1": 3, "P0002R1": {"title": 3}, "XYZ1": an_entry(), "P0032R0": an_entry(title="a\0b\ud800c")}
    room.open(answers.index(a_body(**OLD), '"old"'))
    room.told("prober", PapersAdded)
    room.snapshot_when(loaded)

    room.server.now_answers(answers.index(a_body(**OLD, **dirty), '"dirty"'))

    news = room.told("watchlist", PapersAdded)
    assert [(paper.id, paper.title) for paper in news.papers] == [("P0032R0", "a b\ufffdc")]
    snapshot = room.snapshot()
    assert (counter(snapshot, "bad_entries"), counter(snapshot, "unknown_kinds")) == (2, 1)


def test_before_the_first_sync_health_says_that_nothing_is_loaded_and_why(room: Room) -> None:
    room.open(answers.status(500))

    snapshot = room.snapshot_when(lambda snapshot: snapshot.failing_since is not None)

    assert snapshot.status.sentences == ("index: not loaded yet: HTTP 500 from 127.0.0.1",)
    assert (snapshot.entries, snapshot.synced_at) == (0, None)
    assert [reason.is_beginning for reason in snapshot.status.reasons] == [False]


def test_a_server_that_asks_for_a_pause_gets_it(room: Room) -> None:
    room.open(answers.status(429, Retry_After="3600"), interval=0.01)
    room.snapshot_when(lambda snapshot: snapshot.failing_since is not None)

    room.work_for(0.3)

    assert len(room.server.asked) == 1


def test_an_index_larger_than_a_message_is_told_in_several(room: Room) -> None:
    room.open(answers.index(a_body(**many_entries(1300)), '"large"'))

    events = [room.told("prober", PapersAdded) for _ in range(3)]

    assert [len(event.papers) for event in events] == [500, 500, 300]
    assert all(event.occasion is Occasion.FIRST_SYNC for event in events)


@pytest.mark.bases(SIMPLE, TCP)
def test_what_was_applied_and_not_told_is_told_after_a_restart(room: Room) -> None:
    room.open(answers.index(a_body(**OLD), '"old"'))
    room.told("prober", PapersAdded)
    room.snapshot_when(loaded)
    room.end()
    room.execute("UPDATE index.progress SET told = told - 1")

    room.begin_again()

    assert ids(room.told("prober", PapersAdded)) == ["D0900"]


def test_while_a_receiver_takes_nothing_no_more_is_told_and_then_it_is(room: Room) -> None:
    room.open(answers.index(a_body(**OLD), '"old"'))
    room.told("prober", PapersAdded)
    room.snapshot_when(loaded)
    room.end()
    room.execute(
        "INSERT INTO index.outbox (destination, seq, kind, version, payload)"
        f" SELECT 'watchlist', n, 'Void', 1, '{{}}' FROM generate_series(1, {MOST_WAITING + 1}) n"
    )
    room.execute(f"INSERT INTO index.outbox_heads VALUES ('watchlist', {MOST_WAITING + 1})")

    room.server.now_answers(answers.index(a_body(**NEW), '"new"'))
    room.harness.begin(IndexActor, "index", others=("prober",))
    snapshot = room.snapshot_when(lambda snapshot: snapshot.entries == len(NEW))
    assert snapshot.status.sentences == ("index: watchlist does not take the events for it",)
    assert room.execute("SELECT 1 FROM index.progress WHERE told < news") == 1
    assert snapshot.status.waiting > MOST_WAITING

    room.harness.tell(Ack(source="index", receiver="watchlist", seq=MOST_WAITING))
    assert ids(room.told("prober", PapersAdded)) == ["P0031R0"]
    assert room.snapshot().status.sentences == ()


def test_what_a_sync_left_that_was_cut_short_does_no_harm(room: Room) -> None:
    room.open(answers.index(a_body(**OLD), '"old"'))
    room.told("prober", PapersAdded)
    room.snapshot_when(loaded)
    room.execute(
        "INSERT INTO index.versions (id, sync, place, kind, number, revision, title, authors, published, status, url,"
        " noticed_at) SELECT id, 2, place, kind, number, revision, 'half', authors, published, status, url, noticed_at"
        " FROM index.versions WHERE sync = 1 AND place < 9"
    )

    room.server.now_answers(answers.index(a_body(**NEW), '"new"'))

    assert_only_the_news_are_told(room)


@pytest.mark.bases(SIMPLE, TCP)
def test_an_outage_of_the_database_ends_the_cycle_and_the_next_one_goes_on(room: Room) -> None:
    room.open(answers.index(a_body(**OLD), '"old"'))
    room.told("prober", PapersAdded)
    room.snapshot_when(loaded)

    room.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity" + CONNECTION)
    room.snapshot_when(lambda snapshot: snapshot.status.last_error is not None)
    room.server.now_answers(answers.index(a_body(**NEW), '"new"'))

    assert_only_the_news_are_told(room)
    room.snapshot_when(lambda snapshot: snapshot.status.sentences == ())


@pytest.mark.bases(SIMPLE, TCP)
def test_a_drained_actor_asks_no_more(room: Room) -> None:
    room.open(answers.index(a_body(**OLD), '"old"'), interval=0.01)
    room.told("prober", PapersAdded)

    room.harness.tell(Drain())
    room.harness.expect(Drained)
    asked = len(room.server.asked)
    room.work_for(0.2)

    assert len(room.server.asked) <= asked + 1
    assert counter(room.snapshot(), "fetches") <= asked + 1


def test_papers_are_shown_to_who_asks(room: Room) -> None:
    room.open(answers.index(a_body(**OLD)))
    room.told("prober", PapersAdded)
    paper = room.harness.ask(PaperQuery(request_id="p", kind=PaperKind.D, number=2), PaperReply)
    assert [each.id for each in paper.papers] == ["P0002R0"]
    query = YearOfPapersQuery(request_id="y", today=date(2025, 12, 4), after="", limit=5)
    year = room.harness.ask(query, YearOfPapersReply)
    assert len(year.papers) == 5
    assert year.synced_at is not None


def test_very_many_changes_at_once_are_a_catch_up_and_what_comes_back_says_what_it_was(room: Room) -> None:
    old = many_entries(CATCH_UP_PAPERS + 50)
    new = {id: {**entry, "author": "Somebody Else"} for id, entry in old.items()}
    room.open(answers.index(a_body(**old), '"old"'))
    room.told("prober", PapersAdded)
    for body in (new, old):
        room.server.now_answers(answers.index(a_body(**body), f'"{id(body)}"'))
        changes = [change for _ in range(2) for change in room.told("watchlist", PapersChanged).changes]
        ended = room.told("watchlist", CaughtUp)
        assert (len(changes), ended.since) == (len(old), None)
    assert all([each.paper for each in change.earlier] == [change.after] for change in changes)

"""What the index costs, on the real index of 27,318 entries: run with `make bench`."""

import asyncio
import gzip
import importlib.resources
import time
from collections.abc import Iterator

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from actors.index.actor import IndexActor
from actors.index.fetch.wg21link import Wg21Link
from actors.index.model.fetching import IndexValidators, NotModified
from actors.index.model.pages import PageState
from actors.index.model.records import Reading
from actors.index.storage import pages, store
from actors.runtime.database.connection import Database
from actors.runtime.engine.bases import SIMPLE
from messages.health import IndexSnapshot, SnapshotRequest
from messages.papers import PapersAdded, PapersChanged
from tests.actors.harness import Harness
from tests.actors.index import server as answers
from tests.actors.index.server import IndexServer
from tests.bench.table import Table
from tests.builders import NOON, settings
from tests.index_builders import fingerprints_of, reading_of


def snapshot_of(day: str) -> bytes:
    """The real index of that day."""
    data = importlib.resources.files("actors.stage") / "data" / f"{day}.json.gz"
    return gzip.decompress(data.read_bytes())


@pytest.fixture(scope="module")
def november() -> bytes:
    return snapshot_of("2025-11-12")


@pytest.fixture(scope="module")
def december() -> bytes:
    return snapshot_of("2025-12-04")


def test_parse_and_compare_a_changed_index(
    benchmark: BenchmarkFixture, november: bytes, december: bytes, table: Table
) -> None:
    known = fingerprints_of(reading_of(november))

    reading: Reading = benchmark(reading_of, december, known)

    assert (reading.valid, len(reading.candidates)) == (27_318, 282)
    table.add("changed index parsed and compared", median_of(benchmark), "s", below=0.3)


def median_of(benchmark: BenchmarkFixture) -> float:
    """Seconds of a round."""
    assert benchmark.stats is not None
    return float(benchmark.stats.stats.median)


def test_parse_a_first_index(benchmark: BenchmarkFixture, december: bytes) -> None:
    reading: Reading = benchmark(reading_of, december)

    assert len(reading.candidates) == 27_318


def test_an_unchanged_index_costs_little_cpu(
    december: bytes, database: str, capfd: pytest.CaptureFixture[str], table: Table
) -> None:
    tables = Database(database, "index")
    tables.migrate({"index": "actors.index.storage.migrations"})
    with IndexServer(answers.index(december, '"december"')) as server:
        spent = asyncio.run(cpu_of_unchanged_looks(server.url, tables, looks=20))
    tables.close()

    table.add("unchanged index (304), CPU", spent * 1000, "ms", below=20)
    with capfd.disabled():
        print(f"\nunchanged index (304), asked and confirmed: {spent * 1000:.1f} ms of CPU")


async def cpu_of_unchanged_looks(url: str, tables: Database, looks: int) -> float:
    """Seconds of this thread's CPU a look, the confirmation in the database included."""
    known = IndexValidators(url=url, etag='"december"', last_modified=None)
    page = PageState(source="wg21.link", page="index.json", validators=known, checked_at=NOON)
    source = Wg21Link(url=url, timeout=10.0, max_bytes=10**8, user_agent="bench")
    before = time.thread_time()
    for _ in range(looks):
        assert await source.look(page, known, {}, NOON.date()) == NotModified()
        with tables.transaction() as cursor:
            pages.save(cursor, page)
            store.confirm(cursor, NOON)
    spent = time.thread_time() - before
    await source.close()
    return spent / looks


@pytest.fixture
def harness(database: str) -> Iterator[tuple[Harness, IndexServer]]:
    """An actor on the simple base that asks every 20 ms, and its server."""
    server = IndexServer(answers.status(500))
    made = Harness(SIMPLE, settings(index={"url": server.url, "interval": 0.02}), database)
    with server:
        yield made, server
        made.close()


def test_a_changed_index_is_fetched_compared_stored_and_told(
    harness: tuple[Harness, IndexServer],
    november: bytes,
    december: bytes,
    capfd: pytest.CaptureFixture[str],
    table: Table,
) -> None:
    actor, server = harness
    server.now_answers(answers.index(november, '"november"', packed=True))
    began = time.perf_counter()
    actor.begin(IndexActor, "index", others=("prober", "watchlist"))
    wait_for(actor, "syncs", 1)
    first = time.perf_counter() - began
    wait_for(actor, "not_modified", 1)
    server.now_answers(answers.index(december, '"december"'))
    began = time.perf_counter()
    wait_for(actor, "syncs", 2)
    stored = time.perf_counter() - began
    actor.expect(PapersChanged, to="watchlist")
    told = time.perf_counter() - began

    assert sum(len(event.papers) for event in actor.heard_of(PapersAdded)) == 7449 + 133
    table.add("changed index fetched, parsed, compared and stored", stored, "s", below=1.5)
    table.add("first index fetched, parsed and stored", first, "s")
    with capfd.disabled():
        print(f"\nfirst sync, 27,185 entries, fetched to stored: {first:.2f} s")
        print(f"changed index, 133 added, 149 changed, fetched to stored: {stored:.2f} s, to told: {told:.2f} s")


def wait_for(actor: Harness, counter: str, value: int) -> None:
    """Until the actor has counted so far; it answers from memory in between."""
    while True:
        snapshot = actor.ask(SnapshotRequest(request_id=str(time.monotonic_ns())), IndexSnapshot)
        if dict(snapshot.status.counters).get(counter, 0) >= value:
            return
        if (message := actor.driver.listen(0.01)) is not None:
            actor.heard.append(message)

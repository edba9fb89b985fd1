"""What the prober costs: run with `make bench`."""

import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, date, datetime
from typing import Any

import aiohttp
import httpx
import psutil
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from actors.prober.actor import ProberActor
from actors.prober.http.batch import BatchRun
from actors.prober.http.client import PapersFolder
from actors.prober.model.frontier import frontier_of
from actors.prober.model.names import canary, text_of
from actors.prober.model.numbers import StrategyInputs
from actors.prober.schedule.probe_rounds import ScheduledAnswers
from actors.prober.schedule.scheduler import Scheduler
from actors.prober.schedule.two_frequency import TwoFrequency
from actors.runtime.engine.bases import SIMPLE
from messages.health import ProberSnapshot, SnapshotRequest
from messages.lifecycle import Begun
from messages.papers import Occasion, PapersAdded
from messages.probing import BeginProbing, DraftName, ProbeBatch
from tests.actors.harness import Harness
from tests.bench.table import Table
from tests.builders import NOON, a_paper, settings
from tests.prober_builders import a_name, inputs, real_numbers

HEADS = 4_000
LONG_HAUL = 100_000
WARM = 2_000
AT_A_TIME = 20
REVISIT = 1800.0


@pytest.fixture(scope="module")
def folder_url() -> Iterator[str]:
    """A folder in another process."""
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.papers_server"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    yield f"http://127.0.0.1:{server.stdout.readline().strip()}/files/papers/"
    server.terminate()
    server.wait()
    server.stdout.close()


@pytest.fixture(scope="module")
def today() -> StrategyInputs:
    """The real index of 2025-12-04."""
    known = real_numbers("2025-12-04")
    return inputs(known=known, frontier=frontier_of(known), today=date(2025, 12, 4))


async def worker(url: str, names: tuple[DraftName, ...]) -> None:
    """As the ProbeWorker asks."""
    begin = BeginProbing(base_url=url, user_agent="Callboard", concurrency=AT_A_TIME, deadline=10.0)
    folder = PapersFolder(begin, lambda: datetime.now(UTC))
    batch = ProbeBatch(generation=1, names=names, canary=canary(1), spread=0.0)
    assert len(await BatchRun(folder.ask, batch, AT_A_TIME).results()) == len(names)
    await folder.close()


async def at_a_time(names: tuple[DraftName, ...], ask: Callable[[DraftName], Coroutine[Any, Any, None]]) -> None:
    """Ask for all names, so many at a time."""
    queue = iter(names)

    async def ask_on() -> None:
        for name in queue:
            await ask(name)

    await asyncio.gather(*(ask_on() for _ in range(AT_A_TIME)))


async def bare_aiohttp(url: str, names: tuple[DraftName, ...]) -> None:
    """aiohttp and nothing else."""
    async with aiohttp.ClientSession() as session:

        async def ask(name: DraftName) -> None:
            async with session.head(url + text_of(name)) as response:
                assert response.status == 404

        await at_a_time(names, ask)


async def httpx_alone(url: str, names: tuple[DraftName, ...]) -> None:
    """httpx on its own transport."""
    async with httpx.AsyncClient(trust_env=False) as client:

        async def ask(name: DraftName) -> None:
            assert (await client.head(url + text_of(name))).status_code == 404

        await at_a_time(names, ask)


@pytest.mark.parametrize("client", [worker, bare_aiohttp, httpx_alone])
def test_cpu_of_a_head(
    client: Callable[[str, tuple[DraftName, ...]], Coroutine[Any, Any, None]], folder_url: str, table: Table
) -> None:
    names = tuple(a_name(number) for number in range(1, (HEADS if client is not httpx_alone else HEADS // 4) + 1))
    asyncio.run(client(folder_url, names[:200]))
    cpu, begin = time.process_time(), time.perf_counter()
    asyncio.run(client(folder_url, names))
    milliseconds = (time.process_time() - cpu) / len(names) * 1000
    rate = len(names) / (time.perf_counter() - begin)
    table.add(f"CPU of a HEAD, {client.__name__}", milliseconds, "ms", below=0.5 if client is worker else None)
    table.add(f"HEADs a second, {client.__name__} alone, {AT_A_TIME} at a time", rate, "")


@pytest.mark.timeout(900)
def test_a_hundred_thousand_heads(folder_url: str, table: Table) -> None:
    """In five parts by one client; memory once the first is over and at the end."""
    process = psutil.Process()
    names = tuple(a_name(number) for number in range(1, LONG_HAUL // 5 + 1))
    begin = BeginProbing(base_url=folder_url, user_agent="Callboard", concurrency=AT_A_TIME, deadline=10.0)
    before = connections(folder_url)

    async def parts() -> tuple[list[float], list[float]]:
        folder, cpus, sizes = PapersFolder(begin, lambda: datetime.now(UTC)), [], []
        for part in range(1, 6):
            cpu = time.process_time()
            batch = ProbeBatch(generation=part, names=names, canary=canary(part), spread=0.0)
            assert len(await BatchRun(folder.ask, batch, AT_A_TIME).results()) == len(names)
            cpus.append((time.process_time() - cpu) / len(names) * 1000)
            gc.collect()
            sizes.append(process.memory_info().rss / 1e6)
        await folder.close()
        return cpus, sizes

    cpus, sizes = asyncio.run(parts())
    table.add(f"{LONG_HAUL:,} HEADs: CPU of one in the first fifth", cpus[0], "ms", below=0.5)
    table.add(f"{LONG_HAUL:,} HEADs: CPU of one in the last fifth", cpus[-1], "ms", below=0.5)
    table.add(f"{LONG_HAUL:,} HEADs: memory grown after the first fifth", max(0.0, sizes[-1] - sizes[0]), "MB", below=2)
    table.add(f"{LONG_HAUL:,} HEADs: connections", connections(folder_url) - before, "", below=AT_A_TIME + 1)


def connections(url: str) -> int:
    """By how many the folder was asked so far."""
    with httpx.Client(trust_env=False) as client:
        return int(client.post(url).text)


def test_survey_of_all_numbers_of_the_real_index(benchmark: BenchmarkFixture, today: StrategyInputs) -> None:
    def replan() -> Scheduler:
        scheduler = Scheduler(TwoFrequency(min_revisit=REVISIT), REVISIT, {})
        for _ in scheduler.replan(today, 0.0):
            pass
        return scheduler

    scheduler = benchmark(replan)
    assert scheduler.hot + scheduler.cold > 3_900


def test_names_of_all_numbers_of_the_real_index(benchmark: BenchmarkFixture, today: StrategyInputs) -> None:
    strategy = TwoFrequency(min_revisit=REVISIT)
    names = benchmark(lambda: sum(len(strategy.names(number, today)) for number in strategy.numbers(today)))
    assert names > 12_000


def test_one_batch_through_the_agenda(benchmark: BenchmarkFixture, today: StrategyInputs) -> None:
    scheduler = Scheduler(TwoFrequency(min_revisit=1.0), 1.0, {})
    for _ in scheduler.replan(today, 0.0):
        pass
    now = 0.0

    def batch() -> None:
        nonlocal now
        names = scheduler.take(256, today, now)
        now += 1.0
        scheduler.apply(
            scheduler.progress(ScheduledAnswers(given_at=now, missing=names, found=(), failed=()), now), now
        )

    benchmark(batch)


@pytest.fixture
def began(base: str, database: str, folder_url: str) -> Iterator[tuple[Harness, int]]:
    """A prober that knows a thousand numbers and no politeness limits, and its process."""
    fast = {"base_url": folder_url, "min_revisit": 0.1, "requests_per_hour": 100_000_000, "concurrency": AT_A_TIME}
    harness = Harness(base, settings(prober=fast), database)
    begun = harness.try_begin(ProberActor, "prober")
    assert isinstance(begun, Begun), begun
    harness.introduce("watchlist", "notifier")
    papers = tuple(a_paper(number, 0) for number in range(1, 1001))
    harness.deliver("watchlist", 1, PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=papers))
    yield harness, begun.pid
    harness.close()


def test_the_whole_prober_at_full_speed(began: tuple[Harness, int], table: Table) -> None:
    """With its worker and its tables, politeness switched off."""
    prober, pid = began
    first = heads_of(prober)
    while first < WARM:
        prober.driver.listen(0.01)
        first = heads_of(prober)
    actors = actor_processes(prober, pid)
    waits, begin, before = [], time.perf_counter(), cpu_of(actors)
    while time.perf_counter() - begin < 5.0:
        asked = time.perf_counter()
        heads = heads_of(prober) - first
        waits.append(time.perf_counter() - asked)
        prober.driver.listen(0.01)
    seconds, cpu = time.perf_counter() - begin, cpu_of(actors) - before
    waits.sort()
    table.add(f"HEADs a second, the whole prober, {prober.base}", heads / seconds, "", above=2000)
    table.add(f"CPU of a HEAD there, {len(actors)} processes, {prober.base}", cpu / heads * 1000, "ms")
    table.add(f"its snapshot meanwhile, longest of {len(waits)}, {prober.base}", waits[-1] * 1000, "ms")


def heads_of(prober: Harness) -> int:
    """How many were sent so far."""
    snapshot = prober.ask(SnapshotRequest(request_id=str(time.perf_counter())), ProberSnapshot)
    return dict(snapshot.status.counters).get("heads", 0)


def actor_processes(prober: Harness, pid: int) -> list[psutil.Process]:
    """Those that the prober and its worker run in."""
    own = psutil.Process(pid)
    return [own] if prober.base == SIMPLE else [own, *own.children()]


def cpu_of(processes: list[psutil.Process]) -> float:
    """Seconds that they have used so far."""
    return sum(times.user + times.system for times in (one.cpu_times() for one in processes))

"""What the whole service costs, in processes of its own, on a stage in another one: run with `make bench`."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from actors.embedded_postgres.cluster import NAME
from actors.embedded_postgres.place import place_for, socket_dir
from actors.runtime.engine.bases import SIMPLE
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from tests.bench.processes import peak, processes_of, proportional, resident, share_of_a_core
from tests.bench.services import ENTRIES, FULL_SPEED, RARELY, SETTLED, actor, heads, load, start
from tests.bench.table import Table
from tests.e2e.postgres_helpers import one
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import on_stage

WINDOW = 20.0
ROUNDS, REQUESTS, PAUSE = 3, 300, 0.01
DRAFTS = 11
BRISK = {"min_revisit": "1s", "requests_per_hour": 3_600_000, "concurrency": 20}


@pytest.fixture
def stage() -> Iterator[StageClient]:
    """It has the real index of 27,318 entries."""
    with running_stage(snapshot("2025-12-04")) as client:
        yield client


def test_a_service_with_default_settings(
    make_service: Callable[..., Service], base: str, stage: StageClient, table: Table
) -> None:
    service = on_stage(make_service, base, stage, index=RARELY)
    table.add(f"start to 'is running', new data directory, {base}", start(service), "s")
    table.add(f"from there to the index of {ENTRIES:,} loaded, {base}", load(service), "s")
    processes = processes_of(service)
    wait_for(lambda: share_of_a_core(processes, 1.0) < SETTLED)
    share = share_of_a_core(processes, WINDOW)
    table.add(f"CPU of one core at the default pace (4,000 HEADs/h), {base}", share, "%")

    limit = 250 if base == SIMPLE else None
    table.add(f"resident memory, index loaded, {base}", resident(processes), "MB", below=limit)
    if base == SIMPLE:
        table.add("its peak since the start, the first load included", peak(processes[0]), "MB")
    else:
        table.add(
            f"the same by PSS (shared pages counted once), {len(processes)} processes", proportional(processes), "MB"
        )
    assert service.terminate() == 0
    table.add(f"start to 'is running', all there already, {base}", start(service), "s")


def test_an_idle_service(make_service: Callable[..., Service], base: str, stage: StageClient, table: Table) -> None:
    service = on_stage(make_service, base, stage, index={"interval": "5s"}, prober={**BRISK, "min_revisit": "30d"})
    start(service)
    load(service)
    wait_for(lambda: heads(service) > 12_000 and is_through(service))
    asked = heads(service)
    share = share_of_a_core(processes_of(service), WINDOW)

    assert heads(service) == asked
    assert actor(service, "index")["counters"]["not_modified"] >= 3
    table.add(f"CPU of one core, idle, the index answering 304, {base}", share, "%", below=3)


def is_through(service: Service) -> bool:
    """Whether everything has been asked for: nothing more is, for a second."""
    asked = heads(service)
    time.sleep(1.0)
    return heads(service) == asked


@pytest.fixture
def hurried(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    """A service whose prober is at full speed, on its second index."""
    stage.set_index(snapshot("2025-11-12"))
    service = on_stage(make_service, base, stage, index={"interval": "2s"}, prober=FULL_SPEED)
    start(service)
    wait_for(lambda: actor(service, "index")["entries"] > 27_000)
    stage.set_index(snapshot("2025-12-04"))
    load(service)
    wait_for(lambda: heads(service) > 3_000)
    return service


def test_a_service_at_full_speed(hurried: Service, base: str, stage: StageClient, table: Table) -> None:
    before, transactions, began = heads(hurried), transactions_of(hurried), time.monotonic()
    halves, nearly_all, longest = zip(*(health_times(hurried) for _ in range(ROUNDS)), strict=True)
    took, asked = time.monotonic() - began, heads(hurried) - before
    written = (transactions_of(hurried) - transactions) / asked

    table.add(f"GET /health at full speed, p50, {base}", statistics.median(halves), "ms")
    table.add(f"GET /health at full speed, p99, {base}", statistics.median(nearly_all), "ms", below=100)
    table.add(f"GET /health at full speed, longest of {ROUNDS * REQUESTS}, {base}", max(longest), "ms")
    table.add(f"HEADs a second meanwhile, {base}", asked / took, "")
    table.add(f"database transactions a HEAD, {base}", written, "", below=0.1)
    if base == SIMPLE:
        table.add("resident memory at full speed, two indexes later", resident(processes_of(hurried)), "MB", below=250)
    assert actor(hurried, "prober")["last_error"] is None


def health_times(service: Service) -> tuple[float, float, float]:
    """Median, 99th percentile and longest of one request after another, in ms."""
    url, times = actor(service, "health")["url"], []
    with httpx.Client(base_url=url, trust_env=False) as client:
        for _ in range(REQUESTS):
            began = time.perf_counter()
            assert client.get("health").status_code == httpx.codes.OK
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(PAUSE)  # so that the requests meet the service in all that it does over some seconds
    percentiles = statistics.quantiles(times, n=100, method="inclusive")
    return percentiles[49], percentiles[98], max(times)


def transactions_of(service: Service) -> int:
    """Committed by all actors since the cluster was made; PostgreSQL counts with a second's delay."""
    dsn = f"host={socket_dir(place_for(service.data_dir))} user={NAME} dbname={NAME}"
    return int(str(one(dsn, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")))


def test_from_a_draft_to_its_message(
    make_service: Callable[..., Service], base: str, stage: StageClient, table: Table
) -> None:
    service = on_stage(make_service, base, stage, index=RARELY, prober=BRISK)
    start(service)
    load(service)
    wait_for(lambda: heads(service) > 3_000)
    waits = sorted(seconds_to_slack(stage, f"D{number}R0.pdf") for number in range(3876, 3876 + DRAFTS))

    table.add(f"draft on the server to message in Slack, median, {base}", statistics.median(waits), "s")
    table.add(f"draft on the server to message in Slack, longest of {DRAFTS}, {base}", waits[-1], "s")


def seconds_to_slack(stage: StageClient, name: str) -> float:
    """A draft appears; seconds until the channel has its message."""
    time.sleep(random.uniform(1.2, 2.2))  # a channel takes a message a second: none is to wait for the one before
    id = name.removesuffix(".pdf")
    began = time.monotonic()
    stage.put_draft(name, last_modified=datetime.now(UTC))
    stage.wait_for(lambda state: any(f"{id} " in str(message.payload["text"]) for message in state.messages), 60.0)
    return time.monotonic() - began

"""How fast health answers many clients at once, idle and at full speed, on both bases: run with `make bench`."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from tests.bench.processes import processes_of, share_of_a_core
from tests.bench.services import FULL_SPEED, RARELY, SETTLED, actor, heads, load, start
from tests.bench.table import Table
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import on_stage

SECONDS = "5"
CONNECTIONS = "16"
LIMIT = 120.0


@pytest.fixture
def stage() -> Iterator[StageClient]:
    """It has the real index of 27,318 entries."""
    with running_stage(snapshot("2025-12-04")) as client:
        yield client


def of_many_clients(service: Service, path: str) -> dict[str, float]:
    """Requests a second and percentiles in ms, of 16 clients in a process of their own."""
    port = str(actor(service, "health")["url"]).rstrip("/").rpartition(":")[2]
    words = (sys.executable, "-m", "tests.bench.load", port, path, SECONDS, CONNECTIONS)
    done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT, check=True)
    return dict(json.loads(done.stdout))


def add(table: Table, what: str, base: str, measured: dict[str, float], least: float) -> None:
    table.add(f"GET /health {what}, 16 clients, {base}", measured["a_second"], "/s", above=least)
    table.add(f"the same, p99, {base}", measured["p99"], "ms", below=50)


def test_health_of_an_idle_service(
    make_service: Callable[..., Service], base: str, stage: StageClient, table: Table
) -> None:
    service = on_stage(make_service, base, stage, index=RARELY, prober={"enabled": False})
    start(service)
    load(service)
    wait_for(lambda: share_of_a_core(processes_of(service), 1.0) < SETTLED)
    add(table, "idle", base, of_many_clients(service, "/health"), 5_000)


def test_health_while_probing_at_full_speed(
    make_service: Callable[..., Service], base: str, stage: StageClient, table: Table
) -> None:
    service = on_stage(make_service, base, stage, index=RARELY, prober=FULL_SPEED)
    start(service)
    load(service)
    wait_for(lambda: heads(service) > 3_000)
    before = heads(service)
    add(table, "at full speed", base, of_many_clients(service, "/health"), 2_000)
    table.add(f"HEADs a second meanwhile, {base}", (heads(service) - before) / float(SECONDS), "")

"""What the trace costs: run with `make bench`."""

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from actors.runtime.trace import TraceRing
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from messages.trace import TraceQuery
from tests.bench.services import FULL_SPEED, RARELY, actor, heads, load, start
from tests.bench.table import Table
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import on_stage

TURNS = 200_000
SECONDS = 5.0


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-12-04")) as client:
        yield client


def seconds_a_turn() -> float:
    """With one message sent in it."""
    ring, message = TraceRing(time.time), TraceQuery(request_id="1", limit=1)
    began = time.process_time()
    for _ in range(TURNS):
        ring.begin()
        ring.sends(message, "index")
        ring.end("TraceQuery", "control")
        ring.between()
    return (time.process_time() - began) / TURNS


def turns(metrics: str) -> float:
    """Turns of all actors since the start."""
    lines = [line for line in metrics.splitlines() if line.startswith("callboard_turn_duration_seconds_count{")]
    return sum(float(line.rpartition(" ")[2]) for line in lines if "the beginning of a turn" not in line)


def test_what_the_trace_costs(
    make_service: Callable[..., Service], base: str, stage: StageClient, table: Table
) -> None:

    service = on_stage(make_service, base, stage, index=RARELY, prober=FULL_SPEED)
    start(service)
    load(service)
    wait_for(lambda: heads(service) > 3_000)
    url = f"{actor(service, 'health')['url']}metrics"
    with httpx.Client(trust_env=False, timeout=60) as client:
        before, began = turns(client.get(url).text), time.monotonic()
        time.sleep(SECONDS)  # not to wait for anything: this is the time that is measured
        rate = (turns(client.get(url).text) - before) / (time.monotonic() - began)
    cost = seconds_a_turn()
    table.add(f"turns a second at full speed, all actors, {base}", rate, "")
    table.add("the trace, a turn", cost * 1e6, "µs")
    table.add(f"the trace at full speed, of one core, {base}", 100 * cost * rate, "%", below=2)

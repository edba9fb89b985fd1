"""2,000 malformed requests a second, on both ports, harm neither notices nor health. CALLBOARD_FLOOD_SECONDS=60 makes
it a whole minute.

    CALLBOARD_FLOOD_SECONDS=60 .venv/bin/python -m pytest tests/e2e/test_malformed_flood.py -s -q

The rate that was reached is printed, and what a request costs both sides: the machine decides that, so nothing fails
for it."""

import ast
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import on_stage

ROOT = Path(__file__).parents[2]
RATE = 2000
SECONDS = float(os.environ.get("CALLBOARD_FLOOD_SECONDS", "6"))

pytestmark = pytest.mark.bases(SIMPLE, TCP)


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-11-12")) as client:
        yield client


def livez(url: str) -> float:
    """Seconds until it answered."""
    began = time.monotonic()
    with urllib.request.urlopen(f"{url}livez", timeout=LIMIT) as answer:
        assert answer.read() == b"alive\n"
    return time.monotonic() - began


def well_again(service: Service) -> Any:
    """The health document that says so. Before it, a process that stands still may be said not to answer."""
    reasons: set[str] = set()

    def is_well() -> Any:
        health = service.health_of_all()
        reasons.update(health["reasons"])
        return health if health["status"] == "ok" else None

    health = wait_for(is_well, shown=lambda: reasons)
    assert all("does not answer" in reason for reason in reasons), reasons
    return health


def cpu_seconds(service: Service) -> float:
    """Of the front and all actors, so far."""
    assert service.front is not None
    front = psutil.Process(service.front.pid)
    times = [process.cpu_times() for process in {front, *service.actor_processes()}]
    return sum(each.user + each.system for each in times)


@pytest.mark.long
def test_a_flood_of_malformed_requests_harms_neither_notices_nor_health(
    make_service: Callable[..., Service], base: str, stage: StageClient
) -> None:
    service = on_stage(make_service, base, stage, slack={"events": "http", "events_port": 0}, prober={"enabled": False})
    service.environment["CALLBOARD_SLACK__SIGNING_SECRET"] = "the-signing-secret-of-the-flood"
    service.start()
    health = wait_for(lambda: (found := service.health_of_all())["actors"]["index"]["entries"] and found)
    url = health["actors"]["health"]["url"]
    ports = [str(urlsplit(each).port) for each in (url, health["actors"]["notifier"]["hears"])]
    service.carries_out("watch", "--user", "U3", "watch", "LWG4439")
    before = len(service.said())
    cpu_before = cpu_seconds(service)
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.e2e.flood", str(RATE), str(SECONDS), *ports]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as flood:
        waits = [livez(url)]
        time_of_news = time.monotonic()
        stage.set_index(snapshot("2025-12-04"))
        stage.wait_for(lambda state: any("LWG4439" in str(each.payload) for each in state.messages), LIMIT)
        notice_after = time.monotonic() - time_of_news
        while flood.poll() is None:
            waits.append(livez(url))
            time.sleep(0.1)
        answered, its_cpu = ast.literal_eval(flood.stdout.read() if flood.stdout else "")
    asked = sum(answered.values())
    cpu = (cpu_seconds(service) - cpu_before) / asked * 1e6
    print(f"{base}: {answered}, {asked / SECONDS:.0f}/s of {RATE} wanted; notice after {notice_after:.1f} s")
    print(
        f"CPU for each: {cpu:.0f} µs of the service, everything included, {its_cpu / asked * 1e6:.0f} µs of the flood"
    )
    print(f"livez: {len(waits)} times, the slowest {max(waits):.3f} s, median {sorted(waits)[len(waits) // 2]:.3f} s")
    assert set(answered) <= {"400", "401", "403", "404"}, answered
    minutes = (time.monotonic() - began) // 60
    lines = service.said()[before:]
    assert len(re.findall("malformed request", lines)) <= 2 * (1 + minutes), lines[-3000:]
    after = well_again(service)
    counters = {name: actor["counters"] for name, actor in after["actors"].items()}
    assert counters["health"]["malformed_requests"] > 0  # how many, the machine decides
    assert counters["notifier"]["malformed_requests"] > 0
    assert counters["notifier"]["unsigned"] > 0
    lines = service.said()[before:]
    assert "Traceback" not in lines
    assert "has restarted" not in lines  # the notifier was killed as hanging before
    assert service.terminate() == 0

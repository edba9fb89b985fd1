"""What a running service says of itself: health by its schema, status, metrics, the trace."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import ONE_PAPER, on_stage

pytestmark = [pytest.mark.bases(SIMPLE, TCP), pytest.mark.slow]

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "health.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(ONE_PAPER)
        yield client


def metrics(url: str) -> str:
    return httpx.get(f"{url}metrics", timeout=60, trust_env=False).text


def whole_trace(service: Service) -> Any:
    """The trace once everybody was heard in time for it, and the index has told the prober of its paper: what follows
    that may soon be more than a trace holds."""
    trace = json.loads(service.carries_out("trace", "--json", "--limit", "1000"))
    return trace if not trace["unheard"] and told_of_papers(trace) else None


def told_of_papers(trace: Any) -> list[Any]:
    return [turn for turn in trace["turns"] if turn["what"] == "PapersAdded" and turn["actor"] == "prober"]


def test_a_service_says_how_it_is_and_what_it_does(
    make_service: Callable[..., Service], base: str, stage: StageClient
) -> None:
    service = on_stage(make_service, base, stage)
    service.start()
    trace = wait_for(lambda: whole_trace(service))
    jsonschema.validate(wait_for(service.health), SCHEMA)
    wait_for(lambda: service.health_of_all()["status"] == "ok")
    health = service.health_of_all()
    jsonschema.validate(health, SCHEMA)
    assert health["last_fetch"]["at"] is not None
    assert {site["asked_by"] for site in health["upstreams"]} == {"index", "prober"}

    wait_for(lambda: service.command("status").stdout.startswith("All has been well since "))
    assert max(map(len, service.carries_out("status").splitlines())) <= 80
    wait_for(lambda: service.command("status", "--check").returncode == 0)

    url = health["actors"]["health"]["url"]
    assert "\ncallboard_leader 1.0\n" in metrics(url)
    wait_for(lambda: '\ncallboard_actor_up{actor="index"} 1.0\n' in metrics(url))

    assert {"index", "prober", "watchlist", "notifier", "health", "lease", "control"} <= {
        turn["actor"] for turn in trace["turns"]
    }
    told = told_of_papers(trace)
    assert {turn["sender"] for turn in told} == {"index"}
    assert all(["Ack", "index"] in turn["sent"] for turn in told), "one that comes again is answered again"
    moments = [datetime.fromisoformat(turn["at"]) for turn in trace["turns"]]
    assert moments == sorted(moments)

    service.terminate()
    away = service.command("status", "--check")
    assert (away.returncode, away.stdout.startswith("Callboard is away")) == (2, True)

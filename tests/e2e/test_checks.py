"""A page goes down and comes back: what operators read on Slack, and what the commands show; on both bases, with a kill
in between."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import pytest

from actors.stage.faults.faults import FixedReply
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.ports import PagePort
from tests.e2e.checked import OPERATORS, Page, told
from tests.e2e.service import LIMIT, Service, named, wait_for
from tests.e2e.staged import on_stage

TEAM = "C0TEAM"


@pytest.fixture
def page() -> Iterator[Page]:
    with closing(Page()) as page:
        yield page


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient, page: Page) -> Service:
    quick = {"url": page.url, "interval": "1s", "failure_threshold": 2, "success_threshold": 1}
    checks = [{"name": "site", **quick}, {"name": "team", "group": "infra", "channel": TEAM, **quick}]
    make = partial(make_service, checks=checks)
    made = on_stage(make, base, stage, slack={"ops_channel": OPERATORS}, prober={"enabled": False})
    made.start()
    wait_for(lambda: states(made) == {"site": "up", "infra/team": "up"}, LIMIT)
    return made


def states(service: Service) -> dict[str, str]:
    """The state of each check, by the command."""
    checks = json.loads(service.carries_out("checks", "list", "--json"))
    return {f"{each['group']}/{each['name']}".lstrip("/"): each["status"] for each in checks}


def test_an_outage_is_told_once_in_one_thread_where_the_check_says(
    service: Service, stage: StageClient, page: Page
) -> None:
    page.breaks()
    wait_for(lambda: told(stage, OPERATORS) and told(stage, TEAM), LIMIT)
    (began,) = told(stage, OPERATORS)
    assert began.text.startswith("site is down: [STATUS] (503) &lt; 300\n2 times in a row; ")
    assert states(service) == {"site": "down", "infra/team": "down"}
    assert "infra/team: down since " in service.carries_out("checks", "show", "team")
    assert "site is down: " in service.carries_out("checks", "replay", "site")
    page.is_mended()
    wait_for(lambda: len(told(stage, OPERATORS)) == 2 and len(told(stage, TEAM)) == 2, LIMIT)
    _, ended = told(stage, OPERATORS)
    assert ended.text.startswith("site is up again after ")
    assert ended.payload["thread_ts"] == began.ts
    assert [each.text.split(" ")[0] for each in told(stage, TEAM)] == ["infra/team", "infra/team"]
    assert states(service) == {"site": "up", "infra/team": "up"}


@pytest.mark.long
def test_nothing_is_lost_or_doubled_when_the_actors_are_killed(
    service: Service, stage: StageClient, page: Page, base: str
) -> None:
    if base == "simpleSystemBase":
        page.breaks()
        wait_for(lambda: told(stage, OPERATORS), LIMIT)
        service.end()
        service.start()
    else:
        for name in ("check-runner", "checks"):
            for process in named(service.actor_processes(), name):
                process.kill()
        page.breaks()
    wait_for(lambda: states(service) == {"site": "down", "infra/team": "down"}, LIMIT)
    page.is_mended()
    wait_for(lambda: len(told(stage, OPERATORS)) == 2 and len(told(stage, TEAM)) == 2, LIMIT)
    assert [each.text.split(" ")[2] for each in told(stage, OPERATORS)] == ["down:", "up"]


@pytest.mark.long
def test_an_alert_that_slack_refuses_is_told_once_when_slack_is_back(
    service: Service, stage: StageClient, page: Page
) -> None:
    stage.fault("slack", FixedReply(status=503), only="chat.postMessage")
    page.breaks()
    wait_for(lambda: states(service) == {"site": "down", "infra/team": "down"}, LIMIT)
    page.is_mended()
    wait_for(lambda: states(service) == {"site": "up", "infra/team": "up"}, LIMIT)
    assert told(stage, OPERATORS) == []
    stage.clear_faults()
    wait_for(lambda: len(told(stage, OPERATORS)) == 2 and len(told(stage, TEAM)) == 2, LIMIT)
    began, ended = told(stage, OPERATORS)
    assert (began.text.split(" ")[2], ended.text.split(" ")[2]) == ("down:", "up")
    assert ended.payload["thread_ts"] == began.ts


@pytest.mark.long
def test_a_run_under_way_neither_delays_a_stop_nor_waits_for_its_claim_afterwards(
    make_service: Callable[..., Service], base: str, stage: StageClient
) -> None:
    slow = stage.ports.open("slow", PagePort(after=200.0))
    checks = [{"name": "slow", "url": f"http://127.0.0.1:{slow}/", "interval": "1s", "timeout": "180s"}]
    service = on_stage(partial(make_service, checks=checks), base, stage, prober={"enabled": False})
    service.start()
    wait_for(lambda: stage.ports.heard("slow"), LIMIT)
    assert service.terminate() == 0
    service.start()
    wait_for(lambda: len(stage.ports.heard("slow")) == 2, LIMIT)

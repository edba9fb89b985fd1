"""The configuration changes while the service runs, on both bases: what takes effect, what is refused, what is said."""

import json
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from actors.stage.faults.exchange import Site
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.state import STAGE_TOKEN
from tests.e2e.reloading import OPERATORS, change, heard, problems, states, told
from tests.e2e.service import LIMIT, Service, named, wait_for
from tests.e2e.staged import on_stage

CHECK = {"name": "self", "url": "http://127.0.0.1:9/", "interval": "1s", "failure_threshold": 1}


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    made = on_stage(
        make_service,
        base,
        stage,
        slack={"ops_channel": OPERATORS, "ops_after": "1s"},
        index={"interval": "1h"},
        prober={"enabled": False},
    )
    made.start()
    return made


def reloaded(service: Service) -> Any:
    """What `callboard reload` says."""
    return json.loads(service.carries_out("reload", "--json"))


def unwrapped(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def is_down(stage: StageClient, channel: str, check: str) -> bool:
    """Whether that was said there of this check."""
    return any(text.startswith(f"{check} is down: ") for text in heard(stage, channel))


def fetched(stage: StageClient, times: int) -> bool:
    """Whether the index was asked for so often."""
    return len(stage.requests(Site.INDEX)) >= times


def test_what_changes_takes_effect_and_what_is_wrong_changes_nothing(service: Service, stage: StageClient) -> None:
    change(service, checks=[CHECK])
    wait_for(lambda: any("self is down" in text for text in told(stage)), LIMIT)
    text = service.file.read_text()
    service.file.write_text(text.replace("interval: 1s", "intervals: 1s"))
    wait_for(lambda: "config_refused" in problems(service), LIMIT)
    line = 1 + text[: text.index("interval: 1s")].count("\n")
    fault = f"{service.file}: line {line}: checks: self: intervals: unknown key; did you mean interval?"
    assert problems(service) == {"config_refused": f"configuration not taken over: {fault}"}
    wait_for(lambda: fault in service.said(), LIMIT)
    refused = service.answered("reload")
    assert (refused.returncode, fault in refused.stderr) == (1, True)
    wait_for(lambda: any(fault in text for text in told(stage)), LIMIT)
    assert wait_for(lambda: states(service), LIMIT) == {"self": "down"}
    service.file.write_text(text)
    wait_for(lambda: any(said.startswith("Resolved after") and fault in said for said in told(stage)), LIMIT)
    assert problems(service) == {}
    change(service, checks=[])
    wait_for(lambda: any("self is no longer checked" in text for text in told(stage)), LIMIT)


@pytest.mark.long
def test_a_contact_that_is_set_while_the_service_runs_brings_the_whole_budget(
    service: Service, stage: StageClient
) -> None:
    service.terminate()
    change(service, prober={"enabled": True, "contact": "", "requests_per_hour": 4000})
    service.start()
    wait_for(lambda: "400 requests an hour on average" in unwrapped(service.command("status").stdout), LIMIT)
    assert "in the configuration file and save it: Callboard uses all of it at once" in unwrapped(service.said())
    change(service, prober={"contact": "papers@example.org"})
    wait_for(lambda: service.health_of_all()["requests"]["budget_per_hour"] == 4000, LIMIT)
    assert "prober.contact" not in service.carries_out("status")
    wait_for(lambda: any("papers@example.org" in each.agent for each in stage.requests(Site.INDEX)), LIMIT)
    assert service.health_of_all()["restarts"]["total"] == 0


@pytest.mark.long
def test_the_last_check_that_is_removed_before_a_restart_has_its_outage_ended(
    service: Service, stage: StageClient
) -> None:
    change(service, checks=[CHECK])
    wait_for(lambda: any("self is down" in text for text in told(stage)), LIMIT)
    service.terminate()
    change(service, checks=[])
    service.start()
    wait_for(lambda: any("self is no longer checked" in text for text in told(stage)), LIMIT)


@pytest.mark.long
def test_a_signal_is_heard_and_what_needs_a_restart_is_named(service: Service, stage: StageClient) -> None:
    assert service.front is not None
    change(service, index={"interval": "1s"}, log={"level": "DEBUG"}, health={"port": 8799})
    service.front.send_signal(signal.SIGHUP)
    wait_for(lambda: "the configuration has changed: index.interval, log.level" in service.said(), LIMIT)
    wait_for(lambda: "restart_needed" in problems(service), LIMIT)
    wait_for(lambda: "health.port takes effect after a restart of the service" in service.said(), LIMIT)
    assert reloaded(service)["after_restart"] == ["health.port"]
    asked = len(stage.requests(Site.INDEX))
    wait_for(lambda: len(stage.requests(Site.INDEX)) >= asked + 3, LIMIT)
    change(service, health={"port": 0})
    wait_for(lambda: problems(service) == {}, LIMIT)
    assert service.health_of_all()["restarts"]["total"] == 0
    assert "was restarted" not in " ".join(told(stage))


@pytest.mark.long
def test_a_token_that_is_replaced_in_its_file_is_used(service: Service, stage: StageClient, tmp_path: Path) -> None:
    """Each outage is told once, the second one with the new token; neither token is in the log."""
    new = "xoxb-the-new-one-0123456789"
    service.terminate()
    del service.environment["CALLBOARD_SLACK__BOT_TOKEN"]
    secret = tmp_path / "token"
    secret.write_text(STAGE_TOKEN)
    change(service, slack={"bot_token_file": str(secret)})
    service.start()
    stage.set_token(new)
    secret.with_suffix(".new").write_text(f"{new}\n")
    secret.with_suffix(".new").replace(secret)
    wait_for(lambda: "the configuration has changed: slack.bot_token" in service.said(), LIMIT)
    change(service, checks=[CHECK])
    wait_for(lambda: any("self is down" in text for text in told(stage)), LIMIT)
    assert STAGE_TOKEN not in service.said()
    assert new not in service.said()


@pytest.mark.long
@pytest.mark.parametrize("base", ["multiprocTCPBase"], indirect=True)
def test_over_kills_nobody_keeps_the_old_and_nothing_is_told_twice(service: Service, stage: StageClient) -> None:
    for number, killed in enumerate(("control", "notifier", "index", "health", "control", "checks")):
        channel = f"C0OPS{number}"
        check = CHECK | {"name": f"self{number}", "url": f"http://127.0.0.1:9/{number}"}  # another one, not renamed
        change(service, slack={"ops_channel": channel}, checks=[check], index={"interval": f"{number + 1}s"})
        for process in named(service.actor_processes(), killed):
            process.kill()
        wait_for(partial(is_down, stage, channel, f"self{number}"), LIMIT)
        assert f"check added (self{number})" in service.said()
        wait_for(partial(fetched, stage, len(stage.requests(Site.INDEX)) + 2), LIMIT)
    down = [each.text.splitlines()[0] for each in stage.messages() if " is down: " in each.text]
    assert [text.partition(" ")[0] for text in down] == [f"self{number}" for number in range(6)]

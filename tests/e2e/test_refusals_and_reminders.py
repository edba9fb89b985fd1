"""Whoever Slack has refused is answered when they write, and operators acknowledge a problem: by the real commands, on
the stage, on both bases."""

from collections.abc import Callable, Iterator

import pytest

from actors.stage.faults.faults import FixedReply, Refuse
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from actors.stage.web.wire import Received
from actors.stage.world.state import STAGE_APP_TOKEN, STAGE_TOKEN
from tests.e2e.people import LIMIT
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import on_stage

OPERATORS = "C0OPS"


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-11-12")) as client:
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    slack = {"ops_channel": OPERATORS, "ops_after": "1s", "ops_start": True}
    made = on_stage(make_service, base, stage, slack=slack)
    made.environment = {"CALLBOARD_SLACK__BOT_TOKEN": STAGE_TOKEN, "CALLBOARD_SLACK__APP_TOKEN": STAGE_APP_TOKEN}
    made.start()
    wait_for(lambda: stage.connections() == 1, LIMIT)
    wait_for(lambda: is_well(made), LIMIT)
    return made


def is_well(service: Service) -> bool:
    """Whether it has the index, and what was wrong before is over."""
    health = service.health()
    if health is None or health["status"] != "ok" or not health["actors"]["index"]["entries"]:
        return False
    return service.command("ack").stdout.startswith("There are no lasting problems")


def told(stage: StageClient, beginning: str, recipient: str = OPERATORS) -> Received:
    """The last message there that begins so."""

    def look() -> Received | None:
        found = [each for each in stage.messages() if each.recipient == recipient and each.text.startswith(beginning)]
        return found[-1] if found else None

    message: Received = wait_for(look, LIMIT)
    return message


def a_problem(stage: StageClient, cause: str) -> Received | None:
    """The last problem of the index that operators know, if this is its cause."""
    text = told(stage, "Problem: index: ")
    return text if cause in text.text else None


@pytest.mark.long
def test_operators_acknowledge_by_command_and_by_button_and_are_told_of_the_end(
    service: Service, stage: StageClient
) -> None:
    told(stage, "Callboard ")
    stage.fault("index", FixedReply(status=503))
    problem = wait_for(lambda: a_problem(stage, "503"), LIMIT)  # not that there was no index in the beginning
    listed = service.command("ack")
    assert "index_not_fetched" in listed.stdout
    assert "no " in listed.stdout
    wrong = service.command("ack", "index_not_fetchd")
    assert (wrong.returncode, "did you mean index_not_fetched?" in wrong.stderr) == (1, True)
    done = service.command("ack", "index_not_fetched")
    assert (done.returncode, done.stdout.startswith("Acknowledged: index_not_fetched index.")) == (0, True)
    assert told(stage, "Acknowledged: ").payload.get("thread_ts") == problem.ts
    stage.clear_faults()
    wait_for(lambda: told(stage, "Resolved after ").payload.get("thread_ts") == problem.ts, LIMIT)
    assert service.command("ack").stdout.startswith("There are no lasting problems")
    stage.fault("index", FixedReply(status=500))
    again: Received = wait_for(lambda: (now := told(stage, "Problem: index: ")).ts != problem.ts and now, LIMIT)
    stage.press(again, "Acknowledge", user="U7")
    assert wait_for(
        lambda: (now := told(stage, "Acknowledged: ")).payload.get("thread_ts") == again.ts and now, LIMIT
    ).text.endswith("(by <@U7>)")
    assert "by U7" in service.command("ack").stdout


@pytest.mark.long
def test_one_that_slack_refused_during_an_outage_is_answered_when_they_write(
    service: Service, stage: StageClient
) -> None:
    stage.fault("slack", Refuse(error="channel_not_found"), channel="U1", times=1)
    stage.say("U1", "watch author:Niebler")
    wait_for(lambda: (service.health() or {})["actors"]["notifier"]["suspended"] == 1, LIMIT)
    assert service.health()["actors"]["notifier"]["suspended_why"] == "1 channel_not_found"
    stage.say("U1", "watching")
    told(stage, "You're now watching", "U1")
    wait_for(lambda: sum(message.recipient == "U1" for message in stage.messages()) == 2, LIMIT)
    wait_for(lambda: (service.health() or {})["actors"]["notifier"]["suspended"] == 0, LIMIT)

"""Whoever Slack has refused is answered when they write, and operators acknowledge a problem: by the real commands, on
the stage, on both bases."""

from collections.abc import Callable, Iterator

import pytest

from actors.stage.faults.faults import FixedReply, Refuse
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.web.wire import Received
from actors.stage.world.state import STAGE_APP_TOKEN, STAGE_TOKEN
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import ONE_PAPER, on_stage

OPERATORS = "C0OPS"


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(ONE_PAPER)
        client.pace_delivery(LIMIT, *([1.0] * 60))
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


def told(
    stage: StageClient, beginning: str, recipient: str = OPERATORS, *, words: str = "", about: Received | None = None
) -> Received:
    """The first message there that begins so and has these words, in the thread `about` a problem: of a machine that
    stands still for a moment there may be other problems."""

    def look() -> Received | None:
        found = (each for each in stage.messages() if each.recipient == recipient)
        ours = (each for each in found if about is None or each.payload.get("thread_ts") == about.ts)
        return next((each for each in ours if each.text.startswith(beginning) and words in each.text), None)

    message: Received = wait_for(look, LIMIT)
    return message


@pytest.mark.long
def test_operators_acknowledge_by_command_and_by_button_and_are_told_of_the_end(
    service: Service, stage: StageClient
) -> None:
    told(stage, "Callboard ")
    stage.fault("index", FixedReply(status=503))
    problem = told(stage, "Problem: index: ", words="HTTP 503")
    listed = service.carries_out("ack")
    assert "index_not_fetched" in listed
    assert "no " in listed
    wrong = service.answered("ack", "index_not_fetchd")
    assert (wrong.returncode, "did you mean index_not_fetched?" in wrong.stderr) == (1, True)
    assert service.carries_out("ack", "index_not_fetched").startswith("Acknowledged: index_not_fetched index.")
    told(stage, "Acknowledged: ", about=problem)
    stage.clear_faults()
    told(stage, "Resolved after ", about=problem)
    wait_for(lambda: service.command("ack").stdout.startswith("There are no lasting problems"), LIMIT)
    stage.fault("index", FixedReply(status=500))
    again = told(stage, "Problem: index: ", words="HTTP 500")
    stage.press(again, "Acknowledge", user="U7")
    assert told(stage, "Acknowledged: ", about=again).text.endswith("(by <@U7>)")
    assert "by U7" in service.carries_out("ack")


@pytest.mark.long
def test_one_that_slack_refused_during_an_outage_is_answered_when_they_write(
    service: Service, stage: StageClient
) -> None:
    stage.fault("slack", Refuse(error="channel_not_found"), channel="U1", times=1)
    stage.say("U1", "watch author:Niebler")
    wait_for(lambda: service.health_of_all()["actors"]["notifier"]["suspended"] == 1, LIMIT)
    assert service.health_of_all()["actors"]["notifier"]["suspended_why"] == "1 channel_not_found"
    stage.say("U1", "watching")
    told(stage, "You're now watching", "U1")
    wait_for(lambda: sum(message.recipient == "U1" for message in stage.messages()) == 2, LIMIT)
    wait_for(lambda: service.health_of_all()["actors"]["notifier"]["suspended"] == 0, LIMIT)

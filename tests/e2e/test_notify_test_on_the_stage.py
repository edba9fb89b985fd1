"""`callboard notify-test` against the stage's Slack, which says what is missing as Slack does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.notifier.slack.scopes import SCOPES
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world import state
from tests.e2e.service import Service


@pytest.fixture(scope="module")
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def service(stage: StageClient, tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path, slack={"api_url": stage.slack_url, "channel": "#papers"})
    service.environment = {
        "CALLBOARD_SLACK__BOT_TOKEN": state.STAGE_TOKEN,
        "CALLBOARD_SLACK__APP_TOKEN": state.STAGE_APP_TOKEN,
    }
    yield service
    stage.reset()


def test_the_stages_app_has_the_scopes_of_the_manifest() -> None:
    assert set(state.SCOPES) == set(SCOPES)


def test_when_all_is_well_one_message_is_posted(service: Service, stage: StageClient) -> None:
    done = service.command("notify-test")
    assert done.returncode == 0, done.stdout
    assert [message.recipient for message in stage.messages()] == ["C0PAPERS"]


def test_a_scope_that_is_missing_and_a_channel_that_the_app_is_not_in_are_named(
    service: Service, stage: StageClient
) -> None:
    stage.grant(*(scope for scope in SCOPES if scope != "im:history"))
    stage.leave("C0PAPERS")
    done = service.command("notify-test")
    assert done.returncode == 1
    assert "add im:history" in done.stdout
    assert "the app is not a member of #papers: type /invite @callboard there" in done.stdout

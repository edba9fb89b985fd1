"""The Slack client against the stage's Slack, which refuses and finds as Slack documents it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from actors.notifier.model.outcomes import ApiError, NotThere, Posted, PostOutcome, SearchOutcome
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.render import blocks
from actors.notifier.slack.client import SlackTransport
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.state import SCOPES, STAGE_TOKEN
from tests.actors.notifier.slack_client import with_client
from tests.actors.notifier.slack_server import TOKEN

MESSAGE = OutgoingMessage(
    id="0190-1", recipient="#papers", text="a", attempt=1, failures=0, channel=None, last_ts=None,
)  # fmt: skip


@pytest.fixture(scope="module")
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_token(TOKEN)
        yield client
        client.set_token(STAGE_TOKEN)


def test_an_answer_in_a_channels_thread_is_found_by_its_id(stage: StageClient) -> None:
    async def use(
        client: SlackTransport,
    ) -> tuple[PostOutcome, PostOutcome, SearchOutcome, SearchOutcome, SearchOutcome]:
        first = await client.post(MESSAGE)
        assert isinstance(first, Posted)
        answer = replace(MESSAGE, id="0190-2", thread_ts=first.ts, channel=first.channel)
        second = await client.post(answer)
        found = await client.search(answer)
        lost = await client.search(replace(answer, id="0190-3"))
        outside = await client.search(replace(answer, thread_ts="", channel=None))
        return first, second, found, lost, outside

    first, second, found, lost, outside = with_client(stage.slack_url, use)
    assert isinstance(first, Posted)
    assert found == second
    assert found != first
    assert (lost, outside) == (NotThere(), NotThere())


def test_blocks_that_slack_does_not_take_are_a_refusal(stage: StageClient) -> None:
    bad = replace(MESSAGE, blocks=blocks.encoded([blocks.section("x" * (blocks.MAX_SECTION_CHARACTERS + 1))]))
    assert with_client(stage.slack_url, lambda client: client.post(bad)) == ApiError(error="invalid_blocks")


def test_a_history_that_may_not_be_read_is_a_refusal(stage: StageClient) -> None:
    stage.grant("chat:write", "channels:read", "groups:read")
    refused = with_client(stage.slack_url, lambda client: client.search(MESSAGE))
    stage.grant(*SCOPES)
    assert refused == ApiError(error="missing_scope")

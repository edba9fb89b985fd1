"""What slack-sdk's own client makes of the stand-in Slack's refusals."""

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from actors.stage.server.client import StageClient
from actors.stage.world.state import SCOPES, STAGE_TOKEN
from tests.stage_builders import a_menu, a_section

LIMIT = 60.0


@pytest.fixture
def slack(stage: StageClient) -> WebClient:
    return WebClient(base_url=stage.slack_url, token=STAGE_TOKEN)


def test_bad_blocks_are_refused_with_their_place(slack: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks") as refused:
        slack.chat_postMessage(channel="C0PAPERS", text="x", blocks=[a_section("x" * 3001)])
    told = refused.value.response["response_metadata"]["messages"]
    assert told == ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]


def test_blocks_that_are_longer_together_than_slack_has_taken_are_refused(slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0PAPERS", text="x", blocks=[a_section("x" * 2900)] * 4)
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        slack.chat_postMessage(channel="C0PAPERS", text="x", blocks=[a_section("x" * 2900)] * 5)


def test_whom_a_message_would_ping_is_visible(stage: StageClient, slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0PAPERS", text="a &lt;!channel&gt;", blocks=[a_section("b")])
    slack.chat_postMessage(channel="C0PAPERS", text="a", blocks=[a_section("<!channel> <@U1>")])
    assert [message.pings for message in stage.messages()] == [(), ("!channel", "@U1")]


def test_a_thread_is_read_and_a_channel_is_joined(stage: StageClient, slack: WebClient) -> None:
    stage.grant(*SCOPES, "channels:join")
    stage.leave("C0PAPERS")
    with pytest.raises(SlackApiError, match="not_in_channel"):
        slack.chat_postMessage(channel="C0PAPERS", text="x")
    slack.conversations_join(channel="C0PAPERS")
    first = slack.chat_postMessage(channel="C0PAPERS", text="x")["ts"]
    answer = slack.chat_postMessage(channel="C0PAPERS", text="y", thread_ts=first)["ts"]
    thread = slack.conversations_replies(channel="C0PAPERS", ts=first)["messages"]
    assert [message["ts"] for message in thread] == [first, answer]
    names = [channel["name"] for channel in slack.conversations_list()["channels"]]
    assert names == ["ops", "papers"]


def test_a_method_that_is_called_too_often_says_when_to_come_again(stage: StageClient, slack: WebClient) -> None:
    stage.limit_tiers(3600)
    for _ in range(20):
        slack.conversations_list()
    with pytest.raises(SlackApiError, match="ratelimited") as refused:
        slack.conversations_list()
    assert 3500 < int(refused.value.response.headers["Retry-After"]) <= 3600


def test_a_choice_of_a_menu_can_be_pressed(stage: StageClient, slack: WebClient) -> None:
    slack.chat_postMessage(channel="U1", text="x", blocks=[a_section(accessory=a_menu())])
    stage.pace_delivery(0.1)
    id = stage.press(stage.messages()[0], "Mute")
    stage.wait_for(lambda state: any(attempt.delivery == id for attempt in state.attempts), LIMIT)


def test_a_response_url_takes_no_bad_blocks(stage: StageClient) -> None:
    stage.pace_delivery(0.1)
    hook = f"{stage.url}/hooks/{stage.slash('U1', 'help')}"
    bad = httpx.post(hook, json={"text": "x", "blocks": [{"type": "video"}]}, timeout=LIMIT)
    assert (bad.status_code, bad.text) == (400, "invalid_blocks")
    assert httpx.post(hook, content=b"{", timeout=LIMIT).status_code == 400
    assert httpx.post(hook, json={"text": "x"}, timeout=LIMIT).status_code == 200
    assert [message.text for message in stage.messages()] == ["x"]

"""What the stand-in Slack delivers, against slack-sdk's own clients on both ends."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookClient

from actors.stage.page.front_page import SAY
from actors.stage.page.slackpage import PRESS
from actors.stage.server.client import StageClient
from actors.stage.world.state import SCOPES, STAGE_APP_TOKEN, STAGE_TOKEN

LIMIT = 60.0
PLAINLY: Any = {"trust_env": False, "timeout": LIMIT}
SECRET = "a-signing-secret"
BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Why"},
    "action_id": "callboard-0",
    "value": "why P1",
}


@pytest.fixture(autouse=True)
def patient(stage: StageClient) -> None:
    """Slack waits for late callers, and tries no second time, where a test does not say otherwise."""
    stage.pace_delivery(LIMIT)


@asynccontextmanager
async def an_app(
    stage: StageClient, answer: Callable[[SocketModeRequest], SocketModeResponse | None]
) -> AsyncIterator[list[SocketModeRequest]]:
    """slack-sdk's Socket Mode client, connected; what it was delivered."""
    heard: list[SocketModeRequest] = []
    client = SocketModeClient(
        app_token=STAGE_APP_TOKEN, web_client=AsyncWebClient(base_url=stage.slack_url, token=STAGE_TOKEN)
    )

    async def take(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        if (response := answer(request)) is not None:
            await socket.send_socket_mode_response(response)

    client.socket_mode_request_listeners.append(take)
    await client.connect()  # type: ignore[no-untyped-call]
    await until(lambda: asyncio.to_thread(stage.connections))
    try:
        yield heard
    finally:
        await client.close()  # type: ignore[no-untyped-call]


async def until(told: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(LIMIT):
        while not await told():
            await asyncio.sleep(0.02)


def acknowledged(request: SocketModeRequest) -> SocketModeResponse:
    return SocketModeResponse(envelope_id=request.envelope_id)


def in_socket_mode(
    stage: StageClient, script: Callable[[], None], answer: Callable[..., SocketModeResponse | None] = acknowledged
) -> list[SocketModeRequest]:
    """What a connected app is delivered while `script` runs, at least one."""

    async def play() -> list[SocketModeRequest]:
        async with an_app(stage, answer) as heard:
            await asyncio.to_thread(script)
            async with asyncio.timeout(LIMIT):
                while not heard:
                    await asyncio.sleep(0.02)
            return heard

    return asyncio.run(play())


def test_a_direct_message_arrives_over_the_websocket_with_all_that_names_it(stage: StageClient) -> None:
    (heard,) = in_socket_mode(stage, lambda: void(stage.wait_delivered(stage.say("U1", "watch P2300"), LIMIT)))
    assert heard.type == "events_api"
    assert heard.payload["team_id"] == "T0STAGE"
    assert heard.payload["api_app_id"] == "A0CALLBOARD"
    event = heard.payload["event"]
    assert (event["type"], event["channel_type"], event["channel"]) == ("message", "im", "D0U1")
    assert (event["user"], event["text"]) == ("U1", "watch P2300")


def test_a_mention_names_the_app_in_the_channel(stage: StageClient) -> None:
    (heard,) = in_socket_mode(
        stage, lambda: void(stage.wait_delivered(stage.mention("U1", "C0PAPERS", "help", thread="1.2"), LIMIT))
    )
    assert heard.payload["event"]["type"] == "app_mention"
    assert heard.payload["event"]["text"] == "<@U0CALLBOARD> help"
    assert heard.payload["event"]["thread_ts"] == "1.2"


def test_what_a_slash_command_is_acknowledged_with_only_its_author_sees(stage: StageClient) -> None:
    def answer(request: SocketModeRequest) -> SocketModeResponse:
        return SocketModeResponse(envelope_id=request.envelope_id, payload={"text": "soon"})

    (heard,) = in_socket_mode(
        stage, lambda: void(stage.wait_delivered(stage.slash("U1", "status", channel="C0OPS"), LIMIT)), answer
    )
    assert heard.accepts_response_payload
    assert (heard.payload["command"], heard.payload["text"]) == ("/callboard", "status")
    (shown,) = stage.wait_replies("C0OPS", 0, LIMIT)
    assert (shown.text, shown.visible_to) == ("soon", "U1")


def test_an_event_that_is_not_acknowledged_comes_again_with_its_number_and_reason(stage: StageClient) -> None:
    stage.pace_delivery(0.2, *([0.0] * 200))

    def answer(request: SocketModeRequest) -> SocketModeResponse | None:
        return acknowledged(request) if (request.retry_attempt or 0) >= 2 else None

    heard = in_socket_mode(stage, lambda: void(stage.wait_delivered(stage.say("U1", "help"), LIMIT)), answer)[:3]
    assert [each.retry_attempt for each in heard] == [0, 1, 2]
    assert [each.retry_reason for each in heard] == ["", "timeout", "timeout"]
    assert len({each.payload["event_id"] for each in heard}) == 1


def test_a_slash_command_that_is_not_acknowledged_is_not_delivered_again(stage: StageClient) -> None:
    stage.pace_delivery(0.2, 0.0)

    def script() -> None:
        id = stage.slash("U1", "help")
        stage.wait_for(lambda state: any(each.delivery == id for each in state.attempts), LIMIT)

    assert len(in_socket_mode(stage, script, lambda request: None)) == 1
    assert [each.failure for each in stage.state().attempts] == ["timeout"]


def test_duplicates_on_order_have_one_event_id(stage: StageClient) -> None:
    def script() -> None:
        id = stage.say("U1", "help", times=2)
        stage.redeliver(id)
        stage.wait_for(lambda state: len(state.attempts) == 3, LIMIT)

    heard = in_socket_mode(stage, script)
    assert len(heard) == 3
    assert len({each.payload["event_id"] for each in heard}) == 1
    assert len({each.envelope_id for each in heard}) == 3


def test_a_button_press_brings_the_value_and_its_message(stage: StageClient) -> None:
    web_client = WebClient(base_url=stage.slack_url, token=STAGE_TOKEN)
    web_client.chat_postMessage(channel="U1", text="news", blocks=[{"type": "actions", "elements": [BUTTON]}])
    (message,) = stage.messages()
    (heard,) = in_socket_mode(stage, lambda: void(stage.wait_delivered(stage.press(message, "Why"), LIMIT)))
    assert heard.type == "interactive"
    assert heard.payload["actions"][0]["value"] == "why P1"
    assert heard.payload["container"]["message_ts"] == message.ts
    with pytest.raises(ValueError, match="no button"):
        stage.press(message, "Mute")


def test_what_is_filled_in_on_the_page_is_said(stage: StageClient) -> None:
    def script() -> None:
        for way, text in (("say", "watch P1"), ("slash", "status"), ("C0PAPERS", "help")):
            answer = httpx.post(f"{stage.url}{SAY}", data={"user": "U1", "way": way, "text": text}, **PLAINLY)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/?user=U1&way={way}")
        stage.wait_for(lambda state: len(state.attempts) == 3, LIMIT)

    heard = sorted(in_socket_mode(stage, script), key=lambda each: str(each.payload.get("command", each.payload)))
    slash, *events = heard
    assert (slash.payload["text"], slash.payload["user_id"]) == ("status", "U1")
    said = {(each.payload["event"]["channel"], each.payload["event"]["text"]) for each in events}
    assert said == {("D0U1", "watch P1"), ("C0PAPERS", "<@U0CALLBOARD> help")}


def test_a_button_on_the_page_is_pressed_by_its_number(stage: StageClient) -> None:
    web_client = WebClient(base_url=stage.slack_url, token=STAGE_TOKEN)
    buttons = [BUTTON | {"action_id": f"why-{number}", "value": f"why P{number}"} for number in range(3)]
    web_client.chat_postMessage(channel="U1", text="news", blocks=[{"type": "actions", "elements": buttons}])
    (message,) = stage.messages()
    form = {"user": "U1", "channel": message.channel, "ts": message.ts}

    def press(number: str, **headers: str) -> int:
        told = {**form, "number": number}
        return httpx.post(f"{stage.url}{PRESS}", data=told, headers=headers, **PLAINLY).status_code

    def script() -> None:
        assert press("2", Origin=stage.url) == 303
        stage.wait_for(lambda state: len(state.attempts) == 1, LIMIT)

    (heard,) = in_socket_mode(stage, script)
    assert heard.payload["actions"][0]["value"] == "why P2"
    assert press("1", Origin="http://elsewhere.example") == 403
    assert [press(number) for number in ("3", "-1", "x")] == [400, 400, 400]


def test_the_client_of_slack_sdk_comes_back_after_a_disconnect(stage: StageClient) -> None:
    def script() -> None:
        assert stage.disconnect("refresh_requested") == 1
        id = stage.say("U1", "help")
        stage.wait_delivered(id, LIMIT)

    stage.pace_delivery(1.0, *([0.2] * 500))
    assert in_socket_mode(stage, script)


def test_only_the_app_level_token_opens_a_connection_and_a_ticket_serves_once(stage: StageClient) -> None:
    web_client = WebClient(base_url=stage.slack_url)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        web_client.apps_connections_open(app_token=STAGE_TOKEN)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        web_client.apps_connections_open(app_token="xapp-old")
    first = web_client.apps_connections_open(app_token=STAGE_APP_TOKEN)["url"]
    assert web_client.apps_connections_open(app_token=STAGE_APP_TOKEN)["url"] != first

    async def twice() -> list[int]:
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(first) as socket:
                assert (await socket.receive_json())["type"] == "hello"
            async with session.get(first) as answer:
                return [answer.status]

    assert asyncio.run(twice()) == [403]


def test_a_missing_scope_is_named(stage: StageClient) -> None:
    web_client = WebClient(base_url=stage.slack_url, token=STAGE_TOKEN)
    assert web_client.auth_test().headers["x-oauth-scopes"] == ",".join(SCOPES)
    stage.grant("im:write")
    with pytest.raises(SlackApiError) as refused:
        web_client.chat_postMessage(channel="C0PAPERS", text="x")
    assert (refused.value.response["needed"], refused.value.response["provided"]) == ("chat:write", "im:write")


Answering = Callable[[web.Request, bytes], Awaitable[web.Response]]


def in_http_mode(stage: StageClient, script: Callable[[], None], answer: Answering) -> list[tuple[web.Request, bytes]]:
    """What an app that listens is sent while `script` runs; the challenge it answers itself."""

    async def play() -> list[tuple[web.Request, bytes]]:
        heard: list[tuple[web.Request, bytes]] = []

        async def take(request: web.Request) -> web.Response:
            body = await request.read()
            assert SignatureVerifier(SECRET).is_valid_request(body, dict(request.headers))
            if b"url_verification" in body:
                return web.json_response({"challenge": json.loads(body)["challenge"]})
            heard.append((request, body))
            return await answer(request, body)

        app = web.Application()
        app.router.add_post("/slack/events", take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
            assert await asyncio.to_thread(stage.use_http, url, SECRET)
            await asyncio.to_thread(script)
        finally:
            await runner.cleanup()
        return heard

    return asyncio.run(play())


async def well(request: web.Request, body: bytes) -> web.Response:
    return web.Response()


def test_an_event_by_http_is_signed_as_slack_signs(stage: StageClient) -> None:
    ((request, body),) = in_http_mode(stage, lambda: void(stage.wait_delivered(stage.say("U1", "help"), LIMIT)), well)
    assert json.loads(body)["event"]["text"] == "help"
    assert "X-Slack-Retry-Num" not in request.headers


def test_an_event_that_fails_comes_again_by_http_unless_it_shall_not(stage: StageClient) -> None:
    stage.pace_delivery(LIMIT, 0.0, 0.0)

    async def fail(request: web.Request, body: bytes) -> web.Response:
        final = request.headers.get("X-Slack-Retry-Num") == "1"
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"} if final else {})

    def script() -> None:
        stage.say("U1", "help")
        stage.wait_for(lambda state: len(state.attempts) == 2, LIMIT)

    heard = in_http_mode(stage, script, fail)
    assert [request.headers.get("X-Slack-Retry-Num") for request, _ in heard] == [None, "1"]
    assert heard[1][0].headers["X-Slack-Retry-Reason"] == "http_error"


def test_a_slow_app_is_not_waited_for(stage: StageClient) -> None:
    async def sleep(request: web.Request, body: bytes) -> web.Response:
        await asyncio.sleep(3600)
        return web.Response()

    def script() -> None:
        stage.pace_delivery(0.2)
        stage.say("U1", "help")
        stage.wait_for(lambda state: bool(state.attempts), LIMIT)

    in_http_mode(stage, script, sleep)
    (attempt,) = stage.state().attempts
    assert attempt.failure == "http_timeout"


def test_an_address_that_nobody_answers_is_not_verified(stage: StageClient) -> None:
    assert not stage.use_http("http://127.0.0.1:9/slack/events", SECRET)


def test_a_response_url_answers_five_times(stage: StageClient) -> None:
    urls: list[str] = []

    def answer(request: SocketModeRequest) -> SocketModeResponse:
        urls.append(request.payload["response_url"])
        return acknowledged(request)

    in_socket_mode(stage, lambda: void(stage.wait_delivered(stage.slash("U1", "help"), LIMIT)), answer)
    hook = WebhookClient(urls[0])
    assert [hook.send(text="here").status_code for _ in range(6)] == [200] * 5 + [404]
    assert {message.visible_to for message in stage.messages()} == {"U1"}


def void(_: object) -> None:
    """Drop it."""

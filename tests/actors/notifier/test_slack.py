"""The Slack client against a scripted Slack: every way to fail is an outcome."""

import asyncio
import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest
from msgspec import structs
from slack_sdk.web.async_client import AsyncWebClient

from actors.notifier.model.outcomes import ApiError, Limited, NoSuchMethod, NotReached, Posted, PostOutcome, Unclear
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.client import SlackTransport
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.slack_client import with_client
from tests.actors.notifier.slack_server import TOKEN, Answer, SlackServer
from tests.builders import settings

MESSAGE = OutgoingMessage(
    id="0190-1", recipient="U1", text="a &lt;b&gt;", attempt=1, failures=0, channel=None,
    last_ts=None,
)  # fmt: skip

LONG_AGO = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A Slack that answers."""
    with SlackServer() as server:
        yield server


def test_a_message_is_posted_with_its_id_and_without_previews(slack: SlackServer) -> None:
    outcome = with_client(slack.url, lambda client: client.post(MESSAGE))
    (message,) = slack.messages
    assert outcome == Posted(channel="DU1", ts=message["ts"])
    assert message["text"] == "a &lt;b&gt;"
    assert message["metadata"] == {"event_type": "callboard_notice", "event_payload": {"id": "0190-1"}}
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)
    assert slack.tokens == {f"Bearer {TOKEN}"}


def test_one_that_may_not_lead_any_more_says_nothing_on_a_new_connection_or_an_old_one(slack: SlackServer) -> None:
    leads = iter((False, True, False, True))

    async def four_times(client: SlackTransport) -> list[PostOutcome]:
        return [await client.post(replace(MESSAGE, recipient="C1")) for _ in range(4)]

    outcomes = with_client(slack.url, four_times, leads=lambda: next(leads))
    assert [type(outcome) for outcome in outcomes] == [NotReached, Posted, NotReached, Posted]
    assert len(slack.messages) == 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (answers.refuse("channel_not_found"), ApiError(error="channel_not_found")),
        (answers.limit(7), Limited(retry_after=7.0)),
        (
            lambda call: call.say({"ok": False, "error": "ratelimited"}, Retry_After="7"),
            Limited(retry_after=7.0),
        ),
        (lambda call: call.send(b"", 429, "text/plain", Retry_After="soon"), Limited(retry_after=None)),
        (lambda call: call.send(b"", 429, "text/plain", Retry_After=LONG_AGO), Limited(retry_after=0.0)),
        (answers.status(503), Unclear(why="HTTP 503")),
        (answers.status(404), NoSuchMethod(why="HTTP 404: slack.api_url is not a Slack API")),
        (answers.status(403), NotReached(why="HTTP 403")),
        (answers.status(200), Unclear(why="an unreadable answer")),
    ],
)
def test_an_answer_is_an_outcome(slack: SlackServer, answer: Answer, outcome: object) -> None:
    slack.script("chat.postMessage", answer)
    assert with_client(slack.url, lambda client: client.post(MESSAGE)) == outcome


EVERY_METHOD = (
    "apps.connections.open", "auth.test", "chat.postMessage", "conversations.history", "conversations.list",
    "conversations.open", "conversations.replies",
)  # fmt: skip


def asked(slack: SlackServer, methods: Sequence[str]) -> list[object]:
    """The outcomes of these calls, by one client."""
    settled = structs.replace(settings().slack, api_url=slack.url, bot_token=TOKEN, timeout=30.0)

    async def run() -> list[object]:
        api = SlackApi(settled, lambda: True)
        try:
            return [
                await api.ask(method, partial(AsyncWebClient.api_call, api_method=method), dict) for method in methods
            ]
        finally:
            await api.close()

    return asyncio.run(run())


@pytest.mark.parametrize("method", EVERY_METHOD)
@pytest.mark.parametrize(
    "answer",
    [
        answers.limit(600),
        lambda call: call.say({"ok": False, "error": "ratelimited"}, Retry_After="600"),
        lambda call: call.send(b"", 503, "text/html", Retry_After="600"),
    ],
    ids=["429", "ratelimited", "503"],
)
def test_no_method_is_called_again_in_a_pause_and_the_others_are(
    slack: SlackServer, method: str, answer: Answer
) -> None:
    slack.script(method, answer)
    other = "auth.test" if method != "auth.test" else "apps.connections.open"
    first, *later, another = asked(slack, [method, method, method, other])
    assert isinstance(first, Limited | Unclear)
    for outcome in later:
        assert isinstance(outcome, Limited)
        assert 500 < (outcome.retry_after or 0) <= 600
    assert not isinstance(another, Limited)
    assert slack.calls == [method, other]


def test_a_pause_of_one_conversation_does_not_keep_another_waiting(slack: SlackServer) -> None:
    slack.script("chat.postMessage", answers.limit(60))

    async def use(client: SlackTransport) -> list[PostOutcome]:
        return [await client.post(replace(MESSAGE, recipient=recipient)) for recipient in ("C1", "C1", "C2")]

    outcomes = with_client(slack.url, use)
    assert [type(outcome) for outcome in outcomes] == [Limited, Limited, Posted]
    assert slack.calls == ["chat.postMessage"] * 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answers.reset, "Connection reset by peer"),
        (lambda call: call.send(b"", 302, "text/html", Location="/"), "HTTP 302: a redirect, which is not followed"),
        (lambda call: call.send(b"{", 200, "application/json"), "an unreadable answer"),
        (lambda call: call.say({"ok": True}), "an unreadable answer"),
        (lambda call: call.send(b"[1]", 200, "application/json"), "an unreadable answer: not a JSON object"),
        (lambda call: call.send(b"\xff", 200, "application/json"), "an unreadable answer: not UTF-8"),
        (
            lambda call: call.send(b"[" * 100_000, 200, "application/json"),
            "an unreadable answer: JSON that is nested too",
        ),
        (lambda call: call.say({"ok": False, "error": {"code": 1}}), "an unreadable answer"),
        (answers.hang, "no answer in time"),
    ],
)
def test_what_went_wrong_is_said_in_words(slack: SlackServer, answer: Answer, words: str) -> None:
    slack.script("chat.postMessage", answer)
    timeout = 2.0 if answer is answers.hang else 30.0
    outcome = with_client(slack.url, lambda client: client.post(MESSAGE), timeout=timeout)
    assert isinstance(outcome, Unclear)
    assert outcome.why.startswith(words)
    assert not re.search(r"Error|Exception|[({<]\w+[=(]|\\x|object at", outcome.why)


@pytest.mark.parametrize(
    "answer",
    [
        answers.take_and_reset,
        answers.reset,
        lambda call: call.send(b"[1]", 200, "application/json"),
        lambda call: call.send(b"{", 200, "application/json"),
        lambda call: call.send(b"\xff", 200, "application/json"),
        lambda call: call.send(b"fine", 200, "text/plain"),
        lambda call: call.say({"ok": True}),
        lambda call: call.say({"ok": True, "channel": 7, "ts": None}),
        lambda call: call.send(b"", 200, "application/json", Content_Length="99"),
    ],
)
def test_what_may_have_been_taken_is_unclear(slack: SlackServer, answer: Answer) -> None:
    slack.script("chat.postMessage", answer)
    assert isinstance(with_client(slack.url, lambda client: client.post(MESSAGE), timeout=4.0), Unclear)


def test_no_answer_in_time_is_unclear(slack: SlackServer) -> None:
    slack.script("chat.postMessage", answers.take_and_hang)
    outcome = with_client(slack.url, lambda client: client.post(MESSAGE), timeout=2.0)
    assert isinstance(outcome, Unclear)
    slack.wait_for_a_message()
    assert len(slack.messages) == 1


def test_a_refused_connection_was_certainly_not_taken() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/api/"
        outcome = with_client(url, lambda client: client.post(MESSAGE))
    assert isinstance(outcome, NotReached)
    assert TOKEN not in outcome.why


def test_a_token_that_is_no_header_is_not_shown() -> None:
    slack = structs.replace(settings().slack, api_url="http://127.0.0.1:9/api/", bot_token="xoxb-a\r\nb", timeout=1.0)

    async def run() -> object:
        delivery = SlackTransport(slack)
        try:
            return await delivery.post(MESSAGE)
        finally:
            await delivery.close()

    assert "xoxb-a" not in repr(asyncio.run(run()))


SIGNING_SECRET = "8f742231b10e8888abcd99eeccc85a5f"
ECHOES = (TOKEN, SIGNING_SECRET, "xoxe.xoxb-1-Mi0yLTQ", "https://hooks.slack.com/services/T0/B0/x9", "Bearer x0123456")


@pytest.mark.parametrize("error", ["invalid_auth: {}", "invalid_auth_{}", f"{'x' * 60} {{}} unknown"])
def test_a_secret_that_slack_repeats_in_its_error_is_not_in_the_outcome(slack: SlackServer, error: str) -> None:
    slack.script("chat.postMessage", *(answers.refuse(error.format(echo)) for echo in ECHOES))

    async def post_all(client: SlackTransport) -> list[PostOutcome]:
        return [await client.post(MESSAGE) for _ in ECHOES]

    outcomes = with_client(slack.url, post_all, signing_secret=SIGNING_SECRET)
    assert all(isinstance(outcome, ApiError) for outcome in outcomes)
    assert not [part for part in (TOKEN[:12], SIGNING_SECRET[:8], "Mi0y", "B0/x9", "x0123") if part in str(outcomes)]

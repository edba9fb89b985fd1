"""What users say on Slack becomes commands, each once: by HTTP."""

import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from actors.notifier.inbound.parse import OUTSIDER_TEXT, SLASH_ACCEPTED_TEXT
from messages.commands import UserCommand
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter, heard
from tests.actors.notifier.slack_http import Http
from tests.actors.notifier.slack_socket import (
    a_fresh_mention,
    a_message,
    a_press,
    a_slash,
    edited,
    the_longest_message,
)


@pytest.fixture
def http(room: Room) -> Http:
    return Http(room)


def test_by_http_slack_finds_out_that_the_address_is_right(http: Http) -> None:
    answer = http.event({"type": "url_verification", "challenge": "3eZb", "token": "x"})
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZb"})


def test_by_http_each_way_to_speak_is_a_command(room: Room, http: Http) -> None:
    assert http.event(a_message("watch Niebler")).status_code == 200
    slash = http.form(a_slash("watching"))
    assert (slash.status_code, slash.json()["text"]) == (200, SLASH_ACCEPTED_TEXT)
    assert http.form({"payload": json.dumps(a_press("why P2300"))}).content == b""
    assert [heard(room).text for _ in range(3)] == ["watch Niebler", "watching", "why P2300"]
    http.event(a_message("watch Niebler"))
    assert counter(room.snapshot(), "deliveries_repeated") == 1


def test_by_http_what_slack_did_not_sign_just_now_is_refused(room: Room, http: Http) -> None:
    assert http.event(a_message("watch Niebler"), secret="another").status_code == 401
    assert http.event(a_message("watch Niebler"), timestamp=time.time() - 600).status_code == 401
    assert room.working(lambda: httpx.post(http.url, json=a_message("watch Niebler"), timeout=60)).status_code == 401
    headers: dict[str, Any] = {"X-Slack-Request-Timestamp": "never", "X-Slack-Signature": "v0="}
    assert room.working(lambda: httpx.post(http.url, content=b"\xff", headers=headers, timeout=60)).status_code == 401
    accented = headers | {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=é".encode()}
    assert room.working(lambda: httpx.post(http.url, content=b"{}", headers=accented, timeout=60)).status_code == 401
    assert counter(room.snapshot(), "unsigned") == 5
    assert room.harness.heard_of(UserCommand) == []


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_by_http_a_check_of_the_certificate_is_confirmed_without_a_signature(room: Room, http: Http, verb: str) -> None:
    check = {"ssl_check": "1", "token": "gIkuvaNzQIHg97ATvDxqgjtO"}
    how: dict[str, Any] = {"params": check} if verb == "GET" else {"data": check}
    answer = room.working(lambda: httpx.request(verb, http.url, **how, timeout=60))
    assert (answer.status_code, answer.content) == (200, b"")
    plain: dict[str, Any] = {} if verb == "GET" else {"data": {"ssl_check": "0"}}
    answer = room.working(lambda: httpx.request(verb, http.url, **plain, timeout=60))
    assert answer.status_code == (405 if verb == "GET" else 401)
    assert room.harness.heard_of(UserCommand) == []


def test_by_http_a_mention_acts_once_and_one_of_another_workspace_not_at_all(room: Room, http: Http) -> None:
    mention = a_fresh_mention("<@UBOT> watch Niebler", "Ev1")
    foreign = a_fresh_mention("<@UBOT> watch Köppe", "Ev3")
    foreign = foreign | {"event": foreign["event"] | {"user_team": "T9"}, "is_ext_shared_channel": True}
    for payload in (mention, edited(mention, "Ev2"), foreign):
        assert http.event(payload).status_code == 200
    assert http.form(a_slash("watching", team_id="T9")).json()["text"] == OUTSIDER_TEXT
    assert heard(room).text == "watch Niebler"
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert [each["text"] for each in room.slack.messages] == [OUTSIDER_TEXT]
    assert room.harness.heard_of(UserCommand) == []


def test_by_http_the_longest_message_that_slack_can_send_is_taken(room: Room, http: Http) -> None:
    event = the_longest_message()
    assert len(json.dumps(event)) > 960_000
    assert http.event(event).status_code == 200
    assert heard(room).text == event["event"]["text"]


def test_by_http_before_the_app_is_known_nothing_is_taken_and_a_bot_that_is_not_known_does_not_matter(
    room: Room,
) -> None:
    room.slack.script("bots.info", answers.status(500), answers.refuse("missing_scope"))
    http = Http(room)
    assert room.slack.calls.count("bots.info") == 2
    assert http.event(a_message("watch Niebler") | {"api_app_id": "A2"}).status_code == 200
    assert heard(room).text == "watch Niebler"


def test_by_http_a_body_that_does_not_come_is_not_waited_for(room: Room, http: Http) -> None:
    address = urlsplit(http.url)

    def trickle() -> bytes:
        with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=60) as sent:
            sent.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{}")
            return sent.recv(1000)

    assert room.working(trickle).startswith(b"HTTP/1.1 408 ")
    assert counter(room.snapshot(), "unsigned") == 0


def test_by_http_another_team_is_refused_and_nonsense_too(room: Room, http: Http) -> None:
    """With 200, because Slack disables an app that answers with anything else."""
    refused = (
        http.event(a_message("watch Niebler") | {"team_id": "T2"}),
        http.event(a_message("watch Niebler") | {"api_app_id": "A2"}),
        http.form(a_slash("watch Niebler") | {"api_app_id": "A2"}),
        http.form({"payload": json.dumps(a_press("watch Niebler") | {"api_app_id": "A2"})}),
        http.send("[]", "application/json"),
        http.form({"payload": "{"}),
        http.form({"other": "1"}),
    )
    assert [(answer.status_code, answer.content) for answer in refused] == [(200, b"")] * len(refused)
    assert counter(room.snapshot(), "deliveries_rejected") == 4
    assert http.form(a_slash("x" * 4_000_000)).status_code == 413
    assert room.harness.heard_of(UserCommand) == []
    assert room.harness.failures() == []

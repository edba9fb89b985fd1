"""Answers that only one person sees, where the command was given: by Slack's response addresses, on both bases."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from actors.notifier.inbound.parse import InboundEvent, PayloadKind, response_url
from messages.commands import AnswerLine, CommandAnswer, CommandAnswered, CommandOutcome, Span, Surface, UserCommand
from messages.notices import NotifyUser
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter, heard
from tests.actors.notifier.slack_socket import SlackSocket, a_press, a_slash
from tests.builders import NOON
from tests.watching_builders import a_notice

ANSWER = CommandAnswer(lines=(AnswerLine(spans=(Span(text="all is well"),)),))
API = "https://slack.com/api/"
HOOK = "https://hooks.slack.com/commands/T1/2/x"


@pytest.fixture
def wire(room: Room) -> Iterator[SlackSocket]:
    with SlackSocket() as socket:
        room.slack.socket_url = socket.url
        room.open(app_token="xapp-1")
        room.until(lambda: socket.connections == 1)
        yield socket


def answer(room: Room, wire: SlackSocket, payload: dict[str, Any], kind: str = "slash_commands") -> None:
    """A command is given, and answered."""
    wire.deliver(kind, {**payload, "response_url": f"{room.slack.url}hook"}, "e1")
    command = heard(room)
    room.until(lambda: wire.envelopes() == ["e1"])
    assert wire.acknowledged[0].get("payload") is None
    answered = CommandAnswered(command_id=command.command_id, user="U1", channel="U1", thread="", answer=ANSWER)
    room.harness.deliver("watchlist", 1, answered)


def test_a_slash_command_is_answered_once_where_it_was_typed(room: Room, wire: SlackSocket) -> None:
    taken: list[dict[str, Any]] = []

    def take(call: answers.Call) -> None:
        taken.append(call.arguments)
        call.send(b"ok", 200, "text/plain")

    room.slack.script("hook", take, take)
    answer(room, wire, a_slash("status"))
    room.snapshot_when(lambda snapshot: counter(snapshot, "answered_in_place") == 1)
    assert [(each["response_type"], each["text"], each["replace_original"]) for each in taken] == [
        ("ephemeral", "all is well", False)
    ]
    assert room.slack.messages == []
    assert room.rows("SELECT * FROM notifier.response_urls") == []


def test_a_button_in_a_channel_is_answered_there_and_one_that_only_its_user_sees_is_replaced(
    room: Room, wire: SlackSocket
) -> None:
    taken: list[bool] = []

    def take(call: answers.Call) -> None:
        taken.append(call.arguments["replace_original"])
        call.send(b"ok", 200, "text/plain")

    room.slack.script("hook", take)
    answer(room, wire, a_press("watch P1", container={"is_ephemeral": True}), "interactive")
    room.snapshot_when(lambda snapshot: counter(snapshot, "answered_in_place") == 1)
    assert taken == [True]


@pytest.mark.parametrize("outcome", [CommandOutcome.DONE, CommandOutcome.REFUSED])
def test_a_pressed_button_of_a_direct_message_says_what_was_done(
    room: Room, wire: SlackSocket, outcome: CommandOutcome
) -> None:
    changed: list[dict[str, Any]] = []

    def take(call: answers.Call) -> None:
        changed.append(call.arguments)
        call.say({"ok": True, "channel": call.arguments["channel"], "ts": call.arguments["ts"], "text": "…"})

    room.slack.script("chat.update", take)
    room.harness.deliver("watchlist", 1, NotifyUser(user="U1", notices=(a_notice("D1000R0", matched=("a",)),)))
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    place = {"channel_id": "DU1", "message_ts": room.slack.messages[0]["ts"]}
    wire.deliver("interactive", a_press("watch P1000", channel={"id": "DU1"}, container=place), "e1")
    command = heard(room)
    answered = CommandAnswered(
        command_id=command.command_id, user="U1", channel="U1", thread="", answer=ANSWER, done=outcome
    )
    room.harness.deliver("watchlist", 2, answered)
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert room.rows("SELECT * FROM notifier.pressed_buttons") == []
    if outcome is CommandOutcome.REFUSED:
        assert counter(snapshot, "cards_updated") == 0
        return
    room.snapshot_when(lambda snapshot: counter(snapshot, "cards_updated") == 1)
    (update,) = changed
    assert (update["channel"], update["ts"]) == ("DU1", place["message_ts"])
    *_, actions = json.loads(update["blocks"]) if isinstance(update["blocks"], str) else update["blocks"]
    assert [button["text"]["text"] for button in actions["elements"]] == ["Watching ✓", "Mute for 2 weeks", "Why?"]


def test_an_answer_that_slack_does_not_take_goes_to_the_direct_messages(room: Room, wire: SlackSocket) -> None:
    room.slack.script("hook", answers.status(404))
    answer(room, wire, a_slash("status"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert room.slack.texts("DU1") == ["all is well"]


def test_an_answer_that_may_have_arrived_is_not_given_again(room: Room, wire: SlackSocket) -> None:
    room.slack.script("hook", answers.status(500))
    answer(room, wire, a_slash("status"))
    snapshot = room.snapshot_when(lambda snapshot: counter(snapshot, "not_answered_in_place") == 1)
    assert (snapshot.queued, snapshot.sent) == (0, 0)
    assert "hook" not in str(snapshot)


@pytest.mark.parametrize(
    ("kind", "place", "payload", "expected"),
    [
        (PayloadKind.SLASH, "C1", {"response_url": HOOK}, (HOOK, False)),
        (PayloadKind.SLASH, "", {"response_url": HOOK}, (HOOK, False)),
        (PayloadKind.ACTION, "C1", {"response_url": HOOK}, (HOOK, False)),
        (PayloadKind.ACTION, "", {"response_url": HOOK}, None),
        (PayloadKind.ACTION, "", {"response_url": HOOK, "container": {"is_ephemeral": True}}, (HOOK, True)),
        (PayloadKind.EVENT, "C1", {"response_url": HOOK}, None),
        (PayloadKind.SLASH, "C1", {}, None),
        (PayloadKind.SLASH, "C1", {"response_url": "http://hooks.slack.com/x"}, None),
        (PayloadKind.SLASH, "C1", {"response_url": "https://slack.com.example.org/x"}, None),
        (PayloadKind.SLASH, "C1", {"response_url": "https://["}, None),
        (PayloadKind.SLASH, "C1", {"response_url": 7}, None),
    ],
)
def test_only_slack_itself_is_answered(
    kind: PayloadKind, place: str, payload: dict[str, Any], expected: tuple[str, bool] | None
) -> None:
    command = UserCommand(
        command_id="1", user="U1", text="x", surface=Surface.SLASH, channel="U1", thread="", at=NOON, place=place
    )
    assert response_url(InboundEvent(kind=kind, payload=payload), command, API) == expected

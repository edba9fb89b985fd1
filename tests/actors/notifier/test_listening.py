"""What users say on Slack becomes commands, each once: by Socket Mode and by HTTP, on both bases."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from actors.notifier.inbound.parse import (
    ACCEPT_WITHIN_SECONDS,
    OUTSIDER_TEXT,
    SLASH_ACCEPTED_TEXT,
    SLASH_BUSY_TEXT,
)
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.commands import (
    AnswerLine,
    Button,
    CommandAnswer,
    CommandAnswered,
    Emphasis,
    Span,
    Style,
    Surface,
    UserCommand,
)
from messages.notices import Audience, NotifyChannel
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter, heard
from tests.actors.notifier.slack_socket import (
    SlackSocket,
    a_fresh_mention,
    a_mention,
    a_message,
    a_press,
    a_slash,
    edited,
    the_longest_message,
)
from tests.watching_builders import a_notice

SLACKS_PATIENCE = 3.0
"""Seconds."""


@pytest.fixture
def wire() -> Iterator[SlackSocket]:
    with SlackSocket() as socket:
        yield socket


def open_socket(room: Room, wire: SlackSocket) -> None:
    """Begin, and wait until the connection stands."""
    room.slack.socket_url = wire.url
    room.open(app_token="xapp-1")
    room.until(lambda: wire.connections == 1)


def test_a_direct_message_is_a_command_and_is_acknowledged(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    wire.deliver("events_api", a_message("watch Niebler"))
    command = heard(room)
    assert (command.command_id, command.user, command.text) == ("Ev1", "U1", "watch Niebler")
    assert (command.surface, command.channel, command.thread) == (Surface.DIRECT, "DU1", "")
    room.until(lambda: wire.envelopes() == ["e1"])
    assert wire.acknowledged == [{"envelope_id": "e1"}]
    assert room.snapshot().hears == "socket mode"
    assert room.snapshot().status.sentences == ()


def test_each_way_to_speak_says_where_the_answer_belongs(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    wire.deliver("events_api", a_mention("<@UBOT> why P2300", ts="1700000000.5"), "e1")
    wire.deliver("slash_commands", a_slash("watching"), "e2")
    wire.deliver("interactive", a_press("mute P2300 2w"), "e3")
    said = [heard(room) for _ in range(3)]
    assert [(each.surface, each.text, each.channel, each.thread) for each in said] == [
        (Surface.MENTION, "why P2300", "C1", "1700000000.5"),
        (Surface.SLASH, "watching", "U1", ""),
        (Surface.BUTTON, "mute P2300 2w", "U1", ""),
    ]
    room.until(lambda: wire.envelopes() == ["e1", "e2", "e3"])
    assert wire.acknowledged[1]["payload"] == {"response_type": "ephemeral", "text": SLASH_ACCEPTED_TEXT}


@pytest.mark.bases(SIMPLE, TCP)
def test_what_is_delivered_again_has_no_effect_also_after_a_restart(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    wire.deliver("events_api", a_message("watch Niebler"), "e1")
    heard(room)
    wire.deliver("events_api", a_message("watch Niebler"), "e2", retry_attempt=1, retry_reason="timeout")
    room.until(lambda: wire.envelopes() == ["e1", "e2"])
    room.end()
    room.begin()
    room.until(lambda: wire.connections == 2)
    wire.deliver("events_api", a_message("watch Niebler"), "e3")
    wire.deliver("events_api", a_message("watching", "Ev9"), "e4")
    assert heard(room).text == "watching"
    assert room.harness.heard_of(UserCommand) == []


def test_a_mention_acts_once_however_often_it_is_edited(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    mention = a_fresh_mention("<@UBOT> watch Niebler", "Ev1")
    wire.deliver("events_api", mention, "e1")
    assert heard(room).text == "watch Niebler"
    wire.deliver("events_api", edited(mention, "Ev2"), "e2")
    wire.deliver("events_api", edited(mention, "Ev3"), "e3")
    late = a_fresh_mention("<@UBOT> watching", "Ev4")
    wire.deliver("events_api", edited(late, "Ev5"), "e4")
    assert heard(room).text == "watching"
    room.until(lambda: wire.envelopes() == ["e1", "e2", "e3", "e4"])
    assert room.harness.heard_of(UserCommand) == []


def test_a_person_of_another_workspace_is_told_in_the_thread_and_does_nothing(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    shared = {"is_ext_shared_channel": True}
    spoken = a_mention("<@UBOT> watch Niebler", "Ev1", user="U9", user_team="T9", ts="1700000000.5") | shared
    wire.deliver("events_api", spoken, "e1")
    wire.deliver("events_api", spoken, "e2", retry_attempt=1, retry_reason="timeout")
    wire.deliver("slash_commands", a_slash("watching", team_id="T9"), "e3")
    wire.deliver("interactive", a_press("why P1") | {"api_app_id": "A9"}, "e4")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.until(lambda: wire.envelopes() == ["e1", "e2", "e3", "e4"])
    assert [(each["channel"], each["thread_ts"], each["text"]) for each in room.slack.messages] == [
        ("C1", "1700000000.5", OUTSIDER_TEXT)
    ]
    assert wire.acknowledged[2]["payload"] == {"response_type": "ephemeral", "text": OUTSIDER_TEXT}
    assert [each.get("payload") for each in wire.acknowledged[:2]] == [None, None]
    assert room.harness.heard_of(UserCommand) == []


@pytest.mark.parametrize(
    "payload",
    [
        a_message("hello", team_id="T2") | {"team_id": "T2"},
        a_message("hello") | {"api_app_id": "A2"},
        a_message("hello", bot_id="B7"),
        a_message("hello", user="UBOT"),
        a_message("hello", subtype="message_changed"),
        a_message("hello", channel_type="channel"),
        a_message("hello", type="reaction_added"),
        {"team_id": "T1", "event": "no object"},
    ],
    ids=["team", "app", "bot", "self", "edit", "channel", "reaction", "odd"],
)
def test_what_is_not_said_to_callboard_is_acknowledged_and_does_nothing(
    room: Room, wire: SlackSocket, payload: dict[str, Any]
) -> None:
    open_socket(room, wire)
    wire.deliver("events_api", payload, "e1")
    wire.deliver("events_api", a_message("watching", "Ev9"), "e2")
    assert heard(room).text == "watching"
    room.until(lambda: wire.envelopes() == ["e1", "e2"])
    assert room.harness.heard_of(UserCommand) == []


def test_the_longest_message_that_slack_can_send_is_taken(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    event = the_longest_message()
    wire.deliver("events_api", event)
    assert heard(room).text == event["event"]["text"]


def test_nonsense_on_the_wire_does_not_end_the_connection(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    wire.say({"type": "events_api", "envelope_id": 7, "payload": "x"})
    wire.say({"no": "type"})
    for wrong in ({"an": "object"}, ["a", "list"], 7, None):
        wire.say({"type": wrong, "envelope_id": "e0", "payload": {}})
        wire.say({"type": "events_api", "envelope_id": wrong, "payload": {"event": wrong}})
    for text in ("", "{", "[1]", "[" * 100_000):
        wire.send(text)
    wire.deliver("unheard_of", {}, "e1")
    wire.deliver("interactive", {"type": "block_actions", "team": {"id": "T1"}, "actions": []}, "e2")
    wire.deliver("events_api", a_message("a\0b\ud800c"), "e3")
    assert heard(room).text == "ab?c"
    assert wire.connections == 1
    assert room.harness.failures() == []


def test_a_connection_that_ends_is_opened_anew(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    wire.say({"type": "disconnect", "reason": "refresh_requested"})
    room.until(lambda: wire.connections == 2)
    wire.hang_up()
    room.until(lambda: wire.connections == 3)
    wire.deliver("events_api", a_message("watching"))
    assert heard(room).text == "watching"


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_what_comes_while_a_connection_is_renewed_is_taken(room: Room, wire: SlackSocket, reason: str) -> None:
    open_socket(room, wire)
    room.slack.script("apps.connections.open", answers.held(answers.status(500)))
    wire.say({"type": "disconnect", "reason": reason})
    wire.deliver("slash_commands", a_slash("watching"), "e1")
    assert heard(room).text == "watching"
    room.until(lambda: wire.envelopes() == ["e1"])
    assert wire.connections == 1
    room.slack.released.set()
    room.until(lambda: wire.connections == 2)
    wire.deliver("interactive", a_press("why P1"), "e2", connection=0)
    wire.deliver("slash_commands", a_slash("help", "t2"), "e3", connection=1)
    assert {heard(room).text, heard(room).text} == {"why P1", "help"}
    wire.hang_up(0)
    wire.deliver("slash_commands", a_slash("status", "t3"), "e4")
    assert heard(room).text == "status"
    assert wire.connections == 2
    assert room.harness.failures() == []


def test_a_connection_that_is_renewed_is_not_kept_for_ever(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    wire.say({"type": "disconnect", "reason": "warning"})
    room.until(lambda: wire.connections == 2)
    room.until(lambda: wire.closed == [0])
    wire.deliver("slash_commands", a_slash("watching"))
    assert heard(room).text == "watching"
    assert wire.connections == 2


def test_a_refused_app_token_is_tried_again_and_notices_go_on(room: Room, wire: SlackSocket) -> None:
    room.slack.script("apps.connections.open", answers.refuse("invalid_auth"), answers.status(500))
    open_socket(room, wire)
    assert room.slack.calls.count("apps.connections.open") == 3
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_a_pause_that_slack_asks_for_before_it_listens_is_kept(room: Room, wire: SlackSocket, method: str) -> None:
    room.slack.script(method, answers.limit(2))
    began = time.monotonic()
    open_socket(room, wire)
    assert time.monotonic() - began >= 2.0
    assert room.slack.calls.count(method) == 2


def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(room: Room, wire: SlackSocket) -> None:
    open_socket(room, wire)
    room.rows(
        "CREATE FUNCTION notifier.away() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN new; END'"
    )
    room.rows(
        "CREATE TRIGGER away BEFORE INSERT ON notifier.seen_deliveries FOR EACH ROW EXECUTE FUNCTION notifier.away()"
    )
    wire.deliver("slash_commands", a_slash("watching"), "e1")
    room.until(lambda: wire.envelopes() == ["e1"])
    assert wire.acknowledged[0]["payload"]["text"] == SLASH_BUSY_TEXT
    assert ACCEPT_WITHIN_SECONDS < SLACKS_PATIENCE
    room.rows("DROP TRIGGER away ON notifier.seen_deliveries")
    deliver_until_taken(room, wire, a_message("watching"), "e2")
    heard(room)


def deliver_until_taken(room: Room, wire: SlackSocket, event: dict[str, Any], envelope_id: str) -> None:
    """As Slack does: again, until it is acknowledged."""

    def refused() -> int:
        snapshot = room.snapshot()
        return counter(snapshot, "deliveries_busy") + counter(snapshot, "deliveries_not_taken")

    def is_taken() -> bool:
        before = refused()
        wire.deliver("events_api", event, envelope_id)
        room.until(lambda: envelope_id in wire.envelopes() or refused() > before)
        return envelope_id in wire.envelopes()

    room.until(is_taken)


def test_one_that_slack_has_refused_gets_the_answer_to_what_they_say_and_all_that_waits(
    room: Room, wire: SlackSocket
) -> None:
    open_socket(room, wire)
    room.slack.script("chat.postMessage", answers.refuse("channel_not_found"))
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    assert snapshot.suspended_why == "1 channel_not_found"
    room.rows("UPDATE notifier.suspended SET retry_at = now() + interval '1 day', since = now() - interval '2 days'")
    room.end()
    room.begin()
    room.until(lambda: wire.connections == 2)
    wire.deliver("events_api", a_message("watching"))
    heard(room)
    room.until(lambda: bool(room.slack.texts("DU1")))
    answered = CommandAnswered(command_id="Ev1", user="U1", channel="DU1", thread="", answer=ANSWER)
    room.harness.deliver("watchlist", 2, answered)
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert (snapshot.suspended, snapshot.suspended_why) == (0, "")
    assert [text[:13] for text in room.slack.texts("DU1")] == ["D1000R0 new d", "You watch *a&"]


ANSWER = CommandAnswer(
    lines=(
        AnswerLine(spans=(Span(text="You watch "), Span(text="a<b>", style=Style.STRONG), Span(text=" & "))),
        AnswerLine(
            spans=(Span(text="list", style=Style.LINK, url="https://example.org/a?b&c"), Span(text=": <!channel>"))
        ),
    ),
    buttons=(Button(label="Remove", command="unwatch a<b>", emphasis=Emphasis.DANGER),),
)


def test_an_answer_is_posted_where_it_belongs(room: Room) -> None:
    room.open()
    answered: dict[str, Any] = {"command_id": "Ev1", "user": "U1", "answer": ANSWER}
    room.harness.deliver("watchlist", 1, CommandAnswered(**answered, channel="DU1", thread=""))
    room.harness.deliver("watchlist", 2, CommandAnswered(**answered, channel="C1", thread="1700000000.5"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    private, public = sorted(room.slack.messages, key=lambda message: str(message["channel"]), reverse=True)
    assert (private["channel"], private.get("thread_ts")) == ("DU1", None)
    assert (public["channel"], public["thread_ts"]) == ("C1", "1700000000.5")
    assert private["text"] == (
        "You watch *a&lt;b&gt;* &amp; \n<https://example.org/a?b&amp;c|list>: &lt;!channel&gt;"
    )  # fmt: skip
    section, actions = blocks_of(private)
    assert section["text"] == {"type": "mrkdwn", "text": private["text"], "verbatim": True}
    (button,) = actions["elements"]
    assert (button["value"], button["style"], button["text"]["text"]) == ("unwatch a<b>", "danger", "Remove")


def test_what_is_said_in_the_channel_of_the_configuration_has_one_lane_with_its_notices(room: Room) -> None:
    room.slack.names = {"#papers": "C0PAPERS"}
    room.open(channel="#papers")
    room.harness.deliver("prober", 1, NotifyChannel(audience=Audience.READERS, notices=(a_notice("D1000R0"),)))
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    answered: dict[str, Any] = {"command_id": "Ev1", "user": "U1", "answer": ANSWER, "thread": ""}
    room.harness.deliver("watchlist", 1, CommandAnswered(**answered, channel="C0PAPERS"))
    room.harness.deliver("watchlist", 2, CommandAnswered(**answered, channel="C0OTHER"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 3)
    assert sorted(room.rows("SELECT recipient FROM notifier.messages")) == [("#papers",), ("#papers",), ("C0OTHER",)]
    assert [message["channel"] for message in room.slack.messages].count("C0PAPERS") == 2


def test_a_channel_that_is_not_reached_by_its_name_is_answered_by_its_id(room: Room) -> None:
    room.slack.names = {"#papers": "C0PAPERS"}
    room.open(channel="#papers")
    notify = NotifyChannel(audience=Audience.READERS, notices=(a_notice("D1000R0"),))
    room.harness.deliver("prober", 1, notify)
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.slack.script("chat.postMessage", answers.refuse("channel_not_found"))
    room.harness.deliver("prober", 2, notify)
    room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    answered = CommandAnswered(command_id="Ev1", user="U1", channel="C0PAPERS", thread="", answer=ANSWER)
    room.harness.deliver("watchlist", 1, answered)
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert room.slack.messages[-1]["channel"] == "C0PAPERS"


def test_an_answer_in_a_thread_whose_post_had_no_clear_answer_is_looked_for_in_the_thread(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.take_and_reset)
    answered = CommandAnswered(command_id="Ev1", user="U1", channel="C1", thread="1700000000.5", answer=ANSWER)
    room.harness.deliver("watchlist", 1, answered)
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert counter(snapshot, "found_in_history") == 1
    assert room.slack.calls == ["chat.postMessage", "conversations.replies"]


def blocks_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Slack takes them as JSON, in a form or not."""
    blocks = message["blocks"]
    return json.loads(blocks) if isinstance(blocks, str) else blocks  # type: ignore[no-any-return]

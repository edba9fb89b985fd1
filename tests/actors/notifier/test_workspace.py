"""People who leave, and what happens to channels and to the app: by Socket Mode and by HTTP."""

import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.commands import UserCommand
from messages.notices import Audience, NotifyChannel
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter, heard
from tests.actors.notifier.slack_http import Http
from tests.actors.notifier.slack_socket import SlackSocket, a_message
from tests.watching_builders import a_notice


class Listening:
    """A room that listens in one of both modes. `happens` delivers an event."""

    def __init__(self, room: Room, mode: str, wire: SlackSocket) -> None:
        self._room, self._mode, self._wire = room, mode, wire
        self._http: Http | None = None
        self._delivered = 0

    def open(self, is_known: bool = True, **slack: Any) -> None:
        """Begin. `is_known`: the app is installed in T1."""
        if self._mode == "http":
            self._http = Http(self._room, is_known=is_known, **slack)
            return
        self._room.slack.socket_url = self._wire.url
        self._room.open(app_token="xapp-1", **slack)
        self._room.until(lambda: self._wire.connections == 1)

    def happens(self, **event: Any) -> None:
        self.delivered(a_message("", f"Ev{zlib.crc32(repr(event).encode())}-{self._delivered}") | {"event": event})

    def delivered(self, payload: dict[str, Any]) -> None:
        """Deliver, and wait for the acknowledgement."""
        self._delivered += 1
        if self._http is not None:
            assert self._http.event(payload).status_code == 200
            return
        self._wire.deliver("events_api", payload, f"e{self._delivered}")
        self._room.until(lambda: len(self._wire.acknowledged) == self._delivered)


@pytest.fixture(params=["socket", "http"])
def workspace(request: pytest.FixtureRequest, room: Room) -> Iterator[Listening]:
    with SlackSocket() as wire:
        yield Listening(room, request.param, wire)


def to_channel(room: Room, number: int, *ids: str) -> None:
    notices = tuple(a_notice(id) for id in ids)
    room.harness.deliver("prober", number, NotifyChannel(audience=Audience.READERS, notices=notices))


def suspended(room: Room) -> list[tuple[Any, ...]]:
    return room.rows("SELECT recipient, split_part(reason, ':', 1) FROM notifier.suspended ORDER BY 1")


def test_one_who_leaves_gets_nothing_more_and_operators_are_told_once(room: Room, workspace: Listening) -> None:
    workspace.open(ops_channel="COPS")
    room.tell_user("U1", "D1000R0")
    room.tell_user("U2", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    room.slack.departed = {"U1", "U7"}
    for user in ("U1", "U1", "U7"):
        workspace.happens(type="user_change", user={"id": user, "deleted": True})
    room.snapshot_when(lambda snapshot: snapshot.sent == 3)
    room.tell_user("U1", "D1001R0")
    room.tell_user("U2", "D1001R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 4 and snapshot.sending == 0)
    assert (snapshot.suspended, snapshot.suspended_why, snapshot.status.sentences) == (1, "1 user_deactivated", ())
    assert suspended(room) == [("U1", "user_deactivated")]
    assert len(room.slack.texts("DU1")) == 1
    (told,) = room.slack.texts("COPS")
    assert told.startswith("U1 has left: the account was deactivated.")
    (kept,) = room.dead_letters()
    assert (kept.id, kept.messages) == ("notifier/recipient/U1", 1)
    room.slack.departed = set()
    workspace.happens(type="user_change", user={"id": "U1", "deleted": False})
    room.snapshot_when(lambda snapshot: snapshot.sent == 5 and snapshot.suspended == 0)
    assert len(room.slack.texts("DU1")) == 2


def test_many_who_leave_at_once_are_no_trouble_of_slack(room: Room, workspace: Listening) -> None:
    workspace.open()
    for user in ("U1", "U2", "U3", "U4"):
        room.tell_user(user, "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 4)
    room.slack.departed = {"U1", "U2", "U3"}
    for user in sorted(room.slack.departed):
        workspace.happens(type="user_change", user={"id": user, "deleted": True})
    for user in ("U1", "U2", "U3", "U4"):
        room.tell_user(user, "D1001R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 5)
    assert (snapshot.suspended, snapshot.status.sentences) == (3, ())


def test_an_archived_channel_is_suspended_at_once_and_free_when_it_is_back(room: Room, workspace: Listening) -> None:
    workspace.open()
    to_channel(room, 1, "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    workspace.happens(type="channel_archive", channel="C9", user="U1")
    workspace.happens(type="channel_archive", channel="C1", user="U1")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    assert "slack.channel C1 has accepted no messages since " in snapshot.status.sentences[0]
    assert suspended(room) == [("C1", "is_archived")]
    room.slack.script("chat.postMessage", answers.refuse("is_archived"))
    to_channel(room, 2, "D1001R0")
    room.snapshot_when(lambda snapshot: counter(snapshot, "suspended") == 1)
    workspace.happens(type="channel_unarchive", channel="C1", user="U1")
    room.snapshot_when(lambda snapshot: snapshot.sent == 2 and snapshot.suspended == 0)


@pytest.mark.parametrize(("channel", "error"), [("C1", "not_in_channel"), ("#papers", "channel_not_found")])
def test_a_channel_that_refuses_is_free_when_the_app_is_invited(
    room: Room, workspace: Listening, channel: str, error: str
) -> None:
    room.slack.names = {"#papers": "C1"}
    workspace.open(channel=channel)
    room.slack.script("chat.postMessage", answers.refuse(error))
    to_channel(room, 1, "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    room.rows("UPDATE notifier.suspended SET retry_at = now() + interval '1 day', since = now() - interval '2 days'")
    workspace.happens(type="member_joined_channel", user="U1", channel="C1", channel_type="C", team="T1")
    assert room.snapshot().suspended == 1
    workspace.happens(type="member_joined_channel", user="UBOT", channel="C1", channel_type="C", team="T1")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1 and snapshot.suspended == 0)


def test_a_renamed_channel_is_reached_by_its_id_and_operators_are_told(room: Room, workspace: Listening) -> None:
    room.slack.names = {"#papers": "C1"}
    workspace.open(channel="#papers", ops_channel="COPS")
    to_channel(room, 1, "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    workspace.happens(type="channel_rename", channel={"id": "C9", "name": "other", "created": 1})
    workspace.happens(type="channel_rename", channel={"id": "C1", "name": "wg21", "created": 1})
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    (told,) = room.slack.texts("COPS")
    assert told == (
        "#papers is called #wg21 now. Messages still go there; set slack.channel to #wg21, or to C1, which stays the"
        " same."
    )
    room.slack.names = {}
    to_channel(room, 2, "D1001R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 3)
    assert (len(room.slack.texts("C1")), snapshot.suspended) == (2, 0)


@pytest.mark.bases(SIMPLE, TCP)
@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}}, "token_revoked"),
        ({"type": "app_uninstalled"}, "account_inactive"),
    ],
)
def test_a_lost_token_is_said_at_once_and_forgotten_when_a_message_is_accepted(
    room: Room, workspace: Listening, event: dict[str, Any], error: str
) -> None:
    workspace.open()
    workspace.happens(type="tokens_revoked", tokens={"oauth": ["U1"], "bot": ["UOTHER"]})
    assert room.snapshot().status.sentences == ()
    workspace.happens(**event)
    (sentence,) = room.snapshot().status.sentences
    assert sentence.startswith("Slack has rejected the token since ")
    assert f": {error}: " in sentence
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1 and snapshot.status.sentences == ())


def test_an_app_of_an_organization_serves_all_its_workspaces(room: Room, workspace: Listening) -> None:
    who = {"team": "Org", "user": "callboard", "team_id": "E1", "enterprise_id": "E1", "is_enterprise_install": True}
    room.slack.script(
        "auth.test", lambda call: call.say({"ok": True, "user_id": "UBOT", "bot_id": "BBOT", **who})
    )  # fmt: skip
    workspace.open(is_known=False)
    of_ours = {"enterprise_id": "E1", "team_id": None, "user_id": "UBOT", "is_bot": True, "is_enterprise_install": True}
    for number, authorization in enumerate((of_ours | {"enterprise_id": "E9"}, of_ours | {"team_id": "T7"}, of_ours)):
        payload = a_message(f"watch P{number}", f"Ev{number}", user_team="T7")
        workspace.delivered(payload | {"team_id": "T7", "authorizations": [authorization]})
    assert [heard(room).text for _ in range(2)] == ["watch P1", "watch P2"]
    assert room.harness.heard_of(UserCommand) == []


def test_slack_is_asked_about_a_person_before_the_first_message_and_then_once_a_day(room: Room) -> None:
    room.open(ops_channel="COPS")
    room.slack.departed = {"U2"}
    room.tell_user("U1", "D1000R0")
    room.tell_user("U2", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2 and snapshot.suspended == 1)
    assert snapshot.suspended_why == "1 user_deactivated"
    assert (len(room.slack.texts("DU1")), room.slack.texts("DU2")) == (1, [])
    assert room.slack.texts("COPS")[0].startswith("U2 has left")
    room.tell_user("U1", "D1001R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 3)
    assert len(room.slack.people_asked) == 2


@pytest.mark.parametrize(
    "answer",
    [answers.refuse("missing_scope"), answers.refuse("user_not_visible"), answers.status(500), answers.limit(9)],
)
def test_where_slack_does_not_say_whether_a_person_is_there_the_message_is_sent(
    room: Room, answer: answers.Answer
) -> None:
    room.open()
    room.slack.script("users.info", answer)
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert snapshot.status.sentences == ()

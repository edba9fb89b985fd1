"""What the stand-in Slack delivers has the fields that Slack's own has."""

from datetime import UTC, datetime
from typing import Any

from actors.stage.slack.deliveries import edited, happened, pressed, said, typed
from actors.stage.world.slack_events import InstallForOrganization, MessageTaken, SetTeam, ShareChannel
from actors.stage.world.state import Message, Workspace
from actors.stage.world.world import World, fold

NOON = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)


def spoken(channel: str = "C0PAPERS", user: str = "U1", thread: str = "", *events: Any) -> tuple[Workspace, Message]:
    """A workspace in which a person has just said something."""
    world = World()
    for event in events:
        world = fold(world, event)
    payload = {"text": "<@U0CALLBOARD> watching", **({"thread_ts": thread} if thread else {})}
    world = fold(world, MessageTaken(channel=channel, at=NOON, payload=payload, author=user))
    return world.slack, world.slack.messages[-1]


def test_a_mention_has_the_fields_of_slacks() -> None:
    slack, message = spoken()
    payload = said("1", slack, message, NOON).payload
    assert (payload["context_team_id"], payload["is_ext_shared_channel"]) == ("T0STAGE", False)
    assert payload["authorizations"][0]["team_id"] == "T0STAGE"
    event = payload["event"]
    assert event["type"] == "app_mention"
    assert len(event["client_msg_id"]) == 36
    (section,) = event["blocks"][0]["elements"]
    assert section["elements"] == [{"type": "user", "user_id": "U0CALLBOARD"}, {"type": "text", "text": " watching"}]
    assert "user_team" not in event


def test_an_answer_in_a_thread_says_whose_message_it_answers() -> None:
    slack, first = spoken()
    answer = Message(channel=first.channel, ts="9.000000", at=NOON, payload={"thread_ts": first.ts}, author="U2")
    assert said("2", slack, answer, NOON).payload["event"]["parent_user_id"] == "U1"


def test_an_edited_mention_comes_with_another_id_and_the_same_time() -> None:
    slack, message = spoken()
    first, again = said("1", slack, message, NOON), edited("2", slack, message, "<@U0CALLBOARD> watch P1", NOON)
    assert first.payload["event_id"] != again.payload["event_id"]
    event = again.payload["event"]
    assert (event["ts"], event["edited"]["user"]) == (message.ts, "U1")
    assert event["text"] == "<@U0CALLBOARD> watch P1"
    assert event["client_msg_id"] == first.payload["event"]["client_msg_id"]


def test_an_edited_direct_message_comes_in_both_versions() -> None:
    slack, message = spoken("D0U1")
    event = edited("2", slack, message, "watch P1", NOON).payload["event"]
    assert (event["subtype"], event["hidden"], event["channel_type"]) == ("message_changed", True, "im")
    assert (event["message"]["text"], event["previous_message"]["text"]) == ("watch P1", "<@U0CALLBOARD> watching")
    assert event["message"]["edited"]["user"] == "U1"


def test_a_person_of_another_workspace_speaks_in_a_shared_channel() -> None:
    slack, message = spoken(
        "C0SHARED", "U9", "", ShareChannel(channel="C0SHARED"), SetTeam(user="U9", team="T9")
    )  # fmt: skip
    payload = said("1", slack, message, NOON).payload
    assert (payload["team_id"], payload["context_team_id"], payload["is_ext_shared_channel"]) == ("T9", "T0STAGE", True)
    assert (payload["event"]["user_team"], payload["event"]["source_team"]) == ("T9", "T9")
    assert payload["authorizations"][0]["team_id"] == "T0STAGE"
    assert typed("2", slack, "U9", "C0SHARED", "help", "").payload["team_id"] == "T9"
    assert pressed("3", slack, "U9", message, {}, NOON, "").payload["user"]["team_id"] == "T9"


def test_for_an_app_of_an_organization_the_team_is_null() -> None:
    slack, message = spoken("C0PAPERS", "U1", "", InstallForOrganization(enterprise="E0ORG"))
    authorization = said("1", slack, message, NOON).payload["authorizations"][0]
    assert (authorization["team_id"], authorization["enterprise_id"]) == (None, "E0ORG")
    action = pressed("2", slack, "U1", message, {}, NOON, "").payload
    assert (action["team"], action["enterprise"]["id"], action["is_enterprise_install"]) == (None, "E0ORG", True)
    assert typed("3", slack, "U1", "C0PAPERS", "help", "").payload["is_enterprise_install"] == "true"


def test_any_event_can_happen() -> None:
    payload = happened("1", World().slack, {"type": "app_uninstalled"}, NOON).payload
    assert (payload["type"], payload["event"]) == ("event_callback", {"type": "app_uninstalled"})

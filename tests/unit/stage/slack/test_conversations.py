"""Threads, listings, edits and limits of the stand-in Slack."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.stage.world.slack_events import GrantScopes, LeaveChannel, LimitTiers, NameMember
from actors.stage.world.world import World, fold
from tests.unit.stage.builders import a_call, said, visit

ALL = GrantScopes(scopes=("chat:write", "channels:history", "channels:read", "channels:join", "groups:read", "im:read",
                          "im:history", "users:read"))  # fmt: skip


def asked(world: World, method: str, **told: Any) -> tuple[World, dict[str, Any]]:
    world, reply = visit(world, a_call(method, **told))
    return world, said(reply)


def refused(world: World, method: str, **told: Any) -> str:
    same, answer = asked(world, method, **told)
    assert answer["ok"] is False
    assert same == world
    return str(answer["error"])


def a_thread(answers: int) -> tuple[World, list[str]]:
    """A world in which one message of C0PAPERS was answered so often, and all their times."""
    world, first = asked(World(), "chat.postMessage", metadata={"event_type": "e", "event_payload": {"id": "1"}})
    times = [str(first["ts"])]
    for _ in range(answers):
        world, answer = asked(world, "chat.postMessage", thread_ts=times[0])
        times.append(str(answer["ts"]))
    return world, times


@given(st.integers(0, 7), st.integers(1, 4), st.integers(0, 7))
def test_the_pages_of_a_thread_have_each_message_once_the_oldest_first(answers: int, limit: int, place: int) -> None:
    world, times = a_thread(answers)
    world, _ = asked(world, "chat.postMessage", text="another")
    pages: list[str] = []
    cursor, more = "", True
    while more:
        ts = times[min(place, answers)]
        _, page = asked(world, "conversations.replies", ts=ts, limit=str(limit), cursor=cursor)
        assert len(page["messages"]) <= limit
        pages += [message["ts"] for message in page["messages"]]
        more = page["has_more"]
        cursor = page["response_metadata"]["next_cursor"] if more else ""
    assert pages == times


def test_the_bounds_of_a_thread_leave_out_answers_but_not_what_they_answer() -> None:
    world, times = a_thread(4)
    told = {"ts": times[0], "include_all_metadata": True}
    _, page = asked(world, "conversations.replies", oldest=times[2], **told)
    assert [message["ts"] for message in page["messages"]] == [times[0], times[3], times[4]]
    assert page["messages"][0]["metadata"]["event_payload"] == {"id": "1"}
    _, page = asked(world, "conversations.replies", oldest=times[2], latest=times[3], inclusive=1, **told)
    assert [message["ts"] for message in page["messages"]] == [times[0], times[2], times[3]]


def test_a_message_tells_that_it_was_answered() -> None:
    world, times = a_thread(2)
    _, page = asked(world, "conversations.history")
    (message,) = page["messages"]
    assert (message["reply_count"], message["latest_reply"], message["thread_ts"]) == (2, times[2], times[0])


@pytest.mark.parametrize(
    ("method", "told", "error"),
    [
        ("conversations.replies", {"ts": "1.000000"}, "thread_not_found"),
        ("conversations.replies", {"ts": ""}, "thread_not_found"),
        ("conversations.replies", {"channel": "#papers"}, "channel_not_found"),
        ("conversations.info", {"channel": "#papers"}, "channel_not_found"),
        ("conversations.info", {"channel": ""}, "channel_not_found"),
        ("conversations.join", {"channel": "D0U1"}, "channel_not_found"),
        ("conversations.join", {"channel": "G0BOARD"}, "method_not_supported_for_channel_type"),
        ("conversations.list", {"types": "rooms"}, "invalid_types"),
        ("conversations.list", {"cursor": "&"}, "invalid_cursor"),
        ("conversations.list", {"limit": "1000"}, "invalid_limit"),
        ("users.info", {"user": "ada"}, "user_not_found"),
        ("chat.postEphemeral", {"user": ""}, "user_not_in_channel"),
        ("chat.update", {"ts": "1.000000"}, "message_not_found"),
        ("chat.update", {"channel": "D0U1", "ts": "1.0"}, "channel_not_found"),
    ],
)
def test_a_bad_question_is_refused(method: str, told: dict[str, str], error: str) -> None:
    assert refused(fold(World(), ALL), method, **told) == error


@pytest.mark.parametrize(
    ("method", "told", "needed"),
    [
        ("conversations.replies", {}, "channels:history"),
        ("conversations.replies", {"channel": "G1"}, "groups:history"),
        ("conversations.info", {}, "channels:read"),
        ("conversations.info", {"channel": "D1"}, "im:read"),
        ("conversations.list", {"types": "public_channel, private_channel"}, "channels:read"),
        ("conversations.list", {"types": "private_channel"}, "groups:read"),
        ("conversations.join", {}, "channels:join"),
        ("users.info", {"user": "U1"}, "users:read"),
        ("chat.update", {}, "chat:write"),
        ("chat.postEphemeral", {}, "chat:write"),
    ],
)
def test_each_call_needs_its_scope(method: str, told: dict[str, str], needed: str) -> None:
    world = fold(World(), GrantScopes(scopes=("im:write",)))
    _, answer = asked(world, method, **told)
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", needed, "im:write")


@given(st.integers(1, 5))
def test_a_listing_has_each_channel_once(limit: int) -> None:
    world = fold(fold(World(), ALL), NameMember(id="C1", name="one"))
    for event in (NameMember(id="U1", name="ada"), NameMember(id="G1", name="secret"), LeaveChannel(channel="C2"),
                  NameMember(id="G2", name="unseen"), LeaveChannel(channel="G2")):  # fmt: skip
        world = fold(world, event)
    found: dict[str, dict[str, Any]] = {}
    cursor = "begin"
    while cursor:
        told = {} if cursor == "begin" else {"cursor": cursor}
        _, page = asked(world, "conversations.list", types="public_channel,private_channel", limit=limit, **told)
        assert not found.keys() & {channel["id"] for channel in page["channels"]}
        found |= {channel["id"]: channel for channel in page["channels"]}
        cursor = page["response_metadata"]["next_cursor"]
    assert sorted(found) == ["C0OPS", "C0PAPERS", "C1", "C2", "G1"]
    assert (found["C0PAPERS"]["name"], found["C0PAPERS"]["is_member"]) == ("papers", True)
    assert (found["C2"]["is_member"], found["G1"]["is_private"]) == (False, True)


def test_a_channel_that_the_app_is_not_in_takes_nothing_until_it_joins() -> None:
    world = fold(fold(World(), ALL), LeaveChannel(channel="C0PAPERS"))
    assert refused(world, "chat.postMessage") == "not_in_channel"
    assert refused(world, "conversations.history") == "not_in_channel"
    world, joined = asked(world, "conversations.join")
    assert joined["channel"]["is_member"] is True
    assert asked(world, "chat.postMessage")[1]["ok"] is True
    assert asked(world, "conversations.join")[1]["warning"] == "already_in_channel"
    hidden = fold(world, LeaveChannel(channel="G1"))
    assert refused(hidden, "chat.postMessage", channel="G1") == "channel_not_found"


def test_an_edit_changes_what_it_names_and_keeps_the_rest() -> None:
    blocks = [{"type": "divider"}]
    world, first = asked(World(), "chat.postMessage", text="old", blocks=blocks)
    world, changed = asked(world, "chat.update", ts=first["ts"], text="new")
    assert (changed["text"], changed["ts"]) == ("new", first["ts"])
    (message,) = asked(world, "conversations.history")[1]["messages"]
    assert (message["text"], message["blocks"], message["ts"]) == ("new", blocks, first["ts"])
    assert message["edited"]["user"] == "U0CALLBOARD"
    assert refused(world, "chat.update", ts=first["ts"], blocks=[{"type": "video"}]) == "invalid_blocks"


def test_what_one_person_alone_sees_is_in_no_history() -> None:
    world, told = asked(World(), "chat.postEphemeral", user="U1", text="for you")
    assert world.slack.messages[0].visible_to == "U1"
    assert world.slack.messages[0].ts == told["message_ts"]
    assert asked(world, "conversations.history")[1]["messages"] == []
    assert refused(world, "chat.update", ts=told["message_ts"]) == "message_not_found"


def test_a_person_has_a_name() -> None:
    world = fold(fold(World(), ALL), NameMember(id="U1", name="Ada"))
    assert asked(world, "users.info", user="U1")[1]["user"]["real_name"] == "Ada"
    assert asked(world, "users.info", user="U0CALLBOARD")[1]["user"]["is_bot"] is True


def test_a_method_is_limited_by_its_tier_when_the_script_says_so() -> None:
    world = fold(World(), LimitTiers(window=timedelta(seconds=60)))
    for second in range(50):
        world, reply = visit(world, a_call("conversations.history", after=float(second)))
        assert reply.status == 200
    same, reply = visit(world, a_call("conversations.history", after=50.0))
    assert (reply.status, dict(reply.headers)["Retry-After"]) == (429, "10")
    assert same == world
    assert visit(world, a_call("conversations.replies", after=50.0))[1].status == 200
    assert visit(world, a_call("conversations.history", after=60.0))[1].status == 200
    assert visit(world, a_call("auth.test", after=50.0))[1].status == 200
    world = fold(world, LimitTiers(window=timedelta()))
    assert visit(world, a_call("conversations.history", after=50.0))[1].status == 200


@given(
    st.sampled_from(["chat.update", "chat.postEphemeral", "conversations.replies", "conversations.info",
                     "conversations.list", "conversations.join", "users.info"]),
    st.dictionaries(st.sampled_from(["channel", "ts", "user", "limit", "cursor", "types", "latest"]), st.text()),
)  # fmt: skip
def test_no_argument_brings_slack_down(method: str, told: dict[str, str]) -> None:
    assert asked(fold(World(), ALL), method, **told)[1]["ok"] in (True, False)

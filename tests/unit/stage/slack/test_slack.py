"""The stand-in Slack."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.stage.faults.exchange import Reply
from actors.stage.world.slack_events import (
    ArchiveChannel,
    DeactivateUser,
    GrantScopes,
    InstallForOrganization,
    LeaveChannel,
    LimitRate,
    MakePrivate,
    NameMember,
)
from actors.stage.world.world import World, fold
from tests.unit.stage.builders import a_call, said, visit


def refused(reply: Reply) -> str:
    told = said(reply)
    assert told["ok"] is False
    return str(told["error"])


def posted(world: World, **told: Any) -> tuple[World, str]:
    world, reply = visit(world, a_call(**told))
    assert said(reply)["ok"] is True
    return world, str(said(reply)["ts"])


def test_who_has_no_token_or_a_wrong_one_is_refused() -> None:
    assert refused(visit(World(), a_call(token=""))[1]) == "not_authed"
    assert refused(visit(World(), a_call(token="xoxb-old"))[1]) == "invalid_auth"
    assert said(visit(World(), a_call("auth.test"))[1])["user_id"] == "U0CALLBOARD"


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"channel": "#nowhere"}, "channel_not_found"),
        ({"channel": "D0U9"}, "channel_not_found"),
        ({"channel": "alice"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"metadata": "{"}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"metadata": "[]"}, "invalid_metadata_format"),
        ({"blocks": '"\\ud800'}, "invalid_blocks_format"),
        ({"blocks": '["\\ud800"]'}, "invalid_blocks_format"),
    ],
)
def test_a_bad_post_is_refused_and_leaves_nothing(told: dict[str, Any], error: str) -> None:
    world, reply = visit(World(), a_call(**told))
    assert refused(reply) == error
    assert world == World()


def test_an_unknown_method_is_said_to_be_one() -> None:
    assert refused(visit(World(), a_call("chat.shout"))[1]) == "unknown_method"


@pytest.mark.parametrize("channel", ["C0PAPERS", "#papers", "papers"])
def test_a_channel_has_an_id_and_a_name(channel: str) -> None:
    world, reply = visit(World(), a_call(channel=channel))
    assert said(reply)["channel"] == "C0PAPERS"
    assert world.slack.messages[0].channel == "C0PAPERS"


def test_a_name_of_a_person_is_no_channel() -> None:
    world = fold(World(), NameMember(id="U1", name="ada"))
    assert refused(visit(world, a_call(channel="#ada"))[1]) == "channel_not_found"


def test_a_post_to_a_user_opens_the_direct_conversation() -> None:
    world, reply = visit(World(), a_call(channel="U1"))
    direct = said(reply)["channel"]
    assert str(direct).startswith("D")
    assert world.slack.opened == {direct: "U1"}
    assert said(visit(world, a_call(channel=direct))[1])["channel"] == direct
    again = said(visit(world, a_call("conversations.open", users="U1"))[1])
    assert (again["channel"], again["already_open"]) == ({"id": direct}, True)


def test_a_conversation_is_opened_for_a_user_only() -> None:
    assert refused(visit(World(), a_call("conversations.open", users="", channel=""))[1]) == "users_list_not_supplied"
    assert refused(visit(World(), a_call("conversations.open", users="ada"))[1]) == "user_not_found"


def test_a_second_message_within_the_spacing_is_told_to_wait() -> None:
    world = fold(World(), LimitRate(spacing=timedelta(seconds=1)))
    world, _ = posted(world)
    same, reply = visit(world, a_call(after=0.4))
    assert (reply.status, refused(reply), dict(reply.headers)["Retry-After"]) == (429, "ratelimited", "1")
    assert same == world
    assert visit(world, a_call(channel="U1", after=0.4))[1].status == 200
    assert visit(world, a_call(after=1.0))[1].status == 200


def history(world: World, **told: Any) -> tuple[list[str], str]:
    told = {"channel": "C0PAPERS", **told}
    answer = said(visit(world, a_call("conversations.history", **told))[1])
    assert answer["ok"] is True, answer
    messages, paging = answer["messages"], answer.get("response_metadata")
    assert isinstance(messages, list)
    assert answer["has_more"] is (paging is not None)
    return [message["ts"] for message in messages], paging["next_cursor"] if isinstance(paging, dict) else ""


@given(st.lists(st.sampled_from(["C0PAPERS", "U1"]), max_size=12), st.integers(1, 5))
def test_the_pages_of_a_history_have_each_message_once_the_newest_first(channels: list[str], limit: int) -> None:
    world, mine = World(), []
    for channel in channels:
        world, ts = posted(world, channel=channel)
        if channel == "C0PAPERS":
            mine.append(ts)
    pages, cursor = history(world, limit=limit)
    while cursor:
        page, cursor = history(world, limit=str(limit), cursor=cursor)
        assert len(page) <= limit
        pages += page
    assert pages == mine[::-1]


def test_a_history_has_bounds_which_are_not_in_it_unless_asked() -> None:
    world, times = World(), []
    for second in range(4):
        world, ts = posted(world, after=float(second))
        times.append(ts)
    assert history(world, oldest=times[0], latest=times[3])[0] == [times[2], times[1]]
    assert history(world, oldest=times[0], latest=times[3], inclusive="1")[0] == times[::-1]
    assert history(world, oldest=times[1].partition(".")[0])[0] == [times[3], times[2]]


def test_a_history_tells_metadata_only_when_asked_and_no_answers_in_threads() -> None:
    metadata = {"event_type": "callboard_notice", "event_payload": {"id": "7"}}
    world, ts = posted(World(), metadata=json.dumps(metadata), blocks='[{"type": "divider"}]')
    world, _ = posted(world, thread_ts=ts)
    for flag, expected in (("true", metadata), ("1", metadata), ("0", None), (False, None)):
        call = a_call("conversations.history", include_all_metadata=flag)
        messages = said(visit(world, call)[1])["messages"]
        assert isinstance(messages, list)
        assert [message.get("metadata") for message in messages] == [expected]
        assert messages[0]["blocks"] == [{"type": "divider"}]


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"channel": "#papers"}, "channel_not_found"),
        ({"channel": "D0U1"}, "channel_not_found"),
        ({"limit": "0"}, "invalid_arguments"),
        ({"limit": "1000"}, "invalid_arguments"),
        ({"oldest": "1E9999"}, "invalid_ts_oldest"),
        ({"latest": "now"}, "invalid_ts_latest"),
        ({"cursor": "&"}, "invalid_cursor"),
        ({"cursor": "bmV4dF90czo="}, "invalid_cursor"),
    ],
)
def test_a_bad_question_for_a_history_is_refused(told: dict[str, Any], error: str) -> None:
    assert refused(visit(World(), a_call("conversations.history", **told))[1]) == error


@given(st.dictionaries(st.sampled_from(["channel", "text", "limit", "cursor", "oldest", "users"]), st.text()))
def test_no_argument_brings_slack_down(told: dict[str, Any]) -> None:
    for method in ("chat.postMessage", "conversations.history", "conversations.open"):
        reply = visit(World(), a_call(method, **told))[1]
        assert said(reply)["ok"] in (True, False)


def test_a_text_that_is_too_long_is_cut_and_an_update_refused() -> None:
    world, ts = posted(World(), text="x" * 40_001)
    (message,) = world.slack.messages
    assert len(message.text) == 40_000
    assert refused(visit(world, a_call("chat.update", ts=ts, text="x" * 4_001))[1]) == "msg_too_long"
    assert said(visit(world, a_call("chat.update", ts=ts, text="x" * 4_000))[1])["ok"] is True


def times_of(world: World, **told: Any) -> tuple[list[str], str]:
    page: Any = said(visit(world, a_call("conversations.history", limit=2, **told))[1])
    return [message["ts"] for message in page["messages"]], page.get("response_metadata", {}).get("next_cursor", "")


def test_with_oldest_alone_a_history_begins_with_its_oldest_page() -> None:
    world, times = World(), []
    for _ in range(5):
        world, ts = posted(world)
        times.append(ts)
    newest_first, cursor = times_of(world)
    assert newest_first == [times[4], times[3]]
    assert times_of(world, cursor=cursor)[0] == [times[2], times[1]]
    assert times_of(world, oldest=times[0], latest="9999999999")[0] == [times[4], times[3]]
    oldest_first, cursor = times_of(world, oldest=times[0])
    assert oldest_first == [times[2], times[1]]
    assert times_of(world, oldest=times[0], cursor=cursor) == ([times[4], times[3]], "")


def test_an_answer_in_a_thread_names_who_wrote_what_it_answers() -> None:
    world, ts = posted(World())
    world, _ = posted(world, thread_ts=ts)
    page: Any = said(visit(world, a_call("conversations.replies", ts=ts))[1])
    assert [message.get("parent_user_id") for message in page["messages"]] == [None, "U0CALLBOARD"]


def test_a_private_channel_may_have_an_id_that_begins_with_c() -> None:
    world = fold(World(), MakePrivate(channel="C0BOARD"))
    scopes = GrantScopes(scopes=("chat:write", "channels:history", "channels:read", "channels:join", "groups:read"))
    world = fold(world, scopes)
    told: Any = said(visit(world, a_call("conversations.info", channel="C0BOARD"))[1])
    assert told["channel"]["is_private"] is True
    history: Any = said(visit(world, a_call("conversations.history", channel="C0BOARD"))[1])
    assert (history["error"], history["needed"]) == ("missing_scope", "groups:history")
    assert refused(visit(world, a_call("conversations.join", channel="C0BOARD"))[1]) == (
        "method_not_supported_for_channel_type"
    )
    outside = fold(world, LeaveChannel(channel="C0BOARD"))
    assert refused(visit(outside, a_call(channel="C0BOARD"))[1]) == "channel_not_found"
    assert refused(visit(fold(world, LeaveChannel(channel="C0OPEN")), a_call(channel="C0OPEN"))[1]) == "not_in_channel"


def test_an_archived_channel_takes_nothing_and_one_who_has_left_takes_all() -> None:
    world = fold(fold(World(), ArchiveChannel(channel="C0PAPERS")), DeactivateUser(user="U1"))
    assert refused(visit(world, a_call())[1]) == "is_archived"
    assert posted(fold(world, ArchiveChannel(channel="C0PAPERS", is_archived=False)))
    world, _ = posted(world, channel="U1")
    told: Any = said(visit(world, a_call("users.info", user="U1"))[1])
    assert told["user"]["deleted"] is True


def test_an_organizations_app_says_so() -> None:
    world = fold(World(), InstallForOrganization(enterprise="E0ORG"))
    told = said(visit(world, a_call("auth.test"))[1])
    assert (told["team_id"], told["enterprise_id"], told["is_enterprise_install"]) == ("E0ORG", "E0ORG", True)
    assert said(visit(World(), a_call("auth.test"))[1])["is_enterprise_install"] is False


def test_a_bot_says_whose_app_it_is() -> None:
    told: Any = said(visit(World(), a_call("bots.info", bot="B0CALLBOARD"))[1])
    assert told["bot"]["app_id"] == "A0CALLBOARD"
    assert refused(visit(World(), a_call("bots.info", bot="B1"))[1]) == "bot_not_found"

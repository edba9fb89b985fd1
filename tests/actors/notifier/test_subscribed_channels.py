"""Channels as subscribers, and what the notifier knows of them, on both bases."""

import asyncio
from collections.abc import Iterator

import pytest

from actors.notifier.slack.directory import SlackDirectory
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.state import STAGE_TOKEN
from messages.channels import ChannelAccess, ChannelQuery, ChannelReply
from messages.notices import (
    Audience,
    Happening,
    NoticeState,
    NoticeStatusQuery,
    NoticeStatusReply,
    NotifyChannel,
    NotifyUser,
    TakeBackNotices,
)
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.hours import an_hour_from_now, way
from tests.actors.notifier.room import Room
from tests.builders import settings
from tests.watching_builders import a_notice


def feed(room: Room, seq: int, *ids: str, happening: Happening = Happening.DRAFT_FOUND) -> None:
    """What the readers' channel is told anyway."""
    notices = tuple(a_notice(id, happening=happening) for id in ids)
    room.harness.deliver_and_wait("prober", seq, NotifyChannel(audience=Audience.READERS, notices=notices))


def announced(room: Room) -> dict[str, list[str]]:
    """Under which names each notice was queued."""
    found: dict[str, list[str]] = {}
    for recipient, ids in room.rows("SELECT recipient, announced FROM notifier.messages ORDER BY place"):
        for id in ids:
            found.setdefault(id, []).append(recipient)
    return found


def subscribed(room: Room, seq: int, channel: str, *ids: str, happening: Happening = Happening.DRAFT_FOUND) -> None:
    """What a channel is told by an entry."""
    notices = tuple(a_notice(id, happening=happening, matched=("audience:SG16",)) for id in ids)
    room.harness.deliver_and_wait("watchlist", seq, NotifyUser(user=channel, notices=notices))


def test_a_channel_is_told_by_its_entries_with_the_button_that_is_true_for_all(room: Room) -> None:
    room.open()
    subscribed(room, 1, "C2", "D1000R0")
    subscribed(room, 2, "C2", "P1000R0", happening=Happening.PAPER_ADDED)
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    first, later = room.slack.messages
    assert first["text"].startswith("D1000R0 new draft: std::execution (this channel watches audience:SG16)\n")
    assert (later["thread_ts"], later["channel"]) == (first["ts"], "C2")
    assert "Watch this paper" in str(first["blocks"])
    assert "Mute" not in str(first["blocks"])
    assert "Why?" not in str(first["blocks"])


def test_the_readers_channel_is_told_of_drafts_once_whatever_its_entries_match(room: Room) -> None:
    room.open()
    feed(room, 1, "D1000R0")
    subscribed(room, 1, "C1", "D1000R0")
    subscribed(room, 2, "C1", "P1000R0", "P2000R0", happening=Happening.PAPER_ADDED)
    feed(room, 2, "P1000R0", happening=Happening.DRAFT_PUBLISHED)
    room.snapshot_when(lambda snapshot: snapshot.sent == 3)
    told = [(id, text.split("\n")[0]) for text in room.slack.texts("C1") for id in ("1000R0", "2000R0") if id in text]
    assert sorted(told) == [
        ("1000R0", "D1000R0 new draft: std::execution"),
        ("1000R0", "P1000R0 paper published: std::execution"),
        ("2000R0", "P2000R0 new paper: std::execution (this channel watches audience:SG16)"),
    ]


def test_the_readers_channel_has_its_own_hours(room: Room) -> None:
    room.open()
    room.harness.deliver_and_wait("watchlist", 1, way("C1", at_minute=an_hour_from_now()))
    feed(room, 1, "D1000R0")
    subscribed(room, 2, "C2", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert room.slack.texts("C1") == []
    room.harness.deliver_and_wait("watchlist", 3, way("C1", at_minute=0, quiet=()))
    assert room.rows("SELECT user_id FROM notifier.digest_buffer") == [("C1",)]


def test_a_channel_that_is_configured_by_its_name_is_known_by_its_id(room: Room) -> None:
    room.open(channel="#papers")
    room.slack.names["#papers"] = "C7"
    feed(room, 1, "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    subscribed(room, 1, "C7", "D1000R0", "D1000R1")
    subscribed(room, 2, "C7", "P9R0", happening=Happening.PAPER_ADDED)
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert [text.split("\n")[0] for text in room.slack.texts("C7")] == [
        "D1000R0 new draft: std::execution",
        "P9R0 new paper: std::execution (this channel watches audience:SG16)",
    ]


def test_the_readers_channel_is_known_by_its_id_while_its_name_is_refused(room: Room) -> None:
    room.open(channel="#papers")
    room.slack.names["#papers"] = "C7"
    feed(room, 1, "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.slack.script("chat.postMessage", answers.refuse("not_in_channel"))
    feed(room, 2, "D1001R0")
    room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    subscribed(room, 1, "C7", "D1001R0")
    subscribed(room, 2, "C7", "P9R0", happening=Happening.PAPER_ADDED)
    room.until(lambda: "P9R0" in announced(room))
    assert announced(room) == {"D1000R0": ["#papers"], "D1001R0": ["#papers"], "P9R0": ["#papers"]}


def test_what_the_readers_channel_was_told_under_its_name_is_on_record(room: Room) -> None:
    room.open(channel="#papers")
    room.slack.names["#papers"] = "C7"
    feed(room, 1, "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    for channel, states in (("C7", [NoticeState.SENT]), ("C8", [])):
        query = NoticeStatusQuery(request_id=channel, user=channel, ids=("D1000R0",))
        reply = room.harness.ask(query, NoticeStatusReply)
        assert [each.state for each in reply.statuses] == states


def test_what_a_channel_no_longer_wants_is_taken_back(room: Room) -> None:
    room.open()
    room.harness.deliver_and_wait("watchlist", 1, way("C2", at_minute=an_hour_from_now()))
    subscribed(room, 2, "C2", "D1000R0")
    command = TakeBackNotices(user="C2", entries=("audience:SG16",), subjects=(), everything=False, reason="r")
    room.harness.deliver_and_wait("watchlist", 3, command)
    room.until(lambda: room.rows("SELECT state FROM notifier.messages") == [("taken_back",)])


@pytest.fixture(scope="module")
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.name_member("C0SG16", "sg16")
        client.name_member("C0OUT", "out")
        client.name_member("G0PRIVATE", "private")
        client.leave("C0OUT")
        client.leave("G0PRIVATE")
        client.admit("C0SG16", *(f"U{number:04d}" for number in range(1500)))
        yield client


@pytest.mark.parametrize(
    ("channel", "user", "access"),
    [
        ("C0SG16", "U0001", ChannelAccess.ALLOWED),
        ("#sg16", "U1499", ChannelAccess.ALLOWED),
        ("#SG16", "", ChannelAccess.ALLOWED),
        ("C0SG16", "U7777", ChannelAccess.NOT_A_MEMBER),
        ("#out", "U0001", ChannelAccess.NOT_INVITED),
        ("C0OUT", "", ChannelAccess.NOT_INVITED),
        ("#private", "U0001", ChannelAccess.UNSEEN),
        ("G0PRIVATE", "U0001", ChannelAccess.UNSEEN),
        ("#none", "U0001", ChannelAccess.UNSEEN),
    ],
)
def test_slack_is_asked_who_is_in_a_channel(stage: StageClient, channel: str, user: str, access: ChannelAccess) -> None:
    async def look_up() -> ChannelReply:
        directory = SlackDirectory(settings(slack={"bot_token": STAGE_TOKEN, "api_url": stage.slack_url}).slack)
        try:
            return await directory.look_up(channel, user)
        finally:
            await directory.close()

    reply = asyncio.run(look_up())
    assert reply.access is access, reply
    if access in (ChannelAccess.ALLOWED, ChannelAccess.NOT_INVITED):
        assert reply.name in ("sg16", "out")


def test_without_slack_operators_name_channels_by_their_ids(room: Room) -> None:
    room.open(bot_token="")
    ask = room.harness.ask
    known = ask(ChannelQuery(request_id="1", channel="C2", user=""), ChannelReply)
    assert (known.access, known.id) == (ChannelAccess.ALLOWED, "C2")
    unknown = ask(ChannelQuery(request_id="2", channel="#sg16", user=""), ChannelReply)
    assert (unknown.access, "by its id" in unknown.why) == (ChannelAccess.UNKNOWN, True)

"""Commands about channels, given to a WatchlistActor on both bases with a real database."""

from collections.abc import Callable

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.channels import ChannelAccess, ChannelQuery, ChannelReply
from messages.commands import CommandAnswered, CommandOutcome, PreferencesChanged, UserForgotten
from messages.drafts import DraftsFound
from messages.notices import NotifyUser, TakeBackNotices
from tests.actors.harness import Harness
from tests.actors.watchlist.room import Room
from tests.commanding_builders import said
from tests.sql import rows
from tests.watching_builders import a_known_draft


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Room:
    """With no entries, and an index that nobody knows yet."""
    return Room(make_harness, database)


def answer(room: Room, access: ChannelAccess = ChannelAccess.ALLOWED) -> ChannelQuery:
    """As the notifier, the next question about a channel; the question."""
    query = room.harness.expect(ChannelQuery, to="notifier")
    reply = ChannelReply(request_id=query.request_id, access=access, id="C0SG16", name="sg16")
    room.harness.tell_as("notifier", reply)
    return query


def tell(room: Room, text: str, access: ChannelAccess = ChannelAccess.ALLOWED) -> CommandAnswered:
    """What U1 says about #sg16, who may; the answer."""
    id = room.say(text)
    answer(room, access)
    return room.answer_of(id)


@pytest.mark.bases(SIMPLE, TCP)
def test_a_subscription_outlives_a_restart_and_is_told_to_the_channel_once(room: Room) -> None:
    id = room.say("subscribe <#C0SG16|sg16> P2300, audience:SG16")
    query = room.harness.expect(ChannelQuery, to="notifier")
    assert (query.channel, query.user) == ("C0SG16", "U1")
    room.leave()
    room.begin()
    again = answer(room)
    assert (again.channel, again.user) == ("C0SG16", "U1")
    answered = room.answer_of(id)
    assert (answered.user, answered.channel, answered.thread) == ("U1", "D1", "1.2")
    assert "#sg16 is now subscribed to P2300" in said(answered.answer)
    assert room.numbers() == ((2300,), ())
    room.leave()
    room.begin()
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    notified = room.harness.expect(NotifyUser, to="notifier")
    assert (notified.user, notified.notices[0].matched) == ("C0SG16", ("P2300",))
    found = rows(room.dsn, "SELECT user_id, added_by FROM watchlist.entries ORDER BY key")
    assert found == [("C0SG16", "U1"), ("C0SG16", "U1")]
    assert room.watches("U1") == []


def test_everything_is_every_draft(room: Room) -> None:
    tell(room, "subscribe #sg16 everything")
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2301),)))
    notified = room.harness.expect(NotifyUser, to="notifier")
    assert (notified.user, notified.notices[0].matched) == ("C0SG16", ("everything",))
    assert "no longer subscribed to everything" in said(tell(room, "unsubscribe #sg16 everything").answer)


@pytest.mark.parametrize("access", [ChannelAccess.NOT_A_MEMBER, ChannelAccess.NOT_INVITED, ChannelAccess.UNKNOWN])
def test_who_may_not_changes_nothing(room: Room, access: ChannelAccess) -> None:
    refused = tell(room, "subscribe #sg16 P2300", access=access)
    assert "now subscribed" not in said(refused.answer)
    assert rows(room.dsn, "SELECT * FROM watchlist.entries") == []
    assert rows(room.dsn, "SELECT * FROM watchlist.open_commands") == []


def test_a_channel_has_hours_and_mutes_and_is_forgotten(room: Room) -> None:
    tell(room, "subscribe #sg16 P2300")
    tell(room, "quiet #sg16 22:00-07:00 Europe/Berlin")
    assert room.harness.expect(PreferencesChanged, to="notifier").preferences.user == "C0SG16"
    tell(room, "mute #sg16 P2300")
    assert room.harness.expect(TakeBackNotices, to="notifier").user == "C0SG16"
    assert "P2300 until you unmute it" in said(tell(room, "subscriptions #sg16").answer)
    assert "forget #sg16 yes" in said(tell(room, "forget #sg16").answer)
    tell(room, "forget #sg16 yes")
    assert room.harness.expect(UserForgotten, to="notifier").user == "C0SG16"
    for table in ("entries", "mutes", "preferences"):
        assert rows(room.dsn, f"SELECT user_id FROM watchlist.{table}") == []


def test_a_member_who_is_forgotten_leaves_the_channels_list_without_their_name(room: Room) -> None:
    tell(room, "subscribe #sg16 P2300")
    room.command("forget me yes")
    assert rows(room.dsn, "SELECT user_id, added_by FROM watchlist.entries") == [("C0SG16", "C0SG16")]


def test_an_operator_needs_not_be_a_member(room: Room) -> None:
    room.harness.tell(room.an_operators("subscribe #sg16 P2300", "U7"))
    assert answer(room).user == ""
    done = room.operators_answer()
    assert (done.done, "#sg16 is now subscribed to P2300" in said(done.answer)) == (CommandOutcome.DONE, True)

"""What Slack refuses: one conversation, a thread, or everything."""

import pytest

from messages.notices import Audience, NotifyChannel
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter
from tests.watching_builders import a_notice


def to_channel(room: Room, number: int, *ids: str) -> None:
    notices = tuple(a_notice(id) for id in ids)
    room.harness.deliver("prober", number, NotifyChannel(audience=Audience.READERS, notices=notices))


@pytest.mark.parametrize("error", ["no_permission", "ekm_access_denied", "access_denied", "enterprise_is_restricted"])
def test_a_conversation_that_is_closed_to_the_app_is_suspended_and_nobody_else_waits(room: Room, error: str) -> None:
    room.open()
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.slack.script("chat.postMessage", answers.refuse(error))
    to_channel(room, 1, "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    assert snapshot.suspended_why == f"1 {error}"
    assert [
        sentence for sentence in snapshot.status.sentences if "token" in sentence or "unreachable" in sentence
    ] == []
    assert any("slack.channel C1 has accepted no messages" in sentence for sentence in snapshot.status.sentences)
    room.tell_user("U2", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert (snapshot.suspended, counter(snapshot, "retried")) == (1, 0)


@pytest.mark.parametrize("error", ["restricted_action_thread_locked", "restricted_action_non_threadable_channel"])
def test_news_of_a_thread_that_takes_no_replies_is_posted_outside_it(room: Room, error: str) -> None:
    room.open()
    to_channel(room, 1, "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.slack.script("chat.postMessage", answers.refuse(error))
    to_channel(room, 2, "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert counter(snapshot, "unthreaded") == 1
    assert snapshot.suspended == 0
    assert [message.get("thread_ts") for message in room.slack.messages] == [None, None]


def test_while_slack_lets_nobody_look_health_says_so_and_others_are_served(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.take_and_reset)
    limited = answers.until_released("conversations.history", answers.limit(1), answers.history)
    room.slack.script("conversations.history", limited)
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(
        lambda snapshot: any("waiting to look in Slack's history" in each for each in snapshot.status.sentences)
    )
    assert "whether a message has arrived" in str(snapshot.status.sentences)
    room.tell_user("U2", "D1000R0")
    room.until(lambda: bool(room.slack.texts("DU2")))
    room.slack.released.set()
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2 and snapshot.status.sentences == ())
    assert counter(snapshot, "found_in_history") == 1
    assert len(room.slack.texts("DU1")) == 1

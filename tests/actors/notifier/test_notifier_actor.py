"""The NotifierActor on both bases, with a real database and a scripted Slack."""

import socket
import time

import pytest

from actors.notifier.outbound.retries import FIRST_TOKEN_RETRY_SECONDS
from actors.notifier.outbound.throttle import RECIPIENT_QUEUE_LIMIT
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.dead_letters import (
    DeadLetterOutcome,
    DiscardDeadLetter,
    RetryDeadLetter,
)
from messages.delivery import Ack, Deliver
from messages.lifecycle import Drain, Drained
from messages.notices import Audience, Happening, NotifyChannel, NotifyUser
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import CONNECTION, Room, counter
from tests.actors.notifier.slack_server import TOKEN, SlackServer
from tests.watching_builders import a_notice


def test_a_users_batch_is_one_direct_message(room: Room) -> None:
    room.open()
    room.tell_user("U1", "D1000R0", "D1001R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    (message,) = room.slack.messages
    assert message["channel"] == "DU1"
    assert message["text"].startswith(
        "2 new drafts: D1000R0, D1001R0 (you watch niebler)\n\nD1000R0 new draft: std::execution\n"
    )
    assert (snapshot.delivery, snapshot.queued, snapshot.sending, snapshot.dead) == ("slack", 0, 0, 0)
    assert snapshot.status.sentences == ()
    ((id, state, announced, channel, ts),) = room.rows(
        "SELECT id::text, state, announced, channel, ts FROM notifier.messages"
    )
    announces = [{"id": "D1000R0"}, {"id": "D1001R0"}]
    payload = {"id": id, "announces": announces}
    assert message["metadata"] == {"event_type": "callboard_notice", "event_payload": payload}
    assert (state, announced, channel, ts) == ("sent", ["D1000R0", "D1001R0"], "DU1", message["ts"])
    assert room.harness.failures() == []


def test_readers_read_in_the_channel_and_operators_in_theirs(room: Room) -> None:
    room.open(ops_channel="C2")
    published = a_notice("P1000R0", happening=Happening.DRAFT_PUBLISHED)
    room.harness.deliver("prober", 1, NotifyChannel(audience=Audience.READERS, notices=(published,)))
    room.harness.deliver("prober", 2, NotifyChannel(audience=Audience.OPERATORS, notices=(a_notice("D1R0"),)))
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert [text.partition(":")[0].partition(" ")[2] for text in room.slack.texts("C1")] == ["paper published"]
    assert [text.partition(":")[0].partition(" ")[2] for text in room.slack.texts("C2")] == ["new draft"]


def test_without_channels_only_users_are_told(room: Room) -> None:
    room.open(channel="", ops_channel="")
    for number, audience in enumerate(Audience, 1):
        room.harness.deliver("prober", number, NotifyChannel(audience=audience, notices=(a_notice("D1R0"),)))
        room.harness.expect(Ack, to="prober")
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert room.rows("SELECT recipient FROM notifier.messages") == [("U1",)]


def test_messages_to_one_user_come_in_order_a_second_apart_and_hold_up_nobody(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.held(answers.post))
    room.tell_user("U1", "D1000R0")
    room.until(lambda: room.slack.calls == ["chat.postMessage"])
    room.tell_user("U1", "D1001R0")
    room.tell_user("U1", "D1002R0")
    room.tell_user("U2", "D2000R0")
    room.until(lambda: bool(room.slack.texts("DU2")))
    assert room.slack.texts("DU1") == []
    released = time.monotonic()
    room.slack.released.set()
    room.snapshot_when(lambda snapshot: snapshot.sent == 4)
    assert time.monotonic() - released >= 2.0
    assert [text[:7] for text in room.slack.texts("DU1")] == [
        "D1000R0", "D1001R0", "D1002R0",
    ]  # fmt: skip


def test_a_limited_message_comes_once_after_the_pause(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.limit(2))
    started = time.monotonic()
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert time.monotonic() - started >= 2.0
    assert len(room.slack.messages) == 1
    assert counter(snapshot, "limited") == 1


@pytest.mark.parametrize("taken", [answers.take_and_hang, answers.take_and_reset])
def test_a_message_whose_post_had_no_clear_answer_is_found_and_not_repeated(room: Room, taken: answers.Answer) -> None:
    room.open(timeout=5.0)
    room.tell_user("U1", "D0999R0")
    before = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.slack.script("chat.postMessage", taken)
    room.slack.script("conversations.history", answers.held(answers.history))
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: any(snapshot.status.sentences))
    room.slack.released.set()
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert counter(snapshot, "found_in_history") == counter(before, "found_in_history") + 1
    assert snapshot.status.sentences == ()
    assert len(room.slack.messages) == 2
    assert room.slack.calls[-1] == "conversations.history"


def test_a_message_that_did_not_arrive_is_posted_again(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.status(500))
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert counter(snapshot, "not_found_in_history") == 1
    assert len(room.slack.messages) == 1
    assert room.slack.calls == ["chat.postMessage", "conversations.open", "conversations.history", "chat.postMessage"]


def test_where_the_history_can_never_be_asked_the_message_is_repeated_and_counted(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.take_and_reset)
    room.slack.script("conversations.open", answers.refuse("missing_scope"))
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (counter(snapshot, "unsettled"), snapshot.unsettled) == (1, 1)
    assert len(room.slack.messages) == 2


@pytest.mark.parametrize(
    "error", ["channel_not_found", "not_in_channel", "is_archived", "user_not_found", "user_disabled"]
)
def test_a_dead_recipient_is_parked_with_the_reason_costs_no_more_calls_and_blocks_nobody(
    room: Room, error: str
) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.refuse(error))
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    room.tell_user("U1", "D1001R0")
    room.tell_user("U2", "D1002R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (snapshot.status.sentences, snapshot.queued, counter(snapshot, "suspended")) == ((), 2, 1)
    assert room.slack.calls == ["chat.postMessage"] * 2
    (dead_letter,) = room.dead_letters()
    assert (dead_letter.id, dead_letter.messages, dead_letter.failures) == ("notifier/recipient/U1", 2, 1)
    assert dead_letter.error.startswith(f"{error}: ")


def test_a_parked_recipient_that_is_retried_gets_everything_in_its_order(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.refuse("not_in_channel"), answers.refuse("not_in_channel"))
    room.tell_user("U1", "D1000R0")
    room.tell_user("U1", "D1001R0")
    room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    assert room.settle(RetryDeadLetter(request_id="1", id="notifier/recipient/U1")) is DeadLetterOutcome.RETRIED
    room.until(lambda: room.dead_letters()[0].failures == 2)
    assert room.settle(RetryDeadLetter(request_id="2", id="notifier/recipient/U1")) is DeadLetterOutcome.RETRIED
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert (snapshot.suspended, snapshot.queued, room.dead_letters()) == (0, 0, ())
    assert [text[:7] for text in room.slack.texts("DU1")] == [
        "D1000R0", "D1001R0",
    ]  # fmt: skip
    assert room.settle(RetryDeadLetter(request_id="3", id="notifier/recipient/U1")) is DeadLetterOutcome.UNKNOWN


def test_a_parked_recipient_that_is_discarded_gets_nothing_and_later_ones_are_tried(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.refuse("is_archived"))
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    assert room.settle(DiscardDeadLetter(request_id="1", id="notifier/recipient/U1")) is DeadLetterOutcome.DISCARDED
    room.tell_user("U1", "D1001R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (snapshot.suspended, snapshot.queued, len(room.slack.messages)) == (0, 0, 1)


def test_a_message_that_slack_never_takes_is_a_letter_and_can_be_sent_again(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.refuse("msg_too_long"))
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.dead == 1)
    (dead_letter,) = room.dead_letters()
    assert (dead_letter.what, dead_letter.error) == ("D1000R0 to U1", "msg_too_long: the message is too long")
    assert room.settle(RetryDeadLetter(request_id="1", id=dead_letter.id)) is DeadLetterOutcome.RETRIED
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (snapshot.dead, room.dead_letters()) == (0, ())


def test_a_channel_of_the_configuration_that_is_parked_is_a_reason(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.refuse("not_in_channel"))
    room.harness.deliver("prober", 1, NotifyChannel(audience=Audience.READERS, notices=(a_notice("D1R0"),)))
    snapshot = room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    (reason,) = snapshot.status.sentences
    assert reason.startswith("slack.channel C1 has accepted no messages since ")
    assert "invite it" in reason


def test_parking_outlives_the_actor(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.refuse("user_disabled"))
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    room.end()
    room.begin()
    room.tell_user("U1", "D1001R0")
    room.tell_user("U2", "D1002R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (snapshot.suspended, snapshot.queued) == (1, 2)
    assert room.slack.calls == ["chat.postMessage"] * 2


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
def test_a_refused_token_keeps_everything_is_said_and_all_leaves_when_it_works_again(room: Room, error: str) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.refuse_posts(error))
    began = time.monotonic()
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: any(snapshot.status.sentences))
    (reason,) = snapshot.status.sentences
    assert reason.startswith("Slack has rejected the token since ")
    assert TOKEN not in repr(snapshot)
    room.tell_user("U2", "D1001R0")
    room.snapshot_when(lambda snapshot: snapshot.queued == 2)
    shortest = FIRST_TOKEN_RETRY_SECONDS * 0.75
    assert len(room.slack.calls) <= 1 + (time.monotonic() - began) / shortest
    assert room.slack.messages == []
    room.slack.released.set()
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert (snapshot.status.sentences, len(room.slack.messages)) == ((), 2)


def test_more_messages_than_are_held_in_memory_leave_in_their_order(room: Room) -> None:
    room.open()
    for number in range(RECIPIENT_QUEUE_LIMIT + 2):
        room.tell_user("U1", f"D{1000 + number}R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == RECIPIENT_QUEUE_LIMIT + 2)
    assert [text[:5] for text in room.slack.texts("DU1")] == [
        f"D{1000 + number}" for number in range(RECIPIENT_QUEUE_LIMIT + 2)
    ]


def test_what_was_sent_is_kept_for_a_while_and_what_is_queued_for_ever(room: Room) -> None:
    room.retention = {"interval": 0.2, "sent": 1.0}
    room.open()
    room.slack.script("chat.postMessage", answers.post, answers.refuse("user_disabled"))
    room.tell_user("U1", "D1000R0")
    room.until(lambda: bool(room.slack.messages))
    room.tell_user("U2", "D1001R0")
    gone = {"its message", "its conversation"}
    room.snapshot_when(
        lambda snapshot: (snapshot.sent, snapshot.suspended, counter(snapshot, "rows_expired")) == (0, 1, len(gone))
    )
    assert room.rows("SELECT recipient FROM notifier.messages") == [("U2",)]
    assert room.rows("SELECT recipient FROM notifier.conversations") == []


def test_slack_that_is_away_at_the_start_gets_everything_when_it_is_there(room: Room) -> None:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    room.open(f"http://127.0.0.1:{bound.getsockname()[1]}/api/")
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: any(snapshot.status.sentences))
    assert snapshot.status.sentences[0].startswith("Slack has been unreachable since ")
    with SlackServer(bound) as slack:
        snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
        assert len(slack.messages) == 1
    assert snapshot.status.sentences == ()


@pytest.mark.parametrize("taken", [answers.take_and_hang, answers.hang])
@pytest.mark.bases(SIMPLE, TCP)
def test_what_was_on_its_way_at_a_crash_is_settled_after_the_next_start(room: Room, taken: answers.Answer) -> None:
    room.open()
    room.slack.script("chat.postMessage", taken)
    room.tell_user("U1", "D1000R0")
    room.until(lambda: room.slack.calls == ["chat.postMessage"])
    room.end()
    assert room.rows("SELECT state, attempt FROM notifier.messages") == [("sending", 1)]
    room.begin()
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert len(room.slack.messages) == 1


def test_an_outage_of_the_database_between_post_and_note_repeats_nothing(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.held(answers.post))
    room.tell_user("U1", "D1000R0")
    room.until(lambda: room.slack.calls == ["chat.postMessage"])
    room.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity" + CONNECTION)
    room.slack.released.set()
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert len(room.slack.messages) == 1
    assert room.rows("SELECT state FROM notifier.messages") == [("sent",)]


def test_an_outage_of_the_database_before_the_post_loses_nothing(room: Room) -> None:
    room.open()
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.tell_user("U1", "D1001R0")
    room.harness.expect(Ack, to="watchlist", where=lambda ack: ack.seq == 2)
    room.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity" + CONNECTION)
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert len(room.slack.messages) == 2


def test_a_batch_that_is_delivered_twice_is_told_once(room: Room) -> None:
    room.open()
    event = NotifyUser(user="U1", notices=(a_notice("D1000R0", matched=("niebler",)),))
    for _ in range(2):
        room.harness.tell_as("watchlist", Deliver(source="watchlist", seq=1, event=event))
        room.harness.expect(Ack, to="watchlist")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert room.rows("SELECT count(*) FROM notifier.messages") == [(1,)]


@pytest.mark.bases(SIMPLE, TCP)
def test_when_drained_nothing_more_is_posted(room: Room) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.held(answers.post))
    room.tell_user("U1", "D1000R0")
    room.until(lambda: room.slack.calls == ["chat.postMessage"])
    room.harness.tell(Drain())
    room.tell_user("U2", "D1001R0")
    room.snapshot_when(lambda snapshot: snapshot.queued == 1)
    assert room.harness.heard_of(Drained) == []
    room.slack.released.set()
    room.harness.expect(Drained)
    snapshot = room.snapshot()
    assert (snapshot.sent, snapshot.queued) == (1, 1)
    assert len(room.slack.messages) == 1


def test_without_a_token_everything_goes_to_the_console(room: Room, capfd: pytest.CaptureFixture[str]) -> None:
    room.open(bot_token="", channel="")
    room.tell_user("anna", "D1000R0")
    room.harness.deliver("prober", 1, NotifyChannel(audience=Audience.READERS, notices=(a_notice("D1000R0"),)))
    room.harness.deliver("prober", 2, NotifyChannel(audience=Audience.OPERATORS, notices=(a_notice("D1001R0"),)))
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 3)
    assert snapshot.delivery == "console"
    printed = capfd.readouterr().out
    assert "── to anna · " in printed
    assert "── to readers · " in printed
    assert "── to operators · " in printed
    assert "   D1000R0 new draft: std::execution (you watch niebler)\n" in printed
    assert room.slack.calls == []

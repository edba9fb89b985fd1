"""What is held for users, and what is left of who is forgotten, on both bases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.commands import (
    AnswerLine,
    CommandAnswer,
    CommandAnswered,
    Delivery,
    DigestStyle,
    PreferencesChanged,
    Span,
    UserForgotten,
)
from messages.dead_letters import DeadLetterOutcome, RetryDeadLetter
from messages.notices import Happening, NoticeState, NoticeStatusQuery, NoticeStatusReply, NotifyUser, SummarizeForUser
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.hours import an_hour_from_now, quiet_for_an_hour, way
from tests.actors.notifier.room import Room, counter
from tests.watching_builders import a_notice


def test_what_a_user_wants_later_is_kept_and_sent_as_one_when_they_change_their_mind(room: Room) -> None:
    room.open()
    room.harness.deliver("watchlist", 1, way(at_minute=an_hour_from_now()))
    room.harness.deliver("watchlist", 2, NotifyUser(user="U1", notices=(a_notice("D1000R0", matched=("a",)),)))
    summary = SummarizeForUser(user="U2", since=None, notices=(a_notice("D1R0", matched=("b",)),), more=0)
    room.harness.deliver("watchlist", 3, summary)
    room.harness.deliver("watchlist", 4, NotifyUser(user="U1", notices=(a_notice("D1001R0", matched=("a",)),)))
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 1 and counter(snapshot, "held_back") == 2)
    assert [message["channel"] for message in room.slack.messages] == ["DU2"]
    assert snapshot.queued == 0
    room.harness.deliver("watchlist", 5, way(delivery=Delivery.IMMEDIATE))
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    (text,) = room.slack.texts("DU1")
    assert text.startswith("2 new drafts: D1000R0, D1001R0 (you watch a)\n\nD1000R0 new draft: ")
    assert room.rows(
        "SELECT (SELECT count(*) FROM notifier.digest_buffer), (SELECT count(*) FROM notifier.digest_schedule)"
    ) == [(0, 0)]


def test_a_user_who_wants_one_message_each_has_one_for_each_notice_and_one_for_a_summary(room: Room) -> None:
    room.open()
    wanted = way(at_minute=an_hour_from_now()).preferences
    each = PreferencesChanged(preferences=replace(wanted, style=DigestStyle.EACH))
    room.harness.deliver("watchlist", 1, each)
    ids = ("D1000R0", "D1001R0", "D1002R0")
    batch = tuple(a_notice(id, matched=("a",)) for id in ids)
    room.harness.deliver("watchlist", 2, NotifyUser(user="U1", notices=batch))
    summary = SummarizeForUser(user="U1", since=None, notices=(a_notice("D1R0"), a_notice("D2R0")), more=0)
    room.harness.deliver("watchlist", 3, summary)
    room.snapshot_when(lambda snapshot: counter(snapshot, "held_back") == 5)
    room.rows("UPDATE notifier.digest_schedule SET due_at = now() - interval '1 minute'")
    room.end()
    room.begin()
    room.snapshot_when(lambda snapshot: snapshot.sent == 4)
    *news, last = room.slack.texts("DU1")
    assert [text[1:7] for text in news] == ["1000R0", "1001R0", "1002R0"]
    assert ("D1R0" in last, "D2R0" in last) == (True, True)
    assert all("thread_ts" not in message for message in room.slack.messages)
    later = a_notice("D1001R0", matched=("a",), happening=Happening.DRAFT_UPDATED)
    room.harness.deliver("watchlist", 4, way(delivery=Delivery.IMMEDIATE))
    room.harness.deliver("watchlist", 5, NotifyUser(user="U1", notices=(later,)))
    room.snapshot_when(lambda snapshot: snapshot.sent == 5)
    assert room.slack.messages[4]["thread_ts"] == room.slack.messages[1]["ts"]


@pytest.mark.bases(SIMPLE, TCP)
def test_what_is_held_is_sent_when_it_is_due_also_after_a_restart(room: Room) -> None:
    room.open()
    room.harness.deliver("watchlist", 1, way(delivery=Delivery.IMMEDIATE, quiet=quiet_for_an_hour()))
    room.harness.deliver("watchlist", 2, NotifyUser(user="U1", notices=(a_notice("D1000R0", matched=("a",)),)))
    room.snapshot_when(lambda snapshot: counter(snapshot, "held_back") == 1)
    ((due_at,),) = room.rows("SELECT due_at FROM notifier.digest_schedule")
    assert timedelta(minutes=58) < due_at - datetime.now(UTC) <= timedelta(minutes=60)
    room.end()
    room.rows("UPDATE notifier.digest_schedule SET due_at = now() + interval '1 second'")
    room.begin()
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.end()
    room.begin()
    assert len(room.slack.texts("DU1")) == 1


def keep_for(room: Room, *users: str) -> None:
    """Each wants a digest, and something is kept for it."""
    for number, user in enumerate(users):
        room.harness.deliver("watchlist", 2 * number + 1, way(user, at_minute=an_hour_from_now()))
        told = NotifyUser(user=user, notices=(a_notice(f"D100{number}R0", matched=("a",)),))
        room.harness.deliver("watchlist", 2 * number + 2, told)
    room.snapshot_when(lambda snapshot: counter(snapshot, "held_back") == len(users))
    room.end()


def test_what_cannot_be_told_is_a_letter_and_keeps_nobody_from_what_is_due(room: Room) -> None:
    room.open()
    keep_for(room, "U1", "U2", "U3")
    room.rows("UPDATE notifier.digest_buffer SET payload = payload - 'notices' WHERE user_id = 'U1'")
    room.rows("UPDATE notifier.digest_schedule SET due_at = now() - interval '1 hour' WHERE user_id = 'U1'")
    room.rows("UPDATE notifier.digest_schedule SET due_at = now() - interval '1 minute' WHERE user_id <> 'U1'")
    room.begin()
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert sorted(message["channel"] for message in room.slack.messages) == ["DU2", "DU3"]
    assert any("1 dead letter since" in reason for reason in snapshot.status.sentences)
    (dead_letter,) = room.dead_letters()
    assert (dead_letter.what, "`notices`" in dead_letter.error) == ("NotifyUser 1 from notifier", True)
    assert room.rows(
        "SELECT (SELECT count(*) FROM notifier.digest_buffer), (SELECT count(*) FROM notifier.digest_schedule)"
    ) == [(0, 0)]
    assert room.settle(RetryDeadLetter(request_id="r1", id=dead_letter.id)) is DeadLetterOutcome.FAILED_AGAIN
    room.rows("UPDATE notifier.dead_letters SET payload = payload || '{\"notices\": []}'")
    assert room.settle(RetryDeadLetter(request_id="r2", id=dead_letter.id)) is DeadLetterOutcome.RETRIED
    assert room.rows("SELECT user_id FROM notifier.digest_schedule") == [("U1",)]


def test_what_was_timed_by_a_clock_that_was_set_back_is_timed_anew(room: Room) -> None:
    room.open()
    keep_for(room, "U1", "U2")
    room.rows(
        "UPDATE notifier.digest_schedule SET set_at = now() + interval '2 days', due_at = now() + interval '9 days'"
    )
    room.rows("UPDATE notifier.preferences SET delivery = 'immediate' WHERE user_id = 'U1'")
    room.begin()
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert [message["channel"] for message in room.slack.messages] == ["DU1"]
    ((user, is_soon),) = room.rows("SELECT user_id, due_at < now() + interval '1 hour' FROM notifier.digest_schedule")
    assert (user, is_soon) == ("U2", True)


FORGOTTEN = CommandAnswer(lines=(AnswerLine(spans=(Span(text="all forgotten"),)),))


def test_it_says_what_became_of_a_users_notices(room: Room) -> None:
    room.open()

    def statuses(*ids: str) -> list[tuple[str, NoticeState, str]]:
        query = NoticeStatusQuery(request_id=f"f{ids}", user="U1", ids=ids)
        return [(each.id, each.state, each.reason) for each in room.harness.ask(query, NoticeStatusReply).statuses]

    room.tell_user("U1", "D1000R0", "D1001R0")
    room.tell_user("U2", "D1002R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert statuses("D1000R0", "D1002R0") == [("D1000R0", NoticeState.SENT, "")]
    room.harness.deliver("watchlist", 3, way(at_minute=an_hour_from_now()))
    kept = tuple(a_notice(id, matched=("a",), happening=Happening.DRAFT_UPDATED) for id in ("D1000R0", "D1003R0"))
    room.harness.deliver("watchlist", 4, NotifyUser(user="U1", notices=kept))
    room.snapshot_when(lambda snapshot: counter(snapshot, "held_back") == 2)
    assert statuses("D1000R0") == [("D1000R0", NoticeState.SENT, ""), ("D1000R0", NoticeState.HELD, "")]
    query = NoticeStatusQuery(request_id="f", user="U1", ids=("D1003R0",))
    (one,) = room.harness.ask(query, NoticeStatusReply).statuses
    assert [(one.at,)] == room.rows("SELECT due_at FROM notifier.digest_schedule")
    room.slack.script("chat.postMessage", answers.refuse("user_not_found"))
    room.harness.deliver("watchlist", 5, way(delivery=Delivery.IMMEDIATE))
    room.snapshot_when(lambda snapshot: snapshot.suspended == 1)
    ((id, state, reason),) = statuses("D1003R0")
    assert (id, state, reason.partition(":")[0]) == ("D1003R0", NoticeState.SUSPENDED, "user_not_found")
    room.rows("UPDATE notifier.messages SET state = 'dead', reason = 'no' WHERE state = 'queued'")
    assert statuses("D1003R0") == [("D1003R0", NoticeState.DEAD, "no")]


def test_who_has_a_zone_that_is_gone_is_told_once_and_gets_notices_by_utc(room: Room) -> None:
    room.open()
    room.harness.deliver(
        "watchlist", 1, way(delivery=Delivery.IMMEDIATE, quiet=quiet_for_an_hour(), zone="Europe/Berlin")
    )
    room.harness.deliver("watchlist", 2, way("U2", at_minute=an_hour_from_now(), zone="Europe/Berlin"))
    room.snapshot_when(lambda snapshot: counter(snapshot, "events_taken") == 2)
    room.end()
    room.rows("UPDATE notifier.preferences SET zone = 'Mars/Olympus'")
    room.begin()
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    for user in ("U1", "U2"):
        (text,) = room.slack.texts(f"D{user}")
        assert text.startswith("Your time zone *Mars/Olympus* is no longer known here")
        assert "`timezone Europe/Berlin`" in text
    room.harness.deliver("watchlist", 3, NotifyUser(user="U1", notices=(a_notice("D1R0", matched=("a",)),)))
    room.harness.deliver("watchlist", 4, NotifyUser(user="U2", notices=(a_notice("D1R0", matched=("a",)),)))
    room.snapshot_when(lambda snapshot: counter(snapshot, "held_back") == 2)
    for _, due_at in room.rows("SELECT user_id, due_at FROM notifier.digest_schedule"):
        assert timedelta(minutes=58) < due_at - datetime.now(UTC) <= timedelta(minutes=60)
    room.end()
    room.begin()
    snapshot = room.snapshot()
    assert (snapshot.sent, snapshot.queued, room.dead_letters()) == (2, 0, ())
    assert room.harness.failures() == []


def test_a_zone_that_goes_while_the_service_runs_makes_no_dead_letter(room: Room) -> None:
    room.open()
    room.harness.deliver("watchlist", 1, way(delivery=Delivery.IMMEDIATE))
    room.snapshot_when(lambda snapshot: counter(snapshot, "events_taken") == 1)
    room.rows("UPDATE notifier.preferences SET zone = 'Mars/Olympus'")
    for number in (2, 3):
        told = NotifyUser(user="U1", notices=(a_notice(f"D{number}R0", matched=("a",)),))
        room.harness.deliver("watchlist", number, told)
    room.snapshot_when(lambda snapshot: snapshot.sent == 3)
    assert [text.startswith("Your time zone") for text in room.slack.texts("DU1")] == [True, False, False]
    assert room.dead_letters() == ()


def test_digests_of_who_has_set_no_zone_go_by_the_zone_of_the_installation(room: Room) -> None:
    room.open(timezone="Asia/Tokyo")
    in_tokyo = (an_hour_from_now() + 9 * 60) % 1440
    room.harness.deliver("watchlist", 1, way(at_minute=in_tokyo, zone=""))
    room.harness.deliver("watchlist", 2, NotifyUser(user="U1", notices=(a_notice("D1R0", matched=("a",)),)))
    room.snapshot_when(lambda snapshot: counter(snapshot, "held_back") == 1)
    ((due_at,),) = room.rows("SELECT due_at FROM notifier.digest_schedule")
    assert timedelta(minutes=58) < due_at - datetime.now(UTC) <= timedelta(minutes=60)
    room.rows("UPDATE notifier.digest_schedule SET due_at = due_at + interval '5 hours'")
    room.end()
    room.begin()  # as if the zone of the configuration had been another before
    room.until(lambda: room.rows("SELECT due_at FROM notifier.digest_schedule") == [(due_at,)])


def told_of(room: Room, user: str) -> dict[str, int]:
    """How many rows of each table have something of a user."""
    names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'notifier'"
    counts = {
        name: room.rows(f"SELECT count(*) FROM notifier.{name} AS its WHERE its::text LIKE '%{user}%'")[0][0]
        for (name,) in room.rows(names)
    }
    return {name: count for name, count in counts.items() if count}


LETTERS = (
    ("NotifyUser", '{"user": "U1", "notices": []}'),
    ("PreferencesChanged", '{"preferences": {"user": "U1"}}'),
    ("NotifyUser", '{"user": "U2", "notices": []}'),
)
"""The last is of somebody else."""


def test_nothing_is_left_of_a_forgotten_user(room: Room) -> None:
    room.open()
    room.tell_user("U1", "D1000R0")
    room.tell_user("U2", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    room.slack.script("chat.postMessage", answers.held(answers.post))
    room.tell_user("U1", "D1001R0")
    room.snapshot_when(lambda snapshot: snapshot.sending == 1)
    room.tell_user("U1", "D1002R0")
    room.harness.deliver("watchlist", 5, way(at_minute=an_hour_from_now()))
    room.harness.deliver("watchlist", 6, NotifyUser(user="U1", notices=(a_notice("D1003R0", matched=("a",)),)))
    room.snapshot_when(lambda snapshot: counter(snapshot, "held_back") == 1)
    for kind, payload in LETTERS:
        room.rows(
            "INSERT INTO notifier.dead_letters (source, destination, seq, kind, version, payload, error)"
            f" VALUES ('watchlist', 'notifier', 9, '{kind}', 1, '{payload}', 'no')"
        )
    kept = {
        "messages",
        "conversations",
        "announcements",
        "preferences",
        "digest_buffer",
        "digest_schedule",
        "dead_letters",
    }
    assert set(told_of(room, "U1")) >= kept
    room.harness.deliver("watchlist", 7, UserForgotten(user="U1"))
    forgotten = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (told_of(room, "U1"), forgotten.queued, forgotten.sending) == ({}, 0, 0)
    assert (forgotten.status.dead_letters, told_of(room, "U2")["dead_letters"]) == (1, 1)
    room.slack.released.set()
    answered = CommandAnswered(command_id="Ev1", user="U1", channel="DU1", thread="", answer=FORGOTTEN)
    room.harness.deliver("watchlist", 8, answered)
    room.snapshot_when(lambda snapshot: snapshot.sent == 2 and snapshot.sending == 0)
    assert told_of(room, "U1") == {"messages": 1, "conversations": 1}
    assert room.slack.texts("DU1")[2:] == ["all forgotten"]
    assert room.harness.failures() == []


def test_a_conversation_is_forgotten_when_nothing_was_said_in_it_for_long(room: Room) -> None:
    room.retention = {"interval": 0.2}
    room.open()
    room.tell_user("U1", "D1000R0")
    room.tell_user("U2", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    room.rows("UPDATE notifier.conversations SET at = now() - interval '91 days' WHERE recipient = 'U1'")
    room.until(lambda: room.rows("SELECT recipient FROM notifier.conversations") == [("U2",)])

"""Threads, hours and operators' news of the NotifierActor, on both bases."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messages.commands import (
    Answer,
    CommandAnswered,
    Delivery,
    Line,
    Preferences,
    PreferencesChanged,
    Span,
    UserForgotten,
)
from messages.health import HealthQuery, HealthReply
from messages.notices import Audience, Happening, NotifyChannel, NotifyUser, SummarizeForUser
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter
from tests.watching_builders import a_notice


def to_channel(room: Room, seq: int, *notices: Any) -> None:
    event = NotifyChannel(audience=Audience.READERS, notices=notices)
    room.harness.deliver("prober", seq, event)


def published(id: str) -> Any:
    return a_notice(id, happening=Happening.DRAFT_PUBLISHED)


def test_a_drafts_later_life_goes_into_the_thread_of_its_first_notice(room: Room) -> None:
    room.open()
    to_channel(room, 1, a_notice("D1000R0"), a_notice("D1001R0"))
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    first = {message["channel"]: message["ts"] for message in room.slack.messages}
    room.end()
    room.begin()
    to_channel(room, 2, a_notice("D1000R0", happening=Happening.DRAFT_UPDATED, detail="a page more"))
    to_channel(room, 3, published("P1000R0"), published("P1002R0"))
    room.tell_user("U1", "P1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 6)
    later = [(m["channel"], m["text"].split("\n")[2][1:8], m.get("thread_ts")) for m in room.slack.messages[2:]]
    assert sorted(later, key=str) == sorted(
        [
            ("C1", "D1000R0", first["C1"]),
            ("C1", "P1002R0", None),
            ("C1", "P1000R0", first["C1"]),
            ("DU1", "P1000R0", first["DU1"]),
        ],
        key=str,
    )


def test_a_mailing_is_one_message_and_the_rest_is_in_its_thread(room: Room) -> None:
    room.open()
    to_channel(room, 1, *(a_notice(f"P{number}R0", happening=Happening.PAPER_ADDED) for number in range(3000, 3060)))
    states = "SELECT count(*) > 1 AND bool_and(state = 'sent') FROM notifier.messages"
    room.until(lambda: room.rows(states) == [(True,)])
    first, *rest = room.slack.texts("C1")
    assert first.startswith("60 new papers (1/")
    assert rest
    top = room.slack.messages[0]
    assert "thread_ts" not in top
    assert {message["thread_ts"] for message in room.slack.messages[1:]} == {top["ts"]}


def test_a_thread_that_is_gone_does_not_keep_a_message(room: Room) -> None:
    room.open()
    to_channel(room, 1, a_notice("D1000R0"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.slack.script("chat.postMessage", answers.refuse("thread_not_found"))
    to_channel(room, 2, published("P1000R0"))
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert counter(snapshot, "unthreaded") == 1
    assert "thread_ts" not in room.slack.messages[1]


@pytest.mark.parametrize("error", ["msg_blocks_too_long", "invalid_blocks"])
def test_a_message_whose_blocks_slack_does_not_take_is_sent_as_text(room: Room, error: str) -> None:
    room.open()
    room.slack.script("chat.postMessage", answers.refuse(error))
    to_channel(room, 1, *(a_notice(f"P{number}R0", happening=Happening.PAPER_ADDED) for number in range(3000, 3030)))
    states = "SELECT count(*) > 1 AND bool_and(state = 'sent') FROM notifier.messages"
    room.until(lambda: room.rows(states) == [(True,)])
    first, *rest = room.slack.messages
    assert first["text"].startswith("30 new papers (1/")
    assert not first.get("blocks")
    assert all(message["blocks"] and message["thread_ts"] == first["ts"] for message in rest)
    assert counter(room.snapshot_when(lambda snapshot: snapshot.dead == 0), "sent_without_blocks") == 1


def way(user: str = "U1", delivery: Delivery = Delivery.DAILY, **fields: Any) -> PreferencesChanged:
    known: dict[str, Any] = {"at_minute": 0, "weekday": 0, "zone": "UTC", "quiet_from": None, "quiet_to": None}
    return PreferencesChanged(preferences=Preferences(user=user, delivery=delivery, **{**known, **fields}))


def an_hour_from_now() -> int:
    at = datetime.now(UTC) + timedelta(hours=1)
    return at.hour * 60 + at.minute


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
    assert text.startswith("You watch *a*: 2 new drafts\n\n*D1000R0* — ")
    assert room.rows("SELECT (SELECT count(*) FROM notifier.held), (SELECT count(*) FROM notifier.due)") == [(0, 0)]


def test_what_is_held_is_sent_when_it_is_due_also_after_a_restart(room: Room) -> None:
    room.open()
    begin, end = (an_hour_from_now() - minutes for minutes in (120, 0))
    room.harness.deliver("watchlist", 1, way(delivery=Delivery.IMMEDIATE, quiet_from=begin % 1440, quiet_to=end))
    room.harness.deliver("watchlist", 2, NotifyUser(user="U1", notices=(a_notice("D1000R0", matched=("a",)),)))
    room.snapshot_when(lambda snapshot: counter(snapshot, "held_back") == 1)
    ((due_at,),) = room.rows("SELECT due_at FROM notifier.due")
    assert timedelta(minutes=58) < due_at - datetime.now(UTC) <= timedelta(minutes=60)
    room.end()
    room.rows("UPDATE notifier.due SET due_at = now() + interval '1 second'")
    room.begin()
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    room.end()
    room.begin()
    assert len(room.slack.texts("DU1")) == 1


FORGOTTEN = Answer(lines=(Line(spans=(Span(text="all forgotten"),)),))


def told_of(room: Room, user: str) -> dict[str, int]:
    """How many rows of each table have something of a user."""
    names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'notifier'"
    counts = {
        name: room.rows(f"SELECT count(*) FROM notifier.{name} AS its WHERE its::text LIKE '%{user}%'")[0][0]
        for (name,) in room.rows(names)
    }
    return {name: count for name, count in counts.items() if count}


def test_nothing_is_left_of_a_forgotten_user(room: Room) -> None:
    room.open(timeout=20.0)
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
    assert set(told_of(room, "U1")) >= {"messages", "conversations", "announcements", "preferences", "held", "due"}
    room.harness.deliver("watchlist", 7, UserForgotten(user="U1"))
    forgotten = room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert (told_of(room, "U1"), forgotten.queued, forgotten.sending) == ({}, 0, 0)
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


class Operators:
    """Whoever answers for health."""

    def __init__(self, room: Room, **slack: Any) -> None:
        self.room = room
        room.others = ("watchlist", "prober", "health")
        known: dict[str, Any] = {"ops_channel": "C2", "ops_after": 1.0}
        room.open(**known | slack)

    def answer(self, *reasons: str) -> None:
        """Answer the next question."""
        query = self.room.harness.expect(HealthQuery, to="health")
        document = json.dumps({"status": "degraded" if reasons else "ok", "reasons": reasons})
        reply = HealthReply(request_id=query.request_id, document=document, healthy=not reasons)
        self.room.harness.tell_as("health", reply)

    def answer_until_told(self, count: int, *reasons: str) -> list[str]:
        """Go on answering so until operators have so many messages; what they say."""
        while len(self.room.slack.texts("C2")) < count:
            self.answer(*reasons)
        return self.room.slack.texts("C2")


def test_operators_are_told_when_a_trouble_begins_and_when_it_is_over(room: Room) -> None:
    operators = Operators(room)
    operators.answer()
    stale = "index: stale since 2025-11-21 11:00 UTC: HTTP <500>"
    (began,) = operators.answer_until_told(1, stale)
    assert began == "Trouble: index: stale since 2025-11-21 11:00 UTC: HTTP &lt;500&gt;"
    over = operators.answer_until_told(2)[1]
    assert over.startswith("Over, after ")
    for _ in range(3):
        operators.answer()
    again = operators.answer_until_told(3, stale)
    assert again[2] == began
    assert room.rows("SELECT count(*), count(ended_at) FROM notifier.incidents") == [(2, 1)]
    assert room.slack.texts("C1") == []


def test_an_actor_that_has_begun_again_is_told(room: Room) -> None:
    operators = Operators(room, ops_after=2.0)
    operators.answer()
    room.harness.recorders["prober2"] = room.harness.recorders.pop("prober")
    room.harness.introduce("watchlist", "prober", "health")
    assert operators.answer_until_told(1) == ["Trouble: prober: has begun again"]


def test_an_outage_of_the_database_is_told_when_it_is_over(room: Room) -> None:
    operators = Operators(room)
    operators.answer()
    away = "notifier: its tables cannot be reached since 11:00:00 UTC: PostgreSQL: gone"
    with room.locked("notifier.incidents"):
        began = time.monotonic()
        while time.monotonic() - began < 3.0:
            operators.answer(away)
    told = operators.answer_until_told(2)
    assert told[0] == f"Trouble: {away}"
    assert told[1].startswith("Over, after ")


def test_a_week_is_summed_up_if_that_is_wanted(room: Room) -> None:
    operators = Operators(room, ops_summary="weekly")
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    operators.answer()
    room.rows("UPDATE notifier.standing SET summarized_at = summarized_at - interval '8 days'")
    (text,) = operators.answer_until_told(1)
    assert ": 1 messages with news, 0 answers to commands, " in text
    assert text.endswith("Nothing was wrong for long.")


@pytest.mark.parametrize("notice", [a_notice(detail="host lies", happening=Happening.SUSPICION)])
def test_a_suspicion_of_a_version_before_is_for_operators(room: Room, notice: Any) -> None:
    room.open(ops_channel="C2")
    room.harness.deliver("prober", 1, NotifyChannel(audience=Audience.OPERATORS, notices=(notice,)))
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert room.slack.texts("C2") == ["Suspicion\n\nhost lies"]

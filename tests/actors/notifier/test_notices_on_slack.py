"""Threads and operators' news of the NotifierActor, on both bases."""

import json
import time
from typing import Any

import pytest

from messages.about import VERSION
from messages.health import HealthQuery, HealthReply
from messages.incidents import AcknowledgeIncidents, IncidentsAcknowledged, IncidentsListed, ListIncidents
from messages.lifecycle import ActorFailed
from messages.notices import Audience, Happening, NotifyChannel
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter
from tests.actors.notifier.slack_socket import SlackSocket, a_mention, a_press
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
    later = [(m["channel"], m["text"][:7], m.get("thread_ts")) for m in room.slack.messages[2:]]
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
    to_channel(room, 1, *(a_notice(f"P{number}R0", happening=Happening.PAPER_ADDED) for number in range(3000, 3100)))
    states = "SELECT count(*) > 1 AND bool_and(state = 'sent') FROM notifier.messages"
    room.until(lambda: room.rows(states) == [(True,)])
    first, *rest = room.slack.messages
    assert first["text"].startswith("100 new papers (1/")
    assert not first.get("blocks")
    assert all(message["blocks"] and message["thread_ts"] == first["ts"] for message in rest)
    assert counter(room.snapshot_when(lambda snapshot: snapshot.dead == 0), "sent_without_blocks") == 1


LONG_AGO = (
    "UPDATE notifier.incidents SET told_at = told_at - interval '2 hours'"
    " WHERE ended_at IS NULL AND reminders = 0 AND told_at > now() - interval '1 hour'"
)


class Operators:
    """Whoever answers for health."""

    def __init__(self, room: Room, **slack: Any) -> None:
        self.room = room
        room.others = ("watchlist", "prober", "health")
        known: dict[str, Any] = {"ops_channel": "C2", "ops_after": 1.0}
        room.open(**known | slack)

    def answer(self, *reasons: str, **more: bool) -> None:
        """Answer the next question; `more` is in each problem."""
        query = self.room.harness.expect(HealthQuery, to="health")
        problems = [
            {"code": "index_not_fetched", "subject": "index", "text": reason, "urgent": False, "fields": {}, **more}
            for reason in reasons
        ]
        document = json.dumps({"status": "degraded" if reasons else "ok", "problems": problems})
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
    assert began == "Problem: index: stale since 2025-11-21 11:00 UTC: HTTP &lt;500&gt;"
    over = operators.answer_until_told(2)[1]
    assert over.startswith("Resolved after ")
    for _ in range(3):
        operators.answer()
    again = operators.answer_until_told(3, stale)
    assert again[2] == began
    assert room.rows("SELECT count(*), count(ended_at) FROM notifier.incidents") == [(2, 1)]
    assert room.slack.texts("C1") == []


def test_what_is_not_loaded_yet_is_no_trouble(room: Room) -> None:
    operators = Operators(room, ops_after=0.0)
    for _ in range(3):
        operators.answer("index: not loaded yet", beginning=True)
    assert operators.answer_until_told(1, "index: stale") == ["Problem: index: stale"]


def test_what_is_said_about_one_trouble_is_one_thread_that_the_channel_sees(room: Room) -> None:
    operators = Operators(room)
    for _ in range(2):
        told = len(room.slack.texts("C2"))
        operators.answer_until_told(told + 1, "index: stale")
        while len(room.slack.texts("C2")) < told + 2:
            room.rows(LONG_AGO)  # again, for a look that was on its way writes what it had read
            operators.answer("index: stale")
        operators.answer_until_told(told + 3)
    began, reminder, over, began_again, *others = room.slack.messages
    assert [message["text"].split()[0] for message in (began, reminder, over)] == ["Problem:", "Still", "Resolved"]
    assert "thread_ts" not in began
    assert "thread_ts" not in began_again
    assert {message["thread_ts"] for message in (reminder, over)} == {began["ts"]}
    assert {message["thread_ts"] for message in others} == {began_again["ts"]}
    assert all(message["reply_broadcast"] for message in (reminder, over))


def test_an_operator_acknowledges_on_the_command_line_and_is_not_reminded(room: Room) -> None:
    operators = Operators(room)
    operators.answer_until_told(1, "index: stale")
    (listed,) = room.harness.ask(ListIncidents(request_id="l1"), IncidentsListed).incidents
    assert (listed.code, listed.subject, listed.acknowledged_at) == ("index_not_fetched", "index", None)
    wrong = AcknowledgeIncidents(request_id="a1", what="nothing", by="operator me")
    assert room.harness.ask(wrong, IncidentsAcknowledged).incidents == ()
    command = AcknowledgeIncidents(request_id="a2", what="index_not_fetched", by="operator me")
    (done,) = room.harness.ask(command, IncidentsAcknowledged).incidents
    assert (done.acknowledged_by, done.acknowledged_at is None) == ("operator me", False)
    room.rows("UPDATE notifier.incidents SET told_at = told_at - interval '2 days'")
    room.end()
    room.begin()
    for _ in range(3):
        operators.answer("index: stale")
    *_, said, over = operators.answer_until_told(3)
    assert said.endswith("There are no more reminders until it is resolved. (by operator me)")
    assert over.startswith("Resolved after ")
    assert {message.get("thread_ts") for message in room.slack.messages[1:]} == {room.slack.messages[0]["ts"]}
    again = operators.answer_until_told(4, "index: stale")
    assert again[3] == "Problem: index: stale"


def test_the_button_of_a_problem_acknowledges_it(room: Room) -> None:
    with SlackSocket() as wire:
        room.slack.socket_url = wire.url
        operators = Operators(room, app_token="xapp-1")
        room.until(lambda: wire.connections == 1)
        operators.answer_until_told(1, "index: stale")
        (problem,) = room.slack.messages
        blocks = problem["blocks"] if isinstance(problem["blocks"], list) else json.loads(problem["blocks"])
        (button,) = blocks[-1]["elements"]
        place = {"channel": {"id": "C2"}, "container": {"message_ts": problem["ts"], "channel_id": "C2"}}
        wire.deliver("interactive", a_press(button["value"], "p1", **place))
        assert operators.answer_until_told(2, "index: stale")[1] == (
            "Acknowledged: index_not_fetched index. There are no more reminders until it is resolved. (by <@U1>)"
        )
        wire.deliver("events_api", a_mention("<@UBOT> ack nonsense", channel="C2", ts="17.5"))
        assert operators.answer_until_told(3, "index: stale")[2].startswith("No open problem is called “nonsense”")
    assert [message.get("thread_ts") for message in room.slack.messages[1:]] == [problem["ts"], "17.5"]
    assert room.rows("SELECT acknowledged_by FROM notifier.incidents") == [("U1",)]


def test_operators_have_a_line_at_the_start_of_each_run_if_they_want_it(room: Room) -> None:
    room.open(ops_channel="C2", ops_start=True)
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert room.slack.texts("C2") == [f"Callboard {VERSION} has started"]


def test_an_actor_that_has_begun_again_is_told_however_late_somebody_looks(room: Room) -> None:
    operators = Operators(room, ops_after=0.0)
    operators.answer()
    room.harness.recorders["prober2"] = room.harness.recorders.pop("prober")
    room.harness.introduce("watchlist", "prober", "health")
    assert operators.answer_until_told(1) == ["Problem: prober: was restarted"]


def test_an_outage_of_the_database_is_told_when_it_is_over(room: Room) -> None:
    room.call_limit = None
    operators = Operators(room)
    operators.answer()
    away = "notifier: its tables cannot be reached since 11:00:00 UTC: PostgreSQL: gone"

    def fail() -> None:
        operators.answer(away)
        room.harness.expect(ActorFailed, where=lambda failure: failure.handler == "HealthReply")

    with room.locked("notifier.incidents"):
        fail()
        began, lasts = time.monotonic(), 0.0
        while lasts < 2.0:
            lasts = time.monotonic() - began
            fail()
    told = operators.answer_until_told(2)
    assert told[0] == f"Problem: {away}"
    assert told[1].startswith("Resolved after ")


def test_a_week_is_summed_up_if_that_is_wanted(room: Room) -> None:
    operators = Operators(room, ops_summary="weekly")
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    operators.answer()
    room.rows("UPDATE notifier.reporter_state SET summarized_at = summarized_at - interval '8 days'")
    (text,) = operators.answer_until_told(1)
    assert ": 1 notice sent, 0 answers to commands, " in text
    assert text.endswith("There were no lasting problems.")


@pytest.mark.parametrize("notice", [a_notice(detail="host lies", happening=Happening.SUSPICION)])
def test_a_suspicion_of_a_version_before_is_for_operators(room: Room, notice: Any) -> None:
    room.open(ops_channel="C2")
    room.harness.deliver("prober", 1, NotifyChannel(audience=Audience.OPERATORS, notices=(notice,)))
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert room.slack.texts("C2") == ["Suspicion: host lies"]

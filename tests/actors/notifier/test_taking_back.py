"""What a user no longer wants is taken back before it is sent, on both bases."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.commands import (
    AnswerLine,
    CommandAnswer,
    CommandAnswered,
    Delivery,
    DigestTimes,
    Preferences,
    PreferencesChanged,
    Span,
)
from messages.notices import Notice, NoticeState, NoticeStatusQuery, NoticeStatusReply, NotifyUser
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter
from tests.notifier_builders import take_back
from tests.watching_builders import a_notice, a_summary

QUEUE = "SELECT announced FROM notifier.messages WHERE state = 'queued' ORDER BY place"


def batch(*notices: Notice, user: str = "U1") -> NotifyUser:
    return NotifyUser(user=user, notices=notices)


def by(entry: str, *ids: str) -> tuple[Notice, ...]:
    return tuple(a_notice(id, matched=(entry,)) for id in ids)


class Sender:
    """Delivers what the watchlist says, in order, to a notifier whose first post is held back by Slack."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._seq = 0
        room.open()
        room.slack.script("chat.postMessage", answers.held(answers.post))
        self.say(batch(*by("first", "D1R0")))
        room.snapshot_when(lambda snapshot: snapshot.sending == 1)

    def say(self, *events: object) -> None:
        """The next."""
        for event in events:
            self._seq += 1
            self._room.harness.deliver("watchlist", self._seq, event)

    def let_go(self) -> list[str]:
        """Slack answers; the texts of what comes then, without the first."""
        self._room.slack.released.set()
        self._room.snapshot_when(lambda snapshot: snapshot.queued == snapshot.sending == 0)
        return self._room.slack.texts("DU1")[1:]

    def taken(self, ids: int) -> None:
        """So many notices were taken back."""
        self._room.snapshot_when(lambda snapshot: counter(snapshot, "taken_back") == ids)


def answer(text: str) -> CommandAnswered:
    lines = (AnswerLine(spans=(Span(text=text),)),)
    return CommandAnswered(command_id=text, user="U1", channel="D1", thread="", answer=CommandAnswer(lines=lines))


def statuses(room: Room, *ids: str) -> list[tuple[str, NoticeState, str]]:
    query = NoticeStatusQuery(request_id=f"s{ids}", user="U1", ids=ids)
    return [(each.id, each.state, each.reason) for each in room.harness.ask(query, NoticeStatusReply).statuses]


def test_an_answer_goes_before_hundreds_of_notices(room: Room) -> None:
    sender = Sender(room)
    sender.say(*(batch(*by("koppe", f"D{number}R0")) for number in range(1000, 1200)), answer("here it is"))
    room.snapshot_when(lambda snapshot: snapshot.queued == 201)
    room.slack.released.set()
    room.until(lambda: len(room.slack.texts("DU1")) >= 3)
    assert [text.partition("\n")[0] for text in room.slack.texts("DU1")[1:3]] == [
        "here it is",
        "D1000R0 new draft: std::execution (you watch koppe)",
    ]


@pytest.mark.bases(SIMPLE, TCP)
def test_everything_that_waits_is_taken_back_and_what_slack_has_stays(room: Room) -> None:
    sender = Sender(room)
    sender.say(*(batch(*by("koppe", f"D{number}R0")) for number in range(1000, 1030)))
    sender.say(a_summary(*by("koppe", "D2R0")), take_back(everything=True, reason="you unwatched everything"))
    sender.say(answer("you watch nothing"), batch(*by("new", "D3R0")))
    sender.taken(31)
    texts = sender.let_go()
    firsts = [text.partition("\n")[0] for text in texts]
    assert firsts == ["you watch nothing", "D3R0 new draft: std::execution (you watch new)"]
    assert "(you watch first)" in room.slack.texts("DU1")[0]
    assert statuses(room, "D1R0", "D2R0", "D3R0") == [
        ("D1R0", NoticeState.SENT, ""),
        ("D2R0", NoticeState.TAKEN_BACK, "you unwatched everything"),
        ("D3R0", NoticeState.SENT, ""),
    ]


def test_a_part_of_a_message_is_taken_back_and_the_rest_is_sent_in_its_place(room: Room) -> None:
    sender = Sender(room)
    sender.say(batch(*by("koppe", "D1000R0"), *by("P7", "D0007R1"), a_notice("D1001R0", matched=("koppe", "P1001"))))
    sender.say(batch(*by("niebler", "D1002R0")), take_back(entries=("koppe",)))
    sender.taken(1)
    assert room.rows(QUEUE) == [(["D0007R1", "D1001R0"],), (["D1002R0"],)]
    texts = sender.let_go()
    assert texts[0].startswith("2 new drafts: D0007R1, D1001R0 (you watch P7, P1001)\n\nD0007R1 new draft: ")
    assert "D1000R0" not in texts[0]
    assert "(you watch niebler)" in texts[1]
    assert statuses(room, "D1000R0") == [("D1000R0", NoticeState.TAKEN_BACK, "you muted “P1000”")]


def test_a_mailing_of_many_pages_shrinks_to_what_is_left(room: Room) -> None:
    sender = Sender(room)
    mailing = [*by("koppe", *(f"P{number}R0" for number in range(1000, 1100))), *by("P7", "P0007R0")]
    sender.say(batch(*mailing))
    room.snapshot_when(lambda snapshot: snapshot.queued >= 2)
    sender.say(take_back(subjects=tuple(f"P{number}" for number in range(1000, 1098))))
    sender.taken(98)
    (text,) = sender.let_go()
    assert [id for id in ("P1097R0", "P1098R0", "P1099R0", "P0007R0") if id in text] == [
        "P1098R0",
        "P1099R0",
        "P0007R0",
    ]
    assert text.startswith("3 new drafts: ")
    assert {state for _, state, _ in statuses(room, *(notice.id for notice in mailing[:98]))} == {
        NoticeState.TAKEN_BACK
    }


def a_digest(sender: Sender, delivery: Delivery = Delivery.DIGEST) -> None:
    """An hour from now, unless the user does not want one any more."""
    at = datetime.now(UTC) + timedelta(hours=1)
    digest = (DigestTimes(days=tuple(range(7)), minutes=(at.hour * 60 + at.minute,)),)
    wanted = Preferences(user="U1", delivery=delivery, digest=digest, zone="UTC", quiet=())
    sender.say(PreferencesChanged(preferences=wanted))


def test_what_is_kept_for_a_digest_is_taken_back_too(room: Room) -> None:
    sender = Sender(room)
    a_digest(sender)
    sender.say(batch(*by("koppe", "D1000R0"), *by("P7", "D0007R1")), batch(*by("koppe", "D1001R0")))
    sender.say(take_back(entries=("koppe",)))
    sender.taken(2)
    assert [each for each in statuses(room, "D1000R0", "D0007R1") if each[1] is not NoticeState.TAKEN_BACK] == [
        ("D0007R1", NoticeState.HELD, "")
    ]
    a_digest(sender, Delivery.IMMEDIATE)
    (text,) = sender.let_go()
    assert "(you watch P7)\n" in text


def test_a_digest_of_which_nothing_is_left_is_not_sent(room: Room) -> None:
    sender = Sender(room)
    a_digest(sender)
    sender.say(batch(*by("koppe", "D1000R0")), a_summary(*by("koppe", "D1001R0")), take_back(everything=True))
    sender.taken(2)
    assert room.rows("SELECT count(*) FROM notifier.digest_schedule") == [(0,)]
    a_digest(sender, Delivery.IMMEDIATE)
    assert sender.let_go() == []


def test_a_digest_that_waits_to_be_sent_is_taken_back_in_part(room: Room) -> None:
    sender = Sender(room)
    a_digest(sender)
    more_by = ((("koppe",), 7), (("P7",), 2))
    sender.say(batch(*by("koppe", "D1000R0"), *by("P7", "D0007R1")))
    sender.say(a_summary(*by("koppe", "D1001R0"), *by("P7", "P0007R2"), more=9, more_by=more_by))
    a_digest(sender, Delivery.IMMEDIATE)
    room.snapshot_when(lambda snapshot: snapshot.queued == 2)
    sender.say(take_back(entries=("koppe",)))
    sender.taken(2)
    batch_text, summary = sender.let_go()
    assert "(you watch P7)\n" in batch_text
    assert summary.endswith("P0007R2 … and 2 more: `recent` shows the newest")


def test_news_about_a_paper_whose_announcement_was_taken_back_begins_a_thread_of_its_own(room: Room) -> None:
    sender = Sender(room)
    sender.say(batch(*by("koppe", "D1000R0"), *by("P7", "D0007R1")), take_back(entries=("koppe",)))
    sender.taken(1)
    assert room.rows("SELECT subject FROM notifier.announcements ORDER BY subject") == [("1R0",), ("7R1",)]
    sender.say(batch(*by("P1000", "P1000R0")), batch(*by("P7", "P0007R1")))
    sender.let_go()
    threads = [bool(message.get("thread_ts")) for message in room.slack.messages if message["channel"] == "DU1"]
    assert threads == [False, False, False, True]


def test_what_was_taken_back_stays_so_over_a_restart(room: Room) -> None:
    sender = Sender(room)
    sender.say(*(batch(*by("koppe", f"D{number}R0")) for number in range(1000, 1015)), take_back(entries=("koppe",)))
    sender.taken(15)
    room.end()
    room.begin()
    room.snapshot_when(lambda snapshot: snapshot.queued == snapshot.sending == 0)
    assert len(ids_posted(room)) == 1


def ids_posted(room: Room) -> set[str]:
    return {text.partition("*D")[2][:6] for text in texts_of(room)}


def texts_of(room: Room) -> Iterable[str]:
    return room.slack.texts("DU1")


def test_what_was_taken_back_long_ago_is_deleted(room: Room) -> None:
    room.retention = {"interval": 0.05}
    sender = Sender(room)
    sender.say(batch(*by("koppe", "D1000R0")), take_back(everything=True))
    sender.taken(1)
    room.rows("UPDATE notifier.messages SET changed_at = now() - interval '100 days' WHERE state = 'taken_back'")
    room.until(lambda: room.rows("SELECT 1 FROM notifier.messages WHERE state = 'taken_back'") == [])

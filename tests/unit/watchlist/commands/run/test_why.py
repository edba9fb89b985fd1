"""What is said of what there was for a user."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from actors.watchlist.commands.run.answers import questions, why
from actors.watchlist.commands.run.answers.questions import PendingQuery
from actors.watchlist.model.questions import Question, QuestionKind, WhyFacts
from actors.watchlist.model.user_state import NoticeRecord
from messages.commands import CommandOutcome
from messages.notices import NoticeState, NoticeStatus, NoticeStatusQuery, NoticeStatusReply
from tests.builders import NOON
from tests.commanding_builders import a_mute, said
from tests.watching_builders import a_notice

MINUTE = timedelta(minutes=1)


def a_record(id: str = "D2300R11", at: datetime | None = NOON, **fields: Any) -> NoticeRecord:
    return NoticeRecord(**{"notice": a_notice(id), "matched": ("Köppe",), "mentioned": (), "at": at, **fields})


def a_status(
    state: NoticeState, since: datetime = NOON, at: datetime | None = None, id: str = "D2300R11"
) -> NoticeStatus:
    return NoticeStatus(id=id, state=state, since=since, at=at, reason="user_not_found")


def known(*told: NoticeRecord, **fields: Any) -> WhyFacts:
    return WhyFacts(
        **{"subject": "P2300", "user": "U1", "told": told, "matching": (), "muted": None, "zone": "Europe/Berlin"}
        | fields
    )


def test_what_was_sent_is_said_with_the_time_when_slack_took_it() -> None:
    text = said(why.why(known(a_record()), [a_status(NoticeState.SENT, at=NOON + MINUTE)]))
    assert text == (
        "What I sent you about P2300:\n"
        "• 2025-11-21 13:01 Europe/Berlin: new draft, D2300R11 “std::execution”, because you watch “Köppe”"
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (a_status(NoticeState.HELD, at=NOON + 45 * MINUTE), "held until 2025-11-21 13:45 Europe/Berlin"),
        (a_status(NoticeState.QUEUED), "being sent"),
        (a_status(NoticeState.SUSPENDED), "not sent yet because Slack won't accept it (user_not_found)"),
        (a_status(NoticeState.TAKEN_BACK, at=NOON), "taken back 2025-11-21 13:00 Europe/Berlin because user_not_found"),
        (a_status(NoticeState.DEAD), "not sent because Slack refused it (user_not_found)"),
        (a_status(NoticeState.SENT, NOON - MINUTE, NOON - MINUTE), "but no message about it is on record"),
        (a_status(NoticeState.SENT, id="D2300R12"), "but no message about it is on record"),
    ],
)
def test_nobody_was_told_of_what_was_not_sent(status: NoticeStatus, words: str) -> None:
    text = said(why.why(known(a_record()), [status]))
    assert text.startswith("Notices about P2300, newest first:\n• noticed 2025-11-21 13:00 Europe/Berlin, ")
    assert f"{words}: new draft, D2300R11" in text


def test_what_was_taken_back_before_it_was_handed_on_is_said_with_the_reason() -> None:
    text = said(why.why(known(a_record(taken_back="you muted “P2300”")), [a_status(NoticeState.SENT, at=NOON)]))
    assert text.startswith(
        "Notices about P2300, newest first:\n"
        "• taken back 2025-11-21 13:00 Europe/Berlin because you muted “P2300”: new draft, D2300R11"
    )


def test_each_notice_has_the_status_of_the_message_that_came_after_it() -> None:
    told = (a_record(at=None), a_record(at=NOON + 2 * MINUTE), a_record())
    statuses = [
        a_status(NoticeState.SENT, NOON, NOON),
        a_status(NoticeState.HELD, NOON + 3 * MINUTE, NOON + 9 * MINUTE),
    ]
    lines = said(why.why(known(*told), statuses)).splitlines()
    assert [line.partition(": ")[0] for line in lines[1:]] == [
        "• waiting to be sent",
        "• noticed 2025-11-21 13:02 Europe/Berlin, held until 2025-11-21 13:09 Europe/Berlin",
        "• 2025-11-21 13:00 Europe/Berlin",
    ]


def test_what_was_never_told_is_said_with_what_matches_and_is_muted() -> None:
    answer = why.why(known(matching=("Köppe",), muted=a_mute("P2300")), ())
    assert said(answer).startswith("I haven't sent you anything about P2300.\nIt matches “Köppe” on your list.\nMuted:")
    assert answer.buttons == ()


def test_a_notifier_that_is_silent_is_named_and_nothing_is_said_to_be_sent() -> None:
    question = Question(kind=QuestionKind.WHY, why=known(a_record(), a_record()))
    assert msgspec.json.decode(msgspec.json.encode(question), type=Question) == question
    assert questions.queries(question, "r") == {
        "notifier": NoticeStatusQuery(request_id="r", user="U1", ids=("D2300R11",))
    }
    inquiry = PendingQuery(question=question, missing=frozenset({"notifier"}))
    outcome, answer = questions.answer(inquiry)
    assert outcome is CommandOutcome.UNANSWERED
    assert "• noticed 2025-11-21 13:00 Europe/Berlin: new draft" in said(answer)
    assert "the message queue isn't responding" in said(answer)
    statuses = (a_status(NoticeState.SENT, at=NOON),)
    outcome, answer = questions.answer(
        questions.with_reply(inquiry, NoticeStatusReply(request_id="r", statuses=statuses))
    )
    assert (outcome, said(answer).splitlines()[0]) == (CommandOutcome.DONE, "What I sent you about P2300:")


def test_an_author_of_the_last_revision_that_the_file_does_not_name_is_said_to_be_one() -> None:
    notice = replace(a_notice(), authors=("Kirk Shoop",), earlier_authors=("Eric Niebler", "Thomas Köppe"))
    text = said(why.why(known(a_record(notice=notice, matched=("koppe", "shoop", "P2300"))), []))
    assert text.endswith(
        "because you watch “koppe” (an author of the last revision; the new file does not name them), “shoop”, “P2300”"
    )

"""What operators ask the prober: of a number, and to ask for a name now. On both bases."""

import threading
import time
from typing import Any

import pytest

from messages.inquiries import AskNames, AskRefused, ExplainNumber, NamesAsked, NumberExplained
from messages.probing import DraftName, Verdict
from messages.switching import Probing
from tests.actors.prober import server as answers
from tests.actors.prober.room import PAPERS, Room, counter, switch
from tests.prober_builders import a_name

SLOW: dict[str, Any] = {"min_revisit": 3600.0, "confirm_after": 0.3}


def explain(room: Room, number: int) -> NumberExplained:
    query = ExplainNumber(request_id=f"e{time.time()}", number=number)
    return room.harness.ask(query, NumberExplained)


def ask_now(room: Room, *names: DraftName) -> NamesAsked:
    return room.harness.ask(AskNames(request_id=f"a{time.time()}", names=names), NamesAsked)


def refused(room: Room, *names: DraftName) -> str:
    return room.harness.ask(AskNames(request_id=f"a{time.time()}", names=names), AskRefused).detail


def is_through(room: Room) -> None:
    """Until the first sweep is over: a revisit is an hour away."""
    for number in range(1, 91):
        until_asked(room, number)


def until_asked(room: Room, number: int) -> None:
    room.when(lambda _: was_asked(explain(room, number)))


def was_asked(known: NumberExplained) -> bool:
    """For all its names, and is not being asked now."""
    return known.asked_at is not None and known.due_at is not None


def test_a_number_is_explained(room: Room) -> None:
    room.open(**SLOW)
    room.add(*PAPERS)
    is_through(room)
    known = explain(room, 7)
    assert known.newest == PAPERS[6]
    assert (known.revisions, known.frontier, known.watched, known.strategy) == ((0,), 30, False, "learnt")
    assert known.why is not None
    assert known.why.hazard is not None
    assert known.why.hazard > 0
    assert {factor.what for factor in known.why.factors} >= {"age of the newest revision"}
    assert known.interval is not None
    assert [name.name for name in known.names][:2] == ["D0007R1.pdf", "D0007R1.html"]
    unknown = explain(room, 99_999)
    assert (unknown.newest, unknown.interval, unknown.due_at, unknown.names) == (None, None, None, ())


def test_when_a_number_was_asked_and_will_be_is_told(room: Room) -> None:
    room.open(**SLOW, strategy="two-frequency")
    room.add(*PAPERS)
    is_through(room)
    known = explain(room, 30)
    assert known.why is not None
    assert (known.why.rule, known.why.hazard, known.interval) == ("hot: in every round", None, 3600.0)
    assert known.asked_at is not None
    assert known.due_at is not None
    assert (known.due_at - known.asked_at).total_seconds() == pytest.approx(3600.0, abs=5.0)
    assert all(name.missing_at is not None for name in known.names)


def test_a_name_is_asked_for_now_and_a_hit_is_handled_as_usual(room: Room) -> None:
    room.open(**SLOW)
    room.add(*PAPERS)
    is_through(room)
    missing = ask_now(room, a_name(7))
    assert [(answer.name, answer.verdict, answer.status) for answer in missing.answers] == [
        ("D0007R1.pdf", Verdict.MISSING, 404)
    ]
    assert missing.requests == 1
    room.when(lambda snapshot: counter(snapshot, "requests") == len(room.server.asked))

    second_look = threading.Event()
    there: list[str] = []

    def found_when_let(name: str) -> tuple[int, dict[str, str]]:
        if name == "D0007R1.pdf":
            there.append(name)
            assert len(there) == 1 or second_look.wait(60.0)
        return answers.files("D0007R1.pdf")(name)

    room.server.now_answers(found_when_let)
    both = ask_now(room, *(a_name(7, extension=extension) for extension in type(a_name().extension)))
    assert [answer.verdict for answer in both.answers] == [Verdict.HIT, Verdict.MISSING]
    assert both.requests == 3  # and a canary
    assert "checked again" in both.answers[0].follows
    assert explain(room, 7).sighted
    second_look.set()
    assert room.found() == ["D0007R1"]
    known = explain(room, 7)
    assert [draft.id for draft in known.drafts] == ["D0007R1"]
    again = ask_now(room, a_name(7))
    assert again.answers[0].follows == "a file of D0007R1, announced"


def test_a_name_that_nobody_would_ask_for_is_asked_for_all_the_same(room: Room) -> None:
    room.open(answers.files("D4444R3.html"), **SLOW)
    room.add(*PAPERS)
    is_through(room)
    answer = ask_now(room, a_name(4444, 3, type(a_name().extension).HTML))
    assert answer.answers[0].verdict is Verdict.HIT
    assert room.found() == ["D4444R3"]


def test_the_kill_switch_the_rules_and_a_pause_are_kept(room: Room) -> None:
    room.open(**SLOW)
    room.add(*PAPERS)
    is_through(room)
    switch(room, Probing.OFF)
    asked = len(room.server.asked)
    assert "probing has been off since" in refused(room, a_name(7))
    switch(room, Probing.ON)
    room.server.now_answers(answers.status(429, Retry_After="60"))
    throttled = ask_now(room, a_name(7), a_name(8))
    assert throttled.answers[0].verdict is Verdict.THROTTLED
    room.when(lambda snapshot: snapshot.paused_until is not None)
    detail = refused(room, a_name(7))
    assert "nothing can be requested before" in detail
    assert "asked for a pause until" in detail
    assert len(room.server.asked) - asked <= 2


def test_a_folder_that_is_forbidden_is_not_asked_for_a_wish(room: Room) -> None:
    room.server.now_allows(200, "User-agent: *\nDisallow: /\n")
    room.open(**SLOW)
    assert "has forbidden the papers folder" in refused(room, a_name(7))
    assert room.server.asked == []


def test_the_schedule_is_made_for_what_robots_txt_allows(room: Room) -> None:
    room.server.now_allows(200, "User-agent: *\nCrawl-delay: 60\n")
    room.open(requests_per_hour=36_000, min_revisit=300.0)
    room.add(*PAPERS)
    room.when(lambda _: (explain(room, 7).interval or 0.0) > 3600)  # ten a second would have it asked each few minutes

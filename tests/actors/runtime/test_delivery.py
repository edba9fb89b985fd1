"""Durable delivery between real actors, on both bases, with real PostgreSQL."""

import time
from collections.abc import Callable
from contextlib import closing

import psycopg2
import pytest

from actors.runtime.database.patience import YOUNG
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.delivery import Ack
from messages.drafts import WatchedNumbers
from messages.lifecycle import ActorFailed
from tests.actors.harness import LIMIT, Harness, Recorded
from tests.actors.runtime.cast import (
    Counters,
    Order,
    Report,
    Rereader,
    deliver_until_taken,
    numbers,
    reaches,
    report,
    total,
)
from tests.sql import rows

pytestmark = pytest.mark.bases(SIMPLE, TCP)


@pytest.fixture
def ledger(make_harness: Callable[..., Harness], database: str) -> Harness:
    harness = make_harness(dsn=database)
    harness.begin(Counters, "ledger", others=("source", "next"))
    return harness


def test_an_event_takes_effect_and_causes_the_next_one(ledger: Harness) -> None:
    ledger.deliver("source", 1, numbers(1, 2))
    assert ledger.expect(Ack, to="source").seq == 1
    assert ledger.expect(WatchedNumbers, to="next") == numbers(1, 2)
    assert total(ledger) == 3


def test_an_event_that_comes_twice_takes_effect_once(ledger: Harness) -> None:
    for _ in range(3):
        ledger.deliver("source", 1, numbers(5))
    assert [ledger.expect(Ack, to="source").seq for _ in range(3)] == [1, 1, 1]
    assert total(ledger) == 5


def test_a_gap_is_refused_until_it_is_filled(ledger: Harness) -> None:
    ledger.deliver("source", 2, numbers(2))
    assert ledger.expect(Ack, to="source").seq == 0
    ledger.deliver("source", 1, numbers(1))
    ledger.deliver("source", 2, numbers(2))
    assert [ledger.expect(Ack, to="source").seq for _ in range(2)] == [1, 2]
    assert total(ledger) == 3


def test_an_event_that_fails_three_times_lies_in_the_dead_letters_and_blocks_nobody(
    ledger: Harness, database: str
) -> None:
    for _ in range(3):
        ledger.deliver("source", 1, numbers(13))
        ledger.expect(ActorFailed)
    assert [ledger.expect(Ack, to="source").seq for _ in range(3)] == [0, 0, 1]
    ledger.deliver("source", 2, numbers(7))
    assert ledger.expect(Ack, to="source").seq == 2
    assert total(ledger) == 7
    assert rows(database, "SELECT source, seq, kind, error FROM ledger.dead_letters") == [
        ("source", 1, "WatchedNumbers", "ValueError: bad luck")
    ]
    assert rows(database, "SELECT number FROM ledger.numbers") == [(7,)]


def test_what_was_not_acknowledged_is_sent_again_to_a_receiver_that_comes_later(
    make_harness: Callable[..., Harness], database: str
) -> None:
    harness = make_harness(dsn=database)
    harness.begin(Counters, "ledger", others=("source",))
    for seq in range(1, 31):
        harness.deliver("source", seq, numbers(100 + seq))
    harness.expect(Ack, to="source", where=lambda ack: ack.seq == 30)
    harness.introduce("source", "next")
    assert [harness.expect(WatchedNumbers, to="next").added for _ in range(30)] == [
        (100 + seq,) for seq in range(1, 31)
    ]


def test_an_actor_that_begins_again_has_its_state_and_resends_its_outbox(
    make_harness: Callable[..., Harness], database: str
) -> None:
    first = make_harness(dsn=database)
    first.begin(Counters, "ledger", others=("source",))
    first.deliver("source", 1, numbers(4))
    first.expect(Ack, to="source")
    first.close()

    second = make_harness(dsn=database)
    second.begin(Counters, "ledger", others=("source", "next"))
    assert total(second) == 4
    assert second.expect(WatchedNumbers, to="next") == numbers(4)
    second.deliver("source", 1, numbers(4))
    assert second.expect(Ack, to="source").seq == 1
    assert total(second) == 4


def test_a_database_that_goes_away_is_no_failure_of_the_event(ledger: Harness, database: str) -> None:
    ledger.deliver("source", 1, numbers(1))
    ledger.expect(Ack, to="source")
    ledger.deliver("source", 2, numbers(404))
    assert ledger.expect(ActorFailed).outage
    assert ledger.expect(Ack, to="source").seq == 1
    rows(database, "INSERT INTO ledger.amulets VALUES (true)")
    deliver_until_taken(ledger, "source", 2, numbers(404))
    assert total(ledger) == 405
    assert rows(database, "SELECT failures FROM ledger.inbox") == [(0,)]


def test_the_memory_is_read_again_between_turns_and_never_under_a_handler(
    make_harness: Callable[..., Harness], database: str
) -> None:
    harness = make_harness(dsn=database)
    harness.begin(Rereader, "rereader")
    rows(database, "INSERT INTO rereader.numbers (number) VALUES (7)")
    assert harness.ask(Order(request_id="1", what="compare"), Report).text == "the same []"
    harness.tell(Order(request_id="cut", what="cut"))
    assert harness.expect(ActorFailed).outage
    assert until_answered(harness, "compare").text == "the same [7]"


def until_answered(harness: Harness, what: str) -> Report:
    """Order it until it is done: a database that was slow to fail is left alone for a moment."""
    deadline, number = time.monotonic() + LIMIT, 0
    while not (reports := harness.heard_of(Report)):
        assert time.monotonic() < deadline
        number += 1
        harness.tell(Order(request_id=f"again {number}", what=what))
        harness.listen(1.0)
    return reports[0]


def test_an_event_that_is_too_big_reaches_its_receiver_in_several(ledger: Harness) -> None:
    many = tuple(range(1_000_000, 1_040_000))
    ledger.deliver("source", 1, numbers(*many))
    first, second = ledger.expect(WatchedNumbers, to="next"), ledger.expect(WatchedNumbers, to="next")
    assert first.added + second.added == many


def test_an_event_that_a_short_lock_keeps_from_its_table_is_tried_again_before_it_is_delivered_again(
    ledger: Harness, database: str
) -> None:
    began = time.monotonic()
    with closing(psycopg2.connect(database)) as session, session.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger.numbers IN ACCESS EXCLUSIVE MODE")
        ledger.deliver("source", 1, numbers(7))
        assert ledger.expect(Ack, to="source").seq == 0
        session.rollback()  # this waits until the lock is gone; closing the session does not
    taken = Recorded(to="source", message=Ack(source="source", receiver="ledger", seq=1))
    outcome = ledger.expect(object, where=lambda said: said == taken or isinstance(said, ActorFailed))
    if isinstance(outcome, ActorFailed) and time.monotonic() - began > YOUNG:
        pytest.skip("the machine stood still: that was no short lock")
    assert outcome == taken
    assert total(ledger) == 7
    assert not report(ledger).status.reasons


def test_a_lock_that_lasts_is_said_and_what_it_kept_waiting_is_taken_when_it_is_delivered_again(
    ledger: Harness, database: str
) -> None:
    with closing(psycopg2.connect(database)) as session, session.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger.numbers IN ACCESS EXCLUSIVE MODE")
        ledger.deliver("source", 1, numbers(7))
        assert "another session holds a lock" in ledger.expect(ActorFailed).trace
        texts = [reason.text for reason in report(ledger).status.reasons]
        assert any("another session holds a lock on its tables" in text for text in texts), texts
        assert any("cannot take the events of source" in text for text in texts), texts
        session.rollback()  # this waits until the lock is gone; closing the session does not
    ledger.deliver("source", 1, numbers(7))
    assert ledger.expect(Ack, to="source", where=reaches(1)).seq == 1
    assert total(ledger) == 7

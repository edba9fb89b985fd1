"""Dead letters: what cannot be taken or read is kept, is in nobody's way, and is settled by operators; both bases."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.dead_letters import (
    DeadLetter,
    DeadLetterOutcome,
    DeadLetterSettled,
    DeadLettersListed,
    DiscardDeadLetter,
    ListDeadLetters,
    RetryDeadLetter,
)
from messages.delivery import Ack, Deliver
from messages.drafts import WatchedNumbers
from messages.health import SnapshotRequest
from messages.lifecycle import ActorFailed, Begun
from messages.papers import Occasion, PapersAdded
from tests.actors.harness import Harness
from tests.actors.runtime.cast import Counters, Order, Report, numbers, reaches, report, total
from tests.builders import NOON, settings
from tests.sql import rows


@pytest.fixture
def ledger(make_harness: Callable[..., Harness], database: str) -> Harness:
    harness = make_harness(dsn=database)
    harness.begin(Counters, "ledger", others=("source", "next"))
    return harness


def add_dead_letter(harness: Harness, event: Any, seq: int = 1) -> None:
    """Deliver it until it is given up."""
    for _ in range(3):
        harness.deliver("source", seq, event)
        harness.expect(ActorFailed)
    harness.expect(Ack, to="source", where=reaches(seq))


def until(harness: Harness, holds: Callable[[], bool]) -> None:
    """Let the actors work until this holds."""
    deadline = time.monotonic() + 60.0
    while not holds():
        assert time.monotonic() < deadline
        harness.driver.listen(0.02)


def listed(harness: Harness) -> tuple[DeadLetter, ...]:
    return harness.ask(ListDeadLetters(request_id="list", limit=50), DeadLettersListed).dead_letters


def retried(harness: Harness, id: str) -> DeadLetterSettled:
    return harness.ask(RetryDeadLetter(request_id=f"retry {id}", id=id), DeadLetterSettled)


def test_no_secret_is_in_the_dead_letters_nor_in_what_is_told_of_the_failure(
    make_harness: Callable[..., Harness], database: str
) -> None:
    token = "abcdefghijkl"
    harness = make_harness(settings(slack={"bot_token": token}), dsn=database)
    harness.begin(Counters, "ledger", others=("source", "next"))
    failures = []
    for _ in range(3):
        harness.deliver("source", 1, numbers(15))
        failures.append(harness.expect(ActorFailed).trace)
    harness.expect(Ack, to="source", where=reaches(1))
    assert "[secret], postgresql://u:[secret]@h/d" in failures[0]
    stored = rows(database, "SELECT error FROM ledger.dead_letters")
    health = harness.ask(SnapshotRequest(request_id="health"), Report).status
    settled = retried(harness, listed(harness)[0].id)
    assert settled.outcome is DeadLetterOutcome.FAILED_AGAIN
    told = f"{failures} {stored} {health} {listed(harness)} {settled}"
    assert not [part for part in (token, token[:6], "hunter2") if part in told]


def test_a_letter_is_listed_with_what_it_is_and_why(ledger: Harness) -> None:
    assert listed(ledger) == ()
    add_dead_letter(ledger, numbers(13))
    (dead_letter,) = listed(ledger)
    assert (dead_letter.id, dead_letter.what, dead_letter.error, dead_letter.failures) == (
        "ledger/1", "WatchedNumbers 1 from source", "ValueError: bad luck", 3,
    )  # fmt: skip
    status = report(ledger).status
    assert status.dead_letters == 1
    assert status.sentences[0].startswith("ledger: 1 dead letter since ")


@pytest.mark.bases(SIMPLE, TCP)
def test_a_letter_that_is_retried_when_its_cause_is_gone_takes_effect_once(ledger: Harness, database: str) -> None:
    add_dead_letter(ledger, numbers(13))
    rows(database, "INSERT INTO ledger.amulets VALUES (true)")
    assert retried(ledger, "ledger/1").outcome is DeadLetterOutcome.RETRIED
    assert ledger.expect(WatchedNumbers, to="next") == numbers(13)
    assert retried(ledger, "ledger/1").outcome is DeadLetterOutcome.UNKNOWN
    assert total(ledger) == 13
    assert rows(database, "SELECT number FROM ledger.numbers") == [(13,)]
    assert (listed(ledger), report(ledger).status.sentences) == ((), ())


def test_a_letter_whose_retry_fails_stays_one_with_its_count(ledger: Harness, database: str) -> None:
    add_dead_letter(ledger, numbers(13))
    settled = retried(ledger, "ledger/1")
    assert settled.outcome is DeadLetterOutcome.FAILED_AGAIN
    assert "bad luck" in settled.detail
    (dead_letter,) = listed(ledger)
    assert (dead_letter.failures, dead_letter.tried_at > dead_letter.since) == (4, True)
    assert total(ledger) == 0
    assert rows(database, "SELECT count(*) FROM ledger.numbers") == [(0,)]


def test_a_letter_that_is_discarded_is_gone(ledger: Harness) -> None:
    add_dead_letter(ledger, numbers(13))
    add_dead_letter(ledger, numbers(13, 1), seq=2)
    settled = ledger.ask(DiscardDeadLetter(request_id="discard", id="ledger/1"), DeadLetterSettled)
    assert settled.outcome is DeadLetterOutcome.DISCARDED
    assert [dead_letter.id for dead_letter in listed(ledger)] == ["ledger/2"]
    assert report(ledger).status.dead_letters == 1


@pytest.mark.parametrize("id", ["ledger/7", "ledger/", "ledger/x", "other/1", "ledger/1/2", ""])
def test_a_letter_that_there_is_not_is_unknown(ledger: Harness, id: str) -> None:
    assert retried(ledger, id).outcome is DeadLetterOutcome.UNKNOWN
    assert ledger.ask(DiscardDeadLetter(request_id="d", id=id), DeadLetterSettled).outcome is DeadLetterOutcome.UNKNOWN


def test_what_an_error_says_cannot_keep_a_queue_stuck(ledger: Harness) -> None:
    add_dead_letter(ledger, numbers(14))
    (dead_letter,) = listed(ledger)
    assert dead_letter.error == "ValueError: \N{REPLACEMENT CHARACTER}?"


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (PapersAdded(at=NOON, papers=(), occasion=Occasion.NEWS), "PapersAdded 1 from source"),
        (Order(request_id="1", what="no event"), "Order 1 from source"),
    ],
)
@pytest.mark.bases(SIMPLE, TCP)
def test_an_event_that_an_actor_does_not_know_is_a_letter(ledger: Harness, event: Any, what: str) -> None:
    add_dead_letter(ledger, event)
    ledger.deliver("source", 2, numbers(5))
    ledger.expect(Ack, to="source", where=lambda ack: ack.seq == 2)
    assert [dead_letter.what for dead_letter in listed(ledger)] == [what]
    assert total(ledger) == 5


@pytest.mark.parametrize("change", ["version = 99", "kind = 'Gone'", 'payload = \'{"added": "x"}\'', "payload = '[]'"])
@pytest.mark.bases(SIMPLE, TCP)
def test_a_row_that_cannot_be_read_is_a_letter_of_its_sender_and_blocks_nobody(
    make_harness: Callable[..., Harness], database: str, change: str
) -> None:
    first = make_harness(dsn=database)
    first.begin(Counters, "ledger", others=("source",))
    for seq in (1, 2, 3):
        first.deliver("source", seq, numbers(seq))
        first.expect(Ack, to="source", where=reaches(seq))
    first.close()
    rows(database, f"UPDATE ledger.outbox SET {change} WHERE seq = 2")

    second = make_harness(dsn=database)
    second.begin(Counters, "ledger", others=("source", "next"))
    arrived = [second.expect(WatchedNumbers, to="next") for _ in range(2)]
    assert arrived == [numbers(1), numbers(3)]
    (dead_letter,) = listed(second)
    assert dead_letter.what.endswith(" 2 from ledger to next")
    assert retried(second, dead_letter.id).outcome is DeadLetterOutcome.FAILED_AGAIN
    # an upgrade that knows it again
    rows(
        database,
        "UPDATE ledger.dead_letters SET kind = 'WatchedNumbers', version = 1,"
        ' payload = \'{"added": [2], "removed": []}\'',
    )
    assert retried(second, dead_letter.id).outcome is DeadLetterOutcome.RETRIED
    assert second.expect(WatchedNumbers, to="next") == numbers(2)
    assert listed(second) == ()


@pytest.mark.parametrize("base", [TCP])
def test_an_event_that_ends_its_actor_each_time_is_given_up(
    make_harness: Callable[..., Harness], database: str, base: str
) -> None:
    for begun in range(1, 11):
        harness = make_harness(dsn=database)
        harness.begin(Counters, "ledger", others=("source",))
        harness.deliver("source", 1, numbers(666))
        until(harness, lambda begun=begun: rows(database, "SELECT begun FROM ledger.inbox") == [(begun,)])  # type: ignore[misc]
        harness.close()
    assert rows(database, "SELECT begun, last_seq FROM ledger.inbox") == [(10, 0)]
    last = make_harness(dsn=database)
    last.begin(Counters, "ledger", others=("source",))
    last.deliver("source", 1, numbers(666))
    assert last.expect(Ack, to="source").seq == 1
    last.deliver("source", 2, numbers(5))
    assert last.expect(Ack, to="source").seq == 2
    assert [(dead_letter.failures, dead_letter.error) for dead_letter in listed(last)] == [
        (10, "the actor ended each time it took this event")
    ]
    assert total(last) == 5
    assert rows(database, "SELECT begun FROM ledger.inbox") == [(0,)]


@pytest.mark.bases(SIMPLE, TCP)
def test_events_that_are_gone_for_good_are_leapt_over_and_said(ledger: Harness, database: str) -> None:
    ledger.tell_as("source", _from(11, numbers(7)))
    assert ledger.expect(Ack, to="source").seq == 11
    assert total(ledger) == 7
    (dead_letter,) = listed(ledger)
    assert (dead_letter.what, retried(ledger, dead_letter.id).outcome) == (
        "Gap 1 from source",
        DeadLetterOutcome.FAILED_AGAIN,
    )
    assert rows(database, "SELECT payload->>'first', payload->>'last' FROM ledger.dead_letters") == [("1", "10")]


def test_a_sender_whose_tables_are_older_than_its_receivers_gives_the_numbers_after_those(
    make_harness: Callable[..., Harness], database: str
) -> None:
    harness = make_harness(dsn=database)
    harness.begin(Counters, "ledger", others=("source",))
    for seq in (1, 2):
        harness.deliver("source", seq, numbers(seq))
        harness.expect(Ack, to="source", where=reaches(seq))
    harness.tell(Ack(source="ledger", receiver="next", seq=50))
    assert dict(report(harness).status.counters)["numbers_disagreed"] == 1
    assert rows(database, "SELECT seq FROM ledger.outbox ORDER BY seq") == [(51,), (52,)]
    harness.deliver("source", 3, numbers(3))
    harness.expect(Ack, to="source", where=lambda ack: ack.seq == 3)
    assert rows(database, "SELECT max(seq), max(last_seq) FROM ledger.outbox, ledger.outbox_heads") == [(53, 53)]


def _from(seq: int, event: Any) -> Any:
    return Deliver(source="source", seq=seq, event=event, first=seq)


def test_letters_of_a_version_before_are_still_letters(make_harness: Callable[..., Harness], database: str) -> None:
    first = make_harness(dsn=database)
    first.begin(Counters, "ledger")
    first.close()
    rows(
        database,
        "DELETE FROM ledger.schema_migrations WHERE name = '0002_letters.sql';"
        "ALTER TABLE ledger.inbox DROP COLUMN begun;"
        "ALTER TABLE ledger.dead_letters DROP COLUMN id, DROP COLUMN destination, DROP COLUMN failures,"
        " DROP COLUMN tried_at;"
        "DROP INDEX ledger.dead_letters_at;"
        "ALTER TABLE ledger.dead_letters ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (source, seq);"
        "INSERT INTO ledger.dead_letters (source, seq, kind, version, payload, error)"
        " VALUES ('source', 4, 'WatchedNumbers', 1, '{\"added\": [9], \"removed\": []}', 'old')",
    )
    second = make_harness(dsn=database)
    assert isinstance(second.try_begin(Counters, "ledger"), Begun)
    second.introduce("next")
    assert [dead_letter.what for dead_letter in listed(second)] == ["WatchedNumbers 4 from source"]
    assert retried(second, "ledger/1").outcome is DeadLetterOutcome.RETRIED
    assert total(second) == 9

"""A receiver that does not take its events slows its sender, and who feeds that; memory stays bounded; both bases."""

import time
from collections.abc import Callable

import psutil
import psycopg2
import pytest

from actors.runtime.delivery.window import FIRST_PATIENCE, MOST_WAITING, WINDOW
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.delivery import Ack, Deliver
from messages.drafts import WatchedNumbers
from messages.health import SnapshotRequest
from messages.lifecycle import Introduce
from tests.actors.harness import LIMIT, Harness
from tests.actors.runtime.cast import Counters, Feeder, Order, Report, Sleeper, numbers, report, total
from tests.sql import rows

EVENTS = 100_000

AWAITED = {SIMPLE: EVENTS, TCP: 4_000}
"""So many of them are awaited; multiprocTCPBase carries 350 to 800 a second, and would take minutes for all."""

FEW = 12_000
"""More than may wait for a receiver."""

MB = 1e6


def fed(harness: Harness) -> tuple[int, int]:
    """The process of the feeder, and how many events it has emitted."""
    pid, emitted = harness.ask(SnapshotRequest(request_id="count"), Report).text.split()
    return int(pid), int(emitted)


@pytest.mark.timeout(900)
def test_before_a_stopped_receiver_who_has_12_000_events_to_send_stops_and_goes_on_later(
    make_harness: Callable[..., Harness], database: str
) -> None:
    stops_before_a_stopped_receiver(make_harness(dsn=database), database, events=FEW, awaited=AWAITED[TCP])


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_before_a_stopped_receiver_who_has_100_000_events_to_send_stops_and_all_of_them_arrive_later(
    make_harness: Callable[..., Harness], database: str, base: str
) -> None:
    stops_before_a_stopped_receiver(make_harness(dsn=database), database, events=EVENTS, awaited=AWAITED[base])


def stops_before_a_stopped_receiver(harness: Harness, database: str, *, events: int, awaited: int) -> None:
    harness.begin(Feeder, "feeder")
    sleeper = harness.driver.create(Sleeper)
    harness.tell(Introduce(names=("feeder", "next"), addresses=(harness.actor, sleeper)))
    pid, _ = fed(harness)
    before = psutil.Process(pid).memory_info().rss
    harness.tell(Order(request_id="feed", what=str(events)))
    stopped = until_stopped(harness)
    assert stopped <= MOST_WAITING + 500
    assert rows(database, "SELECT count(*) FROM feeder.outbox") == [(stopped,)]
    status = report(harness).status
    assert status.waiting == stopped
    assert status.waiting_since is not None
    assert status.sentences == ("feeder: next does not take the events for it",)

    harness.driver.tell(sleeper, Order(request_id="wake", what=str(awaited)))
    harness.expect(Report, where=lambda reply: reply.request_id == "slept", limit=600)
    emitted = fed(harness)[1]
    assert stopped < emitted <= min(events, awaited + MOST_WAITING + 1000)
    assert psutil.Process(pid).memory_info().rss - before < 30 * MB


def until_stopped(harness: Harness) -> int:
    """How many events were emitted when no more are. With as many as may wait there is still room for more."""
    last, deadline = -1, time.monotonic() + LIMIT
    while (emitted := fed(harness)[1]) != last or emitted <= MOST_WAITING:
        assert time.monotonic() < deadline
        last = emitted
        harness.listen(0.3)
    return emitted


@pytest.mark.bases(SIMPLE, TCP)
def test_while_too_much_waits_for_one_destination_events_of_others_are_not_taken(
    make_harness: Callable[..., Harness], database: str
) -> None:
    first = make_harness(dsn=database)
    first.begin(Counters, "ledger")
    first.close()
    rows(
        database,
        "INSERT INTO ledger.outbox (destination, seq, kind, version, payload) SELECT 'next', n, 'WatchedNumbers', 1,"
        f' \'{{"added": [], "removed": []}}\' FROM generate_series(1, {MOST_WAITING + 1}) n;'
        f" INSERT INTO ledger.outbox_heads VALUES ('next', {MOST_WAITING + 1})",
    )
    harness = make_harness(dsn=database)
    harness.begin(Counters, "ledger", others=("source",))
    harness.deliver("source", 1, numbers(5))
    assert harness.expect(Ack, to="source").seq == 0
    assert dict(report(harness).status.counters)["events_refused"] == 1
    # who is waited for is still heard, so that two never wait for each other
    harness.tell(_as_next(numbers(3)))
    assert harness.expect(Ack).seq == 1
    assert total(harness) == 3
    # a little of it is taken, and the way is free
    harness.tell(Ack(source="ledger", receiver="next", seq=8))
    harness.deliver("source", 1, numbers(5))
    assert harness.expect(Ack, to="source").seq == 1
    assert total(harness) == 8


def _as_next(event: WatchedNumbers) -> object:
    return Deliver(source="next", seq=1, event=event)


def test_the_memory_of_an_actor_does_not_grow_with_what_lies_in_its_outbox(
    make_harness: Callable[..., Harness], database: str
) -> None:
    first = make_harness(dsn=database)
    first.begin(Feeder, "feeder")
    first.close()
    connection = psycopg2.connect(database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO feeder.outbox (destination, seq, kind, version, payload) SELECT 'next', n,"
                " 'WatchedNumbers', 1, jsonb_build_object('added', jsonb_build_array(n - 1), 'removed', '[]'::jsonb)"
                " FROM generate_series(1, %s) n",
                (EVENTS,),
            )
            cursor.execute("INSERT INTO feeder.outbox_heads VALUES ('next', %s)", (EVENTS,))
    finally:
        connection.close()
    harness = make_harness(dsn=database)
    harness.begin(Feeder, "feeder")
    pid, _ = fed(harness)
    before = psutil.Process(pid).memory_info().rss
    sleeper = harness.driver.create(Sleeper)
    introduced = time.monotonic()
    harness.tell(Introduce(names=("feeder", "next"), addresses=(harness.actor, sleeper)))
    assert report(harness).status.waiting == EVENTS
    harness.driver.tell(sleeper, Order(request_id="how many", what="count"))
    asked = int(harness.expect(Report, where=lambda reply: reply.request_id == "how many").text)
    assert asked <= WINDOW + (time.monotonic() - introduced) / FIRST_PATIENCE
    assert psutil.Process(pid).memory_info().rss - before < 5 * MB

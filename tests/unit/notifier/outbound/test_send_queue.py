"""What the notifier has in memory of its messages."""

from datetime import timedelta

from actors.notifier.model.outcomes import Limited, NotReached, NotThere, Posted, Unclear, Unsearchable
from actors.notifier.model.outgoing import DeletedMessages, MessageState, SuspendedRecipient
from actors.notifier.outbound.retries import after_post, after_search
from actors.notifier.outbound.throttle import RECIPIENT_QUEUE_LIMIT, Phase
from tests.builders import NOON
from tests.notifier_builders import an_outgoing
from tests.unit.notifier.outbound.queues import POSTED, QUIET, a_queue, an_open, tables


def test_what_is_queued_in_the_tables_is_due_after_the_pace() -> None:
    queue = a_queue(an_open("1"), an_open("2"), an_open("3", "ben"))
    assert queue.wait(100.0) == 1.0
    assert [item.id for item in queue.take(101.0)] == ["1", "3"]


def test_what_was_on_its_way_is_searched_after_the_quiet_period() -> None:
    queue = a_queue(an_open("1", state=MessageState.SENDING), an_open("2"))
    assert queue.take(114.0) == []
    (item,) = queue.take(115.0)
    assert (item.id, item.phase) == ("1", Phase.SEARCH)


def test_what_had_to_wait_waits_on_but_not_for_a_jump_of_the_clock() -> None:
    assert a_queue(an_open("1", wait=30)).wait(100.0) == 30.0
    assert a_queue(an_open("1", wait=-999)).wait(100.0) == 1.0
    assert a_queue(an_open("1", wait=1e6)).wait(100.0) == 3600.0


def test_a_life_from_the_queue_to_sent_is_counted() -> None:
    queue = a_queue()
    queue.add("1", "anna", 100.0)
    assert queue.count(MessageState.QUEUED) == 1
    (item,) = queue.take(100.0)
    queue.started(item)
    assert (queue.count(MessageState.QUEUED), queue.count(MessageState.SENDING)) == (0, 1)
    step = after_post(Posted(channel="D1", ts="1"), an_outgoing("1"), 0, QUIET)
    queue.concluded(an_outgoing("1"), step, NOON, 100.2)
    assert (queue.count(MessageState.SENDING), queue.count(MessageState.SENT)) == (0, 1)
    assert queue.wait(100.2) is None
    assert not queue.in_flight


def test_an_unclear_post_is_searched_and_then_posted_again() -> None:
    queue = a_queue()
    queue.add("1", "anna", 100.0)
    queue.started(queue.take(100.0)[0])
    queue.concluded(an_outgoing("1"), after_post(Unclear(why="timeout"), an_outgoing("1"), 0, QUIET), NOON, 110.0)
    assert queue.count(MessageState.SENDING) == 1
    assert queue.take(124.9) == []
    (item,) = queue.take(125.0)
    assert item.phase is Phase.SEARCH
    queue.started(item)
    assert queue.count(MessageState.SENDING) == 1
    queue.concluded(an_outgoing("1"), after_search(NotThere(), "1", 0), NOON, 125.2)
    (item,) = queue.take(127.0)
    assert (item.phase, queue.count(MessageState.QUEUED)) == (Phase.POST, 1)


def test_while_slack_is_away_nobody_is_taken() -> None:
    queue = a_queue()
    queue.add("1", "anna", 100.0)
    queue.started(queue.take(100.0)[0])
    queue.concluded(an_outgoing("1"), after_post(NotReached(why="refused"), an_outgoing("1"), 5, QUIET), NOON, 100.0)
    for number in range(3):
        queue.add(f"b{number}", f"ben{number}", 100.0)
    wait = queue.wait(100.0)
    assert wait is not None
    assert wait > 20
    assert queue.take(100.0 + wait - 0.1) == []
    assert len(queue.take(100.0 + wait)) == 1
    assert queue.wait(100.0 + wait) is None


def test_what_is_on_the_way_stays_so_when_the_tables_are_read_again() -> None:
    queue = a_queue()
    queue.add("1", "anna", 100.0)
    queue.started(queue.take(100.0)[0])
    queue.load(tables(an_open("1", state=MessageState.SENDING)), QUIET, NOON, 101.0)
    assert queue.take(200.0) == []
    queue.concluded(an_outgoing("1"), after_post(Posted(channel="D", ts="1"), an_outgoing("1"), 0, QUIET), NOON, 200.0)
    assert queue.count(MessageState.SENT) == 1
    assert queue.wait(300.0) is None


def test_of_many_messages_to_one_recipient_few_are_in_memory_and_all_leave_in_their_order() -> None:
    queued = [an_open(str(number)) for number in range(50)]
    queue, clock = a_queue(*queued[:5]), 200.0
    left: list[str] = []
    for message in queued[5:]:
        queue.add(message.id, "anna", clock)
    while len(left) < 50:
        for recipient in queue.needs_refill:
            queue.refill(recipient, queued[len(left) : len(left) + RECIPIENT_QUEUE_LIMIT + 1], clock)
        (item,) = queue.take(clock)
        queue.started(item)
        step = after_post(Posted(channel="D", ts="1"), an_outgoing(item.id), 0, QUIET)
        queue.concluded(an_outgoing(item.id), step, NOON, clock)
        left.append(item.id)
        clock += 1.0
    assert left == [message.id for message in queued]
    assert queue.needs_refill == frozenset()
    assert queue.wait(clock) is None


def test_what_was_sent_again_unsettled_is_counted() -> None:
    queue = a_queue(an_open("1", state=MessageState.SENDING))
    queue.started(queue.take(200.0)[0])
    queue.concluded(an_outgoing("1"), after_search(Unsearchable(why="no scope"), "1", 0), NOON, 200.0)
    assert queue.unsettled == 1


def gone(unsettled: int = 0, **counts: int) -> DeletedMessages:
    """Deleted of each state."""
    return DeletedMessages(counts={MessageState(state): count for state, count in counts.items()}, unsettled=unsettled)


def test_who_is_forgotten_costs_nobody_else_a_pause() -> None:
    queue = a_queue(an_open("1"), an_open("2"), an_open("3", "ben", MessageState.SENDING), an_open("4", "cleo"))
    queue.forget_recipient("anna", gone(queued=2), [], 100.0)
    assert [item.id for item in queue.take(101.0)] == ["4"]
    assert [queue.count(state) for state in (MessageState.QUEUED, MessageState.SENDING)] == [1, 1]
    assert [item.id for item in queue.take(115.0)] == ["3"]


def test_what_was_on_the_way_to_who_is_forgotten_leaves_nothing_behind() -> None:
    queue = a_queue(an_open("1"), an_open("2"))
    (item,) = queue.take(101.0)
    queue.started(item)
    queue.forget_recipient("anna", gone(sending=1, queued=1), [an_open("answer")], 101.0)
    assert [queue.count(state) for state in (MessageState.QUEUED, MessageState.SENDING)] == [0, 0]
    assert queue.finish_forgotten(an_outgoing("1", "anna"), 102.0)
    assert queue.in_flight == set()
    assert [item.id for item in queue.take(103.0)] == ["answer"]


def test_a_message_that_vanished_otherwise_is_a_reason_to_read_the_tables() -> None:
    queue = a_queue(an_open("1"))
    (item,) = queue.take(101.0)
    queue.started(item)
    assert not queue.finish_forgotten(an_outgoing("1", "anna"), 102.0)


def test_the_answer_to_who_was_parked_and_is_forgotten_is_tried_soon() -> None:
    suspended = {"anna": SuspendedRecipient(since=NOON, reason="x", wait=86_400.0)}
    queue = a_queue(an_open("1"), suspended=suspended)
    queue.forget_recipient("anna", gone(queued=1), [an_open("answer")], 100.0)
    assert queue.suspended == {}
    assert queue.wait(100.0) == 1.0


def test_a_search_that_has_to_wait_is_said_until_it_is_settled() -> None:
    queue = a_queue(an_open("1", state=MessageState.SENDING), an_open("2", "ben", state=MessageState.SENDING))
    for item in queue.take(115.0):
        queue.started(item)
    assert queue.searches() == ()
    limited = after_search(Limited(retry_after=60.0), "1", 0)
    queue.concluded(an_outgoing("1"), limited, NOON, 116.0)
    (reason,) = queue.searches()
    assert reason.text == (
        "notifier: waiting to look in Slack's history whether a message has arrived,"
        " since 2025-11-21 12:00 UTC (Slack asked for a pause of 60 s)"
    )
    queue.concluded(an_outgoing("2", "ben"), limited, NOON + timedelta(minutes=5), 116.0)
    (reason,) = queue.searches()
    assert "2 messages have arrived, since 2025-11-21 12:00 UTC" in reason.text
    assert queue.wait(116.0) == 60.0
    for item in queue.take(176.0):
        queue.started(item)
    queue.concluded(an_outgoing("1"), after_search(NotThere(), "1", 0), NOON, 177.0)
    queue.concluded(an_outgoing("2", "ben"), after_search(POSTED, "2", 0), NOON, 177.0)
    assert queue.searches() == ()


def test_a_search_that_has_to_wait_keeps_nobody_elses_messages() -> None:
    """Slack limits how often histories are read, whoever's they are; posts have a limit of their own."""
    queue = a_queue(
        an_open("1", state=MessageState.SENDING), an_open("2", "ben", state=MessageState.SENDING), an_open("3", "carl")
    )
    (posted,) = queue.take(101.0)
    queue.put_back([posted])
    for item in queue.take(115.0):
        if item.phase is Phase.SEARCH:
            queue.started(item)
        else:
            queue.put_back([item])
    for id, recipient in (("1", "anna"), ("2", "ben")):
        queue.concluded(an_outgoing(id, recipient), after_search(Limited(retry_after=60.0), id, 0), NOON, 116.0)
    assert [item.id for item in queue.take(116.0)] == ["3"]


def test_the_oldest_message_is_the_first_that_was_queued_and_is_not_delivered() -> None:
    queue = a_queue()
    assert queue.oldest_at(100.0) is None
    queue.add("1", "anna", 100.0, queued_at=NOON)
    queue.add("2", "ben", 100.0, queued_at=NOON + timedelta(seconds=5))
    assert queue.oldest_at(100.0) == NOON
    for item in queue.take(200.0)[:1]:
        queue.started(item)
    message = an_outgoing("1", "anna", queued_at=NOON, uploaded_at=NOON - timedelta(hours=1))
    done = after_post(POSTED, message, 0, QUIET)
    queue.concluded(message, done, NOON + timedelta(seconds=9), 201.0)
    assert queue.oldest_at(201.0) == NOON + timedelta(seconds=5)
    assert (queue.record.delivery.total, queue.record.detection.total) == (9.0, 3609.0)
    assert queue.record.outcomes == (("notice", "sent", 1),)

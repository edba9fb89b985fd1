"""What the notifier has in memory of its messages."""

from collections.abc import Mapping
from datetime import timedelta

from actors.notifier.model.outcomes import ApiError, NotReached, NotThere, Posted, Unclear, Unsearchable
from actors.notifier.model.outgoing import DeletedMessages, MessageState, OpenMessage, StoredQueue, SuspendedRecipient
from actors.notifier.outbound.retries import SUSPENDED_RETRY_SECONDS, after_post, after_search
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.outbound.throttle import RECIPIENT_QUEUE_LIMIT, Phase
from tests.builders import NOON
from tests.notifier_builders import an_outgoing

QUIET = 15.0


def an_open(
    id: str, recipient: str = "anna", state: MessageState = MessageState.QUEUED, wait: float | None = None
) -> OpenMessage:
    """A row that is not sent."""
    return OpenMessage(
        id=id, recipient=recipient, state=state, not_before=None if wait is None else NOON + timedelta(seconds=wait)
    )


def tables(*messages: OpenMessage, suspended: Mapping[str, SuspendedRecipient] | None = None) -> StoredQueue:
    """With these messages and no others."""
    counts = {state: sum(message.state is state for message in messages) for state in MessageState}
    return StoredQueue(messages=messages, counts=counts, unsettled=0, suspended=suspended or {})


def a_queue(*messages: OpenMessage, suspended: Mapping[str, SuspendedRecipient] | None = None) -> SendQueue:
    """Lined up at clock 100."""
    queue = SendQueue()
    queue.load(tables(*messages, suspended=suspended), QUIET, NOON, 100.0)
    return queue


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


def test_a_refused_recipient_is_parked_and_its_later_messages_cost_no_call() -> None:
    queue = a_queue(an_open("1"))
    queue.started(queue.take(101.0)[0])
    step = after_post(ApiError(error="user_disabled"), an_outgoing("1"), 0, QUIET)
    queue.concluded(an_outgoing("1"), step, NOON, 101.0)
    queue.add("2", "anna", 102.0)
    queue.add("3", "ben", 102.0)
    assert [item.id for item in queue.take(80_000.0)] == ["3"]
    assert (list(queue.suspended), queue.count(MessageState.QUEUED)) == (["anna"], 3)
    (item,) = queue.take(101.0 + SUSPENDED_RETRY_SECONDS)
    assert item.id == "1"
    queue.started(item)
    queue.concluded(an_outgoing("1"), after_post(Posted(channel="D", ts="1"), an_outgoing("1"), 0, 0), NOON, 90_000.0)
    assert queue.suspended == {}
    assert [item.id for item in queue.take(90_001.0)] == ["2"]


def test_a_parked_recipient_waits_on_after_a_start() -> None:
    suspended = {"anna": SuspendedRecipient(since=NOON, reason="is_archived", wait=500.0)}
    queue = a_queue(an_open("1"), an_open("2", "ben"), suspended=suspended)
    assert [item.id for item in queue.take(599.0)] == ["2"]
    assert [item.id for item in queue.take(600.0)] == ["1"]


def test_a_parked_recipient_waits_no_longer_than_a_week_whatever_the_clock_says() -> None:
    suspended = {"anna": SuspendedRecipient(since=NOON, reason="is_archived", wait=1e9)}
    assert a_queue(an_open("1"), suspended=suspended).wait(100.0) == 7 * 86_400


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
    suspended = {"anna": SuspendedRecipient(since=NOON, reason="x", wait=SUSPENDED_RETRY_SECONDS)}
    queue = a_queue(an_open("1"), suspended=suspended)
    queue.forget_recipient("anna", gone(queued=1), [an_open("answer")], 100.0)
    assert queue.suspended == {}
    assert queue.wait(100.0) == 1.0

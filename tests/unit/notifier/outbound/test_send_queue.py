"""What the notifier has in memory of its messages."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

from actors.notifier.model.outcomes import ApiError, NotReached, NotThere, Posted, PostOutcome, Unclear, Unsearchable
from actors.notifier.model.outgoing import DeletedMessages, MessageState, OpenMessage, StoredQueue, SuspendedRecipient
from actors.notifier.outbound.breaker import reasons as breaker_reasons
from actors.notifier.outbound.retries import SlackState, after_post, after_search
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.outbound.throttle import RECIPIENT_QUEUE_LIMIT, Phase
from tests.builders import NOON
from tests.notifier_builders import an_outgoing

QUIET = 15.0
POSTED = Posted(channel="D1", ts="1")
REFUSED = ApiError(error="channel_not_found")


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


def attempt(queue: SendQueue, outcome: PostOutcome, clock: float, tries: int = 0) -> list[str]:
    """Post what is due at `clock`, and note the outcome of each; returns the recipients."""
    items, at = queue.take(clock), NOON + timedelta(seconds=clock)
    for item in items:
        queue.started(item)
    for item in items:
        message = an_outgoing(item.id, item.recipient, tried_at=at, suspended=tries)
        step = after_post(outcome, message, queue.breaker.outages, QUIET, queue.refusal_of(message, at))
        queue.concluded(message, step, at, clock)
    return [item.recipient for item in items]


def sentences(queue: SendQueue, clock: float) -> list[str]:
    """What health says of refused recipients, and of Slack."""
    reasons = (*queue.refusals(NOON + timedelta(seconds=clock)), *breaker_reasons(queue.breaker))
    return [reason.text for reason in reasons]


def test_one_refused_recipient_is_tried_again_after_a_minute_then_after_ever_longer() -> None:
    queue, clock = a_queue(an_open("1")), 101.0
    attempts = []
    while clock < 101 + 7 * 86_400:
        attempts.append(clock)
        attempt(queue, REFUSED, clock)
        wait = queue.wait(clock)
        assert wait is not None
        clock += wait
    waits = [later - earlier for earlier, later in pairwise(attempts)]
    assert waits[:4] == [60, 60, 120, 240]
    assert waits[-1] == waits[-2] == 86_400
    assert sentences(queue, clock) == []


def test_a_suspended_user_who_writes_is_tried_at_once_and_then_again_after_a_minute() -> None:
    suspended = {"anna": SuspendedRecipient(since=NOON - timedelta(days=3), reason="x", wait=80_000.0)}
    queue = a_queue(an_open("1"), an_open("2", "ben"), suspended=suspended)
    assert attempt(queue, POSTED, 101.0) == ["ben"]
    assert queue.take(200.0) == []
    queue.heard_from(["anna", "ben", "cleo"], NOON + timedelta(seconds=200), 200.0)
    assert attempt(queue, REFUSED, 200.5) == ["anna"]
    assert queue.wait(200.5) == 60.0
    assert sentences(queue, 201.0) == [
        "notifier: Slack refuses messages to 1 person who wrote to us, since 2025-11-18 12:00 UTC (1 channel_not_found)"
    ]
    queue.add("answer", "anna", 201.0)
    queue.heard_from(["anna"], NOON + timedelta(seconds=202), 202.0)
    assert attempt(queue, POSTED, 202.0) == ["anna"]
    assert (queue.suspended, queue.wait(202.0), sentences(queue, 202.0)) == ({}, 1.0, [])


def test_one_who_writes_during_a_failing_attempt_is_tried_again_at_once() -> None:
    suspended = {"anna": SuspendedRecipient(since=NOON - timedelta(days=3), reason="x", wait=0.0)}
    queue = a_queue(an_open("1"), suspended=suspended)
    queue.started(queue.take(101.0)[0])
    queue.heard_from(["anna"], NOON + timedelta(seconds=102), 102.0)
    at = NOON + timedelta(seconds=103)
    message = an_outgoing("1", tried_at=NOON + timedelta(seconds=101))
    queue.concluded(message, after_post(REFUSED, message, 0, QUIET, queue.refusal_of(message, at)), at, 103.0)
    assert queue.wait(103.0) == 1.0


def test_several_refused_recipients_are_slacks_trouble_and_all_are_tried_when_one_is_accepted() -> None:
    users = [f"user{number}" for number in range(5)]
    queue = a_queue(*(an_open(f"{user} 1", user) for user in users))
    clock, tries = 101.0, 0
    assert attempt(queue, REFUSED, clock) == users
    assert (len(queue.suspended), queue.breaker.slack) == (5, SlackState.DENYING)
    assert sentences(queue, clock) == [
        "Slack has refused every recipient since 2025-11-21T12:01:41Z:"
        " channel_not_found: there is no such user or channel, or the app cannot see it"
    ]
    queue.add("new 1", "new", clock)
    while clock < 101 + 3 * 3600:
        wait = queue.wait(clock)
        assert wait is not None
        assert wait <= 75.0
        clock, tries = clock + wait, tries + 1
        attempt(queue, REFUSED, clock, tries)
    assert tries < 200
    assert "new" in queue.suspended
    clock += queue.wait(clock) or 0.0
    accepted = set(attempt(queue, POSTED, clock))
    assert (queue.breaker.slack, sentences(queue, clock)) == (SlackState.ANSWERING, [])
    accepted |= {item.recipient for item in queue.take(clock)}
    assert accepted == {*users, "new"}


def test_two_recipients_are_enough_if_nobody_is_accepted_but_not_for_ever() -> None:
    queue, clock = a_queue(an_open("1", "anna"), an_open("2", "ben")), 101.0
    attempt(queue, REFUSED, clock)
    assert queue.breaker.slack is SlackState.DENYING
    while queue.breaker.slack is SlackState.DENYING:
        clock += queue.wait(clock) or 0.0
        attempt(queue, REFUSED, clock, 99)
    assert 3600 < clock < 3800
    queue.add("news", "#papers", clock)
    assert "#papers" in attempt(queue, POSTED, clock)
    assert (queue.wait(clock) or 0.0) > 60.0


def test_while_slack_accepts_a_channel_the_others_are_tried_within_a_minute_for_an_hour() -> None:
    users = ["anna", "ben", "cleo"]
    queue, clock = a_queue(an_open("1")), 101.0
    attempt(queue, REFUSED, clock)
    queue.add("news", "#papers", clock)
    assert attempt(queue, POSTED, clock) == ["#papers"]
    queue.add("2", "ben", clock)
    queue.add("3", "cleo", clock)
    waits: list[float] = []
    while clock < 101 + 3600:
        attempt(queue, REFUSED, clock, len(waits))
        assert queue.breaker.slack is SlackState.ANSWERING
        waits.append(queue.wait(clock) or 0.0)
        clock += waits[-1]
    assert max(waits) <= 75.0
    assert sentences(queue, 1000.0) == [
        "notifier: Slack has refused 3 recipients since 2025-11-21 12:01 UTC (3 channel_not_found);"
        " this counts as trouble at Slack: they are tried again every minute"
    ]
    tried: set[str] = set()
    while tried != set(users):
        tried |= set(attempt(queue, REFUSED, clock, 99))
        clock += queue.wait(clock) or 0.0
    assert queue.suspended["anna"].wait > 3600
    assert sentences(queue, clock) == []


def test_one_who_writes_while_slack_refuses_all_is_tried_before_the_pause_is_over() -> None:
    queue = a_queue(*(an_open(user, user) for user in ("anna", "ben", "cleo")))
    attempt(queue, REFUSED, 101.0)
    attempt(queue, REFUSED, 101.0 + (queue.wait(101.0) or 0.0))
    queue.add("news", "dora", 103.0)
    pause = queue.wait(103.0)
    assert pause is not None
    assert pause > 0.5
    queue.heard_from(["cleo"], NOON, 103.0)
    assert attempt(queue, POSTED, 103.0) == ["cleo"]
    assert {item.recipient for item in queue.take(103.0)} == {"anna", "ben", "dora"}


def test_a_refused_recipient_is_suspended_and_its_later_messages_cost_no_call() -> None:
    queue = a_queue(an_open("1"))
    queue.started(queue.take(101.0)[0])
    step = after_post(ApiError(error="user_disabled"), an_outgoing("1"), 0, QUIET)
    queue.concluded(an_outgoing("1"), step, NOON, 101.0)
    queue.add("2", "anna", 102.0)
    queue.add("3", "ben", 102.0)
    assert [item.id for item in queue.take(160.9)] == ["3"]
    assert (list(queue.suspended), queue.count(MessageState.QUEUED)) == (["anna"], 3)
    (item,) = queue.take(161.0)
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


def test_a_parked_recipient_waits_no_longer_than_a_day_whatever_the_clock_says() -> None:
    suspended = {"anna": SuspendedRecipient(since=NOON, reason="is_archived", wait=1e9)}
    assert a_queue(an_open("1"), suspended=suspended).wait(100.0) == 86_400


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

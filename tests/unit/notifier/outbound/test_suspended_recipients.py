"""Recipients that Slack refuses: when they are tried again, and what that means for the others."""

from datetime import timedelta
from itertools import pairwise

from actors.notifier.model.outcomes import ApiError, Posted, PostOutcome
from actors.notifier.model.outgoing import MessageState, SuspendedRecipient
from actors.notifier.outbound.breaker import reasons as breaker_reasons
from actors.notifier.outbound.retries import SlackState, after_post
from actors.notifier.outbound.send_queue import SendQueue
from tests.builders import NOON
from tests.notifier_builders import an_outgoing
from tests.unit.notifier.outbound.queues import POSTED, QUIET, a_queue, an_open

REFUSED = ApiError(error="channel_not_found")


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

"""How Slack as a whole stands."""

from actors.notifier.model.outcomes import ApiError, Limited, NotReached, Posted
from actors.notifier.outbound.breaker import MAX_CALLS_IN_FLIGHT, SlackBreaker, after_step, free_slots, reasons
from actors.notifier.outbound.retries import Step, after_post
from tests.builders import NOON
from tests.notifier_builders import an_outgoing

OK = after_post(Posted(channel="D1", ts="1"), an_outgoing("id"), 0, 15)
PAUSE = after_post(Limited(retry_after=20.0), an_outgoing("id"), 0, 15)
REFUSED = after_post(ApiError(error="token_revoked"), an_outgoing("id"), 0, 15)


def away(outages: int = 0) -> Step:
    """A post that did not reach Slack."""
    return after_post(NotReached(why="connection refused"), an_outgoing("id"), outages, 15)


def test_while_slack_answers_a_few_calls_are_on_the_way() -> None:
    assert free_slots(SlackBreaker(), 0, 0) == MAX_CALLS_IN_FLIGHT
    assert free_slots(SlackBreaker(), MAX_CALLS_IN_FLIGHT, 0) == 0


def test_while_slack_is_away_everybody_waits_and_then_one_is_tried() -> None:
    breaker = after_step(SlackBreaker(), "anna", away(), NOON, 100.0)
    assert free_slots(breaker, 0, 100.5) == 0
    assert free_slots(breaker, 0, 102) == 1
    assert free_slots(breaker, 1, 102) == 0
    (reason,) = reasons(breaker)
    assert reason.text == "Slack has been unreachable since 2025-11-21T12:00:00Z: connection refused"


def test_calls_that_fail_together_are_one_miss() -> None:
    breaker = SlackBreaker()
    for _ in range(8):
        breaker = after_step(breaker, "anna", away(), NOON, 100.0)
    assert breaker.outages == 1
    assert after_step(breaker, "anna", away(1), NOON, 110.0).outages == 2


def test_an_answer_opens_for_everybody() -> None:
    breaker = after_step(after_step(SlackBreaker(), "anna", away(), NOON, 100.0), "ben", OK, NOON, 102.0)
    assert free_slots(breaker, 0, 102) == MAX_CALLS_IN_FLIGHT
    assert reasons(breaker) == ()
    assert breaker.outages == 0


def test_a_refused_token_is_said_and_tried_again_slowly() -> None:
    breaker = after_step(SlackBreaker(), "anna", REFUSED, NOON, 100.0)
    assert free_slots(breaker, 0, 101) == 0
    assert free_slots(breaker, 0, 103) == 1
    (reason,) = reasons(breaker)
    assert reason.text.startswith("Slack has rejected the token since 2025-11-21T12:00:00Z: token_revoked: ")


def test_a_limit_of_one_conversation_is_no_business_of_the_others() -> None:
    breaker = after_step(after_step(SlackBreaker(), "anna", PAUSE, NOON, 100.0), "anna", PAUSE, NOON, 105.0)
    assert free_slots(breaker, 0, 105) == MAX_CALLS_IN_FLIGHT


def test_a_second_limited_conversation_means_the_whole_workspace() -> None:
    breaker = after_step(after_step(SlackBreaker(), "anna", PAUSE, NOON, 100.0), "ben", PAUSE, NOON, 105.0)
    assert free_slots(breaker, 0, 124) == 0
    assert free_slots(breaker, 0, 125) == MAX_CALLS_IN_FLIGHT


def test_two_limits_at_different_times_are_two_conversations() -> None:
    breaker = after_step(after_step(SlackBreaker(), "anna", PAUSE, NOON, 100.0), "ben", PAUSE, NOON, 121.0)
    assert free_slots(breaker, 0, 122) == MAX_CALLS_IN_FLIGHT

"""From the outcome of a call to what is next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.model.outcomes import (
    ApiError,
    Limited,
    NoSuchMethod,
    NotReached,
    NotThere,
    Posted,
    PostOutcome,
    SearchOutcome,
    Unclear,
    Unsearchable,
)
from actors.notifier.model.outgoing import MessageState
from actors.notifier.model.slack_errors import POST, ErrorMeaning, codes_of
from actors.notifier.outbound.retries import (
    FIRST_TOKEN_RETRY_SECONDS,
    MAX_PAUSE_SECONDS,
    MAX_RETRY_SECONDS,
    MAX_TOKEN_RETRY_SECONDS,
    MAX_UNKNOWN_ERRORS,
    MESSAGE_INTERVAL_SECONDS,
    OutcomeCounter,
    SlackState,
    Step,
    after_post,
    after_search,
    backoff,
)
from actors.notifier.outbound.suspensions import RecipientRefusal, RefusalScope
from tests.notifier_builders import an_outgoing

RECIPIENT_ERRORS = codes_of(POST, ErrorMeaning.RECIPIENT)
MESSAGE_ERRORS = codes_of(POST, ErrorMeaning.MESSAGE, ErrorMeaning.CALL)
BLOCK_ERRORS = codes_of(POST, ErrorMeaning.BLOCKS)
THREAD_ERRORS = codes_of(POST, ErrorMeaning.THREAD)
TOKEN_ERRORS = codes_of(POST, ErrorMeaning.TOKEN)

INTERVAL = MESSAGE_INTERVAL_SECONDS
QUIET = 15.0
POSTED = Posted(channel="D1", ts="1.2")
REFUSED = ApiError(error="channel_not_found")


def posting(outcome: PostOutcome, failures: int = 0, outages: int = 0) -> Step:
    """After a post."""
    return after_post(outcome, an_outgoing(failures=failures), outages, QUIET)


def searching(outcome: SearchOutcome, outages: int = 0) -> Step:
    """After a search."""
    return after_search(outcome, "id", outages)


def test_a_posted_message_is_sent() -> None:
    step = posting(POSTED)
    assert (step.state, step.counter, step.posted, step.wait) == (
        MessageState.SENT,
        OutcomeCounter.SENT,
        POSTED,
        INTERVAL,
    )


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        (7.0, 7.0),
        (0.0, INTERVAL),
        (-5.0, INTERVAL),
        (1e9, MAX_PAUSE_SECONDS),
        (None, 30.0),
    ],
)
def test_a_limited_message_waits_as_long_as_slack_asked(asked: float | None, wait: float) -> None:
    step = posting(Limited(retry_after=asked))
    assert (step.state, step.counter, step.wait, step.slack) == (
        MessageState.QUEUED, OutcomeCounter.LIMITED, wait, SlackState.ANSWERING,
    )  # fmt: skip


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited"])
def test_an_error_that_is_a_limit_is_a_limit(error: str) -> None:
    assert posting(ApiError(error=error)) == posting(Limited(retry_after=None))
    assert searching(ApiError(error=error)) == searching(Limited(retry_after=None))


@pytest.mark.parametrize("outcome", [NotReached(why="refused"), NoSuchMethod(why="HTTP 404")])
def test_what_was_certainly_not_posted_is_queued_and_slack_is_away(outcome: PostOutcome) -> None:
    step = posting(outcome)
    assert (step.state, step.slack) == (MessageState.QUEUED, SlackState.AWAY)
    assert step.wait == step.wait_all > 0


@pytest.mark.parametrize("outcome", [Unclear(why="timeout"), ApiError(error="internal_error")])
def test_what_may_have_been_posted_stays_sending_for_the_quiet_period(outcome: PostOutcome) -> None:
    step = posting(outcome)
    assert (step.state, step.wait, step.slack) == (MessageState.SENDING, QUIET, SlackState.AWAY)


@pytest.mark.parametrize("error", sorted(RECIPIENT_ERRORS))
def test_an_error_of_the_recipient_suspends_them_with_the_reason_for_minutes_and_then_longer(error: str) -> None:
    step = posting(ApiError(error=error))
    assert (step.state, step.counter, step.slack, step.wait_all) == (
        MessageState.QUEUED, OutcomeCounter.SUSPENDED, SlackState.ANSWERING, 0,
    )  # fmt: skip
    assert step.reason.startswith(f"{error}: ")
    lasted = [0.0]
    while lasted[-1] < 3 * 86_400:
        refused = RecipientRefusal(lasted=lasted[-1])
        lasted.append(lasted[-1] + after_post(ApiError(error=error), an_outgoing(), 0, QUIET, refused).wait)
    minutes = [seconds / 60 for seconds in lasted[1:]]
    assert minutes[:12] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
    assert minutes[12:] == [2048 + 1440, 2048 + 2 * 1440]


def test_while_slack_refuses_several_each_is_tried_again_within_a_minute_or_so() -> None:
    refused = RecipientRefusal(scope=RefusalScope.SEVERAL, lasted=1800.0)
    steps = [after_post(REFUSED, an_outgoing(suspended=tries), 0, QUIET, refused) for tries in range(20)]
    assert steps[0].wait < 2.0
    assert max(step.wait for step in steps) <= 1.25 * MAX_RETRY_SECONDS
    assert {(step.slack, step.wait_all) for step in steps} == {(SlackState.ANSWERING, 0.0)}


def test_while_slack_refuses_all_everybody_waits_as_in_an_outage() -> None:
    step = after_post(REFUSED, an_outgoing(), 3, QUIET, RecipientRefusal(scope=RefusalScope.ALL, lasted=1800.0))
    assert (step.state, step.counter, step.slack) == (
        MessageState.QUEUED, OutcomeCounter.SUSPENDED, SlackState.DENYING,
    )  # fmt: skip
    assert step.wait == step.wait_all == posting(NotReached(why="refused"), outages=3).wait_all


def test_one_who_writes_while_an_attempt_fails_is_tried_again_at_once() -> None:
    step = after_post(REFUSED, an_outgoing(), 0, QUIET, RecipientRefusal(lasted=90_000.0, is_heard=True))
    assert (step.counter, step.wait) == (OutcomeCounter.SUSPENDED, INTERVAL)


@pytest.mark.parametrize("error", sorted(MESSAGE_ERRORS))
def test_an_error_of_the_message_ends_it_with_the_reason(error: str) -> None:
    step = posting(ApiError(error=error))
    assert (step.state, step.counter, step.slack) == (MessageState.DEAD, OutcomeCounter.DEAD, SlackState.ANSWERING)
    assert step.reason.startswith(f"{error}: ")


@pytest.mark.parametrize("error", sorted(BLOCK_ERRORS))
def test_a_message_whose_blocks_slack_does_not_take_goes_without_them(error: str) -> None:
    step = after_post(ApiError(error=error), an_outgoing(blocks="[]"), 0, QUIET)
    assert (step.state, step.counter, step.slack) == (
        MessageState.QUEUED,
        OutcomeCounter.UNBLOCKED,
        SlackState.ANSWERING,
    )
    assert posting(ApiError(error=error)).state is MessageState.DEAD


@pytest.mark.parametrize("error", sorted(THREAD_ERRORS))
def test_a_message_whose_thread_slack_does_not_take_goes_outside_it(error: str) -> None:
    step = after_post(ApiError(error=error), an_outgoing(thread_ts="1.2"), 0, QUIET)
    assert (step.state, step.counter, step.slack) == (
        MessageState.QUEUED,
        OutcomeCounter.UNTHREADED,
        SlackState.ANSWERING,
    )
    assert posting(ApiError(error=error)).counter is OutcomeCounter.UNKNOWN


@pytest.mark.parametrize("error", sorted(TOKEN_ERRORS))
def test_an_error_of_the_token_stops_everybody_and_keeps_everything(error: str) -> None:
    step = posting(ApiError(error=error))
    assert (step.state, step.slack, step.wait_all) == (MessageState.QUEUED, SlackState.REFUSING, step.wait)
    assert 0.7 * FIRST_TOKEN_RETRY_SECONDS <= step.wait_all <= 1.3 * FIRST_TOKEN_RETRY_SECONDS
    assert posting(ApiError(error=error), outages=99).wait_all >= 0.7 * MAX_TOKEN_RETRY_SECONDS


def test_an_unknown_error_is_tried_a_few_times() -> None:
    steps = [posting(ApiError(error="quux"), failures) for failures in range(MAX_UNKNOWN_ERRORS)]
    assert [step.state for step in steps] == [MessageState.QUEUED] * (MAX_UNKNOWN_ERRORS - 1) + [MessageState.DEAD]
    assert [step.counter for step in steps[:-1]] == [OutcomeCounter.UNKNOWN] * (MAX_UNKNOWN_ERRORS - 1)
    assert [step.wait for step in steps[:-1]] == sorted(step.wait for step in steps[:-1])


def test_a_message_that_is_found_is_sent() -> None:
    step = searching(POSTED)
    assert (step.state, step.counter, step.posted) == (MessageState.SENT, OutcomeCounter.FOUND, POSTED)


def test_a_message_that_is_not_there_is_queued_again() -> None:
    step = searching(NotThere())
    assert (step.state, step.counter) == (MessageState.QUEUED, OutcomeCounter.NOT_FOUND)


@pytest.mark.parametrize(
    "outcome",
    [
        Unsearchable(why="a console"),
        NoSuchMethod(why="HTTP 404"),
        *(ApiError(error=error) for error in ("missing_scope", "unknown_method", "not_allowed_token_type", "quux")),
        *(ApiError(error=error, method="conversations.replies") for error in ("no_permission", "not_in_channel")),
        ApiError(error="channel_not_found", method="conversations.open"),
    ],
)
def test_what_can_never_be_searched_is_sent_again_and_counted(outcome: SearchOutcome) -> None:
    step = searching(outcome)
    assert (step.state, step.counter, step.slack) == (
        MessageState.QUEUED,
        OutcomeCounter.UNSETTLED,
        SlackState.ANSWERING,
    )


@pytest.mark.parametrize("outcome", [NotReached(why="refused"), Unclear(why="HTTP 500"), ApiError(error="fatal_error")])
def test_a_search_that_fails_is_done_again(outcome: SearchOutcome) -> None:
    step = searching(outcome)
    assert (step.state, step.slack) == (MessageState.SENDING, SlackState.AWAY)


def test_a_search_that_is_limited_waits() -> None:
    step = searching(Limited(retry_after=9.0))
    assert (step.state, step.wait, step.slack) == (MessageState.SENDING, 9.0, SlackState.ANSWERING)


def test_a_search_with_a_refused_token_waits_for_a_good_one() -> None:
    step = searching(ApiError(error="token_revoked"))
    assert (step.state, step.slack) == (MessageState.SENDING, SlackState.REFUSING)


@given(st.text(), st.integers(0, 10_000))
def test_backoff_grows_from_one_second_to_the_longest_and_is_the_same_each_time(id: str, failures: int) -> None:
    wait = backoff(1.0, failures, id)
    middle = min(2.0 ** min(failures, 30), MAX_RETRY_SECONDS)
    assert middle * 0.75 <= wait <= middle * 1.25
    assert wait == backoff(1.0, failures, id)


OUTCOMES = st.one_of(
    st.just(POSTED),
    st.builds(Limited, retry_after=st.none() | st.floats(allow_nan=False, allow_infinity=False)),
    st.builds(ApiError, error=st.text() | st.sampled_from(sorted({*MESSAGE_ERRORS, *RECIPIENT_ERRORS, *TOKEN_ERRORS}))),
    st.builds(NoSuchMethod, why=st.text()),
    st.builds(NotReached, why=st.text()),
    st.builds(Unclear, why=st.text()),
)


@given(OUTCOMES, st.integers(0, 10), st.integers(0, 100))
def test_only_what_was_posted_is_sent_and_only_what_is_unclear_stays_sending(
    outcome: PostOutcome, failures: int, outages: int
) -> None:
    step = posting(outcome, failures, outages)
    assert (step.state is MessageState.SENT) == (step.posted is not None) == isinstance(outcome, Posted)
    if step.state is MessageState.SENDING:
        assert isinstance(outcome, Unclear | ApiError)
        assert step.wait >= QUIET
    assert step.wait > 0

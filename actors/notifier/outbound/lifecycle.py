"""The life of a message: from the outcome of a call to what is next. Pure.

    queued -> sending -> sent | dead, and sending -> queued when it is known not to have been posted

A message whose blocks Slack does not take is sent without them: its text says the same.

A recipient whom Slack does not reach is parked: the messages stay queued, and the oldest is tried again after a day,
then ever more seldom.

A call whose outcome is unclear leaves its message `sending`. After a quiet period, since a timed-out post may land
late, it is looked for in the conversation's history: there, it is sent; not there, it is queued again. Where the
history can never be asked (the scope is missing, the method unknown) it is queued again and counted as unsettled: it
may then appear twice, which is better than not at all.
"""

import zlib
from dataclasses import dataclass
from enum import Enum

from actors.notifier.model.outcomes import (
    ApiError,
    Failure,
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
from actors.notifier.model.outgoing import MessageState, OutgoingMessage
from actors.notifier.model.slack_errors import (
    BLOCK_ERRORS,
    LIMIT_ERRORS,
    MESSAGE_ERRORS,
    RECIPIENT_ERRORS,
    THREAD_ERRORS,
    TOKEN_ERRORS,
    UNCLEAR_ERRORS,
    UNSEARCHABLE_ERRORS,
)

PACE = 1.0
"""Seconds between two messages in one conversation: Slack's limit for chat.postMessage."""

UNTOLD_LIMIT = 30.0
LONGEST_LIMIT = 3600.0
"""Seconds of a pause that Slack asks for without saying how long, and the longest that is believed."""

FIRST_TOKEN_RETRY = 2.0
TOKEN_RETRY = 60.0
"""Seconds after which a refused token is tried again, doubled from the first to the second: an operator may have
repaired the app meanwhile."""

PARKED_RETRY = 86_400.0
LONGEST_PARKED = 7 * 86_400.0
"""Seconds after which a parked recipient is tried again, doubled each time in vain."""

FIRST_RETRY = 1.0
LONGEST_RETRY = 60.0
"""Seconds; doubled from one failure to the next."""

UNKNOWN_RETRY = 10.0
MOST_UNKNOWN = 5
"""An error that is not known here may pass: so often it is tried."""


class SlackState(Enum):
    """What an outcome says of Slack as a whole."""

    ANSWERING = "answering"
    AWAY = "away"
    REFUSING = "refusing"


class OutcomeCounter(Enum):
    """The counter that an outcome moves."""

    SENT = "sent"
    DEAD = "dead"
    SUSPENDED = "parked"
    RETRIED = "retried"
    UNKNOWN = "unknown_errors"
    LIMITED = "limited"
    UNCLEAR = "unclear"
    FOUND = "found_in_history"
    NOT_FOUND = "not_found_in_history"
    UNSETTLED = "unsettled"
    UNTHREADED = "unthreaded"
    UNBLOCKED = "sent_without_blocks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is next: the message's new state and why; the seconds that its conversation waits; what is now known of
    Slack (away or refusing, everybody waits `wait_all` seconds); where it was posted, if it was."""

    state: MessageState
    counter: OutcomeCounter
    reason: str = ""
    wait: float = PACE
    wait_all: float = 0.0
    slack: SlackState = SlackState.ANSWERING
    posted: Posted | None = None


def after_post(outcome: PostOutcome, message: OutgoingMessage, misses: int, quiet: float) -> Step:
    """What follows a post of `message`. `misses` is how often in a row Slack was away; `quiet` the quiet period in
    seconds."""
    id = message.id
    match outcome:
        case Posted():
            return Step(state=MessageState.SENT, counter=OutcomeCounter.SENT, posted=outcome)
        case ApiError(error=error) if error in LIMIT_ERRORS:
            return _limited(MessageState.QUEUED, Limited(retry_after=None))
        case ApiError(error=error) if error in UNCLEAR_ERRORS:
            return _unclear(f"Slack said {error}", id, misses, quiet)
        case ApiError(error=error):
            return _refused(error, message, misses)
        case Limited():
            return _limited(MessageState.QUEUED, outcome)
        case NotReached(why=why) | NoSuchMethod(why=why):
            return _away(MessageState.QUEUED, OutcomeCounter.RETRIED, why, id, misses)
        case Unclear(why=why):
            return _unclear(why, id, misses, quiet)


def after_search(outcome: SearchOutcome, id: str, misses: int) -> Step:
    """What follows the search for message `id` in the conversation's history."""
    match outcome:
        case Posted():
            return Step(state=MessageState.SENT, counter=OutcomeCounter.FOUND, posted=outcome)
        case NotThere():
            reason = "it did not arrive and is sent again"
            return Step(state=MessageState.QUEUED, counter=OutcomeCounter.NOT_FOUND, reason=reason)
        case Unsearchable(why=why) | NoSuchMethod(why=why):
            return _unsettled(why)
        case _:
            return _after_failed_search(outcome, id, misses)


def backoff(first: float, failures: int, id: str, longest: float = LONGEST_RETRY) -> float:
    """Seconds after the `failures`-th failure in a row (from 0): doubled each time, and 25 % more or less by `id`, so
    that messages do not come back all at once."""
    spread = zlib.crc32(f"{id} {failures}".encode()) / 0xFFFFFFFF
    return float(min(first * 2.0 ** min(failures, 30), longest) * (0.75 + spread / 2))


def _after_failed_search(outcome: Failure, id: str, misses: int) -> Step:
    sending = MessageState.SENDING
    match outcome:
        case Limited():
            return _limited(sending, outcome)
        case ApiError(error=error) if error in LIMIT_ERRORS:
            return _limited(sending, Limited(retry_after=None))
        case ApiError(error=error) if error in THREAD_ERRORS:
            reason = f"{error}: it did not arrive and is sent outside the thread"
            return Step(state=MessageState.QUEUED, counter=OutcomeCounter.UNTHREADED, reason=reason)
        case ApiError(error=error) if error in UNCLEAR_ERRORS:
            return _away(sending, OutcomeCounter.UNCLEAR, f"Slack said {error}", id, misses)
        case ApiError(error=error) if error in TOKEN_ERRORS and error not in UNSEARCHABLE_ERRORS:
            return _token_refused(sending, error, id, misses)
        case ApiError(error=error):
            return _unsettled(f"Slack said {error}")
        case NotReached(why=why) | Unclear(why=why) | NoSuchMethod(why=why):
            return _away(sending, OutcomeCounter.UNCLEAR, why, id, misses)


def _refused(error: str, message: OutgoingMessage, misses: int) -> Step:
    failures = message.failures
    if error in TOKEN_ERRORS:
        return _token_refused(MessageState.QUEUED, error, message.id, misses)
    if error in RECIPIENT_ERRORS:
        wait = min(PARKED_RETRY * 2.0 ** min(message.suspended, 10), LONGEST_PARKED)
        reason = f"{error}: {RECIPIENT_ERRORS[error]}"
        return Step(state=MessageState.QUEUED, counter=OutcomeCounter.SUSPENDED, reason=reason, wait=wait)
    if error in THREAD_ERRORS and message.thread_ts:
        return Step(
            state=MessageState.QUEUED,
            counter=OutcomeCounter.UNTHREADED,
            reason=f"{error}: it is sent outside the thread",
        )
    if error in BLOCK_ERRORS and message.blocks:
        return Step(
            state=MessageState.QUEUED,
            counter=OutcomeCounter.UNBLOCKED,
            reason=f"{error}: it is sent without its blocks",
        )
    if error in MESSAGE_ERRORS:
        return Step(state=MessageState.DEAD, counter=OutcomeCounter.DEAD, reason=f"{error}: {MESSAGE_ERRORS[error]}")
    if failures + 1 >= MOST_UNKNOWN:
        reason = f"{error}: Slack said so {MOST_UNKNOWN} times"
        return Step(state=MessageState.DEAD, counter=OutcomeCounter.DEAD, reason=reason)
    return Step(
        state=MessageState.QUEUED,
        counter=OutcomeCounter.UNKNOWN,
        reason=error,
        wait=backoff(UNKNOWN_RETRY, failures, message.id, LONGEST_LIMIT),
    )


def _limited(state: MessageState, outcome: Limited) -> Step:
    asked = UNTOLD_LIMIT if outcome.retry_after is None else outcome.retry_after
    wait = min(max(asked, PACE), LONGEST_LIMIT)
    return Step(
        state=state, counter=OutcomeCounter.LIMITED, reason=f"Slack asked for a pause of {wait:.0f} s", wait=wait
    )


def _unclear(why: str, id: str, misses: int, quiet: float) -> Step:
    return Step(
        state=MessageState.SENDING,
        counter=OutcomeCounter.UNCLEAR,
        reason=why,
        wait=max(quiet, PACE),
        wait_all=backoff(FIRST_RETRY, misses, id),
        slack=SlackState.AWAY,
    )


def _away(state: MessageState, counter: OutcomeCounter, why: str, id: str, misses: int) -> Step:
    wait = backoff(FIRST_RETRY, misses, id)
    return Step(state=state, counter=counter, reason=why, wait=wait, wait_all=wait, slack=SlackState.AWAY)


def _token_refused(state: MessageState, error: str, id: str, misses: int) -> Step:
    wait = backoff(FIRST_TOKEN_RETRY, misses, id, TOKEN_RETRY)
    return Step(
        state=state,
        counter=OutcomeCounter.RETRIED,
        reason=f"{error}: {TOKEN_ERRORS[error]}",
        wait=wait,
        wait_all=wait,
        slack=SlackState.REFUSING,
    )


def _unsettled(why: str) -> Step:
    reason = f"whether it arrived cannot be found out ({why}): sent again"
    return Step(state=MessageState.QUEUED, counter=OutcomeCounter.UNSETTLED, reason=reason)

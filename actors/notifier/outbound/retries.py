"""The life of a message: decides what follows from the outcome of a call. Pure.

    queued -> sending -> sent | dead, and sending -> queued if it is known not to have been posted

If Slack rejects a message's blocks, the message is sent as text alone.

If Slack cannot reach a recipient, the recipient is suspended: the messages stay queued, and the oldest is tried again
when `suspensions.py` says.

If the outcome of a call is unclear, the message stays `sending`. A timed-out post may still arrive, so after a quiet
period the conversation's history is searched. If the message is there, it is sent; if not, it is queued again. If the
history can never be searched (a scope or the method is missing), the message is queued again and counted as unsettled:
it may appear twice, which is better than never.
"""

import zlib
from dataclasses import dataclass, replace
from enum import Enum

from actors.notifier.model.outcomes import (
    ApiError,
    Departed,
    Failure,
    Limited,
    NoSuchMethod,
    NotReached,
    NotThere,
    Posted,
    PostOutcome,
    SearchOutcome,
    Unclear,
    Undelivered,
    Unsearchable,
)
from actors.notifier.model.outgoing import MessageState, OutgoingMessage
from actors.notifier.model.slack_errors import POST, ErrorMeaning, meaning_of, words_of
from actors.notifier.outbound.suspensions import DEPARTED, RecipientRefusal, RefusalScope, seconds_to_retry

MESSAGE_INTERVAL_SECONDS = 1.0
"""Between two messages in one conversation: Slack's limit for chat.postMessage."""

DEFAULT_PAUSE_SECONDS = 30.0
MAX_PAUSE_SECONDS = 3600.0
"""The pause when Slack asks for one without saying how long, and the longest pause that is obeyed."""

FIRST_TOKEN_RETRY_SECONDS = 2.0
MAX_TOKEN_RETRY_SECONDS = 60.0
"""When to try a rejected token again, in case an operator has repaired the app; the delay doubles up to the maximum."""

FIRST_RETRY_SECONDS = 1.0
MAX_RETRY_SECONDS = 60.0
"""The delay doubles from one failure to the next, up to the maximum."""

OTHER_WAY_RETRY_SECONDS = 60.0
"""When a message is tried again that did not reach its recipient in another way than Slack."""

MAX_UNCLEAR_DELIVERIES = 5
"""A message that another way than Slack may have taken is sent again, with the same id, up to this many times in
all."""

UNKNOWN_ERROR_RETRY_SECONDS = 10.0
MAX_UNKNOWN_ERRORS = 5
"""An error code that is not documented may be temporary: the message is tried this many times."""


_HISTORY = "conversations.history"


class SlackState(Enum):
    """What an outcome says about Slack as a whole. REFUSING: it rejects the token. DENYING: it refuses every
    recipient."""

    ANSWERING = "answering"
    AWAY = "away"
    REFUSING = "refusing"
    DENYING = "denying"


class OutcomeCounter(Enum):
    """The counter that an outcome increments."""

    SENT = "sent"
    DEAD = "dead"
    SUSPENDED = "suspended"
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
    """What happens next: the message's new state and the reason; the seconds that its conversation waits; the state of
    Slack (unless it is answering, all conversations wait `wait_all` seconds); where the message was posted, if it
    was. `is_failure`: this attempt counts towards the most that are made."""

    state: MessageState
    counter: OutcomeCounter
    reason: str = ""
    wait: float = MESSAGE_INTERVAL_SECONDS
    wait_all: float = 0.0
    slack: SlackState = SlackState.ANSWERING
    posted: Posted | None = None
    is_failure: bool = False


def after_post(
    outcome: PostOutcome, message: OutgoingMessage, outages: int, quiet: float, refused: RecipientRefusal | None = None
) -> Step:
    """What follows the attempt to post `message`. `outages` counts the failures of Slack in a row; `quiet` is
    the quiet period in seconds; `refused` says what it means if Slack refuses the recipient."""
    id = message.id
    match outcome:
        case Posted():
            return Step(state=MessageState.SENT, counter=OutcomeCounter.SENT, posted=outcome)
        case Departed():
            alone = replace(refused or RecipientRefusal(), scope=RefusalScope.ONE)
            return _recipient_refused(DEPARTED, message, outages, alone)
        case Undelivered():
            return _undelivered(outcome, message)
        case ApiError(error=error):
            return _rejected(error, message, outages, quiet, refused or RecipientRefusal())
        case Limited():
            return _limited(MessageState.QUEUED, outcome)
        case NotReached(why=why) | NoSuchMethod(why=why):
            return _away(MessageState.QUEUED, OutcomeCounter.RETRIED, why, id, outages)
        case Unclear(why=why):
            return _unclear(why, id, outages, quiet)


def after_search(outcome: SearchOutcome, id: str, outages: int) -> Step:
    """What follows the search for message `id` in its conversation's history."""
    match outcome:
        case Posted():
            return Step(state=MessageState.SENT, counter=OutcomeCounter.FOUND, posted=outcome)
        case NotThere():
            reason = "it did not arrive and will be sent again"
            return Step(state=MessageState.QUEUED, counter=OutcomeCounter.NOT_FOUND, reason=reason)
        case Unsearchable(why=why) | NoSuchMethod(why=why):
            return _unsettled(why)
        case _:
            return _after_failed_search(outcome, id, outages)


def token_lost(reason: str, outages: int) -> Step:
    """What follows when Slack says that the token was revoked."""
    return _token_rejected(MessageState.QUEUED, reason, "token", outages)


def backoff(first: float, failures: int, id: str, longest: float = MAX_RETRY_SECONDS) -> float:
    """Seconds to wait after the `failures`-th failure in a row (starting at 0). The delay doubles each time and varies
    by 25 % with `id`, so that messages do not return all at once."""
    spread = zlib.crc32(f"{id} {failures}".encode()) / 0xFFFFFFFF
    return float(min(first * 2.0 ** min(failures, 30), longest) * (0.75 + spread / 2))


def _after_failed_search(outcome: Failure, id: str, outages: int) -> Step:
    sending = MessageState.SENDING
    match outcome:
        case Limited():
            return _limited(sending, outcome)
        case ApiError(error=error, method=method):
            return _search_rejected(error, method or _HISTORY, id, outages)
        case NotReached(why=why) | Unclear(why=why) | NoSuchMethod(why=why):
            return _away(sending, OutcomeCounter.UNCLEAR, why, id, outages)


def _search_rejected(error: str, method: str, id: str, outages: int) -> Step:
    match meaning_of(method, error):
        case ErrorMeaning.LIMIT:
            return _limited(MessageState.SENDING, Limited(retry_after=None))
        case ErrorMeaning.THREAD:
            reason = f"{error}: it did not arrive and will be sent outside the thread"
            return Step(state=MessageState.QUEUED, counter=OutcomeCounter.UNTHREADED, reason=reason)
        case ErrorMeaning.UNCLEAR:
            return _away(MessageState.SENDING, OutcomeCounter.UNCLEAR, f"Slack said {error}", id, outages)
        case ErrorMeaning.TOKEN:
            return _token_rejected(MessageState.SENDING, words_of(method, error), id, outages)
        case _:
            return _unsettled(f"Slack said {words_of(method, error)}")


def _rejected(error: str, message: OutgoingMessage, outages: int, quiet: float, refused: RecipientRefusal) -> Step:
    reason = words_of(POST, error)
    match meaning_of(POST, error):
        case ErrorMeaning.LIMIT:
            return _limited(MessageState.QUEUED, Limited(retry_after=None))
        case ErrorMeaning.UNCLEAR:
            return _unclear(f"Slack said {error}", message.id, outages, quiet)
        case ErrorMeaning.TOKEN:
            return _token_rejected(MessageState.QUEUED, reason, message.id, outages)
        case ErrorMeaning.RECIPIENT:
            return _recipient_refused(reason, message, outages, refused)
        case ErrorMeaning.THREAD if message.thread_ts:
            reason = f"{error}: it will be sent outside the thread"
            return Step(state=MessageState.QUEUED, counter=OutcomeCounter.UNTHREADED, reason=reason)
        case ErrorMeaning.BLOCKS if message.blocks:
            reason = f"{error}: it will be sent without blocks"
            return Step(state=MessageState.QUEUED, counter=OutcomeCounter.UNBLOCKED, reason=reason)
        case ErrorMeaning.MESSAGE | ErrorMeaning.BLOCKS | ErrorMeaning.CALL:
            return Step(state=MessageState.DEAD, counter=OutcomeCounter.DEAD, reason=reason)
        case _:
            return _tried_again(error, message)


def _tried_again(error: str, message: OutgoingMessage) -> Step:
    """After an error that is not documented: it may be temporary."""
    failures = message.failures
    if failures + 1 >= MAX_UNKNOWN_ERRORS:
        reason = f"{error}: rejected {MAX_UNKNOWN_ERRORS} times"
        return Step(state=MessageState.DEAD, counter=OutcomeCounter.DEAD, reason=reason)
    return Step(
        state=MessageState.QUEUED,
        counter=OutcomeCounter.UNKNOWN,
        reason=error,
        wait=backoff(UNKNOWN_ERROR_RETRY_SECONDS, failures, message.id, MAX_PAUSE_SECONDS),
        is_failure=True,
    )


def _recipient_refused(reason: str, message: OutgoingMessage, outages: int, refused: RecipientRefusal) -> Step:
    queued, suspended = MessageState.QUEUED, OutcomeCounter.SUSPENDED
    if refused.scope is RefusalScope.ALL:
        wait = backoff(FIRST_RETRY_SECONDS, outages, message.id)
        return Step(
            state=queued, counter=suspended, reason=reason, wait=wait, wait_all=wait, slack=SlackState.DENYING
        )  # fmt: skip
    if refused.is_heard:
        return Step(state=queued, counter=suspended, reason=reason)
    if refused.scope is RefusalScope.SEVERAL:
        wait = backoff(FIRST_RETRY_SECONDS, message.suspended, message.id)
        return Step(state=queued, counter=suspended, reason=reason, wait=wait)
    return Step(state=queued, counter=suspended, reason=reason, wait=seconds_to_retry(refused))


def _limited(state: MessageState, outcome: Limited) -> Step:
    asked = DEFAULT_PAUSE_SECONDS if outcome.retry_after is None else outcome.retry_after
    wait = min(max(asked, MESSAGE_INTERVAL_SECONDS), MAX_PAUSE_SECONDS)
    return Step(
        state=state, counter=OutcomeCounter.LIMITED, reason=f"Slack asked for a pause of {wait:.0f} s", wait=wait
    )


def _unclear(why: str, id: str, outages: int, quiet: float) -> Step:
    return Step(
        state=MessageState.SENDING,
        counter=OutcomeCounter.UNCLEAR,
        reason=why,
        wait=max(quiet, MESSAGE_INTERVAL_SECONDS),
        wait_all=backoff(FIRST_RETRY_SECONDS, outages, id),
        slack=SlackState.AWAY,
    )


def _away(state: MessageState, counter: OutcomeCounter, why: str, id: str, outages: int) -> Step:
    wait = backoff(FIRST_RETRY_SECONDS, outages, id)
    return Step(state=state, counter=counter, reason=why, wait=wait, wait_all=wait, slack=SlackState.AWAY)


def _token_rejected(state: MessageState, reason: str, id: str, outages: int) -> Step:
    wait = backoff(FIRST_TOKEN_RETRY_SECONDS, outages, id, MAX_TOKEN_RETRY_SECONDS)
    return Step(
        state=state,
        counter=OutcomeCounter.RETRIED,
        reason=reason,
        wait=wait,
        wait_all=wait,
        slack=SlackState.REFUSING,
    )


def _undelivered(outcome: Undelivered, message: OutgoingMessage) -> Step:
    """It says nothing about Slack, and the queue keeps it from Slack's breaker. There is no history to search: what may
    have arrived is sent again, with the same id, but not for ever."""
    if outcome.is_final:
        return Step(state=MessageState.DEAD, counter=OutcomeCounter.DEAD, reason=outcome.why)
    if outcome.is_unclear:
        return _perhaps_delivered(outcome, message)
    wait = min(max(outcome.retry_after or OTHER_WAY_RETRY_SECONDS, FIRST_RETRY_SECONDS), MAX_PAUSE_SECONDS)
    return Step(state=MessageState.QUEUED, counter=OutcomeCounter.RETRIED, reason=outcome.why, wait=wait)


def _perhaps_delivered(outcome: Undelivered, message: OutgoingMessage) -> Step:
    if message.failures + 1 >= MAX_UNCLEAR_DELIVERIES:
        reason = f"{outcome.why}: sent {MAX_UNCLEAR_DELIVERIES} times without a clear answer; it may have arrived"
        return Step(state=MessageState.DEAD, counter=OutcomeCounter.DEAD, reason=reason, is_failure=True)
    wait = backoff(OTHER_WAY_RETRY_SECONDS, message.failures, message.id, MAX_PAUSE_SECONDS)
    return Step(
        state=MessageState.QUEUED,
        counter=OutcomeCounter.UNSETTLED,
        reason=outcome.why,
        wait=max(wait, min(outcome.retry_after or 0.0, MAX_PAUSE_SECONDS)),
        is_failure=True,
    )


def _unsettled(why: str) -> Step:
    reason = f"it is not known whether it arrived ({why}): it will be sent again"
    return Step(state=MessageState.QUEUED, counter=OutcomeCounter.UNSETTLED, reason=reason)

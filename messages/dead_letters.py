"""What could not be delivered, and what operators do about it. Commands, queries and replies, not durable.

Spoken to every actor with tables: each keeps its own letters.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class DeadLetterKind(Enum):
    """EVENT: a durable event that its actor could not take, or could not read. MESSAGE: a message to people that Slack
    does not take. RECIPIENT: one that Slack does not reach, with all that waits for them."""

    EVENT = "event"
    MESSAGE = "message"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """Something undelivered. `id` is what operators name it by (`watchlist/3`); `what` it is, in words; `error` why;
    `failures` how often it failed; `messages` how many it holds; `since` when it became a dead letter and
    `tried_at` when it last failed."""

    id: str
    kind: DeadLetterKind
    what: str
    error: str
    failures: int
    messages: int
    since: datetime
    tried_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDeadLetters:
    """Query: the oldest `limit` letters."""

    request_id: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettersListed:
    """Reply: `total` there are, of which these are the oldest."""

    request_id: str
    dead_letters: tuple[DeadLetter, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryDeadLetter:
    """Command: deliver it once more. A letter whose retry fails stays a letter."""

    request_id: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDeadLetter:
    """Command: give it up for good."""

    request_id: str
    id: str


class DeadLetterOutcome(Enum):
    """What became of a command on a letter."""

    RETRIED = "retried"
    FAILED_AGAIN = "failed_again"
    DISCARDED = "discarded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterSettled:
    """Reply to RetryLetter and DiscardLetter; `detail` is a sentence for the operator."""

    request_id: str
    id: str
    outcome: DeadLetterOutcome
    detail: str


DEAD_LETTERS_ACCEPTS = frozenset({ListDeadLetters, RetryDeadLetter, DiscardDeadLetter})
"""What every actor with tables accepts beside its own."""

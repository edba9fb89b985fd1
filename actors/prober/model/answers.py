"""What the answers of a batch amount to: their counts by kind, whether they are believed, the last error."""

from dataclasses import dataclass
from enum import Enum

from messages.probing import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTally:
    """The answers of one batch: conclusive ones (the file is there or missing), throttles, refusals, and errors
    (broken, suspicious or missing answers); and the longest Retry-After in seconds."""

    answered: int = 0
    throttled: int = 0
    blocked: int = 0
    errors: int = 0
    retry_after: float | None = None

    @property
    def asked(self) -> int:
        """All of them."""
        return self.answered + self.throttled + self.blocked + self.errors


class Belief(Enum):
    """CATCH_ALL: the host answered for a name that cannot exist, so nothing in the batch is believed. UNCONFIRMED: the
    host did not say that this name is missing, so hits are not believed. NO_ANSWER: no answer was conclusive."""

    BELIEVED = "believed"
    CATCH_ALL = "catch_all"
    UNCONFIRMED = "unconfirmed"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastError:
    """The last inconclusive answer of a batch: its verdict, and what was wrong in words."""

    verdict: Verdict
    text: str

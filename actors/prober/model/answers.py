"""What the answers of a batch amount to: their counts by kind, whether they are believed, the last error."""

from dataclasses import dataclass
from enum import Enum

from messages.probing import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The answers of one batch: true ones (the file is there, or missing), throttles, refusals, and errors (broken or
    suspicious answers, and none); the longest Retry-After among them."""

    answered: int = 0
    throttled: int = 0
    blocked: int = 0
    errors: int = 0
    retry_after: float | None = None

    @property
    def asked(self) -> int:
        """Names."""
        return self.answered + self.throttled + self.blocked + self.errors


class Belief(Enum):
    """LIED: the host has answered for a name that cannot exist, so nothing of the batch is believed. UNCONFIRMED: it
    has not said of that name that it is missing, so its hits are not believed. UNHEARD: no answer says anything."""

    BELIEVED = "believed"
    LIED = "lied"
    UNCONFIRMED = "unconfirmed"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """The last answer of a batch that told nothing: its verdict, and in words what was wrong."""

    verdict: Verdict
    text: str

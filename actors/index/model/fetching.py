"""What a fetch of the index comes to, and when the next one is due."""

from dataclasses import dataclass, field

from messages.activity import Reachability

FIRST_RETRY = 5.0
"""Seconds after the first failure of a run; each further one doubles them."""

HELD_BACK = "held back: "
NOT_AN_INDEX = "not an index: "
"""How the reason of a FetchFailed begins when the index came but cannot be believed."""

RATE_LIMITED = "rate limit"
"""How the reason of a FetchFailed ends when the server says that it was asked too often."""

LONGEST_WAIT = 86400.0
"""Seconds that a server may ask for at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexValidators:
    """What the server at `url` gave with an answer, to be asked again with: None where it gave none."""

    url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The index is still the one of the validators. `pause`: how many seconds the server wants no further request."""

    pause: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole body, unpacked, and its validators. `following` is the URL of the page after this one, as the header Link
    has it; empty if there is none, None without that header. `pause` as in NotModified."""

    body: bytes
    validators: IndexValidators
    following: str | None = None
    pause: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No page this time: why, for people, and how many seconds the server asked to wait, if it did. `is_missing`: the
    server says that there is none."""

    reason: str
    retry_after: float | None = None
    is_missing: bool = field(default=False, compare=False)


def reachability_of(reason: str) -> Reachability:
    """How a site treats us whose index could not be had for this reason."""
    if reason.startswith((HELD_BACK, NOT_AN_INDEX)):
        return Reachability.SUSPICIOUS
    if reason.startswith("HTTP 429") or reason.endswith(RATE_LIMITED):
        return Reachability.THROTTLED
    if reason.startswith(("HTTP 401", "HTTP 403", "HTTP 451")):
        return Reachability.BLOCKED
    return Reachability.UNREACHABLE


def retry_delay(failures: int, interval: float, retry_after: float | None) -> float:
    """Seconds to wait after `failures` (at least 1) in a row: doubling up to the interval, and as long as the server
    asked for."""
    backoff = min(interval, FIRST_RETRY * 2.0 ** min(failures - 1, 30))
    return max(backoff, min(retry_after or 0.0, LONGEST_WAIT))

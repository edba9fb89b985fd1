"""What a fetch of the index comes to, and when the next one is due."""

from dataclasses import dataclass

FIRST_RETRY = 5.0
"""Seconds after the first failure of a run; each further one doubles them."""

HELD_BACK = "held back: "
"""How the reason of a FetchFailed begins when the index came but cannot be believed."""

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
    """The index is still the one of the validators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole body, unpacked, and its validators."""

    body: bytes
    validators: IndexValidators


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No index this time: why, for people, and how many seconds the server asked to wait, if it did."""

    reason: str
    retry_after: float | None = None


def retry_delay(failures: int, interval: float, retry_after: float | None) -> float:
    """Seconds to wait after `failures` (at least 1) in a row: doubling up to the interval, and as long as the server
    asked for."""
    backoff = min(interval, FIRST_RETRY * 2.0 ** min(failures - 1, 30))
    return max(backoff, min(retry_after or 0.0, LONGEST_WAIT))

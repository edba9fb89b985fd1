"""What came of a call to Slack: frozen values, without a token and without an exception in them. Pure."""

from dataclasses import dataclass

NOT_LEADING = "it is not certain that this instance leads"
"""Why a call was not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The message stands in the conversation `channel` (Slack's id) as `ts`."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """Slack wants a pause of `retry_after` seconds, None if it did not say how long. Nothing was posted."""

    retry_after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiError:
    """Slack answered with an error of its API (`channel_not_found`)."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchMethod:
    """What answered is no Slack API, or has no such method. Nothing was posted."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """The call certainly did not take effect: no connection, or refused before it was read."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """The call may have taken effect: no answer, or one that says nothing."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThere:
    """The message is not in the conversation's history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsearchable:
    """The history cannot be asked, now or later."""

    why: str


Failure = Limited | ApiError | NoSuchMethod | NotReached | Unclear
PostOutcome = Posted | Failure
SearchOutcome = Posted | NotThere | Unsearchable | Failure

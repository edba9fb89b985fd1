"""What came of a call to Slack: frozen values, without a token and without an exception in them. Pure."""

from dataclasses import dataclass
from datetime import datetime

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
class Refused:
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


Failure = Limited | Refused | NoSuchMethod | NotReached | Unclear
PostOutcome = Posted | Failure
SearchOutcome = Posted | NotThere | Unsearchable | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message that was marked `sending`: which attempt this is, when that was, and how often Slack refused it with an
    unknown error; `parked` is how often its recipient was tried in vain; `channel` and `last_ts` are what is known of
    the conversation. `blocks` is Block Kit as JSON, empty where the text is all; `thread_ts` the message in whose
    thread it stands, empty for none."""

    id: str
    recipient: str
    text: str
    attempt: int
    failures: int
    channel: str | None
    last_ts: str | None
    tried_at: datetime | None = None
    suspended: int = 0
    blocks: str = ""
    thread_ts: str = ""

"""The outcomes of a call to Slack, as frozen values that hold neither a token nor an exception. Pure."""

from dataclasses import dataclass, field

NOT_LEADING = "this instance may no longer be the leader"
"""Why a call was not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The message is in the conversation `channel` (Slack's id) with the timestamp `ts`."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """Slack asks for a pause of `retry_after` seconds; None if it did not say how long. Nothing was posted."""

    retry_after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiError:
    """Slack's API answered a call of `method` with an error code (`channel_not_found`)."""

    error: str
    method: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchMethod:
    """The server is not Slack's API, or lacks the method. Nothing was posted."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """The call certainly had no effect: there was no connection, or the request was rejected unread."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """The call may have had an effect: there was no answer, or an unreadable one."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """The recipient's account was deactivated. Nothing was posted, although Slack would have accepted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThere:
    """The message is not in the conversation's history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsearchable:
    """The history cannot be searched, now or later."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A way other than Slack did not take the message. `is_final`: it never will. `is_unclear`: it may have taken it,
    and may get it a second time. Nothing follows for anybody else. `retry_after` seconds, if it says so."""

    why: str
    is_final: bool = False
    is_unclear: bool = False
    retry_after: float | None = None


Failure = Limited | ApiError | NoSuchMethod | NotReached | Unclear
PostOutcome = Posted | Departed | Undelivered | Failure
SearchOutcome = Posted | NotThere | Unsearchable | Failure


def words_of_failure(failure: Failure) -> str:
    """The failure for people."""
    match failure:
        case Limited(retry_after=None):
            return "Slack asked for a pause"
        case Limited(retry_after=seconds):
            return f"Slack asked for a pause of {seconds:.0f} s"
        case ApiError(error=error):
            return error
        case NoSuchMethod(why=why) | NotReached(why=why) | Unclear(why=why):
            return why

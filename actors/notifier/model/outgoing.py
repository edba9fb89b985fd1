"""A message to people: what it says, the states it passes through, and what is kept of it in memory. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

ACTION = "callboard"
"""How the ids of our buttons begin; a link that is a button has another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMessage:
    """One message: its text in Slack's mrkdwn, the ids that it announces, in their order, and all that in Block Kit as
    JSON (empty: the text is all)."""

    text: str
    ids: tuple[str, ...]
    blocks: str = ""


class MessageKind(Enum):
    """Of a message. NOTICE: something that happened. ANSWER: to a command. INCIDENT: for operators."""

    NOTICE = "notice"
    ANSWER = "answer"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message that is to be queued. `parent`: the message in whose thread it goes; `thread_ts`: where that is known
    by its place already."""

    id: str
    recipient: str
    text: str
    announced: tuple[str, ...]
    kind: MessageKind = MessageKind.NOTICE
    blocks: str = ""
    parent: str = ""
    thread_ts: str = ""


class MessageState(Enum):
    """Of a row."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMessage:
    """A message that is queued or sending; `not_before` is when it may be tried again, None for at once."""

    id: str
    recipient: str
    state: MessageState
    not_before: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedRecipient:
    """A recipient whom Slack does not reach, since when and why; tried again in `wait` seconds from when this was
    read."""

    since: datetime
    reason: str
    wait: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQueue:
    """What the tables say: the first messages of each recipient that are not sent, in their order; how many are in each
    state, and how many were sent again unsettled; the parked recipients."""

    messages: Iterable[OpenMessage]
    counts: Mapping[MessageState, int]
    unsettled: int
    suspended: Mapping[str, SuspendedRecipient]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedMessages:
    """Messages that were deleted: how many of each state, and how many of all were sent again unsettled."""

    counts: Mapping[MessageState, int]
    unsettled: int

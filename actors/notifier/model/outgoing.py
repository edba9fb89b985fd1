"""Messages to people: their text, their states, and the rows that describe them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from messages.notices import Notice, NotifyUser, SummarizeForUser

HAS_LEFT = "user_deactivated"
"""The reason why a person is suspended who has left begins with this. Slack has no error for it."""

ACTION = "callboard"
"""The action ids of our buttons start with this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMessage:
    """One message as people see it: its text in Slack's mrkdwn, and the same in Block Kit as JSON (empty if the text
    needs no blocks). `ids` are the papers and drafts that it announces, in order. For a user, what it says is kept
    too, so that a part of it can be taken back: its `notices`, or the `summary` that it is. `card` are its notices for
    everybody. `is_part`: its headline says more than these notices do, because it is a page of several or begins with
    other words; it cannot be rendered from its card alone. Messages that look the same are equal."""

    text: str
    ids: tuple[str, ...]
    blocks: str = ""
    notices: tuple[Notice, ...] = field(default=(), compare=False)
    card: tuple[Notice, ...] = field(default=(), compare=False)
    summary: SummarizeForUser | None = field(default=None, compare=False)
    is_part: bool = field(default=False, compare=False)


class MessageKind(Enum):
    """NOTICE: something happened to a paper. ANSWER: the reply to a command. INCIDENT: for operators."""

    NOTICE = "notice"
    ANSWER = "answer"
    INCIDENT = "incident"


class MessageState(Enum):
    """The state of a message's row; `outbound/retries.py` describes the transitions. TAKEN_BACK: it was queued, and its
    user no longer wants it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to queue. If it replies in a thread, `parent` is the message that started the thread, or `thread_ts`
    is Slack's timestamp of it. `event` says the same to a user, None for other messages. `uploaded_at` is when the
    first of the drafts was uploaded whose discovery it tells; None if it tells of none, or nobody knows. `card` is what
    it says of drafts and is kept true; `broadcast` shows a reply in a thread in the channel too."""

    id: str
    recipient: str
    text: str
    announced: tuple[str, ...]
    kind: MessageKind = MessageKind.NOTICE
    blocks: str = ""
    parent: str = ""
    thread_ts: str = ""
    event: NotifyUser | SummarizeForUser | None = None
    card: tuple[Notice, ...] = ()
    broadcast: bool = False
    uploaded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMessage:
    """A message that is queued or sending, since `queued_at`. It must not be tried before `not_before`; None means at
    once."""

    id: str
    recipient: str
    state: MessageState
    not_before: datetime | None
    kind: MessageKind = MessageKind.NOTICE
    queued_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message marked `sending`. `attempt` counts the attempts and `tried_at` is the time of this one; `failures`
    counts the unknown errors that Slack has answered, and the attempts in another way that had no clear answer;
    `suspended` counts the failed attempts to reach the recipient. `channel` and `last_ts` are Slack's id of the
    conversation and the last message known to have arrived there. `blocks` is Block Kit as JSON, or empty; `thread_ts`
    is the message whose thread this one belongs to, or empty; `announced` are the ids of the papers and drafts in it.
    `queued_at`, `uploaded_at` and `broadcast` are as for an OpenMessage and a NewMessage."""

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
    kind: MessageKind = MessageKind.NOTICE
    announced: tuple[str, ...] = ()
    queued_at: datetime | None = None
    uploaded_at: datetime | None = None
    broadcast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedRecipient:
    """A recipient that Slack cannot reach, since when and why. The next attempt is due `wait` seconds after this row
    was read; the last one failed at `tried_at`. `heard_at` is when the recipient last wrote, None for never."""

    since: datetime
    reason: str
    wait: float
    tried_at: datetime | None = None
    heard_at: datetime | None = None

    @property
    def has_left(self) -> bool:
        """Whether it is a person whose account was deactivated, so that Slack refuses nothing."""
        return self.reason.startswith(f"{HAS_LEFT}:")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQueue:
    """What the tables hold: the first open messages of each recipient, in order; the number of messages in each state
    and of those sent twice to be safe (`unsettled`); the suspended recipients."""

    messages: Iterable[OpenMessage]
    counts: Mapping[MessageState, int]
    unsettled: int
    suspended: Mapping[str, SuspendedRecipient]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedMessages:
    """How many messages of each state were deleted, and how many of them were unsettled."""

    counts: Mapping[MessageState, int]
    unsettled: int

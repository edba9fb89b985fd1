"""What is to be told to people. Spoken to the NotifierActor, which alone knows how it is worded and sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.commands import CommandAnswered, PreferencesChanged, UserForgotten
from messages.health import HealthReply


class Happening(Enum):
    """What happened to a paper or draft; SUSPICION: something that operators should look at, in events of the versions
    before health told it."""

    DRAFT_FOUND = "draft_found"
    DRAFT_UPDATED = "draft_updated"
    DRAFT_WITHDRAWN = "draft_withdrawn"
    DRAFT_PUBLISHED = "draft_published"
    PAPER_ADDED = "paper_added"
    PAPER_CHANGED = "paper_changed"
    SUSPICION = "suspicion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with the word it stands under (`pdf`, `html`, `wg21.link`)."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that happened, not yet worded: `id` is the id that it announces; `title` may be empty and is text from
    outside, unescaped, and so are `authors` and `audience` (the groups that it is for, as far as that is known);
    `matched` holds the entries of the user that matched, `mentioned` those that stand only in the first words of its
    text, both empty in a channel; `detail` says in a line what else is to be known (of an updated draft, what
    changed). A SUSPICION has no id, and says all in it."""

    id: str
    happening: Happening
    title: str
    authors: tuple[str, ...]
    links: tuple[Link, ...]
    matched: tuple[str, ...]
    detail: str = ""
    audience: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyUser:
    """Event, durable: one batch of notices for one user, to be told in one direct message."""

    user: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarizeForUser:
    """Event, durable: what came together for one user in a catch-up, to be told in one direct message, as much of it as
    goes into one. `more` notices were left out already. `since` when nobody looked, None if that is not long ago."""

    user: str
    since: datetime | None
    notices: tuple[Notice, ...]
    more: int


class Audience(Enum):
    """READERS: `slack.channel`. OPERATORS: `slack.ops_channel`."""

    READERS = "readers"
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyChannel:
    """Event, durable: one batch of notices for a channel, told in one message."""

    audience: Audience
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarizeForChannel:
    """Event, durable: the same for a channel."""

    audience: Audience
    since: datetime | None
    notices: tuple[Notice, ...]
    more: int


class NoticeState(Enum):
    """What became of a notice. HELD: kept until the hour that the user chose. QUEUED: waiting to be sent. SUSPENDED: it
    waits because Slack cannot reach the user. SENT: Slack accepted it. DEAD: Slack rejected it."""

    HELD = "held"
    QUEUED = "queued"
    SUSPENDED = "suspended"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStatus:
    """What became of the notice with this `id`, which was stored or queued at `since`. `at` says when it was SENT, or
    when a HELD one is due; otherwise None. `reason` says why it is SUSPENDED or DEAD."""

    id: str
    state: NoticeState
    since: datetime
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStatusQuery:
    """Query: what became of the notices of these ids for `user`?"""

    request_id: str
    user: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStatusReply:
    """Reply to NoticeStatusQuery, sorted by `since`. A notice is missing if its message has been deleted, or if it was
    only counted in a summary."""

    request_id: str
    statuses: tuple[NoticeStatus, ...]


NOTIFIER_ACCEPTS = frozenset(
    {
        NotifyUser,
        NotifyChannel,
        SummarizeForUser,
        SummarizeForChannel,
        CommandAnswered,
        PreferencesChanged,
        UserForgotten,
        HealthReply,
        NoticeStatusQuery,
    }
)

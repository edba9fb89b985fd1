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


class Fate(Enum):
    """What became of a notice. HELD: kept until the user's hour. QUEUED: on its way. PARKED: it waits, for Slack does
    not reach the user. SENT: Slack took it. DEAD: Slack refused it."""

    HELD = "held"
    QUEUED = "queued"
    SUSPENDED = "parked"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFate:
    """Of a notice of `id` that was kept, or put into the queue, at `since`. `at`: when it was SENT, or is due that is
    HELD; None of others. `reason`: why it is PARKED or DEAD."""

    id: str
    fate: Fate
    since: datetime
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FatesQuery:
    """Query: what became of the notices of these ids for `user`?"""

    request_id: str
    user: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FatesReply:
    """Reply to FatesQuery: by `since`, the first that were kept or queued come first. What is no longer known, or was
    never told in words of its own, is not among them."""

    request_id: str
    fates: tuple[NoticeFate, ...]


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
        FatesQuery,
    }
)

"""News for people. It goes to the NotifierActor, which renders and sends it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.channels import ChannelQuery
from messages.checks import CheckAlert
from messages.commands import CommandAnswered, PreferencesChanged, UserForgotten
from messages.health import HealthReply
from messages.home import CommandChecked, HomeReply
from messages.incidents import AcknowledgeIncidents, ListIncidents
from messages.papers import PaperReply
from messages.reading import FirstToldQuery, IncidentHistoryQuery


class Happening(Enum):
    """What happened to a paper or draft. ADOPTED, FORWARDED and DISPOSED: a paper got this disposition, or another one.
    MAILING_PUBLISHED: a mailing appeared. SUSPICION: something for operators to look at; only in events of versions
    whose health did not report it."""

    DRAFT_FOUND = "draft_found"
    DRAFT_UPDATED = "draft_updated"
    DRAFT_WITHDRAWN = "draft_withdrawn"
    DRAFT_PUBLISHED = "draft_published"
    PAPER_ADDED = "paper_added"
    PAPER_CHANGED = "paper_changed"
    PAPER_ADOPTED = "paper_adopted"
    PAPER_FORWARDED = "paper_forwarded"
    PAPER_DISPOSED = "paper_disposed"
    MAILING_PUBLISHED = "mailing_published"
    SUSPICION = "suspicion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link and its label (`pdf`, `html`, `wg21.link`)."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that happened, not yet rendered. `id` is the paper, draft or issue; `title` (perhaps empty), `authors`
    and `audience` (the groups that it is for, if known) are unescaped text from outside; `matched` are the user's
    entries that matched, `mentioned` those that appear only in the first words of the text, both empty in a channel;
    `detail` is a line with more (for an updated draft, what changed). A SUSPICION has no id; its detail says it all.
    `earlier_authors` are those of a draft's predecessor that its file does not name: entries match them too. Of a
    mailing, `id` is its name and `by_group` has each group with the ids of its papers. `previous` is the id of the
    published revision before this one, empty if there is none or it is not known; `at` is when it happened, None if
    nobody knows; `matched_authors` are those of `authors` whom the user's entries name, as far as a long list could
    hide them. `uploaded_at` is when a new draft was uploaded, as its server says; None if it does not say, and for
    other news."""

    id: str
    happening: Happening
    title: str
    authors: tuple[str, ...]
    links: tuple[Link, ...]
    matched: tuple[str, ...]
    detail: str = ""
    audience: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    earlier_authors: tuple[str, ...] = ()
    by_group: tuple[tuple[str, tuple[str, ...]], ...] = ()
    previous: str = ""
    at: datetime | None = None
    matched_authors: tuple[str, ...] = ()
    uploaded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyUser:
    """Event, durable: a batch of notices for one user, to be sent as one direct message."""

    user: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarizeForUser:
    """Event, durable: the notices of a catch-up for one user, to be sent as one direct message, or as many of them as
    fit into one. `more` notices were left out before; `more_by` says how many of these each set of entries matched.
    `since` is when the service last looked, None if recently. `mailing` is the title of the mailing that brought them,
    empty for a catch-up."""

    user: str
    since: datetime | None
    notices: tuple[Notice, ...]
    more: int
    more_by: tuple[tuple[tuple[str, ...], int], ...] = ()
    mailing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackNotices:
    """Command, durable: take back those of `user`'s notices that Slack has not been given yet: all if `everything`;
    those about a number in `subjects` (`P2300`, `LWG4000`); those that nothing but `entries` (as the user writes them)
    matched. `reason` says why, after "because" (`you muted P2300`). Notices that come later are not meant."""

    user: str
    entries: tuple[str, ...]
    subjects: tuple[str, ...]
    everything: bool
    reason: str


class Audience(Enum):
    """READERS: `slack.channel`. OPERATORS: `slack.ops_channel`."""

    READERS = "readers"
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyChannel:
    """Event, durable: a batch of notices for a channel, to be sent as one message."""

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
    waits because Slack cannot reach the user. SENT: Slack accepted it. DEAD: Slack rejected it. TAKEN_BACK: before it
    was sent, the user unwatched or muted what it was about."""

    HELD = "held"
    QUEUED = "queued"
    SUSPENDED = "suspended"
    SENT = "sent"
    DEAD = "dead"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStatus:
    """What became of the notice with this `id`, which was stored or queued at `since`. `at` says when it was SENT or
    TAKEN_BACK, or when a HELD one is due; otherwise None. `reason` says why it is SUSPENDED, DEAD or TAKEN_BACK."""

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
        TakeBackNotices,
        CheckAlert,
        CommandAnswered,
        PreferencesChanged,
        UserForgotten,
        HealthReply,
        HomeReply,
        CommandChecked,
        PaperReply,
        NoticeStatusQuery,
        ChannelQuery,
        ListIncidents,
        AcknowledgeIncidents,
        FirstToldQuery,
        IncidentHistoryQuery,
    }
)

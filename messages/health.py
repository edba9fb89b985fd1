"""The snapshot conversation: anybody may ask, and gets a frozen copy. Queries and replies, not durable."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.activity import DeliveryActivity, FetchActivity, Histogram, ProbeActivity
from messages.check_reading import CHECK_READING_REPLIES
from messages.checks import CheckState
from messages.drafts import DraftsReply
from messages.heartbeats import HeartbeatsPushed
from messages.inquiries import NumberExplained
from messages.papers import RecentPapersReply
from messages.reading import (
    DraftHistoryReply,
    FirstToldReply,
    IncidentHistoryReply,
    MatchReply,
    PapersPageReply,
    ReportQuery,
    RequestHistoryReply,
    SomethingNew,
)
from messages.sources import RecentMailingsReply, SourcesReply
from messages.switching import Probing


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRequest:
    """Query to any actor."""

    request_id: str


class ReasonCode(Enum):
    """The kinds of problems. HOST_UNUSABLE covers every way in which the papers' host, or the network to it, fails:
    one outage is one problem, although its signs change."""

    ACTOR_SILENT = "actor_silent"
    ACTOR_RESTARTED = "actor_restarted"
    DATABASE_UNUSABLE = "database_unusable"
    LEASE_NOT_RENEWED = "lease_not_renewed"
    EVENTS_NOT_TAKEN = "events_not_taken"
    DEAD_LETTERS = "dead_letters"
    INDEX_NOT_FETCHED = "index_not_fetched"
    INDEX_NOT_ANNOUNCED = "index_not_announced"
    PROBING_OFF = "probing_off"
    ROBOTS_FORBID = "robots_forbid"
    ROBOTS_UNREADABLE = "robots_unreadable"
    HOST_UNUSABLE = "host_unusable"
    HOST_CATCH_ALL = "host_catch_all"
    FILES_QUARANTINED = "files_quarantined"
    FILE_UNSTEADY = "file_unsteady"
    FILE_NOT_SERVED = "file_not_served"
    FILE_FLIPPING = "file_flipping"
    SLACK_UNUSABLE = "slack_unusable"
    SLACK_NOT_LISTENING = "slack_not_listening"
    CHANNEL_SUSPENDED = "channel_suspended"
    RECIPIENTS_REFUSED = "recipients_refused"
    HISTORY_LIMITED = "history_limited"
    OTHER_WAY_UNUSABLE = "other_way_unusable"
    TOKEN_NOT_RENEWED = "token_not_renewed"
    CONFIG_REFUSED = "config_refused"
    RESTART_NEEDED = "restart_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReason:
    """Why an actor is degraded. `code` is the kind of problem and `subject` what has it (an actor, a host, a channel):
    together they identify the problem. `text` is the sentence for people, and may change while the problem lasts.
    `urgent`: operators should read it at once, without waiting whether it passes. `is_beginning`: nothing is
    wrong, it has only not come so far yet. `fields` are details, by name."""

    code: ReasonCode
    subject: str
    text: str
    urgent: bool = False
    is_beginning: bool = False
    fields: tuple[tuple[str, str], ...] = ()


def iso(at: datetime) -> str:
    """A moment as a field of a reason has it."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorStatus:
    """The common part of all snapshots: when the actor took it; why it is degraded (empty if it is well); its counters
    since it began; its last error, None if there was none; its dead letters, how many of its events are not yet
    acknowledged, and since when the oldest of these waits. `turns` has for each kind of turn since the start how many
    there were and how many seconds they took together."""

    last_updated: datetime
    reasons: tuple[HealthReason, ...]
    counters: tuple[tuple[str, int], ...]
    last_error: str | None
    last_error_at: datetime | None
    dead_letters: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    turns: tuple[tuple[str, int, float], ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The reasons as people read them."""
        return tuple(reason.text for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSnapshot:
    """Reply. `entries` stored; `papers` those of kind P; `synced_at` the last time the index was known to be whole;
    `failing_since` when the present run of failures began, None when the last fetch went well."""

    request_id: str
    status: ActorStatus
    entries: int
    papers: int
    synced_at: datetime | None
    failing_since: datetime | None
    activity: FetchActivity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProberSnapshot:
    """Reply. `frontier` None before papers are known; `hot` and `cold` numbers on the schedule; `late` seconds that
    the most overdue number waits; `drafts` remembered; `rate` requests an hour allowed now, of a `budget` of so many
    an hour on average, which is a tenth of the configured one without a `contact`; `paused_until` when the host asked
    for a pause."""

    request_id: str
    status: ActorStatus
    frontier: int | None
    hot: int
    cold: int
    late: float
    drafts: int
    followed: int
    held: int
    probing: Probing
    rate: float
    budget: float
    contact: bool
    breaker: str
    paused_until: datetime | None
    activity: ProbeActivity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistSnapshot:
    """Reply. Users and entries now. `index_loaded`: the papers of the last year and the names of all authors were taken
    over from the index."""

    request_id: str
    status: ActorStatus
    users: int
    entries: int
    index_loaded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierSnapshot:
    """Reply. `delivery` is `slack` or `console`; messages by state, those for suspended recipients among the `queued`;
    `suspended` recipients, and `suspended_why` (`2 channel_not_found, 1 user_disabled`); `unsettled` messages, which
    were sent again because nobody knew whether they had arrived; `hears` says how commands arrive (`socket mode`, an
    address for HTTP), empty if none can."""

    request_id: str
    status: ActorStatus
    delivery: str
    queued: int
    sending: int
    sent: int
    dead: int
    suspended: int = 0
    suspended_why: str = ""
    unsettled: int = 0
    hears: str = ""
    activity: DeliveryActivity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReport:
    """Event from the ControlActor to the HealthActor, whenever it has changed: the configuration `file` (empty: there
    is none) and when what is in effect was `loaded_at`, None where nobody looks at it again; `after_restart`: keys that
    have other values in the files, until the service is restarted; `faults` for which the files as they are now were
    not taken over; `reasons` why this is not as it should be."""

    file: str
    loaded_at: datetime | None
    after_restart: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    reasons: tuple[HealthReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSnapshot:
    """The HealthActor's own part of the document. `url` where it listens; `restarts` of each actor that was restarted
    since the service started; `config` as the ControlActor told it last, None before."""

    request_id: str
    status: ActorStatus
    url: str
    restarts: tuple[tuple[str, int], ...] = ()
    config: ConfigReport | None = None


class Role(Enum):
    """Of an instance, among those that use one database."""

    LEADER = "leader"
    STANDBY = "standby"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseSnapshot:
    """Reply. `role` of this instance, since when; `leader` names the instance that leads, empty when that is not known;
    `epoch` counts the leaders that there were."""

    request_id: str
    status: ActorStatus
    role: Role
    since: datetime
    leader: str
    epoch: int


NO_LAGS = Histogram.of(0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds from when runs were due until their results were stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksSnapshot:
    """Reply. How many checks there are in each state; runs `in_flight`; `late`: seconds by which the most overdue run
    is late; `lag`: from when a run was due until its result was stored."""

    request_id: str
    status: ActorStatus
    states: tuple[tuple[CheckState, int], ...]
    in_flight: int
    late: float
    lag: Histogram = NO_LAGS


ActorSnapshot = (
    LeaseSnapshot
    | IndexSnapshot
    | ProberSnapshot
    | WatchlistSnapshot
    | NotifierSnapshot
    | HealthSnapshot
    | ChecksSnapshot
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthQuery:
    """Query to the HealthActor: the health document, gathered now."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReply:
    """Reply: `document` is the JSON text that `GET /health` answers; `healthy` its verdict."""

    request_id: str
    document: str
    healthy: bool


HEALTH_ACCEPTS = frozenset(
    {
        HealthQuery,
        LeaseSnapshot,
        ConfigReport,
        IndexSnapshot,
        ProberSnapshot,
        WatchlistSnapshot,
        NotifierSnapshot,
        ChecksSnapshot,
        SomethingNew,
        DraftsReply,
        DraftHistoryReply,
        RequestHistoryReply,
        NumberExplained,
        RecentPapersReply,
        RecentMailingsReply,
        SourcesReply,
        PapersPageReply,
        FirstToldReply,
        IncidentHistoryReply,
        MatchReply,
        ReportQuery,
        *CHECK_READING_REPLIES,
        HeartbeatsPushed,
    }
)

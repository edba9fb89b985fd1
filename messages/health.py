"""The snapshot conversation: whoever wants to know asks, and gets a frozen copy. Queries and replies, not durable."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.switching import Probing


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRequest:
    """Query to any actor."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorStatus:
    """What every snapshot has: when the actor took it; why it is degraded (empty: it is well); its counters since it
    began; its last error, None if there was none; its dead letters, and how many of its events wait to be taken."""

    last_updated: datetime
    reasons: tuple[str, ...]
    counters: tuple[tuple[str, int], ...]
    last_error: str | None
    last_error_at: datetime | None
    dead_letters: int = 0
    waiting: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProberSnapshot:
    """Reply. `frontier` None before papers are known; `hot` and `cold` numbers on the schedule; `late` seconds that
    the most overdue number waits; `drafts` remembered; `rate` requests an hour allowed now; `paused_until` when the
    host asked for a pause."""

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
    breaker: str
    paused_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistSnapshot:
    """Reply. Users and entries now."""

    request_id: str
    status: ActorStatus
    users: int
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierSnapshot:
    """Reply. `delivery` is `slack` or `console`; messages by state, those for parked recipients among the `queued`;
    `parked` recipients; `unsettled` messages that were sent again though nobody could say whether they had arrived;
    `hears` how users' words come (`socket mode`, an address for HTTP), empty when nobody is listened to."""

    request_id: str
    status: ActorStatus
    delivery: str
    queued: int
    sending: int
    sent: int
    dead: int
    suspended: int = 0
    unsettled: int = 0
    hears: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSnapshot:
    """The HealthActor's own part of the document. `url` where it listens."""

    request_id: str
    status: ActorStatus
    url: str


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


ActorSnapshot = LeaseSnapshot | IndexSnapshot | ProberSnapshot | WatchlistSnapshot | NotifierSnapshot | HealthSnapshot


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
    {HealthQuery, LeaseSnapshot, IndexSnapshot, ProberSnapshot, WatchlistSnapshot, NotifierSnapshot}
)

"""What actors did lately, and how the world outside treats them: frozen parts of their snapshots."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Reachability(Enum):
    """How a site treats us. UNKNOWN: nothing has been asked since the start. REACHABLE: it answers. THROTTLED: it asks
    us to slow down. BLOCKED: it refuses us, or its robots.txt does. SUSPICIOUS: its answers cannot be true.
    UNREACHABLE: it does not answer, or only with errors."""

    UNKNOWN = "unknown"
    REACHABLE = "reachable"
    THROTTLED = "throttled"
    BLOCKED = "blocked"
    SUSPICIOUS = "suspicious"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamSite:
    """A site that we ask, by its host (and port). `since` is when the state began, None if that is not known; `detail`
    says why in words, empty if it is reachable. `is_network_away`: no host was reachable: our own network is away."""

    host: str
    state: Reachability
    since: datetime | None = None
    detail: str = ""
    is_network_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How often a measurement in seconds was at most each of the `bounds`, which rise; `counts` has one more, for what
    is above them all, and no value is counted twice. `total` is the sum of all measurements."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float = 0.0

    @classmethod
    def of(cls, *bounds: float) -> "Histogram":
        """An empty one."""
        return cls(bounds=bounds, counts=(0,) * (len(bounds) + 1))

    def added(self, seconds: float) -> "Histogram":
        """With one measurement more."""
        place = sum(bound < seconds for bound in self.bounds)
        counts = tuple(count + (number == place) for number, count in enumerate(self.counts))
        return Histogram(bounds=self.bounds, counts=counts, total=self.total + seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The draft that was found last: its id, when it was found, and the address of its first file."""

    id: str
    at: datetime
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeActivity:
    """Of the prober. Requests to the papers' host in the last hour and in the last 24, also before a restart;
    `verdicts` counts answers since the start, by what they said; `last_hit` is the name that the host last said exists,
    at `last_hit_at`; the `last_draft` that was found; and the papers' host."""

    requests_last_hour: int
    requests_last_day: int
    verdicts: tuple[tuple[str, int], ...]
    last_hit: str
    last_hit_at: datetime | None
    last_draft: Discovery | None
    upstream: UpstreamSite


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchActivity:
    """Of the index. `fetched_at` is when it was last fetched whole or found unchanged; `added` and `changed` are what
    the last fetch that brought something brought, at `brought_at`."""

    fetched_at: datetime | None
    added: int
    changed: int
    brought_at: datetime | None
    upstreams: tuple[UpstreamSite, ...]


class SlackConnection(Enum):
    """NOT_WANTED: commands cannot arrive, because no secret for it is configured. CONNECTING: not yet since the
    start."""

    NOT_WANTED = "not_wanted"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryActivity:
    """Of the notifier. `oldest_at` is when the oldest message that is not delivered was queued; `outcomes` counts
    messages since the start by kind and outcome; `delivery` measures from queued to delivered, and `detection` from the
    upload of a draft (as its server dates it) to the delivery of the notice of it. `slack` is how commands arrive,
    since `slack_since`; `slack_detail` says why they do not."""

    oldest_at: datetime | None
    outcomes: tuple[tuple[str, str, int], ...]
    delivery: Histogram
    detection: Histogram
    slack: SlackConnection
    slack_since: datetime | None
    slack_detail: str = ""

"""Checks of anything: which are run, what came of it, and what people are told. The ChecksActor keeps them; the
CheckRunner, its child, carries them out."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from messages.check_definitions import CheckDefinition
from messages.heartbeats import HeartbeatView, PushHeartbeats
from messages.maintenance import BeginMaintenance, EndMaintenance, ListMaintenance

# --- between the ChecksActor and its CheckRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """One run of a check: `generation` tells it from earlier and later ones."""

    generation: int
    check: CheckDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChecks:
    """Command: carry these out, all at once; each result is reported when it is there."""

    runs: tuple[CheckRun, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRuns:
    """Command: stop everything; nothing that is under way gets a result."""


class CheckVerdict(Enum):
    """PASSED: all conditions hold. WARNED: only some with severity `warning` do not. FAILED: another does not, or
    nothing answered."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTimes:
    """Seconds that each phase took, 0.0 if there was none; of redirects, their sum."""

    resolve: float = 0.0
    connect: float = 0.0
    tls: float = 0.0
    processing: float = 0.0
    transfer: float = 0.0


class ResultMark(Enum):
    """What is to be known about a result. MAINTENANCE: it came in a maintenance window. OFFLINE: it says nothing about
    the check, because our own network was away, or because nobody knows."""

    NONE = ""
    MAINTENANCE = "maintenance"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What came of one run, which took `duration` seconds, with `phases` where the kind has them. `error` says what
    went wrong, or which conditions do not hold; empty if all is well. `status` of HTTP or SMTP; `certificate_until`:
    when the first certificate of the chain runs out; `round_trip`: seconds from when a mail was sent until it was in
    its mailbox. `place`: the name of the place that it is from, empty for ours. `began`: when the run did, None where
    nobody knows."""

    key: str
    generation: int
    verdict: CheckVerdict
    at: datetime
    duration: float
    error: str = ""
    phases: PhaseTimes = PhaseTimes()
    status: int | None = None
    certificate_until: datetime | None = None
    round_trip: float | None = None
    mark: ResultMark = ResultMark.NONE
    place: str = ""
    began: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksDone:
    """Event: some results, in the order in which they came."""

    results: tuple[CheckResult, ...] = field(repr=False)


# --- what operators ask


class CheckState(Enum):
    """UNKNOWN: has not run yet. PAUSED: by an operator, or disabled in the configuration."""

    UP = "up"
    WARNING = "warning"
    DOWN = "down"
    UNKNOWN = "unknown"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSummary:
    """A check now: its state and `since` when; its last run, which took `duration` seconds, and what went wrong in it
    (empty if nothing)."""

    name: str
    group: str
    status: CheckState
    since: datetime | None
    last_at: datetime | None
    duration: float | None
    error: str

    @property
    def key(self) -> str:
        """What identifies the check: `group/name`, or the name."""
        return f"{self.group}/{self.name}" if self.group else self.name


MOST_LISTED_RESULTS = 1000
"""Results in one ChecksListed: a message must stay below 1 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChecks:
    """Query: the checks behind the key `after`, some hundreds at a time; or the one of this `key` (`group/name`, or a
    name that is unique) with its last results: up to `limit` and MOST_LISTED_RESULTS of those until `until` (None: of
    all), without the newest `skip`."""

    request_id: str
    key: str = ""
    limit: int = 50
    after: str = ""
    until: datetime | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksListed:
    """Reply to ListChecks, by group and name; `next` is the `after` of the following ones, empty if there are none.
    `history`: the last results of the one that was asked for, newest first; `definition` of it; `badge`: the token in
    the addresses of its badges; `heartbeat` if it is one."""

    request_id: str
    checks: tuple[CheckSummary, ...]
    next: str = ""
    history: tuple[CheckResult, ...] = ()
    definition: CheckDefinition | None = None
    badge: str = ""
    heartbeat: HeartbeatView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCheckNow:
    """Command: run a check now, whenever it is due; its result counts as any other."""

    request_id: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWasRun:
    """Reply to RunCheckNow."""

    request_id: str
    result: CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseCheck:
    """Command: run a check no more, or again."""

    request_id: str
    key: str
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPaused:
    """Reply to PauseCheck: how it is now."""

    request_id: str
    check: CheckSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRefused:
    """Reply to a query or command about a check that cannot be answered; `detail` is a sentence."""

    request_id: str
    detail: str


# --- what people are told


class AlertPhase(Enum):
    """What an alert says about an outage. CHANGED: a warning became worse, or what was down only has a warning now."""

    BEGAN = "began"
    CHANGED = "changed"
    REMINDED = "reminded"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAlert:
    """Event, durable: what people are to read about one outage of a check. `outage` identifies it: all alerts about it
    to one recipient are one thread. `text` is unescaped. It goes to `channel` and `users`; to the operators' channel if
    there are none."""

    outage: str
    phase: AlertPhase
    text: str
    channel: str = ""
    users: tuple[str, ...] = ()


CHECKS_ACCEPTS = frozenset(
    {ChecksDone, ListChecks, RunCheckNow, PauseCheck, PushHeartbeats, BeginMaintenance, EndMaintenance, ListMaintenance}
)
PLACE_ACCEPTS = frozenset({ChecksDone})
CHECK_RUNNER_ACCEPTS = frozenset({RunChecks, DropRuns})

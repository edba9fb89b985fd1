"""Heartbeats: checks whose results come from outside. A job reports that it has begun, ended or failed; the ChecksActor
keeps what it said, and notices when it says nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class HeartbeatSignal(Enum):
    """What a job says. LOG changes nothing: its output is kept."""

    SUCCESS = "success"
    FAIL = "fail"
    START = "start"
    LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushHeartbeat:
    """What somebody who has `token` says; if `endpoint` is not empty, the token must be that of the heartbeat with
    this key (`group_name`, as gatus writes it). `exit_status` of the job, if it gave one; its `output` is cut; `error`
    says what failed; `duration` in seconds, if the job measured it itself. `run_id` tells runs of the same job apart
    that overlap."""

    request_id: str
    token: str = field(repr=False)
    signal: HeartbeatSignal
    endpoint: str = ""
    exit_status: int | None = None
    output: str = ""
    error: str = ""
    duration: float | None = None
    run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushHeartbeats:
    """Command: take these signals. Each is answered; those that are stored together are answered together."""

    pushes: tuple[PushHeartbeat, ...]


class PushOutcome(Enum):
    """What became of a push. STORED: it takes effect, whatever is killed from now on."""

    STORED = "stored"
    UNKNOWN = "unknown"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatPushed:
    """What became of the signal with this `request_id`."""

    request_id: str
    outcome: PushOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatsPushed:
    """Reply to PushHeartbeats, about some of its signals."""

    replies: tuple[HeartbeatPushed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatView:
    """A heartbeat now: its last signal and when it came; since when a run is under way; when the next signal is
    expected, and when it is late; the beginning of the last output, and when that came. None where there is none."""

    signal: HeartbeatSignal | None = None
    at: datetime | None = None
    started_at: datetime | None = None
    expected_at: datetime | None = None
    late_at: datetime | None = None
    output: str = ""
    output_at: datetime | None = None

"""Between the ProberActor and its ProbeWorkers. Not durable: a lost batch is given out again under a new generation."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.drafts import DraftPrefix, Extension


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftName:
    """One name that may exist: `{D|P}{number:04d}R{revision}.{pdf|html}`."""

    prefix: DraftPrefix
    number: int
    revision: int
    extension: Extension


class Verdict(Enum):
    """What an exchange said of a name. Only MISSING is a miss; THROTTLED and ERROR say nothing of the name."""

    HIT = "hit"
    MISSING = "missing"
    THROTTLED = "throttled"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginProbing:
    """Command to a new worker: where to ask and how. `base_url` ends with a slash; `deadline` is the limit in seconds
    for a whole exchange; `concurrency` the most exchanges at a time; `user_agent` names the project and a contact."""

    base_url: str
    user_agent: str
    concurrency: int
    deadline: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeBatch:
    """Command: ask for `names` with HEAD, the starts spread evenly over `spread` seconds (0: as fast as `concurrency`
    allows). After each hit a name that cannot exist is asked: `canary` as the same kind of name, its revision counted
    up. Results carry `generation`."""

    generation: int
    names: tuple[DraftName, ...]
    canary: DraftName
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What was answered for one name. `status` is the HTTP status, None when there was no answer; `last_modified` is
    the header parsed, None when missing or absurd; `length` in bytes; `retry_after` in seconds; `error` in words."""

    name: DraftName
    verdict: Verdict
    status: int | None
    last_modified: datetime | None
    length: int | None
    retry_after: float | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResults:
    """Reply to ProbeBatch, all of it: `results` for the names that were asked, in their order (the worker stops when
    the host throttles, goes on failing, or lies). `canary` is the first answer for a canary that was not missing, if
    any; None when there was no hit. `cpu` seconds spent on the batch."""

    generation: int
    results: tuple[ProbeResult, ...]
    canary: ProbeResult | None
    cpu: float


PROBE_WORKER_ACCEPTS = frozenset({BeginProbing, ProbeBatch})

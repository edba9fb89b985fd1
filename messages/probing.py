"""Between the ProberActor and its ProbeWorkers. Not durable: a lost batch is sent again under a new generation."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.drafts import DraftPrefix, Extension, FrontMatter


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftName:
    """One name that may exist: `{D|P}{number:04d}R{revision}.{pdf|html}`."""

    prefix: DraftPrefix
    number: int
    revision: int
    extension: Extension


class Verdict(Enum):
    """What an exchange said about a name. HIT: the file exists. UNCHANGED: it exists and has not changed (304 to a
    conditional request). MISSING: the server said that it does not exist; nothing else counts as missing. THROTTLED:
    too many requests. BLOCKED: we are refused. BROKEN: the server failed, or there was no answer. SUSPICIOUS: an answer
    that cannot be true."""

    HIT = "hit"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    THROTTLED = "throttled"
    BLOCKED = "blocked"
    BROKEN = "broken"
    SUSPICIOUS = "suspicious"


class Contact(Enum):
    """How far an exchange got. ANSWERED: there was an answer. REACHED: the host was reached but gave no readable
    answer. UNREACHED: there was no connection (no address, no route, no response in time)."""

    ANSWERED = "answered"
    REACHED = "reached"
    UNREACHED = "unreached"


class Network(Enum):
    """Whether the network of this machine works. UP: a host was reached. AWAY: neither the papers' host nor another one
    was reached. UNTOLD: the papers' host was not reached, and there is no other host to compare it with."""

    UP = "up"
    AWAY = "away"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginProbing:
    """Command to a new worker: its settings. `base_url` ends with a slash; `deadline` is the limit in seconds for a
    whole exchange; `concurrency` the most exchanges at a time; `user_agent` names the project and a contact;
    `connectivity_hosts` are the origins (`https://wg21.link`) of other hosts that the service uses; `redirect_hosts`
    are those that a redirect may lead to beyond the same site."""

    base_url: str
    user_agent: str
    concurrency: int
    deadline: float
    connectivity_hosts: tuple[str, ...] = ()
    redirect_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """For a conditional request: the ETag and the date that the server sent for a file, None if it sent none."""

    name: DraftName
    etag: str | None
    last_modified: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeBatch:
    """Command: probe `names` with HEAD, spread evenly over `spread` seconds (0: as fast as `concurrency` allows), those
    with `validators` conditionally. After each hit, probe a name of the same kind that cannot exist: `canary`, with its
    revision counted up. The reply carries `generation`."""

    generation: int
    names: tuple[DraftName, ...]
    canary: DraftName
    spread: float
    validators: tuple[Validators, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """The answer for one name. `status` is the HTTP status, None without an answer; `etag` and `last_modified` (parsed)
    are those of a file that exists, None if missing or unusable; `length` in bytes; `retry_after` in seconds;
    `requests` is how many it took; `error` in words."""

    name: DraftName
    verdict: Verdict
    status: int | None
    etag: str | None
    last_modified: datetime | None
    length: int | None
    retry_after: float | None
    contact: Contact
    requests: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResults:
    """Reply to a whole ProbeBatch: `results` for the names that were probed, in their order (the worker stops early if
    the host throttles, keeps failing, or answers for a canary). `canary` is the answer for a canary, the first that was
    not missing if there is one; None without a hit. `requests` were sent in total; `cpu` is in seconds."""

    generation: int
    results: tuple[ProbeResult, ...]
    canary: ProbeResult | None
    network: Network
    requests: int
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFiles:
    """Command: fetch the beginning of these files and read their front matter, beside whatever else is on the way. The
    reply carries `generation`."""

    generation: int
    names: tuple[DraftName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """The result for one file. HIT: it was fetched, and `front_matter` is None only if it is unreadable. Any other
    verdict: it was not fetched. `retry_after` in seconds; `error` in words; `status` is the HTTP status, None without a
    complete answer."""

    name: DraftName
    verdict: Verdict
    front_matter: FrontMatter | None
    retry_after: float | None
    contact: Contact
    error: str
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRead:
    """Reply to a whole ReadFiles; `requests` were sent in total."""

    generation: int
    readings: tuple[FileReading, ...]
    network: Network
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRobots:
    """Command: fetch the robots.txt of the papers' host. The reply carries `generation`."""

    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRead:
    """Reply to ReadRobots. `status` is the HTTP status after redirects, None without an answer; `text` the first 500
    KiB of the body of a 200; `retry_after` in seconds; `error` in words."""

    generation: int
    status: int | None
    text: str
    retry_after: float | None
    network: Network
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropBatch:
    """Command: stop immediately. There will be no reply to any command so far."""


PROBE_WORKER_ACCEPTS = frozenset({BeginProbing, ProbeBatch, ReadFiles, ReadRobots, DropBatch})

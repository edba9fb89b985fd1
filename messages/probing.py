"""Between the ProberActor and its ProbeWorkers. Not durable: a lost batch is given out again under a new generation."""

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
    """What an exchange said of a name. HIT: the file is there. UNCHANGED: it is there as it was (304 to a conditional
    request). MISSING: the server said that it is not there, and nothing else is a miss. THROTTLED: too many requests.
    BLOCKED: we are refused. BROKEN: the server failed, or there was no answer. SUSPICIOUS: an answer that pretends."""

    HIT = "hit"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    THROTTLED = "throttled"
    BLOCKED = "blocked"
    BROKEN = "broken"
    SUSPICIOUS = "suspicious"


class Contact(Enum):
    """How far an exchange came. ANSWERED: to an answer. REACHED: to the host, which gave no answer that can be read.
    UNREACHED: there was no connection (no address, no way, no sign within the time)."""

    ANSWERED = "answered"
    REACHED = "reached"
    UNREACHED = "unreached"


class Network(Enum):
    """Whether this machine's network works. UP: a host was reached. AWAY: neither the papers' host nor another could
    be. UNTOLD: the papers' host could not be, and there is no other to compare it with."""

    UP = "up"
    AWAY = "away"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginProbing:
    """Command to a new worker: where to ask and how. `base_url` ends with a slash; `deadline` is the limit in seconds
    for a whole exchange; `concurrency` the most exchanges at a time; `user_agent` names the project and a contact;
    `witnesses` are the origins (`https://wg21.link`) of other hosts that the service speaks to."""

    base_url: str
    user_agent: str
    concurrency: int
    deadline: float
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """With what a file is asked for conditionally: the ETag and the date that the server gave, None where it did not
    give one."""

    name: DraftName
    etag: str | None
    last_modified: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeBatch:
    """Command: ask for `names` with HEAD, the starts spread evenly over `spread` seconds (0: as fast as `concurrency`
    allows); those with `validators` conditionally. After each hit a name that cannot exist is asked: `canary` as the
    same kind of name, its revision counted up. Results carry `generation`."""

    generation: int
    names: tuple[DraftName, ...]
    canary: DraftName
    spread: float
    validators: tuple[Validators, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What was answered for one name. `status` is the HTTP status, None when there was no answer; `etag` and
    `last_modified` (parsed) are of a file that is there, None when missing or absurd; `length` in bytes; `retry_after`
    in seconds; `requests` that it took; `error` in words."""

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
    """Reply to ProbeBatch, all of it: `results` for the names that were asked, in their order (the worker stops when
    the host throttles, goes on failing, or lies). `canary` is the first answer for a canary that was not missing, if
    any; None when there was no hit. `requests` were sent in all; `cpu` seconds spent on the batch."""

    generation: int
    results: tuple[ProbeResult, ...]
    canary: ProbeResult | None
    network: Network
    requests: int
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFiles:
    """Command: fetch these files, as much of each as holds its beginning, and read their front matter. The answer
    carries `generation`."""

    generation: int
    names: tuple[DraftName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """What came of one file. HIT: it was fetched, and `front_matter` is None only if nobody can read it; any other
    verdict: it was not. `retry_after` in seconds; `error` in words."""

    name: DraftName
    verdict: Verdict
    front_matter: FrontMatter | None
    retry_after: float | None
    contact: Contact
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRead:
    """Reply to ReadFiles, all of it; `requests` were sent in all."""

    generation: int
    readings: tuple[FileReading, ...]
    network: Network
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRobots:
    """Command: fetch the robots.txt of the papers' host. The answer carries `generation`."""

    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRead:
    """Reply to ReadRobots. `status` is the HTTP status after redirects, None when there was no answer; `text` the first
    500 KiB of a 200's body; `retry_after` in seconds; `error` in words."""

    generation: int
    status: int | None
    text: str
    retry_after: float | None
    network: Network
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropBatch:
    """Command: stop asking at once. What was asked for is not answered any more."""


PROBE_WORKER_ACCEPTS = frozenset({BeginProbing, ProbeBatch, ReadFiles, ReadRobots, DropBatch})

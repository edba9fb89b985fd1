"""How actors come, meet, fail and go. Between the front process, the SupervisorActor and everybody. Not durable."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from messages.lease import LeaseHeld, LeaseReleased, LeaseTaken
from messages.reloading import BeginAgain, ConfigLoaded, ConfigOrigin, ReloadRequested
from messages.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Who this is among those that use one database. `id` stays with the data directory; `run` is made by each
    start; `name` is for people: host, data directory and process."""

    id: str
    run: str
    name: str


ALONE = Instance(id="", run="", name="")
"""Where nobody else is thought of: an actor by itself, in a test or a demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPlan:
    """What an actor must know of the processes around it. `front_pid` is the process that started the system; when it
    dies, so do all, and `started_at` is when it began, None where nobody asks; `own_process` tells a multiprocess base
    from the simple one; `call_limit` is how many seconds a call to the database may take, None: as many as usual.
    `config` says of which files the settings were made, None where they are not to be read again."""

    front_pid: int
    own_process: bool
    log_level: str
    instance: Instance = ALONE
    started_at: datetime | None = None
    call_limit: float | None = None
    config: ConfigOrigin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorSpec:
    """One actor of the cast. `actor` is its class as a dotted name, for no actor imports another; `standing` ones are
    there on a standby too, the others only where this instance leads."""

    name: str
    actor: str
    on_standby: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartService:
    """Command from the front to the supervisor: begin the cast, in this order, and tell when they have begun."""

    settings: Settings
    dsn: str = field(repr=False)
    plan: ProcessPlan
    specs: tuple[ActorSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStarted:
    """Reply to StartService. `process_group` of the actor processes (0 on the simple base), `pids` of them, and where
    health listens; `leader` names the instance that leads when this one is a standby, else it is empty."""

    process_group: int
    pids: tuple[int, ...]
    health_url: str
    leader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFailed:
    """Reply to StartService: which actor could not begin, and why, for the operator."""

    actor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """Command from the supervisor: what an actor needs to open what it owns. `epoch` is the lease under which it may
    write; None where there is no lease, for an actor by itself. `version` is that of the settings, as ConfigChanged
    has it; `again`: the actor has asked to start over with them, so that it is no restart that anybody should know
    of."""

    name: str
    settings: Settings
    dsn: str = field(repr=False)
    plan: ProcessPlan
    epoch: int | None = None
    version: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Reply to Begin. `detail` is what the front may want to show (the health URL)."""

    name: str
    pid: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginRefused:
    """Reply to Begin: what the actor owns could not be opened; `outage`: for something is away that may come back."""

    name: str
    reason: str
    outage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduce:
    """Command: the addresses (`thespian.actors.ActorAddress`, which has no hash) of everybody by name. Comes again when
    an actor was restarted. `leader` names the instance that leads when this one is a standby, else it is empty.
    `restarts` counts those of each actor that was restarted; `renewed` those that an actor asked for, because it has a
    new configuration, which is nothing that anybody is told."""

    names: tuple[str, ...]
    addresses: tuple[Any, ...] = field(hash=False)
    leader: str = ""
    restarts: tuple[tuple[str, int], ...] = ()
    renewed: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopOpened:
    """Event to the front on the simple base: watch this descriptor and tell `Pump` to the address when it is ready."""

    name: str
    fileno: int
    address: Any = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pump:
    """Command: your private loop has something to do. Only on the simple base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorFailed:
    """Event to the supervisor: a handler raised; `trace` is text; `outage`: something that it needs is away."""

    name: str
    handler: str
    trace: str
    outage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AreYouThere:
    """Query from the supervisor: the heartbeat. The next one is sent when this one was answered, so that an actor that
    hangs has no pile of them before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillHere:
    """Reply to AreYouThere; from the supervisor to the front unasked. `version` is that of the settings with which the
    actor works: one that has missed a ConfigChanged gets it again."""

    name: str
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """Command: take no more work, hand back or finish what is on the way, commit; then answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Reply to Drain."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopService:
    """Command from the front: drain everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDrained:
    """Reply to StopService: nobody has work on the way; `unfinished` did not answer in time."""

    unfinished: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFailing:
    """Event to the front: the service cannot go on; `reason` says which actor, how often it ended, and why last."""

    reason: str


SUPERVISOR_ACCEPTS = frozenset(
    {
        StartService,
        StopService,
        Begun,
        BeginRefused,
        ActorFailed,
        LoopOpened,
        Drained,
        StillHere,
        LeaseTaken,
        LeaseHeld,
        LeaseReleased,
        ReloadRequested,
        ConfigLoaded,
        BeginAgain,
    }
)

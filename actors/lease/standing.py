"""Who may lead: from a look at the lease to what to do. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.lifecycle import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The row as it was seen: whose it is (instance, run, name in words), under which epoch, taken when, and the
    seconds that it has left by the database's clock (negative: it has run out)."""

    epoch: int
    instance: str
    run: str
    leader: str
    taken_at: datetime
    left: float


class Move(Enum):
    """What an instance that does not lead does about a lease."""

    RESUME = "resume"
    TAKE = "take"
    WAIT = "wait"


def move(lease: Lease, me: Instance, *, dead: bool) -> Move:
    """What to do; `dead` as `owner_is_dead` says. A lease of this very run is gone on with: the actor that kept it was
    restarted."""
    if lease.run == me.run and lease.epoch > 0:
        return Move.RESUME
    if lease.left <= 0 or dead:
        return Move.TAKE
    return Move.WAIT


def owner_is_dead(lease: Lease, me: Instance, *, first: bool, alone: bool) -> bool:
    """Whether the owner of the lease is known to be dead, so that it need not run out. An earlier run of this instance
    is, for its data directory is locked by this one; and whoever it was where the database is inside that directory
    (`alone`). Both hold at the `first` look only: were the directory copied, two would call themselves the same, and
    must not take the lease from each other for ever."""
    return first and lease.run != me.run and (alone or lease.instance == me.id)

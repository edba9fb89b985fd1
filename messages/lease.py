"""Which instance leads, where several use one database. Between the LeaseActor and its supervisor. Not durable."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTaken:
    """Event: this instance leads. Its actors write under `epoch`, and nobody else does."""

    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseHeld:
    """Event: another instance leads; `leader` is its name. This one is a standby."""

    leader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLease:
    """Command: no actor of this instance writes any more; let the next one lead at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseReleased:
    """Reply to ReleaseLease."""


LEASE_ACCEPTS = frozenset({ReleaseLease})

"""Durable delivery between actors: at least once on the way, once in effect. See docs/architecture.md."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """An event on its way: the `seq`-th (from 1, without gaps) from `source` to its receiver. `event` is a durable
    message of the registry. Sent again until acknowledged. `first` is the lowest number that the source still has:
    everything before it was acknowledged once."""

    source: str
    seq: int
    event: Any
    first: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """All events from `source` up to `seq` have taken effect at `receiver` (or lie in its dead letters)."""

    source: str
    receiver: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Event, durable: stands in an outbox where an event could not be read and became a dead letter, so that the
    numbers after it have no gap. Changes nothing."""

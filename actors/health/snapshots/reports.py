"""What is known of the actors at one moment: frozen values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeVar

from messages.health import ActorSnapshot

T = TypeVar("T")

STANDING = ("lease",)
ASKED = (*STANDING, "index", "prober", "watchlist", "notifier", "checks")
"""Who is asked for a snapshot, on a standby and where this instance leads; `health` answers for itself. The ChecksActor
is asked also where there are no checks: it may have alerts to deliver still."""


def asked(leader: str) -> tuple[str, ...]:
    """Who is there to be asked; `leader` is the other instance that leads, empty where this one does."""
    return STANDING if leader else ASKED


class Responsiveness(Enum):
    """Whether an actor answered in time."""

    RESPONSIVE = "responsive"
    UNRESPONSIVE = "unresponsive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorReport:
    """The newest snapshot of an actor (None: it never sent one), and whether it answered this time."""

    answer: Responsiveness
    snapshot: ActorSnapshot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What one round of snapshots brought: a report of each actor by name, when the round ended, and the other instance
    that leads (empty where this one does)."""

    reports: Mapping[str, ActorReport]
    at: datetime
    leader: str

    def snapshot_of(self, kind: type[T]) -> T | None:
        """The snapshot of this class, None if its actor never sent one."""
        found = (report.snapshot for report in self.reports.values() if isinstance(report.snapshot, kind))
        return next(found, None)

"""One round of asking everybody for a snapshot, until the last answer or the deadline. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from actors.health.snapshots.reports import ActorReport, Responsiveness
from messages.health import (
    ActorSnapshot,
    ChecksSnapshot,
    HealthSnapshot,
    IndexSnapshot,
    LeaseSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    WatchlistSnapshot,
)

NAME_OF: Mapping[type[ActorSnapshot], str] = MappingProxyType(
    {
        LeaseSnapshot: "lease",
        IndexSnapshot: "index",
        ProberSnapshot: "prober",
        WatchlistSnapshot: "watchlist",
        NotifierSnapshot: "notifier",
        HealthSnapshot: "health",
        ChecksSnapshot: "checks",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRound:
    """One round under way: who is asked, and who of them has not answered yet."""

    asked: tuple[str, ...]
    missing: frozenset[str]

    @classmethod
    def of(cls, names: tuple[str, ...]) -> "SnapshotRound":
        """A round in which nobody has answered yet."""
        return cls(asked=names, missing=frozenset(names))

    def without(self, name: str) -> "SnapshotRound":
        """The round after this actor has sent a snapshot."""
        return replace(self, missing=self.missing - {name})

    def reports(self, latest: Mapping[str, ActorSnapshot]) -> dict[str, ActorReport]:
        """What is known of each actor when the round ends; `latest` are the newest snapshots, ever."""
        return {
            name: ActorReport(
                answer=Responsiveness.UNRESPONSIVE if name in self.missing else Responsiveness.RESPONSIVE,
                snapshot=latest.get(name),
            )
            for name in self.asked
        }

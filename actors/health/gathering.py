"""One round of asking everybody for a snapshot: pure state, from the request to the last answer or the deadline."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from actors.health.document import ASKED, Answer, Sighting
from messages.health import (
    ActorSnapshot,
    HealthSnapshot,
    IndexSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    WatchlistSnapshot,
)

NAME_OF: Mapping[type[ActorSnapshot], str] = MappingProxyType(
    {
        IndexSnapshot: "index",
        ProberSnapshot: "prober",
        WatchlistSnapshot: "watchlist",
        NotifierSnapshot: "notifier",
        HealthSnapshot: "health",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round under way: who has not answered yet."""

    request_id: str
    missing: frozenset[str] = frozenset(ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The newest snapshot of each actor, ever."""

    last: Mapping[str, ActorSnapshot] = field(default_factory=lambda: MappingProxyType({}))


def heard(board: Board, snapshot: ActorSnapshot) -> Board:
    """A snapshot has come, in time or late."""
    return replace(board, last=MappingProxyType({**board.last, NAME_OF[type(snapshot)]: snapshot}))


def answered(round_: Round, snapshot: ActorSnapshot) -> Round:
    """The round after a snapshot; one of another round changes nothing."""
    if snapshot.request_id != round_.request_id:
        return round_
    return replace(round_, missing=round_.missing - {NAME_OF[type(snapshot)]})


def sightings(board: Board, round_: Round) -> dict[str, Sighting]:
    """What is known of each actor when the round ends."""
    return {
        name: Sighting(
            answer=Answer.UNRESPONSIVE if name in round_.missing else Answer.RESPONSIVE,
            snapshot=board.last.get(name),
        )
        for name in ASKED
    }

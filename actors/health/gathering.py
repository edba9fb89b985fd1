"""One round of asking everybody for a snapshot: pure state, from the request to the last answer or the deadline."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from actors.health.document import Answer, Sighting
from messages.health import (
    ActorSnapshot,
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
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round under way: who is asked, and who of them has not answered yet."""

    request_id: str
    asked: tuple[str, ...]
    missing: frozenset[str]


def begun(request_id: str, asked: tuple[str, ...]) -> Round:
    """A round without answers."""
    return Round(request_id=request_id, asked=asked, missing=frozenset(asked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The newest snapshot of each actor, ever."""

    last: Mapping[str, ActorSnapshot] = field(default_factory=lambda: MappingProxyType({}))


def heard(board: Board, snapshot: ActorSnapshot) -> Board:
    """A snapshot has come, in time or late."""
    return replace(board, last=MappingProxyType({**board.last, NAME_OF[type(snapshot)]: snapshot}))


def answered(round_: Round, snapshot: ActorSnapshot) -> Round:
    """The round after a snapshot. It may be the answer to an earlier round, which is as good: it was taken when it was
    sent, and an actor that has not answered is not asked again."""
    return replace(round_, missing=round_.missing - {NAME_OF[type(snapshot)]})


def sightings(board: Board, round_: Round) -> dict[str, Sighting]:
    """What is known of each actor when the round ends."""
    return {
        name: Sighting(
            answer=Answer.UNRESPONSIVE if name in round_.missing else Answer.RESPONSIVE,
            snapshot=board.last.get(name),
        )
        for name in round_.asked
    }

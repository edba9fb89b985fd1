"""What an actor may meet on the engine, and what the engine knows of an actor."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from thespian.actors import ActorAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Perils:
    """How likely each peril is: a kill at a point (an eighth of them take everybody), a database that cuts a
    transaction off; `most` perils in all. `skews` are hours by which the clock of the wall jumps."""

    kill: float
    cut: float
    most: int
    skews: tuple[float, ...] = ()


FRAIL = MappingProxyType({"ProbeWorker": 8.0})
"""Who is killed more often than others, at each of its points: a worker has but one a batch."""


class Killed(BaseException):
    """Raised where an actor is killed. What its code still does on the way out has no effect."""


class Player(Protocol):
    """An actor as the engine sees it."""

    def receiveMessage(self, message: Any, sender: ActorAddress) -> object:
        """A turn."""

    def due(self) -> float | None:
        """When it wants the next one, None: when there is a message."""

    def die(self) -> None:
        """Let go of what a process lets go of when it is killed."""

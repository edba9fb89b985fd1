"""What keeps an actor from using its tables, for health."""

from collections.abc import Iterator
from datetime import datetime

from messages.health import HealthReason, ReasonCode

REFUSAL_SHOWN_SECONDS = 60.0
"""How long health says that the server refused something, after the last time: what was refused is tried again."""


class DatabaseProblems:
    """Of one actor. Times on the wall are `now`, aware; `clock` is in seconds that never go back."""

    def __init__(self) -> None:
        self.away = ""
        self._locked_at: datetime | None = None
        self._prevented: dict[str, str] = {}
        self._refused = (-REFUSAL_SHOWN_SECONDS, "")

    def lost(self, error: Exception, now: datetime) -> None:
        """The server does not answer."""
        self.away = self.away or f"its tables cannot be reached since {_at(now)}: {error}"

    def locked(self, now: datetime) -> None:
        """Another session holds a lock."""
        self._locked_at = now

    def refused(self, error: Exception, clock: float) -> None:
        """A right is missing."""
        self._refused = (clock, str(error))

    def prevented(self, what: str, error: Exception, now: datetime) -> None:
        """Something could not be done; `what` completes "it cannot"."""
        self._prevented.setdefault(what, f"since {_at(now)}: {error}")

    def done(self, what: str) -> None:
        """It could be done."""
        self._prevented.pop(what, None)

    def answers(self, clock: float, *, waits_for_locks: bool) -> bool:
        """The server answers; whether all is well. A lock, or a right that is missing, may keep something from being
        done nevertheless: that is over when nothing was prevented for a while."""
        self.away = ""
        return not (waits_for_locks or self._is_refused(clock))

    def reasons(self, actor: str, clock: float, *, waits_for_locks: bool) -> Iterator[HealthReason]:
        """Why the actor of this name is degraded."""
        if self.away:
            yield _unusable(actor, self.away)
        if self._is_refused(clock):
            yield _unusable(actor, self._refused[1])
        if self._locked_at is not None and waits_for_locks:
            noticed = f"last noticed at {_at(self._locked_at)}"
            text = f"another session holds a lock on its tables, {noticed}: what needs them waits"
            yield _unusable(actor, text)
        for what, why in self._prevented.items():
            yield _unusable(actor, f"cannot {what} {why}")

    def _is_refused(self, clock: float) -> bool:
        return clock - self._refused[0] < REFUSAL_SHOWN_SECONDS


def _at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _unusable(actor: str, what: str) -> HealthReason:
    return HealthReason(
        code=ReasonCode.DATABASE_UNUSABLE,
        subject="database",
        text=f"{actor}: {what}",
        fields=(("actor", actor), ("why", what)),
    )

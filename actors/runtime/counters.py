"""What an actor counts, and its last trouble: the common part of every snapshot. Pure."""

from datetime import datetime

from messages.health import ActorStatus, HealthReason


class Counters:
    """Of one actor, since it began."""

    def __init__(self) -> None:
        self._counters: dict[str, int] = {}
        self._last_error: str | None = None
        self._last_error_at: datetime | None = None

    def count(self, counter: str, by: int) -> None:
        """Add to a counter."""
        self._counters[counter] = self._counters.get(counter, 0) + by

    def counted(self, counter: str) -> int:
        """The value of a counter."""
        return self._counters.get(counter, 0)

    def record_error(self, text: str, at: datetime) -> None:
        """Remember the last error."""
        self._last_error, self._last_error_at = text, at

    def status(self, reasons: tuple[HealthReason, ...], now: datetime) -> ActorStatus:
        """As they are now; `reasons` say why the actor is degraded."""
        return ActorStatus(
            last_updated=now,
            reasons=reasons,
            counters=tuple(sorted(self._counters.items())),
            last_error=self._last_error,
            last_error_at=self._last_error_at,
        )

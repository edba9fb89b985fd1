"""How often a heartbeat may be pushed. Pure."""

BURST = 60
PER_SECOND = 1.0
"""So many at once, and after that so many a second."""


class PushPace:
    """Of all heartbeats, by key. Owned by the HeartbeatService."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, key: str, now: float) -> bool:
        """Count a push at `now`, in seconds that never go back. It is counted only if it is allowed."""
        left, at = self._left.get(key, (float(BURST), now))
        left = min(left + (now - at) * PER_SECOND, float(BURST))
        self._left[key] = (left - 1 if left >= 1 else left, now)
        return left >= 1

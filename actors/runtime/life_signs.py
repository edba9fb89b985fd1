"""The signs of life of an actor, to whoever watches it."""

import time
from collections.abc import Callable

from thespian.actors import ActorAddress

from actors.runtime import heartbeat


class LifeSigns:
    """Of one actor. `tell(watcher)` sends one; `hang_limit()` is how long there may be none, in seconds. The question
    whether the actor is there waits behind its long turns, so it also gives signs without being asked."""

    def __init__(self, tell: Callable[[ActorAddress], None], hang_limit: Callable[[], float]) -> None:
        self._tell = tell
        self._hang_limit = hang_limit
        self._watcher: ActorAddress | None = None
        self._due = 0.0

    def asked(self, watcher: ActorAddress) -> None:
        """Somebody wants to know whether the actor is there: from now on it says so."""
        self._watcher = watcher
        self._give(watcher)

    def give(self) -> None:
        """Give one, if it is time."""
        if self._watcher is not None and time.monotonic() >= self._due:
            self._give(self._watcher)

    def _give(self, watcher: ActorAddress) -> None:
        self._due = time.monotonic() + heartbeat.interval(self._hang_limit())
        self._tell(watcher)

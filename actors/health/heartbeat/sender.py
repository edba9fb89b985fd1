"""Sends the heartbeat: asks for the configured URL at its interval, as long as all is well with the actors."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from actors.health.heartbeat.switch import DeadMansSwitch
from messages.settings import Settings


class HeartbeatHost(Protocol):
    """What the actor offers that owns this."""

    settings: Settings
    log: logging.Logger

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """Call it on a later turn; the handle has `cancel()`."""

    def run(self, coroutine: Coroutine[Any, Any, Any], then: Callable[[Any], None]) -> Any:
        """Run it on the private loop."""

    def finish(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run it to its end now."""

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""

    def record_error(self, text: str) -> None:
        """Remember the last error that health shows."""


class HeartbeatSender:
    """Owned by the HealthActor. `all_answer()` says whether all actors do; while one does not, nothing is sent."""

    def __init__(self, host: HeartbeatHost, all_answer: Callable[[], Awaitable[bool]]) -> None:
        self._host = host
        self._all_answer = all_answer
        self._switch: DeadMansSwitch | None = None
        self._pinging: Any = None
        self._next_beat: Any = None
        self._unheard = ""

    def begin(self) -> None:
        """Send it from now on, if there is a URL for it."""
        url = self._host.settings.health.heartbeat_url
        if url:
            self._switch = DeadMansSwitch(url)
            self._next_beat = self._host.after(0.0, self._beat)

    def begin_again(self) -> None:
        """Where it goes, or how often, has changed."""
        if self._next_beat is not None:
            self._next_beat.cancel()
            self._next_beat = None
        if self._switch is not None:
            self._host.run(self._switch.close(), lambda _: None)
            self._switch = None
        self.begin()

    def close(self) -> None:
        """Close its connection."""
        if self._switch is not None:
            self._host.finish(self._switch.close())

    def _beat(self) -> None:
        self._next_beat = self._host.after(self._host.settings.health.heartbeat_interval, self._beat)
        if self._pinging is None or self._pinging.done():
            self._pinging = self._host.run(self._ping(), self._pinged)

    async def _ping(self) -> str | None:
        """None if somebody does not answer, so that nothing was sent; else why it was not heard, empty if it was."""
        all_answer, switch = await self._all_answer(), self._switch
        return await switch.ping() if all_answer and switch is not None else None

    def _pinged(self, unheard: str | None) -> None:
        if unheard is None:
            self._host.count("heartbeats_withheld")
            return
        self._host.count("heartbeats_failed" if unheard else "heartbeats")
        if unheard:
            self._host.record_error(f"heartbeat: {unheard}")
        if unheard and not self._unheard:
            self._host.log.warning("the heartbeat was not heard: %s", unheard)
        elif self._unheard and not unheard:
            self._host.log.warning("the heartbeat is heard again")
        self._unheard = unheard

"""What becomes of a failure: it is logged, counted, and told to the parent. An outage is logged now and then: what is
tried again fails again."""

import logging
import traceback
from datetime import datetime
from typing import Any, Protocol

from actors.runtime.durations import duration_text
from actors.runtime.failures import Outage
from messages.lifecycle import ActorFailed

OUTAGE_QUIET = 60.0
"""Seconds for which an outage is not logged again."""

AGAIN_QUIET = 5.0
"""Seconds after its end in which another one is not logged: something that comes and goes would fill the log."""


class FailingActor(Protocol):
    """An actor, as this sees it."""

    name: str
    log: logging.Logger

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def clock(self) -> float:
        """Seconds that never go back."""

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""

    def record_error(self, text: str) -> None:
        """Remember the last error that health shows."""

    def redact(self, text: str) -> str:
        """The text without secrets."""

    def tell_parent(self, message: Any) -> None:
        """Send to the actor that hired this one."""


class FailureReports:
    """Of one actor."""

    def __init__(self, actor: FailingActor) -> None:
        self._actor = actor
        self._quiet_until = 0.0
        self._outage_since: datetime | None = None

    def report(self, handler: str, error: BaseException) -> None:
        """`handler` has raised this."""
        actor, is_outage = self._actor, isinstance(error, Outage)
        actor.count("failures")
        kind = "" if is_outage else f"{type(error).__name__}: "
        actor.record_error(f"{handler}: {kind}{error}")
        if is_outage:
            self._log_outage(f"{handler}: {error}")
        else:
            actor.log.error("%s failed", handler, exc_info=error)
        trace = actor.redact("".join(traceback.format_exception(error)))
        actor.tell_parent(ActorFailed(name=actor.name, handler=handler, trace=trace, outage=is_outage))

    def outage_over(self, text: str) -> None:
        """What was away is back: the log says so, if it has said that it was away."""
        if self._outage_since is not None:
            self._actor.log.warning("%s, after %s", text, duration_text(self._actor.now() - self._outage_since))
            self._outage_since = None
            self._quiet_until = min(self._quiet_until, self._actor.clock() + AGAIN_QUIET)

    def _log_outage(self, text: str) -> None:
        now = self._actor.clock()
        if now < self._quiet_until:
            return
        self._quiet_until = now + OUTAGE_QUIET
        lasts = "" if self._outage_since is None else f" (since {self._outage_since:%Y-%m-%d %H:%M:%S} UTC)"
        self._outage_since = self._outage_since or self._actor.now()
        self._actor.log.warning("%s%s", text, lasts)

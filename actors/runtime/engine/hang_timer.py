"""The hang timer of a process in which all actors live: a turn that does not end ends the process, with a trace.

On the simple base one call of Thespian runs every message there is, and the messages that come of them, so it may last
for as long as they follow each other. Each turn therefore sets the timer again: many turns in a row, of which each
ends, are not a hang, however long they take together.
"""

import faulthandler
import time

from thespian.actors import Actor

from actors.runtime.output import streams

REARMED = 1.0
"""While there is always something to do, the timer is set again after this many seconds."""


class HangTimer:
    """Ends the process when a turn has taken `limit` seconds. It runs while the actors have the turn, not while nothing
    is to do: a process that is stopped or sleeps with its machine then is not taken for one that hangs."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._armed_at: float | None = None

    def arm(self) -> None:
        """Actors get the turn, or keep it for another message."""
        now = time.monotonic()
        if self._armed_at is None or now - self._armed_at > REARMED:
            faulthandler.dump_traceback_later(self._limit, exit=True, file=streams.for_traces())
            self._armed_at = now

    def disarm(self) -> None:
        """Nothing is to do."""
        faulthandler.cancel_dump_traceback_later()
        self._armed_at = None

    @property
    def is_armed(self) -> bool:
        """Whether it runs."""
        return self._armed_at is not None


def turn_begins(actor: Actor) -> None:
    """A turn of this actor begins: the one before it has ended. Nothing is done where each actor has a process."""
    system = getattr(actor._myRef, "_system", None)
    timer = getattr(system, "hang_timer", None)
    if timer is not None and timer.is_armed:
        timer.arm()

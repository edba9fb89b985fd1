"""What every actor keeps about its turns: a guard that catches whatever a handler raises and sees how long it took,
counters and the last error for health, and what the clocks showed."""

import functools
import gc
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from messages.health import ActorStatus, HealthReason

LONG_TURN_SECONDS = 0.050
"""A handler's turn that took longer is counted: everything else of this actor waited for it."""

SLOW_TURN_SECONDS = 1.0
"""One that took so long is worth a warning: somebody who waited for an answer has noticed, and health has too. Shorter
ones are for developers."""

LEAST_SET_BACK = 5.0
"""Seconds by which a clock must be set back to count. The clock soon catches up with less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """What both clocks showed at one moment; `clock` in seconds of the one that never goes back."""

    wall: datetime
    clock: float


def set_back(before: ClockReading, after: ClockReading) -> float:
    """By how many seconds the wall clock was set back between two readings; 0 if it was not."""
    back = (after.clock - before.clock) - (after.wall - before.wall).total_seconds()
    return back if back >= LEAST_SET_BACK else 0.0


class Counters:
    """The counters and the last error of one actor, since it began."""

    def __init__(self) -> None:
        self._counters: dict[str, int] = {}
        self._last_error: str | None = None
        self._last_error_at: datetime | None = None
        self._turns: dict[str, tuple[int, float]] = {}

    def count(self, counter: str, by: int) -> None:
        """Add to a counter."""
        self._counters[counter] = self._counters.get(counter, 0) + by

    def counted(self, counter: str) -> int:
        """The value of a counter."""
        return self._counters.get(counter, 0)

    def turn(self, what: str, seconds: float) -> None:
        """A turn of this kind took so long."""
        times, total = self._turns.get(what, (0, 0.0))
        self._turns[what] = (times + 1, total + seconds)

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
            turns=tuple((what, times, seconds) for what, (times, seconds) in sorted(self._turns.items())),
        )


def level_of_turn(seconds: float) -> int:
    """The level at which a long turn is logged."""
    return logging.WARNING if seconds >= SLOW_TURN_SECONDS else logging.DEBUG


class TurnGuard:
    """The guard of one actor. It calls `failed(handler, error)` for everything that a handler raises."""

    def __init__(
        self,
        counters: Counters,
        failed: Callable[[str, BaseException], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counters = counters
        self._failed = failed
        self._clock = clock
        self._log: logging.Logger | None = None
        self._running: list[tuple[str, float]] = []

    def settled(self, log: logging.Logger, *, own_process: bool) -> None:
        """The start is over: from now on long turns are logged. The objects of the start stay for good, so the garbage
        collector need not visit them again, which makes its full collections short."""
        if self._log is None and own_process:
            gc.collect()
            gc.freeze()
        self._log = log

    def guard(self, handler: str, call: Callable[[], None]) -> None:
        """Run `call`. Whatever it raises is reported, not raised."""
        with self.timed(handler):
            try:
                call()
            except BaseException as error:  # only here: Thespian would run the handler again, or die
                self._failed(handler, error)

    def running(self) -> Sequence[str]:
        """What runs now, from the outermost, and for how long."""
        now = self._clock()
        return [f"{what} for {now - started:.1f} s" for what, started in self._running]

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Count and log a turn that took too long, under the innermost name that explains it."""
        log, started, before = self._log, self._clock(), self._counters.counted("long_turns")
        self._running.append((what, started))
        try:
            yield
        finally:
            self._running.pop()
        took = self._clock() - started
        self._counters.turn(what, took)
        if log is not None and took > LONG_TURN_SECONDS and self._counters.counted("long_turns") == before:
            self._counters.count("long_turns", 1)
            log.log(level_of_turn(took), "%s kept its turn for %.0f ms", what, took * 1000)


def name_of_call(call: Callable[..., Any]) -> str:
    """How a call is named in logs and traces: by its function, also where that is bound to arguments or wrapped; of a
    lambda, by the function that made it."""
    while True:
        if isinstance(call, functools.partial):
            call = call.func
        elif (inner := getattr(call, "__wrapped__", None)) is not None:
            call = inner
        else:
            break
    names = getattr(call, "__qualname__", type(call).__name__).split(".")
    return next((name for name in reversed(names) if not name.startswith("<")), names[-1])

"""One turn of an actor: whatever is raised in it is caught, and how long it took is seen."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from logging import Logger

from actors.runtime.counters import Counters

LONG_TURN = 0.050
"""Seconds after which a handler's turn is logged: everything else of this actor waited for it."""


class TurnGuard:
    """Of one actor. `failed(handler, error)` is told of everything that a handler raises."""

    def __init__(self, ledger: Counters, failed: Callable[[str, BaseException], None]) -> None:
        self._counters = ledger
        self._failed = failed
        self._log: Logger | None = None
        self._running: list[tuple[str, float]] = []

    def settled(self, log: Logger, *, own_process: bool) -> None:
        """The start is over: from now on long turns are logged. What there is now is there to stay: the garbage
        collector need not look at it again, which makes its full collections short."""
        if self._log is None and own_process:
            gc.collect()
            gc.freeze()
        self._log = log

    def guard(self, handler: str, call: Callable[[], None]) -> None:
        """Run `call`; nothing comes out of it."""
        with self.timed(handler):
            try:
                call()
            except BaseException as error:  # the one place: Thespian would run the handler again, or die of it
                self._failed(handler, error)

    def running(self) -> Sequence[str]:
        """What runs now, from the outermost, and for how long."""
        now = time.monotonic()
        return [f"{what} for {now - started:.1f} s" for what, started in self._running]

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Log a turn that was too long, by the innermost name that explains it."""
        log, started, before = self._log, time.monotonic(), self._counters.counted("long_turns")
        self._running.append((what, started))
        try:
            yield
        finally:
            self._running.pop()
        took = time.monotonic() - started
        if log is not None and took > LONG_TURN and self._counters.counted("long_turns") == before:
            self._counters.count("long_turns", 1)
            log.warning("%s kept its turn for %.0f ms", what, took * 1000)

"""SIGTERM, SIGINT and SIGHUP as something to look at between two steps, and a descriptor that wakes a wait."""

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from types import FrameType

NUMBERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""A terminal that closes sends SIGHUP; nohup ignores it, so that a service started with it stays."""


class StopRequests:
    """Whether the front was asked to stop. `wake` is readable once it was."""

    def __init__(self, wake: int) -> None:
        self.wake = wake
        self.asked: signal.Signals | None = None

    def sleep_again(self) -> None:
        """A signal came that does not ask to stop: it has waked the wait too."""
        if self.asked is None:
            with contextlib.suppress(BlockingIOError):  # several signals may have waked it once
                os.read(self.wake, 4096)

    def note(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        self.asked = self.asked or signal.Signals(number)


@contextlib.contextmanager
def stop_requests() -> Iterator[StopRequests]:
    """Listen for the signals as long as the context lasts."""
    reading, writing = socket.socketpair()
    with reading, writing:
        writing.setblocking(False)
        reading.setblocking(False)
        requests = StopRequests(reading.fileno())
        handled = [
            number for number in NUMBERS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
        ]
        before = [signal.signal(number, requests.note) for number in handled]
        signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, NUMBERS)
        try:
            yield requests
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in zip(handled, before, strict=True):
                signal.signal(number, handler)

"""SIGTERM, SIGINT and SIGHUP as something to look at between two steps, and a descriptor that wakes a wait.

SIGTERM and SIGINT ask to stop. SIGHUP asks to read the configuration again, unless it says that the terminal has closed
from which the service was started: then the service stops, as whoever closed it expects.
"""

import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType

NUMBERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Under nohup SIGHUP is ignored, so that a service started with it stays; `callboard reload` works there too."""


class StopRequests:
    """Whether the front was asked to stop, or to reload. `wake` is readable once it was."""

    def __init__(self, wake: int, has_terminal: Callable[[], bool]) -> None:
        self.wake = wake
        self.asked: signal.Signals | None = None
        self._reload = False
        self._has_terminal = has_terminal
        self._had_terminal = has_terminal()

    def sleep_again(self) -> None:
        """A signal came that does not ask to stop: it has waked the wait too."""
        if self.asked is None:
            with contextlib.suppress(BlockingIOError):  # several signals may have waked it once
                os.read(self.wake, 4096)

    def note(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        if number == signal.SIGHUP and not self._is_terminal_gone():
            self._reload = True
        else:
            self.asked = self.asked or signal.Signals(number)

    def take_reload(self) -> bool:
        """Whether it was asked to reload since this was asked last."""
        if not self._reload:
            return False
        self._reload = False
        self.sleep_again()
        return True

    def _is_terminal_gone(self) -> bool:
        return self._had_terminal and not self._has_terminal()


def has_terminal() -> bool:
    """Whether this process has a controlling terminal; one that was closed is none any more."""
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    os.close(descriptor)
    return True


@contextlib.contextmanager
def stop_requests() -> Iterator[StopRequests]:
    """Listen for the signals as long as the context lasts. Those that were blocked before are so afterwards: what is
    left to do then is to be done in peace."""
    reading, writing = socket.socketpair()
    with reading, writing:
        writing.setblocking(False)
        reading.setblocking(False)
        requests = StopRequests(reading.fileno(), has_terminal)
        handled = [
            number for number in NUMBERS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
        ]
        before = [signal.signal(number, requests.note) for number in handled]
        signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        blocked = signal.pthread_sigmask(signal.SIG_UNBLOCK, NUMBERS)
        try:
            yield requests
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            signal.set_wakeup_fd(-1)
            for number, handler in zip(handled, before, strict=True):
                signal.signal(number, handler)

"""What systemd wants to hear of a service of `Type=notify`: sd_notify(3), without its library.

The address of its socket is in the environment where the service is started by it, and nowhere else.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, MutableMapping

WATCHDOG_SHARE = 3
"""So many signs of life are given in the time that systemd waits for one."""


class ServiceManager:
    """Takes the variables out of `environment`, so that no other program speaks for the service."""

    def __init__(
        self,
        environment: MutableMapping[str, str],
        log: logging.Logger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = environment.pop("NOTIFY_SOCKET", "")
        wanted, meant_for = environment.pop("WATCHDOG_USEC", ""), environment.pop("WATCHDOG_PID", "")
        is_watched = wanted.isdecimal() and meant_for in ("", str(os.getpid()))
        self._interval = int(wanted) / 1e6 / WATCHDOG_SHARE if is_watched else None
        self._log = log
        self._clock = clock
        self._next_at = clock()

    def ready(self) -> None:
        """The start is over."""
        self._tell("READY=1")

    def alive(self) -> None:
        """The service works; to be called often."""
        now = self._clock()
        if self._interval is not None and now >= self._next_at:
            self._next_at = now + self._interval
            self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """The service is about to end."""
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
                manager.setblocking(False)
                manager.sendto(state.encode(), address)
        except OSError as error:
            self._log.warning("the service manager cannot be told %s: %s", state, error.strerror)

"""What strangers get wrong on an HTTP port: counted, and one line at most each minute, whatever they send."""

import logging
import sys
from collections.abc import Callable

from aiohttp import ClientPayloadError, web
from aiohttp.http import HttpProcessingError

from actors.runtime.output.logs import QUIET_SECONDS, in_one_line

MALFORMED = (HttpProcessingError, web.RequestPayloadError, ClientPayloadError)
"""What aiohttp raises for a request that is not HTTP, or whose body is not what its headers say."""


class RequestErrors:
    """Takes the place of the logger of one aiohttp server, which would write a trace for each such request. `count`
    adds to a counter of the actor; `clock` gives seconds that never go back."""

    def __init__(self, log: logging.Logger, count: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._log = log
        self._count = count
        self._clock = clock
        self._unsaid = 0
        self._quiet_until = 0.0
        self._failure_quiet_until = 0.0

    def debug(self, *_: object, **__: object) -> None:
        """Clients that leave early."""

    def exception(self, text: str, *_: object, exc_info: object = None) -> None:
        """What went wrong with a request: the sender's fault, or a failure of ours, whose trace is worth its lines."""
        error = exc_info if isinstance(exc_info, BaseException) else sys.exc_info()[1]
        if isinstance(error, ConnectionResetError):
            self._count("clients_gone")  # before they had their answer: nobody's failure
            return
        if isinstance(error, MALFORMED):
            self.malformed(error)
            return
        self._count("request_failures")
        if self._clock() >= self._failure_quiet_until:
            self._failure_quiet_until = self._clock() + QUIET_SECONDS
            self._log.error("a request could not be answered: %s", text, exc_info=error)

    def malformed(self, error: BaseException) -> None:
        """A request that nobody can read."""
        self._count("malformed_requests")
        if self._clock() < self._quiet_until:
            self._unsaid += 1
            return
        self._quiet_until = self._clock() + QUIET_SECONDS
        more = f" ({self._unsaid:,} more since the last such line)" if self._unsaid else ""
        self._unsaid = 0
        self._log.warning("rejected a malformed request%s: %s", more, in_one_line(error))

"""The database of a run: the user's own, or the embedded server, which is restarted when it ends."""

import os
import time
from collections import deque
from datetime import timedelta
from pathlib import Path

from actors.embedded_postgres.server import EmbeddedServer
from actors.runtime.database import environment
from actors.runtime.durations import duration_text
from actors.runtime.output import logs
from messages.settings import Settings

LOOK = 1.0
"""Seconds between two looks whether the server is there."""


class DatabaseLost(Exception):
    """The embedded server keeps ending; the text says how often."""


class RunDatabase:
    """Use it as a context: what was started is stopped at its end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: EmbeddedServer | None = None
        self._ends: deque[float] = deque(maxlen=settings.system.restart_limit + 1)
        self._looked_at = 0.0
        self.dsn = settings.database.url

    def __enter__(self) -> "RunDatabase":
        if not self.dsn:
            self._server = EmbeddedServer.start(Path(self._settings.data_dir))
            self.dsn = self._server.dsn
        else:
            environment.forget_session(os.environ)
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.stop()

    def look_after(self) -> None:
        """Start the embedded server again if it has ended. Raises DatabaseLost when that happens too often, and
        PostgresFailed when it does not start."""
        now = time.monotonic()
        if self._server is None or now - self._looked_at < LOOK:
            return
        self._looked_at = now
        if self._server.alive():
            return
        self._count_end(now)
        logs.logger_of("front").warning("the embedded PostgreSQL has ended and is being started again")
        self._server = EmbeddedServer.start(Path(self._settings.data_dir))
        took = duration_text(timedelta(seconds=time.monotonic() - now))
        logs.logger_of("front").warning("the embedded PostgreSQL is running again, after %s", took)

    def _count_end(self, now: float) -> None:
        system = self._settings.system
        self._ends.append(now)
        if len(self._ends) > system.restart_limit and now - self._ends[0] <= system.restart_window:
            raise DatabaseLost(
                f"the embedded PostgreSQL ended {len(self._ends)} times within {system.restart_window:.0f} s:"
                f" see its log in {self._settings.data_dir}/postgres/log"
            )

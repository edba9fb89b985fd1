"""The embedded PostgreSQL: only the binaries of the pip package, run and stopped by the front process.

It listens on a UNIX domain socket for its owner, on no TCP port. It outlives a front that is killed; the next one finds
it and takes it over. Connections are accepted from the operating system's user that the cluster belongs to, and from
root.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import psycopg2
import psycopg2.extensions

from actors.embedded_postgres.cluster import NAME, admit_its_owner, clear_half_made, initialise, run_as
from actors.embedded_postgres.place import Place, PostgresFailed, leave_socket_dir, place_for, socket_dir
from actors.embedded_postgres.process import ServerProcess
from actors.runtime.database import environment
from actors.runtime.output import logs

__all__ = ["EmbeddedServer", "PostgresFailed"]

PORT = "5432"
"""Only the socket's name comes from it."""

START_LIMIT = 60.0
FAST_LIMIT = 2.5
QUIT_LIMIT = 1.0
KILL_LIMIT = 10.0
WEDGED_LIMIT = 15.0
"""Seconds after which a server that neither serves nor recovers will not do so any more: it gives its children 5."""

FIRST_LOOK = 0.03
LAST_LOOK = 0.5

MET_ANOTHER = ("shared memory", '"postmaster.pid" already exists', '"postmaster.pid" is empty')
"""What a server says when it finds another on its data."""

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "port": PORT,
        "unix_socket_permissions": "0700",
        "max_connections": "40",
        "shared_buffers": "32MB",
        "max_wal_size": "256MB",
        "jit": "off",
        "logging_collector": "on",
        "log_directory": "../log",
        "log_filename": "server-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
)


class EmbeddedServer:
    """The running server of one data directory; `wedged_limit` in seconds."""

    def __init__(self, place: Place, process: ServerProcess, wedged_limit: float = WEDGED_LIMIT) -> None:
        self._place = place
        self._process = process
        self._wedged_limit = wedged_limit
        self._said = ""
        self._idle_since: float | None = None
        self.dsn: str = psycopg2.extensions.make_dsn(host=str(socket_dir(place)), port=PORT, user=NAME, dbname=NAME)

    @classmethod
    def start(cls, data_dir: Path, settings: Mapping[str, str] = MappingProxyType({})) -> "EmbeddedServer":
        """Start the server, or take over the one that a dead front left. From now on, no variable of PostgreSQL's
        counts in this process. Raises PostgresFailed."""
        deadline = time.monotonic() + START_LIMIT
        environment.forget_all(os.environ)
        try:
            place = place_for(data_dir)
            clear_half_made(place)
            if not place.data.exists():
                logs.logger_of("postgres").info("making the database in %s, which takes a few seconds", place.home)
                initialise(place)
            else:
                admit_its_owner(place)
            while True:
                server = cls._taken_over(place) or cls._launched(place, settings)
                if server._await_ready(deadline):
                    return server
        except OSError as error:
            raise PostgresFailed(
                f"the embedded PostgreSQL of {data_dir} could not be started: {error}."
                " Correct this, set data_dir to another directory, or set database.url to your own PostgreSQL"
            ) from error

    @classmethod
    def running(cls, data_dir: Path) -> "EmbeddedServer | None":
        """The server that runs on this data directory, None if there is none. Raises PostgresFailed, OSError."""
        place = place_for(data_dir)
        process = ServerProcess.found(place.data)
        return None if process is None else cls(place, process)

    def stop(self) -> None:
        """End the server: its transactions are rolled back, its data written. It has ended after 2.5 s, or is made to
        (what was committed is safe in any case) within 1 more, or as soon as the kernel comes to it. Raises
        PostgresFailed."""
        ended = self._process.end(signal.SIGINT, FAST_LIMIT)
        for number, limit in () if ended else ((signal.SIGQUIT, QUIT_LIMIT), (signal.SIGKILL, KILL_LIMIT)):
            logs.logger_of("postgres").warning(
                "the server has not ended: sending %s to process %d", number.name, self._process.pid
            )
            if ended := self._process.end(number, limit):
                break
        if not ended:
            raise PostgresFailed(
                f"the database server (process {self._process.pid}) did not end, not even after SIGKILL"
            )
        leave_socket_dir(self._place)

    def alive(self) -> bool:
        """Whether the server's process is there. One that is wedged is ended."""
        return not self._process.gone() and not self._was_wedged()

    def _was_wedged(self) -> bool:
        now = time.monotonic()
        if self._process.works():
            self._idle_since = None
            return False
        self._idle_since = now if self._idle_since is None else self._idle_since
        if now - self._idle_since < self._wedged_limit:
            return False
        if self._answers():
            self._idle_since = None
            return False
        logs.logger_of("postgres").error(
            "the server (process %d) neither serves nor recovers and is killed; committed data is safe",
            self._process.pid,
        )
        return self._process.end(signal.SIGKILL, QUIT_LIMIT)

    @classmethod
    def _taken_over(cls, place: Place) -> "EmbeddedServer | None":
        named = (place.data / "postmaster.pid").exists()
        process = ServerProcess.found(place.data)
        if process is None:
            if named:  # else one may come this moment: a front was killed right after it had launched it
                _clear_stale(place)
            return None
        logs.logger_of("postgres").info(
            "took over the database server that was already running (process %d)", process.pid
        )
        return cls(place, process)

    @classmethod
    def _launched(cls, place: Place, settings: Mapping[str, str]) -> "EmbeddedServer":
        options = [word for key, value in {**SETTINGS, **settings}.items() for word in ("-c", f"{key}={value}")]
        with place.start_log.open("wb") as log:
            child = subprocess.Popen(
                [place.binaries / "postgres", "-D", place.data, "-k", socket_dir(place), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **run_as(place),
            )
        return cls(place, ServerProcess.of_child(child))

    def _await_ready(self, deadline: float) -> bool:
        """True when it answers; False when it has ended, so that another try may help. Raises PostgresFailed."""
        look = FIRST_LOOK
        while not self._answers():
            if self._process.gone(look):
                return self._may_try_again(deadline)
            if self._was_wedged():
                return False
            if time.monotonic() > deadline:
                raise PostgresFailed(self._given_up())
            look = min(look * 1.3, LAST_LOOK)
        return True

    def _may_try_again(self, deadline: float) -> bool:
        """One that was taken over may have been about to end. One of our own may have met another, which a front had
        launched just before it was killed, or the memory of one that was killed: freed with its last process."""
        met = any(words in _tail(self._place.start_log) for words in MET_ANOTHER)
        if time.monotonic() > deadline or not (self._process.child is None or met):
            raise PostgresFailed(_explained(self._place, "ended at its start"))
        time.sleep(LAST_LOOK if met else 0)
        return False

    def _given_up(self) -> str:
        """What to say of a server that lives and does not answer; one that we have started is ended first."""
        what = f"does not answer ({self._said})"
        if self._process.child is None:
            pid = self._process.pid
            hint = f"end it (`kill -QUIT {pid}`, or `kill -KILL {pid}`; committed data is safe) and start again"
            return _explained(self._place, f"was already running (process {self._process.pid}), but {what}: {hint}")
        self.stop()
        return _explained(self._place, f"was started, but {what} within {START_LIMIT:.0f} s")

    def _answers(self) -> bool:
        try:
            connection = psycopg2.connect(self.dsn, dbname="postgres", connect_timeout=5)
            try:
                connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,))
                    if cursor.fetchone() is None:
                        cursor.execute(f"CREATE DATABASE {NAME}")
            finally:
                connection.close()
        except psycopg2.OperationalError as error:
            self._said = str(error).strip()
            return False
        return True


def _clear_stale(place: Place) -> None:
    """No server runs: its pid file and its socket's may name a process that is another program's by now. A server that
    was killed and left processes is still found by its shared memory, which PostgreSQL looks up by the directory."""
    for stale in (place.data / "postmaster.pid", *socket_dir(place).glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)


def _explained(place: Place, what: str) -> str:
    newest = max((place.home / "log").glob("*.log"), key=lambda log: log.stat().st_mtime, default=None)
    lines = [_tail(log) for log in (place.start_log, newest) if log is not None]
    said = "\n".join(line for line in lines if line)
    return f"the embedded PostgreSQL in {place.home} {what}. It said:\n{said or '(nothing)'}"


def _tail(path: Path) -> str:
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-10:])

"""The embedded PostgreSQL: only the binaries of the pip package, run and stopped by the front process.

It listens on a UNIX domain socket for its owner, on no TCP port. It outlives a front that is killed; the next one finds
it and takes it over. Connections are accepted from the operating system's user that made the cluster (peer).
"""

import contextlib
import os
import pwd
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import psycopg2
import psycopg2.extensions

from actors.front.postgres_place import Place, place_for, socket_dir
from actors.runtime import logs

NAME = "callboard"
"""The database, and its superuser."""

START_LIMIT = 60.0
FAST_LIMIT = 4.0
QUIT_LIMIT = 2.0
LOOK = 0.03

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "40",
        "shared_buffers": "32MB",
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


class PostgresFailed(Exception):
    """The embedded server cannot be had; the text says what happened, to what, and what to do."""


class EmbeddedServer:
    """The running server of one data directory."""

    def __init__(self, place: Place, pid: int, directory: Path, child: subprocess.Popen[bytes] | None) -> None:
        self._place = place
        self._pid = pid
        self._child = child
        self.dsn: str = psycopg2.extensions.make_dsn(host=str(directory), user=NAME, dbname=NAME)

    @classmethod
    def start(cls, data_dir: Path, settings: Mapping[str, str] = MappingProxyType({})) -> "EmbeddedServer":
        """Start the server, or take over the one that a dead front left. Raises PostgresFailed."""
        place = place_for(data_dir)
        deadline = time.monotonic() + START_LIMIT
        _clear_half_made(place)
        if not place.data.exists():
            _initialise(place)
        while True:
            server = cls._taken_over(place) or cls._launched(place, settings)
            if server._await_ready(deadline):
                return server
            if time.monotonic() > deadline:
                raise PostgresFailed(_explained(place, f"did not begin to answer within {START_LIMIT:.0f} s"))
            time.sleep(LOOK)

    def stop(self) -> None:
        """End the server: its transactions are rolled back, its data written. Ended at the latest after 6 s."""
        with contextlib.suppress(ProcessLookupError):
            self._end(signal.SIGINT, FAST_LIMIT) or self._end(signal.SIGQUIT, QUIT_LIMIT)
        if self._child is not None:
            self._child.wait(QUIT_LIMIT)

    def alive(self) -> bool:
        """Whether the server's process is there."""
        return _postmaster(self._place) == self._pid

    @classmethod
    def _taken_over(cls, place: Place) -> "EmbeddedServer | None":
        pid = _postmaster(place)
        if pid is None:
            _clear_stale(place)
            return None
        logs.logger_of("postgres").info("took over the database server (process %d) that was running", pid)
        return cls(place, pid, socket_dir(place), None)

    @classmethod
    def _launched(cls, place: Place, settings: Mapping[str, str]) -> "EmbeddedServer":
        directory = socket_dir(place)
        options = [
            word for key, value in {**SETTINGS, **settings}.items() for word in ("-c", f"{key}={value}")
        ]
        with (place.home / "start.log").open("wb") as log:
            child = subprocess.Popen(
                [place.binaries / "postgres", "-D", place.data, "-k", directory, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=place.home,
                start_new_session=True,
                **_as_account(place),
            )
        return cls(place, child.pid, directory, child)

    def _await_ready(self, deadline: float) -> bool:
        """True when it answers; False when it has ended, so that another try may help. Raises PostgresFailed."""
        while time.monotonic() < deadline:
            if self._child is not None and self._child.poll() is not None:
                return self._may_try_again()
            if self._child is None and not self.alive():
                return False
            if self._answers():
                return True
            time.sleep(LOOK)
        return False

    def _may_try_again(self) -> bool:
        """After an end at start: the memory of a server that was killed is freed when its last process has gone."""
        if "shared memory" not in _tail(self._place.home / "start.log"):
            raise PostgresFailed(_explained(self._place, "ended at its start"))
        return False

    def _answers(self) -> bool:
        try:
            connection = psycopg2.connect(self.dsn, dbname="postgres", connect_timeout=5)
        except psycopg2.OperationalError:
            return False
        try:
            connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,))
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {NAME}")
        except psycopg2.OperationalError:
            return False
        finally:
            connection.close()
        return True

    def _end(self, number: signal.Signals, limit: float) -> bool:
        descriptor = os.pidfd_open(self._pid)
        try:
            signal.pidfd_send_signal(descriptor, number)
            poller = select.poll()
            poller.register(descriptor, select.POLLIN)
            return bool(poller.poll(limit * 1000))
        finally:
            os.close(descriptor)


def _initialise(place: Place) -> None:
    """Make the cluster beside its place and move it there when it is whole."""
    making = place.home / "data.new"
    done = subprocess.run(
        [
            place.binaries / "initdb", "-D", making, "-U", NAME, "-E", "UTF8", "--locale=C",
            "--auth=peer", "--no-instructions",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=place.home,
        **_as_account(place),
    )  # fmt: skip
    if done.returncode != 0:
        raise PostgresFailed(
            f"the database in {place.home} could not be made (initdb ended with {done.returncode}): "
            f"{(done.stderr or done.stdout).strip()[-1000:]}\nIs the disk full, or the directory on a file system"
            " without ordinary permissions? Set data_dir elsewhere, or database.url to a PostgreSQL of yours."
        )
    _write_as(place, making / "pg_hba.conf", _rules())
    _write_as(place, making / "pg_ident.conf", f'callboard "{_user_name()}" {NAME}\n')
    making.rename(place.data)


def _rules() -> str:
    """Who may connect: this user, over the socket. A user without a name cannot be told by it: then whoever may open
    the socket, which is the same user."""
    method = "peer map=callboard" if _user_name() else "trust"
    return f"local all {NAME} {method}\n"


def _user_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""


def _write_as(place: Place, path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
    if place.account is not None:
        os.chown(path, place.account.uid, place.account.gid)


def _clear_half_made(place: Place) -> None:
    """An initdb that was killed leaves half a cluster under another name."""
    shutil.rmtree(place.home / "data.new", ignore_errors=True)


def _clear_stale(place: Place) -> None:
    """No server runs: its pid file and its socket's may name a process that is another program's by now."""
    for stale in (place.data / "postmaster.pid", *socket_dir(place).glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)


def _postmaster(place: Place) -> int | None:
    """The process id of the server that runs on this data, None if there is none. The number in postmaster.pid may be
    another program's by now; the server is the one whose working directory is the data."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().splitlines()[0])
        directory = os.readlink(f"/proc/{pid}/cwd")
    except (FileNotFoundError, ProcessLookupError, PermissionError, ValueError, IndexError):
        return None
    return pid if directory == str(place.data) else None


def _as_account(place: Place) -> dict[str, object]:
    if place.account is None:
        return {}
    return {"user": place.account.uid, "group": place.account.gid, "extra_groups": []}


def _explained(place: Place, what: str) -> str:
    newest = max((place.home / "log").glob("*.log"), key=lambda log: log.stat().st_mtime, default=None)
    lines = [_tail(log) for log in (place.home / "start.log", newest) if log is not None]
    said = "\n".join(line for line in lines if line)
    return f"the embedded PostgreSQL in {place.home} {what}. It said:\n{said or '(nothing)'}"


def _tail(path: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return "\n".join(path.read_text(errors="replace").splitlines()[-10:])
    return ""

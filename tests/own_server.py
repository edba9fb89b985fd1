"""A PostgreSQL server as operators have one: of any version that is installed, over TCP, with passwords and roles."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from actors.embedded_postgres.place import programs
from tests.clusters import when_unused
from tests.free_ports import free_port

DEBIANS = Path("/usr/lib/postgresql")
START_LIMIT = 60.0


@dataclass(frozen=True, slots=True)
class OwnServer:
    """`admin` is a dsn of its superuser."""

    admin: str
    port: int

    def database(self, role: str, password: str) -> str:
        """The URL of an empty database for a new role that may do nothing else."""
        self.do(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
        self.do(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(role)))
        self.do(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(sql.Identifier(role), sql.Identifier(role)))
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{role}"

    def drop(self, role: str) -> None:
        """Its database and itself, if they are there."""
        dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(role))
        when_unused(lambda: self.do(dropped))
        self.do(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))

    def do(self, statement: Any) -> None:
        """As the superuser."""
        with closing(psycopg2.connect(self.admin)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)


def binaries_of(version: int) -> Path | None:
    """The programs of this version, None if it is not installed here. 18 comes with Callboard."""
    found = programs() if version == 18 else DEBIANS / str(version) / "bin"
    return found if (found / "initdb").exists() else None


@contextmanager
def own_server(binaries: Path) -> Iterator[OwnServer]:
    """Running, as an unprivileged user where the tests run as root."""
    directory = Path(tempfile.mkdtemp(prefix="callboard-own-", dir="/tmp"))
    user = None if os.geteuid() else next(name for name in ("postgres", "nobody") if _is_there(name))
    if user is not None:
        shutil.chown(directory, user)
    run = {"user": user, "cwd": directory, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}
    data = directory / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", "--auth-local=trust", "-N"]
    with (directory / "log").open("wb") as log:
        subprocess.run([*initdb, "--locale=C", "-E", "UTF8"], check=True, stdout=log, stderr=log, **run)  # type: ignore[call-overload]
    try:
        port, server = _started([binaries / "postgres", "-D", data], directory, run)
        try:
            yield OwnServer(_admin(directory, port), port)
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(START_LIMIT)
            finally:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(directory)


def _started(command: list[Any], directory: Path, run: dict[str, Any]) -> "tuple[int, subprocess.Popen[bytes]]":
    """The port on which it listens, and the server: on another port where somebody was given the first one before it
    could listen there."""
    deadline = time.monotonic() + START_LIMIT
    while True:
        port = free_port()
        options = (f"port={port}", f"unix_socket_directories={directory}", "listen_addresses=127.0.0.1", "fsync=off")
        words = [word for option in options for word in ("-c", option)]
        with (directory / "log").open("wb") as log:
            server = subprocess.Popen([*command, *words], stdout=log, stderr=log, **run)
        if _answers(_admin(directory, port), server, deadline):
            return port, server
        said = (directory / "log").read_text()
        server.kill()
        server.wait()
        assert "Address already in use" in said, said


def _admin(directory: Path, port: int) -> str:
    return f"host={directory} port={port} user=owner dbname=postgres"


def _answers(dsn: str, server: "subprocess.Popen[bytes]", deadline: float) -> bool:
    """Whether it does before it ends, or the time is over."""
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg2.connect(dsn).close()
            return True
        except psycopg2.OperationalError:
            time.sleep(0.05)
    return False


def _is_there(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True

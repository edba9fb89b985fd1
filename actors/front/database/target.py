"""The database of a configuration, reached for one command: the user's own, or the embedded one, whose server is
started for as long as the command takes if no service runs."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from psycopg2.extensions import make_dsn, parse_dsn

from actors.embedded_postgres.place import programs
from actors.embedded_postgres.server import EmbeddedServer
from actors.front.instance.lock import AlreadyRunning, InstanceLock, holder
from actors.runtime.database import environment
from messages.settings import Settings

SESSION = "-c default_transaction_read_only=off -c default_transaction_deferrable=off"
"""Whatever the server, the database and the role say."""


class NoDatabase(Exception):
    """There is nothing to save or to look at; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseTarget:
    """`dsn` for psycopg2, with a password; `where` for people, without."""

    dsn: str
    where: str

    def command(self, program: str, *words: str) -> list[str]:
        """The command line of one of PostgreSQL's programs. Other users can read it: there is no password in it."""
        return [str(programs() / program), "--dbname", make_dsn(**_without_password(self.dsn)), *words]

    def variables(self) -> Mapping[str, str]:
        """The environment of that program."""
        password = parse_dsn(self.dsn).get("password")
        given = {"PGPASSWORD": password} if password else {}
        secrets = ("CALLBOARD_", "DATABASE_URL")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(secrets)}
        return {**kept, "PGOPTIONS": SESSION, "PGAPPNAME": "callboard", **given}


@contextmanager
def opened(settings: Settings, *, alone: bool, may_create: bool = False) -> Iterator[DatabaseTarget]:
    """The database, as long as the context lasts. `alone`: no service may run on it. `may_create`: an embedded one that
    does not exist is created. Raises AlreadyRunning, NoDatabase and what the embedded server raises."""
    if url := settings.database.url:
        environment.forget_session(os.environ)
        yield DatabaseTarget(dsn=url, where=_named(url))
        return
    environment.forget_all(os.environ)
    data_dir = Path(settings.data_dir)
    if not may_create and not (data_dir / "postgres" / "data").exists():
        raise NoDatabase(f"there is no database in {data_dir} yet; `callboard start` makes one")
    if not alone and holder(data_dir) is not None and (running := EmbeddedServer.running(data_dir)) is not None:
        yield DatabaseTarget(dsn=running.dsn, where=f"the database in {data_dir}")
        return
    with _lock(data_dir), _ending_in_order():
        server = EmbeddedServer.start(data_dir)
        try:
            yield DatabaseTarget(dsn=server.dsn, where=f"the database in {data_dir}")
        finally:
            server.stop()


@contextmanager
def _lock(data_dir: Path) -> Iterator[None]:
    try:
        lock = InstanceLock.acquire(data_dir)
    except AlreadyRunning as error:
        raise AlreadyRunning(f"a service runs on {data_dir}: `callboard stop` stops it, then try again") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """A signal ends the command, and the server that was started for it."""

    def leave(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = [signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        yield
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(number, handler)


def _without_password(dsn: str) -> dict[str, str]:
    return {name: value for name, value in parse_dsn(dsn).items() if name != "password"}


def _named(url: str) -> str:
    parts = parse_dsn(url)
    host = parts.get("host") or os.environ.get("PGHOST", "") or "this machine"
    return f"the database {parts.get('dbname') or os.environ.get('PGDATABASE', '')} on {host}".replace("  ", " ")

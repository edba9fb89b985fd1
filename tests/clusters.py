"""PostgreSQL for tests, made once a run: a stopped cluster to copy, and databases that have their tables already.

initdb takes seconds and a copy a tenth of one; migrations take as long as creating five databases. What Callboard does
at its first start has tests of its own, which ask for neither.
"""

import fcntl
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import psycopg2.errors
import psycopg2.extensions

from actors.embedded_postgres.place import place_for, remove_sheltered
from actors.embedded_postgres.server import EmbeddedServer
from actors.front.database.schemas import packages
from actors.front.instance.lock import make_data_dir
from actors.runtime.database.connection import Database

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

SURVIVES_KILLS = "\nfsync = off\nfull_page_writes = off\n"
"""What the copies are run with: only a machine that loses its power would need more."""

MIGRATIONS = packages()
"""For each schema, the packages of migrations by their owner."""

ALL = frozenset(MIGRATIONS)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A stopped server's data, with the tables of all actors and nothing in them."""

    data: Path

    def copy_to(self, data_dir: Path) -> None:
        """Give a data directory, made if need be, this cluster: its server need not make one."""
        make_data_dir(data_dir)
        _copy(self.data, place_for(data_dir).data)


def cluster_in(directory: Path) -> Cluster:
    """The cluster in this directory, made by whichever process of the run asks first."""
    made = directory / "cluster"
    with (directory / "cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(made, directory / "cluster.making")
    return Cluster(made)


def _make(made: Path, data_dir: Path) -> None:
    make_data_dir(data_dir)
    try:
        server = EmbeddedServer.start(data_dir, settings=FAST)
        migrate(server.dsn, ALL)
        server.stop()
        place = place_for(data_dir)
        with (place.data / "postgresql.conf").open("a") as configuration:
            configuration.write(SURVIVES_KILLS)
        _copy(place.data, made.with_suffix(".new"))
        made.with_suffix(".new").rename(made)
    finally:
        remove_sheltered(data_dir)
        shutil.rmtree(data_dir)


def _copy(data: Path, to: Path) -> None:
    """Its log of 16 MB is mostly empty, and the copy of that has holes."""
    subprocess.run(["cp", "-a", "--sparse=always", data, to], check=True)


def migrate(dsn: str, schemas: frozenset[str]) -> None:
    """Create the tables of these schemas."""
    for schema in sorted(schemas):
        database = Database(dsn, schema)
        database.migrate(MIGRATIONS[schema])
        database.close()


def when_unused(do: Callable[[], object]) -> None:
    """Do what needs a database that nobody uses. The server waits for 5 s until those that it ends, or that have just
    left it, have ended, which on a busy machine may take longer."""
    deadline = time.monotonic() + 120
    while True:
        try:
            do()
            return
        except psycopg2.errors.ObjectInUse:
            assert time.monotonic() < deadline, "somebody still uses the database"


@dataclass(frozen=True, slots=True)
class Databases:
    """Those of a running server. Each set of schemas is migrated once, in a database that is the template of others."""

    dsn: str
    _templates: dict[frozenset[str], str] = field(default_factory=dict)

    @contextmanager
    def one(self, schemas: frozenset[str]) -> Iterator[str]:
        """The dsn of a database with the tables of these schemas, which nobody has used and which goes in the end."""
        name = f"test_{uuid.uuid4().hex}"
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{self._template(schemas)}"')
        yield self._dsn_of(name)
        self._do(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _template(self, schemas: frozenset[str]) -> str:
        if not schemas:
            return "template1"
        if schemas not in self._templates:
            name = f"with_{'_'.join(sorted(schemas))}"
            self._do(f'CREATE DATABASE "{name}" TEMPLATE "template1"')
            migrate(self._dsn_of(name), schemas)
            self._templates[schemas] = name
        return self._templates[schemas]

    def _dsn_of(self, name: str) -> str:
        return psycopg2.extensions.make_dsn(self.dsn, dbname=name)

    def _do(self, statement: str) -> None:
        with closing(psycopg2.connect(self.dsn)) as connection:
            connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                when_unused(lambda: cursor.execute(statement))

"""One actor's connection to PostgreSQL: its own schema, its migrations, bounded calls, one transaction at a time."""

import functools
import importlib.resources
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

from actors.runtime.failures import DatabaseAway, LeaseLost, MigrationRefused
from actors.runtime.os.linux import boot_time

CALL_LIMIT = 2.0
MOST_PATIENCE = 8.0
PATIENCE_KEPT = 0.99
"""Seconds that one call to the server may take (`statement_timeout` does not bound a server that stops answering), and
what that is doubled to while a server that answers again is too slow for it. PATIENCE_KEPT is what a good transaction
leaves of it."""

PROBE_LIMIT = 10.0
"""Seconds after which a probe of a silent server is begun anew."""

START_LIMIT = 60.0
"""The same while an actor begins: migrations, loading."""

CONNECT_LIMIT = 5.0
"""Seconds to reach the server, at any time."""

_MIGRATION_LOCK = 0x63616C6C

_WAIT_FOR = {psycopg2.extensions.POLL_READ: select.POLLIN, psycopg2.extensions.POLL_WRITE: select.POLLOUT}


class BoundedConnection(psycopg2.extensions.connection):
    """A connection whose every call, the first one that opens it too, ends within `limit` seconds."""

    def __init__(self, dsn: str, limit: float) -> None:
        self.limit = limit
        super().__init__(dsn)


class Silence(psycopg2.OperationalError):
    """The server did not answer within the limit."""


def _wait_bounded(connection: Any) -> None:
    """A wait callback (psycopg2's coroutine support): poll with a deadline. Past it psycopg2 closes the connection."""
    limit = getattr(connection, "limit", START_LIMIT)  # others of this process are bounded too
    deadline = time.monotonic() + limit
    while (state := connection.poll()) != psycopg2.extensions.POLL_OK:
        poller = select.poll()
        poller.register(connection.fileno(), _WAIT_FOR[state])
        left = deadline - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            raise Silence(f"no answer within {limit:g} s")


class Probe:
    """Whether a server that fell silent answers again, found out without waiting for it."""

    def __init__(self, dsn: str) -> None:
        self._connection = psycopg2.connect(dsn, async_=True)
        self._until = time.monotonic() + PROBE_LIMIT

    def has_answered(self) -> bool:
        """Raises psycopg2.OperationalError when the server refuses, or has been silent for too long."""
        while (state := self._connection.poll()) != psycopg2.extensions.POLL_OK:
            poller = select.poll()
            poller.register(self._connection.fileno(), _WAIT_FOR[state])
            if not poller.poll(0):
                if time.monotonic() > self._until:
                    raise psycopg2.OperationalError(f"no answer within {PROBE_LIMIT:g} s")
                return False
        return True

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Database:
    """The connection of one actor, opened when first needed and again after it broke.

    After a call that had no answer in time no other is made until a probe has one: a server that hangs costs an actor
    one limit, not one a turn.

    With an `epoch`, each transaction begins by asking whether that lease is still the one that counts, and holds a lock
    until its end that a takeover waits for: so nothing is written by an instance that does not lead any more. Without,
    there is no lease: for who keeps the leases, and for an actor by itself.
    """

    def __init__(self, dsn: str, schema: str, limit: float = CALL_LIMIT, epoch: int | None = None) -> None:
        self._dsn = dsn
        self._schema = schema
        self._limit = limit
        self._limit_now = max(START_LIMIT, limit)
        self._epoch = epoch
        self._leads_until = 0.0
        self._connection: BoundedConnection | None = None
        self._has_begun = False
        self._is_silent = False
        self._probe: Probe | None = None

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A cursor in one transaction: committed at the end, rolled back on any exception. Raises DatabaseAway."""
        connection = self._connected()
        try:
            with connection.cursor() as cursor:
                if self._epoch is not None:
                    self._check_lease(cursor, self._epoch)
                yield cursor
            connection.commit()
            if self._has_begun:
                connection.limit = self._limit_now = max(self._limit, self._limit_now * PATIENCE_KEPT)
        except psycopg2.Error as error:
            if not (connection.closed or isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)):
                self._roll_back(connection)
                raise
            self.close()
            self._notice(error)
            raise DatabaseAway(f"PostgreSQL: {_in_a_line(error)}") from error
        except BaseException:
            self._roll_back(connection)
            raise

    def migrate(self, packages: Sequence[str]) -> None:
        """Create the schema and apply the numbered SQL files of `packages` that it lacks, one transaction in all."""
        with self.transaction() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
            cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(self._schema)))
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS schema_migrations (package text, name text, applied_at timestamptz"
                " NOT NULL DEFAULT now(), PRIMARY KEY (package, name))"
            )
            for package in packages:
                self._migrate_package(cursor, package)

    def leads(self) -> bool:
        """Whether the lease that the last transaction saw has not run out since: before that nobody else can lead."""
        return self._epoch is None or boot_time() < self._leads_until

    def began(self) -> None:
        """From now on the short limit holds."""
        self._has_begun = True
        self._limit_now = self._limit
        if self._connection is not None:
            self._connection.limit = self._limit

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._drop_probe()

    def _connected(self) -> BoundedConnection:
        if self._connection is not None and self._connection.closed:
            self._connection = None
        if self._connection is None:
            if self._is_silent:
                self._ask_whether_it_answers()
            self._connection = self._connect()
        return self._connection

    def _ask_whether_it_answers(self) -> None:
        try:
            self._probe = self._probe or Probe(self._dsn)
            if not self._probe.has_answered():
                raise DatabaseAway("PostgreSQL does not answer")
        except psycopg2.OperationalError as error:
            self._drop_probe()
            raise DatabaseAway(f"PostgreSQL cannot be reached: {_in_a_line(error)}") from error
        self._drop_probe()
        self._is_silent = False

    def _drop_probe(self) -> None:
        if self._probe is not None:
            self._probe.close()
            self._probe = None

    def _notice(self, error: psycopg2.Error) -> None:
        if isinstance(error, Silence):
            self._is_silent = True
            self._limit_now = max(self._limit_now, min(self._limit_now * 2, MOST_PATIENCE))

    def _connect(self) -> BoundedConnection:
        psycopg2.extensions.set_wait_callback(_wait_bounded)
        milliseconds = int(self._limit * 1000)
        try:
            connection: BoundedConnection = psycopg2.connect(
                self._dsn,
                connection_factory=functools.partial(BoundedConnection, limit=min(self._limit_now, CONNECT_LIMIT)),
                application_name=f"callboard {self._schema}",
                options=f'-c search_path="{self._schema}" -c timezone=UTC -c lock_timeout={milliseconds}'
                " -c idle_in_transaction_session_timeout=60000 -c default_transaction_isolation=read\\ committed",
            )
        except psycopg2.OperationalError as error:
            self._notice(error)
            raise DatabaseAway(f"PostgreSQL cannot be reached: {_in_a_line(error)}") from error
        connection.limit = self._limit_now
        return connection

    def _check_lease(self, cursor: Any, epoch: int) -> None:
        asked_at = boot_time()
        cursor.execute("SELECT lease.fence(%s)", (epoch,))
        (left,) = cursor.fetchone()
        if left is None:
            raise LeaseLost(f"the lease of epoch {epoch} is lost: another instance leads; nothing was written")
        self._leads_until = asked_at + left

    def _roll_back(self, connection: BoundedConnection) -> None:
        try:
            connection.rollback()
        except psycopg2.Error:
            self.close()

    def _migrate_package(self, cursor: Any, package: str) -> None:
        owner = package.split(".")[1]
        cursor.execute(
            "UPDATE schema_migrations SET package = %s WHERE package = %s", (owner, f"actors.{owner}.migrations")
        )  # how version 0.1 wrote it down: the path of a package may change
        cursor.execute("SELECT name FROM schema_migrations WHERE package = %s", (owner,))
        applied = {name for (name,) in cursor.fetchall()}
        files = {
            file.name: file.read_text(encoding="utf-8")
            for file in importlib.resources.files(package).iterdir()
            if file.name.endswith(".sql")
        }
        if newer := sorted(applied - files.keys()):
            raise MigrationRefused(
                f"the database was last used by a newer Callboard (schema {self._schema}: {newer[-1]} is not known to"
                " this one): start that version, or restore a backup"
            )
        for name in sorted(files.keys() - applied):
            cursor.execute(files[name])
            cursor.execute("INSERT INTO schema_migrations (package, name) VALUES (%s, %s)", (owner, name))


def _in_a_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or "connection lost"

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
from actors.runtime.linux import boot_time

CALL_LIMIT = 5.0
"""Seconds that one call to the server may take. `statement_timeout` does not bound a server that stops answering."""

START_LIMIT = 60.0
"""The same while an actor begins: migrations, loading, a server in recovery."""

_MIGRATION_LOCK = 0x63616C6C

_WAIT_FOR = {psycopg2.extensions.POLL_READ: select.POLLIN, psycopg2.extensions.POLL_WRITE: select.POLLOUT}


class BoundedConnection(psycopg2.extensions.connection):
    """A connection whose every call, the first one that opens it too, ends within `limit` seconds."""

    def __init__(self, dsn: str, limit: float) -> None:
        self.limit = limit
        super().__init__(dsn)


def _wait_bounded(connection: Any) -> None:
    """The wait callback (psycopg2's coroutine support): poll with a deadline; past it the connection is closed."""
    deadline = time.monotonic() + getattr(connection, "limit", CALL_LIMIT)
    while (state := connection.poll()) != psycopg2.extensions.POLL_OK:
        poller = select.poll()
        poller.register(connection.fileno(), _WAIT_FOR[state])
        left = deadline - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            connection.close()
            raise psycopg2.OperationalError("PostgreSQL did not answer in time")


class Database:
    """The connection of one actor, opened when first needed and again after it broke.

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
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            self.close()
            raise DatabaseAway(f"PostgreSQL: {str(error).strip() or 'connection lost'}") from error
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
        self._limit_now = self._limit
        if self._connection is not None:
            self._connection.limit = self._limit

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> BoundedConnection:
        if self._connection is not None and self._connection.closed:
            self._connection = None
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> BoundedConnection:
        psycopg2.extensions.set_wait_callback(_wait_bounded)
        milliseconds = int(self._limit * 1000)
        try:
            connection: BoundedConnection = psycopg2.connect(
                self._dsn,
                connection_factory=functools.partial(BoundedConnection, limit=self._limit_now),
                application_name=f"callboard {self._schema}",
                options=f'-c search_path="{self._schema}" -c timezone=UTC -c lock_timeout={milliseconds}'
                " -c idle_in_transaction_session_timeout=60000 -c default_transaction_isolation=read\\ committed",
            )
        except psycopg2.OperationalError as error:
            raise DatabaseAway(f"PostgreSQL cannot be reached: {str(error).strip()}") from error
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
        cursor.execute("SELECT name FROM schema_migrations WHERE package = %s", (package,))
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
            cursor.execute("INSERT INTO schema_migrations (package, name) VALUES (%s, %s)", (package, name))

"""One actor's connection to PostgreSQL: its own schema, bounded calls, one transaction at a time."""

import functools
import select
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import psycopg2
import psycopg2.errors
import psycopg2.extensions

from actors.runtime.database import migrations, patience, rights
from actors.runtime.database.addresses import AddressLookup
from actors.runtime.failures import DatabaseAway, LeaseLost, RightMissing, TableLocked
from actors.runtime.os.linux import boot_time

CALL_LIMIT = 2.0
"""Seconds that one call to the server may take. `statement_timeout` does not bound a server that stops answering."""

START_LOCK_SHARE = 0.75
"""Share of that which a lock is waited for while an actor begins: the server then says that it was not given, before it
counts as silent. Afterwards `patience` says how long."""

LONGEST_CALL_LIMIT = 8.0
CALL_LIMIT_KEPT = 0.99
"""Seconds to which CALL_LIMIT is doubled while a server that answers again is too slow for it, and the share of that
which each good transaction leaves."""

START_LIMIT = 60.0
"""Seconds that one call may take while an actor begins: migrations, loading."""

CONNECT_LIMIT = 5.0
"""Seconds to reach the server, at any time. CALL_LIMIT is less; a test that lets calls take longer than this has
as long to connect."""

PROBE_LIMIT = 10.0
"""Seconds after which a probe of a silent server is given up and another one begins."""

SESSION_OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "default_transaction_isolation": r"read\ committed",
        "default_transaction_read_only": "off",
        "default_transaction_deferrable": "off",
        "idle_in_transaction_session_timeout": "60000",
        "idle_session_timeout": "0",
        "statement_timeout": "0",
        "standard_conforming_strings": "on",
        "bytea_output": "hex",
        "intervalstyle": "postgres",
        "extra_float_digits": "1",
        "client_min_messages": "warning",
    }
)
"""What Callboard relies on, whatever the settings of the server, the database and the role are."""

SESSION_STATEMENTS = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY';"
    " SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';"
    " SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout'"
)
"""What is set after connecting: variables of the environment would count for more than an option, and not every server
has transaction_timeout."""

_WAIT_FOR: Mapping[int, int] = MappingProxyType(
    {psycopg2.extensions.POLL_READ: select.POLLIN, psycopg2.extensions.POLL_WRITE: select.POLLOUT}
)


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

    A call that gets no answer in time costs an actor one limit; then no call is made until a probe is answered. Any
    other failure that was slow is followed by a pause, in which every transaction is refused at once. A lock is waited
    for only a moment, and after one that was not given in time hardly at all for a while. So a database in trouble
    costs an actor, and on the simple base everybody, little of the time.

    With an `epoch`, each transaction begins by asking whether that lease still counts, and holds a lock until its end
    that a takeover waits for: so an instance that no longer leads writes nothing. Without one there is no lease: for
    the actor that keeps the leases, and for an actor by itself.
    """

    def __init__(
        self,
        dsn: str,
        schema: str,
        limit: float = CALL_LIMIT,
        epoch: int | None = None,
        lookup: AddressLookup | None = None,
    ) -> None:
        self._lookup = lookup or AddressLookup(dsn)
        self._schema = schema
        self._limit = limit
        self._limit_now = max(START_LIMIT, limit)
        self._epoch = epoch
        self._leads_until = 0.0
        self._connection: BoundedConnection | None = None
        self._has_begun = False
        self._is_silent = False
        self._probe: Probe | None = None
        self._slowness = self._locks = patience.NO_TROUBLE
        self._why_paused = ""

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A cursor in one transaction: committed at the end, rolled back on any exception. Raises DatabaseAway;
        two kinds of it are TableLocked, when another session held a lock for too long, and RightMissing."""
        self._refuse_while_paused()
        began = time.monotonic()
        try:
            connection = self._connected()
            with self._translated(connection):
                with connection.cursor() as cursor:
                    self._limit_locks(cursor)
                    if self._epoch is not None:
                        self._check_lease(cursor, self._epoch)
                    yield cursor
                connection.commit()
        except TableLocked:
            self._locks = patience.again(self._locks, time.monotonic())
            raise
        except RightMissing:
            raise
        except DatabaseAway as error:
            self._pause_if_slow(error, began)
            raise
        self._succeeded(connection)

    def migrate(self, packages: Mapping[str, str]) -> None:
        """Create the schema and apply what it lacks of the numbered SQL files; `packages` maps the owner of a series of
        files to the package that holds them. Raises DatabaseAway, MigrationRefused."""
        with self.transaction() as cursor:
            migrations.migrate(cursor, self._schema, packages)

    def leads(self) -> bool:
        """Whether the lease that the last transaction saw has not run out since: before that nobody else can lead."""
        return self._epoch is None or boot_time() < self._leads_until

    def waits_for_locks(self) -> bool:
        """Whether another session holds locks, or did not long ago; not if that has just begun."""
        return self._locks != patience.NO_TROUBLE and not self.may_be_unlocked_soon()

    def may_be_unlocked_soon(self) -> bool:
        """Whether a lock was not given in time, for the first time a moment ago."""
        return patience.is_young(self._locks, time.monotonic())

    def unlocked(self) -> None:
        """What waited for a lock was done: it is given."""
        self._locks = patience.NO_TROUBLE

    def began(self) -> None:
        """From now on the short limits hold."""
        self._has_begun = True
        self._limit_now = self._limit
        if self._connection is not None:
            self._connection.limit = self._limit
            self._lower_lock_limit(self._connection)

    def close(self) -> None:
        """Close the connection, if there is one, and whatever is under way to make one."""
        self._disconnect()
        self._lookup.close()

    # --- transactions

    @contextmanager
    def _translated(self, connection: BoundedConnection) -> Iterator[None]:
        """Roll back whatever fails, and say what it means."""
        try:
            yield
        except psycopg2.errors.LockNotAvailable as error:
            self._roll_back(connection)
            raise TableLocked(f"PostgreSQL: another session holds a lock: {_in_a_line(error)}") from error
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ReadOnlySqlTransaction) as error:
            self._roll_back(connection)
            raise RightMissing(f"PostgreSQL refuses: {rights.in_words(error, connection.info)}") from error
        except psycopg2.Error as error:
            if not (connection.closed or isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)):
                self._roll_back(connection)
                raise
            self._disconnect()
            self._notice(error)
            raise DatabaseAway(f"PostgreSQL: {_in_a_line(error)}") from error
        except BaseException:
            self._roll_back(connection)
            raise

    def _limit_locks(self, cursor: Any) -> None:
        limit = patience.lock_limit(self._locks, time.monotonic(), self._lock_limit)
        if limit != self._lock_limit:
            cursor.execute("SET LOCAL lock_timeout = %s", (_milliseconds(limit),))

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
            self._disconnect()

    def _succeeded(self, connection: BoundedConnection) -> None:
        now = time.monotonic()
        self._slowness = patience.succeeded(self._slowness, now)
        self._locks = patience.succeeded(self._locks, now)
        if self._has_begun:
            connection.limit = self._limit_now = max(self._limit, self._limit_now * CALL_LIMIT_KEPT)

    # --- trouble

    def _refuse_while_paused(self) -> None:
        now = time.monotonic()
        if patience.is_pausing(self._slowness, now):
            raise DatabaseAway(f"{self._why_paused} (next try in {self._slowness.until - now:.0f} s)")

    def _pause_if_slow(self, error: DatabaseAway, began: float) -> None:
        now = time.monotonic()
        if self._has_begun and now - began >= patience.SLOW_FAILURE:
            self._slowness = patience.again(self._slowness, now)
            self._why_paused = str(error)

    def _notice(self, error: psycopg2.Error) -> None:
        if isinstance(error, Silence):
            self._is_silent = True
            self._limit_now = max(self._limit_now, min(self._limit_now * 2, LONGEST_CALL_LIMIT))

    # --- the connection

    def _connected(self) -> BoundedConnection:
        if self._connection is not None and self._connection.closed:
            self._connection = None
        if self._connection is None:
            dsn = self._address()
            if self._is_silent:
                self._ask_whether_it_answers(dsn)
            self._connection = self._connect(dsn)
        return self._connection

    def _address(self) -> str:
        """Where the server is. Only the start waits for a name server."""
        try:
            return self._lookup.dsn(wait=0.0 if self._has_begun else CONNECT_LIMIT)
        except psycopg2.OperationalError as error:
            raise DatabaseAway(f"PostgreSQL cannot be reached: {_in_a_line(error)}") from error

    def _ask_whether_it_answers(self, dsn: str) -> None:
        try:
            self._probe = self._probe or Probe(dsn)
            if not self._probe.has_answered():
                raise DatabaseAway("PostgreSQL does not answer")
        except psycopg2.OperationalError as error:
            self._drop_probe()
            self._lookup.refresh()
            raise DatabaseAway(f"PostgreSQL cannot be reached: {_in_a_line(error)}") from error
        self._drop_probe()
        self._is_silent = False

    def _connect(self, dsn: str) -> BoundedConnection:
        psycopg2.extensions.set_wait_callback(_wait_bounded)
        try:
            connection = self._open(dsn)
            _set_up_session(connection)
        except psycopg2.OperationalError as error:
            self._notice(error)
            self._lookup.refresh()
            raise DatabaseAway(f"PostgreSQL cannot be reached: {_in_a_line(error)}") from error
        connection.limit = self._limit_now
        return connection

    def _open(self, dsn: str) -> BoundedConnection:
        connection: BoundedConnection = psycopg2.connect(
            dsn,
            connection_factory=functools.partial(BoundedConnection, limit=self._connect_limit),
            application_name=f"callboard {self._schema}",
            client_encoding="UTF8",
            options=self._options(),
        )
        return connection

    @property
    def _connect_limit(self) -> float:
        return min(self._limit_now, max(CONNECT_LIMIT, self._limit))

    def _options(self) -> str:
        own = {"search_path": f'"{self._schema}"', "lock_timeout": str(_milliseconds(self._lock_limit))}
        return " ".join(f"-c {name}={value}" for name, value in {**SESSION_OPTIONS, **own}.items())

    @property
    def _lock_limit(self) -> float:
        """Seconds that a session waits for a lock."""
        at_start = self._limit * START_LOCK_SHARE
        return min(at_start, patience.LOCK_LIMIT) if self._has_begun else at_start

    def _lower_lock_limit(self, connection: BoundedConnection) -> None:
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = %s", (_milliseconds(self._lock_limit),))
            connection.autocommit = False
        except psycopg2.Error:
            self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._hang_up(self._connection)
            self._connection = None
        self._drop_probe()

    def _hang_up(self, connection: BoundedConnection) -> None:
        connection.close()

    def _drop_probe(self) -> None:
        if self._probe is not None:
            self._probe.close()
            self._probe = None


def _set_up_session(connection: BoundedConnection) -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(SESSION_STATEMENTS)
    connection.autocommit = False


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))


def _in_a_line(error: BaseException) -> str:
    """Without the repetitions of a library that tries several ways."""
    lines = dict.fromkeys(" ".join(line.split()) for line in str(error).splitlines())
    return " ".join(filter(None, lines)) or "connection lost"

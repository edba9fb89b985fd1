"""One actor's connection, against a real server that hangs and is cut off."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import psycopg2
import pytest

from actors.runtime.database.connection import Database
from actors.runtime.failures import DatabaseAway, MigrationRefused, TableLocked
from tests.e2e.service import wait_for
from tests.sql import rows

LIMIT = 2.0

SLACK = 20.0
"""Seconds that a busy machine may add, and that a connection without that limit would exceed: it would wait for 60."""


def begun(dsn: str, limit: float = LIMIT) -> tuple[Database, int]:
    """A connection that has begun, and the process of its backend."""
    database = Database(dsn, "test", limit=limit)
    select(database)
    database.began()
    return database, until_it_answers(database, "pg_backend_pid()")


@contextmanager
def stopped(dsn: str, *processes: int) -> Iterator[None]:
    """These processes stand still, and those that the server starts meanwhile do not begin: its postmaster too."""
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_read_file('postmaster.pid')")
        ((file,),) = cursor.fetchall()
        postmaster = int(file.splitlines()[0])
    connection.close()
    everybody = (postmaster, *processes)
    held: list[int] = []
    try:
        for process in everybody:
            os.kill(process, signal.SIGSTOP)
            held.append(process)
        yield
    finally:
        for process in held:
            os.kill(process, signal.SIGCONT)


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes that fails for want of a database."""
    began = time.monotonic()
    with pytest.raises(DatabaseAway):
        call()
    return time.monotonic() - began


def cost_nothing(database: Database) -> bool:
    """Whether as many failing calls take less than as many limits would."""
    calls = 20
    return sum(seconds(lambda: select(database)) for _ in range(calls)) < calls * LIMIT / 2


def setting(database: Database, name: str) -> str:
    with database.transaction() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def select(database: Database, what: str = "1") -> int:
    with database.transaction() as cursor:
        cursor.execute(f"SELECT {what}")
        (found,) = cursor.fetchone()
    return int(found)


def until_it_answers(database: Database, what: str = "1") -> int:
    """Ask as actors do, again and again, for at most a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return select(database, what)
        except DatabaseAway:
            assert time.monotonic() < deadline


def test_a_server_that_hangs_costs_one_limit_and_then_nothing_until_it_answers(database: str) -> None:
    connected, backend = begun(database)
    with stopped(database, backend):
        assert LIMIT <= seconds(lambda: select(connected)) < LIMIT + SLACK
        assert cost_nothing(connected)
    assert until_it_answers(connected) == 1
    connected.close()


def test_a_server_that_hangs_at_the_commit_costs_one_limit(database: str) -> None:
    connected, backend = begun(database)

    def commit_in_vain() -> None:
        with connected.transaction() as cursor:
            cursor.execute("SELECT 1")
            os.kill(backend, signal.SIGSTOP)

    try:
        assert seconds(commit_in_vain) < LIMIT + SLACK
    finally:
        with suppress(ProcessLookupError):  # it may have been too slow before it was stopped
            os.kill(backend, signal.SIGCONT)
    assert until_it_answers(connected) == 1
    connected.close()


def test_a_server_that_hangs_when_it_is_connected_to_costs_one_limit(database: str) -> None:
    connected, _ = begun(database)
    connected.close()
    with stopped(database):
        assert LIMIT <= seconds(lambda: select(connected)) < LIMIT + SLACK
        assert cost_nothing(connected)
    assert until_it_answers(connected) == 1
    connected.close()


def test_after_a_connection_was_cut_the_next_transaction_has_a_new_one_with_the_same_limit(database: str) -> None:
    connected, backend = begun(database)
    os.kill(backend, signal.SIGTERM)
    seconds(lambda: select(connected))
    backend = until_it_answers(connected, "pg_backend_pid()")
    with stopped(database, backend):
        assert seconds(lambda: select(connected)) < LIMIT + SLACK
    connected.close()


def test_a_connection_that_broke_is_an_outage_whatever_the_error_is_called(database: str) -> None:
    connected, backend = begun(database)

    def break_it() -> None:
        with connected.transaction() as cursor:
            os.kill(backend, signal.SIGTERM)
            with pytest.raises(psycopg2.OperationalError):
                cursor.execute("SELECT pg_sleep(1)")
            raise psycopg2.DatabaseError("error with status PGRES_TUPLES_OK and no message from the libpq")

    seconds(break_it)
    assert until_it_answers(connected) == 1
    connected.close()


def test_an_error_of_a_statement_is_no_outage(database: str) -> None:
    connected, _ = begun(database, limit=SLACK)
    with pytest.raises(psycopg2.errors.DivisionByZero), connected.transaction() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert select(connected) == 1
    connected.close()


def test_a_name_server_that_says_nothing_does_not_keep_the_turn() -> None:
    separate = ["unshare", "--map-root-user", "--net", "--mount"]
    if (
        tried := subprocess.run([*separate, "ip", "link", "set", "lo", "up"], capture_output=True, text=True)
    ).returncode:
        pytest.skip(f"no namespaces on this machine: {tried.stderr.strip()}")
    command = f"ip link set lo up && {sys.executable} -m tests.actors.runtime.silent_names"
    done = subprocess.run([*separate, "sh", "-c", command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    took = [float(line) for line in done.stdout.split()]
    assert len(took) == 3
    assert max(took) < 8.0  # libpq waits for 10 s each time


@contextmanager
def locked(dsn: str) -> Iterator[None]:
    """Another session holds the lock that ALTER TABLE, VACUUM FULL and a forgotten transaction hold."""
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE test.locked IN ACCESS EXCLUSIVE MODE")
        yield
    connection.close()


def test_a_locked_table_costs_a_moment_and_then_next_to_nothing_and_other_work_goes_on(database: str) -> None:
    connected, backend = begun(database, limit=SLACK)
    rows(database, "CREATE SCHEMA test; CREATE TABLE test.locked (n integer)")
    assert setting(connected, "lock_timeout") == "40ms"

    def costs_next_to_nothing() -> bool:
        with pytest.raises(TableLocked):
            select(connected, "count(*) FROM locked")
        return setting(connected, "lock_timeout") == "1ms"

    with locked(database):
        wait_for(costs_next_to_nothing)
        began = time.monotonic()
        for _ in range(20):
            with pytest.raises(TableLocked):
                select(connected, "count(*) FROM locked")
            assert select(connected, "pg_backend_pid()") == backend
        assert time.monotonic() - began < 20 * LIMIT / 2
        wait_for(connected.waits_for_locks)
    assert select(connected, "count(*) FROM locked") == 0
    connected.unlocked()
    assert not connected.waits_for_locks()
    connected.close()


def test_a_connection_that_is_opened_after_the_start_waits_for_locks_as_little(database: str) -> None:
    connected, backend = begun(database, limit=SLACK)
    rows(database, f"SELECT pg_terminate_backend({backend})")
    with pytest.raises(DatabaseAway):
        select(connected)
    until_it_answers(connected)
    assert setting(connected, "lock_timeout") == "40ms"
    connected.close()


HOSTILE = {
    "PGCLIENTENCODING": "LATIN1",
    "PGTZ": "Asia/Kathmandu",
    "PGDATESTYLE": "German",
    "PGOPTIONS": "-c search_path=pg_catalog -c default_transaction_read_only=on -c statement_timeout=1",
}

HOSTILE_SETTINGS = {
    "timezone": "Asia/Kathmandu",
    "datestyle": "German",
    "intervalstyle": "sql_standard",
    "client_encoding": "LATIN1",
    "search_path": "pg_catalog",
    "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on",
    "default_transaction_deferrable": "on",
    "statement_timeout": "1ms",
    "lock_timeout": "1ms",
    "idle_in_transaction_session_timeout": "1ms",
    "idle_session_timeout": "1ms",
    "standard_conforming_strings": "off",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "synchronous_commit": "off",
}


TEXT = r"Džon \ „Ж“"


def works_as_ever(dsn: str) -> None:
    """What Callboard relies on holds for a new connection."""
    connected = Database(dsn, "test", limit=SLACK)
    with connected.transaction() as cursor:
        cursor.execute("CREATE SCHEMA test")
        cursor.execute("CREATE TABLE kept (what text, at timestamptz, root float8, raw bytea)")
        cursor.execute(
            "INSERT INTO kept VALUES (%s, %s, sqrt(2), %s)", (TEXT, datetime(2025, 2, 1, 12, tzinfo=UTC), b"\0\xff")
        )
        cursor.execute("SELECT pg_sleep(0.05)")
    shown = {}
    with connected.transaction() as cursor:
        cursor.execute("SELECT what, at, at::text, root, raw, 'a\\b' FROM test.kept")
        ((what, at, text, root, raw, literal),) = cursor.fetchall()
        for name in ("transaction_isolation", "transaction_read_only", "synchronous_commit", "search_path"):
            cursor.execute(f"SHOW {name}")
            (shown[name],) = cursor.fetchone()
    assert (what, at.isoformat(), text) == (TEXT, "2025-02-01T12:00:00+00:00", "2025-02-01 12:00:00+00")
    assert (root, bytes(raw), literal) == (2**0.5, b"\0\xff", "a\\b")
    assert shown == {
        "transaction_isolation": "read committed",
        "transaction_read_only": "off",
        "synchronous_commit": "on",
        "search_path": '"test"',
    }
    connected.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_variable_of_the_environment_changes_nothing(
    empty_database: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, HOSTILE[name])
    works_as_ever(empty_database)


@pytest.mark.parametrize("name", HOSTILE_SETTINGS)
def test_a_hostile_setting_of_the_database_changes_nothing(empty_database: str, name: str) -> None:
    statement = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {} = %L', current_database(), '{}'); END $$"
    rows(empty_database, statement.format(name, HOSTILE_SETTINGS[name]))
    works_as_ever(empty_database)


OWNED = {"tests": "tests.actors.runtime.migrations"}


def test_an_applied_migration_that_was_changed_is_refused(empty_database: str) -> None:
    connected = Database(empty_database, "test")
    connected.migrate(OWNED)
    connected.migrate(OWNED)
    rows(empty_database, "UPDATE test.schema_migrations SET checksum = 'another' WHERE name = '0002_amulets.sql'")
    with pytest.raises(MigrationRefused, match=r"0002_amulets\.sql of schema test is not the file that was applied"):
        connected.migrate(OWNED)
    connected.close()


def test_a_migration_of_a_version_without_checksums_gets_its_own(empty_database: str) -> None:
    connected = Database(empty_database, "test")
    connected.migrate(OWNED)
    before = rows(empty_database, "SELECT name, checksum FROM test.schema_migrations ORDER BY name")
    rows(
        empty_database,
        "ALTER TABLE test.schema_migrations DROP COLUMN checksum;"
        "UPDATE test.schema_migrations SET package = 'actors.tests.migrations'",
    )
    connected.migrate(OWNED)
    assert rows(empty_database, "SELECT name, checksum FROM test.schema_migrations ORDER BY name") == before
    assert all(checksum for _, checksum in before)
    connected.close()

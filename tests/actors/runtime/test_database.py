"""One actor's connection, against a real server that hangs and is cut off."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
import pytest

from actors.runtime.database.connection import Database
from actors.runtime.failures import DatabaseAway

LIMIT = 2.0

SLACK = 20.0
"""Seconds that a busy machine may add, and that a connection without that limit would exceed: it would wait for 60."""


def begun(dsn: str, limit: float = LIMIT) -> tuple[Database, int]:
    """A connection that has begun, and the process of its backend."""
    database = Database(dsn, "test", limit=limit)
    backend = select(database, "pg_backend_pid()")
    database.began()
    return database, backend


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
    """Whether as many calls in vain take less than as many limits would."""
    calls = 20
    return sum(seconds(lambda: select(database)) for _ in range(calls)) < calls * LIMIT / 2


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

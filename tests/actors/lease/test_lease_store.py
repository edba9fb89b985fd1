"""The lease on a real server: who has it, who gets it, and who may write under it."""

import time
from dataclasses import replace

import psycopg2
import pytest

from actors.lease import store
from actors.lease.standing import Lease
from actors.runtime.database.connection import Database
from actors.runtime.failures import DatabaseAway, LeaseLost
from messages.lifecycle import Instance

ONE = Instance(id="one", run="one 1", name="host:/one (process 1)")
TWO = Instance(id="two", run="two 1", name="host:/two (process 2)")

LEASE_SECONDS = 600.0
"""Seconds; no lease of these tests runs out before they are over but by their will."""


@pytest.fixture
def leases(database: str) -> Database:
    made = Database(database, "lease")
    made.migrate({"lease": "actors.lease.migrations"})
    return made


def look(leases: Database) -> Lease:
    with leases.transaction() as cursor:
        return store.look(cursor)


def take(leases: Database, me: Instance, seconds: float = LEASE_SECONDS, *, dead: bool = False) -> int | None:
    seen = look(leases)
    with leases.transaction() as cursor:
        return store.take(cursor, seen, me, seconds, dead=dead)


def renew(leases: Database, epoch: int, run: str, seconds: float = LEASE_SECONDS) -> bool:
    with leases.transaction() as cursor:
        return store.renew(cursor, epoch, run, seconds)


def writer(dsn: str, epoch: int) -> Database:
    return Database(dsn, "public", epoch=epoch)


def write(tables: Database) -> None:
    with tables.transaction() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS written (n integer); INSERT INTO written VALUES (1)")


def test_a_fresh_lease_is_free_and_is_taken_once(leases: Database) -> None:
    seen = look(leases)
    assert (seen.epoch, seen.left <= 0) == (0, True)
    with leases.transaction() as cursor:
        assert store.take(cursor, seen, ONE, LEASE_SECONDS, dead=False) == 1
    with leases.transaction() as cursor:
        assert store.take(cursor, seen, TWO, LEASE_SECONDS, dead=False) is None
    assert look(leases).leader == ONE.name
    assert LEASE_SECONDS / 2 < look(leases).left <= LEASE_SECONDS


def test_one_that_lasts_is_not_taken_unless_its_owner_is_dead(leases: Database) -> None:
    assert take(leases, ONE) == 1
    assert take(leases, TWO) is None
    assert take(leases, TWO, dead=True) == 2
    assert not renew(leases, 1, ONE.run)


def test_one_that_ran_out_is_renewed_by_its_owner_as_long_as_nobody_took_it(leases: Database) -> None:
    assert take(leases, ONE, 0.0) == 1
    assert renew(leases, 1, ONE.run, 0.0)
    assert not renew(leases, 1, TWO.run)
    assert take(leases, TWO) == 2
    assert not renew(leases, 1, ONE.run)
    assert look(leases).epoch == 2


def test_one_that_was_given_back_is_free_at_once(leases: Database) -> None:
    assert take(leases, ONE) == 1
    with leases.transaction() as cursor:
        store.release(cursor, 1, ONE.run)
    assert take(leases, TWO) == 2


def test_who_has_the_lease_writes_and_who_had_it_does_not(leases: Database, database: str) -> None:
    assert take(leases, ONE, 0.0) == 1
    old = writer(database, 1)
    write(old)
    assert take(leases, TWO) == 2
    with pytest.raises(LeaseLost):
        write(old)
    assert not old.leads()
    new = writer(database, 2)
    write(new)
    assert new.leads()
    with new.transaction() as cursor:
        cursor.execute("SELECT count(*) FROM written")
        assert cursor.fetchone() == (2,)


def test_what_was_seen_of_a_lease_is_too_old_once_it_has_run_out(leases: Database, database: str) -> None:
    assert take(leases, ONE, 0.05) == 1
    tables = writer(database, 1)
    write(tables)
    deadline = time.monotonic() + 60
    while tables.leads():
        assert time.monotonic() < deadline
    assert renew(leases, 1, ONE.run)
    write(tables)
    assert tables.leads()


def test_a_takeover_waits_for_a_transaction_of_the_leader_and_then_ends_it(leases: Database, database: str) -> None:
    assert take(leases, ONE, 0.0) == 1
    old = writer(database, 1)
    write(old)
    with pytest.raises(DatabaseAway):
        be_cut_off_while_writing(old, leases)
    connection = psycopg2.connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM written")
        assert cursor.fetchone() == (1,)
    connection.close()


def be_cut_off_while_writing(old: Database, leases: Database) -> None:
    with old.transaction() as cursor:
        cursor.execute("INSERT INTO written VALUES (2)")
        with pytest.raises(store.StillWriting):
            take(leases, TWO)
        with leases.transaction() as own:
            assert store.cut_off_writers(own) == 1
        assert take_once_they_have_ended(leases, TWO) == 2


def take_once_they_have_ended(leases: Database, me: Instance) -> int | None:
    """Those that were cut off may take their time, on a busy machine more than one takeover waits."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return take(leases, me)
        except store.StillWriting:
            assert time.monotonic() < deadline


def test_a_takeover_in_the_middle_of_a_transaction_is_seen_by_the_next_one_even_if_it_began_before(
    leases: Database, database: str
) -> None:
    """The fence reads the epoch after it has the lock, whatever snapshot the transaction had before."""
    assert take(leases, ONE, 0.0) == 1
    paused = psycopg2.connect(database)
    with paused.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert take(leases, TWO) == 2
        cursor.execute("SELECT lease.fence(1), lease.fence(2)")
        (old, new) = cursor.fetchone() or (0, None)
        assert old is None
        assert new is not None
    paused.close()


def test_another_run_of_the_same_instance_has_no_right_to_the_lease_of_the_first(leases: Database) -> None:
    assert take(leases, ONE) == 1
    assert not renew(leases, 1, replace(ONE, run="one 2").run)

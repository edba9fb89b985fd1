"""Whatever PostgreSQL does: what was committed stays, what was not is done again, and health says what is.

The server is the tests' own, as that of a user is, so that Callboard does not start it again."""

import contextlib
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg2
import pytest

from tests.chaos.conftest import Worlds
from tests.chaos.world import World, keep
from tests.e2e.service import wait_for

WRITTEN = {
    "notifier": ("notifier.messages", "notifier: cannot take the events of"),
    "watchlist": ("watchlist.inbox", "watchlist: cannot take the events of"),
    "prober": ("prober.numbers", "prober: cannot store what was answered since"),
    "index": ("index.progress", "index: not fetched since"),
}
"""A table of each actor that it writes when something happens in the world, and what health says when it cannot."""

AWAY = "its tables cannot be reached since"


def is_away(lasts: float) -> Callable[[World], tuple[str, float]]:
    """The play of a server that is stopped."""

    def play(world: World) -> tuple[str, float]:
        world.server.stop()
        ids = [world.publish(), world.draft()]
        reason = world.says(AWAY)
        keep(lasts, lambda: world.is_not_told(*ids))
        if lasts:
            assert world.status() == "degraded"
        over = monotonic()
        world.start_server()
        world.is_told(*ids)
        return reason, over

    return play


@pytest.mark.long
def test_a_server_that_is_stopped_loses_nothing(worlds: Worlds) -> None:
    lasts = worlds.lasting(3, 60)
    worlds.suffer(f"PostgreSQL: stopped for {lasts:.0f} s", is_away(lasts))


def test_a_server_that_is_restarted_loses_nothing(worlds: Worlds) -> None:
    worlds.suffer("PostgreSQL: restarted", is_away(0))


@pytest.mark.long
def test_connections_that_are_cut_in_the_middle_of_a_transaction_lose_nothing(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        reasons: list[str] = []
        for room, (table, words) in WRITTEN.items():
            with slowed(world, table):
                ids = [world.publish(), world.draft()]
                reasons.append(wait_for(partial(said_of_cuts, world, room, ids, words)))
            over = monotonic()
            world.is_told(*ids)
        return "; ".join(reasons), over

    worlds.suffer("PostgreSQL: the connection of each of 4 actors cut in the middle of a transaction", play)


@pytest.mark.long
def test_a_backend_that_is_stopped_loses_nothing(worlds: Worlds) -> None:
    lasts = worlds.lasting(3, 30)

    def play(world: World) -> tuple[str, float]:
        with slowed(world, "notifier.messages"):
            ids = [world.publish(), world.draft()]
            backend = wait_for(lambda: stopped(world, "notifier"))
            try:
                reason = world.says("notifier: cannot take the events of")
                keep(lasts, lambda: world.says("notifier: cannot take the events of"))
            finally:
                over = monotonic()
                os.kill(backend, signal.SIGCONT)
        world.is_told(*ids)
        return reason, over

    worlds.suffer(f"PostgreSQL: SIGSTOP of the notifier's backend for {lasts:.0f} s, in a transaction", play)


@pytest.mark.long
def test_a_disk_that_is_full_loses_nothing(worlds: Worlds) -> None:
    if any(world.disk is None for world in worlds.worlds):
        pytest.skip("a small file system cannot be mounted here: that needs root")

    def play(world: World) -> tuple[str, float]:
        assert world.disk is not None
        filler = world.disk / "filler"
        with admin(world) as cursor:  # a log that has room, and the next checkpoint, which makes some, far away
            cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
        try:
            fill(filler)
            ids = [world.publish(" ".join(secrets.token_hex(8) for _ in range(100))) for _ in range(30)]
            reason = world.says("No space left on device")  # of the actor whose table has to grow first
            ids.append(world.draft())
        finally:
            over = monotonic()
            filler.unlink()
            if not world.server.alive():
                world.start_server()
        world.is_told(*ids)
        return reason, over

    worlds.suffer("PostgreSQL: its disk is full", play)


@contextlib.contextmanager
def admin(world: World) -> Iterator[Any]:
    """A connection of the administrator's, and a cursor of it."""
    connection = psycopg2.connect(world.server.dsn)
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


SLOW = """
    CREATE FUNCTION public.sleeps() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
    CREATE TRIGGER sleeps BEFORE INSERT OR UPDATE OR DELETE ON {table} EXECUTE FUNCTION public.sleeps()
"""


@contextlib.contextmanager
def slowed(world: World, table: str) -> Iterator[None]:
    """Whoever writes this table takes a second for it, in the middle of a transaction."""
    execute(world, SLOW.format(table=table))
    try:
        yield
    finally:
        execute(world, "DROP FUNCTION public.sleeps CASCADE")


def execute(world: World, statements: str) -> None:
    """As the administrator."""
    with admin(world) as cursor:
        cursor.execute(statements)
        cursor.connection.commit()


def writing(world: World, room: str) -> int | None:
    """The backend of an actor, if it writes slowly at this moment."""
    with admin(world) as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND wait_event = 'PgSleep'",
            (f"callboard {room}",),
        )
        return next((int(pid) for (pid,) in cursor.fetchall()), None)


def said_of_cuts(world: World, room: str, ids: list[str], words: str) -> str | None:
    """Cut an actor's connection if it writes slowly at this moment; what health says of that, if it does now. When all
    is told and it does not, something more happens."""
    if (backend := writing(world, room)) is not None:
        with admin(world) as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", (backend,))
    elif world.has_told(*ids):
        ids.append(world.publish())
    return world.reason(words)


def stopped(world: World, room: str) -> int | None:
    """The backend of an actor, stopped while it writes slowly; None if it does not, or has just ended."""
    if (backend := writing(world, room)) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(backend, signal.SIGSTOP)
            if writing(world, room) == backend:
                return backend
            os.kill(backend, signal.SIGCONT)
    return None


def fill(path: Path) -> None:
    """Until there is no more room."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 16))

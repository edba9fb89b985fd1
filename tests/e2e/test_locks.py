"""Another session locks the tables, and nobody but who needs them notices: health answers throughout.

    CALLBOARD_LOCK_SECONDS=600 .venv/bin/python -m pytest tests/e2e/test_locks.py -s -q

locks each table for 10 s, one table for 600 s, and all tables for a minute, on both bases: half an hour. The figures
are printed for docs/reliability.md; the test does not judge them."""

import contextlib
import os
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from actors.embedded_postgres.cluster import NAME
from actors.embedded_postgres.place import place_for, socket_dir
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import on_stage

SECONDS = float(os.environ.get("CALLBOARD_LOCK_SECONDS", "1"))
LONGEST_OF_EACH = 10.0
LONGEST_OF_ALL = 60.0
EVERY = 0.05
CALM_MS, CALM_LIMIT = 500, 60.0
"""The first sync of the index is over when health answers as fast as this for a second. A machine that is busy with
other things is never so calm, so at most CALM_LIMIT seconds are spent waiting for it."""


TABLES = (
    "index.versions", "index.papers", "notifier.messages", "notifier.conversations", "watchlist.entries",
    "watchlist.queued_events", "watchlist.inbox", "prober.numbers", "prober.drafts", "prober.hosts", "prober.outbox",
    "lease.leadership",
)  # fmt: skip
SOME = ("index.versions", "prober.numbers", "lease.leadership")
LONG = "index.versions"

pytestmark = pytest.mark.timeout(1200 + 4 * SECONDS)


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-11-12")) as client:
        yield client


@contextlib.contextmanager
def locked(dsn: str, *tables: str) -> Iterator[None]:
    """The lock that ALTER TABLE, VACUUM FULL and a forgotten transaction hold."""
    with contextlib.closing(psycopg2.connect(dsn)) as session, session.cursor() as cursor:
        for table in tables:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        session.rollback()  # this waits until the lock is gone; closing does not


def asking(url: str, seconds: float) -> list[float]:
    """How long /livez took each time, in milliseconds, for so long."""
    took = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        with urllib.request.urlopen(f"{url}livez", timeout=60) as answer:
            assert answer.read() == b"alive\n"
        took.append((time.monotonic() - began) * 1000)
        time.sleep(EVERY)
    return took


@contextlib.contextmanager
def news(stage: StageClient) -> Iterator[None]:
    """The index changes now and then, so that every actor has something to do."""
    over = threading.Event()

    def change() -> None:
        for turn in range(10**6):
            stage.set_index(snapshot(("2025-12-04", "2025-11-12")[turn % 2]))
            if over.wait(10):
                return

    changing = threading.Thread(target=change)
    changing.start()
    try:
        yield
    finally:
        over.set()
        changing.join()


def row(base: str, tables: str, seconds: float, took: list[float]) -> str:
    """Of the table in docs/reliability.md."""
    each = sorted(took)
    p50, p99 = (each[min(len(each) - 1, int(len(each) * share))] for share in (0.5, 0.99))
    return f"| {tables} | {base} | {seconds:.0f} s | {len(each)} | {p50:.0f} | {p99:.0f} | {each[-1]:.0f} |"


def suffer(service: Service, stage: StageClient, base: str, plays: list[tuple[str, tuple[str, ...], float]]) -> None:
    """Lock after lock, and the service is the same as before."""
    service.start()
    health = wait_for(lambda: (found := service.health_of_all())["actors"]["index"]["entries"] and found)
    url = health["actors"]["health"]["url"]
    calm_until = time.monotonic() + CALM_LIMIT
    wait_for(lambda: takes_work(service) and (max(asking(url, 1.0)) < CALM_MS or time.monotonic() > calm_until))
    dsn = make_dsn(host=str(socket_dir(place_for(service.data_dir))), dbname=NAME, user=NAME)
    print("\n| locked | base | for | requests | p50 ms | p99 ms | max ms |\n|---|---|---|---|---|---|---|")
    with news(stage):
        few = min(SECONDS, LONGEST_OF_EACH)
        print(row(base, "nothing", few, asking(url, few)), flush=True)
        for name, tables, seconds in plays:
            with locked(dsn, *tables):
                print(row(base, name, seconds, asking(url, seconds)), flush=True)
            wait_for(lambda: takes_work(service))
    assert "has restarted" not in service.said()
    assert service.terminate() == 0


def takes_work(service: Service) -> bool:
    """Whether a command that needs tables is done."""
    return service.command("watch", "--user", "U3", "list").returncode == 0


@pytest.mark.slow
def test_a_lock_of_another_session_holds_up_only_who_needs_the_table(
    make_service: Callable[..., Service], base: str, stage: StageClient
) -> None:
    suffer(on_stage(make_service, base, stage), stage, base, [(table, (table,), min(SECONDS, 2.0)) for table in SOME])


@pytest.mark.long
def test_a_lock_of_minutes_on_any_table_or_all_holds_up_only_who_needs_them(
    make_service: Callable[..., Service], base: str, stage: StageClient
) -> None:
    each = [(table, (table,), min(SECONDS, LONGEST_OF_EACH)) for table in TABLES]
    more = [(f"{LONG}, long", (LONG,), SECONDS), ("all of them", TABLES, min(SECONDS, LONGEST_OF_ALL))]
    suffer(on_stage(make_service, base, stage), stage, base, each + more)

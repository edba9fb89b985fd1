"""A month of traffic on the stage, with time compressed: what a service takes of memory and tables meanwhile.

    python -m tests.soak.month [--base BASE] [--days N] [--day SECONDS]

A day of it has more to do than a real one: twelve new index entries and twelve changed ones, drafts, watchers that come
and go, and Slack in trouble now and then. What the configuration keeps for months is kept for days.
"""

import argparse
import gzip
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.control.protocol import ControlRequest
from actors.embedded_postgres.cluster import NAME
from actors.embedded_postgres.place import place_for, remove_sheltered, socket_dir
from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.faults.faults import FixedReply, Hang, Refuse, Reset
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from actors.stage.world.state import STAGE_TOKEN
from actors.watchlist.commands.run.own_entries import as_typed
from tests.clusters import Cluster
from tests.e2e.service import Service, wait_for
from tests.soak.curve import Curve, curves_of, is_flat, lines, verdict

MB = 1e6
ENTRIES = 3000
USERS, AUTHORS, LIVELY = 40, 20, 40
"""Watchers, the authors they watch, and the entries that change again and again."""

KEPT = 3
"""Days that are kept: of a month, so that what grows can be told from what fills up."""

MEMORY = 3.0
"""MB that a process may grow by over the second half: allocators round up."""

POSTGRES = 12.0
"""The same of PostgreSQL, whose processes touch their shared buffers little by little."""

ROWS: Mapping[str, float | None] = {
    "index.versions": None,
    "index.records": None,
    "prober.papers": None,
    "prober.drafts": None,
    "prober.draft_files": None,
    "prober.numbers": None,
}
"""Tables that hold the world: they grow with it, and with nothing else."""

FIXED = ("schema_migrations", "progress", "inbox", "outbox_heads")
"""Tables with a row for each actor or migration, and no more."""

FEW = 150.0
"""Rows that any other table may grow by: a day's worth more or less."""

SIZE = 2.0
"""MB that a schema may grow by, indexes and dead rows included."""


@dataclass(slots=True)
class Looks:
    """What was seen, look by look."""

    memory: list[dict[str, float]] = field(default_factory=list)
    rows: list[dict[str, float]] = field(default_factory=list)
    sizes: list[dict[str, float]] = field(default_factory=list)

    def curves(self) -> list[Curve]:
        """All of it. The first looks are those of a service that is still filling up."""
        return [
            *curves_of(self.memory, "MB", {"postgres": POSTGRES}, MEMORY),
            *curves_of(self.rows, "rows", ROWS, FEW),
            *curves_of(self.sizes, "MB", {}, SIZE),
        ]


class Month:
    """The service, its stage, and what happens to them."""

    def __init__(self, service: Service, stage: StageClient, days: int, day: float) -> None:
        self.service, self.stage, self.days, self.day = service, stage, days, day
        self.random = random.Random(7)
        index = json.loads(gzip.decompress(snapshot("2025-11-12").read_bytes()))
        papers = {id: entry for id, entry in index.items() if entry.get("type") == "paper"}
        self.index: dict[str, Any] = dict(list(papers.items())[-ENTRIES:])
        self.authors = sorted({entry["author"].split(",")[0] for entry in self.index.values() if entry.get("author")})
        self.authors = self.random.sample(self.authors, AUTHORS)
        self.lively = self.random.sample(sorted(self.index), LIVELY)
        self.watches: list[tuple[str, str]] = []
        self.number = 3880
        self.looks = Looks()

    def play(self) -> None:
        """Day after day, with a look at each quarter of one."""
        for today in range(self.days):
            began = time.monotonic()
            self._trouble(today)
            for quarter in range(4):
                self._live()
                self._look()
                time.sleep(max(0.0, began + (quarter + 1) * self.day / 4 - time.monotonic()))
            print(f"day {today + 1:>3}: {self._summary()}", flush=True)

    def _live(self) -> None:
        """A quarter of a day."""
        for _ in range(3):
            self.number += 1
            author = self.random.choice(self.authors)
            entry = {"type": "paper", "title": f"On {self.number}", "author": author, "date": "2025-11-13"}
            self.index[f"P{self.number}R0"] = {**entry, "link": f"https://wg21.link/p{self.number}r0"}
        for id in self.random.sample(self.lively, 3):
            self.index[id] = {**self.index[id], "title": f"{self.index[id]['title'][:40]} {self.random.random():.4f}"}
        self.stage.set_index(self.index)
        self.stage.put_draft(f"D{self.number + 10}R0.pdf", last_modified=datetime.now(UTC))
        self._watch()

    def _watch(self) -> None:
        user, entry = f"U{self.random.randrange(USERS)}", self.random.choice(self.authors)
        self._ask(ControlRequest(op="command", user=user, text=f"watch! {as_typed(entry)}"))
        self.watches.append((user, entry))
        if len(self.watches) > USERS:
            user, entry = self.watches.pop(0)
            self._ask(ControlRequest(op="command", user=user, text=f"unwatch {as_typed(entry)}"))
        for op in ("health", "drafts", "recent", "letters"):
            self._ask(ControlRequest(op=op))

    def _ask(self, request: ControlRequest) -> None:
        try:
            self.service.ask(request)
        except (RequestRefused, ServiceNotRunning) as error:
            if isinstance(error, ServiceNotRunning):
                raise

    def _trouble(self, today: int) -> None:
        self.stage.clear_faults()
        post = "chat.postMessage"
        match today % 6:
            case 1:
                self.stage.fault("slack", Reset(), times=2, acts_first=True, only=post)
            case 2:
                self.stage.fault("slack", FixedReply(status=500), times=2, only=post)
            case 3:
                self.stage.fault("slack", Refuse(error="user_disabled"), channel=f"U{today % USERS}")
                self.stage.fault("slack", FixedReply(status=429, headers=(("Retry-After", "1"),)), times=3, only=post)
            case 4:
                self.stage.fault("slack", Hang(), times=1, acts_first=True, only=post)
                self.stage.fault("slack", Refuse(error="msg_too_long"), times=1, only=post)

    def _look(self) -> None:
        self.looks.memory.append(memory_of(self.service))
        rows, sizes = tables_of(self.service)
        self.looks.rows.append(rows)
        self.looks.sizes.append(sizes)

    def _summary(self) -> str:
        memory, rows = self.looks.memory[-1], self.looks.rows[-1]
        own = sum(value for name, value in memory.items() if name != "postgres")
        said = f"{own:6.1f} MB in actors, postgres {memory.get('postgres', 0):5.1f} MB"
        return f"{said}, notices {rows['notifier.messages']:.0f}, versions {rows['index.versions']:.0f}"


def memory_of(service: Service) -> dict[str, float]:
    """MB of each process, shared pages divided among those that share them; PostgreSQL's together."""
    assert service.front is not None
    front = psutil.Process(service.front.pid)
    found: dict[str, float] = {"front": front.memory_full_info().pss / MB}
    for number, process in enumerate(sorted(service.actor_processes(), key=_began)):
        with suppress(psutil.NoSuchProcess):  # one that reads a file for the prober may have ended since it was listed
            name = process.name() if not process.name().startswith("python") else ("admin", "logger")[min(number, 1)]
            found[name] = found.get(name, 0.0) + _pss(process)
    for postmaster in service.database_processes():
        family = [postmaster, *postmaster.children(recursive=True)]
        found["postgres"] = sum(map(_pss, family))
    return found


def _began(process: psutil.Process) -> float:
    try:
        return float(process.create_time())
    except psutil.NoSuchProcess:
        return math.inf


def _pss(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / MB
    except psutil.NoSuchProcess:
        return 0.0


def tables_of(service: Service) -> tuple[dict[str, float], dict[str, float]]:
    """Rows of each table that can grow, and MB of each schema, indexes and dead rows included."""
    place = place_for(service.data_dir)
    connection = psycopg2.connect(host=str(socket_dir(place)), port=5432, user=NAME, dbname=NAME)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                " AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
            )
            names = [(schema, table) for schema, table in cursor.fetchall() if table not in FIXED]
            rows: dict[str, float] = {}
            sizes: dict[str, float] = {}
            for schema, table in names:
                name = f'"{schema}"."{table}"'
                count, size = _first(cursor, f"SELECT count(*), pg_total_relation_size('{name}') FROM {name}")
                rows[f"{schema}.{table}"] = float(count)
                sizes[f"schema {schema}"] = sizes.get(f"schema {schema}", 0.0) + size / MB
            (most,) = _first(
                cursor, "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM index.versions GROUP BY id) v"
            )
            rows["most versions of an entry"] = float(most)
            return rows, sizes
    finally:
        connection.close()


def _first(cursor: Any, query: str) -> tuple[Any, ...]:
    cursor.execute(query)
    row: tuple[Any, ...] = cursor.fetchone()
    return row


@contextmanager
def a_month(base: str, days: int, day: float, cluster: Cluster | None = None) -> Iterator[Month]:
    """A service that has begun, on a stage of its own, in a directory that goes with it."""
    with tempfile.TemporaryDirectory(prefix="callboard-soak-") as directory, running_stage() as stage:
        service = Service(
            Path(directory),
            cluster,
            system={"base": base},
            index={"url": stage.index_url, "interval": f"{int(day * 100)}ms"},
            prober={"base_url": stage.papers_url, "min_revisit": f"{int(day * 2000)}ms", "requests_per_hour": 720_000},
            slack={"api_url": stage.slack_url, "channel": "C0PAPERS", "timeout": "2s", "quiet_period": "1s"},
            retention={
                "interval": f"{int(day * 250)}ms",
                **{key: f"{int(day * KEPT * 1000)}ms" for key in ("sent", "suspended", "dead_letters", "versions")},
            },
        )
        service.environment = {"CALLBOARD_SLACK__BOT_TOKEN": STAGE_TOKEN}
        try:
            month = Month(service, stage, days, day)
            stage.set_index(month.index)
            service.start()
            wait_for(lambda: service.health_of_all()["actors"]["index"]["entries"] >= ENTRIES)
            yield month
        finally:
            service.end()
            remove_sheltered(service.data_dir)


def main() -> int:
    """Play it and say what came of it; 1 if something grows that should not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default=TCP, choices=(SIMPLE, TCP))
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--day", type=float, default=5.0, help="seconds that a day takes")
    chosen = parser.parse_args()
    print(f"{chosen.days} days of {chosen.day:g} s on {chosen.base}; {KEPT} days are kept", flush=True)
    with a_month(chosen.base, chosen.days, chosen.day) as month:
        month.play()
        curves = month.looks.curves()
    print("\n".join(["", *lines(curves), "", verdict(curves)]))
    return 0 if all(map(is_flat, curves)) else 1


if __name__ == "__main__":
    sys.exit(main())

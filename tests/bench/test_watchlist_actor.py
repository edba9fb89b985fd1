"""What a mailing costs the WatchlistActor with 100,000 users of 10 entries each: run with `make bench`."""

import itertools
import random
import time
from collections.abc import Iterator

import psutil
import psycopg2
from psycopg2.extensions import connection as Connection

from actors.runtime.system import TCP
from actors.watchlist.actor import WatchlistActor
from messages.commands import OperatorAnswer, OperatorCommand
from messages.delivery import Ack, Deliver
from messages.drafts import Draft, DraftsFound
from messages.health import SnapshotRequest, WatchlistSnapshot
from messages.papers import Occasion, Paper, PapersAdded
from tests.actors.harness import Harness
from tests.bench.processes import peak
from tests.bench.table import Table
from tests.builders import NOON, a_paper, settings
from tests.watching_builders import a_draft

USERS = 100_000
POPULAR = 20_000
"""Users who watch one of the authors of the mailing."""

PAPERS, DRAFTS = 500, 50
COMMANDS = 40
SYLLABLES = ("ka", "lo", "mi", "ne", "ru", "sa", "to", "vi", "xe", "zu", "bra", "chi")
LIMIT = 300.0


def words() -> list[str]:
    """20,736 that nobody is called."""
    return ["".join(parts) for parts in itertools.product(SYLLABLES, repeat=4)]


def fill(database: Connection) -> None:
    """A million entries: names of one word and of two, numbers, words of titles, audiences."""
    rng, known = random.Random(1), words()
    with database, database.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE word (id serial, word text)")
        cursor.execute("INSERT INTO word (word) SELECT * FROM unnest(%s)", (known,))
        cursor.execute("SELECT setseed(%s)", (rng.random(),))
        cursor.execute(
            "INSERT INTO watchlist.entries SELECT 'U' || lpad(u::text, 6, '0'), kind, key, key, now(), 'U' FROM ("
            " SELECT u, 'author' AS kind, a.word || CASE WHEN n > 1 THEN ' ' || b.word ELSE '' END AS key FROM"
            "  (SELECT u, n, 1 + floor(random() * %(words)s)::int AS i, 1 + floor(random() * %(words)s)::int AS j"
            "   FROM generate_series(0, %(users)s - 1) u, generate_series(1, 6) n) r"
            "  JOIN word a ON a.id = r.i JOIN word b ON b.id = r.j"
            " UNION ALL SELECT u, 'number', 'P' || (1 + floor(random() * 5000))::int FROM"
            "  generate_series(0, %(users)s - 1) u, generate_series(1, 2)"
            " UNION ALL SELECT u, 'title', w.word FROM (SELECT u, 1 + floor(random() * %(words)s)::int AS i FROM"
            "  generate_series(0, %(users)s - 1) u) r JOIN word w ON w.id = r.i"
            " UNION ALL SELECT u, 'author', 'popular' FROM generate_series(0, %(popular)s - 1) u"
            " UNION ALL SELECT u, 'audience', 'SG16' FROM generate_series(%(popular)s, %(users)s - 1) u) e"
            " ON CONFLICT DO NOTHING",
            {"words": len(known), "users": USERS, "popular": POPULAR},
        )


def papers(rng: random.Random, known: list[str]) -> Iterator[Paper]:
    """The mailing; one is by the author whom so many watch."""
    for number in range(PAPERS):
        authors = tuple(" ".join(rng.choices(known, k=2)).title() for _ in range(3))
        title = " ".join(rng.choices(known, k=9))
        yield a_paper(number + 1, 0, title=title, authors=(*authors, "Paula Popular") if number == 7 else authors)


def drafts(rng: random.Random, known: list[str]) -> Iterator[Draft]:
    """Of numbers of the mailing."""
    for number in range(DRAFTS):
        yield a_draft(number + 1, 1, next(papers(rng, known)))


def finished(database: Connection) -> bool:
    """Whether all that was taken is matched."""
    with database, database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM watchlist.work WHERE NOT matched")
        return bool(cursor.fetchone() == (0,))


def test_a_mailing_to_100_000_users(database: str, table: Table) -> None:
    harness = Harness(TCP, settings(), database)
    connection = psycopg2.connect(database)
    try:
        harness.begin(WatchlistActor, "watchlist")
        psutil.Process(harness.pid).kill()
        fill(connection)
        began = time.monotonic()
        harness.begin(WatchlistActor, "watchlist", others=("notifier", "prober", "index", "control"))
        table.add("watchlist of 1,000,000 entries: start", time.monotonic() - began, "s")
        snapshot = harness.ask(SnapshotRequest(request_id="1"), WatchlistSnapshot)
        assert snapshot.users == USERS
        print(f"\n{snapshot.users:,} users, {snapshot.entries:,} entries")
        tell_a_mailing(harness, connection, table)
        table.add("the watchlist's process, at its peak", peak(psutil.Process(harness.pid)), "MB", below=500)
        assert harness.failures() == []
    finally:
        connection.close()
        harness.close()


def tell_a_mailing(harness: Harness, database: Connection, table: Table) -> None:
    """Deliver it, and give commands until all is matched."""
    rng, known = random.Random(2), words()
    mailing = PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=tuple(papers(rng, known)))
    found = DraftsFound(drafts=tuple(drafts(rng, known)))
    at_work = (psutil.Process(harness.pid), psutil.Process(session_of_the_watchlist(database)))
    before, began = cpu(at_work), time.monotonic()
    harness.tell_as("prober", Deliver(source="prober", seq=1, event=found))
    harness.tell_as("index", Deliver(source="index", seq=1, event=mailing))
    for sender in ("prober", "index"):
        harness.expect(Ack, to=sender, where=lambda ack: ack.seq == 1)
    waits = [an_entry_is_added(harness, number) for number in range(3)]
    while not finished(database) or len(waits) < COMMANDS:
        assert time.monotonic() - began < LIMIT, "the mailing was not matched"
        waits.append(an_entry_is_added(harness, len(waits)))
    table.add("a mailing of 500 papers and 50 drafts matched", time.monotonic() - began, "s", below=5)
    table.add("of that, CPU of the watchlist and its database session", cpu(at_work) - before, "s", below=5)
    waits.sort()
    table.add("an entry added meanwhile, median", waits[len(waits) // 2] * 1000, "ms", below=50)
    table.add("an entry added meanwhile, longest", waits[-1] * 1000, "ms")
    with database, database.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM watchlist.waiting) + (SELECT count(*) FROM watchlist.told)")
        print(f"{cursor.fetchall()[0][0]:,} notices")
    snapshot = harness.ask(SnapshotRequest(request_id="2"), WatchlistSnapshot)
    table.add("turns over 50 ms", dict(snapshot.vitals.counters).get("long_turns", 0), "")


def session_of_the_watchlist(database: Connection) -> int:
    """The process of PostgreSQL that serves it."""
    with database, database.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'callboard watchlist'"
            " AND datname = current_database() ORDER BY backend_start DESC LIMIT 1"
        )
        (found,) = cursor.fetchall()
        return int(found[0])


def cpu(processes: tuple[psutil.Process, ...]) -> float:
    """Seconds that they have used."""
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


def an_entry_is_added(harness: Harness, number: int) -> float:
    """Seconds from the command to its answer."""
    began = time.monotonic()
    text = f"watch Anna {words()[number]}, P{number + 1}"
    command = OperatorCommand(request_id=f"c{number}", user="anna", text=text, by="bench")
    answer = harness.ask(command, OperatorAnswer)
    assert len(answer.answer.lines) == 2
    return time.monotonic() - began

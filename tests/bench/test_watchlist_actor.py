"""What a mailing and drafts cost the WatchlistActor with 100,000 users of 10 entries each: run with `make bench`."""

import itertools
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import psutil
import psycopg2
from psycopg2.extensions import connection as Connection

from actors.runtime.engine.bases import TCP
from actors.watchlist.actor import WatchlistActor
from messages.commands import OperatorAnswer, OperatorCommand
from messages.delivery import Ack, Deliver
from messages.drafts import Draft, DraftsFound, FrontMatter
from messages.health import SnapshotRequest, WatchlistSnapshot
from messages.papers import Occasion, Paper, PapersAdded
from tests.actors.harness import Harness
from tests.bench.processes import peak
from tests.bench.table import Table
from tests.builders import NOON, a_paper, settings
from tests.watching_builders import a_draft

USERS = 100_000
POPULAR = 20_000
"""Users who watch one of the authors of the mailing. Each of the others watches one of the groups."""

GROUPS = ["EWG", "LEWG", "CWG", "LWG", *(f"SG{number}" for number in range(1, 17))]
PAPERS, DRAFTS, WORDS = 500, 50, 1000
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
            " UNION ALL SELECT u, 'audience', (%(groups)s)[1 + u %% cardinality(%(groups)s)] FROM"
            "  generate_series(%(popular)s, %(users)s - 1) u) e ON CONFLICT DO NOTHING",
            {"words": len(known), "users": USERS, "popular": POPULAR, "groups": GROUPS},
        )


def papers(rng: random.Random, known: list[str]) -> Iterator[Paper]:
    """The mailing; one is by the author that so many watch."""
    for number in range(PAPERS):
        authors = tuple(" ".join(rng.choices(known, k=2)).title() for _ in range(3))
        title = " ".join(rng.choices(known, k=9))
        yield a_paper(number + 1, 0, title=title, authors=(*authors, "Paula Popular") if number == 7 else authors)


def a_read_draft(rng: random.Random, known: list[str], number: int, audience: tuple[str, ...], author: str) -> Draft:
    """With its first words, of which one in twenty is somebody's entry."""
    others = [f"other{number}" for number in range(20 * len(known))]
    text = " ".join(rng.choices(rng.choices(known, k=WORDS) + rng.choices(others, k=19 * WORDS), k=WORDS))
    title = " ".join(rng.choices(known, k=9))
    matter = FrontMatter(title=title, authors=(author,), audience=audience, date=None, text=text)
    return a_draft(number, 1, a_paper(number, 0), front_matter=matter)


def drafts(rng: random.Random, known: list[str]) -> Iterator[Draft]:
    """Of other numbers than the mailing's, each for one group."""
    for number in range(DRAFTS):
        author = " ".join(rng.choices(known, k=2)).title()
        yield a_read_draft(rng, known, PAPERS + number + 1, (GROUPS[number % len(GROUPS)],), author)


def finished(database: Connection) -> bool:
    """Whether all that was taken is matched."""
    with database, database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM watchlist.queued_events WHERE NOT matched")
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
        tell_everybody(harness, connection, table)
        table.add("the watchlist's process, at its peak", peak(psutil.Process(harness.pid)), "MB", below=500)
        assert harness.failures() == []
    finally:
        connection.close()
        harness.close()


def tell_a_mailing(harness: Harness, database: Connection, table: Table) -> None:
    """Deliver it with the drafts, and give commands until all is matched."""
    rng, known = random.Random(2), words()
    mailing = PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=tuple(papers(rng, known)))
    found = DraftsFound(drafts=tuple(drafts(rng, known)))
    cost = told(harness, database, {"prober": Deliver(source="prober", seq=1, event=found),
                                    "index": Deliver(source="index", seq=1, event=mailing)})  # fmt: skip
    what = "500 papers and 50 drafts of 1,000 words"
    table.add(f"{what} matched", cost.seconds, "s", below=5)
    table.add("of that, CPU of the watchlist and its database session", cost.cpu, "s", below=5)
    table.add("of that, CPU of the watchlist", cost.own_cpu, "s")
    table.add("an entry added meanwhile, median", cost.waits[len(cost.waits) // 2] * 1000, "ms", below=50)
    table.add("an entry added meanwhile, longest", cost.waits[-1] * 1000, "ms")
    table.add("turns over 50 ms", cost.long_turns, "")


def tell_everybody(harness: Harness, database: Connection, table: Table) -> None:
    """A draft that concerns each of the 100,000 users."""
    everybody = a_read_draft(random.Random(3), words(), 4000, tuple(GROUPS), "Paula Popular")
    found = DraftsFound(drafts=(everybody,))
    cost = told(harness, database, {"prober": Deliver(source="prober", seq=2, event=found)})
    table.add("a draft that concerns 100,000 users matched", cost.seconds, "s")
    table.add("of that, CPU of the watchlist and its database session", cost.cpu, "s")
    table.add("an entry added meanwhile, longest", cost.waits[-1] * 1000, "ms")
    table.add("turns over 50 ms", cost.long_turns, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of what was told: seconds of the clock, of CPU of the watchlist with its database session, and of it alone; how
    long each of the entries took that were added meanwhile, the shortest first; turns over 50 ms."""

    seconds: float
    cpu: float
    own_cpu: float
    waits: list[float]
    long_turns: int


def told(harness: Harness, database: Connection, events: dict[str, Deliver]) -> Cost:
    """Deliver events, and give commands until all is matched."""
    own, session = psutil.Process(harness.pid), psutil.Process(session_of_the_watchlist(database))
    notices, turns = notices_of(database), long_turns(harness)
    before, own_before, began = cpu((own, session)), cpu((own,)), time.monotonic()
    for sender, event in events.items():
        harness.tell_as(sender, event)
    for sender, event in events.items():
        harness.expect(Ack, to=sender, where=partial(acknowledges, event.seq))
    waits: list[float] = []
    while not finished(database):
        assert time.monotonic() - began < LIMIT, "it was not matched"
        if len(waits) < COMMANDS:
            waits.append(an_entry_is_added(harness))
        time.sleep(0.05)  # what is measured is the CPU that the telling takes, not that of commands
    seconds, used, own_used = time.monotonic() - began, cpu((own, session)) - before, cpu((own,)) - own_before
    print(f"{notices_of(database) - notices:,} notices")
    return Cost(
        seconds=seconds, cpu=used, own_cpu=own_used, waits=sorted(waits), long_turns=long_turns(harness) - turns
    )


def acknowledges(seq: int, ack: Ack) -> bool:
    """Whether it does so for this event."""
    return ack.seq == seq


def long_turns(harness: Harness) -> int:
    """Turns over 50 ms so far."""
    snapshot = harness.ask(SnapshotRequest(request_id=uuid.uuid4().hex), WatchlistSnapshot)
    return dict(snapshot.status.counters).get("long_turns", 0)


def notices_of(database: Connection) -> int:
    """How many were written down so far."""
    with database, database.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM watchlist.pending_notices) + (SELECT count(*) FROM watchlist.sent_notices)"
        )
        ((count,),) = cursor.fetchall()
        return int(count)


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


def an_entry_is_added(harness: Harness) -> float:
    """Seconds from the command to its answer."""
    began, id = time.monotonic(), uuid.uuid4().hex
    text = f"watch Anna {id}, title:{id}"
    answer = harness.ask(OperatorCommand(request_id=id, user=f"U{id}", text=text, by="bench"), OperatorAnswer)
    assert len(answer.answer.lines) == 2
    return time.monotonic() - began

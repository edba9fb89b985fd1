"""A WatchlistActor that begins on tables of an older version, and the indexes of its tables."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import msgspec
import psycopg2
import pytest
from psycopg2.extensions import cursor as Cursor

from actors.runtime.delivery.encoding import CODEC
from actors.watchlist.matching.entries import number_key
from actors.watchlist.model.questions import Question, QuestionKind
from messages.drafts import DraftsFound
from messages.health import HealthQuery, HealthReply
from messages.notices import Notice, NoticeStatusQuery, NoticeStatusReply, NotifyUser, SummarizeForUser
from messages.papers import CaughtUp, Occasion, PaperKind, PapersAdded, YearOfPapersReply
from tests.actors.harness import Harness
from tests.actors.watchlist.room import Room
from tests.builders import NOON, a_paper
from tests.commanding_builders import said
from tests.watching_builders import a_known_draft, a_notice

MIGRATIONS = files("actors.watchlist.storage.migrations")
TABLES = (
    "entries mutes preferences queued_events news_items pending_notices sent_notices open_commands recent_papers"
    " recent_papers_status audiences author_names known_numbers unread_drafts"
)


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Room:
    """With no entries."""
    return Room(make_harness, database)


def as_of(room: Room, last: int, fill: Callable[[Cursor], None]) -> None:
    """End the actor, replace its tables by those of migration `last`, fill them, and begin on them."""
    room.kill()
    connection = psycopg2.connect(room.dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = watchlist")
        for table in TABLES.split():
            cursor.execute(f"DROP TABLE {table}")
        for name in sorted(each.name for each in MIGRATIONS.iterdir() if each.name.endswith(".sql")):
            if int(name[:4]) <= last:
                cursor.execute(MIGRATIONS.joinpath(name).read_text())
            else:
                cursor.execute("DELETE FROM schema_migrations WHERE name = %s", (name,))
                assert cursor.rowcount == 1, name
        fill(cursor)
    connection.close()
    room.begin()


def notice_json(notice: Notice) -> str:
    return msgspec.json.encode(notice).decode()


def fill_the_third(cursor: Cursor) -> None:
    """U1 had a notice about P2300 and waits for one of a catch-up; a draft is queued for them; a command is open."""
    cursor.execute("INSERT INTO entries VALUES ('U1', 'author', 'koppe', 'Köppe', now(), 'U1')")
    cursor.execute(
        "INSERT INTO news (work, position, subject, notice, at)"
        " VALUES (1000, 0, 'P2300', %s, now()), (0, 7, 'P7', %s, now())",
        (notice_json(a_notice("D2300R11")), notice_json(a_notice("P0007R1"))),
    )
    cursor.execute("INSERT INTO told SELECT 'U1', id, '{Köppe}', '{}', %s FROM news WHERE work = 1000", (NOON,))
    cursor.execute("INSERT INTO waiting SELECT 0, 'U1', id, '{Köppe}', '{shoop}' FROM news WHERE work = 0")
    kind, version, payload = CODEC.encode(DraftsFound(drafts=(a_known_draft(2301),)))
    cursor.execute("INSERT INTO work (kind, version, payload, at) VALUES (%s, %s, %s, now())", (kind, version, payload))
    question = msgspec.json.encode(Question(kind=QuestionKind.UPTIME)).decode()
    cursor.execute(
        "INSERT INTO open_commands (command_id, user_id, channel, thread, question, at)"
        " VALUES ('c1', 'U1', 'D1', '', %s, now())",
        (question,),
    )
    paper = a_paper(2300, 10)
    cursor.execute(
        "INSERT INTO papers VALUES (%s, 'P', 2300, 10, %s, %s, %s, '', '', %s)",
        (paper.id, paper.title, list(paper.authors), paper.date, paper.date),
    )
    cursor.execute("INSERT INTO audiences VALUES (%s, '{LEWG}')", (number_key(PaperKind.P, 2300),))
    cursor.execute("UPDATE shelf SET filled_at = now()")


def test_everything_in_tables_with_the_old_names_is_there_after_the_upgrade(room: Room) -> None:
    room.fill()
    as_of(room, 3, fill_the_third)
    draft = room.harness.expect(NotifyUser, to="notifier")
    assert [(notice.id, notice.matched) for notice in draft.notices] == [("D2301R11", ("Köppe",))]
    room.deliver("index", CaughtUp(at=NOON, since=None))
    (collected,) = room.harness.expect(SummarizeForUser, to="notifier").notices
    assert (collected.id, collected.matched, collected.mentioned) == ("P0007R1", ("Köppe",), ("shoop",))
    health = room.harness.expect(HealthQuery, to="health")
    document = '{"status": "ok", "version": "1", "reasons": [], "actors": {}}'
    room.harness.tell_as("health", HealthReply(request_id=health.request_id, document=document, healthy=True))
    assert said(room.answer_of("c1").answer) == "Callboard 1 is running."
    id = room.say("why P2300")
    asked = room.harness.expect(NoticeStatusQuery, to="notifier")
    room.harness.tell_as("notifier", NoticeStatusReply(request_id=asked.request_id, statuses=()))
    assert "noticed 2025-11-21 12:00 UTC" in said(room.answer_of(id).answer)
    assert "1 paper in the last year" in said(room.operate("watch audience:LEWG").answer)
    room.harness.tell_as("index", YearOfPapersReply(request_id="papers after ", papers=(), synced_at=NOON))
    room.until(lambda: dict(room.snapshot().status.counters).get("late_replies") == 1)  # it waits for no papers


def fill_the_second(cursor: Cursor) -> None:
    """A catch-up has collected a notice for U1."""
    notice = a_notice("P2300R10", matched=("koppe", "2300"), mentioned=("shoop",))
    cursor.execute("INSERT INTO gathered (user_id, notice) VALUES ('U1', %s)", (notice_json(notice),))


def test_what_was_gathered_before_the_upgrade_is_in_the_summary(room: Room) -> None:
    as_of(room, 2, fill_the_second)
    assert sql(room, "SELECT subject FROM watchlist.news_items") == [("P2300",)]
    room.deliver("index", CaughtUp(at=NOON, since=None))
    summary = room.harness.expect(SummarizeForUser, to="notifier")
    (notice,) = summary.notices
    assert (summary.user, notice.id, notice.matched, notice.mentioned) == (
        "U1", "P2300R10", ("koppe", "2300"), ("shoop",),
    )  # fmt: skip


def fill_the_fourth(cursor: Cursor) -> None:
    """Preferences of each kind."""
    cursor.execute(
        "INSERT INTO preferences (user_id, delivery, at_minute, weekday, zone, quiet_from, quiet_to) VALUES"
        " ('U1', 'daily', 540, 3, 'UTC', NULL, NULL), ('U2', 'weekly', 1020, 4, 'Europe/Berlin', 1320, 420),"
        " ('U3', 'immediate', 540, 0, 'Asia/Tokyo', 1200, 0), ('U4', 'daily', 0, 0, 'Mars/Olympus', 0, 1)"
    )


def test_digests_and_quiet_hours_keep_their_meaning(room: Room) -> None:
    as_of(room, 4, fill_the_fourth)
    exports = [said(room.operate("export", user=user).answer).splitlines() for user in ("U1", "U2", "U3", "U4")]
    assert exports == [
        ["digest daily 09:00 UTC"],
        ["digest weekly Friday 17:00 Europe/Berlin", "quiet 22:00-07:00 Europe/Berlin"],
        ["timezone Asia/Tokyo", "quiet 20:00-24:00 Asia/Tokyo"],
        ["digest daily 00:00 Mars/Olympus", "quiet 00:00-00:01 Mars/Olympus"],
    ]
    gone = said(room.operate("settings", user="U4").answer)
    assert "The time zone Mars/Olympus is no longer known here, so times are in UTC." in gone
    assert room.harness.failures() == []


def fill_the_eighth(cursor: Cursor) -> None:
    """U1 watches Köppe."""
    cursor.execute("INSERT INTO entries VALUES ('U1', 'author', 'koppe', 'Köppe', now(), 'U1')")


def test_after_an_upgrade_the_time_of_an_entry_counts_until_the_next_news_of_the_index(room: Room) -> None:
    syncs = "SELECT user_id, index_sync FROM watchlist.entries ORDER BY user_id"
    room.add("U1", "koppe")
    assert sql(room, syncs) == [("U1", 0)], "in new tables nothing was known before"
    room.deliver("index", PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=(a_paper(2300),)))
    room.harness.expect(NotifyUser, to="notifier")
    as_of(room, 8, fill_the_eighth)
    room.add("U2", "koppe")
    room.deliver("index", PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=(a_paper(2301),), sync=9))
    for _ in range(2):
        room.harness.expect(NotifyUser, to="notifier")
    room.add("U3", "koppe")
    assert sql(room, syncs) == [("U1", None), ("U2", None), ("U3", 9)]


@pytest.mark.parametrize("column", ["news_item", "user_id"])
def test_pending_notices_are_found_without_reading_all_of_them(room: Room, column: str) -> None:
    value = "7" if column == "news_item" else "'U7'"
    room.kill()
    sql(
        room,
        "INSERT INTO watchlist.pending_notices SELECT n % 50, 'U' || n, n, '{}', '{}' FROM generate_series(1, 20000) n",
    )
    sql(room, "ANALYZE watchlist.pending_notices")
    plan = sql(room, f"EXPLAIN DELETE FROM watchlist.pending_notices WHERE {column} = {value}")
    assert f"pending_notices_{column}" in str(plan), "not the whole table, nor the whole index of its primary key"


def sql(room: Room, statement: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(room.dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found

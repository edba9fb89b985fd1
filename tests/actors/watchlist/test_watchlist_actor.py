"""The WatchlistActor on both bases, with a real database."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg2
import pytest

from actors.watchlist.matching.entries import MAX_ENTRIES
from messages.commands import CommandOutcome
from messages.delivery import Ack, Deliver
from messages.drafts import DraftsFound, WatchedNumbers
from messages.notices import Happening, NotifyUser
from messages.papers import Occasion, PaperChange, PaperKind, PapersAdded, PapersChanged
from tests.actors.harness import Harness
from tests.actors.watchlist.room import CONNECTION, Room
from tests.builders import NOON, a_paper
from tests.commanding_builders import said
from tests.sql import rows
from tests.watching_builders import a_known_draft


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Room:
    """With no entries."""
    return Room(make_harness, database)


def entries(room: Room) -> list[tuple[Any, ...]]:
    """As they stand in the table."""
    return rows(room.dsn, "SELECT user_id, kind, key, text, added_by FROM watchlist.entries")


def test_an_entry_is_added_listed_and_removed(room: Room) -> None:
    added = room.operate("watch!   Thomas Köppe ")
    assert (added.done, said(added.answer).startswith("You're now watching Thomas Köppe.")) == (
        CommandOutcome.DONE,
        True,
    )
    assert entries(room) == [("U1", "author", "thomas koppe", "Thomas Köppe", "operator root")]
    room.add("U1", "P2300")
    room.add("U2", "LWG")
    assert room.watches("U1") == ["Thomas Köppe", "P2300"]
    assert said(room.operate("watching").answer).count(", added by operator root") == 2
    removed = room.operate("unwatch THOMAS KOPPE")
    assert (removed.done, said(removed.answer)) == (CommandOutcome.DONE, "You're no longer watching Thomas Köppe.")
    assert room.watches("U1") == ["P2300"]
    assert room.watches("U3") == []
    assert (room.snapshot().users, room.snapshot().entries) == (2, 2)
    assert room.harness.failures() == []


@pytest.mark.parametrize(
    ("user", "text", "reason"),
    [
        ("U1", "²", "“²” contains a character that looks like a digit but isn't one."),
        ("U1", "0", "“0” isn't a paper or issue number: they run from 1 to 99,999."),
        ("U1", "", "Tell me what to watch: an author, a number, or several entries."),
        ("U1", '""', "I found nothing to watch in that. "),
        ("U 1", "koppe", "A user ID is 1 to 64 printable characters without spaces"),
        ("U1", "d2300", "You're already watching P2300."),
    ],
)
def test_what_cannot_be_added_is_refused_and_changes_nothing(room: Room, user: str, text: str, reason: str) -> None:
    room.add("U1", "P2300")
    refused = room.operate(f"watch! {text}", user)
    assert refused.done is CommandOutcome.REFUSED
    assert said(refused.answer).startswith(reason)
    assert (room.snapshot().entries, room.watches("U1")) == (1, ["P2300"])


def test_what_is_not_watched_cannot_be_removed(room: Room) -> None:
    refused = room.operate("unwatch P2300")
    assert (refused.done, said(refused.answer)) == (CommandOutcome.REFUSED, "You aren't watching “P2300”.")


def test_a_user_has_a_limited_number_of_entries(room: Room) -> None:
    room.leave()
    connection = psycopg2.connect(room.dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO watchlist.entries"
            " SELECT 'U1', 'number', 'P' || n, n, now(), 'U1' FROM generate_series(1, %s) n",
            (MAX_ENTRIES,),
        )
    connection.close()
    room.begin()
    refused = room.operate("watch! koppe")
    too_many = "You have reached the limit of 1,000 entries, so “koppe” was not added."
    assert (refused.done, said(refused.answer)) == (CommandOutcome.REFUSED, too_many)
    assert (room.snapshot().users, room.snapshot().entries) == (1, MAX_ENTRIES)
    room.add("U2", "koppe")


def test_the_prober_hears_of_the_first_watcher_of_a_number_and_of_the_last(room: Room) -> None:
    room.add("U1", "P2300")
    room.add("U2", "D2300R1")
    room.add("U2", "N4950")
    room.add("U2", "CWG7")
    room.remove("U1", "2300")
    room.remove("U2", "2300")
    assert room.numbers() == ((2300,), ())
    assert room.numbers() == ((), (2300,))
    assert room.harness.heard_of(WatchedNumbers) == []


def test_a_user_gets_one_batch_of_the_news_that_match(room: Room) -> None:
    room.add("U1", "koppe")
    room.add("U1", "2301")
    room.add("U2", "LWG")
    papers = (
        a_paper(2301, authors=("Eric Niebler",)),
        a_paper(2302, authors=("Thomas Köppe",)),
        a_paper(9, None, PaperKind.LWG, authors=("Thomas Köppe",)),
        a_paper(2303, authors=("Bjarne Stroustrup",)),
    )
    room.deliver("index", PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=papers))
    batches = [room.harness.expect(NotifyUser, to="notifier") for _ in range(2)]
    assert [(batch.user, [(notice.id, notice.matched) for notice in batch.notices]) for batch in batches] == [
        ("U1", [("P2301R10", ("2301",)), ("P2302R10", ("koppe",))]),
        ("U2", [("LWG9", ("LWG",))]),
    ]
    assert dict(room.snapshot().status.counters)["notified"] == 2


def test_the_first_sync_is_no_news(room: Room) -> None:
    room.add("U1", "2300")
    room.deliver("index", PapersAdded(occasion=Occasion.FIRST_SYNC, at=NOON, papers=(a_paper(2300),)))
    room.deliver("index", PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=(a_paper(2300, 11),)))
    assert [notice.id for notice in room.harness.expect(NotifyUser, to="notifier").notices] == ["P2300R11"]
    assert room.harness.heard_of(NotifyUser) == []


def test_a_change_is_told_to_whom_it_newly_concerns(room: Room) -> None:
    room.add("U1", "koppe")
    room.add("U2", "niebler")
    before = a_paper(authors=("Eric Niebler",))
    change = PaperChange(before=before, after=replace(before, authors=("Eric Niebler", "Thomas Köppe")))
    room.deliver("index", PapersChanged(at=NOON, changes=(change,)))
    batch = room.harness.expect(NotifyUser, to="notifier")
    assert (batch.user, batch.notices[0].happening) == ("U1", Happening.PAPER_CHANGED)
    assert room.harness.heard_of(NotifyUser) == []


def test_drafts_are_told_by_number_and_by_the_authors_of_the_predecessor(room: Room) -> None:
    room.add("U1", "koppe")
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300), a_known_draft(2301, authors=("Someone Else",)))))
    batch = room.harness.expect(NotifyUser, to="notifier")
    assert [notice.id for notice in batch.notices] == ["D2300R11"]


def test_an_event_that_comes_twice_is_told_once(room: Room) -> None:
    room.add("U1", "2300")
    event = DraftsFound(drafts=(a_known_draft(2300),))
    for _ in range(2):
        room.harness.tell_as("prober", Deliver(source="prober", seq=1, event=event))
        room.harness.expect(Ack, to="prober")
    room.harness.expect(NotifyUser, to="notifier")
    assert room.harness.heard_of(NotifyUser) == []


def test_entries_are_there_after_a_restart(room: Room) -> None:
    room.add("U1", "koppe")
    room.add("U1", "2300")
    room.leave()
    room.begin()
    assert room.watches("U1") == ["koppe", "2300"]
    assert (room.snapshot().users, room.snapshot().entries) == (1, 2)
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    assert room.harness.expect(NotifyUser, to="notifier").notices[0].matched == ("2300", "koppe")


def test_entries_are_a_table_that_people_can_query(room: Room) -> None:
    room.add("U1", "Köppe", by="")
    assert entries(room) == [("U1", "author", "koppe", "Köppe", "U1")]


def test_an_outage_of_the_database_leaves_tables_and_matcher_alike(room: Room) -> None:
    room.add("U1", "koppe")
    connection = psycopg2.connect(room.dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity" + CONNECTION)
    connection.close()
    for text in ("watch! 2300", "watch! 2301"):
        room.operate_when_it_can(text)
    assert room.snapshot().entries == len(room.watches("U1")) == 3

"""How a WatchlistActor tells many users of much, some at a time, on both bases with a real database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg2
import pytest
from psycopg2.extras import execute_values

from actors.runtime.engine.bases import SIMPLE, TCP
from actors.watchlist.services.announcer import MAX_UNACKNOWLEDGED, NOTICES_PER_STATEMENT
from messages.dead_letters import (
    DeadLetterOutcome,
    DeadLetterSettled,
    DeadLettersListed,
    ListDeadLetters,
    RetryDeadLetter,
)
from messages.delivery import Ack
from messages.drafts import DraftsFound
from messages.notices import NotifyChannel, NotifyUser, SummarizeForUser, TakeBackNotices
from messages.papers import (
    CaughtUp,
    EarlierPaper,
    MailedPaper,
    MailingPublished,
    Occasion,
    PaperChange,
    PapersAdded,
    PapersChanged,
)
from tests.actors.harness import Harness
from tests.actors.watchlist.room import OTHERS, Room
from tests.builders import NOON, a_paper
from tests.commanding_builders import said
from tests.watching_builders import a_known_draft

USERS = MAX_UNACKNOWLEDGED + NOTICES_PER_STATEMENT * 2 + 7


def sql(room: Room, statement: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(room.dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


def is_of(seq: int, ack: Ack) -> bool:
    return ack.seq == seq


def everybody_watches(room: Room, key: str, kind: str = "author") -> None:
    """Fill the table as it is after long use, and begin on it."""
    room.kill()
    connection = psycopg2.connect(room.dsn)
    with connection, connection.cursor() as cursor:
        rows = [(f"U{user:05d}", kind, key, key, NOON, "U1") for user in range(USERS)]
        execute_values(cursor, "INSERT INTO watchlist.entries VALUES %s", rows)
    connection.close()
    room.begin()


def told(room: Room, users: int) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """What each user is told, of the next so many messages."""
    batches = [room.harness.expect(NotifyUser, to="notifier") for _ in range(users)]
    found = {batch.user: [(notice.id, notice.matched) for notice in batch.notices] for batch in batches}
    assert len(found) == users
    return found


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Room:
    """With no entries."""
    return Room(make_harness, database)


def test_more_users_than_go_into_a_turn_are_told_once_each(room: Room) -> None:
    everybody_watches(room, "koppe")
    room.add("U00003", "P2301")
    papers = (a_paper(2300), a_paper(2301), a_paper(2302, authors=("Somebody Else",)))
    room.deliver("index", PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=papers))
    found = told(room, USERS)
    assert found["U00000"] == [("P2300R10", ("koppe",)), ("P2301R10", ("koppe",))]
    assert found["U00003"] == [("P2300R10", ("koppe",)), ("P2301R10", ("P2301", "koppe"))]
    assert room.harness.heard_of(NotifyUser) == []
    room.until(lambda: sql(room, "SELECT count(*) FROM watchlist.queued_events") == [(0,)])
    for table, rows in (("pending_notices", 0), ("sent_notices", 2 * USERS)):
        assert sql(room, f"SELECT count(*) FROM watchlist.{table}") == [(rows,)]


@pytest.mark.bases(SIMPLE, TCP)
def test_a_kill_in_the_middle_loses_nobody_and_tells_nobody_twice(room: Room) -> None:
    everybody_watches(room, "koppe")
    for seq, revision in enumerate((11, 12), start=1):
        room.harness.deliver("prober", seq, DraftsFound(drafts=(a_known_draft(2300, revision), a_known_draft(2301))))
        room.harness.expect(Ack, to="prober", where=partial(is_of, seq))
        room.kill()
        room.begin()
    heard: dict[str, list[str]] = {}
    for _ in range(2 * USERS):
        batch = room.harness.expect(NotifyUser, to="notifier")
        heard.setdefault(batch.user, []).extend(notice.id for notice in batch.notices)
    expected = ["D2300R11", "D2301R11", "D2300R12", "D2301R11"]
    assert len(heard) == USERS
    assert all(ids == expected for ids in heard.values())
    assert room.harness.heard_of(NotifyUser) == []


def test_no_more_is_handed_on_than_the_notifier_takes(room: Room) -> None:
    everybody_watches(room, "koppe")
    room.harness.introduce(*(name for name in OTHERS if name != "notifier"))
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300), a_known_draft(2301))))
    waiting = (
        "SELECT (SELECT count(DISTINCT user_id) FROM watchlist.pending_notices),"
        " (SELECT count(*) FROM watchlist.outbox)"
    )
    while sum(sql(room, waiting)[0]) < USERS or sql(room, "SELECT matched FROM watchlist.queued_events") == [(False,)]:
        room.snapshot()
    for _ in range(20):
        room.snapshot()
        assert sql(room, waiting)[0][1] <= MAX_UNACKNOWLEDGED + NOTICES_PER_STATEMENT
    room.harness.introduce(*OTHERS)
    assert len(told(room, USERS)) == USERS


def test_a_catch_up_is_told_in_one_summary_each_and_no_sooner(room: Room) -> None:
    everybody_watches(room, "koppe")
    for number in (2300, 2301):
        event = PapersAdded(occasion=Occasion.CATCH_UP, at=NOON, papers=(a_paper(number), a_paper(number + 10)))
        room.deliver("index", event)
    room.kill()
    room.begin()
    assert room.harness.heard_of(SummarizeForUser) == []
    room.deliver("index", CaughtUp(at=NOON, since=NOON))
    summaries = [room.harness.expect(SummarizeForUser, to="notifier") for _ in range(USERS)]
    assert {summary.user for summary in summaries} == {f"U{user:05d}" for user in range(USERS)}
    ids = ["P2300R10", "P2310R10", "P2301R10", "P2311R10"]
    assert all([notice.id for notice in summary.notices] == ids for summary in summaries)
    assert all((summary.since, summary.more) == (NOON, 0) for summary in summaries)
    assert sql(room, "SELECT count(*) FROM watchlist.pending_notices") == [(0,)]
    assert room.harness.heard_of(NotifyUser) == []


def test_a_summary_holds_so_much_and_says_how_much_more_there_is(room: Room) -> None:
    room.add("U1", "koppe")
    for start in (1, 401):
        papers = tuple(a_paper(number, 0) for number in range(start, start + 400))
        room.deliver("index", PapersAdded(occasion=Occasion.CATCH_UP, at=NOON, papers=papers))
    room.deliver("index", CaughtUp(at=NOON, since=None))
    summary = room.harness.expect(SummarizeForUser, to="notifier")
    assert (len(summary.notices), summary.more) == (500, 300)
    assert summary.more_by == ((("koppe",), 300),)
    assert (summary.notices[0].id, summary.notices[-1].id) == ("P0001R0", "P0500R0")


def test_a_mailing_is_one_notice_for_the_channel_and_one_message_for_each_user(room: Room) -> None:
    room.add("U1", "koppe")
    room.add("U2", "P0002")
    room.add("U3", "mailings")
    room.add("U4", "audience:SG16")
    papers = tuple(a_paper(number, 0, audience=("SG16 Unicode",) if number > 195 else ()) for number in range(1, 201))
    for part in (papers[:100], papers[100:]):
        room.deliver("index", PapersAdded(occasion=Occasion.MAILING, at=NOON, papers=part))
    mailed = tuple(MailedPaper(id=paper.id, title=paper.title, audience=paper.audience) for paper in papers)
    room.deliver("index", MailingPublished(at=NOON, name="2025-02", title="2025-02 pre-X", url="", papers=mailed))

    (notice,) = room.harness.expect(NotifyChannel, to="notifier").notices
    assert (notice.id, notice.detail, len(notice.by_group)) == ("2025-02", "200 papers", 2)
    summary = room.harness.expect(SummarizeForUser, to="notifier")
    assert (summary.user, len(summary.notices), summary.mailing) == ("U1", 200, "2025-02 pre-X")
    assert told(room, 3) == {
        "U2": [("P0002R0", ("P0002",))],
        "U3": [("2025-02", ("mailings",))],
        "U4": [(f"P0{number}R0", ("audience:SG16",)) for number in range(196, 201)],
    }
    assert room.harness.heard_of(NotifyUser) == []
    assert room.harness.heard_of(SummarizeForUser) == []


def test_of_two_mailings_found_at_once_each_is_told_with_its_own_papers(room: Room) -> None:
    room.add("U1", "koppe")
    room.add("U2", "P0001")
    room.add("U3", "mailings")
    papers = tuple(a_paper(number, 0) for number in range(1, 21))
    room.deliver("index", PapersAdded(occasion=Occasion.MAILING, at=NOON, papers=(*papers, a_paper(30, 0))))
    mailings = (("2025-02", papers[:10], False), ("2025-04", papers[10:], True))
    for name, theirs, is_last in mailings:
        mailed = tuple(MailedPaper(id=paper.id, title=paper.title, audience=()) for paper in theirs)
        event = MailingPublished(at=NOON, name=name, title=f"{name} pre-X", url="", papers=mailed, is_last=is_last)
        room.deliver("index", event)

    first, second = (room.harness.expect(SummarizeForUser, to="notifier") for _ in range(2))
    assert (first.user, first.mailing, [notice.id for notice in first.notices]) == (
        "U1", "2025-02 pre-X", [paper.id for paper in papers[:10]],
    )  # fmt: skip
    assert (second.user, second.mailing) == ("U1", "2025-04 pre-X")
    assert {notice.id for notice in second.notices} == {paper.id for paper in papers[10:]} | {"P0030R0"}
    others = [room.harness.expect(NotifyUser, to="notifier") for _ in range(3)]
    assert sorted((each.user, *(notice.id for notice in each.notices)) for each in others) == [
        ("U2", "P0001R0"), ("U3", "2025-02"), ("U3", "2025-04"),
    ]  # fmt: skip
    assert sql(room, "SELECT count(*) FROM watchlist.pending_notices") == [(0,)]


def test_what_is_only_known_better_is_kept_and_told_to_nobody(room: Room) -> None:
    room.add("U1", "audience:SG16")
    change = PaperChange(before=a_paper(), after=a_paper(audience=("SG16 Unicode",)))
    room.deliver("index", PapersChanged(at=NOON, changes=(change,), occasion=Occasion.QUIET))
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))

    assert told(room, 1) == {"U1": [("D2300R11", ("audience:SG16",))]}
    assert sql(room, "SELECT audiences FROM watchlist.audiences WHERE subject = 'P2300'") == [(["SG16"],)]


def test_an_event_that_cannot_be_told_becomes_a_letter_and_the_next_is_told(room: Room) -> None:
    room.add("U1", "koppe")
    room.kill()
    sql(
        room,
        "INSERT INTO watchlist.queued_events (kind, version, payload, at)"
        " VALUES ('DraftsFound', 1, '{\"drafts\": 7}', now())",
    )
    room.begin()
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    assert room.harness.expect(NotifyUser, to="notifier").notices[0].id == "D2300R11"
    assert room.snapshot().status.dead_letters == 1
    assert len(room.harness.failures()) == 3


def test_the_retry_of_what_was_told_in_part_tells_the_others_and_nobody_twice(room: Room) -> None:
    everybody_watches(room, "koppe")
    room.harness.introduce(*(name for name in OTHERS if name != "notifier"))
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    progress = "SELECT (SELECT count(*) FROM watchlist.sent_notices), (SELECT count(*) FROM watchlist.pending_notices)"
    while 0 in sql(room, progress)[0]:
        room.snapshot()
    room.kill()
    sql(room, "UPDATE watchlist.news_items SET notice = '{}'")
    room.begin()
    while not room.snapshot().status.dead_letters:
        assert len(room.harness.failures()) <= 3
    before = sql(room, "SELECT count(*) FROM watchlist.sent_notices")[0][0]
    heard = told(room, before)
    (dead_letter,) = room.harness.ask(ListDeadLetters(request_id="l", limit=9), DeadLettersListed).dead_letters
    assert (
        room.harness.ask(RetryDeadLetter(request_id="r", id=dead_letter.id), DeadLetterSettled).outcome
        is DeadLetterOutcome.RETRIED
    )
    heard |= told(room, USERS - before)
    assert len(heard) == USERS
    room.snapshot()
    assert room.harness.heard_of(NotifyUser) == []
    assert sql(room, progress) == [(USERS, 0)]
    assert room.snapshot().status.dead_letters == 0


def test_who_is_forgotten_while_much_is_told_is_told_no_more(room: Room) -> None:
    everybody_watches(room, "koppe")
    last = f"U{USERS - 1:05d}"
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    room.operate("forget me yes", user=last)
    found: list[str] = []
    while len(set(found) - {last}) < USERS - 1:
        found.append(room.harness.expect(NotifyUser, to="notifier").user)
    room.operate("watching")
    found += [batch.user for batch in room.harness.heard_of(NotifyUser)]
    left = sql(room, f"SELECT count(*) FROM watchlist.pending_notices WHERE user_id = '{last}'")
    assert left == [(0,)]
    assert found.count(last) <= 1
    assert len(found) <= USERS


def a_return(number: int, until: datetime, until_sync: int | None = None) -> PapersChanged:
    """Köppe is an author again, as until then."""
    before, after = a_paper(number, authors=("Somebody Else",)), a_paper(number)
    earlier = EarlierPaper(paper=after, until=until, until_sync=until_sync)
    return PapersChanged(at=NOON, changes=(PaperChange(before=before, after=after, earlier=(earlier,)),))


def test_what_comes_back_is_news_only_to_who_did_not_watch_when_it_was_there(room: Room) -> None:
    room.add("U1", "koppe")
    now = datetime.now(UTC)
    room.deliver("index", a_return(2300, now + timedelta(hours=1)))
    room.deliver("index", a_return(2301, now - timedelta(hours=1)))
    batch = room.harness.expect(NotifyUser, to="notifier")
    assert [notice.id for notice in batch.notices] == ["P2301R10"]
    sql(room, "UPDATE watchlist.entries SET added_at = now() - interval '3 hours'")
    room.add("U1", "P99")
    room.deliver("index", a_return(2302, now - timedelta(hours=1)))
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2303),)))
    batch = room.harness.expect(NotifyUser, to="notifier")
    assert [notice.id for notice in batch.notices] == ["D2303R11"]


def test_the_order_of_syncs_decides_who_knew_what_comes_back_although_the_clock_was_set_back_or_forth(
    room: Room,
) -> None:
    room.add("U1", "P2301")
    hour, now = timedelta(hours=1), datetime.now(UTC)
    room.deliver("index", PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=(a_paper(2301),), sync=7))
    assert room.harness.expect(NotifyUser, to="notifier").user == "U1"
    room.add("U2", "koppe")
    room.deliver("index", a_return(2302, now - hour, until_sync=8))
    room.deliver("index", a_return(2303, now + hour, until_sync=7))
    batch = room.harness.expect(NotifyUser, to="notifier")
    assert (batch.user, [notice.id for notice in batch.notices]) == ("U2", ["P2303R10"])
    room.deliver("index", a_return(2301, now - hour, until_sync=7))
    users = [room.harness.expect(NotifyUser, to="notifier").user]
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2301),)))
    users += [room.harness.expect(NotifyUser, to="notifier").user for _ in range(2)]
    assert users == ["U2", "U1", "U2"]


def test_what_waits_is_taken_back_when_a_user_unwatches_or_mutes_it(room: Room) -> None:
    for entry in ("koppe", "P2301", "P2302", "P2303"):
        room.add("U1", entry)
    papers = tuple(a_paper(number) for number in range(2300, 2304))
    room.deliver("index", PapersAdded(occasion=Occasion.CATCH_UP, at=NOON, papers=papers))
    room.until(lambda: sql(room, "SELECT count(*) FROM watchlist.pending_notices") == [(4,)])
    room.remove("U1", "koppe")
    room.operate("mute P2302")
    commands = [room.harness.expect(TakeBackNotices, to="notifier") for _ in range(2)]
    assert [(each.entries, each.subjects, each.everything) for each in commands] == [
        (("koppe",), (), False),
        ((), ("P2302",), False),
    ]
    room.deliver("index", CaughtUp(at=NOON, since=None))
    summary = room.harness.expect(SummarizeForUser, to="notifier")
    assert [(notice.id, notice.matched) for notice in summary.notices] == [
        ("P2301R10", ("P2301",)),
        ("P2303R10", ("P2303",)),
    ]
    because = {"P2300": "you unwatched “koppe”", "P2302": "you muted “P2302”"}
    for number, reason in because.items():
        text = said(room.operate(f"why {number}").answer)
        assert "• taken back " in text
        assert f" because {reason}: new in the index, {number}R10" in text
    room.operate("unwatch all")
    assert room.harness.expect(TakeBackNotices, to="notifier").everything

"""Commands of users and operators, given to a WatchlistActor on both bases with a real database."""

import itertools
import string
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import psycopg2
import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.commands import CommandOutcome, Delivery, DigestTimes, PreferencesChanged, Style, Surface, UserForgotten
from messages.drafts import DraftReading, DraftsFound, DraftsQuery, DraftsRead, DraftsReply, FrontMatter
from messages.health import HealthQuery, HealthReply
from messages.notices import NoticeState, NoticeStatus, NoticeStatusQuery, NoticeStatusReply, NotifyUser
from messages.papers import (
    AllPapersQuery,
    AllPapersReply,
    Occasion,
    PaperKind,
    PaperQuery,
    PaperReply,
    PapersAdded,
    RecentPaper,
    RecentPapersQuery,
    RecentPapersReply,
    YearOfPapersQuery,
    YearOfPapersReply,
)
from tests.actors.harness import Harness
from tests.actors.watchlist.room import Room, Waiting
from tests.builders import NOON, a_paper
from tests.commanding_builders import said
from tests.sql import rows
from tests.watching_builders import a_draft, a_known_draft, a_matter


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Room:
    """With no entries, and an index that nobody knows yet."""
    return Room(make_harness, database)


def stored(room: Room, user: str) -> int:
    """That the tables hold of a user."""
    tables = ("entries", "mutes", "preferences", "pending_notices", "sent_notices", "open_commands")
    found = (rows(room.dsn, f"SELECT 1 FROM watchlist.{table} WHERE user_id = '{user}'") for table in tables)
    return sum(map(len, found))


def test_a_user_watches_by_words_and_is_answered_where_they_spoke(room: Room) -> None:
    answered = room.command("<@UBOT> watch!: “Thomas Köppe”, <https://wg21.link/P2300|P2300>")
    assert (answered.user, answered.channel, answered.thread) == ("U1", "D1", "1.2")
    assert "You're now watching Thomas Köppe" in said(answered.answer)
    assert room.watches("U1") == ["Thomas Köppe", "P2300"]
    assert room.numbers() == ((2300,), ())
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    assert room.harness.expect(NotifyUser, to="notifier").notices[0].matched == ("P2300", "Thomas Köppe")
    assert "You're no longer watching P2300." in said(room.command("unwatch p2300").answer)
    assert room.numbers() == ((), (2300,))
    assert room.harness.failures() == []


def test_a_command_that_comes_twice_acts_once(room: Room) -> None:
    id = room.say("watch! Niebler")
    room.answer_of(id)
    room.harness.deliver("notifier", 1, room.last_said)
    assert "You're already watching Niebler." in said(room.command("watch! Niebler").answer)
    assert room.snapshot().entries == 1


def test_an_operator_has_the_same_commands(room: Room) -> None:
    done = room.operate("watch! Niebler, P2300")
    assert done.done is CommandOutcome.DONE
    assert room.watches("U1") == ["Niebler", "P2300"]
    refused = room.operate("wach Niebler")
    assert (refused.done, "Did you mean watch Niebler?" in said(refused.answer)) == (CommandOutcome.REFUSED, True)
    assert room.operate("watching", user="no user").done is CommandOutcome.REFUSED


def test_a_broad_entry_is_saved_when_its_button_was_pressed(room: Room) -> None:
    papers = tuple(a_paper(number, 0, title="The one") for number in range(1, 151))
    room.fill(*papers)
    asked = room.command("watch title:the").answer
    assert "150 papers in the last year. Too broad?" in said(asked)
    assert room.watches("U1") == []
    room.command(asked.buttons[0].command, surface=Surface.BUTTON)
    assert room.watches("U1") == ["title:the"]


def test_the_last_years_papers_are_taken_over_from_the_index_page_by_page(room: Room) -> None:
    query = room.harness.expect(YearOfPapersQuery, to="index")
    not_loaded = YearOfPapersReply(request_id=query.request_id, papers=(), synced_at=None)
    room.harness.tell_as("index", not_loaded)
    again = room.harness.expect(YearOfPapersQuery, to="index")
    page = tuple(a_paper(number, 0) for number in range(1, query.limit + 1))
    room.harness.tell_as("index", YearOfPapersReply(request_id=again.request_id, papers=page, synced_at=NOON))
    last = room.harness.expect(YearOfPapersQuery, to="index", where=lambda each: each.after != "")
    assert last.after == page[-1].id
    rest = (a_paper(5000, 0, authors=("Ada Author",)),)
    room.harness.tell_as("index", YearOfPapersReply(request_id=last.request_id, papers=rest, synced_at=NOON))
    room.took_over(len(page) + 1)
    assert "1 paper in the last year (P5000R0)" in said(room.operate("watch author:Author").answer)
    room.leave()
    asked_before = room.harness.heard_of(YearOfPapersQuery)  # what it was not told at once
    room.begin()
    room.deliver("index", PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=(a_paper(5001, 0),)))
    assert f"{query.limit + 1} papers in the last year (P5001R0" in said(room.operate("watch! Niebler").answer)
    assert room.harness.heard_of(YearOfPapersQuery) == asked_before


def test_names_and_numbers_are_learned_of_the_whole_index_and_of_drafts_once(room: Room) -> None:
    query = room.harness.expect(AllPapersQuery, to="index")
    page = tuple(a_paper(number, 0, authors=("Ada Author",)) for number in range(1, query.limit + 1))
    room.harness.tell_as("index", AllPapersReply(request_id=query.request_id, papers=page, synced_at=NOON))
    last = room.harness.expect(AllPapersQuery, to="index", where=lambda each: each.after != "")
    assert last.after == page[-1].id
    unknown = room.operate("watch Poe")
    assert (unknown.done, "The index hasn't loaded yet" in said(unknown.answer)) == (CommandOutcome.REFUSED, True)
    papers = (a_paper(2300, 9, authors=()), a_paper(2300, 10, authors=("Eric Niebler",)))
    room.harness.tell_as("index", AllPapersReply(request_id=last.request_id, papers=papers, synced_at=NOON))
    room.until(lambda: "I don't know an author “Poe”" in said(room.operate("watch Poe").answer))
    assert "P2300 — std::execution, newest R10 of 2024-06-28." in said(room.operate("watch P2300").answer)
    read = a_draft(2301, 3, front_matter=a_matter(title="Renaming"))
    room.deliver("prober", DraftsFound(drafts=(read,)))
    asked = room.harness.heard_of(AllPapersQuery)  # a slow machine may have let the actor ask twice
    room.leave()
    room.begin()
    assert room.operate("watch Poe, e niebler").done is CommandOutcome.DONE
    assert sorted(room.watches("U1")) == ["Eric Niebler", "P2300", "Poe"]
    assert "P2301 — Renaming, newest draft R3." in said(room.operate("watch P2301").answer)
    assert "P2302. No paper with that number is known yet." in said(room.operate("watch P2302").answer)
    assert room.harness.heard_of(AllPapersQuery) == asked


def test_a_draft_whose_authors_could_not_be_read_counts_in_the_preview_until_they_are(room: Room) -> None:
    room.fill()
    unread = a_draft(2301, 3, front_matter=a_matter(authors=()))
    room.deliver("prober", DraftsFound(drafts=(unread,)))
    room.leave()
    room.begin()
    mentions = "0 papers so far, and 1 draft whose authors could not be read and whose first page mentions it (D2301R3)"
    assert mentions in said(room.operate("watch! Shoop").answer)
    read = replace(unread, front_matter=a_matter())
    room.deliver("prober", DraftsRead(readings=(DraftReading(draft=read, before=unread.front_matter),)))
    room.operate("unwatch all")
    assert "0 papers so far." in said(room.operate("watch! Shoop").answer)


def test_what_is_muted_is_not_told(room: Room) -> None:
    room.operate("mute koppe 1d")
    room.operate("watch! Köppe, P2300, P2301")
    room.operate("mute P2301")
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300), a_known_draft(2301), a_known_draft(2302))))
    batch = room.harness.expect(NotifyUser, to="notifier")
    assert [(notice.id, notice.matched) for notice in batch.notices] == [("D2300R11", ("P2300",))]
    room.operate("unmute all")
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2302, 12),)))
    assert room.harness.expect(NotifyUser, to="notifier").notices[0].matched == ("Köppe",)


def test_mutes_and_preferences_are_there_after_a_restart(room: Room) -> None:
    room.operate("watch P2300")
    room.operate("mute P2300")
    room.command("digest weekly Friday 17:00 Europe/Berlin")
    changed = room.harness.expect(PreferencesChanged, to="notifier").preferences
    friday = (DigestTimes(days=(4,), minutes=(1020,)),)
    assert (changed.delivery, changed.digest, changed.zone) == (Delivery.DIGEST, friday, "Europe/Berlin")
    room.leave()
    room.begin()
    text = said(room.operate("export").answer)
    assert text.splitlines() == ["watch P2300", "mute P2300", "digest weekly Friday 17:00 Europe/Berlin"]
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    room.operate("unmute P2300")
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300, 12),)))
    assert [notice.id for notice in room.harness.expect(NotifyUser, to="notifier").notices] == ["D2300R12"]


def test_the_zone_of_the_installation_counts_until_a_user_chooses_one(
    make_harness: Callable[..., Harness], database: str
) -> None:
    room = Room(make_harness, database, slack={"timezone": "Asia/Tokyo"})
    assert "Times are in Asia/Tokyo." in said(room.command("digest mon,wed 09:00").answer)
    changed = room.harness.expect(PreferencesChanged, to="notifier").preferences
    assert (changed.digest, changed.zone) == ((DigestTimes(days=(0, 2), minutes=(540,)),), "")
    offered = room.command("timezone EST").answer
    assert offered.buttons[0].command == "timezone America/New_York"
    assert "Times are in America/New_York." in said(room.command(offered.buttons[0].command).answer)
    assert room.harness.expect(PreferencesChanged, to="notifier").preferences.zone == "America/New_York"


def test_a_mute_that_is_over_is_deleted_while_the_service_runs(
    make_harness: Callable[..., Harness], database: str
) -> None:
    room = Room(make_harness, database, retention={"interval": 0.2})
    room.operate("mute all 1d")
    room.operate("mute P7 1d")
    with psycopg2.connect(room.dsn) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE watchlist.mutes SET until = now() - interval '1 second' WHERE kind = 'all'")
    connection.close()
    room.until(lambda: said(room.operate("mutes").answer).count("•") == 1)
    assert stored(room, "U1") == 1
    assert "P7" in said(room.operate("mutes").answer)


def test_why_says_what_was_sent_and_by_which_entry(room: Room) -> None:
    room.operate("watch! Köppe")
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    room.harness.expect(NotifyUser, to="notifier")
    id = room.say("why D2300")
    asked = room.harness.expect(NoticeStatusQuery, to="notifier")
    assert (asked.user, asked.ids) == ("U1", ("D2300R11",))
    later = datetime.now(UTC) + timedelta(minutes=1)
    sent = NoticeStatus(id="D2300R11", state=NoticeState.SENT, since=later, at=later, reason="")
    room.harness.tell_as("notifier", NoticeStatusReply(request_id=asked.request_id, statuses=(sent,)))
    text = said(room.answer_of(id).answer)
    assert text.startswith(f"What I sent you about P2300:\n• {later:%Y-%m-%d %H:%M} UTC: ")
    assert "new draft, D2300R11 “`std::execution`”, because you watch “Köppe”" in text
    room.operate("watch P7")
    assert "It matches “P7” on your list" in said(room.command("why P7").answer)
    assert "nothing on your list matches it" in said(room.command("why P8").answer)


def test_a_list_of_a_thousand_entries_is_imported_in_one_go(room: Room) -> None:
    names = ["".join(dead_letters) for dead_letters in itertools.product(string.ascii_lowercase, repeat=2)]
    lines = "\n".join(f"watch P{number}, Anna {names[number]}" for number in range(1, 501))
    answer = room.operate(f"import!\n{lines}\nfoo bar: ²")
    assert said(answer.answer).startswith("1,000 entries added, 1 line not understood.")
    assert (room.snapshot().users, room.snapshot().entries) == (1, 1000)
    assert len(room.numbers()[0]) == 500
    assert "Removed 1,000 entries." in said(room.operate("unwatch all").answer)
    assert room.snapshot().entries == 0


def test_to_forget_a_user_deletes_all_of_them(room: Room) -> None:
    room.operate("watch! Köppe, P2300")
    room.operate("mute P7")
    room.operate("quiet 22-7")
    room.operate("watch! Köppe", user="U2")
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300),)))
    for _ in range(2):
        room.harness.expect(NotifyUser, to="notifier")
    room.say("recent")
    assert stored(room, "U1") > 5
    assert "can't be undone" in said(room.command("forget me").answer)
    assert stored(room, "U1") > 5
    room.command("forget me yes")
    assert room.harness.expect(UserForgotten, to="notifier").user == "U1"
    assert stored(room, "U1") == 0
    assert (room.snapshot().users, room.snapshot().entries) == (1, 1)
    room.deliver("prober", DraftsFound(drafts=(a_known_draft(2300, 12),)))
    assert room.harness.expect(NotifyUser, to="notifier").user == "U2"
    assert room.harness.heard_of(NotifyUser) == []


def test_a_paper_is_shown_with_all_that_others_know_of_it(room: Room) -> None:
    id = room.say("paper P2300")
    asked = room.harness.expect(PaperQuery, to="index")
    assert (asked.kind, asked.number) == (PaperKind.P, 2300)
    drafts = room.harness.expect(DraftsQuery, to="prober")
    assert drafts.number == 2300
    papers = (a_paper(2300, 9), a_paper(2300, 10))
    room.harness.tell_as("index", PaperReply(request_id=asked.request_id, papers=papers))
    reply = DraftsReply(request_id=drafts.request_id, drafts=(a_draft(2300, 11), a_draft(2300, 10)))
    room.harness.tell_as("prober", reply)
    answer = room.answer_of(id).answer
    text = said(answer)
    assert text.index("P2300R10") < text.index("P2300R9") < text.index("D2300R11")
    assert "D2300R10" not in text
    links = {span.url for line in answer.lines for span in line.spans if span.style is Style.LINK}
    assert {
        "https://wg21.link/P2300R10",
        "https://github.com/cplusplus/papers/issues?q=P2300",
        "https://isocpp.org/files/papers/D2300R11.pdf",
    } <= links


def test_recent_and_status_are_asked_of_their_owners(room: Room) -> None:
    id = room.say("recent 3")
    asked = room.harness.expect(RecentPapersQuery, to="index")
    assert asked.limit == 3
    recent = (RecentPaper(at=NOON, paper=a_paper()),)
    room.harness.tell_as("index", RecentPapersReply(request_id=asked.request_id, papers=recent))
    room.harness.tell_as("prober", DraftsReply(request_id=asked.request_id, drafts=(a_known_draft(2301),)))
    text = said(room.answer_of(id).answer)
    assert "P2300R10" in text
    assert "D2301R11" in text
    for words in ("status", "uptime"):
        id = room.say(words)
        health = room.harness.expect(HealthQuery, to="health")
        document = msgspec.json.encode(
            {
                "status": "degraded", "version": "1.2.3", "reasons": ["index: stale"],
                "actors": {"index": {"papers": 7}},
                "checked_at": "2025-11-21T12:00:00Z", "started_at": "2025-11-20T10:00:00Z",
            }
        ).decode()  # fmt: skip
        room.harness.tell_as("health", HealthReply(request_id=health.request_id, document=document, healthy=False))
        text = said(room.answer_of(id).answer)
        assert "has been running for 1 day 2 hours (since 2025-11-20 10:00 UTC)" in text
    assert "index: stale" not in text


def test_who_does_not_answer_is_named_and_never_silence(make_harness: Callable[..., Harness], database: str) -> None:
    room = Room(make_harness, database, Waiting)
    id = room.say("paper P2300")
    asked = room.harness.expect(PaperQuery, to="index")
    assert "can't answer that right now: the paper index and the draft finder" in said(room.answer_of(id).answer)
    room.harness.tell_as("index", PaperReply(request_id=asked.request_id, papers=(a_paper(),)))
    half = room.say("paper P2300")
    asked = room.harness.expect(PaperQuery, to="index")
    room.harness.tell_as("index", PaperReply(request_id=asked.request_id, papers=(a_paper(),)))
    text = said(room.answer_of(half).answer)
    assert "P2300R10" in text
    assert "the draft finder isn't responding" in text
    assert dict(room.snapshot().status.counters)["late_replies"] == 1


@pytest.mark.bases(SIMPLE, TCP)
def test_an_open_command_is_asked_again_after_a_restart(room: Room) -> None:
    id = room.say("status")
    room.harness.expect(HealthQuery, to="health")
    room.leave()
    room.begin()
    again = room.harness.expect(HealthQuery, to="health")
    document = '{"status": "ok", "version": "1", "reasons": [], "actors": {}}'
    room.harness.tell_as("health", HealthReply(request_id=again.request_id, document=document, healthy=True))
    assert "Status: ok. Callboard 1 is running." in said(room.answer_of(id).answer)
    assert stored(room, "U1") == 0


def test_an_operator_is_answered_when_the_others_have_answered(
    make_harness: Callable[..., Harness], database: str
) -> None:
    room = Room(make_harness, database, Waiting)
    room.harness.tell(room.an_operators("uptime"))
    asked = room.harness.expect(HealthQuery, to="health")
    document = '{"status": "ok", "version": "1", "reasons": [], "actors": {}}'
    room.harness.tell_as("health", HealthReply(request_id=asked.request_id, document=document, healthy=True))
    assert room.operators_answer().done is CommandOutcome.DONE
    room.harness.tell(room.an_operators("uptime"))
    answer = room.operators_answer()
    assert (answer.done, "can't answer that right now" in said(answer.answer)) == (CommandOutcome.UNANSWERED, True)


def test_too_many_open_commands_are_refused(room: Room) -> None:
    ids = [room.say("status") for _ in range(21)]
    assert "waiting for an answer" in said(room.answer_of(ids[-1]).answer)


def test_the_audience_that_a_draft_names_counts_for_its_paper_too(room: Room) -> None:
    room.operate("watch audience:LEWG, title:senders")
    said_of_itself = FrontMatter(
        title="More Senders", authors=("Ada Author",), audience=("Library Evolution", "SG1"), date=None, text=""
    )
    room.deliver("prober", DraftsFound(drafts=(a_draft(2300, 11, front_matter=said_of_itself), a_draft(2301))))
    batch = room.harness.expect(NotifyUser, to="notifier")
    assert [(notice.id, notice.title, notice.matched) for notice in batch.notices] == [
        ("D2300R11", "More Senders", ("title:senders", "audience:LEWG"))
    ]
    room.leave()
    room.begin()
    room.deliver("index", PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=(a_paper(2300, 11), a_paper(2301))))
    batch = room.harness.expect(NotifyUser, to="notifier")
    assert [(notice.id, notice.matched) for notice in batch.notices] == [("P2300R11", ("audience:LEWG",))]


def test_who_was_not_told_of_a_draft_is_told_once_it_is_read_and_why(room: Room) -> None:
    room.operate("watch! audience:LEWG, Shoop")
    draft = a_known_draft(2300)
    room.deliver("prober", DraftsFound(drafts=(draft,)))
    said_of_itself = a_matter(authors=(), audience=("LEWG",))
    reading = DraftReading(draft=replace(draft, front_matter=said_of_itself), before=None)
    room.deliver("prober", DraftsRead(readings=(reading,)))
    (notice,) = room.harness.expect(NotifyUser, to="notifier").notices
    assert (notice.matched, notice.mentioned, notice.audience) == (("audience:LEWG",), ("Shoop",), ("LEWG",))
    again = DraftReading(draft=reading.draft, before=replace(said_of_itself, audience=()))
    room.deliver("prober", DraftsRead(readings=(again,)))
    room.operate("unwatch audience:LEWG")
    room.deliver("prober", DraftsFound(drafts=(replace(reading.draft, id="D2300R12", revision=12),)))
    (notice,) = room.harness.expect(NotifyUser, to="notifier").notices
    assert (notice.id, notice.matched, notice.mentioned) == ("D2300R12", (), ("Shoop",))
    id = room.say("why P2300")
    asked = room.harness.expect(NoticeStatusQuery, to="notifier")
    room.harness.tell_as("notifier", NoticeStatusReply(request_id=asked.request_id, statuses=()))
    text = said(room.answer_of(id).answer)
    why = "; its authors could not be read, and its first page mentions it"
    assert f"D2300R12 “A title of its own”, because you watch “Shoop”{why}" in text

"""What becomes of a draft after it was seen first, on both bases: confirmed, held, updated, withdrawn, published."""

from collections import Counter

from messages.drafts import (
    Announcement,
    Change,
    DraftsFound,
    DraftsPublished,
    DraftState,
    DraftsUpdated,
    DraftsWithdrawn,
)
from messages.health import ReasonCode
from messages.notices import Happening, NotifyChannel
from tests.actors.prober import server as answers
from tests.actors.prober.room import PAPERS, Room, counter
from tests.builders import a_paper

YOUNG = {"Content_Length": "1000", "ETag": '"1"'}
MANY = tuple(f"D{number:04d}R1.pdf" for number in range(1, 31))


def test_a_draft_is_announced_after_a_second_look_and_not_before(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf"), confirm_after=1.0, min_revisit=3600.0)
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    first, second = room.server.times_of("D0030R1.pdf")
    assert second - first >= 0.99


def test_what_is_gone_at_the_second_look_is_told_to_nobody(room: Room) -> None:
    seen: list[str] = []

    def flash(name: str) -> tuple[int, dict[str, str]]:
        if name != "D0030R1.pdf" or seen:
            return answers.missing(name)
        seen.append(name)
        return answers.files(name)(name)

    room.open(flash)
    room.add(*PAPERS)
    room.when_asked("D0030R1.pdf", 3)
    assert (room.harness.heard_of(DraftsFound), room.drafts()) == ([], {})


def test_a_sighting_outlives_a_restart(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf"), confirm_after=3600.0, min_revisit=3600.0)
    room.add(*PAPERS)
    room.when(lambda snapshot: counter(snapshot, "hits") == 1)
    room.close()
    room.execute("UPDATE prober.observations SET recheck_at = now()")
    room.begin_again()
    assert room.found() == ["D0030R1"]


def test_an_implausible_number_is_held_told_by_health_alone_and_released_when_confirmed(room: Room) -> None:
    asked: Counter[str] = Counter()

    def five_vanish(name: str) -> tuple[int, dict[str, str]]:
        asked[name] += 1
        return answers.files(*(MANY if asked[name] <= 2 else MANY[:25]))(name)

    room.open(five_vanish, plausible_drafts=10, hold_for=3600.0, min_revisit=3600.0)
    room.add(*PAPERS)
    held = room.when(lambda snapshot: snapshot.held == 30)
    assert any("30 files seem to have appeared at once" in reason for reason in held.status.sentences)
    assert (room.harness.heard_of(DraftsFound), room.harness.heard_of(NotifyChannel)) == ([], [])
    room.close()
    room.execute("UPDATE prober.observations SET recheck_at = now()")
    room.begin_again()
    announced: set[str] = set()
    while len(announced) < 25:
        announced.update(room.found(limit=90.0))
    snapshot = room.when(lambda snapshot: snapshot.held == 0)
    assert (snapshot.drafts, snapshot.status.sentences) == (25, ())
    assert room.harness.heard_of(NotifyChannel) == []


def test_what_is_held_stays_held_over_a_restart(room: Room) -> None:
    room.open(answers.files(*MANY), plausible_drafts=10, hold_for=900.0, min_revisit=30.0)
    room.add(*PAPERS)
    room.when(lambda snapshot: snapshot.held == 30)
    room.reopen()
    snapshot = room.snapshot()
    assert (snapshot.held, snapshot.drafts) == (30, 0)
    room.work_for(0.5)
    assert room.harness.heard_of(NotifyChannel) == []


def test_an_unchanged_draft_is_asked_for_conditionally_and_told_of_no_more(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", **YOUNG, Last_Modified="Sun, 21 Nov 2100 08:00:00 GMT"))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.when_asked("D0030R1.pdf", 4)
    asked = [
        headers for name, headers in zip(room.server.asked, room.server.headers, strict=False) if "D0030R1.pdf" in name
    ]
    assert "if-none-match" not in asked[0] | asked[1]
    assert (asked[2]["if-none-match"], asked[2]["if-modified-since"]) == ('"1"', "Sun, 21 Nov 2100 08:00:00 GMT")
    room.assert_quiet()


def test_an_updated_draft_is_told_with_what_changed(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", **YOUNG))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.server.now_answers(answers.files("D0030R1.pdf", Content_Length="2000", ETag='"2"'))
    (update,) = room.harness.expect(DraftsUpdated, to="watchlist").updates
    assert (update.draft.id, update.draft.files[0].length) == ("D0030R1", 2000)
    assert update.changes[0].what == (Change.LENGTH, Change.VALIDATOR)
    (notice,) = room.harness.expect(NotifyChannel, to="notifier").notices
    assert (notice.id, notice.happening) == ("D0030R1", Happening.DRAFT_UPDATED)
    assert notice.detail == "The pdf was replaced (1 kB longer)."
    room.reopen()
    room.work_for(1.0)
    assert room.drafts()["D0030R1"].files[0].length == 2000
    assert room.harness.heard_of(DraftsUpdated) == []


def test_a_draft_whose_files_are_all_gone_for_good_is_told_as_withdrawn(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", "D0030R1.html", **YOUNG))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.when(lambda _: len(room.drafts()["D0030R1"].files) == 2)
    room.server.now_answers(answers.missing)
    (gone,) = room.harness.expect(DraftsWithdrawn, to="watchlist").drafts
    assert (gone.id, gone.state) == ("D0030R1", DraftState.WITHDRAWN)
    told = list(room.harness.expect(NotifyChannel, to="notifier").notices)
    if told[0].happening is Happening.DRAFT_UPDATED:  # one file was missed a look earlier than the other
        told = list(room.harness.expect(NotifyChannel, to="notifier").notices)
    assert [(notice.id, notice.happening, notice.links) for notice in told] == [
        ("D0030R1", Happening.DRAFT_WITHDRAWN, ())
    ]
    assert room.drafts()["D0030R1"].state is DraftState.WITHDRAWN


def test_a_withdrawn_draft_is_told_when_it_is_back(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", **YOUNG))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.server.now_answers(answers.missing)
    room.harness.expect(DraftsWithdrawn, to="watchlist")
    room.server.now_answers(answers.files("D0030R1.pdf", **YOUNG))
    (update,) = room.harness.expect(DraftsUpdated, to="watchlist").updates
    assert (update.draft.state, update.summary) == (DraftState.FOUND, "The pdf was put back as before.")


def until_asked_in_vain(room: Room, trouble: answers.Answer) -> None:
    """Until the breaker is open and the site was asked again."""
    room.server.now_answers(trouble)
    asked = len(room.server.asked)
    room.when(lambda snapshot: snapshot.breaker == "open" and len(room.server.asked) > asked)


def test_an_outage_withdraws_nothing(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", **YOUNG))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    for trouble in (answers.status(500), answers.status(403)):
        until_asked_in_vain(room, trouble)
    missed: list[str] = []

    def missing_once(name: str) -> tuple[int, dict[str, str]]:
        if name == "D0030R1.pdf" and not missed:
            missed.append(name)
            return answers.missing(name)
        return answers.files("D0030R1.pdf", **YOUNG)(name)

    room.server.now_answers(missing_once)
    room.when(lambda _: missed != [])
    room.when_asked("D0030R1.pdf", room.server.asked.count("D0030R1.pdf") + 2)
    room.when(lambda snapshot: snapshot.breaker == "closed" and snapshot.status.sentences == ())
    room.work_for(1.0)
    assert room.harness.heard_of(DraftsUpdated) == []
    assert room.harness.heard_of(DraftsWithdrawn) == []


def test_a_published_draft_is_told_to_the_watchlist_and_not_asked_for_any_more(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", **YOUNG))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.add(a_paper(30, 1))
    (publication,) = room.harness.expect(DraftsPublished, to="watchlist").publications
    assert (publication.draft.id, publication.paper.id) == ("D0030R1", "P0030R1")
    heads = counter(room.when(lambda snapshot: snapshot.followed == 0), "heads")
    room.when(lambda snapshot: counter(snapshot, "heads") > heads)  # the batch that was on its way is over
    asked = room.server.asked.count("D0030R1.pdf")
    room.when_asked("D0030R2.pdf", room.server.asked.count("D0030R2.pdf") + 1)
    assert room.server.asked.count("D0030R1.pdf") == asked


def test_a_silent_draft_that_changes_is_news(room: Room) -> None:
    old = {"Last_Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    room.open(answers.files("D0030R1.pdf", **YOUNG, **old))
    room.add(*PAPERS)
    room.when(lambda snapshot: snapshot.drafts == 1)
    assert room.drafts()["D0030R1"].announcement is Announcement.SILENT
    room.execute("UPDATE prober.draft_files SET checked_at = now() - interval '100 days'")
    room.server.now_answers(answers.files("D0030R1.pdf", Content_Length="5", ETag='"2"'))
    room.reopen()
    assert [update.draft.id for update in room.harness.expect(DraftsUpdated, to="watchlist").updates] == ["D0030R1"]


def test_a_withdrawn_draft_stays_withdrawn_over_a_restart(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", **YOUNG))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.server.now_answers(answers.missing)
    room.harness.expect(DraftsWithdrawn, to="watchlist")
    room.reopen()
    assert room.drafts()["D0030R1"].state is DraftState.WITHDRAWN
    room.when_asked("D0030R1.pdf", 6)
    assert room.execute("SELECT count(*) FROM prober.outbox") == [(0,)]


def test_a_file_that_goes_back_and_forth_is_told_once_also_over_a_restart_and_operators_hear_of_it(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", **YOUNG))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]

    def becomes(length: int) -> None:
        room.server.now_answers(answers.files("D0030R1.pdf", Content_Length=str(length), ETag=f'"{length // 1000}"'))
        room.when(lambda _: room.drafts()["D0030R1"].files[0].length == length)

    becomes(2000)
    room.harness.expect(DraftsUpdated, to="watchlist")
    becomes(1000)
    (reason,) = room.snapshot().status.reasons
    assert reason.code is ReasonCode.FILE_FLIPPING
    room.reopen()
    for length in (2000, 1000):
        becomes(length)
    assert room.snapshot().status.reasons == (reason,)
    assert room.harness.heard_of(DraftsUpdated) == []

"""The ProberActor and its worker on both bases, with a real database and a real papers folder."""

import itertools
import os
import signal
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from actors.prober.model import names
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.delivery import Ack
from messages.drafts import Announcement, DraftsFound, DraftState, WatchedNumbers
from messages.lifecycle import ActorFailed, Drain, Drained
from messages.notices import Audience, Happening, NotifyChannel
from messages.papers import Occasion, PaperChange, PapersChanged
from messages.probing import Verdict
from tests.actors.prober import server as answers
from tests.actors.prober.room import FAST, PAPERS, Room, counter, http_date
from tests.builders import NOON, a_paper
from tests.prober_builders import a_name, an_answer, results
from tests.processes import has_ended


def test_without_papers_and_watchers_nothing_is_asked(room: Room) -> None:
    room.open()
    room.work_for(0.3)
    snapshot = room.snapshot()
    assert (snapshot.frontier, snapshot.hot, snapshot.cold, room.server.asked) == (None, 0, 0, [])
    assert snapshot.status.sentences == ()


def test_known_and_unknown_numbers_are_asked_for_the_names_that_their_drafts_would_have(room: Room) -> None:
    room.open(strategy="two-frequency")
    room.add(*PAPERS, occasion=Occasion.FIRST_SYNC)
    known = {f"D0030R{revision}.{extension}" for revision in (1, 2) for extension in ("pdf", "html")}
    unknown = {f"{prefix}0031R{revision}.pdf" for prefix in "DP" for revision in (0, 1)}
    snapshot = room.when(lambda _: len(set(room.server.asked)) >= 30 * 4 + 60 * 8)
    asked = set(room.server.asked)
    assert known | unknown <= asked
    assert len(asked) == 30 * 4 + 60 * 8
    assert not any(name.startswith("P0030") for name in asked)
    assert all(names.parse(name) for name in asked)
    assert (snapshot.frontier, snapshot.hot, snapshot.cold) == (30, 90, 0)


def test_a_draft_is_told_to_the_watchlist_and_to_the_channel_once(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", "D0030R1.html"))
    room.add(*PAPERS)

    event = room.harness.expect(DraftsFound, to="watchlist")
    channel = room.harness.expect(NotifyChannel, to="notifier")

    (draft,) = event.drafts
    (notice,) = channel.notices
    assert (draft.id, draft.predecessor) == ("D0030R1", PAPERS[-1])
    assert (channel.audience, notice.happening) == (Audience.READERS, Happening.DRAFT_FOUND)
    assert (notice.id, notice.title, notice.authors) == ("D0030R1", "Paper 30", PAPERS[-1].authors)
    room.when(lambda _: len(room.drafts()["D0030R1"].files) == 2)
    room.assert_quiet()


def test_what_lies_there_for_long_is_remembered_in_silence(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf", Last_Modified=http_date(timedelta(days=3))))
    room.add(*PAPERS)
    room.when(lambda snapshot: snapshot.drafts == 1)
    room.assert_quiet()
    assert room.drafts()["D0030R1"].announcement is Announcement.SILENT


def test_what_appeared_while_the_service_was_down_is_told_however_long_that_was(room: Room) -> None:
    room.open()
    room.add(*PAPERS)
    room.when_asked("D0030R1.pdf", 2)
    room.close()
    room.execute(
        "UPDATE prober.numbers SET asked_at = asked_at - interval '9 days', missing ="
        " (SELECT jsonb_object_agg(key, value::double precision - 9 * 86400) FROM jsonb_each_text(missing))"
    )
    room.server.now_answers(answers.files("D0030R1.pdf", Last_Modified=http_date(timedelta(days=3))))
    room.begin_again()
    assert room.found() == ["D0030R1"]


@pytest.mark.bases(SIMPLE, TCP)
def test_a_restart_tells_nothing_twice_and_adds_the_other_file_in_silence(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf"))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.reopen()
    room.server.now_answers(answers.files("D0030R1.pdf", "D0030R1.html"))
    room.when(lambda _: len(room.drafts()["D0030R1"].files) == 2)
    room.assert_quiet()


def test_names_asked_before_a_restart_wait_for_their_time(room: Room) -> None:
    room.open(min_revisit=3600.0)
    room.add(*PAPERS)
    room.when(lambda snapshot: counter(snapshot, "heads") >= 30 * 4 + 62 * 8)
    room.reopen()
    room.when(lambda snapshot: snapshot.hot == 92)
    room.work_for(0.3)
    assert counter(room.snapshot(), "heads") == 0


def test_a_watched_number_is_asked_at_once(room: Room) -> None:
    room.open(min_revisit=3600.0)
    room.deliver("watchlist", WatchedNumbers(added=(2300, 10**9), removed=()))
    room.when_asked("D2300R0.pdf")
    room.deliver("watchlist", WatchedNumbers(added=(), removed=(2300,)))
    room.when(lambda snapshot: snapshot.hot == 0)


def test_a_draft_that_becomes_a_paper_is_told_under_the_papers_id(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf"))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.add(a_paper(30, 1, title="Published"))
    (notice,) = room.harness.expect(NotifyChannel, to="notifier").notices
    assert (notice.id, notice.happening, notice.title) == ("P0030R1", Happening.DRAFT_PUBLISHED, "Published")
    assert room.drafts()["D0030R1"].state is DraftState.PUBLISHED
    room.assert_quiet()


def test_a_changed_paper_is_the_predecessor_from_then_on(room: Room) -> None:
    room.open()
    room.add(*PAPERS)
    after = a_paper(30, 0, title="Renamed")
    room.deliver("index", PapersChanged(at=NOON, changes=(PaperChange(before=PAPERS[-1], after=after),)))
    room.harness.expect(Ack, to="index", where=lambda ack: ack.seq == 2)
    room.server.now_answers(answers.files("D0030R1.pdf"))
    assert [draft.predecessor for draft in room.harness.expect(DraftsFound, to="watchlist").drafts] == [after]


def test_a_host_that_answers_for_everything_announces_nothing_and_degrades_health(room: Room) -> None:
    room.open(answers.status(200, Content_Type="application/octet-stream", Content_Length="7"))
    room.add(*PAPERS)
    snapshot = room.when(lambda snapshot: snapshot.status.sentences != ())
    assert "has answered for names that cannot exist" in snapshot.status.sentences[0]
    room.assert_quiet()
    assert room.drafts() == {}
    room.server.now_answers(answers.files("D0030R1.pdf"))
    assert room.found() == ["D0030R1"]
    room.when(lambda snapshot: snapshot.status.sentences == ())


def test_a_pause_that_the_host_asks_for_is_kept_and_shown(room: Room) -> None:
    room.open(answers.status(429, Retry_After="2"))
    room.add(*PAPERS)
    snapshot = room.when(lambda snapshot: snapshot.paused_until is not None)
    assert "asked for a pause until" in snapshot.status.sentences[0]
    room.server.now_answers(answers.files("D0030R1.pdf"))
    assert room.found() == ["D0030R1"]
    times = room.server.times
    assert sum(at < times[0] + 1.9 for at in times) <= FAST["concurrency"]
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) > 1.9


def test_errors_are_asked_again_and_nothing_is_lost_by_an_outage(room: Room) -> None:
    room.open(answers.status(500))
    room.add(*PAPERS)
    room.when(lambda snapshot: any("has not answered" in reason for reason in snapshot.status.sentences))
    room.server.now_answers(answers.files("D0030R1.pdf"))
    assert room.found() == ["D0030R1"]
    room.when(lambda snapshot: snapshot.status.sentences == ())


@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_a_killed_worker_is_replaced_and_its_batch_given_out_again(room: Room) -> None:
    room.open(answers.drip, timeout=60.0)
    room.add(*PAPERS)
    room.when(lambda _: len(room.server.asked) > 0)
    os.kill(worker_of(room.pid), signal.SIGKILL)
    room.server.now_answers(answers.files("D0090R0.pdf"))
    assert room.found() == ["D0090R0"]
    assert counter(room.snapshot(), "workers_lost") == 1


@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_a_worker_that_is_stopped_is_killed_when_its_batch_is_lost(room: Room) -> None:
    room.open(timeout=0.5, concurrency=32)
    room.add(*PAPERS)
    room.when_asked("D0030R1.pdf", 2)
    stopped = psutil.Process(worker_of(room.pid))
    stopped.suspend()
    room.when(lambda snapshot: counter(snapshot, "workers_lost") >= 1)
    room.when(lambda _: has_ended(stopped))
    room.server.now_answers(answers.files("D0090R0.pdf"))
    assert room.found() == ["D0090R0"]


def test_late_results_of_a_batch_that_was_given_up_are_counted_and_dropped(room: Room) -> None:
    room.open()
    room.add(*PAPERS)
    room.when_asked("D0030R1.pdf", 3)
    failing = [an_answer(a_name(number, 1), Verdict.BROKEN) for number in range(1, 31)]
    room.harness.tell(results(*failing, an_answer(a_name(7, 1), Verdict.HIT), generation=1, canary=Verdict.MISSING))
    room.when(lambda snapshot: counter(snapshot, "late_batches") == 1)
    assert room.drafts() == {}
    assert room.snapshot().status.last_error is None
    assert counter(room.snapshot(), "asked_again") == 0
    assert room.harness.failures() == []


@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_it_is_drained_when_its_worker_has_ended_even_by_force(room: Room) -> None:
    room.open()
    room.add(*PAPERS)
    room.when_asked("D0030R1.pdf")
    stopped = psutil.Process(worker_of(room.pid))
    stopped.suspend()
    room.harness.tell(Drain())
    assert room.harness.expect(Drained).name == "prober"
    assert has_ended(stopped)


def worker_of(prober: int) -> int:
    """The only child of the prober's process."""
    (worker,) = Path(f"/proc/{prober}/task/{prober}/children").read_text().split()
    return int(worker)


@pytest.mark.bases(SIMPLE, TCP)
def test_a_worker_that_does_not_answer_is_replaced(room: Room) -> None:
    room.open(answers.drip, timeout=0.05, concurrency=50)
    room.add(*PAPERS)
    room.when(lambda snapshot: any("no answer within" in reason for reason in snapshot.status.sentences))
    assert room.harness.heard_of(ActorFailed) == []


def test_the_database_may_go_away_for_a_while(room: Room) -> None:
    room.open()
    room.add(*PAPERS)
    room.when_asked("D0030R1.pdf", 2)
    room.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    room.server.now_answers(answers.files("D0030R1.pdf"))
    assert room.found() == ["D0030R1"]


def test_the_budget_is_kept(room: Room) -> None:
    room.open(requests_per_hour=36_000)
    room.add(*PAPERS)
    room.when(lambda _: len(room.server.asked) >= 25)
    allowed_at = room.server.robots_times[0]  # a server that comes to its turn late notes names late, and this too
    assert room.server.times[24] - allowed_at >= 24 / 10 * 0.75


@pytest.mark.bases(SIMPLE, TCP)
def test_draining_hands_back_the_batch_on_its_way(room: Room) -> None:
    room.open(answers.drip, timeout=60.0)
    room.add(*PAPERS)
    room.when(lambda _: len(room.server.asked) > 0)
    room.harness.tell(Drain())
    assert room.harness.expect(Drained).name == "prober"
    asked = len(room.server.asked)
    room.server.now_answers(answers.missing)
    room.work_for(0.3)
    assert len(room.server.asked) <= asked + FAST["concurrency"]


def test_nothing_fails_and_nothing_is_asked_too_often_at_full_speed(room: Room) -> None:
    room.open(min_revisit=1.0)
    room.add(*PAPERS)
    room.when_asked("D0030R1.pdf", 3)
    seen: dict[str, float] = {}
    for at, name in zip(room.server.times, room.server.asked, strict=False):
        assert at - seen.get(name, 0.0) >= 0.99
        seen[name] = at
    assert room.harness.failures() == []

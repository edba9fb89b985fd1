"""Politeness towards the papers' host, on both bases: what is obeyed, and what a restart does not forget."""

import itertools
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.health import ProberSnapshot
from messages.switching import Probing, ProbingQuery, ProbingRefused, ProbingSwitched, SwitchProbing
from tests.actors.prober import server as answers
from tests.actors.prober.room import FAST, PAPERS, Room, counter, switch


def reason(snapshot: ProberSnapshot, words: str) -> bool:
    return any(words in each for each in snapshot.status.sentences)


# --- Retry-After


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_retry_after_is_kept_over_a_restart(room: Room, form: str) -> None:
    pause = timedelta(minutes=20)
    begun = datetime.now(UTC).replace(microsecond=0)  # a date has no fractions of a second
    header = "1200" if form == "seconds" else format_datetime(begun + pause, usegmt=True)
    room.open(answers.status(429, Retry_After=header))
    room.add(*PAPERS)
    until = room.when(lambda snapshot: snapshot.paused_until is not None).paused_until
    assert until is not None
    assert begun + pause <= until <= datetime.now(UTC) + pause
    room.server.now_answers(answers.files("D0030R1.pdf"))
    asked = len(room.server.asked)
    room.reopen()
    again = room.snapshot()
    assert again.paused_until == until
    assert reason(again, "asked for a pause until")
    room.work_for(0.5)
    assert len(room.server.asked) == asked
    over(room)
    assert room.found() == ["D0030R1"]


def over(room: Room) -> None:
    """Let a pause end while nobody runs."""
    room.close()
    room.execute("UPDATE prober.hosts SET paused_until = now()")
    room.begin_again()


def test_after_a_pause_the_host_is_asked_slowly_at_first(room: Room) -> None:
    throttling = answers.status(503, Retry_After="1200")
    room.open(throttling, requests_per_hour=360_000, min_revisit=30.0, strategy="two-frequency")  # it has no pace
    room.add(*PAPERS)
    throttled = room.when(lambda snapshot: snapshot.paused_until is not None)
    assert throttled.rate == 360_000 / 16
    room.server.now_answers(answers.missing)
    asked = len(room.server.asked)
    over(room)
    room.when(lambda _: len(room.server.asked) >= asked + 40)
    first = room.server.times[asked : asked + 40]
    assert first[-1] - first[0] > 0.5  # at full rate 0.4 s, now four batches of half a second
    room.when(lambda snapshot: snapshot.rate >= 180_000)


# --- the breaker


def test_a_host_that_refuses_us_is_left_alone_and_tried_one_by_one(room: Room) -> None:
    room.open(answers.status(403), min_revisit=1.0)
    room.add(*PAPERS)
    room.when(lambda snapshot: snapshot.breaker == "open" and reason(snapshot, "has refused us since"))
    asked = len(room.server.asked)
    room.when(lambda _: len(room.server.asked) >= asked + 4)
    trials = room.server.times[asked:]
    assert all(later - earlier >= 0.99 for earlier, later in itertools.pairwise(trials))
    room.server.now_answers(answers.files("D0030R1.pdf"))
    assert room.found() == ["D0030R1"]
    room.when(lambda snapshot: snapshot.breaker == "closed" and snapshot.status.sentences == ())


def test_an_open_breaker_stays_open_over_a_restart(room: Room) -> None:
    room.open(answers.status(500), min_revisit=30.0)
    room.add(*PAPERS)
    before = room.when(lambda snapshot: snapshot.breaker == "open")
    asked = len(room.server.asked)
    room.reopen()
    after = room.snapshot()
    assert (after.breaker, after.paused_until) == ("open", before.paused_until)
    assert reason(after, "has not answered since")
    room.work_for(0.5)
    assert len(room.server.asked) == asked


# --- our network


def test_when_no_host_can_be_reached_it_is_our_network(room: Room) -> None:
    """No TCP connection can be made to these addresses: the kernel refuses before anything is sent."""
    room.open(base_url="http://255.255.255.255/", index="http://224.0.0.1/index.json")
    room.add(*PAPERS)
    snapshot = room.when(lambda snapshot: reason(snapshot, "our own network is down"))
    assert (snapshot.breaker, snapshot.rate) == ("closed", 5 * 3600)
    assert counter(snapshot, "heads") == 0


def test_when_another_host_can_be_reached_it_is_the_papers_host(room: Room) -> None:
    with socket.create_server(("127.0.0.1", 0)) as witness:
        index = f"http://127.0.0.1:{witness.getsockname()[1]}/index.json"
        room.open(base_url="http://255.255.255.255/", index=index)
        room.add(*PAPERS)
        snapshot = room.when(lambda snapshot: reason(snapshot, "has been unreadable since"))
    assert not reason(snapshot, "our own network")


# --- robots.txt


def test_a_folder_that_robots_txt_forbids_is_not_asked(room: Room) -> None:
    room.server.now_allows(200, "User-agent: *\nDisallow: /files/\n")
    room.open()
    room.add(*PAPERS)
    room.when(lambda snapshot: reason(snapshot, "has forbidden the papers folder since"))
    room.work_for(0.5)
    room.reopen()
    room.when(lambda snapshot: reason(snapshot, "has forbidden the papers folder since"))
    room.work_for(0.5)
    assert (room.server.asked, room.server.robots_asked) == ([], 1)


def test_rules_that_could_not_be_stored_do_not_hold(room: Room) -> None:
    room.open(answers.files("D0030R1.pdf"))
    room.execute("ALTER TABLE prober.robots RENAME TO robots_away")
    room.add(*PAPERS)
    room.when(lambda _: room.server.robots_asked >= 2)  # read again: what it said is not known
    assert room.server.asked == []
    room.execute("ALTER TABLE prober.robots_away RENAME TO robots")
    assert room.found() == ["D0030R1"]


def test_while_robots_txt_cannot_be_read_nothing_is_asked(room: Room) -> None:
    room.server.now_allows(503)
    room.open(answers.files("D0030R1.pdf"))
    room.add(*PAPERS)
    room.when(lambda snapshot: reason(snapshot, "has been unreadable since"))
    room.when(lambda _: room.server.robots_asked >= 3)
    assert room.server.asked == []
    room.server.now_allows(200, "User-agent: *\nDisallow: /admin/\n")
    assert room.found() == ["D0030R1"]
    room.when(lambda snapshot: snapshot.status.sentences == ())


def test_a_crawl_delay_is_kept(room: Room) -> None:
    room.server.now_allows(200, "User-agent: *\nCrawl-delay: 0.2\n")
    room.open()
    room.add(*PAPERS)
    snapshot = room.when(lambda _: len(room.server.asked) >= 6)
    assert snapshot.rate == pytest.approx(5 * 3600)
    allowed_at = room.server.robots_times[0]  # a server that comes to its turn late notes names late, and this too
    assert room.server.times[5] - allowed_at > 5 * 0.2 * 0.75


# --- the switch


@pytest.mark.bases(SIMPLE, TCP)
def test_the_switch_stops_at_once_outlives_a_restart_and_starts_again(room: Room) -> None:
    room.open(answers.drip, timeout=60.0)
    room.add(*PAPERS)
    room.when(lambda _: len(room.server.asked) >= FAST["concurrency"])  # and there are no more before one is answered
    off = switch(room, Probing.OFF)
    assert (off.probing, off.by) == (Probing.OFF, "me")
    room.work_for(0.2)
    room.server.now_answers(answers.files("D0030R1.pdf"))
    asked = len(room.server.asked)
    room.reopen()
    room.work_for(0.5)
    snapshot = room.snapshot()
    assert (len(room.server.asked), snapshot.probing) == (asked, Probing.OFF)
    assert reason(snapshot, "probing has been off since")
    assert room.harness.ask(ProbingQuery(request_id="q"), ProbingSwitched).since == off.since
    switch(room, Probing.ON)
    assert room.found() == ["D0030R1"]
    assert room.when(lambda snapshot: snapshot.probing is Probing.ON).status.sentences == ()


def test_what_the_configuration_has_switched_off_stays_off_and_is_no_complaint(room: Room) -> None:
    room.open(enabled=False)
    room.add(*PAPERS)
    refused = room.harness.ask(SwitchProbing(request_id="s", wanted=Probing.ON, by="me"), ProbingRefused)
    assert "prober.enabled" in refused.detail
    room.work_for(0.5)
    snapshot = room.snapshot()
    assert (snapshot.probing, snapshot.status.sentences) == (Probing.DISABLED, ())
    assert (room.server.asked, room.server.robots_asked) == ([], 0)


def test_every_request_says_who_asks(room: Room) -> None:
    room.open(contact="papers@example.org")
    room.add(*PAPERS)
    room.when(lambda _: len(room.server.asked) > 0)
    agents = {headers["user-agent"] for headers in room.server.headers}
    assert len(agents) == 1
    assert agents.pop().endswith(" (+papers@example.org)")

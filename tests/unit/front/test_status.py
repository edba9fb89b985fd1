"""What `callboard status` says, of real health documents."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.front.commands import call, cli
from actors.front.commands.printing import status
from actors.front.commands.printing.moments import ago, duration, minute, moment
from actors.front.commands.running import watching
from actors.health.document.chronicle import after, begun
from actors.health.document.compose import compose
from actors.health.snapshots.reports import ASKED, ActorReport, Overview, Responsiveness
from messages.health import ActorStatus, HealthReason, HealthSnapshot, ReasonCode
from tests.builders import NOON
from tests.health_builders import a_busy_snapshot, a_snapshot

ABOUT = {"version": "1.2.3", "base": "simpleSystemBase", "started_at": NOON - timedelta(hours=2)}
INDEX_FAILS = HealthReason(code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text="index: not fetched " + "so " * 40)


NOT_LOADED = HealthReason(
    code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text="index: not loaded yet", is_beginning=True
)


@pytest.fixture(autouse=True)
def in_zone() -> Iterator[Callable[[str], None]]:
    """Local time is that of UTC, until it is called with another zone."""
    with pytest.MonkeyPatch.context() as patched:

        def set_zone(zone: str) -> None:
            patched.setenv("TZ", zone)
            time.tzset()

        set_zone("UTC")
        yield set_zone
    time.tzset()


def an_overview(
    *reasons: HealthReason, busy: bool = True, leader: str = "", error: str | None = None, restarts: int = 0
) -> Overview:
    make = a_busy_snapshot if busy else a_snapshot
    common = ActorStatus(
        last_updated=NOON, reasons=reasons, counters=(), last_error=error, last_error_at=None if error is None else NOON
    )
    names = ("lease",) if leader else ASKED
    reports = {
        name: ActorReport(
            answer=Responsiveness.RESPONSIVE,
            snapshot=make(name, "1", common if name == "index" else replace(common, reasons=())),
        )
        for name in names
    }
    own = HealthSnapshot(
        request_id="", status=replace(common, reasons=()), url="", restarts=(("prober", restarts),) if restarts else ()
    )
    reports["health"] = ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=own)
    return Overview(reports=reports, at=NOON, leader=leader)


def health_of(*overviews: Overview, begin: datetime = NOON - timedelta(minutes=130)) -> Any:
    chronicle = begun(begin)
    for overview in overviews:
        chronicle = after(chronicle, overview)
    return json.loads(compose(overviews[-1], chronicle, ABOUT, str)[0])


def said(*overviews: Overview) -> list[str]:
    return status.lines(health_of(*overviews), NOON)


def text_of(lines: list[str]) -> str:
    """Without what wrapping has done."""
    return " ".join(" ".join(lines).split())


def test_the_first_line_says_that_all_is_well_and_since_when() -> None:
    assert said(an_overview())[0].startswith("All has been well since ")
    assert said(an_overview())[0].endswith(" (2 h 10 min).")


def test_with_problems_the_first_line_counts_them_and_they_follow() -> None:
    first, second, *_ = said(an_overview(INDEX_FAILS))
    assert first.startswith("Not well since ")
    assert first.endswith(": 1 problem.")
    assert second.startswith("  ! index: not fetched so so")


def test_a_standby_says_who_leads() -> None:
    assert "other:/data leads." in text_of(said(an_overview(leader="other:/data")))


def test_it_says_what_was_found_asked_fetched_and_who_listens() -> None:
    text = text_of(said(an_overview()))
    for part in (
        "D2300R11",
        "https://isocpp.org/files/papers/D2300R11.pdf",
        "isocpp.org: 120 of 400 requests in the last hour, 2,400 of 9,600 requests in the last day",
        "it brought 3 new entries and 1 change",
        "Slack ",
        "Callboard 1.2.3 (leader, simpleSystemBase)",
    ):
        assert part in text


@pytest.mark.parametrize("busy", [True, False])
def test_it_fits_80_columns(busy: bool) -> None:
    lines = said(an_overview(INDEX_FAILS, busy=busy, error="TimeoutError: " + "slow " * 60, restarts=3))
    assert max(map(len, lines)) <= 80


def test_it_speaks_no_jargon() -> None:
    text = text_of(said(an_overview())).lower()
    assert not [word for word in ("epoch", "hot", "cold", "frontier", "breaker", "outbox", "lease") if word in text]


def test_what_the_index_did_not_bring_is_not_counted() -> None:
    health = health_of(an_overview())
    health["last_fetch"] |= {"added": 27_185, "changed": 0}
    assert "it brought 27,185 new entries Slack" in text_of(status.lines(health, NOON))


def test_a_problem_that_is_over_is_marked_so() -> None:
    lines = said(an_overview(INDEX_FAILS), an_overview())
    assert lines[0].startswith("All has been well since")
    (over,) = (line for line in lines if line.startswith("Over"))
    assert "index: not fetched" in text_of(lines)
    assert over.startswith("Over       12:00")


def test_the_first_load_is_no_trouble_neither_while_it_lasts_nor_afterwards() -> None:
    first, second, *_ = said(an_overview(NOT_LOADED))
    assert first.startswith("Starting since ")
    assert first.endswith(": not all is loaded yet.")
    assert second == "    index: not loaded yet (since 12:00)"
    lines = said(an_overview(NOT_LOADED), an_overview())
    assert lines[0].endswith(" (2 h 10 min).")
    assert not [line for line in lines if line.startswith("Over")]


def test_the_last_error_of_an_actor_that_is_well_is_over() -> None:
    assert "index: TimeoutError: slow" in text_of(said(an_overview(error="TimeoutError: slow")))


def test_restarts_are_shown_only_if_there_were_any() -> None:
    assert "prober 2 times" in text_of(said(an_overview(restarts=2)))
    assert "Restarted" not in text_of(said(an_overview()))


def test_without_a_contact_it_says_how_to_have_the_whole_budget() -> None:
    health = health_of(an_overview())
    health["actors"]["prober"]["contact"], health["actors"]["prober"]["budget"] = False, 400.0
    assert "a tenth of the budget is used: 400 requests an hour" in text_of(status.lines(health, NOON))
    assert "start Callboard again" in text_of(status.lines(health, NOON))
    health["configuration"] = {"file": "/etc/callboard.yaml"}
    assert "in the configuration file and save it: Callboard uses all of it at once" in text_of(
        status.lines(health, NOON)
    )
    health["actors"]["prober"]["probing"] = "disabled"
    assert "prober.contact" not in text_of(status.lines(health, NOON))


@pytest.mark.parametrize("overview", [an_overview(busy=False), an_overview(leader="other")])
def test_a_service_that_has_just_started_has_something_to_say_too(overview: Overview) -> None:
    assert len(said(overview)) > 2


@pytest.mark.parametrize(
    ("answer", "code", "line"),
    [
        (health_of(an_overview()), 0, "All has been well since"),
        (health_of(an_overview(INDEX_FAILS)), 1, "index: not fetched"),
        (ServiceNotRunning("no service is running"), 2, "Callboard is away: no service is running"),
        (RequestRefused("health did not answer"), 2, "Callboard is away: health did not answer"),
    ],
)
def test_check_prints_one_line_and_its_exit_code_says_how_it_is(
    answer: Any, code: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(data_dir: str, request: object) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(call, "ask", ask)
    assert cli.run(["status", "--check"]) == code
    shown = capsys.readouterr().out
    assert line in shown
    assert len(shown.splitlines()) == 1


def test_check_says_in_json_that_no_service_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(data_dir: str, request: object) -> Any:
        raise ServiceNotRunning("no service is running")

    monkeypatch.setattr(call, "ask", ask)

    assert cli.run(["status", "--check", "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {"status": "away", "reasons": ["no service is running"]}


def test_watch_shows_it_again_until_it_is_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    turns = iter([None, ServiceNotRunning("no service"), KeyboardInterrupt()])

    def show() -> None:
        if (turn := next(turns)) is not None:
            raise turn
        print("shown")

    watching.watch(show, lambda why: print(f"away: {why}"), print, every=0.0)
    assert capsys.readouterr().out.split("\n\n")[:2] == ["shown", "away: no service"]


def test_moments_are_short_when_they_are_near() -> None:
    now = datetime(2026, 3, 4, 12, 30, tzinfo=UTC).astimezone()
    assert moment(now.replace(hour=now.hour, minute=5).isoformat(), now).endswith(":05")
    assert moment("2020-01-02T12:00:00Z", now).startswith("2020-01-0")
    assert [duration((now - timedelta(minutes=minutes)).isoformat(), now) for minutes in (0, 59, 61, 1500)] == [
        "less than a minute",
        "59 min",
        "1 h 1 min",
        "1 d 1 h",
    ]
    assert ago(now.isoformat(), now) == "just now"


def test_in_a_zone_that_cannot_be_moments_are_in_utc(in_zone: Callable[[str], None]) -> None:
    in_zone("XXX99999")
    assert moment("2026-03-04T12:05:00Z", datetime(2026, 3, 4, 12, 30, tzinfo=UTC)) == "12:05"
    assert minute("2026-03-04T12:05:00Z") == "2026-03-04 12:05"


def test_moments_in_problems_are_local_and_said_once(in_zone: Callable[[str], None]) -> None:
    in_zone("America/New_York")
    text = "index: not fetched since 2025-11-21 12:00 UTC: HTTP 500"
    reason = HealthReason(code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text=text)
    health = health_of(an_overview(reason))

    assert status.lines(health, NOON)[1] == "  ! index: not fetched since 07:00: HTTP 500"
    assert status.check_line(health, NOON).endswith("1 problem. index: not fetched since 07:00: HTTP 500")
    assert status.in_local_time("again at 2025-11-20 12:00:59 UTC", NOON) == "again at 20 Nov 07:00"
    for impossible in ("0000-00-00 00:00:00 UTC", "2026-02-30 10:00 UTC"):
        assert status.in_local_time(f"[BODY] ({impossible})", NOON) == f"[BODY] ({impossible})"


def test_an_error_that_was_a_problem_is_over_once() -> None:
    reason = HealthReason(code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text="index: not fetched: HTTP 500")
    lines = said(an_overview(reason), an_overview(error="wg21.link: HTTP 500"))
    (over,) = (line for line in lines if line.startswith("Over"))

    assert over == "Over       12:00: index: not fetched: HTTP 500"
    assert "index: wg21.link: HTTP 500" not in text_of(lines)

"""The health document, from frozen snapshots."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actors.health.snapshots.reports import ASKED, ActorReport, Overview, Responsiveness, asked
from actors.health.snapshots.rounds import SnapshotRound
from messages.health import ActorStatus, HealthReason, ReasonCode, WatchlistSnapshot
from tests.builders import NOON
from tests.health_builders import document_of


def a_reason(text: str) -> HealthReason:
    return HealthReason(
        code=ReasonCode.DEAD_LETTERS, subject="watchlist", text=text, urgent=True, fields=(("count", "3"),)
    )  # fmt: skip


def status(*reasons: str, ago: float = 0.0) -> ActorStatus:
    return ActorStatus(
        last_updated=NOON - timedelta(seconds=ago),
        reasons=tuple(a_reason(text) for text in reasons),
        counters=(("events_taken", 3),),
        last_error="TimeoutError: slow",
        last_error_at=NOON,
    )


def a_watchlist(*reasons: str, request_id: str = "1", ago: float = 0.0) -> WatchlistSnapshot:
    return WatchlistSnapshot(request_id=request_id, status=status(*reasons, ago=ago), users=2, entries=5)


def document(**reports: ActorReport) -> tuple[dict[str, Any], bool]:
    text, healthy = document_of(Overview(reports=reports, at=NOON, leader=""))
    return json.loads(text), healthy


def test_it_is_ok_when_nobody_has_a_reason() -> None:
    found, healthy = document(watchlist=ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=a_watchlist()))
    assert healthy
    assert found["status"] == "ok"
    assert found["reasons"] == []
    shown = found["actors"]["watchlist"]
    assert shown["users"] == 2
    assert shown["counters"] == {"events_taken": 3}
    assert shown["last_error"] == "TimeoutError: slow"
    assert shown["last_updated"].startswith("2025-11-21T12:00:00")


def test_a_reason_of_an_actor_degrades_the_whole() -> None:
    found, healthy = document(
        watchlist=ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=a_watchlist("watchlist: full"))
    )
    assert not healthy
    assert found["status"] == "degraded"
    assert found["reasons"] == ["watchlist: full"]
    assert found["actors"]["watchlist"]["reasons"] == ["watchlist: full"]


def test_the_document_names_each_problem_by_code_and_subject() -> None:
    found, _ = document(
        watchlist=ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=a_watchlist("watchlist: 3 dead letters")),
        prober=ActorReport(answer=Responsiveness.UNRESPONSIVE, snapshot=None),
    )
    assert found["problems"] == [
        {
            "code": "dead_letters",
            "subject": "watchlist",
            "text": "watchlist: 3 dead letters",
            "urgent": True,
            "beginning": False,
            "fields": {"count": "3"},
            "since": "2025-11-21T12:00:00Z",
        },
        {
            "code": "actor_silent",
            "subject": "prober",
            "text": "prober: does not answer",
            "urgent": False,
            "beginning": False,
            "fields": {},
            "since": "2025-11-21T12:00:00Z",
        },
    ]


def test_a_silent_actor_is_shown_with_its_last_snapshot_and_its_age() -> None:
    found, healthy = document(watchlist=ActorReport(answer=Responsiveness.UNRESPONSIVE, snapshot=a_watchlist(ago=90)))
    assert not healthy
    assert found["reasons"] == ["watchlist: does not answer"]
    assert found["actors"]["watchlist"]["age"] == 90.0
    assert found["actors"]["watchlist"]["answer"] == "unresponsive"


def test_an_actor_that_never_answered_is_shown_too() -> None:
    found, healthy = document(prober=ActorReport(answer=Responsiveness.UNRESPONSIVE, snapshot=None))
    assert not healthy
    assert found["actors"]["prober"]["last_updated"] is None


def test_a_round_ends_when_everybody_has_answered() -> None:
    round_ = SnapshotRound.of(("watchlist", "notifier"))
    assert round_.without("watchlist").missing == {"notifier"}
    assert not round_.without("watchlist").without("notifier").missing


def test_a_standby_that_is_well_says_who_leads_and_asks_only_for_the_lease() -> None:
    text, healthy = document_of(Overview(reports={}, at=NOON, leader="other:/data (process 7)"))
    found = json.loads(text)
    assert healthy
    assert (found["status"], found["leader"]) == ("standby", "other:/data (process 7)")
    assert asked("other:/data (process 7)") == ("lease",)
    assert asked("") == ASKED


def test_a_standby_that_could_not_take_over_is_degraded() -> None:
    reports = {"lease": ActorReport(answer=Responsiveness.UNRESPONSIVE, snapshot=None)}
    text, healthy = document_of(Overview(reports=reports, at=NOON, leader="other:/data (process 7)"))
    assert not healthy
    assert json.loads(text)["status"] == "degraded"


@pytest.mark.parametrize("missing", [frozenset(), frozenset(ASKED)])
def test_everybody_who_was_asked_has_a_report(missing: frozenset[str]) -> None:
    latest = {"watchlist": a_watchlist(ago=9)}
    reports = SnapshotRound(asked=ASKED, missing=missing).reports(latest)
    assert set(reports) == set(ASKED)
    assert {name for name, report in reports.items() if report.answer is Responsiveness.UNRESPONSIVE} == missing
    assert {name for name, report in reports.items() if report.snapshot is not None} == {"watchlist"}


@pytest.mark.parametrize(("reasons", "over"), [((), True), (("watchlist: full",), False)])
def test_the_last_error_has_its_time_and_is_marked_as_over_when_it_is(reasons: tuple[str, ...], over: bool) -> None:
    found, _ = document(watchlist=ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=a_watchlist(*reasons)))
    shown = found["actors"]["watchlist"]
    assert shown["last_error_at"].startswith("2025-11-21T12:00:00")
    assert shown["last_error_over"] is over


def test_where_there_was_no_error_none_is_over() -> None:
    well = replace(a_watchlist(), status=replace(status(), last_error=None, last_error_at=None))
    found, _ = document(watchlist=ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=well))
    assert found["actors"]["watchlist"]["last_error_over"] is None

"""Snapshots as metrics: their names and numbers, and what promtool, alerts and dashboard say of them."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from actors.health.document.chronicle import after, begun
from actors.health.metrics.collector import SnapshotCollector
from actors.health.metrics.routes import exposition
from actors.health.snapshots.reports import ASKED, ActorReport, Overview, Responsiveness
from messages.check_definitions import CheckKind
from messages.check_reading import CheckBoardReply
from messages.checks import CheckState, PhaseTimes
from messages.health import NO_LAGS, ActorStatus, ChecksSnapshot, HealthReason, HealthSnapshot, ReasonCode
from tests.builders import NOON
from tests.check_builders import a_board, a_card
from tests.health_builders import a_busy_snapshot, a_snapshot

ROOT = Path(__file__).parents[3]
ALERTS, DASHBOARD = ROOT / "deploy" / "prometheus" / "alerts.yml", ROOT / "deploy" / "grafana" / "callboard.json"
PAGE = ROOT / "docs" / "observability.md"
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool (Debian's package prometheus) is not installed")

WRONG = HealthReason(code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text='index: "not" fetched\nat all')
MOST_SERIES = 400


def an_overview(*, busy: bool = True, leader: str = "", silent: str = "") -> Overview:
    make = a_busy_snapshot if busy else a_snapshot
    status = ActorStatus(
        last_updated=NOON, reasons=(WRONG,),
        counters=(("failures", 2), ("fetches", 9), ("fetches_ok", 6), ("failed_cycles", 2)),
        last_error='a secret "error"', last_error_at=NOON, turns=(("SnapshotRequest", 4, 0.5),),
    )  # fmt: skip
    reports = {
        name: ActorReport(
            answer=Responsiveness.UNRESPONSIVE if name == silent else Responsiveness.RESPONSIVE,
            snapshot=make(name, "1", status),
        )
        for name in (("lease",) if leader else ASKED)
    }
    own = HealthSnapshot(request_id="", status=status, url="", restarts=(("prober", 3),))
    reports["health"] = ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=own)
    return Overview(reports=reports, at=NOON, leader=leader)


def page(overview: Overview, board: CheckBoardReply | None = None) -> str:
    about = {"version": "1.2.3", "base": "simpleSystemBase"}
    return exposition(SnapshotCollector(overview, after(begun(NOON), overview), about, board)).decode()


def samples(
    overview: Overview, board: CheckBoardReply | None = None
) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page(overview, board))
        for sample in family.samples
    }


def with_checks() -> Overview:
    overview = an_overview()
    status = ActorStatus(
        last_updated=NOON,
        reasons=(),
        counters=(("results", 9), ("late_results", 2)),
        last_error=None,
        last_error_at=None,
    )
    snapshot = ChecksSnapshot(request_id="", status=status, states=(), in_flight=3, late=0.5, lag=NO_LAGS.added(0.3))
    checks = ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=snapshot)
    return Overview(reports={**overview.reports, "checks": checks}, at=NOON, leader="")


def value(overview: Overview, name: str, **labels: str) -> float:
    return samples(overview)[name, tuple(sorted(labels.items()))]


def names() -> set[str]:
    """All that a series may be called."""
    return {name for name, _ in samples(with_checks(), a_board(*EVERY_KIND))}


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("callboard_info", {"version": "1.2.3", "base": "simpleSystemBase"}, 1),
        ("callboard_healthy", {}, 0),
        ("callboard_leader", {}, 1),
        ("callboard_problems", {"code": "index_not_fetched"}, 1),
        ("callboard_problems", {"code": "dead_letters"}, 0),
        ("callboard_actor_up", {"actor": "notifier"}, 1),
        ("callboard_actor_restarts_total", {"actor": "prober"}, 3),
        ("callboard_actor_restarts_total", {"actor": "index"}, 0),
        ("callboard_actor_failures_total", {"actor": "index"}, 2),
        ("callboard_turn_duration_seconds_count", {"actor": "index", "turn": "SnapshotRequest"}, 4),
        ("callboard_turn_duration_seconds_sum", {"actor": "index", "turn": "SnapshotRequest"}, 0.5),
        ("callboard_probes_total", {"host": "isocpp.org", "verdict": "missing"}, 118),
        ("callboard_requests_sent_recently", {"window": "24h"}, 2400),
        ("callboard_request_budget_per_second", {}, 400 / 3600),
        ("callboard_upstream_state", {"host": "wg21.link", "state": "throttled"}, 1),
        ("callboard_upstream_state", {"host": "wg21.link", "state": "reachable"}, 0),
        ("callboard_index_fetches_total", {"outcome": "failed"}, 2),
        ("callboard_index_fetches_total", {"outcome": "ok"}, 6),
        ("callboard_messages_total", {"kind": "notice", "outcome": "sent"}, 4),
        ("callboard_slack_connected", {}, 1),
        ("callboard_detection_delay_seconds_bucket", {"le": "60"}, 0),
        ("callboard_detection_delay_seconds_bucket", {"le": "600"}, 1),
        ("callboard_detection_delay_seconds_bucket", {"le": "+Inf"}, 2),
        ("callboard_detection_delay_seconds_count", {}, 2),
        ("callboard_detection_delay_seconds_sum", {}, 5090),
    ],
)
def test_a_fact_has_its_series(name: str, labels: dict[str, str], expected: float) -> None:
    assert value(an_overview(), name, **labels) == pytest.approx(expected)


def test_a_silent_actor_is_down_and_its_last_numbers_stay() -> None:
    assert value(an_overview(silent="prober"), "callboard_actor_up", actor="prober") == 0
    assert value(an_overview(silent="prober"), "callboard_drafts") == 0


def test_a_standby_has_the_series_of_those_who_are_there() -> None:
    found = samples(an_overview(leader="other"))
    assert found["callboard_leader", ()] == 0
    assert not any(name == "callboard_drafts" for name, _ in found)


def test_no_text_of_an_error_and_few_series() -> None:
    text = page(an_overview())
    assert "secret" not in text
    assert "fetched\n" not in text
    assert len(samples(an_overview())) < MOST_SERIES


EVERY_KIND = (
    a_card(
        "page", group="web", url="https://example.org/?q=…", certificate_until=NOON + timedelta(days=30),
        http_status=503, succeeded=False, status=CheckState.DOWN,
        phases=PhaseTimes(resolve=0.1, connect=0.2, tls=0.3, processing=0.4),
    ),
    a_card("name", kind=CheckKind.DNS, url='dns://9.9.9.9/"x"\n\\', phases=PhaseTimes(processing=0.05)),
    a_card("idle", status=CheckState.PAUSED),
    a_card("new", status=CheckState.UNKNOWN, succeeded=None, duration=None),
)  # fmt: skip


def test_checks_have_the_series_of_the_blackbox_exporter() -> None:
    found = samples(with_checks(), a_board(*EVERY_KIND))
    page = {"instance": "https://example.org/?q=…", "check": "page", "group": "web"}

    def of(name: str, **labels: str) -> float:
        return found[name, tuple(sorted({**page, **labels}.items()))]

    assert of("probe_success") == 0
    assert of("probe_duration_seconds") == 0.1
    assert of("probe_http_duration_seconds", phase="tls") == 0.3
    assert of("probe_http_status_code") == 503
    assert of("probe_http_ssl") == 1
    assert of("probe_ssl_earliest_cert_expiry") == (NOON + timedelta(days=30)).timestamp()
    assert of("probe_dns_lookup_time_seconds") == 0.1
    assert found["callboard_checks", (("group", "web"), ("status", "down"))] == 1
    assert found["callboard_check_results_total", (("outcome", "late"),)] == 2
    assert found["callboard_check_lag_seconds_bucket", (("le", "0.5"),)] == 1
    assert {dict(labels)["check"] for name, labels in found if name == "probe_success"} == {"page", "name"}


def test_of_too_many_checks_there_are_groups_only() -> None:
    found = samples(with_checks(), replace(a_board(*EVERY_KIND), is_whole=False))
    assert found["probe_success", (("check", ""), ("group", "web"), ("instance", "web"))] == 0
    assert not any(dict(labels).get("check") for _, labels in found)
    assert not any(name.startswith("probe_http") for name, _ in found)


@needs_promtool
def test_promtool_has_nothing_to_say_about_checks() -> None:
    said = checked("metrics", piped=page(with_checks(), a_board(*EVERY_KIND)))
    assert said == ""


@needs_promtool
@pytest.mark.parametrize(
    "overview", [an_overview(), an_overview(busy=False), an_overview(leader="other")], ids=["busy", "new", "standby"]
)
def test_promtool_has_nothing_to_say(overview: Overview) -> None:
    assert checked("metrics", piped=page(overview)) == ""


@needs_promtool
def test_the_rules_are_rules() -> None:
    assert "FAILED" not in checked("rules", str(ALERTS))


def checked(*words: str, piped: str = "") -> str:
    """What `promtool check` says. It fails on what it finds fault with."""
    assert PROMTOOL is not None
    done = subprocess.run(
        [PROMTOOL, "check", *words], input=piped, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def expressions_of_alerts() -> Iterator[str]:
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def expressions_of_dashboard() -> Iterator[str]:
    dashboard: Any = json.loads(DASHBOARD.read_text())
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.mark.parametrize("expression", [*expressions_of_alerts(), *expressions_of_dashboard()])
def test_every_name_in_alerts_and_dashboard_exists(expression: str) -> None:
    named = set(re.findall(r"\b(?:callboard|probe)_\w+", expression))
    assert named or "up{" in expression
    assert named <= names()


def test_the_page_describes_every_series_and_no_other() -> None:
    named = set(re.findall(r"`((?:callboard|probe)_\w+)`", PAGE.read_text(encoding="utf-8")))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names()}
    assert named == families

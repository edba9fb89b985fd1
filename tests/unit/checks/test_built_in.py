"""The checks that Callboard brings along: what its actors know becomes results."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from actors.checks.built_in.findings import NOT_ASKED_YET, BuiltInFinding, finding_of, without_network
from messages.activity import FetchActivity, ProbeActivity, Reachability, UpstreamSite
from messages.built_in_checks import BUILT_IN_KEYS, all_checks, built_in_checks
from messages.checks import CheckVerdict
from messages.health import ActorStatus, HealthReason, IndexSnapshot, NotifierSnapshot, ProberSnapshot, ReasonCode
from tests.builders import settings
from tests.check_builders import a_check
from tests.health_builders import a_snapshot

STATUS = ActorStatus(
    last_updated=datetime(2026, 11, 30, tzinfo=UTC), reasons=(), counters=(), last_error=None, last_error_at=None
)


def an_index(state: Reachability, detail: str = "") -> IndexSnapshot:
    sites = (
        UpstreamSite(host="wg21.link", state=Reachability.REACHABLE),
        UpstreamSite(host="open-std.org", state=state, detail=detail),
    )
    activity = FetchActivity(fetched_at=None, added=0, changed=0, brought_at=None, upstreams=sites)
    return IndexSnapshot(
        request_id="r", status=STATUS, entries=0, papers=0, synced_at=None, failing_since=None, activity=activity
    )


def a_notifier(*codes: ReasonCode) -> NotifierSnapshot:
    reasons = tuple(HealthReason(code=code, subject="slack", text=f"notifier: {code.value}") for code in codes)
    return NotifierSnapshot(
        request_id="r", status=replace(STATUS, reasons=reasons), delivery="slack", queued=0, sending=0, sent=0, dead=0
    )


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (Reachability.REACHABLE, BuiltInFinding(verdict=CheckVerdict.PASSED)),
        (Reachability.THROTTLED, BuiltInFinding(verdict=CheckVerdict.WARNED, error="HTTP 429")),
        (Reachability.BLOCKED, BuiltInFinding(verdict=CheckVerdict.FAILED, error="HTTP 429")),
        (Reachability.SUSPICIOUS, BuiltInFinding(verdict=CheckVerdict.FAILED, error="HTTP 429")),
        (Reachability.UNREACHABLE, BuiltInFinding(verdict=CheckVerdict.FAILED, error="HTTP 429")),
        (Reachability.UNKNOWN, BuiltInFinding(verdict=None, error=NOT_ASKED_YET)),
    ],
)
def test_how_a_site_treats_us_is_the_verdict(state: Reachability, found: BuiltInFinding) -> None:
    assert finding_of("open-std.org", an_index(state, "HTTP 429")) == found
    assert finding_of("wg21.link", an_index(state)).verdict is CheckVerdict.PASSED


def test_slack_is_down_when_it_takes_nothing_and_warns_when_it_does_not_listen() -> None:
    assert finding_of("slack", a_notifier()).verdict is CheckVerdict.PASSED
    assert finding_of("slack", a_notifier(ReasonCode.SLACK_NOT_LISTENING)).verdict is CheckVerdict.WARNED
    both = finding_of("slack", a_notifier(ReasonCode.SLACK_NOT_LISTENING, ReasonCode.SLACK_UNUSABLE))
    assert both == BuiltInFinding(verdict=CheckVerdict.FAILED, error="slack_unusable")


def test_what_is_not_used_is_not_checked_and_all_can_be_switched_off() -> None:
    used = settings(health={"builtin_checks": True}, open_std={"enabled": False}, prober={"enabled": True})
    checks = {check.key: check for check in built_in_checks(used)}
    assert tuple(checks) == BUILT_IN_KEYS
    assert [key for key, check in checks.items() if check.disabled] == ["callboard/open-std.org", "callboard/slack"]
    assert all(check.silent for check in checks.values())
    own = a_check()
    assert all_checks(settings(checks=(own,), health={"builtin_checks": False})) == (own,)
    assert len(all_checks(settings(checks=(own,), health={"builtin_checks": True}))) == 1 + len(BUILT_IN_KEYS)


def a_prober(*, away: bool) -> ProberSnapshot:
    site = UpstreamSite(
        host="isocpp.org", state=Reachability.UNREACHABLE, detail="no host is reachable", is_network_away=away
    )
    activity = ProbeActivity(
        requests_last_hour=0, requests_last_day=0, verdicts=(), last_hit="", last_hit_at=None, last_draft=None,
        upstream=site,
    )  # fmt: skip
    snapshot = a_snapshot("prober", "r", STATUS)
    assert isinstance(snapshot, ProberSnapshot)
    return replace(snapshot, activity=activity)


def test_without_a_network_of_our_own_nobody_knows_how_others_are() -> None:
    failed, passed = BuiltInFinding(verdict=CheckVerdict.FAILED, error="x"), BuiltInFinding(verdict=CheckVerdict.PASSED)
    away, here = a_prober(away=True), a_prober(away=False)
    assert without_network(failed, away) == BuiltInFinding(verdict=None, error="no host is reachable")
    assert without_network(passed, away) == passed
    assert without_network(failed, here) == without_network(failed, None) == failed

"""What is known of the host, what may be asked of it, and how that is told to operators."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from actors.prober.detection.evaluate import BatchDecision, evaluate
from actors.prober.model.answers import Belief
from actors.prober.model.observations import ObservationKind, Trust
from actors.prober.politeness import host as hosts
from actors.prober.politeness import rate_limiter, robots
from actors.prober.politeness import status as reasons
from actors.prober.politeness.host import Host, KillSwitch, NextStep
from actors.prober.politeness.robots import RobotsStatus
from messages.probing import Network, ProbeResults, Verdict
from messages.switching import Probing
from tests.builders import NOON, settings
from tests.prober_builders import (
    NO_LOOKS,
    ON,
    START,
    a_name,
    an_answer,
    an_observation,
    hit,
    read,
    results,
    what_is_known,
)

FOLDER = "https://isocpp.org/files/papers/"
CHOSEN = settings(prober={"base_url": FOLDER, "requests_per_hour": 3600, "contact": "a@b.example"}).prober
DAY = 86_400.0


def stranger() -> Host:
    return hosts.restored(CHOSEN, (None, Belief.NO_ANSWER), None, START)


def a_host() -> Host:
    return read(stranger(), 404)


def after(host: Host, *batches: ProbeResults, at: float = START) -> Host:
    for batch in batches:
        host = hosts.after_batch(host, batch, decided(batch), at)
    return host


def decided(batch: ProbeResults) -> BatchDecision:
    return evaluate(what_is_known(), batch, NO_LOOKS, Belief.BELIEVED, NOON)


def told(host: Host, switch: KillSwitch = ON, at: float = START, **fields: Any) -> tuple[str, ...]:
    return tuple(reason.text for reason in reasons.of(host, switch, fields.get("observations", ()), at))


# --- robots.txt


def test_before_anything_else_robots_txt_is_read() -> None:
    assert hosts.next_step(stranger(), START) is NextStep.READ_ROBOTS
    assert told(stranger()) == ()


@pytest.mark.parametrize("status", [404, 401, 403, 410, 400, 501])
def test_a_host_without_one_allows_everything_for_a_day(status: int) -> None:
    host = read(stranger(), status)
    assert (hosts.next_step(host, START), host.robots.status) == (NextStep.PROBE, RobotsStatus.NONE)
    assert hosts.next_step(host, START + DAY) is NextStep.READ_ROBOTS
    assert host.rate_limit.breaker is rate_limiter.BreakerState.CLOSED


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /files/", False),
        ("User-agent: *\nDisallow: /admin/", True),
        ("User-agent: *\nAllow: /\nDisallow: /files/papers/", False),
        ("User-agent: *\nDisallow: /\nAllow: /files/papers/", True),
        ("User-agent: *\nDisallow: /*.pdf$", False),
        ("User-agent: callboard\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: Callboard\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("<!doctype html><title>Welcome</title>", True),
    ],
)
def test_the_rules_for_us_decide_about_the_papers_folder(text: str, allowed: bool) -> None:
    host = read(stranger(), 200, text)
    assert hosts.next_step(host, START) is (NextStep.PROBE if allowed else NextStep.NOTHING)
    forbidden = (
        "prober: the robots.txt of isocpp.org has forbidden the papers folder since 2025-11-21 12:00:00 UTC;"
        " nothing is requested"
    )
    assert told(host) == (() if allowed else (forbidden,))


def test_a_crawl_delay_bounds_the_rate() -> None:
    assert read(stranger(), 200, "User-agent: *\nCrawl-delay: 20\n").rate_limit.rate == 1 / 20
    assert read(read(stranger(), 200, "User-agent: *\nCrawl-delay: 20\n"), 404).rate_limit.policy.budget == 1.0


@pytest.mark.parametrize("status", [500, 503, None])
def test_a_host_whose_rules_cannot_be_read_forbids_everything_until_they_can(status: int | None) -> None:
    host = read(stranger(), status)
    assert hosts.next_step(host, START + 1) is NextStep.READ_ROBOTS
    assert "has been unreadable since 2025-11-21 12:00:00 UTC" in told(host)[0]
    for _ in range(5):
        host = read(host, status)
    assert rate_limiter.grant(host.rate_limit) == rate_limiter.Grant(size=1, at=START + 60)
    assert any("has not answered since 2025-11-21 12:00:00 UTC (robots.txt: status" in each for each in told(host))
    assert hosts.next_step(read(host, 404, at=START + 90), START + 90) is NextStep.PROBE


def test_what_was_read_once_holds_while_it_cannot_be_read_again() -> None:
    host = read(read(stranger(), 200, "User-agent: *\nDisallow: /x"), 503, at=START + DAY)
    assert hosts.next_step(host, START + DAY) is NextStep.PROBE
    assert hosts.next_step(host, START + DAY + robots.REREAD_RETRY_SECONDS) is NextStep.READ_ROBOTS
    assert told(host, at=START + DAY) == ()


@pytest.mark.parametrize("status", [429, 503])
def test_a_throttled_question_for_the_rules_is_a_pause_like_any_other(status: int) -> None:
    host = read(stranger(), status, retry_after=120.0)
    assert rate_limiter.grant(host.rate_limit).at == START + 120
    assert hosts.next_step(host, START) is NextStep.READ_ROBOTS


def test_a_clock_that_was_set_back_does_not_keep_the_rules_for_ever() -> None:
    late = replace(robots.unread(START), status=RobotsStatus.NONE, due_at=START + 400 * DAY)
    assert hosts.restored(CHOSEN, (None, Belief.NO_ANSWER), late, START).robots.due_at == START + DAY


# --- what is heard


def test_what_a_restart_finds_is_what_was_left() -> None:
    paused = after(a_host(), results(an_answer(a_name(), Verdict.THROTTLED, retry_after=3600.0)))
    again = hosts.restored(CHOSEN, (paused.rate_limit, Belief.CATCH_ALL), paused.robots, START + 60)
    assert rate_limiter.grant(again.rate_limit).at == START + 3600
    assert (again.belief, hosts.next_step(again, START + 60)) == (Belief.CATCH_ALL, NextStep.PROBE)
    assert again.agent.endswith("(+a@b.example)")


def test_while_our_network_is_away_the_host_is_not_to_blame() -> None:
    silent = replace(results(an_answer(a_name(), Verdict.BROKEN, error="no way")), network=Network.AWAY)
    host = after(a_host(), silent, silent)
    assert (host.rate_limit.silent_batches, host.rate_limit.rate) == (0, 1.0)
    assert told(host) == (
        "prober: no host has been reachable since 2025-11-21 12:00:00 UTC, so our own network is down (no way);"
        " next attempt at 2025-11-21 12:00:10 UTC",
    )
    assert told(after(host, results(an_answer(a_name())), at=START + 20), at=START + 20) == ()


def test_the_other_hosts_are_witnesses_but_not_the_same_one() -> None:
    others = ("https://wg21.link/index.json", "https://slack.com/api/", "https://isocpp.org/x", "https://slack.com/y")
    assert hosts.connectivity_hosts(FOLDER, others) == ("https://wg21.link", "https://slack.com")
    assert hosts.connectivity_hosts("http://127.0.0.1:80/p/", ("http://127.0.0.1:81/i",)) == ("http://127.0.0.1:81",)


def test_slack_is_no_witness_while_it_is_not_used() -> None:
    index, slack = "https://wg21.link/index.json", "https://slack.com/api/"
    chosen = settings(prober={"base_url": FOLDER}, index={"url": index}, slack={"api_url": slack})
    assert hosts.worker_settings(chosen).connectivity_hosts == ("https://wg21.link",)
    token = structs.replace(chosen, slack=structs.replace(chosen.slack, bot_token="xoxb-1"))
    assert hosts.worker_settings(token).connectivity_hosts == ("https://wg21.link", "https://slack.com")


def test_what_a_batch_cost_beyond_its_names_is_paid_for() -> None:
    batch = replace(results(an_answer(a_name())), requests=5)
    assert rate_limiter.grant(after(a_host(), batch).rate_limit).at == START + 4


# --- in words


def test_a_prober_that_is_well_gives_no_reason() -> None:
    assert told(a_host()) == ()


def test_a_host_that_answers_for_everything_is_named_until_it_no_longer_does() -> None:
    lying = after(a_host(), results(hit(), canary=Verdict.HIT))
    assert told(lying, at=START + 60) == (
        "prober: isocpp.org has answered for names that cannot exist since 2025-11-21 12:00:00 UTC",
    )
    assert told(after(lying, results(an_answer(a_name())), at=START + 60)) == ()


def test_a_pause_is_told_until_the_host_has_answered() -> None:
    answers = (an_answer(a_name(1)), an_answer(a_name(), Verdict.THROTTLED, retry_after=60.0))
    paused = after(a_host(), results(*answers))
    assert told(paused) == (
        "prober: isocpp.org asked for a pause until 2025-11-21 12:01:00 UTC"
        " (status 429, since 2025-11-21 12:00:00 UTC)",
    )
    assert told(paused, at=START + 61) == (
        "prober: isocpp.org asked for a pause until 2025-11-21 12:01:00 UTC"
        " (status 429, since 2025-11-21 12:00:00 UTC); the pause is over, no answer yet",
    )
    assert told(after(paused, results(an_answer(a_name())), at=START + 61), at=START + 61) == ()


@pytest.mark.parametrize(
    ("verdict", "does"),
    [
        (Verdict.BROKEN, "has not answered since 2025-11-21 12:00:00 UTC (status 500)"),
        (Verdict.BLOCKED, "has refused us since 2025-11-21 12:00:00 UTC (status 403)"),
        (Verdict.SUSPICIOUS, "has given answers that cannot be true since 2025-11-21 12:00:00 UTC (status 302)"),
    ],
)
def test_an_open_breaker_is_told_with_the_last_complaint(verdict: Verdict, does: str) -> None:
    host = after(a_host(), *[results(an_answer(a_name(), verdict))] * 5)
    assert told(host) == (f"prober: isocpp.org {does}; next attempt at 2025-11-21 12:00:30 UTC",)


def test_an_open_breaker_whose_complaint_was_lost_in_a_restart_says_so() -> None:
    host = after(a_host(), *[results(an_answer(a_name(), Verdict.BROKEN))] * 5)
    assert told(replace(host, last_error=hosts.NO_ERROR_YET)) == (
        "prober: isocpp.org has not answered since 2025-11-21 12:00:00 UTC"
        " (the error was before the last start of Callboard); next attempt at 2025-11-21 12:00:30 UTC",
    )


def test_mostly_errors_are_told() -> None:
    batch = results(*(an_answer(a_name(n), Verdict.BROKEN if n % 10 else Verdict.MISSING) for n in range(1, 200)))
    assert told(after(a_host(), batch)) == (
        "prober: most answers of isocpp.org have been errors since 2025-11-21 12:00:00 UTC (status 500)",
    )


def test_the_switch_is_told_when_an_operator_has_set_it_but_not_when_the_configuration_has() -> None:
    off = KillSwitch(probing=Probing.OFF, since=NOON, by="operator me")
    assert told(a_host(), off) == (
        "prober: probing has been off since 2025-11-21 12:00:00 UTC, switched off by operator me",
    )
    assert told(a_host(), hosts.DISABLED) == ()


def test_what_is_held_is_told() -> None:
    held = [
        an_observation(a_name(n), trust=Trust.QUARANTINED, recheck_at=NOON + timedelta(minutes=15))
        for n in range(1, 50)
    ]
    gone = an_observation(a_name(99), ObservationKind.GONE)
    assert told(a_host(), observations=[*held, gone]) == (
        "prober: 49 files seem to have appeared at once on isocpp.org since 2025-11-21 12:00:00 UTC; they are held back"
        " and checked again at 2025-11-21 12:15:00 UTC",
    )


def test_what_was_spent_counts_by_the_budget_of_its_day() -> None:
    """Who lowers the budget does not pay for what was spent before."""
    before = a_host()
    for day in range(7):
        before = hosts.with_requests(before, 3600 * 24, START + day * DAY)
    cheaper = settings(prober={"base_url": FOLDER, "requests_per_hour": 360, "contact": "a@b.example"}).prober
    now = START + 7 * DAY - START % DAY
    after = hosts.restored(cheaper, (None, Belief.NO_ANSWER), before.robots, now, before.spent)
    assert hosts.overspent_days(after, now) == pytest.approx(0.0, abs=0.1)
    assert hosts.overspent_days(hosts.with_requests(after, 360 * 24, now), now) == pytest.approx(1.0, abs=0.1)
    assert hosts.overspent_days(hosts.with_requests(after, 0, now), now + 3 * DAY) == pytest.approx(-3.0, abs=0.1)


def test_what_was_spent_is_forgotten_after_four_weeks() -> None:
    spent = hosts.with_requests(a_host(), 10**9, START)
    assert hosts.overspent_days(hosts.with_requests(spent, 0, START + 28 * DAY), START + 28 * DAY) < 1


def test_requests_of_the_last_hour_and_day_are_counted_also_after_a_restart() -> None:
    host = hosts.with_requests(a_host(), 100, START)
    host = hosts.with_requests(host, 10, START + 2 * 3600)
    host = hosts.with_requests(host, 1, START + 2 * 3600 + 60)
    now = START + 2 * 3600 + 120
    assert hosts.requests_within(host, 3600, now) == 11
    assert hosts.requests_within(host, DAY, now) == 111
    chosen = settings(prober={"base_url": FOLDER}).prober
    again = hosts.restored(chosen, (None, Belief.NO_ANSWER), None, now, host.spent, host.lately)
    assert hosts.requests_within(again, DAY, now) == 111
    assert hosts.requests_within(again, DAY, now + DAY) == 0


def test_what_is_a_day_old_is_forgotten() -> None:
    host = hosts.with_requests(a_host(), 100, START)
    assert list(hosts.with_requests(host, 1, START + DAY + 300).lately.values()) == [1]

"""Checks as metrics, under the names of Prometheus' blackbox_exporter, so that its dashboards and alerts work. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from messages.check_definitions import CheckKind
from messages.check_reading import CheckBoardReply, CheckCard, CheckGroup
from messages.checks import CheckState, PhaseTimes
from messages.health import ChecksSnapshot

LABELS = ("instance", "check", "group")
"""`instance` is what blackbox_exporter's dashboards choose by: the URL."""

PHASES: tuple[tuple[str, Callable[[PhaseTimes], float]], ...] = (
    ("resolve", lambda phases: phases.resolve),
    ("connect", lambda phases: phases.connect),
    ("tls", lambda phases: phases.tls),
    ("processing", lambda phases: phases.processing),
    ("transfer", lambda phases: phases.transfer),
)

OUTCOMES = (("stored", "results"), ("late", "late_results"), ("refused", "results_refused"))
"""What became of results, and the actor's counters of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """One target: a check that has run, or a group of them, of which it says the worst."""

    labels: tuple[str, str, str]
    succeeded: bool
    duration: float
    certificate_until: datetime | None
    kind: CheckKind | None = None
    phases: PhaseTimes | None = None
    http_status: int | None = None


def check_metrics(board: CheckBoardReply) -> Iterator[Metric]:
    """Of each check that has run and is not paused; of too many checks, of each group."""
    counts = GaugeMetricFamily("callboard_checks", "Checks by group and state.", labels=["group", "status"])
    for group in board.groups:
        states = dict(group.states)
        for state in CheckState:
            counts.add_metric([group.name, state.value], states.get(state, 0))
    yield counts
    probed = list(_probed_checks(board.cards) if board.is_whole else _probed_groups(board.groups))
    yield _family("probe_success", "1 if the last run did not fail.", ((each, each.succeeded) for each in probed))
    yield _family("probe_duration_seconds", "How long the last run took.", ((each, each.duration) for each in probed))
    yield _family(
        "probe_ssl_earliest_cert_expiry",
        "When the first certificate of the chain runs out, in seconds since the epoch.",
        ((each, each.certificate_until.timestamp()) for each in probed if each.certificate_until is not None),
    )
    yield _family(
        "probe_dns_lookup_time_seconds",
        "How long the name of the target took to resolve.",
        ((each, each.phases.resolve) for each in probed if each.phases is not None),
    )
    yield from _http(probed)
    yield _phases(
        "probe_dns_duration_seconds",
        "How long each phase of a question to a name server took.",
        [each for each in probed if each.kind is CheckKind.DNS],
        (("resolve", lambda phases: phases.resolve), ("request", lambda phases: phases.processing)),
    )


def running_metrics(checks: ChecksSnapshot) -> Iterator[Metric]:
    """How the running of checks keeps up."""
    counters = dict(checks.status.counters)
    yield GaugeMetricFamily("callboard_checks_in_flight", "Runs under way.", value=float(checks.in_flight))
    yield GaugeMetricFamily("callboard_checks_late_seconds", "How long the most overdue run waits.", value=checks.late)
    results = CounterMetricFamily("callboard_check_results", "Results, by what became of them.", labels=["outcome"])
    for outcome, counter in OUTCOMES:
        results.add_metric([outcome], counters.get(counter, 0))
    yield results


def _http(probed: list[Probed]) -> Iterator[Metric]:
    pages = [each for each in probed if each.kind is CheckKind.HTTP]
    yield _family(
        "probe_http_status_code",
        "The status of the last answer, 0 if there was none.",
        ((each, each.http_status or 0) for each in pages),
    )
    yield _family(
        "probe_http_ssl",
        "1 if the page was had by TLS.",
        ((each, each.certificate_until is not None) for each in pages),
    )
    yield _phases("probe_http_duration_seconds", "How long each phase took.", pages, PHASES)


def _probed_checks(cards: tuple[CheckCard, ...]) -> Iterator[Probed]:
    for card in cards:
        check = card.summary
        if check.status is CheckState.PAUSED or card.succeeded is None:
            continue
        yield Probed(
            labels=(card.url, check.name, check.group),
            succeeded=card.succeeded,
            duration=check.duration or 0.0,
            certificate_until=card.certificate_until,
            kind=card.kind,
            phases=card.phases,
            http_status=card.http_status,
        )


def _probed_groups(groups: tuple[CheckGroup, ...]) -> Iterator[Probed]:
    for group in groups:
        if group.succeeded is not None:
            yield Probed(
                labels=(group.name, "", group.name),
                succeeded=group.succeeded,
                duration=group.duration or 0.0,
                certificate_until=group.certificate_until,
            )


def _family(name: str, documentation: str, values: Iterator[tuple[Probed, float]]) -> Metric:
    family = GaugeMetricFamily(name, documentation, labels=LABELS)
    for probed, value in values:
        family.add_metric(probed.labels, value)
    return family


def _phases(
    name: str, documentation: str, probed: list[Probed], phases: tuple[tuple[str, Callable[[PhaseTimes], float]], ...]
) -> Metric:
    family = GaugeMetricFamily(name, documentation, labels=(*LABELS, "phase"))
    for each in probed:
        if each.phases is not None:
            for phase, seconds in phases:
                family.add_metric((*each.labels, phase), seconds(each.phases))
    return family

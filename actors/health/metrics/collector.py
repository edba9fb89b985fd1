"""Snapshots as metrics, named by Prometheus' conventions: base units, `_total` for counters, few series. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from actors.health.document.chronicle import Chronicle, sites_of
from actors.health.metrics.checks import check_metrics, running_metrics
from actors.health.snapshots.reports import Overview, Responsiveness
from messages.activity import Histogram, Reachability, SlackConnection
from messages.check_reading import CheckBoardReply
from messages.health import (
    ActorStatus,
    ChecksSnapshot,
    HealthSnapshot,
    IndexSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    ReasonCode,
    WatchlistSnapshot,
)
from messages.switching import Probing


class SnapshotCollector(Collector):
    """Of one overview. What an actor never told has no series. `about` labels `callboard_info`; `board` has the checks,
    None if nobody knows how they stand."""

    def __init__(
        self,
        overview: Overview,
        chronicle: Chronicle,
        about: Mapping[str, str],
        board: CheckBoardReply | None = None,
    ) -> None:
        self._overview = overview
        self._chronicle = chronicle
        self._about = about
        self._board = board

    def collect(self) -> Iterable[Metric]:
        """All of them, in the order in which the page shows them."""
        yield from self._of_the_whole()
        yield from self._of_actors()
        yield from self._of_sites()
        if (prober := self._overview.snapshot_of(ProberSnapshot)) is not None:
            yield from self._of_probing(prober)
        if (index := self._overview.snapshot_of(IndexSnapshot)) is not None:
            yield from self._of_index(index)
        if (notifier := self._overview.snapshot_of(NotifierSnapshot)) is not None:
            yield from self._of_messages(notifier)
        if (watchlist := self._overview.snapshot_of(WatchlistSnapshot)) is not None:
            yield _gauge("callboard_users", "Users who watch something.", watchlist.users)
            yield _gauge("callboard_watch_entries", "What they watch.", watchlist.entries)
        if (checks := self._overview.snapshot_of(ChecksSnapshot)) is not None:
            yield from running_metrics(checks)
            yield _histogram(
                "callboard_check_lag_seconds", "From when a run was due until its result was stored.", checks.lag
            )
            if self._board is not None:
                yield from check_metrics(self._board)

    def _of_the_whole(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("callboard_info", "Always 1; its labels say what runs.", labels=list(self._about))
        info.add_metric(list(self._about.values()), 1)
        yield info
        yield _gauge("callboard_healthy", "1 if all is well.", self._chronicle.well)
        yield _gauge("callboard_leader", "1 if this instance leads, 0 on a standby.", not self._overview.leader)
        problems = GaugeMetricFamily("callboard_problems", "Problems that last, by code.", labels=["code"])
        lasting = [code for code, _ in self._chronicle.lasting]
        for code in ReasonCode:
            problems.add_metric([code.value], lasting.count(code))
        yield problems

    def _of_actors(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("callboard_actor_up", "1 if the actor answered in time.", labels=["actor"])
        for name, report in self._overview.reports.items():
            up.add_metric([name], report.answer is Responsiveness.RESPONSIVE)
        yield up
        own = self._overview.snapshot_of(HealthSnapshot)
        restarts = CounterMetricFamily("callboard_actor_restarts", "Restarts of each actor.", labels=["actor"])
        counted = {} if own is None else dict(own.restarts)
        for name in self._overview.reports:
            restarts.add_metric([name], counted.get(name, 0))
        yield restarts
        statuses = {name: report.snapshot.status for name, report in self._overview.reports.items() if report.snapshot}
        failures = CounterMetricFamily("callboard_actor_failures", "Turns of each actor that failed.", labels=["actor"])
        turns = SummaryMetricFamily(
            "callboard_turn_duration_seconds",
            "How long the turns of each actor took, by what was handled.",
            labels=["actor", "turn"],
        )
        for name, status in statuses.items():
            failures.add_metric([name], _counter(status, "failures"))
            for turn, count, seconds in status.turns:
                turns.add_metric([name, turn], count, seconds)
        yield failures
        yield turns
        yield from self._of_outboxes(statuses)

    def _of_outboxes(self, statuses: Mapping[str, ActorStatus]) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("callboard_outbox_events", "Events that wait.", labels=["actor"])
        ages = GaugeMetricFamily("callboard_outbox_oldest_age_seconds", "How long the oldest waits.", labels=["actor"])
        dead = GaugeMetricFamily("callboard_dead_letters", "What could not be delivered.", labels=["actor"])
        for name, status in statuses.items():
            waiting.add_metric([name], status.waiting)
            ages.add_metric([name], self._age(status.waiting_since))
            dead.add_metric([name], status.dead_letters)
        yield from (waiting, ages, dead)

    def _of_sites(self) -> Iterator[Metric]:
        states = GaugeMetricFamily(
            "callboard_upstream_state", "1 for the way in which a site treats us.", labels=["host", "state"]
        )
        for _, site in sites_of(self._overview):
            for state in Reachability:
                states.add_metric([site.host, state.value], site.state is state)
        yield states

    def _of_probing(self, prober: ProberSnapshot) -> Iterator[Metric]:
        yield _gauge("callboard_probing_enabled", "1 if requests may be sent.", prober.probing is Probing.ON)
        yield _gauge(
            "callboard_request_budget_per_second", "Requests that may be sent on average.", prober.budget / 3600
        )
        yield _gauge("callboard_request_limit_per_second", "Requests that the host allows now.", prober.rate / 3600)
        yield _gauge("callboard_schedule_late_seconds", "How long the most overdue number waits.", prober.late)
        yield _gauge("callboard_drafts", "Drafts that are remembered.", prober.drafts)
        yield _gauge("callboard_files_held_back", "Files that are not believed yet.", prober.held)
        activity = prober.activity
        if activity is None:
            return
        probes = CounterMetricFamily(
            "callboard_probes", "Answers of the papers' host, by what they said.", labels=["host", "verdict"]
        )
        for verdict, count in activity.verdicts:
            probes.add_metric([activity.upstream.host, verdict], count)
        yield probes
        requests = CounterMetricFamily(
            "callboard_requests", "Requests to the papers' host, robots.txt and canaries included.", labels=["host"]
        )
        requests.add_metric([activity.upstream.host], _counter(prober.status, "requests"))
        yield requests
        sent = GaugeMetricFamily(
            "callboard_requests_sent_recently", "Requests within a window, also before a restart.", labels=["window"]
        )
        sent.add_metric(["1h"], activity.requests_last_hour)
        sent.add_metric(["24h"], activity.requests_last_day)
        yield sent
        if activity.last_draft is not None:
            yield _gauge(
                "callboard_last_draft_timestamp_seconds",
                "When the last draft was found.",
                activity.last_draft.at.timestamp(),
            )

    def _of_index(self, index: IndexSnapshot) -> Iterator[Metric]:
        yield _gauge("callboard_index_entries", "Entries of the index.", index.entries)
        fetches = CounterMetricFamily("callboard_index_fetches", "Fetches, by outcome.", labels=["outcome"])
        fetches.add_metric(["ok"], _counter(index.status, "fetches_ok"))
        fetches.add_metric(["failed"], _counter(index.status, "failed_cycles"))
        yield fetches
        if index.synced_at is not None:
            yield _gauge(
                "callboard_index_age_seconds",
                "How long ago it was known to be whole.",
                self._age(index.synced_at),
            )

    def _of_messages(self, notifier: NotifierSnapshot) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("callboard_messages_waiting", "Messages that wait, by state.", labels=["state"])
        waiting.add_metric(["queued"], notifier.queued)
        waiting.add_metric(["sending"], notifier.sending)
        yield waiting
        yield _gauge("callboard_recipients_suspended", "Recipients that Slack does not reach.", notifier.suspended)
        activity = notifier.activity
        if activity is None:
            return
        outcomes = CounterMetricFamily(
            "callboard_messages", "Attempts to deliver, by kind of message and outcome.", labels=["kind", "outcome"]
        )
        for kind, outcome, count in activity.outcomes:
            outcomes.add_metric([kind, outcome], count)
        yield outcomes
        yield _gauge(
            "callboard_message_oldest_age_seconds", "How long the oldest waits.", self._age(activity.oldest_at)
        )
        yield _histogram(
            "callboard_delivery_latency_seconds", "From the queue to the delivery of a message.", activity.delivery
        )
        yield _histogram(
            "callboard_detection_delay_seconds",
            "From the upload of a draft to the delivery of the notice of it.",
            activity.detection,
        )
        if activity.slack is not SlackConnection.NOT_WANTED:
            yield _gauge(
                "callboard_slack_connected",
                "1 if commands arrive from Slack.",
                activity.slack is SlackConnection.CONNECTED,
            )

    def _age(self, at: datetime | None) -> float:
        """Seconds; 0 if there is nothing that could be old."""
        return 0.0 if at is None else max(0.0, (self._overview.at - at).total_seconds())


def _counter(status: ActorStatus, name: str) -> int:
    return dict(status.counters).get(name, 0)


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=float(value))


def _histogram(name: str, documentation: str, measured: Histogram) -> Metric:
    buckets, so_far = [], 0
    for bound, count in zip((*measured.bounds, float("inf")), measured.counts, strict=True):
        so_far += count
        buckets.append(("+Inf" if bound == float("inf") else f"{bound:g}", so_far))
    return HistogramMetricFamily(name, documentation, buckets=buckets, sum_value=measured.total)

"""What people and monitors ask first, put together from all snapshots: the upper part of the health document. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from actors.health.document.chronicle import Chronicle, sites_of
from actors.health.snapshots.reports import Overview
from messages.health import (
    ActorStatus,
    HealthSnapshot,
    IndexSnapshot,
    LeaseSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    ReasonCode,
)

Redact = Callable[[str], str]


def summary(overview: Overview, chronicle: Chronicle, redact: Redact) -> Mapping[str, Any]:
    """Its fields. Those of an actor that never answered are None."""
    now = overview.at
    return {
        "role": _role(overview),
        "requests": _requests(overview.snapshot_of(ProberSnapshot)),
        "last_hit": _last_hit(overview.snapshot_of(ProberSnapshot)),
        "last_draft": _last_draft(overview.snapshot_of(ProberSnapshot)),
        "last_fetch": _last_fetch(overview.snapshot_of(IndexSnapshot)),
        "upstreams": _upstreams(overview, chronicle, redact),
        "slack": _slack(overview.snapshot_of(NotifierSnapshot), chronicle, redact),
        "database": _database(overview, chronicle),
        "outbox": _outbox(overview, now),
        "notices": _notices(overview.snapshot_of(NotifierSnapshot), now),
        "restarts": _restarts(overview.snapshot_of(HealthSnapshot)),
        "configuration": _configuration(overview.snapshot_of(HealthSnapshot), redact),
    }


def _role(overview: Overview) -> str:
    lease = overview.snapshot_of(LeaseSnapshot)
    if overview.leader:
        return "standby"
    return "leader" if lease is None else lease.role.value


def _requests(prober: ProberSnapshot | None) -> Mapping[str, Any] | None:
    if prober is None or prober.activity is None:
        return None
    return {
        "last_hour": prober.activity.requests_last_hour,
        "last_day": prober.activity.requests_last_day,
        "budget_per_hour": round(prober.budget),
        "budget_per_day": round(prober.budget * 24),
        "allowed_per_hour": round(prober.rate),
    }


def _last_hit(prober: ProberSnapshot | None) -> Mapping[str, Any] | None:
    if prober is None or prober.activity is None or prober.activity.last_hit_at is None:
        return None
    return {"name": prober.activity.last_hit, "at": prober.activity.last_hit_at}


def _last_draft(prober: ProberSnapshot | None) -> Mapping[str, Any] | None:
    draft = None if prober is None or prober.activity is None else prober.activity.last_draft
    return None if draft is None else {"id": draft.id, "at": draft.at, "url": draft.url}


def _last_fetch(index: IndexSnapshot | None) -> Mapping[str, Any] | None:
    if index is None or index.activity is None:
        return None
    fetch = index.activity
    return {"at": fetch.fetched_at, "added": fetch.added, "changed": fetch.changed, "brought_at": fetch.brought_at}


def _upstreams(overview: Overview, chronicle: Chronicle, redact: Redact) -> list[Mapping[str, Any]]:
    return [
        {
            "host": site.host,
            "asked_by": name,
            "state": site.state,
            "since": chronicle.sites[site.host][1] if site.host in chronicle.sites else site.since,
            "detail": redact(site.detail),
        }
        for name, site in sites_of(overview)
    ]


def _slack(notifier: NotifierSnapshot | None, chronicle: Chronicle, redact: Redact) -> Mapping[str, Any] | None:
    if notifier is None or notifier.activity is None:
        return None
    activity = notifier.activity
    refusing = [each.since for each in chronicle.lasting.values() if each.reason.code is ReasonCode.SLACK_UNUSABLE]
    return {
        "delivery": notifier.delivery,
        "accepts": not refusing,
        "refuses_since": min(refusing, default=None),
        "connection": activity.slack,
        "since": activity.slack_since,
        "detail": redact(activity.slack_detail),
    }


def _database(overview: Overview, chronicle: Chronicle) -> Mapping[str, Any]:
    unusable = [each for each in chronicle.lasting.values() if each.reason.code is ReasonCode.DATABASE_UNUSABLE]
    return {
        "state": "unusable" if unusable else "usable",
        "since": min((each.since for each in unusable), default=None),
        "detail": unusable[0].reason.text if unusable else "",
    }


def _outbox(overview: Overview, now: datetime) -> Mapping[str, Any]:
    statuses = {name: report.snapshot.status for name, report in overview.reports.items() if report.snapshot}
    waits = {name: status.waiting_since for name, status in statuses.items() if status.waiting_since is not None}
    slowest = min(waits, key=lambda name: waits[name], default=None)
    return {
        "waiting": sum(status.waiting for status in statuses.values()),
        "oldest_at": None if slowest is None else waits[slowest],
        "oldest_age": None if slowest is None else age(waits[slowest], now),
        "oldest_of": slowest,
        "undelivered": sum(status.dead_letters for status in statuses.values()),
    }


def _notices(notifier: NotifierSnapshot | None, now: datetime) -> Mapping[str, Any] | None:
    if notifier is None or notifier.activity is None:
        return None
    oldest = notifier.activity.oldest_at
    return {
        "waiting": notifier.queued + notifier.sending,
        "oldest_at": oldest,
        "oldest_age": None if oldest is None else age(oldest, now),
    }


def _restarts(health: HealthSnapshot | None) -> Mapping[str, Any]:
    restarts = {} if health is None else dict(health.restarts)
    return {"total": sum(restarts.values()), "actors": restarts}


def _configuration(health: HealthSnapshot | None, redact: Redact) -> Mapping[str, Any] | None:
    if health is None or health.config is None:
        return None
    return {
        "file": health.config.file or None,
        "loaded_at": health.config.loaded_at,
        "after_restart": health.config.after_restart,
        "faults": [redact(fault) for fault in health.config.faults],
    }


def age(at: datetime, now: datetime) -> float:
    """Seconds since then, at least 0."""
    return round(max(0.0, (now - at).total_seconds()), 3)


def last_updated(status: ActorStatus, now: datetime) -> float:
    """The age of an actor's snapshot in seconds."""
    return age(status.last_updated, now)

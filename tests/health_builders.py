"""Snapshots of every actor, for tests of health."""

from dataclasses import replace

from actors.health.document.chronicle import after, begun
from actors.health.document.compose import compose
from actors.health.snapshots.reports import Overview
from messages.activity import (
    DeliveryActivity,
    Discovery,
    FetchActivity,
    Histogram,
    ProbeActivity,
    Reachability,
    SlackConnection,
    UpstreamSite,
)
from messages.health import (
    ActorSnapshot,
    ActorStatus,
    ChecksSnapshot,
    IndexSnapshot,
    LeaseSnapshot,
    NotifierSnapshot,
    ProberSnapshot,
    Role,
    WatchlistSnapshot,
)
from messages.switching import Probing
from tests.builders import NOON


def a_snapshot(name: str, request_id: str, status: ActorStatus) -> ActorSnapshot:
    match name:
        case "lease":
            return LeaseSnapshot(
                request_id=request_id, status=status, role=Role.LEADER, since=NOON, leader="me", epoch=1
            )
        case "index":
            return IndexSnapshot(
                request_id=request_id, status=status, entries=1, papers=1, synced_at=NOON, failing_since=None
            )
        case "prober":
            return ProberSnapshot(
                request_id=request_id, status=status, frontier=1, hot=0, cold=0, late=0.0, drafts=0, followed=0,
                held=0, probing=Probing.ON, rate=1.0, budget=1.0, contact=True, breaker="closed", paused_until=None,
            )  # fmt: skip
        case "watchlist":
            return WatchlistSnapshot(request_id=request_id, status=status, users=0, entries=0)
        case "checks":
            return ChecksSnapshot(request_id=request_id, status=status, states=(), in_flight=0, late=0.0)
        case _:
            return NotifierSnapshot(
                request_id=request_id, status=status, delivery="console", queued=0, sending=0, sent=0, dead=0
            )


def a_busy_snapshot(name: str, request_id: str, status: ActorStatus) -> ActorSnapshot:
    """Of an actor that has done something since it began."""
    snapshot = a_snapshot(name, request_id, status)
    match snapshot:
        case IndexSnapshot():
            site = UpstreamSite(host="wg21.link", state=Reachability.THROTTLED, since=NOON, detail="HTTP 429")
            fetch = FetchActivity(fetched_at=NOON, added=3, changed=1, brought_at=NOON, upstreams=(site,))
            return replace(snapshot, activity=fetch)
        case ProberSnapshot():
            probes = ProbeActivity(
                requests_last_hour=120,
                requests_last_day=2400,
                verdicts=(("hit", 2), ("missing", 118)),
                last_hit="D2300R11.pdf",
                last_hit_at=NOON,
                last_draft=Discovery(id="D2300R11", at=NOON, url="https://isocpp.org/files/papers/D2300R11.pdf"),
                upstream=UpstreamSite(host="isocpp.org", state=Reachability.REACHABLE),
            )
            return replace(snapshot, budget=400.0, activity=probes)
        case NotifierSnapshot():
            delivery = DeliveryActivity(
                oldest_at=NOON,
                outcomes=(("notice", "sent", 4),),
                delivery=Histogram.of(1.0, 10.0).added(0.5),
                detection=Histogram.of(60.0, 600.0).added(90.0).added(5000.0),
                slack=SlackConnection.CONNECTED,
                slack_since=NOON,
            )
            return replace(snapshot, delivery="slack", activity=delivery)
        case _:
            return snapshot


def document_of(overview: Overview) -> tuple[bytes, bool]:
    """The health document of the first overview, and whether all is well."""
    return compose(overview, after(begun(overview.at), overview), {"version": "1"}, str)

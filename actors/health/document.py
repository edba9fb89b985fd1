"""The health document: pure functions from snapshots to JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec

from messages.health import ActorSnapshot, ActorStatus, HealthReason, ReasonCode

STANDING = ("lease",)
ASKED = (*STANDING, "index", "prober", "watchlist", "notifier")
"""Who is asked for a snapshot, on a standby and where this instance leads; `health` answers for itself."""


def asked(leader: str) -> tuple[str, ...]:
    """Who is there to be asked; `leader` is the other instance that leads, empty where this one does."""
    return STANDING if leader else ASKED


class Responsiveness(Enum):
    """Whether an actor answered in time."""

    RESPONSIVE = "responsive"
    UNRESPONSIVE = "unresponsive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorReport:
    """The newest snapshot of an actor (None: it never sent one), and whether it answered this time."""

    answer: Responsiveness
    snapshot: ActorSnapshot | None


def compose(
    reports: Mapping[str, ActorReport], now: datetime, about: Mapping[str, Any], leader: str = ""
) -> tuple[str, bool]:
    """The document as JSON text, and whether all is well. `about` is put beside `status` (version, base); `leader` is
    the other instance that leads, when this one is a standby: one that is well has the status `standby`."""
    reasons = [reason for name, report in reports.items() for reason in _reasons(name, report)]
    well = "standby" if leader else "ok"
    document = {
        "status": "degraded" if reasons else well,
        "leader": leader or None,
        "reasons": [reason.text for reason in reasons],
        "problems": [_problem(reason) for reason in reasons],
        "checked_at": now,
        **about,
        "actors": {name: _shown(report, now) for name, report in reports.items()},
    }
    return msgspec.json.encode(document).decode(), not reasons


def _reasons(name: str, report: ActorReport) -> Sequence[HealthReason]:
    own = () if report.snapshot is None else report.snapshot.status.reasons
    if report.answer is Responsiveness.UNRESPONSIVE:
        silent = HealthReason(code=ReasonCode.ACTOR_SILENT, subject=name, text=f"{name}: does not answer")
        return (silent, *own)
    return own


def _problem(reason: HealthReason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "subject": reason.subject,
        "text": reason.text,
        "urgent": reason.urgent,
        "fields": dict(reason.fields),
    }


def _shown(report: ActorReport, now: datetime) -> dict[str, Any]:
    snapshot = report.snapshot
    if snapshot is None:
        return {"answer": report.answer, "last_updated": None, "age": None, "counters": {}, "last_error": None}
    return {"answer": report.answer, **_status(snapshot.status, now), **_facts(snapshot)}


def _status(status: ActorStatus, now: datetime) -> dict[str, Any]:
    return {
        "last_updated": status.last_updated,
        "age": round(max(0.0, (now - status.last_updated).total_seconds()), 3),
        "reasons": status.sentences,
        "dead_letters": status.dead_letters,
        "letters": status.dead_letters,  # as it was called in version 0.1
        "waiting": status.waiting,
        "counters": dict(status.counters),
        "last_error": status.last_error,
        "last_error_at": status.last_error_at,
    }


def _facts(snapshot: ActorSnapshot) -> dict[str, Any]:
    facts = {
        field.name: getattr(snapshot, field.name)
        for field in fields(snapshot)
        if field.name not in ("request_id", "status")
    }
    if "suspended" in facts:
        facts["parked"] = facts["suspended"]  # as it was called in version 0.1
    return facts

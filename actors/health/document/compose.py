"""The health document: pure functions from snapshots to JSON."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec

from actors.health.document.chronicle import Chronicle, LastingProblem, reasons_of
from actors.health.document.summary import Redact, last_updated, summary
from actors.health.snapshots.reports import ActorReport, Overview
from messages.health import ActorSnapshot, ActorStatus, HealthReason


def compose(overview: Overview, chronicle: Chronicle, about: Mapping[str, Any], redact: Redact) -> tuple[bytes, bool]:
    """The document as JSON, and whether all is well. `chronicle` includes what the overview shows; `about` is put
    beside `status` (version, base); when another instance leads, this one is a standby: one that is well has the status
    `standby`."""
    reasons = tuple(reasons_of(overview))
    well = "standby" if overview.leader else "ok"
    document = {
        "status": "degraded" if reasons else well,
        "since": chronicle.since,
        "leader": overview.leader or None,
        "reasons": [reason.text for reason in reasons],
        "problems": [_problem(reason, chronicle) for reason in reasons],
        "recent_problems": [_past(problem) for problem in chronicle.over],
        "checked_at": overview.at,
        **about,
        **summary(overview, chronicle, redact),
        "actors": {name: _shown(report, overview.at) for name, report in overview.reports.items()},
    }
    return msgspec.json.encode(document), not reasons


def _problem(reason: HealthReason, chronicle: Chronicle) -> dict[str, Any]:
    known = chronicle.lasting.get((reason.code, reason.subject))
    return {
        "code": reason.code,
        "subject": reason.subject,
        "text": reason.text,
        "urgent": reason.urgent,
        "beginning": reason.is_beginning,
        "fields": dict(reason.fields),
        "since": None if known is None else known.since,
    }


def _past(problem: LastingProblem) -> dict[str, Any]:
    reason = problem.reason
    return {
        "code": reason.code,
        "subject": reason.subject,
        "text": reason.text,
        "since": problem.since,
        "until": problem.until,
    }


def _shown(report: ActorReport, now: datetime) -> dict[str, Any]:
    snapshot = report.snapshot
    if snapshot is None:
        return {"answer": report.answer, "last_updated": None, "age": None, "counters": {}, "last_error": None}
    return {"answer": report.answer, **_status(snapshot.status, now), **_facts(snapshot)}


def _status(status: ActorStatus, now: datetime) -> dict[str, Any]:
    return {
        "last_updated": status.last_updated,
        "age": last_updated(status, now),
        "reasons": status.sentences,
        "dead_letters": status.dead_letters,
        "letters": status.dead_letters,  # as it was called in version 0.1
        "waiting": status.waiting,
        "counters": dict(status.counters),
        "last_error": status.last_error,
        "last_error_at": status.last_error_at,
        "last_error_over": None if status.last_error is None else not status.reasons,
    }


def _facts(snapshot: ActorSnapshot) -> dict[str, Any]:
    facts = {
        field.name: getattr(snapshot, field.name)
        for field in fields(snapshot)
        if field.name not in ("request_id", "status", "activity", "restarts", "config", "lag")
    }
    if "suspended" in facts:
        facts["parked"] = facts["suspended"]  # as it was called in version 0.1
    return facts

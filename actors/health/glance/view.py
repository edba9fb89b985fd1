"""From a round of snapshots to what the page says of it. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from actors.health.snapshots.reports import ActorReport, Overview, Responsiveness
from actors.web.model.views import ActorView, HealthView

RESTART_SHOWN = timedelta(minutes=5)
"""How long the page shows that an actor was restarted."""


def health_view(overview: Overview, restarts: Mapping[str, datetime], started_at: datetime | None) -> HealthView:
    """`restarts`: when actors were last restarted, by name."""
    actors = tuple(_actor(name, report, restarts.get(name), overview.at) for name, report in overview.reports.items())
    silent = [actor.name for actor in actors if actor.state == "silent"]
    reasons = tuple(dict.fromkeys(reason for actor in actors for reason in actor.reasons))
    is_beginning = all(
        reason.is_beginning
        for report in overview.reports.values()
        if report.snapshot is not None
        for reason in report.snapshot.status.reasons
    )
    if silent:
        state, headline = "silent", f"{' and '.join(silent)} {'does' if len(silent) == 1 else 'do'} not answer."
    elif reasons and is_beginning:
        state, headline = "degraded", "Starting: not all is loaded yet."
    elif reasons:
        count = len(reasons)
        state, headline = "degraded", "Something is wrong." if count == 1 else f"{count} things are wrong."
    else:
        state, headline = "well", "All is well."
    return HealthView(
        state=state,
        headline=headline,
        reasons=reasons,
        actors=actors,
        started_at=started_at,
        leader=overview.leader,
    )


def _actor(name: str, report: ActorReport, restarted_at: datetime | None, now: datetime) -> ActorView:
    reasons = report.snapshot.status.sentences if report.snapshot is not None else ()
    answers = report.answer is Responsiveness.RESPONSIVE
    state = ("degraded" if reasons else "well") if answers else "silent"
    return ActorView(
        name=name,
        state=state,
        told_at=report.snapshot.status.last_updated if report.snapshot is not None and state == "silent" else None,
        reasons=reasons,
        restarted_at=restarted_at if restarted_at is not None and now - restarted_at < RESTART_SHOWN else None,
    )

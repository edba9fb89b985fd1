"""Decides what to tell operators about problems: when one begins, reminders at doubling intervals, and when it is
resolved. Pure.

An incident is one of the reasons why health is degraded, identified by the code and the subject of the reason; its text
may change while it lasts. A restart is an event: it has no end to report.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actors.runtime.durations import duration_text
from messages.health import HealthReason, ReasonCode

FIRST_REMINDER = timedelta(hours=1)
LONGEST_REMINDER = timedelta(days=1)
"""The time between two messages about the same incident; it doubles each time, up to the longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A problem: its code and subject, and the latest text. `urgent`: it is reported without waiting whether it passes.
    `told_at`: when operators last had a message about it, None if never; `reminders`: how many of the messages were
    reminders; `ended_at`: when it was resolved; `message`: the id of the message that reported it, empty for none;
    `acknowledged_at`: when an operator (`acknowledged_by`) acknowledged it, None if nobody did."""

    code: str
    subject: str
    text: str
    first_seen: datetime
    last_seen: datetime
    urgent: bool = False
    told_at: datetime | None = None
    reminders: int = 0
    ended_at: datetime | None = None
    message: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""

    @property
    def key(self) -> str:
        """Two reasons with the same key are the same incident."""
        return _key(self.code, self.subject)

    @property
    def is_event(self) -> bool:
        """Whether it happened at one moment and does not last."""
        return self.code == ReasonCode.ACTOR_RESTARTED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChange:
    """The new state of an incident, and the message about it (empty for none)."""

    incident: Incident
    text: str = ""


def restarted(name: str) -> HealthReason:
    """The reason that the notifier adds for an actor that was restarted."""
    return HealthReason(code=ReasonCode.ACTOR_RESTARTED, subject=name, text=f"{name}: was restarted", urgent=True)


def seen(before: Mapping[str, Incident], reasons: Iterable[HealthReason], now: datetime) -> Mapping[str, Incident]:
    """The incidents seen since they were last written, by key: `before`, and the reasons that health gives now. An
    outage of Slack is left out: it cannot be reported there, and is over when it can. So is what only begins. If
    several actors report the same problem, the first text counts."""
    current: dict[str, Incident] = {}
    for reason in reasons:
        if reason.code is not ReasonCode.SLACK_UNUSABLE and not reason.is_beginning:
            incident = _incident(reason, now)
            current.setdefault(incident.key, _since(before.get(incident.key), incident))
    return {**before, **current}


def undecided(reasons: Iterable[HealthReason]) -> frozenset[str]:
    """The keys of what only begins: after a restart a problem of before may last, or be over."""
    return frozenset(_key(reason.code.value, reason.subject) for reason in reasons if reason.is_beginning)


def changes(
    known: Iterable[Incident],
    seen: Mapping[str, Incident],
    now: datetime,
    patience: timedelta,
    undecided: Collection[str] = (),
) -> tuple[IncidentChange, ...]:
    """What changes with the incidents `seen`, now or earlier. An incident is reported when it has lasted for
    `patience`, a few kinds immediately. It is resolved when it has not been seen for as long; that is reported if the
    incident was. Of those with the keys `undecided` nobody knows yet whether they are over."""
    open_ones = {incident.key: incident for incident in known}
    found = []
    for key, latest in seen.items():
        before = open_ones.pop(key, latest)
        updated = replace(before, text=latest.text, last_seen=latest.last_seen, urgent=latest.urgent)
        found.append(_going_on(updated, now, patience))
    for incident in open_ones.values():
        if now - incident.last_seen >= patience and incident.key not in undecided:
            found.append(_resolved(incident))
    return tuple(found)


def _key(code: str, subject: str) -> str:
    return f"{code} {subject}"


def _incident(reason: HealthReason, now: datetime) -> Incident:
    return Incident(
        code=reason.code.value,
        subject=reason.subject,
        text=reason.text,
        first_seen=now,
        last_seen=now,
        urgent=reason.urgent,
    )


def _since(before: Incident | None, incident: Incident) -> Incident:
    return incident if before is None else replace(incident, first_seen=before.first_seen)


def _going_on(incident: Incident, now: datetime, patience: timedelta) -> IncidentChange:
    if incident.told_at is None:
        if not incident.urgent and incident.last_seen - incident.first_seen < patience:
            return IncidentChange(incident=incident)
        told = replace(incident, told_at=now)
        is_known = incident.acknowledged_at is not None
        return IncidentChange(incident=told, text="" if is_known else f"Problem: {incident.text}")
    if incident.acknowledged_at is not None:
        return IncidentChange(incident=incident)
    pause = min(FIRST_REMINDER * 2 ** min(incident.reminders, 10), LONGEST_REMINDER)
    if incident.last_seen < now or now - incident.told_at < pause:
        return IncidentChange(incident=incident)
    told = replace(incident, told_at=now, reminders=incident.reminders + 1)
    return IncidentChange(incident=told, text=f"Still failing ({_lasted(incident)}): {incident.text}")


def _resolved(incident: Incident) -> IncidentChange:
    ended = replace(incident, ended_at=incident.last_seen)
    if incident.told_at is None or incident.is_event:
        return IncidentChange(incident=ended)
    return IncidentChange(incident=ended, text=f"Resolved after {_lasted(incident)}: {incident.text}")


def _lasted(incident: Incident) -> str:
    return duration_text(incident.last_seen - incident.first_seen)


def weekly_summary(ended: Sequence[Incident], counted: Mapping[tuple[str, str], int], since: datetime) -> str:
    """The summary of a week: the counts, in their order, and what was wrong for how long."""
    head = f"The week since {since:%Y-%m-%d}: " + ", ".join(
        f"{count:,} {one if count == 1 else many}" for (one, many), count in counted.items()
    )
    if not ended:
        return f"{head}. There were no lasting problems."
    lines = [f"- {incident.text} ({_when(incident)})" for incident in ended[:20]]
    more = [f"- and {len(ended) - 20} more"] if len(ended) > 20 else []
    return "\n".join([head + ". Problems:", *lines, *more])


def _when(incident: Incident) -> str:
    if incident.is_event:
        return f"{incident.first_seen:%Y-%m-%d %H:%M} UTC"
    return _lasted(incident) if incident.ended_at else f"{_lasted(incident)}, not yet resolved"


def next_monday(after: datetime) -> datetime:
    """The first Monday at 09:00 UTC after `after`."""
    day = after.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = day + timedelta(days=(7 - day.weekday()) % 7)
    return monday if monday > after else monday + timedelta(days=7)

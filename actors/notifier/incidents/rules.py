"""Decides what to tell operators about problems: when one begins, reminders at doubling intervals, and when it is
resolved. Pure.

An incident is one of the reasons why health is degraded. Two reasons are the same incident if they agree in everything
but numbers (and the plural that goes with them), times, and what is in parentheses or after a second colon. An event,
such as a restart, has no end to report.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_REMINDER = timedelta(hours=1)
LONGEST_REMINDER = timedelta(days=1)
"""The time between two messages about the same incident; it doubles each time, up to the longest."""

RESTARTED = "was restarted"

AT_ONCE = (
    "dead letter", "held back", "names that cannot exist", "cannot be true", "they are held", RESTARTED,
)  # fmt: skip
"""Reported without waiting whether it passes."""

_CHANGING = re.compile(r"\([^)]*\)|since .*|until .*|[0-9][0-9,.:]*")
_PLURAL = re.compile(r"(?<=[a-z])s\b")
_OF_SLACK = re.compile(r"Slack (not reachable|refuses the token)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A problem. `told_at`: when operators last had a message about it, None if never; `reminders`: how many of the
    messages were reminders; `ended_at`: when it was resolved."""

    key: str
    text: str
    first_seen: datetime
    last_seen: datetime
    told_at: datetime | None = None
    reminders: int = 0
    ended_at: datetime | None = None

    @property
    def is_event(self) -> bool:
        """Whether it happened at one moment and does not last."""
        return self.text.endswith(RESTARTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChange:
    """The new state of an incident, and the message about it (empty for none)."""

    incident: Incident
    text: str = ""


def key_of(reason: str) -> str:
    """Two reasons with the same key are the same incident."""
    who, _, what = reason.partition(": ")
    kept = _CHANGING.sub("#", f"{who}: {what.partition(': ')[0]}")
    return " ".join(_PLURAL.sub("", kept).split())


def seen(before: Mapping[str, Incident], reasons: Iterable[str], now: datetime) -> Mapping[str, Incident]:
    """The incidents seen since they were last written, by key: `before`, and the reasons that health gives now. An
    outage of Slack is left out: it cannot be reported there, and is over when it can."""
    of_now = {key_of(reason): reason for reason in reasons if _OF_SLACK.search(reason) is None}
    fresh = {
        key: Incident(key=key, text=text, first_seen=before[key].first_seen if key in before else now, last_seen=now)
        for key, text in of_now.items()
    }
    return {**before, **fresh}


def changes(
    known: Iterable[Incident], seen: Mapping[str, Incident], now: datetime, patience: timedelta
) -> tuple[IncidentChange, ...]:
    """What changes with the incidents `seen`, now or earlier. An incident is reported when it has lasted for
    `patience`, a few kinds immediately. It is resolved when it has not been seen for as long; that is reported if the
    incident was."""
    open_ones = {incident.key: incident for incident in known}
    found = []
    for key, latest in seen.items():
        before = open_ones.pop(key, latest)
        found.append(_going_on(replace(before, text=latest.text, last_seen=latest.last_seen), now, patience))
    for incident in open_ones.values():
        if now - incident.last_seen >= patience:
            found.append(_resolved(incident))
    return tuple(found)


def _going_on(incident: Incident, now: datetime, patience: timedelta) -> IncidentChange:
    if incident.told_at is None:
        at_once = any(words in incident.text for words in AT_ONCE)
        if not at_once and incident.last_seen - incident.first_seen < patience:
            return IncidentChange(incident=incident)
        return IncidentChange(incident=replace(incident, told_at=now), text=f"Problem: {incident.text}")
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


def duration_text(span: timedelta) -> str:
    """A duration in its largest unit, with hours and days also in the next smaller one."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86_400:
        return f"{seconds // 3600} h {seconds % 3600 // 60} min"
    return f"{seconds // 86_400} d {seconds % 86_400 // 3600} h"


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

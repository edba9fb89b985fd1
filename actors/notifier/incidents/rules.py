"""What is wrong with the service, for operators: told once when it begins, reminded of ever more seldom, told once when
it is over. Pure.

A trouble is one of the reasons for which health is degraded. Whether two reasons are one trouble is told by their words
without what changes in them: numbers and the plural that they bring, times, what stands in brackets or behind a colon.
What only happens, a restart, has no end that would be told.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_REMINDER = timedelta(hours=1)
LONGEST_REMINDER = timedelta(days=1)
"""Between what is told of a trouble: doubled each time."""

BEGUN_AGAIN = "has begun again"

AT_ONCE = (
    "dead letter", "held back", "names that cannot exist", "cannot be true", "they are held", BEGUN_AGAIN,
)  # fmt: skip
"""What is told without waiting whether it passes."""

_CHANGING = re.compile(r"\([^)]*\)|since .*|until .*|[0-9][0-9,.:]*")
_PLURAL = re.compile(r"(?<=[a-z])s\b")
_OF_SLACK = re.compile(r"Slack (not reachable|refuses the token)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A trouble. `told_at`: when operators were told that it begins or goes on, None: not yet; `reminders` they had;
    `ended_at` when it was over."""

    key: str
    text: str
    first_seen: datetime
    last_seen: datetime
    told_at: datetime | None = None
    reminders: int = 0
    ended_at: datetime | None = None

    @property
    def is_event(self) -> bool:
        """Whether it only happened, and does not last."""
        return self.text.endswith(BEGUN_AGAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChange:
    """What becomes of an incident, and what is said of it: empty for nothing."""

    incident: Incident
    said: str = ""


def key_of(reason: str) -> str:
    """What makes two reasons one trouble."""
    who, _, what = reason.partition(": ")
    kept = _CHANGING.sub("#", f"{who}: {what.partition(': ')[0]}")
    return " ".join(_PLURAL.sub("", kept).split())


def seen(before: Mapping[str, Incident], reasons: Iterable[str], now: datetime) -> Mapping[str, Incident]:
    """What was seen since that was last written, by its trouble: `before`, and the reasons of now. That Slack cannot be
    reached cannot be told there, and is over when it can."""
    of_now = {key_of(reason): reason for reason in reasons if _OF_SLACK.search(reason) is None}
    fresh = {
        key: Incident(key=key, text=text, first_seen=before[key].first_seen if key in before else now, last_seen=now)
        for key, text in of_now.items()
    }
    return {**before, **fresh}


def weighed(
    known: Iterable[Incident], seen: Mapping[str, Incident], now: datetime, patience: timedelta
) -> tuple[IncidentChange, ...]:
    """What changes with what was `seen`, now or a while ago. A trouble is told when it has lasted for `patience`, some
    at once; it is over when it has not been seen for as long, and that is told if it was."""
    open_ones = {incident.key: incident for incident in known}
    changes = []
    for key, latest in seen.items():
        before = open_ones.pop(key, latest)
        changes.append(_going_on(replace(before, text=latest.text, last_seen=latest.last_seen), now, patience))
    for incident in open_ones.values():
        if now - incident.last_seen >= patience:
            changes.append(_over(incident))
    return tuple(changes)


def _going_on(incident: Incident, now: datetime, patience: timedelta) -> IncidentChange:
    if incident.told_at is None:
        at_once = any(words in incident.text for words in AT_ONCE)
        if not at_once and incident.last_seen - incident.first_seen < patience:
            return IncidentChange(incident=incident)
        return IncidentChange(incident=replace(incident, told_at=now), said=f"Trouble: {incident.text}")
    pause = min(FIRST_REMINDER * 2 ** min(incident.reminders, 10), LONGEST_REMINDER)
    if incident.last_seen < now or now - incident.told_at < pause:
        return IncidentChange(incident=incident)
    told = replace(incident, told_at=now, reminders=incident.reminders + 1)
    return IncidentChange(incident=told, said=f"Still, for {_lasted(incident)}: {incident.text}")


def _over(incident: Incident) -> IncidentChange:
    ended = replace(incident, ended_at=incident.last_seen)
    if incident.told_at is None or incident.is_event:
        return IncidentChange(incident=ended)
    return IncidentChange(incident=ended, said=f"Over, after {_lasted(incident)}: {incident.text}")


def _lasted(incident: Incident) -> str:
    return spoken(incident.last_seen - incident.first_seen)


def spoken(span: timedelta) -> str:
    """A span of time as people say it: its largest unit, and the next one under ten."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86_400:
        return f"{seconds // 3600} h {seconds % 3600 // 60} min"
    return f"{seconds // 86_400} d {seconds % 86_400 // 3600} h"


def week_in_words(ended: Sequence[Incident], counted: Mapping[str, int], since: datetime) -> str:
    """The summary of a week: what was wrong and for how long, and what was done. `counted` in the order in which it is
    said."""
    head = f"The week since {since:%Y-%m-%d}: " + ", ".join(f"{count:,} {what}" for what, count in counted.items())
    if not ended:
        return f"{head}. Nothing was wrong for long."
    lines = [f"- {incident.text} ({_when(incident)})" for incident in ended[:20]]
    more = [f"- and {len(ended) - 20} more"] if len(ended) > 20 else []
    return "\n".join([head + ". What was wrong:", *lines, *more])


def _when(incident: Incident) -> str:
    if incident.is_event:
        return f"{incident.first_seen:%Y-%m-%d %H:%M} UTC"
    return _lasted(incident) if incident.ended_at else f"{_lasted(incident)}, not over"


def next_monday(after: datetime) -> datetime:
    """The first Monday at 09:00 UTC after that."""
    day = after.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = day + timedelta(days=(7 - day.weekday()) % 7)
    return monday if monday > after else monday + timedelta(days=7)

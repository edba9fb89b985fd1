"""What is wrong with the service, for operators: told once when it begins, reminded of ever more seldom, told once when
it is over. Pure.

A trouble is one of the reasons for which health is degraded. Whether two reasons are one trouble is told by their words
without what changes in them: numbers, times, what stands in brackets or behind a colon.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_REMINDER = timedelta(hours=1)
LONGEST_REMINDER = timedelta(days=1)
"""Between what is told of a trouble: doubled each time."""

AT_ONCE = ("dead letter", "names that cannot exist", "suspicious", "begun again")
"""What is told without waiting whether it passes."""

_CHANGING = re.compile(r"\([^)]*\)|since .*|until .*|[0-9][0-9,.:]*")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of an incident, and what is said of it: empty for nothing."""

    incident: Incident
    said: str = ""


def key_of(reason: str) -> str:
    """What makes two reasons one trouble."""
    who, _, what = reason.partition(":")
    return " ".join(_CHANGING.sub("#", f"{who}: {what.strip().partition(':')[0]}").split())


def tellable(reasons: Iterable[str]) -> Mapping[str, str]:
    """Reasons by their trouble. That Slack cannot be reached cannot be told there, and is over when it can."""
    return {key_of(reason): reason for reason in reasons if _OF_SLACK.search(reason) is None}


def weighed(
    known: Iterable[Incident], seen: Mapping[str, str], now: datetime, patience: timedelta
) -> tuple[Change, ...]:
    """What changes when `seen` is wrong now. A trouble is told when it has lasted for `patience`, some at once; it is
    over when it has not been seen for as long, and that is told if it was."""
    open_ones = {incident.key: incident for incident in known}
    changes = []
    for key, text in seen.items():
        before = open_ones.pop(key, None) or Incident(key=key, text=text, first_seen=now, last_seen=now)
        changes.append(_going_on(replace(before, text=text, last_seen=now), now, patience))
    for incident in open_ones.values():
        if now - incident.last_seen >= patience:
            changes.append(_over(incident, now))
    return tuple(changes)


def _going_on(incident: Incident, now: datetime, patience: timedelta) -> Change:
    if incident.told_at is None:
        at_once = any(words in incident.text for words in AT_ONCE)
        if not at_once and now - incident.first_seen < patience:
            return Change(incident=incident)
        return Change(incident=replace(incident, told_at=now), said=f"Trouble: {incident.text}")
    pause = min(FIRST_REMINDER * 2 ** min(incident.reminders, 10), LONGEST_REMINDER)
    if now - incident.told_at < pause:
        return Change(incident=incident)
    told = replace(incident, told_at=now, reminders=incident.reminders + 1)
    return Change(incident=told, said=f"Still, for {spoken(now - incident.first_seen)}: {incident.text}")


def _over(incident: Incident, now: datetime) -> Change:
    ended = replace(incident, ended_at=incident.last_seen)
    if incident.told_at is None:
        return Change(incident=ended)
    lasted = spoken(incident.last_seen - incident.first_seen)
    return Change(incident=ended, said=f"Over, after {lasted}: {incident.text}")


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
    lines = [
        f"- {incident.text} ({spoken((incident.ended_at or incident.last_seen) - incident.first_seen)}"
        + (")" if incident.ended_at else ", not over)")
        for incident in ended[:20]
    ]
    more = [f"- and {len(ended) - 20} more"] if len(ended) > 20 else []
    return "\n".join([head + ". What was wrong:", *lines, *more])


def next_monday(after: datetime) -> datetime:
    """The first Monday at 09:00 UTC after that."""
    day = after.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = day + timedelta(days=(7 - day.weekday()) % 7)
    return monday if monday > after else monday + timedelta(days=7)

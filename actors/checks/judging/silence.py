"""What keeps people from being told about a check now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from actors.checks.model.standing import CheckStanding
from messages.checks import CheckState


class QuietReason(Enum):
    """NONE: nothing does. MAINTENANCE: a window lasts. DEPENDENCY: something that the check depends on is down, or may
    be."""

    NONE = "none"
    MAINTENANCE = "maintenance"
    DEPENDENCY = "dependency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A check that another one depends on. `answers`: it runs when we ask it to, so that a new result can be waited
    for."""

    standing: CheckStanding
    runs: bool
    answers: bool


def is_held_by(support: Support, dependent: CheckStanding) -> bool:
    """Whether the outage of `dependent` may be one of this check, and is not told by itself. It is so while that is
    down, or fails but does not count as down yet; while it has no result of a run that began after `dependent` began to
    fail; and after it came back until `dependent` has had a new result."""
    standing = support.standing
    if not support.runs or standing.is_offline:
        return False
    if standing.state is CheckState.DOWN or standing.failed:
        return True
    began = dependent.failing_since
    if support.answers and began is not None and not _has_run_since(standing, began):
        return True
    return standing.state is CheckState.UP and standing.since is not None and _came_back(standing.since, dependent)


def silence_of(supports: Iterable[Support], dependent: CheckStanding, *, in_maintenance: bool) -> QuietReason:
    """What counts for a check."""
    if in_maintenance:
        return QuietReason.MAINTENANCE
    return QuietReason.DEPENDENCY if any(is_held_by(each, dependent) for each in supports) else QuietReason.NONE


def to_hasten(supports: Iterable[Support], dependent: CheckStanding) -> Collection[str]:
    """The keys of checks that should run now, so that it is known soon whether they are down too: those that have not
    run since `dependent` began to fail. `dependent` itself, when what it depends on has come back."""
    began = dependent.failing_since
    if began is None:
        return frozenset()
    known = [each for each in supports if each.runs and each.answers]
    stale = {each.standing.key for each in known if not _has_run_since(each.standing, began)}
    back = any(
        each.standing.state is CheckState.UP
        and not each.standing.failed
        and each.standing.since is not None
        and _came_back(each.standing.since, dependent)
        for each in known
    )
    return frozenset(stale | ({dependent.key} if back else set()))


def _has_run_since(standing: CheckStanding, moment: datetime) -> bool:
    """Whether there is a result of a run that began after it: one that was under way may have seen what was before."""
    return _after(_began(standing), moment)


def _began(standing: CheckStanding) -> datetime | None:
    """When the last run began; where nobody knows, what counts as its duration is taken for the time that it took."""
    if standing.last_began is not None or standing.last_at is None:
        return standing.last_began
    return standing.last_at - timedelta(seconds=standing.duration or 0.0)


def _came_back(since: datetime, dependent: CheckStanding) -> bool:
    """Whether a check that is up `since` then came back while `dependent` was failing, which has had no result
    since."""
    began = dependent.failing_since
    return began is not None and since > began and not _after(dependent.last_at, since)


def _after(at: datetime | None, other: datetime) -> bool:
    return at is not None and at > other

"""How a check stands."""

from dataclasses import dataclass
from datetime import datetime

from messages.check_definitions import Severity
from messages.checks import CheckState, CheckSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutage:
    """A time in which a check is down, or has a warning, `since` when. `id` is its own. `told` is the severity that
    people know of, None if they know of nothing yet, and `told_at` when they last had a message about it; `reminders`:
    how many of these were reminders. `ended_at`: it is over, and people have yet to hear it; None while it lasts."""

    id: str
    severity: Severity
    since: datetime
    told: Severity | None = None
    told_at: datetime | None = None
    reminders: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStanding:
    """How a check stands, `since` when. `failed`, `not_passed`, `not_failed` and `passed` count the last results in a
    row that did; `failing_since`: when the first of those that did not pass came. `outage` is the one that lasts, or
    whose end has yet to be told. `flaps` counts outages that followed each other closely, the last of which was over at
    `flapped_at`. `is_offline`: the last result says nothing, because our own network was away. The rest is of the last
    result; `last_began`, when its run did, is kept in memory only, and None where nobody knows."""

    key: str
    state: CheckState = CheckState.UNKNOWN
    since: datetime | None = None
    failed: int = 0
    not_passed: int = 0
    not_failed: int = 0
    passed: int = 0
    failing_since: datetime | None = None
    outage: CheckOutage | None = None
    flaps: int = 0
    flapped_at: datetime | None = None
    last_at: datetime | None = None
    last_began: datetime | None = None
    duration: float | None = None
    error: str = ""
    certificate_until: datetime | None = None
    paused: bool = False
    is_offline: bool = False


DISABLED = "disabled by the configuration"
"""What is said of such a check in place of an error: that of Callboard's own for Slack is, if there is no token."""


def shown_state(standing: CheckStanding, *, disabled: bool) -> CheckState:
    """As operators see it."""
    if standing.paused or disabled:
        return CheckState.PAUSED
    return CheckState.UNKNOWN if standing.is_offline else standing.state


def summary(standing: CheckStanding, name: str, group: str, *, disabled: bool) -> CheckSummary:
    """As operators see it. One that is disabled says so, or it looks like one that somebody paused."""
    return CheckSummary(
        name=name,
        group=group,
        status=shown_state(standing, disabled=disabled),
        since=standing.since,
        last_at=standing.last_at,
        duration=standing.duration,
        error=DISABLED if disabled else standing.error,
    )

"""What readers of the page, the API, the badges and Prometheus see of checks: asked of the ChecksActor, in bounded
replies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from messages.check_definitions import CheckKind
from messages.checks import CheckResult, CheckState, CheckSummary, PhaseTimes

MOST_SINGLE_CHECKS = 1000
"""With more checks than this, the page and the metrics show groups, and only the checks that are not well."""

RECENT_RUNS = 30
"""Runs of each check that the page shows as bars."""


class UptimeWindow(Enum):
    """The last hour, day, week and month."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


WINDOW_SECONDS: Mapping[UptimeWindow, int] = MappingProxyType(
    {
        UptimeWindow.HOUR: 3600,
        UptimeWindow.DAY: 86_400,
        UptimeWindow.WEEK: 7 * 86_400,
        UptimeWindow.MONTH: 30 * 86_400,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckUptime:
    """How many of the runs within a window did not fail."""

    window: UptimeWindow
    runs: int
    failed: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None if nothing ran."""
        return (self.runs - self.failed) / self.runs if self.runs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCard:
    """A check now. `url` has no passwords and no values of parameters. `succeeded`: whether its last run did not fail;
    None if there was none. `phases` and `http_status` are of the last run since the ChecksActor began, None before.
    `recent`: a letter for each of the last runs, oldest first, `p` passed, `w` warned, `f` failed; `recent_ms` says how
    long they took."""

    summary: CheckSummary
    kind: CheckKind
    url: str
    succeeded: bool | None
    certificate_until: datetime | None
    phases: PhaseTimes | None = None
    http_status: int | None = None
    recent: str = ""
    recent_ms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckGroup:
    """All checks of a group: how many are in each state, and the worst of their last runs."""

    name: str
    states: tuple[tuple[CheckState, int], ...]
    succeeded: bool | None
    duration: float | None
    certificate_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBoardQuery:
    """Query: all checks at a glance."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBoardReply:
    """Reply. `groups` by name; those behind the first MOST_SINGLE_CHECKS are counted together as the group `other`.
    `cards` by group and name: all of them if `is_whole`, otherwise the first ones that are not well."""

    request_id: str
    total: int
    groups: tuple[CheckGroup, ...] = field(repr=False)
    cards: tuple[CheckCard, ...] = field(repr=False)
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPageQuery:
    """Query: up to `limit` checks, by group and name, behind the key `after` (empty: from the beginning); of one
    `group`, in one `state`, or any (None)."""

    request_id: str
    after: str
    limit: int
    group: str | None = None
    state: CheckState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPageReply:
    """Reply. `next` is the `after` of the next page, empty if this is the last; `is_after_known` is false if there is
    no check with that key."""

    request_id: str
    checks: tuple[CheckSummary, ...]
    next: str
    is_after_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHour:
    """What came of the runs of an hour (which begins at `hour`); durations in seconds. `fastest` is None for hours that
    were stored before it was."""

    hour: datetime
    runs: int
    warned: int
    failed: int
    mean: float
    fastest: float | None
    slowest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFlip:
    """A change of a check's state."""

    key: str
    at: datetime
    state: CheckState
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHistoryQuery:
    """Query: what is known of the check with this key, or of this name if it is unique: its last `limit` results, and
    by the hour since `since`."""

    request_id: str
    key: str
    since: datetime
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHistoryReply:
    """Reply. `refusal` says why there is no such check, otherwise it is empty and there is a `card`. `results` and
    `flips` newest first, `hours` oldest first, `uptimes` one for each window. `badge` is the token of its badges."""

    request_id: str
    refusal: str = ""
    card: CheckCard | None = None
    results: tuple[CheckResult, ...] = ()
    hours: tuple[CheckHour, ...] = ()
    uptimes: tuple[CheckUptime, ...] = ()
    flips: tuple[CheckFlip, ...] = ()
    badge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBadgeQuery:
    """Query: what the badges show of the check with this token."""

    request_id: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBadgeReply:
    """Reply; `card` is None if no check has this token."""

    request_id: str
    card: CheckCard | None = None
    uptimes: tuple[CheckUptime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFlipsQuery:
    """Query: the last `limit` changes of states since then."""

    request_id: str
    since: datetime
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFlipsReply:
    """Reply, newest first."""

    request_id: str
    flips: tuple[CheckFlip, ...]


CHECK_READING_QUERIES = frozenset(
    {CheckBoardQuery, CheckPageQuery, CheckHistoryQuery, CheckBadgeQuery, CheckFlipsQuery}
)
CHECK_READING_REPLIES = frozenset(
    {CheckBoardReply, CheckPageReply, CheckHistoryReply, CheckBadgeReply, CheckFlipsReply}
)

"""The numbers of the plots. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from actors.web.model.views import DraftView
from messages.probing import Verdict
from messages.reading import RequestCount, RequestHistoryReply, RequestKind

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Detections(Struct, frozen=True, kw_only=True):
    """Drafts by day (UTC): the days in seconds since the epoch, how many were found, how many became papers."""

    days: tuple[int, ...]
    found: tuple[int, ...]
    published: tuple[int, ...]


class Delays(Struct, frozen=True, kw_only=True):
    """One point a draft, by when it was seen: the seconds from upload to seen, and from seen to told; null where one is
    not known."""

    seen: tuple[int, ...]
    ids: tuple[str, ...]
    to_see: tuple[float | None, ...]
    to_tell: tuple[float | None, ...]


class Budget(Struct, frozen=True, kw_only=True):
    """Requests by what they were for, in each hour or day that begins at `begins`; `allowed` is the budget of one."""

    begins: tuple[int, ...]
    kinds: dict[str, tuple[int, ...]]
    allowed: int
    step_seconds: int


class Plots(Struct, frozen=True, kw_only=True):
    """All three. `budget` is null where it is not shown or not known."""

    detections: Detections
    delays: Delays
    budget: Budget | None


def plots_of(
    drafts: Iterable[DraftView], requests: RequestHistoryReply | None, since: datetime, now: datetime
) -> Plots:
    """The plots of the time from `since` to `now`."""
    shown = [draft for draft in drafts if draft.steps.seen_at >= since]
    published = [
        draft.steps.published_at for draft in drafts if draft.steps.published_at and draft.steps.published_at >= since
    ]
    return Plots(
        detections=detections([draft.steps.seen_at for draft in shown], published, since, now),
        delays=delays(shown),
        budget=None if requests is None else budget(requests, since, now),
    )


def detections(found: Sequence[datetime], published: Sequence[datetime], since: datetime, now: datetime) -> Detections:
    """Counts by day, also of days without any."""
    found_by, published_by = Counter(map(_day, found)), Counter(map(_day, published))
    days = list(_steps(_day(since), now, DAY))
    return Detections(
        days=tuple(int(day.timestamp()) for day in days),
        found=tuple(found_by[day] for day in days),
        published=tuple(published_by[day] for day in days),
    )


def delays(drafts: Iterable[DraftView]) -> Delays:
    """Of announced drafts, the oldest first."""
    known = sorted((draft for draft in drafts if draft.announced), key=lambda draft: (draft.steps.seen_at, draft.id))
    return Delays(
        seen=tuple(int(draft.steps.seen_at.timestamp()) for draft in known),
        ids=tuple(draft.id for draft in known),
        to_see=tuple(draft.steps.seconds_to_see for draft in known),
        to_tell=tuple(draft.steps.seconds_to_tell for draft in known),
    )


def budget(requests: RequestHistoryReply, since: datetime, now: datetime) -> Budget:
    """By hour, or by day for more than two weeks; also of times without requests."""
    step = DAY if now - since > 14 * DAY + HOUR else HOUR
    floor = _day if step is DAY else _hour
    counts: Counter[tuple[RequestKind, datetime]] = Counter()
    for each in requests.counts:
        counts[each.kind, floor(each.at)] += each.requests
    begins = list(_steps(floor(since), now, step))
    return Budget(
        begins=tuple(int(begin.timestamp()) for begin in begins),
        kinds={kind.value: tuple(counts[kind, begin] for begin in begins) for kind in RequestKind},
        allowed=requests.budget * int(step / HOUR),
        step_seconds=int(step.total_seconds()),
    )


def verdicts(counts: Iterable[RequestCount]) -> Counter[Verdict]:
    """How many requests had which answer."""
    total: Counter[Verdict] = Counter()
    for each in counts:
        total[each.verdict] += each.requests
    return total


def median(values: Iterable[float | None]) -> float | None:
    """Of those that are known; None if there are none."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2


def _day(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _steps(first: datetime, last: datetime, step: timedelta) -> Iterable[datetime]:
    at = first
    while at <= last:
        yield at
        at += step

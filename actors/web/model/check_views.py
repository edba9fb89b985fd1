"""What the API answers about checks. The OpenAPI document is made from these structs."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from actors.web.model.views import AsOf, Next
from messages.check_reading import CheckFlip, CheckHistoryReply, CheckHour
from messages.checks import CheckResult, CheckState, CheckSummary, CheckVerdict, PhaseTimes

Share = Annotated[float | None, Meta(description="From 0 to 1; null if nothing ran.")]


class CheckView(Struct, frozen=True, kw_only=True):
    """A check now: its state and `since` when; its last run, which took `duration` seconds, and what went wrong in it
    (empty if nothing, and on a public page)."""

    name: str
    group: str
    status: CheckState
    since: datetime | None
    last_at: datetime | None
    duration: float | None
    error: str


class ChecksPage(Struct, frozen=True, kw_only=True):
    """Checks, by group and name."""

    items: tuple[CheckView, ...]
    next: Next
    as_of: AsOf


class PhasesView(Struct, frozen=True, kw_only=True):
    """Seconds that each phase took."""

    resolve: float
    connect: float
    tls: float
    processing: float
    transfer: float


class RunView(Struct, frozen=True, kw_only=True):
    """A run; `http_status` is null where there was none."""

    at: datetime
    verdict: CheckVerdict
    duration: float
    http_status: int | None
    error: str


class HourView(Struct, frozen=True, kw_only=True):
    """The runs of an hour, and how many seconds they took."""

    hour: datetime
    runs: int
    warned: int
    failed: int
    mean: float
    fastest: float | None
    slowest: float


class FlipView(Struct, frozen=True, kw_only=True):
    """A change of state."""

    at: datetime
    status: CheckState
    error: str


class CheckHistoryView(CheckView, frozen=True, kw_only=True):
    """A check, and what happened. `uptimes` has the share of runs that did not fail for `1h`, `24h`, `7d` and `30d`.
    `history` has its last runs, newest first; `hours` the last 30 days, oldest first;
    `flips` its last changes of state, newest first. `url` is empty on a public page, and has neither passwords nor the
    values of parameters."""

    kind: str
    url: str
    certificate_until: datetime | None
    phases: PhasesView | None
    uptimes: dict[str, Share]
    flips: tuple[FlipView, ...]
    history: tuple[RunView, ...]
    hours: tuple[HourView, ...]
    as_of: AsOf


def check_view(check: CheckSummary, *, is_public: bool) -> CheckView:
    """A check without what the public is not shown."""
    return CheckView(
        name=check.name,
        group=check.group,
        status=check.status,
        since=check.since,
        last_at=check.last_at,
        duration=check.duration,
        error="" if is_public else check.error,
    )


def history_view(reply: CheckHistoryReply, as_of: datetime | None, *, is_public: bool) -> CheckHistoryView:
    """The same for one check with what happened. The reply has a card."""
    assert reply.card is not None, "refused"
    card = reply.card
    return CheckHistoryView(
        **asdict(check_view(card.summary, is_public=is_public)),
        kind=card.kind.value,
        url="" if is_public else card.url,
        certificate_until=card.certificate_until,
        phases=None if card.phases is None else _phases(card.phases),
        uptimes={each.window.value: each.share for each in reply.uptimes},
        flips=tuple(_flip(each, is_public) for each in reply.flips),
        history=tuple(_run(each, is_public) for each in reply.results),
        hours=tuple(map(_hour, reply.hours)),
        as_of=as_of,
    )


def _phases(phases: PhaseTimes) -> PhasesView:
    return PhasesView(
        resolve=phases.resolve,
        connect=phases.connect,
        tls=phases.tls,
        processing=phases.processing,
        transfer=phases.transfer,
    )


def _flip(flip: CheckFlip, is_public: bool) -> FlipView:
    return FlipView(at=flip.at, status=flip.state, error="" if is_public else flip.error)


def _run(run: CheckResult, is_public: bool) -> RunView:
    error = "" if is_public else run.error
    return RunView(at=run.at, verdict=run.verdict, duration=run.duration, http_status=run.status, error=error)


def _hour(hour: CheckHour) -> HourView:
    return HourView(
        hour=hour.hour,
        runs=hour.runs,
        warned=hour.warned,
        failed=hour.failed,
        mean=hour.mean,
        fastest=hour.fastest,
        slowest=hour.slowest,
    )

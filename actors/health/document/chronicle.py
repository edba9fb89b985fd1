"""What only a look at several overviews shows: since when all is well, and which problems began or ended when. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from actors.health.snapshots.reports import ActorReport, Overview, Responsiveness
from messages.activity import FetchActivity, ProbeActivity, Reachability, UpstreamSite
from messages.health import HealthReason, IndexSnapshot, ProberSnapshot, ReasonCode

MOST_OVER = 10
"""Problems that are over and still shown."""

Key = tuple[ReasonCode, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastingProblem:
    """A reason, and since when it is given; `until` is when it was first missing, None while it lasts."""

    reason: HealthReason
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """Whether all is `well`, as it is while something only begins, and `since` when that is so; the problems that last,
    in the order in which the actors give them, and those that are over, newest first; since when each site, by its
    host, treats us as it does."""

    well: bool
    since: datetime
    lasting: Mapping[Key, LastingProblem] = field(default_factory=lambda: MappingProxyType({}))
    over: tuple[LastingProblem, ...] = ()
    sites: Mapping[str, tuple[Reachability, datetime]] = field(default_factory=lambda: MappingProxyType({}))


def begun(at: datetime) -> Chronicle:
    """Before anything was seen."""
    return Chronicle(well=True, since=at)


def after(before: Chronicle, overview: Overview) -> Chronicle:
    """With what an overview shows. If several actors give the same reason, the first text counts. What only began was
    never wrong, so it is not over either."""
    now = overview.at
    lasting: dict[Key, LastingProblem] = {}
    for reason in reasons_of(overview):
        known = before.lasting.get((reason.code, reason.subject))
        since = now if known is None else known.since
        lasting.setdefault((reason.code, reason.subject), LastingProblem(reason=reason, since=since))
    ended = tuple(
        LastingProblem(reason=each.reason, since=each.since, until=now)
        for key, each in before.lasting.items()
        if key not in lasting and not each.reason.is_beginning
    )
    well = all(each.reason.is_beginning for each in lasting.values())
    return Chronicle(
        well=well,
        since=before.since if well == before.well else now,
        lasting=MappingProxyType(lasting),
        over=tuple(each for each in ended + before.over if _key(each) not in lasting)[:MOST_OVER],
        sites=MappingProxyType({site.host: _site_since(before, site, now) for _, site in sites_of(overview)}),
    )


def reasons_of(overview: Overview) -> Iterator[HealthReason]:
    """Why the whole is degraded; empty if it is well."""
    for name, report in overview.reports.items():
        yield from _reasons(name, report)


def sites_of(overview: Overview) -> Iterator[tuple[str, UpstreamSite]]:
    """The sites that we ask, each with the name of the actor that asks it."""
    for name, report in overview.reports.items():
        match report.snapshot:
            case IndexSnapshot(activity=FetchActivity(upstreams=sites)):
                yield from ((name, site) for site in sites)
            case ProberSnapshot(activity=ProbeActivity(upstream=site)):
                yield name, site


def _reasons(name: str, report: ActorReport) -> Iterator[HealthReason]:
    if report.answer is Responsiveness.UNRESPONSIVE:
        yield HealthReason(code=ReasonCode.ACTOR_SILENT, subject=name, text=f"{name}: does not answer")
    if report.snapshot is not None:
        yield from report.snapshot.status.reasons


def _key(problem: LastingProblem) -> Key:
    return problem.reason.code, problem.reason.subject


def _site_since(before: Chronicle, site: UpstreamSite, now: datetime) -> tuple[Reachability, datetime]:
    known = before.sites.get(site.host)
    if known is not None and known[0] is site.state:
        return known
    return site.state, site.since or now

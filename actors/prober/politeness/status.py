"""Why the prober is degraded, in sentences for operators: what, since when, why, and what happens next. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from actors.prober.frontmatter.queue import FrontMatterQueue
from actors.prober.model.file_history import FileHistory
from actors.prober.model.names import text_of
from actors.prober.model.observations import Observation, ObservationKind, Trust, is_unsteady
from actors.prober.model.wording import SEEN, clock
from actors.prober.politeness.host import Host, KillSwitch
from actors.prober.politeness.rate_limiter import SILENT_BATCHES_REPORTED, BreakerState
from actors.prober.politeness.robots import RobotsStatus
from messages.activity import Reachability, UpstreamSite
from messages.drafts import Change
from messages.health import HealthReason, ReasonCode, iso
from messages.probing import Verdict
from messages.switching import Probing

TRIES_REPORTED = 3
"""A draft that was not served so often is reported: after some seconds."""

MOST_FILES_NAMED = 5
"""The most files that have a problem each of their own."""

_MOVES = MappingProxyType({Change.DATE: "date", Change.LENGTH: "length", Change.VALIDATOR: "ETag"})

_DOES = MappingProxyType(
    {
        Verdict.BLOCKED: "has refused us",
        Verdict.SUSPICIOUS: "has given answers that cannot be true",
        Verdict.THROTTLED: "has kept asking us to slow down",
    }
)


_STATES: Mapping[Verdict, Reachability] = MappingProxyType(
    {
        Verdict.BLOCKED: Reachability.BLOCKED,
        Verdict.SUSPICIOUS: Reachability.SUSPICIOUS,
        Verdict.THROTTLED: Reachability.THROTTLED,
    }
)


def of(host: Host, switch: KillSwitch, observations: Iterable[Observation], now: float) -> tuple[HealthReason, ...]:
    """All reasons; none if the prober is well. Probing that is off by configuration is not a problem."""
    observations = tuple(observations)
    return (
        *_of_switch(switch),
        *_of_rules(host),
        *_of_answers(host, now),
        *_of_quarantine(host, observations),
        *_of_unsteady(host, observations),
    )


def site(host: Host, switch: KillSwitch, now: float) -> UpstreamSite:
    """How the papers' host treats us."""
    limit, since = host.rate_limit, host.rate_limit.trouble_since
    reasons = (*_of_rules(host), *_of_answers(host, now))
    detail = reasons[0].text.removeprefix("prober: ") if reasons else ""
    if host.catch_all_since is not None:
        state, since = Reachability.SUSPICIOUS, host.catch_all_since
    elif any(reason.code is ReasonCode.ROBOTS_FORBID for reason in reasons):
        state, since = Reachability.BLOCKED, host.robots.read_at
    elif any(reason.code is ReasonCode.ROBOTS_UNREADABLE for reason in reasons):
        state, since = Reachability.UNREACHABLE, host.robots.read_at
    elif not reasons:
        is_unasked = host.robots.status is RobotsStatus.UNREAD
        state, since = Reachability.UNKNOWN if is_unasked else Reachability.REACHABLE, None
    elif limit.offline:
        state = Reachability.UNREACHABLE
    else:
        state = _STATES.get(host.last_error.verdict, Reachability.UNREACHABLE)
    return UpstreamSite(
        host=host.name,
        state=state,
        since=None if since is None else datetime.fromtimestamp(since, UTC),
        detail=detail,
        is_network_away=limit.offline > 0,
    )


def _of_switch(switch: KillSwitch) -> Iterator[HealthReason]:
    if switch.probing is Probing.OFF and switch.since is not None:
        text = f"prober: probing has been off since {clock(switch.since)}, switched off by {switch.by}"
        yield HealthReason(
            code=ReasonCode.PROBING_OFF,
            subject="prober",
            text=text,
            fields=(("since", iso(switch.since)), ("by", switch.by)),
        )


def _of_rules(host: Host) -> Iterator[HealthReason]:
    rules, since = host.robots, _clock(host.robots.read_at)
    robots = f"prober: the robots.txt of {host.name}"
    if rules.status is RobotsStatus.RULES and not host.permission.allowed:
        text = f"{robots} has forbidden the papers folder since {since}; nothing is requested"
        fields: tuple[tuple[str, str], ...] = (("since", _iso(host.robots.read_at)),)
        yield HealthReason(code=ReasonCode.ROBOTS_FORBID, subject=host.name, text=text, fields=fields)
    elif rules.status is RobotsStatus.UNREAD and rules.error:
        text = f"{robots} has been unreadable since {since} ({rules.error}); nothing is requested"
        fields = (("since", _iso(host.robots.read_at)), ("why", rules.error))
        yield HealthReason(code=ReasonCode.ROBOTS_UNREADABLE, subject=host.name, text=text, fields=fields)


def _of_answers(host: Host, now: float) -> Iterator[HealthReason]:
    """Whatever keeps us from probing the host as usual is one problem, because it is one outage."""
    if host.catch_all_since is not None:
        text = f"prober: {host.name} has answered for names that cannot exist since {_clock(host.catch_all_since)}"
        fields: tuple[tuple[str, str], ...] = (("since", _iso(host.catch_all_since)),)
        yield HealthReason(code=ReasonCode.HOST_CATCH_ALL, subject=host.name, text=text, urgent=True, fields=fields)
    if text := _problem(host, now):
        urgent = _DOES[Verdict.SUSPICIOUS] in text
        fields = (
            ("since", _iso(host.rate_limit.trouble_since or now)),
            ("verdict", host.last_error.verdict.value),
            ("why", host.last_error.text),
        )
        yield HealthReason(
            code=ReasonCode.HOST_UNUSABLE, subject=host.name, text=f"prober: {text}", urgent=urgent, fields=fields
        )


def _problem(host: Host, now: float) -> str:
    limit, again = host.rate_limit, _clock(host.rate_limit.paused_until)
    since = _clock(now if limit.trouble_since is None else limit.trouble_since)
    why, does = host.last_error.text, _DOES.get(host.last_error.verdict, "has not answered")
    if limit.offline:
        return f"no host has been reachable since {since}, so our own network is down ({why}); next attempt at {again}"
    if limit.breaker is not BreakerState.CLOSED:
        return f"{host.name} {does} since {since} ({why}); next attempt at {again}"
    if limit.paused_until > now:
        return _pause(host.name, again, why, since)
    if limit.silent_batches >= SILENT_BATCHES_REPORTED:
        return f"{host.name} {does} since {since} ({why})"
    if limit.error_share > 0.5:
        return f"most answers of {host.name} have been errors since {since} ({why})"
    if limit.trouble_since is not None:
        return f"{_pause(host.name, again, why, since)}; the pause is over, no answer yet"
    return ""


def _pause(name: str, until: str, why: str, since: str) -> str:
    return f"{name} asked for a pause until {until} ({why}, since {since})"


def _of_quarantine(host: Host, observations: Iterable[Observation]) -> Iterator[HealthReason]:
    quarantined = [observation for observation in observations if observation.trust is Trust.QUARANTINED]
    for kind in ObservationKind:
        ours = [observation for observation in quarantined if observation.kind is kind]
        if ours:
            first = min(observation.first_at for observation in ours)
            since = clock(first)
            again = clock(min(observation.recheck_at for observation in ours))
            yield HealthReason(
                code=ReasonCode.FILES_QUARANTINED,
                subject=f"{kind.value} on {host.name}",
                text=f"prober: {len(ours):,} files {SEEN[kind]} at once on {host.name} since {since}; they are"
                f" held back and checked again at {again}",
                urgent=True,
                fields=(("count", str(len(ours))), ("since", iso(first))),
            )


def _of_unsteady(host: Host, observations: Iterable[Observation]) -> Iterator[HealthReason]:
    """Each file by itself, as long as there are few."""
    unsteady = sorted(filter(is_unsteady, observations), key=lambda observation: text_of(observation.name))
    for observation in unsteady[:MOST_FILES_NAMED]:
        name, since, again = text_of(observation.name), clock(observation.first_at), clock(observation.recheck_at)
        what = " and ".join(_MOVES[change] for change in Change if change in observation.unsteady)
        yield HealthReason(
            code=ReasonCode.FILE_UNSTEADY,
            subject=name,
            text=f"prober: {name} on {host.name} has had another {what} at each look since {since}: whether it changes"
            f" cannot be said for certain; next look at {again}",
            fields=(("since", iso(observation.first_at)),),
        )
    if (more := len(unsteady) - MOST_FILES_NAMED) > 0:
        yield HealthReason(
            code=ReasonCode.FILE_UNSTEADY,
            subject=f"more files on {host.name}",
            text=f"prober: {more:,} more files on {host.name} look different at each look",
            fields=(("count", str(more)),),
        )


def of_withheld(host: Host, queue: FrontMatterQueue) -> Iterator[HealthReason]:
    """Drafts that are not announced because their files are not served."""
    jobs = sorted((job for job in queue.withheld if job.tries >= TRIES_REPORTED), key=lambda job: job.draft)
    for job in jobs[:MOST_FILES_NAMED]:
        since = job.announce_by - queue.patience
        yield HealthReason(
            code=ReasonCode.FILE_NOT_SERVED,
            subject=job.draft,
            text=f"prober: {host.name} has said since {clock(since)} that {job.draft} exists, and does not serve"
            f" it; it is not announced until it does; next try at {clock(job.due_at)}",
            fields=(("since", iso(since)),),
        )
    if (more := len(jobs) - MOST_FILES_NAMED) > 0:
        yield HealthReason(
            code=ReasonCode.FILE_NOT_SERVED,
            subject=f"more drafts on {host.name}",
            text=f"prober: {host.name} does not serve {more:,} more drafts that it says exist; they are not announced",
            fields=(("count", str(more)),),
        )


def of_flipping(host: Host, histories: Iterable[FileHistory]) -> Iterator[HealthReason]:
    """Files that go back and forth."""
    flipping = sorted(histories, key=lambda history: text_of(history.name))
    for history in flipping[:MOST_FILES_NAMED]:
        name, since = text_of(history.name), "" if history.damped_since is None else clock(history.damped_since)
        yield HealthReason(
            code=ReasonCode.FILE_FLIPPING,
            subject=name,
            text=f"prober: {name} on {host.name} has been going back and forth since {since}: what it goes back to is"
            " announced only when it has stayed the same for a day",
            fields=() if history.damped_since is None else (("since", iso(history.damped_since)),),
        )
    if (more := len(flipping) - MOST_FILES_NAMED) > 0:
        yield HealthReason(
            code=ReasonCode.FILE_FLIPPING,
            subject=f"more files on {host.name}",
            text=f"prober: {more:,} more files on {host.name} are going back and forth",
            fields=(("count", str(more)),),
        )


def _clock(moment: float) -> str:
    return clock(datetime.fromtimestamp(moment, UTC))


def _iso(at: float) -> str:
    return iso(datetime.fromtimestamp(at, UTC))

"""Why the prober is degraded, in sentences for the operator: what, since when, why, and what comes next. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from actors.prober.model.observations import Kind, Sighting, Trust
from actors.prober.model.wording import SEEN, clock
from actors.prober.politeness.host import Host, Switch
from actors.prober.politeness.rate_limiter import SILENT, Breaker
from actors.prober.politeness.robots import Standing
from messages.health import HealthReason, ReasonCode
from messages.probing import Verdict
from messages.switching import Probing

_DOES = {
    Verdict.BLOCKED: "refuses us",
    Verdict.SUSPICIOUS: "gives answers that cannot be true",
    Verdict.THROTTLED: "keeps asking us to slow down",
}


def of(host: Host, switch: Switch, sightings: Iterable[Sighting], now: float) -> tuple[HealthReason, ...]:
    """All of them; none when it is well. What the configuration has switched off is meant to be off."""
    return (*_of_switch(switch), *_of_rules(host), *_of_answers(host, now), *_of_held(host, sightings))


def _of_switch(switch: Switch) -> Iterator[HealthReason]:
    if switch.probing is Probing.OFF and switch.since is not None:
        text = f"prober: probing is switched off since {clock(switch.since)} by {switch.by}"
        yield HealthReason(code=ReasonCode.PROBING_OFF, subject="prober", text=text)


def _of_rules(host: Host) -> Iterator[HealthReason]:
    rules, since = host.robots, _clock(host.robots.read_at)
    if rules.standing is Standing.RULES and not host.permission.allowed:
        text = f"prober: the robots.txt of {host.name} forbids the papers folder since {since}; nothing is asked"
        yield HealthReason(code=ReasonCode.ROBOTS_FORBID, subject=host.name, text=text)
    elif rules.standing is Standing.UNTOLD and rules.error:
        text = f"prober: the robots.txt of {host.name} cannot be read since {since} ({rules.error}); nothing is asked"
        yield HealthReason(code=ReasonCode.ROBOTS_UNREADABLE, subject=host.name, text=text)


def _of_answers(host: Host, now: float) -> Iterator[HealthReason]:
    """Whatever keeps the host from being asked as usual is one problem, for it is one outage."""
    if host.lied_since is not None:
        text = f"prober: {host.name} answers for names that cannot exist, since {_clock(host.lied_since)}"
        yield HealthReason(code=ReasonCode.HOST_CATCH_ALL, subject=host.name, text=text, urgent=True)
    if text := _trouble(host, now):
        urgent = _DOES[Verdict.SUSPICIOUS] in text
        yield HealthReason(code=ReasonCode.HOST_UNUSABLE, subject=host.name, text=f"prober: {text}", urgent=urgent)


def _trouble(host: Host, now: float) -> str:
    pace, again = host.pace, _clock(host.pace.paused_until)
    since = _clock(now if pace.trouble_since is None else pace.trouble_since)
    why, does = host.complaint.text, _DOES.get(host.complaint.verdict, "does not answer")
    if pace.offline:
        return f"no host can be reached since {since}, so it is our network ({why}); tried again at {again}"
    if pace.breaker is not Breaker.CLOSED:
        return f"{host.name} {does} since {since} ({why}); asked again at {again}"
    if pace.paused_until > now:
        return _pause(host.name, again, why, since)
    if pace.unheard >= SILENT:
        return f"{host.name} {does} since {since} ({why})"
    if pace.error_share > 0.5:
        return f"most answers of {host.name} are errors since {since} ({why})"
    if pace.trouble_since is not None:
        return f"{_pause(host.name, again, why, since)}; it is over, nothing heard yet"
    return ""


def _pause(name: str, until: str, why: str, since: str) -> str:
    return f"{name} asked for a pause until {until} ({why}, since {since})"


def _of_held(host: Host, sightings: Iterable[Sighting]) -> Iterator[HealthReason]:
    held = [sighting for sighting in sightings if sighting.trust is Trust.HELD]
    for kind in Kind:
        ours = [sighting for sighting in held if sighting.kind is kind]
        if ours:
            since = clock(min(sighting.first_at for sighting in ours))
            again = clock(min(sighting.look_at for sighting in ours))
            yield HealthReason(
                code=ReasonCode.FILES_QUARANTINED,
                subject=f"{kind.value} on {host.name}",
                text=f"prober: {len(ours):,} files {SEEN[kind]} at once on {host.name} since {since}; they are"
                f" held, and looked at again at {again}",
                urgent=True,
                fields=(("count", str(len(ours))),),
            )


def _clock(moment: float) -> str:
    return clock(datetime.fromtimestamp(moment, UTC))

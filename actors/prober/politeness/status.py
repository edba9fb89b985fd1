"""Why the prober is degraded, in sentences for the operator: what, since when, why, and what comes next. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from actors.prober.model.observations import Kind, Sighting, Trust
from actors.prober.model.wording import SEEN, clock
from actors.prober.politeness.host import Host, Switch
from actors.prober.politeness.rate_limiter import SILENT, Breaker
from actors.prober.politeness.robots import Standing
from messages.probing import Verdict
from messages.switching import Probing

_DOES = {
    Verdict.BLOCKED: "refuses us",
    Verdict.SUSPICIOUS: "gives answers that cannot be true",
    Verdict.THROTTLED: "asks for pauses on end",
}


def of(host: Host, switch: Switch, sightings: Iterable[Sighting], now: float) -> tuple[str, ...]:
    """All of them; none when it is well. What the configuration has switched off is meant to be off."""
    return (*_of_switch(switch), *_of_rules(host), *_of_answers(host, now), *_of_held(host, sightings))


def _of_switch(switch: Switch) -> Iterator[str]:
    if switch.probing is Probing.OFF and switch.since is not None:
        yield f"prober: probing is switched off since {clock(switch.since)} by {switch.by}"


def _of_rules(host: Host) -> Iterator[str]:
    rules, since = host.robots, _clock(host.robots.read_at)
    if rules.standing is Standing.RULES and not host.permission.allowed:
        yield f"prober: the robots.txt of {host.name} forbids the papers folder since {since}; nothing is asked"
    elif rules.standing is Standing.UNTOLD and rules.error:
        yield f"prober: the robots.txt of {host.name} cannot be read since {since} ({rules.error}); nothing is asked"


def _of_answers(host: Host, now: float) -> Iterator[str]:
    pace, again = host.pace, _clock(host.pace.paused_until)
    since = _clock(now if pace.trouble_since is None else pace.trouble_since)
    if host.lied_since is not None:
        yield f"prober: {host.name} answers for names that cannot exist, since {_clock(host.lied_since)}"
    why, does = host.complaint.text, _DOES.get(host.complaint.verdict, "does not answer")
    if pace.offline:
        yield f"prober: no host can be reached since {since}, so it is our network ({why}); tried again at {again}"
    elif pace.breaker is not Breaker.CLOSED:
        yield f"prober: {host.name} {does} since {since} ({why}); asked again at {again}"
    elif pace.paused_until > now:
        yield _of_pause(host.name, again, why, since)
    elif pace.unheard >= SILENT:
        yield f"prober: {host.name} {does} since {since} ({why})"
    elif pace.error_share > 0.5:
        yield f"prober: most answers of {host.name} are errors since {since} ({why})"
    elif pace.trouble_since is not None:
        yield f"{_of_pause(host.name, again, why, since)}; it is over, nothing heard yet"


def _of_pause(name: str, until: str, why: str, since: str) -> str:
    return f"prober: {name} asked for a pause until {until} ({why}, since {since})"


def _of_held(host: Host, sightings: Iterable[Sighting]) -> Iterator[str]:
    held = [sighting for sighting in sightings if sighting.trust is Trust.HELD]
    for kind in Kind:
        ours = [sighting for sighting in held if sighting.kind is kind]
        if ours:
            since = clock(min(sighting.first_at for sighting in ours))
            again = clock(min(sighting.look_at for sighting in ours))
            yield (
                f"prober: {len(ours):,} files {SEEN[kind]} at once on {host.name} since {since}; they are"
                f" held, and looked at again at {again}"
            )


def _clock(moment: float) -> str:
    return clock(datetime.fromtimestamp(moment, UTC))

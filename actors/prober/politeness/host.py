"""All that the prober knows of the papers' host: its patience, its rules, whether it can be believed, and the kill
switch. What may be asked follows from it. Times are seconds since the epoch."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from actors.prober.detection.evaluate import Decision
from actors.prober.model.answers import Belief, Complaint, Tally
from actors.prober.politeness import rate_limiter, robots
from actors.prober.politeness.policy import Manners, manners_towards, user_agent, with_delay
from actors.prober.politeness.rate_limiter import Pace
from actors.prober.politeness.robots import Permission, Robots
from messages.probing import BeginProbing, FilesRead, Network, ProbeResults, RobotsRead, Verdict
from messages.settings import ProberSettings, Settings
from messages.switching import Probing, ProbingSwitched


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The kill switch; `since` and `by` are None and empty when nobody ever touched it."""

    probing: Probing
    since: datetime | None
    by: str


NO_COMPLAINT = Complaint(verdict=Verdict.BROKEN, text="nothing said yet")

DISABLED = Switch(probing=Probing.DISABLED, since=None, by="")
DISABLED_DETAIL = "prober.enabled is false in the configuration: set it to true, and start the service again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """`name` is the host and port, `url` the folder, `agent` who we say that we are. `complaint` is the last one,
    `lied_since` when the host began to answer for names that cannot exist, None when it does not."""

    name: str
    url: str
    agent: str
    manners: Manners
    pace: Pace
    robots: Robots
    permission: Permission
    belief: Belief = Belief.UNHEARD
    lied_since: float | None = None
    complaint: Complaint = NO_COMPLAINT


class Next(Enum):
    """What to do once the pace allows it."""

    NOTHING = "nothing"
    READ_ROBOTS = "read robots"
    ASK = "ask"


def name_of(url: str) -> str:
    """The host and port of a folder, as they stand in its URL."""
    return urlsplit(url).netloc.rpartition("@")[2]


def standing(switch: Switch, request_id: str) -> ProbingSwitched:
    """How the kill switch stands, as a reply."""
    return ProbingSwitched(request_id=request_id, probing=switch.probing, since=switch.since, by=switch.by)


def orders(settings: Settings) -> BeginProbing:
    """What a worker is told."""
    chosen, slack = settings.prober, settings.slack
    others = (settings.index.url, slack.api_url) if slack.bot_token else (settings.index.url,)
    return BeginProbing(
        base_url=chosen.base_url,
        user_agent=user_agent(chosen.contact),
        concurrency=chosen.concurrency,
        deadline=chosen.timeout,
        witnesses=witnesses(chosen.base_url, others),
    )


def witnesses(base_url: str, others: Iterable[str]) -> tuple[str, ...]:
    """The origins of the other hosts that the service speaks to: they tell the trouble of this one from our own."""
    found = dict.fromkeys(urlsplit(url)._replace(path="", query="", fragment="").geturl() for url in others)
    return tuple(origin for origin in found if name_of(origin) != name_of(base_url))


def met(chosen: ProberSettings, left: tuple[Pace | None, Belief], rules: Robots | None, now: float) -> Host:
    """The host of the papers folder, as it was left: its pace and rules, None for what is not known of it."""
    manners = manners_towards(chosen.base_url, chosen.requests_per_hour, chosen.min_revisit)
    told = rules or robots.unread(now)
    told = replace(told, due_at=min(told.due_at, now + robots.REREAD))  # a clock that was set back
    made = Host(
        name=name_of(chosen.base_url),
        url=chosen.base_url,
        agent=user_agent(chosen.contact),
        manners=manners,
        pace=left[0] or rate_limiter.fresh(manners, now),
        robots=told,
        permission=Permission(allowed=False, delay=None),
        belief=left[1],
        lied_since=now if left[1] is Belief.LIED else None,
    )
    return _under(made, told)


def next_step(host: Host, now: float) -> Next:
    """What is to be done next, once it is time."""
    if host.robots.due_at <= now:
        return Next.READ_ROBOTS
    return Next.ASK if host.permission.allowed else Next.NOTHING


def started(host: Host, requests: int, jitter: float, now: float) -> Host:
    """So many requests are sent from now on; see `pace.started`."""
    return replace(host, pace=rate_limiter.started(host.pace, requests, jitter, now))


def heard(host: Host, batch: ProbeResults, decision: Decision, now: float) -> Host:
    """After a batch."""
    if batch.network is Network.AWAY:
        return replace(host, pace=rate_limiter.offline(host.pace, now), complaint=decision.complaint or host.complaint)
    extra = max(0, batch.requests - len(batch.results))
    after = rate_limiter.charged(rate_limiter.settled(host.pace, decision.tally, now), extra)
    lied_since = host.lied_since
    if decision.belief is Belief.LIED:
        lied_since = lied_since or now
    elif decision.belief is not Belief.UNHEARD:
        lied_since = None
    return replace(
        host,
        pace=after,
        belief=host.belief if decision.belief is Belief.UNHEARD else decision.belief,
        lied_since=lied_since,
        complaint=decision.complaint or host.complaint,
    )


def heard_files(host: Host, answer: FilesRead, now: float) -> Host:
    """After files were read."""
    if answer.network is Network.AWAY:
        return replace(host, pace=rate_limiter.offline(host.pace, now))
    verdicts = [reading.verdict for reading in answer.readings]
    waits = [reading.retry_after for reading in answer.readings if reading.retry_after is not None]
    tally = Tally(
        answered=verdicts.count(Verdict.HIT) + verdicts.count(Verdict.MISSING),
        throttled=verdicts.count(Verdict.THROTTLED),
        blocked=verdicts.count(Verdict.BLOCKED),
        errors=verdicts.count(Verdict.BROKEN) + verdicts.count(Verdict.SUSPICIOUS),
        retry_after=max(waits, default=None),
    )
    extra = max(0, answer.requests - len(answer.readings))
    return replace(host, pace=rate_limiter.charged(rate_limiter.settled(host.pace, tally, now), extra))


def told_rules(host: Host, answer: RobotsRead, now: float) -> Host:
    """After an attempt to read its robots.txt."""
    if answer.network is Network.AWAY:
        return replace(host, pace=rate_limiter.offline(host.pace, now), complaint=_complaint(answer) or host.complaint)
    is_answer = answer.status is not None and answer.status < 500 and answer.status != 429
    is_throttle = answer.status == 429 or (answer.status == 503 and answer.retry_after is not None)
    tally = Tally(
        answered=int(is_answer or answer.status == robots.METHOD_NOT_THERE),
        throttled=int(is_throttle),
        errors=int(not is_answer and not is_throttle and answer.status != robots.METHOD_NOT_THERE),
        retry_after=answer.retry_after if is_throttle else None,
    )
    told = robots.read(host.robots, answer, now)
    after = replace(
        host, pace=rate_limiter.settled(host.pace, tally, now), complaint=_complaint(answer) or host.complaint
    )
    return _under(after, told)


def _complaint(answer: RobotsRead) -> Complaint | None:
    return Complaint(verdict=Verdict.BROKEN, text=f"robots.txt: {answer.error}") if answer.error else None


def _under(host: Host, told: Robots) -> Host:
    permission = robots.permission(told, host.url, host.agent)
    manners = with_delay(host.manners, permission.delay)
    return replace(host, robots=told, permission=permission, pace=rate_limiter.under(host.pace, manners))

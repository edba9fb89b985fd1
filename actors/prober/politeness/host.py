"""What the prober knows of the papers' host: its rate limit, its rules, whether it can be believed, and the kill
switch. What may be requested follows from it. Times are seconds since the epoch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from types import MappingProxyType
from urllib.parse import urlsplit

from actors.prober.detection.evaluate import BatchDecision
from actors.prober.model.answers import AnswerTally, Belief, LastError
from actors.prober.politeness import rate_limiter, robots
from actors.prober.politeness.policy import (
    SPENT_DAYS,
    PolitenessPolicy,
    at_pace,
    policy_of,
    user_agent,
    with_crawl_delay,
)
from actors.prober.politeness.rate_limiter import RateLimit
from actors.prober.politeness.robots import Permission, RobotsTxt
from messages.probing import BeginProbing, FilesRead, Network, ProbeResults, RobotsRead, Verdict
from messages.settings import ProberSettings, Settings, hosts_in
from messages.switching import Probing, ProbingSwitched


@dataclass(frozen=True, slots=True, kw_only=True)
class KillSwitch:
    """The kill switch. `since` is None and `by` empty if nobody ever touched it."""

    probing: Probing
    since: datetime | None
    by: str


DAY_SECONDS = 86_400.0

NOTHING_SPENT: Mapping[int, float] = MappingProxyType({})
NOTHING_LATELY: Mapping[int, int] = MappingProxyType({})

STRETCH_SECONDS = 300
"""What was requested lately is counted by stretches of this length."""

NO_ERROR_YET = LastError(verdict=Verdict.BROKEN, text="the error was before the last start of Callboard")

DISABLED = KillSwitch(probing=Probing.DISABLED, since=None, by="")
DISABLED_DETAIL = "prober.enabled is false in the configuration: set it to true and restart the service."


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """`name` is the host and port, `url` the folder, `agent` our User-Agent. `policy` comes from the configuration, and
    is followed at a `pace`, a multiple of its budget. `spent` has the share of its budget that each day, an ordinal,
    took, and `lately` the requests of each stretch of five minutes in the last day. `catch_all_since` is when the host
    began to answer for names that cannot exist, None if it does not."""

    name: str
    url: str
    agent: str
    policy: PolitenessPolicy
    rate_limit: RateLimit
    robots: RobotsTxt
    permission: Permission
    pace: float = 1.0
    spent: Mapping[int, float] = field(default_factory=lambda: NOTHING_SPENT)
    lately: Mapping[int, int] = field(default_factory=lambda: NOTHING_LATELY)
    belief: Belief = Belief.NO_ANSWER
    catch_all_since: float | None = None
    last_error: LastError = NO_ERROR_YET


class NextStep(Enum):
    """What to do once the rate limit allows it."""

    NOTHING = "nothing"
    READ_ROBOTS = "read robots"
    PROBE = "probe"


def name_of(url: str) -> str:
    """The host and port in the URL of a folder."""
    return urlsplit(url).netloc.rpartition("@")[2]


def switch_reply(switch: KillSwitch, request_id: str) -> ProbingSwitched:
    """The kill switch as a reply."""
    return ProbingSwitched(request_id=request_id, probing=switch.probing, since=switch.since, by=switch.by)


def worker_settings(settings: Settings) -> BeginProbing:
    """The settings of a worker."""
    chosen, slack = settings.prober, settings.slack
    others = (settings.index.url, slack.api_url) if slack.bot_token else (settings.index.url,)
    return BeginProbing(
        base_url=chosen.base_url,
        user_agent=user_agent(chosen.contact),
        concurrency=chosen.concurrency,
        deadline=chosen.timeout,
        connectivity_hosts=connectivity_hosts(chosen.base_url, others),
        redirect_hosts=hosts_in(settings.network.redirect_hosts),
    )


def connectivity_hosts(base_url: str, others: Iterable[str]) -> tuple[str, ...]:
    """The origins of other hosts that the service uses: if they cannot be reached either, our own network is down."""
    found = dict.fromkeys(urlsplit(url)._replace(path="", query="", fragment="").geturl() for url in others)
    return tuple(origin for origin in found if name_of(origin) != name_of(base_url))


def restored(
    chosen: ProberSettings,
    left: tuple[RateLimit | None, Belief],
    rules: RobotsTxt | None,
    now: float,
    spent: Mapping[int, float] = NOTHING_SPENT,
    lately: Mapping[int, int] = NOTHING_LATELY,
) -> Host:
    """The host of the papers folder as it was stored: `left` has its rate limit, None for a new host, and our
    belief; `spent` what was spent on each of the last days; `lately` as in Host."""
    policy = policy_of(chosen)
    known = rules or robots.unread(now)
    known = replace(known, due_at=min(known.due_at, now + robots.REREAD_SECONDS))  # a clock that was set back
    made = Host(
        name=name_of(chosen.base_url),
        url=chosen.base_url,
        agent=user_agent(chosen.contact),
        policy=policy,
        rate_limit=left[0] or rate_limiter.fresh(policy, now),
        robots=known,
        permission=Permission(allowed=False, delay=None),
        spent=MappingProxyType(dict(spent)),
        lately=MappingProxyType(dict(lately)),
        belief=left[1],
        catch_all_since=now if left[1] is Belief.CATCH_ALL else None,
    )
    return _under(made, known)


def next_step(host: Host, now: float) -> NextStep:
    """What to do next, once it is time."""
    if host.robots.due_at <= now:
        return NextStep.READ_ROBOTS
    return NextStep.PROBE if host.permission.allowed else NextStep.NOTHING


def started(host: Host, requests: int, jitter: float, now: float) -> Host:
    """This many requests are sent from now on; see `rate_limiter.started`."""
    return replace(host, rate_limit=rate_limiter.started(host.rate_limit, requests, jitter, now))


def paced(host: Host, pace: float) -> Host:
    """Spend the budget at this multiple of its mean from now on."""
    return _under(replace(host, pace=pace), host.robots)


def allowed_policy(host: Host) -> PolitenessPolicy:
    """The policy within the host's crawl delay, whatever the pace."""
    return with_crawl_delay(host.policy, host.permission.delay)


def with_requests(host: Host, requests: int, now: float) -> Host:
    """This many requests were sent. They count by the budget of today, whatever it will be tomorrow. Days that no
    longer count are forgotten."""
    today, budget = day_of(now), allowed_policy(host).budget
    spent = {day: share for day, share in host.spent.items() if day > today - SPENT_DAYS}
    spent[today] = spent.get(today, 0.0) + requests / (budget * DAY_SECONDS)
    stretch = int(now // STRETCH_SECONDS)
    lately = dict(host.lately)
    if stretch not in lately:
        lately = {at: count for at, count in lately.items() if at > stretch - DAY_SECONDS / STRETCH_SECONDS}
    lately[stretch] = lately.get(stretch, 0) + requests
    return replace(host, spent=MappingProxyType(spent), lately=MappingProxyType(lately))


def requests_within(host: Host, seconds: float, now: float) -> int:
    """How many requests were sent in the last `seconds`, at most a day, to the nearest stretch."""
    first = (now - seconds) // STRETCH_SECONDS
    return sum(count for at, count in host.lately.items() if at > first)


def overspent_days(host: Host, now: float) -> float:
    """What was spent beyond the budget in the last four weeks, in days of the budget; negative if something was
    saved."""
    begin = min(host.spent, default=day_of(now))
    elapsed = day_of(now) - begin + now % DAY_SECONDS / DAY_SECONDS
    return sum(host.spent.values()) - elapsed


def day_of(at: float) -> int:
    """The day (UTC) of a time, as an ordinal."""
    return datetime.fromtimestamp(at, UTC).toordinal()


def after_batch(host: Host, probed: ProbeResults, decision: BatchDecision, now: float) -> Host:
    """After a batch."""
    if probed.network is Network.AWAY:
        return replace(
            host,
            rate_limit=rate_limiter.offline(host.rate_limit, now),
            last_error=decision.last_error or host.last_error,
        )
    extra = max(0, probed.requests - len(probed.results))
    host = with_requests(host, probed.requests, now)
    after = rate_limiter.charged(rate_limiter.settled(host.rate_limit, decision.tally, now), extra)
    catch_all_since = host.catch_all_since
    if decision.belief is Belief.CATCH_ALL:
        catch_all_since = catch_all_since or now
    elif decision.belief is not Belief.NO_ANSWER:
        catch_all_since = None
    return replace(
        host,
        rate_limit=after,
        belief=host.belief if decision.belief is Belief.NO_ANSWER else decision.belief,
        catch_all_since=catch_all_since,
        last_error=decision.last_error or host.last_error,
    )


def after_files(host: Host, answer: FilesRead, now: float) -> Host:
    """After files were fetched for their front matter."""
    if answer.network is Network.AWAY:
        return replace(host, rate_limit=rate_limiter.offline(host.rate_limit, now))
    verdicts = [reading.verdict for reading in answer.readings]  # failures do not count: probing goes on beside them
    waits = [reading.retry_after for reading in answer.readings if reading.retry_after is not None]
    tally = AnswerTally(
        answered=verdicts.count(Verdict.HIT) + verdicts.count(Verdict.MISSING),
        throttled=verdicts.count(Verdict.THROTTLED),
        retry_after=max(waits, default=None),
    )
    extra = max(0, answer.requests - len(answer.readings))
    host = with_requests(host, answer.requests, now)
    return replace(host, rate_limit=rate_limiter.charged(rate_limiter.settled(host.rate_limit, tally, now), extra))


def after_robots(host: Host, answer: RobotsRead, now: float) -> Host:
    """After an attempt to read robots.txt."""
    if answer.network is Network.AWAY:
        return replace(
            host,
            rate_limit=rate_limiter.offline(host.rate_limit, now),
            last_error=_last_error(answer) or host.last_error,
        )
    is_answer = answer.status is not None and answer.status < 500 and answer.status != 429
    is_throttle = answer.status == 429 or (answer.status == 503 and answer.retry_after is not None)
    tally = AnswerTally(
        answered=int(is_answer or answer.status == robots.NOT_IMPLEMENTED),
        throttled=int(is_throttle),
        errors=int(not is_answer and not is_throttle and answer.status != robots.NOT_IMPLEMENTED),
        retry_after=answer.retry_after if is_throttle else None,
    )
    rules = robots.read(host.robots, answer, now)
    after = replace(
        host,
        rate_limit=rate_limiter.settled(host.rate_limit, tally, now),
        last_error=_last_error(answer) or host.last_error,
    )
    return _under(after, rules)


def _last_error(answer: RobotsRead) -> LastError | None:
    return LastError(verdict=Verdict.BROKEN, text=f"robots.txt: {answer.error}") if answer.error else None


def _under(host: Host, rules: RobotsTxt) -> Host:
    permission = robots.permission(rules, host.url, host.agent)
    policy = at_pace(with_crawl_delay(host.policy, permission.delay), host.pace)
    return replace(host, robots=rules, permission=permission, rate_limit=rate_limiter.under(host.rate_limit, policy))

"""The reasons for which health is degraded, as the actors give them, with any moment and any number in them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from actors.notifier.outbound import breaker as slack
from actors.notifier.outbound.retries import SlackState
from actors.prober.model.answers import Belief, LastError
from actors.prober.model.file_history import FileHistory, FileState
from actors.prober.model.observations import FileFacts, ObservationKind, Trust
from actors.prober.politeness import host as hosts
from actors.prober.politeness import status
from actors.prober.politeness.host import Host, KillSwitch
from actors.prober.politeness.rate_limiter import SILENT_BATCHES_REPORTED, BreakerState
from actors.prober.politeness.robots import RobotsStatus
from actors.runtime.delivery import dead_letters
from messages.health import HealthReason, ReasonCode
from messages.probing import Verdict
from messages.switching import Probing
from tests.builders import settings
from tests.prober_builders import a_name, an_observation

FOLDER = "http://papers.example:8080/files/"


def of_product(at: datetime, number: int) -> tuple[HealthReason, ...]:
    """All of them, each once, in the same order for each moment and number; of Slack apart."""
    return (*dict.fromkeys(_of_prober(at, number)), *_of_others(at, number))


def of_slack(at: datetime, number: int) -> tuple[HealthReason, ...]:
    """What cannot be told on Slack."""
    states = (SlackState.AWAY, SlackState.REFUSING)
    return tuple(
        reason
        for state in states
        for reason in slack.reasons(slack.SlackBreaker(slack=state, since=at, why=f"error {number}"))
    )


def of_dead_letters(count: int, since: datetime, name: str = "watchlist") -> HealthReason:
    """Of an actor that has so many."""
    (reason,) = dead_letters.reasons(name, dead_letters.DeadLetterBacklog(count=count, oldest=since))
    return reason


def a_pause(since: datetime, now: datetime) -> HealthReason:
    """Of the papers' host, who asked for a minute."""
    well = _a_host(since)
    pace = replace(well.rate_limit, trouble_since=since.timestamp(), paused_until=since.timestamp() + 60)
    (reason,) = status.of(replace(well, rate_limit=pace), hosts.DISABLED, (), now.timestamp())
    return reason


def _a_host(now: datetime) -> Host:
    return hosts.restored(settings(prober={"base_url": FOLDER}).prober, (None, Belief.NO_ANSWER), None, now.timestamp())


def _of_prober(at: datetime, number: int) -> Iterator[HealthReason]:
    now = at.timestamp()
    off = KillSwitch(probing=Probing.OFF, since=at, by="operator me")
    well = _a_host(at)
    for host in _troubled(well, now, number):
        yield from status.of(host, hosts.DISABLED, (), now)
    held = [
        an_observation(a_name(each), kind, trust=Trust.QUARANTINED, first_at=at, recheck_at=at + timedelta(minutes=15))
        for kind in ObservationKind
        for each in range(1, number + 1)
    ]
    facts = FileFacts(etag=None, last_modified=at, length=number)
    flipping = FileHistory(name=a_name(1), states=(FileState(facts=facts, at=at),), told=facts, damped_since=at)
    yield from status.of(well, off, held, now)
    yield from status.of_flipping(well, [flipping])


def _troubled(well: Host, now: float, number: int) -> Iterator[Host]:
    pace = replace(well.rate_limit, trouble_since=now, paused_until=now + number)
    for verdict in (Verdict.BROKEN, Verdict.BLOCKED, Verdict.SUSPICIOUS, Verdict.THROTTLED):
        host = replace(well, last_error=LastError(verdict=verdict, text=f"D{number:04d}R1.pdf: status {number}"))
        yield replace(host, rate_limit=replace(pace, breaker=BreakerState.OPEN))
        yield replace(host, rate_limit=replace(pace, paused_until=now, silent_batches=SILENT_BATCHES_REPORTED))
    yield replace(well, rate_limit=replace(pace, offline=number))
    yield replace(well, rate_limit=pace)
    yield replace(well, rate_limit=replace(pace, paused_until=now, error_share=0.9))
    yield replace(well, catch_all_since=now)
    rules = replace(well.robots, read_at=now, error=f"status {number}")
    yield replace(well, robots=replace(rules, status=RobotsStatus.UNREAD))
    yield replace(well, robots=replace(rules, status=RobotsStatus.RULES))


def _of_others(at: datetime, number: int) -> Iterator[HealthReason]:
    """As the shells make them."""
    minute, second = f"{at:%Y-%m-%d %H:%M} UTC", f"{at:%H:%M:%S} UTC"
    silent = f"PostgreSQL: no answer within {number} s"
    yield of_dead_letters(number, at)
    yield _one(ReasonCode.INDEX_NOT_FETCHED, "index", f"index: not fetched since {minute}: HTTP {400 + number}")
    yield _one(ReasonCode.LEASE_NOT_RENEWED, "lease", f"lease: not renewed since {minute}: {silent}")
    yield _one(
        ReasonCode.CHANNEL_SUSPENDED, "C0PAPERS", f"slack.channel C0PAPERS has accepted no messages since {minute}"
    )
    yield _one(
        ReasonCode.CHANNEL_SUSPENDED, "C0OPS", f"slack.ops_channel C0OPS has accepted no messages since {minute}"
    )
    yield _one(ReasonCode.SLACK_NOT_LISTENING, "slack", f"notifier: not listening to Slack since {second}: {number}")
    yield _one(ReasonCode.DATABASE_UNUSABLE, "database", f"notifier: cannot mark what it sends: {silent}")
    yield _one(ReasonCode.EVENTS_NOT_TAKEN, "notifier", "watchlist: notifier does not take the events for it")
    yield _one(ReasonCode.ACTOR_SILENT, "watchlist", "watchlist: does not answer")


def _one(code: ReasonCode, subject: str, text: str) -> HealthReason:
    return HealthReason(code=code, subject=subject, text=text)

"""`callboard start`: run the service until it is asked to stop."""

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from urllib.parse import urlsplit

from actors.control.client import RequestRefused
from actors.embedded_postgres.server import PostgresFailed
from actors.front.commands.printing.hints import Hints
from actors.front.commands.printing.status import without_contact
from actors.front.instance.lock import AlreadyRunning, DataDirectoryRefused
from actors.front.run.service import ServiceFailed, run_service
from actors.index.model.sources import OLDER_PAGE_SECONDS
from actors.prober.politeness.policy import has_contact, policy_of
from actors.runtime.failures import SystemRefused
from actors.runtime.output.redaction import without_access
from config.values import duration_text
from messages.about import VERSION
from messages.lifecycle import ServiceStarted
from messages.reloading import ConfigOrigin
from messages.settings import IndexSettings, ProberSettings, Settings

COLUMNS = 100

UNITS: Mapping[str, str] = MappingProxyType(
    {"ms": "millisecond", "s": "second", "m": "minute", "h": "hour", "d": "day"}
)


def run(settings: Settings, hints: Hints, say: Callable[[str], None], origin: ConfigOrigin | None) -> None:
    """`origin`: of which files the settings were made, if they can be read again. Raises
    RequestRefused when the service cannot start or go on."""
    with failures_in_a_sentence():
        is_watched = origin is not None and origin.file != ""
        run_service(
            settings, lambda service: say(banner(settings, service, hints, is_watched=is_watched)), config=origin
        )


@contextmanager
def failures_in_a_sentence() -> Iterator[None]:
    """Whatever can keep the service from running becomes one sentence, without a trace."""
    try:
        yield
    except (AlreadyRunning, DataDirectoryRefused, PostgresFailed, ServiceFailed, SystemRefused) as error:
        raise RequestRefused(str(error)) from error


def requests_of(settings: Settings, *, is_watched: bool) -> list[str]:
    """What is asked of whom, and how often: a line for each host, and how to have the whole budget, as without_contact
    says it."""
    papers = _papers_requests(settings.prober, is_watched=is_watched)
    return [_index_requests(settings.index), *_listing_requests(settings), *papers]


def _index_requests(chosen: IndexSettings) -> str:
    return f"{_host_of(chosen.url)}: the index, {_every(chosen.interval)}"


def _listing_requests(settings: Settings) -> Iterator[str]:
    if settings.open_std.enabled:
        often = _every(settings.open_std.interval)
        older = _every(min(settings.open_std.interval, OLDER_PAGE_SECONDS))
        yield (
            f"{_host_of(settings.open_std.url)}: the mailings and this year's papers, {often};"
            f" the older years once, a page {older}"
        )
    if settings.paper_tracker.enabled:
        yield f"{_host_of(settings.paper_tracker.url)}: the groups of papers, {_every(settings.paper_tracker.interval)}"


def _papers_requests(chosen: ProberSettings, *, is_watched: bool) -> Iterator[str]:
    host = _host_of(chosen.base_url)
    if not chosen.enabled:
        yield f"{host}: none (prober.enabled is false)"
        return
    policy = policy_of(chosen)
    hourly = f"{policy.budget * 3600:,.0f} an hour"
    weekly = f"{policy.budget * 86_400 * 7:,.0f} a week"
    peak = "" if chosen.strategy == "two-frequency" else f", at most {policy.peak * 3600:,.0f} an hour"
    yield f"{host}: names that drafts may have, on average {hourly} ({weekly}){peak}"
    if not has_contact(chosen):
        yield without_contact(policy.budget * 3600, is_watched=is_watched)


def _every(seconds: float) -> str:
    """`every 10 minutes`, `every hour`."""
    written = duration_text(seconds)
    number = written.rstrip("smhd")
    unit = UNITS[written[len(number) :]]
    return f"every {unit}" if number == "1" else f"every {number} {unit}s"


def _host_of(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _paragraph(label: str, texts: Sequence[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        first = f"  {label:<10}" if number == 0 else " " * 12
        yield from textwrap.wrap(
            text,
            COLUMNS,
            initial_indent=first,
            subsequent_indent=" " * 12,
            break_long_words=False,
            break_on_hyphens=False,
        )


def banner(settings: Settings, service: ServiceStarted, hints: Hints, *, is_watched: bool = False) -> str:
    """What is printed when the service runs: where it is, what it asks of whom, and what to type next. `is_watched` as
    in without_contact."""
    notices = (
        f"sent to Slack ({without_access(settings.slack.api_url)})"
        if settings.slack.bot_token
        else "printed here (no Slack token is set)"
    )
    role = f", as a standby: {service.leader} leads" if service.leader else ""
    return "\n".join(
        (
            f"Callboard {VERSION} is running on {settings.system.base}{role}.",
            f"  page      {service.health_url}",
            f"  health    {service.health_url}health",
            f"  data      {settings.data_dir}",
            f"  notices   {notices}",
            *_paragraph("requests", requests_of(settings, is_watched=is_watched)),
            f"  next      {hints.line('status')}",
            f"            {hints.line('watch --user U024BE7LH watch Niebler')}",
            "  Ctrl-C stops it.",
        )
    )

"""`callboard start`: run the service until it is asked to stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from actors.control.client import RequestRefused
from actors.embedded_postgres.server import PostgresFailed
from actors.front.commands.hints import Hints
from actors.front.instance.lock import AlreadyRunning, DataDirectoryRefused
from actors.front.run.service import ServiceFailed, run_service
from actors.prober.politeness.policy import policy_for
from actors.runtime.failures import SystemRefused
from actors.runtime.os.redaction import without_access
from messages.about import VERSION
from messages.lifecycle import ServiceStarted
from messages.settings import ProberSettings, Settings


def run(settings: Settings, hints: Hints, say: Callable[[str], None]) -> None:
    """Raises RequestRefused when the service cannot start or go on."""
    with failures_in_a_sentence():
        run_service(settings, lambda service: say(_banner(settings, service, hints)))


@contextmanager
def failures_in_a_sentence() -> Iterator[None]:
    """Whatever can keep the service from running becomes one sentence, without a trace."""
    try:
        yield
    except (AlreadyRunning, DataDirectoryRefused, PostgresFailed, ServiceFailed, SystemRefused) as error:
        raise RequestRefused(str(error)) from error


def requests_of(chosen: ProberSettings) -> str:
    """What is asked of the papers' host."""
    host = urlsplit(chosen.base_url).netloc.rpartition("@")[2]
    if not chosen.enabled:
        return f"none to {host} (prober.enabled is false)"
    policy = policy_for(chosen.base_url, chosen.requests_per_hour, chosen.peak_requests_per_hour, chosen.min_revisit)
    hourly = f"{policy.budget * 3600:,.0f} an hour"
    if chosen.strategy == "two-frequency":
        return f"{hourly} to {host}"
    weekly = f"{policy.budget * 86_400 * 7:,.0f} a week"
    return f"to {host}: on average {hourly} ({weekly}), at most {policy.peak * 3600:,.0f} an hour"


def _banner(settings: Settings, service: ServiceStarted, hints: Hints) -> str:
    notices = (
        f"sent to Slack ({without_access(settings.slack.api_url)})"
        if settings.slack.bot_token
        else "printed here (no Slack token is set)"
    )
    role = f", as a standby: {service.leader} leads" if service.leader else ""
    return "\n".join(
        (
            f"Callboard {VERSION} is running on {settings.system.base}{role}.",
            f"  health    {service.health_url}health",
            f"  data      {settings.data_dir}",
            f"  notices   {notices}",
            f"  requests  {requests_of(settings.prober)}",
            f"  next      {hints.line('status')}",
            f"            {hints.line('watch --user U024BE7LH watch Niebler')}",
            "  Ctrl-C stops it.",
        )
    )

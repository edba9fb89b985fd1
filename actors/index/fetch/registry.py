"""The sources that are fetched, in the order in which they are asked."""

import httpx

from actors.index.fetch.client import FetchLimits, user_agent
from actors.index.fetch.open_std import OpenStd
from actors.index.fetch.paper_tracker import PaperTracker
from actors.index.fetch.source import Source
from actors.index.fetch.wg21link import Wg21Link
from messages.settings import Settings, hosts_in


def open_sources(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> tuple[Source, ...]:
    """The clients of all sources that are enabled, over `transport` where that is not the network."""
    agent, redirect_hosts = user_agent(settings.prober.contact), hosts_in(settings.network.redirect_hosts)
    index = settings.index
    limits = FetchLimits(
        timeout=index.timeout, max_bytes=index.max_bytes, user_agent=agent, redirect_hosts=redirect_hosts
    )
    sources: list[Source] = [
        Wg21Link(
            url=index.url,
            interval=index.interval,
            timeout=index.timeout,
            max_bytes=index.max_bytes,
            user_agent=agent,
            redirect_hosts=redirect_hosts,
            transport=transport,
        )
    ]
    if settings.open_std.enabled:
        sources.append(OpenStd(settings.open_std.url, settings.open_std.interval, limits, transport))
    if settings.paper_tracker.enabled:
        tracker = settings.paper_tracker
        sources.append(PaperTracker(tracker.url, tracker.interval, limits, tracker.token, transport))
    return tuple(sources)

"""What is fixed in the dealings with a host: who we say that we are, the budget, how long the pauses are. Rates are
requests a second."""

import ipaddress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from messages.about import VERSION

FIRST_PAUSE = 30.0
LEAST_GAP = 0.2
LEAST_PAUSE = 1.0
"""Seconds, for hosts that are not this machine: the first pause (doubled each time in vain), the least time between two
requests, and the least pause that a throttle means."""

LONGEST_DELAY = 3600.0
"""Seconds: a crawl delay beyond that is not believed to be meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What is fixed for a host: the budget, and the least, first and longest pause."""

    budget: float
    least_pause: float
    first_pause: float
    longest_pause: float


UNTOLD = Manners(budget=0.0, least_pause=0.0, first_pause=0.0, longest_pause=0.0)
"""Stands for manners that are not known yet."""


def user_agent(contact: str) -> str:
    """Who asks: the project and whom to write to."""
    text = f"Callboard/{VERSION} (+{contact})" if contact else f"Callboard/{VERSION}"
    return "".join(character if " " <= character <= "~" else "?" for character in text)


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def manners_towards(base_url: str, requests_per_hour: float, min_revisit: float) -> Manners:
    """The manners that a host is owed. This machine knows no floor, and pauses no longer than `min_revisit`."""
    budget = requests_per_hour / 3600
    if is_loopback(base_url):
        first = min(FIRST_PAUSE, min_revisit)
        return Manners(budget=budget, least_pause=0.0, first_pause=first, longest_pause=max(first, min_revisit))
    return Manners(
        budget=min(budget, 1 / LEAST_GAP),
        least_pause=LEAST_PAUSE,
        first_pause=FIRST_PAUSE,
        longest_pause=max(FIRST_PAUSE, min_revisit),
    )


def with_delay(manners: Manners, crawl_delay: float | None) -> Manners:
    """The manners within the crawl delay (seconds between two requests) that a host asks of us in its robots.txt."""
    if crawl_delay is None or crawl_delay <= 0:
        return manners
    return replace(manners, budget=min(manners.budget, 1 / min(crawl_delay, LONGEST_DELAY)))

"""The fixed rules of politeness towards a host: our User-Agent, the budget, the length of pauses. Rates are requests
per second."""

import ipaddress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from messages.about import VERSION
from messages.settings import ProberSettings

FIRST_PAUSE_SECONDS = 30.0
MIN_GAP_SECONDS = 0.2
MIN_PAUSE_SECONDS = 1.0
"""For hosts other than this machine: the first pause (doubled each time), the minimum time between two requests, and
the minimum pause after a throttle."""

SPENT_DAYS = 28
"""The mean of what was spent is kept to the budget over this many days."""

PEAK_FACTOR = 2.5
"""How many times the budget may be spent for a while, if the configuration does not say."""

SHARE_WITHOUT_CONTACT = 0.1
"""The share of the budget that is spent as long as the site's owners have nobody to turn to."""

MAX_CRAWL_DELAY_SECONDS = 3600.0
"""A longer crawl delay is taken for a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolitenessPolicy:
    """The budget of a host, the highest rate at which it may be spent for a while, and the shortest, first and longest
    pause in seconds."""

    budget: float
    peak: float
    least_pause: float
    first_pause: float
    longest_pause: float


UNKNOWN_POLICY = PolitenessPolicy(budget=0.0, peak=0.0, least_pause=0.0, first_pause=0.0, longest_pause=0.0)
"""A placeholder for a policy that is not known yet."""


def user_agent(contact: str) -> str:
    """The User-Agent: the project and a contact."""
    text = f"Callboard/{VERSION} (+{contact})" if contact else f"Callboard/{VERSION}"
    return "".join(character if " " <= character <= "~" else "?" for character in text)


def is_loopback(url: str) -> bool:
    """Whether the host of a URL is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def has_contact(chosen: ProberSettings) -> bool:
    """Whether the site's owners can reach somebody."""
    return bool(chosen.contact.strip())


def share_of_budget(chosen: ProberSettings) -> float:
    """How much of the configured budget may be spent: all of it with a contact."""
    return 1.0 if has_contact(chosen) else SHARE_WITHOUT_CONTACT


def mean_rate(chosen: ProberSettings) -> float:
    """The budget that may be spent, in requests per second."""
    return chosen.requests_per_hour / 3600 * share_of_budget(chosen)


def policy_of(chosen: ProberSettings) -> PolitenessPolicy:
    """The policy for the papers' host, as it is configured."""
    share = share_of_budget(chosen)
    requests, peak = chosen.requests_per_hour * share, chosen.peak_requests_per_hour * share
    return policy_for(chosen.base_url, requests, peak, chosen.min_revisit)


def policy_for(
    base_url: str, requests_per_hour: float, peak_requests_per_hour: float, min_revisit: float
) -> PolitenessPolicy:
    """The policy for a host; a peak of 0 means `PEAK_FACTOR` times the budget. This machine has no minimum pause, and
    no pause longer than `min_revisit`."""
    budget = requests_per_hour / 3600
    peak = peak_requests_per_hour / 3600 or budget * PEAK_FACTOR
    if is_loopback(base_url):
        first = min(FIRST_PAUSE_SECONDS, min_revisit)
        return PolitenessPolicy(
            budget=budget, peak=peak, least_pause=0.0, first_pause=first, longest_pause=max(first, min_revisit)
        )
    return PolitenessPolicy(
        budget=min(budget, 1 / MIN_GAP_SECONDS),
        peak=min(peak, 1 / MIN_GAP_SECONDS),
        least_pause=MIN_PAUSE_SECONDS,
        first_pause=FIRST_PAUSE_SECONDS,
        longest_pause=max(FIRST_PAUSE_SECONDS, min_revisit),
    )


def with_crawl_delay(policy: PolitenessPolicy, crawl_delay: float | None) -> PolitenessPolicy:
    """The policy within the crawl delay (seconds between two requests) of the host's robots.txt."""
    if crawl_delay is None or crawl_delay <= 0:
        return policy
    most = 1 / min(crawl_delay, MAX_CRAWL_DELAY_SECONDS)
    return replace(policy, budget=min(policy.budget, most), peak=min(policy.peak, most))


def at_pace(policy: PolitenessPolicy, pace: float) -> PolitenessPolicy:
    """The policy while the budget is spent at a multiple of its mean."""
    return replace(policy, budget=min(policy.budget * pace, policy.peak))

"""Services that benchmarks measure: how they are configured, started and asked."""

import time
from typing import Any

from tests.e2e.service import Service, wait_for

ENTRIES = 27_318
SETTLED = 5.0
"""Percent of a core under which a service does nothing any more that its start caused."""

RARELY = {"interval": "10m"}
FULL_SPEED = {"min_revisit": "100ms", "requests_per_hour": 100_000_000, "concurrency": 20}
"""So much is due, and allowed, that the worker is never without names to ask for."""


def start(service: Service) -> float:
    """Start it; seconds until it said that it is running."""
    began = time.monotonic()
    service.start()
    return time.monotonic() - began


def load(service: Service) -> float:
    """Wait for the index; seconds until health shows all its entries."""
    began = time.monotonic()
    wait_for(lambda: actor(service, "index")["entries"] == ENTRIES)
    return time.monotonic() - began


def actor(service: Service, name: str) -> dict[str, Any]:
    """What health says of an actor now."""
    document = wait_for(service.health)
    return dict(document["actors"][name])


def heads(service: Service) -> int:
    """HEAD requests since the start."""
    return int(actor(service, "prober")["counters"].get("heads", 0))

"""The service with actors whose clock can be set while they run: `-m tests.chaos.skewed --config FILE`.

The file that TEST_SKEW_FILE names has the seconds by which their time differs from this machine's.
"""

import os
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from actors.front.run.service import ServiceFailed, run_service
from actors.health.actor import HealthActor
from actors.index.actor import IndexActor
from actors.lease.actor import LeaseActor
from actors.notifier.actor import NotifierActor
from actors.prober.actor import ProberActor
from actors.supervisor.specs import ACTOR_SPECS
from actors.watchlist.actor import WatchlistActor
from config.loader import load

VARIABLE = "TEST_SKEW_FILE"


class Skewed:
    """Before an actor class: its time."""

    def now(self) -> datetime:
        """What an actor takes for the time."""
        real: Any = super()
        now: datetime = real.now() + timedelta(seconds=float(Path(os.environ[VARIABLE]).read_text()))
        return now


class SkewedLease(Skewed, LeaseActor):
    """The lease."""


class SkewedHealth(Skewed, HealthActor):
    """Health."""


class SkewedNotifier(Skewed, NotifierActor):
    """The notifier."""


class SkewedWatchlist(Skewed, WatchlistActor):
    """The watchlist."""


class SkewedProber(Skewed, ProberActor):
    """The prober."""


class SkewedIndex(Skewed, IndexActor):
    """The index."""


SKEWED = (SkewedLease, SkewedHealth, SkewedNotifier, SkewedWatchlist, SkewedProber, SkewedIndex)
NAMES = {skewed.__name__.removeprefix("Skewed").lower(): f"tests.chaos.skewed.{skewed.__name__}" for skewed in SKEWED}


def main() -> int:
    """As `callboard start`."""
    settings = load(Path(sys.argv[2]), os.environ).settings
    specs = tuple(replace(part, actor=NAMES.get(part.name, part.actor)) for part in ACTOR_SPECS)
    try:
        run_service(settings, lambda service: print("is running on", service.health_url, flush=True), specs=specs)
    except ServiceFailed as error:
        print(f"callboard: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

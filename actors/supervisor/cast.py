"""Who is in the cast, in the order in which they begin, and how soon one that ended is begun again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

ORDER = ("notifier", "watchlist", "prober", "index", "health", "control")
"""Receivers before senders: an event finds its addressee there."""

CLASSES = {
    "notifier": "actors.notifier.actor.NotifierActor",
    "watchlist": "actors.watchlist.actor.WatchlistActor",
    "prober": "actors.prober.actor.ProberActor",
    "index": "actors.index.actor.IndexActor",
    "health": "actors.health.actor.HealthActor",
    "control": "actors.control.actor.ControlActor",
}
"""By name, for no actor imports another; Thespian imports the class where the actor runs."""

FIRST_DELAY = 0.2
MOST_DELAY = 30.0
FORGIVEN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarts:
    """How often one actor was begun again, and when last."""

    count: int = 0
    last: datetime | None = None


def ended(restarts: Restarts, now: datetime) -> tuple[Restarts, float]:
    """The actor has ended: what is known of it now, and the seconds to wait before it is begun again. The wait doubles
    from one end to the next and is short again after five good minutes."""
    forgiven = restarts.last is not None and now - restarts.last > FORGIVEN
    count = 1 if forgiven else restarts.count + 1
    return Restarts(count=count, last=now), min(FIRST_DELAY * 2.0 ** (count - 1), MOST_DELAY)

"""Which actors there are, in the order in which they begin. Pure."""

from messages.lifecycle import ActorSpec
from messages.settings import Settings

ACTOR_SPECS = (
    ActorSpec(name="lease", actor="actors.lease.actor.LeaseActor", on_standby=True),
    ActorSpec(name="health", actor="actors.health.actor.HealthActor", on_standby=True),
    ActorSpec(name="control", actor="actors.control.actor.ControlActor", on_standby=True),
    ActorSpec(name="notifier", actor="actors.notifier.actor.NotifierActor", on_standby=False),
    ActorSpec(name="watchlist", actor="actors.watchlist.actor.WatchlistActor", on_standby=False),
    ActorSpec(name="prober", actor="actors.prober.actor.ProberActor", on_standby=False),
    ActorSpec(name="index", actor="actors.index.actor.IndexActor", on_standby=False),
    ActorSpec(name="checks", actor="actors.checks.actor.ChecksActor", on_standby=False),
)
"""Who leads is known first. Receivers come before senders, so that an event finds its receiver. The ChecksActor is
there also where the configuration has no checks: it ends the outages of those that were removed."""

PLACE_SPEC = ActorSpec(name="places", actor="actors.checks.places.actor.PlaceActor", on_standby=True)
"""There only where checks run at the place of this instance."""


NEED_CHECKS = frozenset({"checks", "places", "control"})
"""Who gets the checks with the settings: who runs them, and who sees which have changed."""


def added_specs(settings: Settings) -> tuple[ActorSpec, ...]:
    """The actors that have something to do with these settings, though they may have had nothing to do before. None
    leaves that has nothing to do any more: it has to say so first."""
    here = settings.system.place
    return (PLACE_SPEC,) if here and any(here in check.places for check in settings.checks) else ()


def actor_specs(settings: Settings) -> tuple[ActorSpec, ...]:
    """The actors of a service with these settings."""
    return (*ACTOR_SPECS, *added_specs(settings))

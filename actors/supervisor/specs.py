"""Which actors there are, in the order in which they begin. Pure."""

from messages.lifecycle import ActorSpec

ACTOR_SPECS = (
    ActorSpec(name="lease", actor="actors.lease.actor.LeaseActor", on_standby=True),
    ActorSpec(name="health", actor="actors.health.actor.HealthActor", on_standby=True),
    ActorSpec(name="control", actor="actors.control.actor.ControlActor", on_standby=True),
    ActorSpec(name="notifier", actor="actors.notifier.actor.NotifierActor", on_standby=False),
    ActorSpec(name="watchlist", actor="actors.watchlist.actor.WatchlistActor", on_standby=False),
    ActorSpec(name="prober", actor="actors.prober.actor.ProberActor", on_standby=False),
    ActorSpec(name="index", actor="actors.index.actor.IndexActor", on_standby=False),
)
"""Who leads is known first. Receivers come before senders, so that an event finds its receiver."""

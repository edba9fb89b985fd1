"""What can go wrong in the runtime, by what it means to the caller."""


class BeginRefusal(Exception):
    """Raised in `begin`: what the actor owns cannot be opened; the text is for the operator."""


class Outage(Exception):
    """Something that an actor needs is away for now: reported in one line, without a trace."""


class DatabaseAway(Outage):
    """The server could not be reached, or did not answer in time: nothing is known to have been committed."""


class TableLocked(DatabaseAway):
    """Another session held a lock for too long: the transaction was rolled back, the connection is well."""


class RightMissing(DatabaseAway):
    """The server refuses what its user may not do: the transaction was rolled back, the connection is well. Only an
    administrator of the database can help."""


class LeaseLost(Outage):
    """Another instance leads by now, or this one's lease was given back: nothing was written."""


class MigrationRefused(Exception):
    """The tables cannot be brought to what this program needs; the text says why and what to do."""


class SystemRefused(Exception):
    """The actor system cannot be started; the text says why and what to do."""

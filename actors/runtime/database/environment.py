"""What libpq would take from the environment, and must not."""

from collections.abc import MutableMapping

SESSION_VARIABLES = ("PGCLIENTENCODING", "PGDATESTYLE", "PGGEQO", "PGOPTIONS", "PGTZ")
"""These change how a session behaves. Callboard sets all of that itself, for each connection."""


def forget_session(environment: MutableMapping[str, str]) -> None:
    """For a database of the user's: the variables that say where it is and how to log in count, the others do not."""
    for name in SESSION_VARIABLES:
        environment.pop(name, None)


def forget_all(environment: MutableMapping[str, str]) -> None:
    """For the embedded server: no variable of PostgreSQL's counts."""
    for name in [name for name in environment if name.startswith("PG")]:
        del environment[name]

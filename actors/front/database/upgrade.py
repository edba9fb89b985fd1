"""The migrations, applied without a start."""

from collections.abc import Iterator

from actors.front.database import state
from actors.front.database.schemas import packages
from actors.front.database.target import DatabaseTarget
from actors.runtime.database.connection import Database
from actors.runtime.failures import DatabaseAway, MigrationRefused


class UpgradeRefused(Exception):
    """The migrations were not applied; the text says why."""


def present(target: DatabaseTarget) -> frozenset[str]:
    """The schemas that are there; an actor that was never needed has left none."""
    return frozenset(schema for schema in packages() if state.migrations_applied(target, schema))


def apply(target: DatabaseTarget) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each schema, what was applied now. Raises UpgradeRefused, DatabaseInUse, DatabaseUnusable."""
    state.refuse_if_led(target)
    for schema, found in packages().items():
        before = state.migrations_applied(target, schema)
        database = Database(target.dsn, schema)
        try:
            database.migrate(found)
        except (MigrationRefused, DatabaseAway) as error:
            raise UpgradeRefused(str(error)) from error
        finally:
            database.close()
        yield schema, tuple(sorted(state.migrations_applied(target, schema) - before))

"""What a database has of Callboard's, and whether a service uses it."""

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2

from actors.front.database.target import DatabaseTarget

CONNECT_SECONDS = 10


class DatabaseInUse(Exception):
    """A service works on the database; the text names it."""


class DatabaseUnusable(Exception):
    """The database cannot be reached, or refuses; the text has PostgreSQL's sentence."""


@contextmanager
def connected(target: DatabaseTarget) -> Iterator[Any]:
    """A cursor in a transaction of its own. Raises DatabaseUnusable."""
    try:
        with (
            closing(psycopg2.connect(target.dsn, connect_timeout=CONNECT_SECONDS)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            yield cursor
    except psycopg2.Error as error:
        raise DatabaseUnusable(f"{target.where} cannot be used: {' '.join(str(error).split())}") from error


def present(target: DatabaseTarget, schemas: Collection[str]) -> frozenset[str]:
    """Which of these schemas it has."""
    with connected(target) as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY (%s)", (list(schemas),))
        return frozenset(name for (name,) in cursor.fetchall())


def refuse_if_led(target: DatabaseTarget) -> None:
    """Raises DatabaseInUse if an instance's lease lasts."""
    with connected(target) as cursor:
        cursor.execute("SELECT to_regclass('lease.leadership') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return
        cursor.execute("SELECT leader FROM lease.leadership WHERE expires_at > clock_timestamp()")
        if (row := cursor.fetchone()) is not None:
            raise DatabaseInUse(f"{row[0]} runs on {target.where}: stop it and all standbys, then try again")


def migrations_applied(target: DatabaseTarget, schema: str) -> frozenset[str]:
    """The names of the migrations that a schema has."""
    with connected(target) as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (f"{schema}.schema_migrations",))
        if not cursor.fetchone()[0]:
            return frozenset()
        cursor.execute(f'SELECT name FROM "{schema}".schema_migrations')
        return frozenset(name for (name,) in cursor.fetchall())

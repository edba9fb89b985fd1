"""The numbered SQL files of a schema: applied in their order, once each, and never changed afterwards."""

import hashlib
import importlib.resources
from collections.abc import Mapping
from typing import Any

from psycopg2 import sql

from actors.runtime.failures import MigrationRefused

_MIGRATION_LOCK = 0x63616C6C


def migrate(cursor: Any, schema: str, packages: Mapping[str, str]) -> None:
    """Create `schema` and apply the files that it lacks, in one transaction. `packages` maps the owner of a series of
    files, which is what the table remembers, to the package that holds them. Raises MigrationRefused."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
    cursor.execute("SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s", (schema,))
    if cursor.fetchone() is None:  # to say IF NOT EXISTS needs the right to create one
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    named = sql.SQL("{}.schema_migrations").format(sql.Identifier(schema))  # a schema that may not be used is not found
    cursor.execute(
        sql.SQL(
            "CREATE TABLE IF NOT EXISTS {} (package text, name text, applied_at timestamptz"
            " NOT NULL DEFAULT now(), PRIMARY KEY (package, name))"
        ).format(named)
    )
    cursor.execute("ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS checksum text")
    for owner, package in packages.items():
        _apply(cursor, schema, owner, package)


def _apply(cursor: Any, schema: str, owner: str, package: str) -> None:
    applied = _applied(cursor, owner)
    files = {
        file.name: file.read_text(encoding="utf-8")
        for file in importlib.resources.files(package).iterdir()
        if file.name.endswith(".sql")
    }
    if newer := sorted(applied.keys() - files.keys()):
        raise MigrationRefused(
            f"the database was last used by a newer Callboard (schema {schema}: {newer[-1]} is not known to this one):"
            " start that version, or restore a backup"
        )
    for name, text in sorted(files.items()):
        checksum = hashlib.sha256(text.encode()).hexdigest()
        if name not in applied:
            cursor.execute(text)
            cursor.execute(
                "INSERT INTO schema_migrations (package, name, checksum) VALUES (%s, %s, %s)", (owner, name, checksum)
            )
        elif applied[name] is None:  # applied by a version that kept no checksums
            cursor.execute(
                "UPDATE schema_migrations SET checksum = %s WHERE package = %s AND name = %s", (checksum, owner, name)
            )
        elif applied[name] != checksum:
            raise MigrationRefused(
                f"{name} of schema {schema} is not the file that was applied to this database: an applied migration"
                " must not be changed. Restore the file, and put the change into a new migration"
            )


def _applied(cursor: Any, owner: str) -> Mapping[str, str | None]:
    """The applied files of an owner, with their checksums."""
    cursor.execute(
        "UPDATE schema_migrations SET package = %s WHERE package = %s", (owner, f"actors.{owner}.migrations")
    )  # version 0.1 wrote the path of the package in place of the owner
    cursor.execute("SELECT name, checksum FROM schema_migrations WHERE package = %s", (owner,))
    return dict(cursor.fetchall())

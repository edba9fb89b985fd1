"""The schemas that Callboard has, and the migrations of each."""

import importlib.resources
from collections.abc import Mapping
from importlib import import_module

from actors.lease.store import MIGRATIONS as LEASE_MIGRATIONS
from actors.runtime.delivery.durable import RUNTIME_MIGRATIONS
from actors.supervisor.specs import ACTOR_SPECS

LEASE = "lease"


def packages() -> Mapping[str, Mapping[str, str]]:
    """For each schema, the packages of its migrations by their owner."""
    found: dict[str, Mapping[str, str]] = {LEASE: LEASE_MIGRATIONS}
    for spec in ACTOR_SPECS:
        module, _, name = spec.actor.rpartition(".")
        actor = getattr(import_module(module), name)
        if schema := getattr(actor, "SCHEMA", ""):
            found[schema] = {"runtime": RUNTIME_MIGRATIONS, schema: actor.MIGRATIONS}
    return found


def migration_files(schema: str) -> frozenset[str]:
    """The names of all migrations that this version knows for a schema."""
    folders = map(importlib.resources.files, packages()[schema].values())
    return frozenset(file.name for folder in folders for file in folder.iterdir() if file.name.endswith(".sql"))

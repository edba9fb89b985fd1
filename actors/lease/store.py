"""The table of the schema `lease`. Functions on a cursor, inside the actor's transaction."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import psycopg2.errors

from actors.lease.standing import Lease
from messages.lifecycle import Instance

MIGRATIONS: Mapping[str, str] = MappingProxyType({"lease": "actors.lease.migrations"})
"""The package of the schema's migrations, by its owner."""

FENCE_LOCK = 465557353317
"""Of the advisory lock that `fence` takes too; see the migration."""

TAKEOVER_WAIT_MS = 500
"""Milliseconds that a takeover waits for transactions of the leader before."""


class StillWriting(Exception):
    """A transaction of the leader before has not ended."""


def look(cursor: Any) -> Lease:
    """The lease as it is."""
    cursor.execute(
        "SELECT epoch, instance, run, leader, taken_at,"
        " extract(epoch FROM expires_at - clock_timestamp())::double precision FROM leadership"
    )
    epoch, instance, run, leader, taken_at, left = cursor.fetchone()
    return Lease(epoch=epoch, instance=instance, run=run, leader=leader, taken_at=taken_at, left=left)


def renew(cursor: Any, epoch: int, run: str, seconds: float) -> bool:
    """Let the lease last `seconds` from now; False if it is not that run's any more. It need not survive a crash of the
    server, which may then call it shorter than it was: so nobody waits for the disk."""
    cursor.execute(
        f"SET LOCAL synchronous_commit = off; SELECT pg_advisory_xact_lock_shared({FENCE_LOCK});"
        " UPDATE leadership SET renewed_at = clock_timestamp(), expires_at = clock_timestamp() + %s * interval '1 s'"
        " WHERE epoch = %s AND run = %s",
        (seconds, epoch, run),
    )
    return bool(cursor.rowcount == 1)


def take(cursor: Any, seen: Lease, me: Instance, seconds: float, *, dead: bool) -> int | None:
    """Take the lease that was `seen`, if it still is that one and has run out, or its owner is `dead`: the new epoch,
    or None. It waits for transactions under the old one; after it none of them writes. Raises StillWriting."""
    try:
        cursor.execute(f"SET LOCAL lock_timeout = {TAKEOVER_WAIT_MS}; SELECT pg_advisory_xact_lock({FENCE_LOCK})")
    except psycopg2.errors.LockNotAvailable as error:
        raise StillWriting from error
    cursor.execute(
        "UPDATE leadership SET epoch = epoch + 1, instance = %s, run = %s, leader = %s, taken_at = clock_timestamp(),"
        " renewed_at = clock_timestamp(), expires_at = clock_timestamp() + %s * interval '1 s'"
        " WHERE epoch = %s AND run = %s AND (%s OR expires_at <= clock_timestamp()) RETURNING epoch",
        (me.id, me.run, me.name, seconds, seen.epoch, seen.run, dead),
    )
    row = cursor.fetchone()
    return None if row is None else int(row[0])


def cut_off_writers(cursor: Any) -> int:
    """End the connections whose transactions are under the lease: their processes are stopped or cut off, for the lease
    has run out. How many there were."""
    cursor.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND ((classid::bigint << 32) | objid::bigint) = %s AND objsubid = 1 AND pid <> pg_backend_pid()",
        (FENCE_LOCK,),
    )
    return int(cursor.fetchone()[0])


def release(cursor: Any, epoch: int, run: str) -> None:
    """Let the lease run out now."""
    cursor.execute(
        f"SELECT pg_advisory_xact_lock_shared({FENCE_LOCK});"
        " UPDATE leadership SET expires_at = clock_timestamp() WHERE epoch = %s AND run = %s",
        (epoch, run),
    )

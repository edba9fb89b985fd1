"""The tables of durable delivery, an outbox and an inbox for each actor: functions on a cursor, in its transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from actors.runtime.delivery.encoding import CODEC, EncodedEvent, UnreadableEvent

EXPIRY_BATCH_ROWS = 200
"""Rows that one turn deletes at most, from each table, of what is too old."""

FAILURES_UNTIL_DEAD = 3
"""How often an event may fail before it goes to the dead letters."""

BEGINNINGS_UNTIL_DEAD = 10
"""How often an event may be the first that an actor takes after its start, and the actor end over it. More than
failures, for an actor is also killed without the event's doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An event with its place in the outbox."""

    destination: str
    seq: int
    event: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A row of the outbox that is no event to this program, and why."""

    seq: int
    why: str


def append(cursor: Any, posts: Sequence[tuple[Post, EncodedEvent]]) -> None:
    """Write events to the outbox and move its heads on."""
    rows = [(post.destination, post.seq, each.kind, each.version, each.payload) for post, each in posts]
    execute_values(cursor, "INSERT INTO outbox (destination, seq, kind, version, payload) VALUES %s", rows)
    heads = {post.destination: post.seq for post, _ in posts}
    execute_values(
        cursor,
        "INSERT INTO outbox_heads (destination, last_seq) VALUES %s"
        " ON CONFLICT (destination) DO UPDATE SET last_seq = excluded.last_seq",
        list(heads.items()),
    )


def heads(cursor: Any) -> Mapping[str, tuple[int, int]]:
    """For each destination the last acknowledged and the last given sequence number."""
    cursor.execute(
        "SELECT h.destination, coalesce(min(o.seq) - 1, h.last_seq), h.last_seq"
        " FROM outbox_heads h LEFT JOIN outbox o USING (destination) GROUP BY h.destination, h.last_seq"
    )
    return {destination: (acked, last) for destination, acked, last in cursor.fetchall()}


def oldest(cursor: Any) -> Mapping[str, datetime]:
    """For each destination since when its oldest event waits."""
    cursor.execute("SELECT destination, min(created_at) FROM outbox GROUP BY destination")
    return dict(cursor.fetchall())


def read(cursor: Any, destination: str, seqs: Sequence[int]) -> Iterable[Post | Unreadable]:
    """The events of the outbox with these (consecutive) sequence numbers, in order."""
    cursor.execute(
        "SELECT seq, kind, version, payload::text FROM outbox WHERE destination = %s AND seq BETWEEN %s AND %s"
        " ORDER BY seq",
        (destination, seqs[0], seqs[-1]),
    )
    for seq, kind, version, payload in cursor.fetchall():
        try:
            yield Post(destination=destination, seq=seq, event=CODEC.decode(kind, version, payload))
        except UnreadableEvent as error:
            yield Unreadable(seq=seq, why=str(error))


def forget(cursor: Any, destination: str, seq: int) -> None:
    """Delete what was acknowledged."""
    cursor.execute("DELETE FROM outbox WHERE destination = %s AND seq <= %s", (destination, seq))


def taken(cursor: Any) -> dict[str, int]:
    """For each source the last sequence number taken."""
    cursor.execute("SELECT source, last_seq FROM inbox")
    return dict(cursor.fetchall())


def move_on(cursor: Any, source: str, seq: int) -> bool:
    """Take `seq` from `source`, if it is the next one; False if the table says that it is not."""
    cursor.execute("INSERT INTO inbox (source) VALUES (%s) ON CONFLICT DO NOTHING", (source,))
    cursor.execute(
        "UPDATE inbox SET last_seq = %s, failures = 0, begun = 0 WHERE source = %s AND last_seq = %s - 1",
        (seq, source, seq),
    )
    return bool(cursor.rowcount == 1)


def skip_gap(cursor: Any, source: str, first: int) -> int | None:
    """What is before `first` will never come: move on to it. The number that would have been the next, None when the
    table is as far as that."""
    cursor.execute("INSERT INTO inbox (source) VALUES (%s) ON CONFLICT DO NOTHING", (source,))
    cursor.execute(
        "UPDATE inbox i SET last_seq = %s - 1, failures = 0, begun = 0 FROM inbox before"
        " WHERE i.source = %s AND before.source = i.source AND i.last_seq < %s - 1 RETURNING before.last_seq + 1",
        (first, source, first),
    )
    row = cursor.fetchone()
    return None if row is None else int(row[0])


def renumber(cursor: Any, destination: str, acked: int, taken: int) -> None:
    """The destination has had numbers up to `taken` already, which this outbox has not given yet: give its events,
    which follow `acked`, the numbers after that."""
    by = taken - acked
    cursor.execute("UPDATE outbox SET seq = -(seq + %s) WHERE destination = %s", (by, destination))
    cursor.execute("UPDATE outbox SET seq = -seq WHERE destination = %s", (destination,))
    cursor.execute("UPDATE outbox_heads SET last_seq = last_seq + %s WHERE destination = %s", (by, destination))


def count_failure(cursor: Any, source: str) -> int:
    """Count a failure of the next event of `source`; how many there were."""
    cursor.execute(
        "INSERT INTO inbox (source, failures) VALUES (%s, 1)"
        " ON CONFLICT (source) DO UPDATE SET failures = inbox.failures + 1, begun = 0 RETURNING failures",
        (source,),
    )
    return int(cursor.fetchone()[0])


def count_beginning(cursor: Any, source: str) -> int:
    """The next event of `source` is about to be the first after a start; how often in a row it was."""
    cursor.execute(
        "INSERT INTO inbox (source, begun) VALUES (%s, 1)"
        " ON CONFLICT (source) DO UPDATE SET begun = inbox.begun + 1 RETURNING begun",
        (source,),
    )
    return int(cursor.fetchone()[0])

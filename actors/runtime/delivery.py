"""The tables of durable delivery: outbox and inbox of one actor. Functions on a cursor, in its transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2.extras import execute_values

from actors.runtime.encoding import decode, encode

FAILURES_UNTIL_DEAD = 3
"""How often an event may fail before it goes to the dead letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An event with its place in the outbox."""

    destination: str
    seq: int
    event: Any


def append(cursor: Any, posts: Sequence[Post]) -> None:
    """Write events to the outbox and move its heads on."""
    rows = [(post.destination, post.seq, *encode(post.event)) for post in posts]
    execute_values(cursor, "INSERT INTO outbox (destination, seq, kind, version, payload) VALUES %s", rows)
    heads = {post.destination: post.seq for post in posts}
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


def read(cursor: Any, destination: str, seqs: Sequence[int]) -> Iterable[Post]:
    """The events of the outbox with these (consecutive) sequence numbers, in order."""
    cursor.execute(
        "SELECT seq, kind, version, payload::text FROM outbox WHERE destination = %s AND seq BETWEEN %s AND %s"
        " ORDER BY seq",
        (destination, seqs[0], seqs[-1]),
    )
    for seq, kind, version, payload in cursor.fetchall():
        yield Post(destination=destination, seq=seq, event=decode(kind, version, payload))


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
        "UPDATE inbox SET last_seq = %s, failures = 0 WHERE source = %s AND last_seq = %s - 1", (seq, source, seq)
    )
    return bool(cursor.rowcount == 1)


def count_failure(cursor: Any, source: str) -> int:
    """Count a failure of the next event of `source`; how many there were."""
    cursor.execute(
        "INSERT INTO inbox (source, failures) VALUES (%s, 1)"
        " ON CONFLICT (source) DO UPDATE SET failures = inbox.failures + 1 RETURNING failures",
        (source,),
    )
    return int(cursor.fetchone()[0])


def bury(cursor: Any, source: str, seq: int, event: Any, error: str) -> None:
    """Put an event among the dead letters."""
    cursor.execute(
        "INSERT INTO dead_letters (source, seq, kind, version, payload, error) VALUES (%s, %s, %s, %s, %s, %s)",
        (source, seq, *encode(event), error),
    )

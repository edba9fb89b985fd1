"""The table of dead letters of one actor. Functions on a cursor, in its transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from actors.runtime.delivery.encoding import CODEC
from messages.dead_letters import DeadLetter, DeadLetterKind

LONGEST_ERROR = 2000
"""Characters of an error that are kept."""

GAP = "Gap"
"""The kind of a letter for events that are gone before they came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many dead letters an actor has, and since when the oldest of them."""

    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A dead letter as it is stored."""

    source: str
    destination: str
    seq: int
    kind: str
    version: int
    payload: str


def standing(cursor: Any) -> Standing:
    """How many there are."""
    cursor.execute("SELECT count(*), min(at) FROM dead_letters")
    count, oldest = cursor.fetchone()
    return Standing(count=count, oldest=oldest)


def add_dead_letter(cursor: Any, row: Row, error: str, failures: int) -> None:
    """Put an event among the dead letters."""
    cursor.execute(
        "INSERT INTO dead_letters (source, destination, seq, kind, version, payload, error, failures)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (row.source, row.destination, row.seq, row.kind, row.version, row.payload, storable(error), failures),
    )


def add_unreadable(cursor: Any, source: str, destination: str, seq: int, error: str) -> None:
    """Put a row of the own outbox among the dead letters, and what changes nothing in its place."""
    cursor.execute(
        "INSERT INTO dead_letters (source, destination, seq, kind, version, payload, error, failures)"
        " SELECT %s, destination, seq, kind, version, payload, %s, 1 FROM outbox WHERE destination = %s AND seq = %s",
        (source, storable(error), destination, seq),
    )
    cursor.execute(
        "UPDATE outbox SET kind = 'Tombstone', version = 1, payload = '{}' WHERE destination = %s AND seq = %s",
        (destination, seq),
    )


def row_of(source: str, destination: str, seq: int, event: Any) -> Row:
    """An event as a letter; one that is not durable at all is shown as it is written in Python."""
    try:
        kind, version, payload = CODEC.encode(event)
    except (KeyError, TypeError, ValueError):
        kind, version = type(event).__name__, 0
        payload = msgspec.json.encode({"repr": storable(repr(event))}).decode()
    return Row(source=source, destination=destination, seq=seq, kind=kind, version=version, payload=payload)


def gap(source: str, destination: str, first: int, last: int) -> Row:
    """Events that are gone, from `first` to `last`, as a letter."""
    payload = msgspec.json.encode({"first": first, "last": last}).decode()
    return Row(source=source, destination=destination, seq=first, kind=GAP, version=0, payload=payload)


def take_dead_letter(cursor: Any, id: int) -> Row | None:
    """Remove a letter, to do something with it in the same transaction; None if there is none."""
    cursor.execute(
        "DELETE FROM dead_letters WHERE id = %s RETURNING source, destination, seq, kind, version, payload::text", (id,)
    )
    row = cursor.fetchone()
    if row is None:
        return None
    return Row(source=row[0], destination=row[1], seq=row[2], kind=row[3], version=row[4], payload=row[5])


def forget(cursor: Any, user: str) -> None:
    """Delete the letters that are about a user."""
    cursor.execute(
        "DELETE FROM dead_letters WHERE payload->>'user' = %s OR payload->'preferences'->>'user' = %s", (user, user)
    )


def failed_again(cursor: Any, id: int, error: str) -> None:
    """A retry was in vain."""
    cursor.execute(
        "UPDATE dead_letters SET failures = failures + 1, tried_at = now(), error = %s WHERE id = %s",
        (storable(error), id),
    )


def listed(cursor: Any, owner: str, limit: int) -> tuple[DeadLetter, ...]:
    """The oldest letters of the actor `owner`."""
    cursor.execute(
        "SELECT id, source, destination, seq, kind, error, failures, at, tried_at FROM dead_letters"
        " ORDER BY id LIMIT %s",
        (limit,),
    )
    return tuple(
        DeadLetter(
            id=f"{owner}/{id}",
            kind=DeadLetterKind.EVENT,
            what=f"{kind} {seq} from {source}" + ("" if destination == owner else f" to {destination}"),
            error=error,
            failures=failures,
            messages=1,
            since=at,
            tried_at=tried_at,
        )
        for id, source, destination, seq, kind, error, failures, at, tried_at in cursor.fetchall()
    )


def expire(cursor: Any, seconds: float, most: int) -> int:
    """Delete letters that are older than that; how many, at most `most` of them."""
    cursor.execute(
        "DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters"
        " WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT %s)",
        (seconds, most),
    )
    return int(cursor.rowcount)


def storable(text: str) -> str:
    """A text that PostgreSQL can keep, whatever an exception had to say."""
    cleaned = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
    return cleaned if len(cleaned) <= LONGEST_ERROR else cleaned[:LONGEST_ERROR] + "…"

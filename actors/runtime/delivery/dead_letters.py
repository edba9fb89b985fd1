"""The dead letters of one actor: their table (functions on a cursor, in the actor's transaction), and what operators do
about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from actors.runtime.delivery.encoding import CODEC
from actors.runtime.delivery.owner import Owner
from actors.runtime.delivery.tx import Tx
from actors.runtime.failures import DatabaseAway
from messages.dead_letters import DeadLetter, DeadLetterKind, DeadLetterOutcome
from messages.health import HealthReason, ReasonCode, iso

LONGEST_ERROR = 2000
"""Characters of an error that are kept."""

GAP = "Gap"
"""The kind of a dead letter for events that were lost before they arrived."""

Settled = tuple[DeadLetterOutcome, str]
"""What became of a dead letter, and a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterBacklog:
    """How many dead letters an actor has, and when the oldest became one."""

    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterRow:
    """A dead letter as it is stored."""

    source: str
    destination: str
    seq: int
    kind: str
    version: int
    payload: str


def backlog(cursor: Any) -> DeadLetterBacklog:
    """How many there are."""
    cursor.execute("SELECT count(*), min(at) FROM dead_letters")
    count, oldest = cursor.fetchone()
    return DeadLetterBacklog(count=count, oldest=oldest)


def add_dead_letter(cursor: Any, row: DeadLetterRow, error: str, failures: int) -> None:
    """Add an event to the dead letters."""
    cursor.execute(
        "INSERT INTO dead_letters (source, destination, seq, kind, version, payload, error, failures)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (row.source, row.destination, row.seq, row.kind, row.version, row.payload, storable(error), failures),
    )


def add_unreadable(cursor: Any, source: str, destination: str, seq: int, error: str) -> None:
    """Move a row of the outbox to the dead letters and leave a tombstone in its place."""
    cursor.execute(
        "INSERT INTO dead_letters (source, destination, seq, kind, version, payload, error, failures)"
        " SELECT %s, destination, seq, kind, version, payload, %s, 1 FROM outbox WHERE destination = %s AND seq = %s",
        (source, storable(error), destination, seq),
    )
    cursor.execute(
        "UPDATE outbox SET kind = 'Tombstone', version = 1, payload = '{}' WHERE destination = %s AND seq = %s",
        (destination, seq),
    )


def row_of(source: str, destination: str, seq: int, event: Any) -> DeadLetterRow:
    """An event as a dead letter. An event that cannot be encoded is kept as its repr."""
    try:
        kind, version, payload = CODEC.encode(event)
    except (KeyError, TypeError, ValueError):
        kind, version = type(event).__name__, 0
        payload = msgspec.json.encode({"repr": storable(repr(event))}).decode()
    return DeadLetterRow(source=source, destination=destination, seq=seq, kind=kind, version=version, payload=payload)


def gap(source: str, destination: str, first: int, last: int) -> DeadLetterRow:
    """Lost events, from `first` to `last`, as a dead letter."""
    payload = msgspec.json.encode({"first": first, "last": last}).decode()
    return DeadLetterRow(source=source, destination=destination, seq=first, kind=GAP, version=0, payload=payload)


def take_dead_letter(cursor: Any, id: int) -> DeadLetterRow | None:
    """Remove a dead letter, to use it in the same transaction; None if there is none."""
    cursor.execute(
        "DELETE FROM dead_letters WHERE id = %s RETURNING source, destination, seq, kind, version, payload::text", (id,)
    )
    row = cursor.fetchone()
    if row is None:
        return None
    return DeadLetterRow(source=row[0], destination=row[1], seq=row[2], kind=row[3], version=row[4], payload=row[5])


def forget(cursor: Any, user: str) -> None:
    """Delete the dead letters about a user."""
    cursor.execute(
        "DELETE FROM dead_letters WHERE payload->>'user' = %s OR payload->'preferences'->>'user' = %s", (user, user)
    )


def failed_again(cursor: Any, id: int, error: str) -> None:
    """Record a retry that failed."""
    cursor.execute(
        "UPDATE dead_letters SET failures = failures + 1, tried_at = now(), error = %s WHERE id = %s",
        (storable(error), id),
    )


def listed(cursor: Any, owner: str, limit: int) -> tuple[DeadLetter, ...]:
    """The oldest dead letters of the actor `owner`."""
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
    """Delete up to `most` dead letters older than `seconds`; how many were deleted."""
    cursor.execute(
        "DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters"
        " WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT %s)",
        (seconds, most),
    )
    return int(cursor.rowcount)


def storable(text: str) -> str:
    """A text that PostgreSQL can store, whatever the exception said."""
    cleaned = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
    return cleaned if len(cleaned) <= LONGEST_ERROR else cleaned[:LONGEST_ERROR] + "…"


class DeadLetterService:
    """Lists, retries and discards the dead letters of one actor. `take(event, tx)` lets an event take effect, and
    `retry_own(seq, event, tx)` one that the actor had from itself."""

    def __init__(
        self, owner: Owner, take: Callable[[Any, Tx], None], retry_own: Callable[[int, Any, Tx], None]
    ) -> None:
        self._owner = owner
        self._take_effect = take
        self._retry_own = retry_own
        self._backlog = DeadLetterBacklog()

    # --- how many there are

    @property
    def count(self) -> int:
        """How many there are."""
        return self._backlog.count

    def reasons(self) -> tuple[HealthReason, ...]:
        """What health says: each dead letter is a fault that waits for an operator."""
        return reasons(self._owner.name, self._backlog)

    def read(self, cursor: Any) -> DeadLetterBacklog:
        """How many there are, as the table says."""
        return backlog(cursor)

    def adopt(self, found: DeadLetterBacklog) -> None:
        """Remember what was read."""
        self._backlog = found

    def recount(self, tx: Tx) -> None:
        """This transaction adds or removes dead letters."""
        found = backlog(tx.cursor)
        tx.after_commit(lambda: self.adopt(found))

    # --- what operators do

    def listed(self, tx: Tx, limit: int) -> tuple[tuple[DeadLetter, ...], int]:
        """The oldest dead letters, and how many there are."""
        return listed(tx.cursor, self._owner.name, limit), backlog(tx.cursor).count

    def retry(self, id: str) -> Settled:
        """Let a dead letter take effect and remove it, in one transaction."""
        number = self._number(id)
        if number is None:
            return unknown(id)
        try:
            with self._owner.transaction() as tx:
                row = take_dead_letter(tx.cursor, number)
                if row is not None:
                    self._do_again(row, tx)
                self.recount(tx)
        except DatabaseAway:
            raise
        except Exception as error:
            self._owner.log.error("the retry of the letter %s failed", id, exc_info=error)
            return self._failed_again(number, self._owner.redact(f"{type(error).__name__}: {error}"))
        if row is None:
            return unknown(id)
        self._owner.count("letters_retried")
        self._owner.log.info("the letter %s was retried: %s %d from %s", id, row.kind, row.seq, row.source)
        return DeadLetterOutcome.RETRIED, f"{row.kind} {row.seq} from {row.source} has taken effect"

    def discard(self, id: str) -> Settled:
        """Remove a dead letter; what it was is logged."""
        number = self._number(id)
        if number is None:
            return unknown(id)
        with self._owner.transaction() as tx:
            row = take_dead_letter(tx.cursor, number)
            self.recount(tx)
        if row is None:
            return unknown(id)
        self._owner.count("letters_discarded")
        self._owner.log.warning(
            "the letter %s was discarded: %s %d from %s: %s", id, row.kind, row.seq, row.source, row.payload
        )
        return DeadLetterOutcome.DISCARDED, f"{row.kind} {row.seq} from {row.source} is discarded"

    def _do_again(self, row: DeadLetterRow, tx: Tx) -> None:
        event = CODEC.decode(row.kind, row.version, row.payload)
        if row.source == row.destination == self._owner.name:
            self._retry_own(row.seq, event, tx)
        elif row.destination == self._owner.name:
            self._take_effect(event, tx)
        else:
            tx.emit(row.destination, event)

    def _failed_again(self, number: int, error: str) -> Settled:
        self._owner.record_error(error)
        with self._owner.transaction() as tx:
            failed_again(tx.cursor, number, error)
        return DeadLetterOutcome.FAILED_AGAIN, f"it failed again and stays a letter: {error}"

    def _number(self, id: str) -> int | None:
        owner, _, number = id.rpartition("/")
        known = owner == self._owner.name and number.isascii() and number.isdigit() and len(number) < 19
        return int(number) if known else None


def unknown(id: str) -> Settled:
    """The reply about a dead letter that does not exist."""
    return DeadLetterOutcome.UNKNOWN, f"nothing undelivered has the id {id}: `callboard undelivered` lists the ids"


def reasons(name: str, found: DeadLetterBacklog) -> tuple[HealthReason, ...]:
    """What health says about the dead letters of the actor `name`."""
    if found.oldest is None:
        return ()
    count = "1 dead letter" if found.count == 1 else f"{found.count:,} dead letters"
    text = f"{name}: {count} since {found.oldest:%Y-%m-%d %H:%M} UTC: see `callboard undelivered`"
    fields = (("count", str(found.count)), ("since", iso(found.oldest)))
    return (HealthReason(code=ReasonCode.DEAD_LETTERS, subject=name, text=text, urgent=True, fields=fields),)

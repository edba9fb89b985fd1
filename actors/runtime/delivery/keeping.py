"""What an actor with tables keeps, and for how long: dead letters until somebody settles them, the rest by age."""

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime.actor import CallboardActor
from actors.runtime.delivery import dead_letters
from actors.runtime.delivery.dead_letters import Standing
from actors.runtime.delivery.encoding import CODEC
from actors.runtime.delivery.tx import Tx
from actors.runtime.failures import DatabaseAway
from messages.dead_letters import (
    DeadLetter,
    DeadLetterOutcome,
    DeadLetterSettled,
    DeadLettersListed,
    DiscardDeadLetter,
    ListDeadLetters,
    RetryDeadLetter,
)
from messages.health import ActorStatus

MOST_LISTED = 1000
"""Letters in one reply."""

CHUNK = 200
"""Rows that one turn deletes at the most, of each table."""

PAUSE = 0.1
"""Seconds between two chunks, in which the actor does other things."""

Settled = tuple[DeadLetterOutcome, str]


class KeepingActor(CallboardActor):
    """The part of a DurableActor that lists, retries and discards its dead letters, and lets go of what is old."""

    SCHEMA: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._standing = Standing()

    def transaction(self) -> AbstractContextManager[Tx]:
        """Of the DurableActor."""
        raise NotImplementedError

    # --- hooks

    def expire(self, tx: Tx) -> int:
        """Delete some of what is too old: at most CHUNK rows of each table. How many were deleted; it is called again
        at once until there is nothing to delete."""
        return dead_letters.expire(tx.cursor, self.settings.retention.dead_letters, CHUNK)

    def dead_letters_kept(self, tx: Tx, limit: int) -> tuple[tuple[DeadLetter, ...], int]:
        """The oldest letters, and how many there are."""
        return dead_letters.listed(tx.cursor, self.name, limit), dead_letters.standing(tx.cursor).count

    def retry_dead_letter(self, id: str) -> Settled:
        """Do with a letter what should have been done, and remove it, in one transaction."""
        number = self._number(id)
        if number is None:
            return self._unknown(id)
        try:
            with self.transaction() as tx:
                row = dead_letters.take_dead_letter(tx.cursor, number)
                if row is not None:
                    self._do_again(row, tx)
                self._learn_standing(tx)
        except DatabaseAway:
            raise
        except Exception as error:
            self.log.error("the retry of the letter %s failed", id, exc_info=error)
            return self._failed_again(number, f"{type(error).__name__}: {error}")
        if row is None:
            return self._unknown(id)
        self.count("letters_retried")
        self.log.info("the letter %s was retried: %s %d from %s", id, row.kind, row.seq, row.source)
        return DeadLetterOutcome.RETRIED, f"{row.kind} {row.seq} from {row.source} has taken effect"

    def discard_dead_letter(self, id: str) -> Settled:
        """Remove a letter; what it was is logged."""
        number = self._number(id)
        if number is None:
            return self._unknown(id)
        with self.transaction() as tx:
            row = dead_letters.take_dead_letter(tx.cursor, number)
            self._learn_standing(tx)
        if row is None:
            return self._unknown(id)
        self.count("letters_discarded")
        self.log.warning(
            "the letter %s was discarded: %s %d from %s: %s", id, row.kind, row.seq, row.source, row.payload
        )
        return DeadLetterOutcome.DISCARDED, f"{row.kind} {row.seq} from {row.source} is discarded"

    # --- commands and queries

    def receiveMsg_ListDeadLetters(self, query: ListDeadLetters, sender: ActorAddress) -> None:
        """What could not be delivered."""
        with self.transaction() as tx:
            listed, total = self.dead_letters_kept(tx, min(max(query.limit, 0), MOST_LISTED))
        self.send(sender, DeadLettersListed(request_id=query.request_id, dead_letters=listed, total=total))

    def receiveMsg_RetryDeadLetter(self, command: RetryDeadLetter, sender: ActorAddress) -> None:
        """Once more."""
        self._answer_operator(command, self.retry_dead_letter(command.id), sender)

    def receiveMsg_DiscardDeadLetter(self, command: DiscardDeadLetter, sender: ActorAddress) -> None:
        """Never."""
        self._answer_operator(command, self.discard_dead_letter(command.id), sender)

    def _answer_operator(
        self, command: RetryDeadLetter | DiscardDeadLetter, settled: Settled, sender: ActorAddress
    ) -> None:
        outcome, detail = settled
        reply = DeadLetterSettled(request_id=command.request_id, id=command.id, outcome=outcome, detail=detail)
        self.send(sender, reply)

    # --- dead letters

    def status(self, *reasons: str) -> ActorStatus:
        """With the dead letters: each is a fault that waits for an operator."""
        return replace(
            super().status(*reasons, *_reasons(self.name, self._standing)), dead_letters=self._standing.count
        )

    def _learn_standing(self, tx: Tx) -> None:
        standing = dead_letters.standing(tx.cursor)
        tx.after_commit(lambda: self._know(standing))

    def _know(self, standing: Standing) -> None:
        self._standing = standing

    def _do_again(self, row: dead_letters.Row, tx: Tx) -> None:
        event = CODEC.decode(row.kind, row.version, row.payload)
        if row.destination == self.name:
            take: Any = getattr(self, f"take_{type(event).__name__}")
            take(event, tx)
        else:
            tx.emit(row.destination, event)

    def _failed_again(self, number: int, error: str) -> Settled:
        self.record_error(error)
        with self.transaction() as tx:
            dead_letters.failed_again(tx.cursor, number, error)
        return DeadLetterOutcome.FAILED_AGAIN, f"it failed again and stays a letter: {error}"

    def _number(self, id: str) -> int | None:
        owner, _, number = id.rpartition("/")
        known = owner == self.name and number.isascii() and number.isdigit() and len(number) < 19
        return int(number) if known else None

    def _unknown(self, id: str) -> Settled:
        return DeadLetterOutcome.UNKNOWN, f"there is no letter {id}"

    # --- age

    def _expire(self) -> None:
        gone = 0
        try:
            with self.transaction() as tx:
                gone = self.expire(tx)
                if gone:
                    self._learn_standing(tx)
        finally:
            self.after(PAUSE if gone else self.settings.retention.interval, self._expire)
        if gone:
            self.count("rows_expired", gone)


def _reasons(name: str, standing: Standing) -> tuple[str, ...]:
    if standing.oldest is None:
        return ()
    count = "1 dead letter" if standing.count == 1 else f"{standing.count:,} dead letters"
    return (f"{name}: {count} since {standing.oldest:%Y-%m-%d %H:%M} UTC: see run.py letters",)

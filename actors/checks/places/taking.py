"""Takes what came of runs at places out of the mailbox, into how the checks stand."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import psycopg2

from actors.checks.book import CheckBook, TakenResults
from actors.checks.places import mailbox
from actors.runtime.delivery.tx import Tx

MOST_TAKEN = 50
"""Results that are taken in one transaction."""

REFUSED = (psycopg2.DataError, psycopg2.IntegrityError, ValueError)


class TakingOwner(Protocol):
    """What the ChecksActor offers."""

    @property
    def log(self) -> logging.Logger:
        """Its log."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """One transaction of its schema."""

    def count(self, what: str, by: int = 1) -> None:
        """Count an event."""

    def record_error(self, text: str) -> None:
        """Remember what went wrong."""


class PlaceResults:
    """Of the ChecksActor. `taken` hears what was taken, when it is committed."""

    def __init__(self, owner: TakingOwner, book: CheckBook, taken: Callable[[TakenResults], None]) -> None:
        self._owner = owner
        self._book = book
        self._taken = taken

    def take(self) -> None:
        """Take some. Where one of them cannot be stored or read, each is taken by itself, and that one is dropped. A
        partition may be gone that was there."""
        try:
            self._take(MOST_TAKEN)
        except REFUSED:
            self._book.forget_days()
            for _ in range(MOST_TAKEN):
                self._take_one()

    def _take_one(self) -> None:
        try:
            self._take(1)
        except REFUSED as error:
            with self._owner.transaction() as tx:
                mailbox.drop_first(tx.cursor)
            self._owner.count("results_refused")
            self._owner.record_error(f"the result of a place cannot be stored: {error}")
            self._owner.log.error("the result of a place cannot be stored: %s", error)

    def _take(self, most: int) -> None:
        with self._owner.transaction() as tx:
            taken = self._book.take_from_places(tx, most)
            tx.after_commit(lambda: self._taken(taken))

"""Takes results into how the checks stand: stores them some at a time, and passes on what is stored."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import reduce
from typing import Protocol

import psycopg2
import psycopg2.errors

from actors.checks.book import CheckBook, TakenResults
from actors.runtime.delivery.tx import Tx
from messages.activity import Histogram
from messages.checks import CheckResult
from messages.health import NO_LAGS

MOST_STORED = 50
"""Results that are stored in one transaction."""


class IntakeOwner(Protocol):
    """What the ChecksActor offers."""

    @property
    def log(self) -> logging.Logger:
        """Its log."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """One transaction of its schema."""

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""

    def record_error(self, text: str) -> None:
        """Remember the last error that health shows."""


class ResultIntake:
    """Of the ChecksActor. `stored` hears what was taken, when it is committed."""

    def __init__(self, owner: IntakeOwner, book: CheckBook, stored: Callable[[TakenResults], None]) -> None:
        self._owner = owner
        self._book = book
        self._stored = stored
        self._waiting: list[CheckResult] = []
        self.lag = NO_LAGS
        """Seconds from when a run was due until its result was stored."""

    @property
    def is_waiting(self) -> bool:
        """Whether there are results that are not stored."""
        return bool(self._waiting)

    def add(self, results: Sequence[CheckResult]) -> None:
        """Results that are to be stored."""
        self._waiting.extend(results)

    def store_all(self) -> None:
        """Store what waits. Raises Outage while the database is away; what is not stored waits on."""
        while self._waiting:
            self._store(self._waiting[:MOST_STORED])
            del self._waiting[:MOST_STORED]

    def push(self, tx: Tx, results: Sequence[CheckResult]) -> None:
        """Results that nobody was asked for, in this transaction."""
        try:
            with tx.savepoint():
                taken = self._book.push(tx, results)
        except psycopg2.errors.CheckViolation:  # somebody has dropped a partition
            self._book.forget_days()
            taken = self._book.push(tx, results)
        tx.after_commit(lambda: self.taken(taken))

    def taken(self, taken: TakenResults) -> None:
        """These are stored now, by whatever way they came."""
        self._owner.count("results", len(taken.fresh))
        self.lag = reduce(Histogram.added, taken.lags, self.lag)
        if taken.late:
            self._owner.count("late_results", taken.late)
            self._owner.log.warning(
                "%d results came after their runs had been given out again, and were dropped", taken.late
            )
        self._stored(taken)

    def _store(self, results: Sequence[CheckResult]) -> None:
        """In one transaction; where one of them cannot be stored, each in its own. A partition may be gone that was
        there: whoever may change the tables may have dropped it."""
        try:
            self._take(results)
        except (psycopg2.DataError, psycopg2.IntegrityError, ValueError) as error:
            if isinstance(error, psycopg2.errors.CheckViolation) and self._book.forget_days():
                self._store(results)
                return
            if len(results) == 1:
                self._owner.count("results_refused")
                self._owner.record_error(f"the result of {results[0].key} cannot be stored: {error}")
                self._owner.log.error("the result of %s cannot be stored: %s", results[0].key, error)
                return
            for result in results:
                self._store([result])

    def _take(self, results: Sequence[CheckResult]) -> None:
        with self._owner.transaction() as tx:
            taken = self._book.take(tx, results)
            tx.after_commit(lambda: self.taken(taken))

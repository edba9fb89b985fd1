"""The receiving side of durable delivery: each event of another actor takes effect once, or becomes a dead letter."""

from collections.abc import Callable, Mapping
from typing import Any

from actors.runtime.delivery import dead_letters, store
from actors.runtime.delivery.dead_letters import DeadLetterService
from actors.runtime.delivery.owner import Owner
from actors.runtime.delivery.tx import Tx
from actors.runtime.failures import Outage
from messages.delivery import Deliver


class Inbox:
    """The inbox of one actor. `take(event, tx)` lets an event take effect; `congested(source)` names the destination
    that has too many events waiting, other than the source itself."""

    def __init__(
        self,
        owner: Owner,
        dead_letters: DeadLetterService,
        take: Callable[[Any, Tx], None],
        congested: Callable[[str], str | None],
    ) -> None:
        self._owner = owner
        self._dead_letters = dead_letters
        self._take_effect = take
        self._congested = congested
        self._taken: dict[str, int] = {}
        self._tried: set[str] = set()

    def adopt(self, taken: Mapping[str, int]) -> None:
        """For each source, the number of the last event that was taken, as the tables say."""
        self._taken = dict(taken)

    def last_taken(self, source: str) -> int:
        """The number of the last event taken from a source; 0 before the first."""
        return self._taken.get(source, 0)

    def receive(self, message: Deliver) -> None:
        """Take an event, if it is the next one of its source."""
        if message.first > self.last_taken(message.source) + 1:
            self._skip_gap(message)
        if message.seq != self.last_taken(message.source) + 1:
            return
        if self._congested(message.source) is not None:
            self._owner.count("events_refused")
            return
        with self._owner.trying(f"take the events of {message.source}"):
            self._try_to_take(message)

    def _try_to_take(self, message: Deliver) -> None:
        if message.source not in self._tried and not self._may_try(message):
            return
        try:
            self._take(message)
        except Outage:
            raise
        except Exception as error:
            self._owner.report_failure(f"take_{type(message.event).__name__}", error)
            self._count_failure(message, error)

    def _may_try(self, message: Deliver) -> bool:
        """Whether to take the first event of a source after a start: an event that has ended its actor often enough is
        not tried again. The attempt is committed before it is made."""
        with self._owner.transaction() as tx:
            begun = store.count_beginning(tx.cursor, message.source)
            if begun > store.BEGINNINGS_UNTIL_DEAD:
                self._give_up(tx, message, "the actor ended each time it took this event", begun - 1)
        self._tried.add(message.source)
        return begun <= store.BEGINNINGS_UNTIL_DEAD

    def _skip_gap(self, message: Deliver) -> None:
        """The source no longer has the next event: record the gap as a dead letter and go on after it."""
        with self._owner.transaction() as tx:
            first = store.skip_gap(tx.cursor, message.source, message.first)
            if first is None:
                self._owner.reload_soon()
                return
            last = message.first - 1
            lost = dead_letters.gap(message.source, self._owner.name, first, last)
            why = "these events were acknowledged and are no longer in the tables"
            dead_letters.add_dead_letter(tx.cursor, lost, why, 1)
            self._dead_letters.recount(tx)
            tx.after_commit(lambda: self._taken.update({message.source: last}))
        self._owner.count("gaps")
        self._owner.log.error(
            "events %d to %d from %s are gone: were the schemas restored apart?", first, last, message.source
        )

    def _take(self, message: Deliver) -> None:
        with self._owner.transaction() as tx:
            if store.move_on(tx.cursor, message.source, message.seq):
                tx.after_commit(lambda: self._took(message))
                self._take_effect(message.event, tx)
            else:
                self._owner.reload_soon()

    def _took(self, message: Deliver) -> None:
        self._taken[message.source] = message.seq
        self._owner.count("events_taken")

    def _count_failure(self, message: Deliver, error: Exception) -> None:
        with self._owner.transaction() as tx:
            failures = store.count_failure(tx.cursor, message.source)
            if failures >= store.FAILURES_UNTIL_DEAD:
                self._give_up(tx, message, self._owner.redact(f"{type(error).__name__}: {error}"), failures)

    def _give_up(self, tx: Tx, message: Deliver, error: str, failures: int) -> None:
        """Move the event to the dead letters, out of the way of the next one."""
        row = dead_letters.row_of(message.source, self._owner.name, message.seq, message.event)
        dead_letters.add_dead_letter(tx.cursor, row, error, failures)
        store.move_on(tx.cursor, message.source, message.seq)
        self._dead_letters.recount(tx)
        tx.after_commit(lambda: self._given_up(message, failures))

    def _given_up(self, message: Deliver, failures: int) -> None:
        self._taken[message.source] = message.seq
        self._owner.count("dead_letters")
        self._owner.log.error(
            "%s %d from %s failed %d times and is a dead letter now: see `callboard undelivered`",
            type(message.event).__name__, message.seq, message.source, failures,
        )  # fmt: skip

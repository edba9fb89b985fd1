"""Actors with tables: one transaction for the changes that a message makes and the events that it causes."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime.actor import CallboardActor
from actors.runtime.database.connection import CALL_LIMIT, Database
from actors.runtime.delivery import dead_letters, store
from actors.runtime.delivery.database_problems import DatabaseProblems
from actors.runtime.delivery.dead_letters import DeadLetterService, Settled
from actors.runtime.delivery.inbox import Inbox
from actors.runtime.delivery.outbox import OutboxSender
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from actors.runtime.delivery.tx import Tx
from actors.runtime.failures import (
    BeginRefusal,
    DatabaseAway,
    LeaseLost,
    MigrationRefused,
    Outage,
    RightMissing,
    TableLocked,
)
from actors.runtime.turns import ClockReading, set_back
from messages.dead_letters import (
    DeadLetter,
    DeadLetterSettled,
    DeadLettersListed,
    DiscardDeadLetter,
    ListDeadLetters,
    RetryDeadLetter,
)
from messages.delivery import Ack, Deliver, Tombstone
from messages.health import ActorStatus, HealthReason, ReasonCode
from messages.lifecycle import Begin
from messages.settings import Settings

__all__ = ["DurableActor", "Tx"]

RUNTIME_MIGRATIONS = "actors.runtime.delivery.migrations"

LOCK_RETRY_SECONDS = 0.1
"""Until work that another session's lock prevented is tried again, while that lock may be given soon."""

HOUSEKEEPING_SECONDS = 0.5
"""Time between two checks for events that were not acknowledged in time, and for those that can be deleted."""

EXPIRY_PAUSE_SECONDS = 0.1
"""Time between two portions of deletions, in which the actor does other things."""

MOST_LISTED = 1000
"""Dead letters in one reply."""


class DurableActor(CallboardActor):
    """Base of the actors that own tables.

    Durable events come to `take_<Event>(event, tx)`, inside the transaction that moves the inbox on: an event takes
    effect once, however often it is delivered. An event that fails three times becomes a dead letter. When the database
    is away, the event has not failed: it is delivered again. While too many of its own events wait for one
    destination, an actor takes none from others.

    The memory is read from the tables at the start, and again between two turns when it may no longer agree with them:
    after a transaction whose outcome is not known, and after the clock was set back. It never changes under a handler.
    """

    SCHEMA: ClassVar[str]
    MIGRATIONS: ClassVar[str]
    DESTINATIONS: ClassVar[tuple[str, ...]] = ()

    _database: Database
    _outbox: OutboxSender
    _inbox: Inbox
    _dead_letters: DeadLetterService

    def __init__(self) -> None:
        super().__init__()
        self._is_open = False
        self._is_stale = True  # until the tables were read: a timer that `load` has set may come although that failed
        self._reload_failure: Outage | None = None
        self._database_problems = DatabaseProblems()
        self._clocks: ClockReading | None = None
        self._expiry: Any = None

    # --- what the runtime gives

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """One transaction: committed at the end, rolled back on any exception. Raises DatabaseAway, also while the
        memory is out of date because the outcome of an earlier transaction is not known."""
        self._refuse_if_stale()
        try:
            with self._database.transaction() as cursor:
                tx = Tx(cursor)
                yield tx
                posts = self._outbox.append(cursor, tx.emitted)
        except DatabaseAway as error:
            if isinstance(error, TableLocked):
                self._database_problems.locked(self.now())
            elif isinstance(error, RightMissing):
                self._database_problems.refused(error, self.clock())
            else:
                self._is_stale = True
                self._lost_database(error)
            raise
        self._is_back()
        self._outbox.committed(posts)
        self._after_commit(tx)
        self._outbox.send(posts)

    def soon(self, call: Callable[[], None], *, again: bool = False) -> None:
        """Call `call`. If another session holds a lock that it needs, call it again in a moment, as long as this may be
        over soon; `again` then. It must be one that can fail at its first transaction and be called again."""
        try:
            call()
        except TableLocked as error:
            if not self.is_brief(error):
                raise

            @functools.wraps(call)
            def once_more() -> None:
                self.soon(call, again=True)

            self.after(LOCK_RETRY_SECONDS, once_more)
        else:
            if again:
                self._database.unlocked()

    def is_brief(self, error: Exception) -> bool:
        """Whether it is a lock that may be given soon: not yet worth telling anybody."""
        return isinstance(error, TableLocked) and self._database.may_be_unlocked_soon()

    def reload_soon(self) -> None:
        """The memory no longer agrees with the tables: read them before the next turn."""
        self._is_stale = True

    def still_leads(self) -> bool:
        """Whether it is certain that no other instance leads at this moment. Ask right before doing something outside
        the database that must not be done twice. The database is asked only when the last answer is too old. Raises
        DatabaseAway, LeaseLost."""
        if not self._database.leads():
            with self._database.transaction():
                pass
        return self._database.leads()

    @contextmanager
    def trying(self, what: str) -> Iterator[None]:
        """While the database keeps this block from finishing, health says since when and why, even if other
        transactions succeed. `what` completes "it cannot"."""
        try:
            yield
        except Outage as error:
            if not self.is_brief(error):
                self._database_problems.prevented(what, error, self.now())
            raise
        self._database_problems.done(what)

    def congested(self, source: str = "") -> str | None:
        """The destination, other than `source`, that too many events wait for: whatever causes more should wait too. An
        actor still takes events from the destination itself, so that two never wait for each other."""
        return self._outbox.congested(source)

    def waiting_for(self, destination: str) -> int:
        """How many events the destination has not acknowledged."""
        return self._outbox.waiting_for(destination)

    def status(self, *reasons: HealthReason) -> ActorStatus:
        """With the dead letters, the destination that does not take its events, and what the database prevents."""
        own = list(self._dead_letters.reasons())
        if (slow := self.congested()) is not None:
            text = f"{self.name}: {slow} does not take the events for it"
            fields = (("source", self.name), ("waiting", str(self.waiting_for(slow))))
            own.append(HealthReason(code=ReasonCode.EVENTS_NOT_TAKEN, subject=slow, text=text, fields=fields))
        waits = self._database.waits_for_locks()
        own += self._database_problems.reasons(self.name, self.clock(), waits_for_locks=waits)
        common = super().status(*reasons, *own)
        return replace(
            common,
            dead_letters=self._dead_letters.count,
            waiting=self._outbox.waiting(),
            waiting_since=self._outbox.waiting_since(),
        )

    def describe(self) -> Iterator[str]:
        """With its delivery and its database."""
        yield from super().describe()
        if self._is_open:
            yield f"waiting events: {self._outbox.waiting()}; dead letters: {self._dead_letters.count}"
            stale = "; its memory is to be read again" if self._is_stale else ""
            yield f"database: {self._database_problems.away or 'well'}{stale}"

    def recount_dead_letters(self, tx: Tx) -> None:
        """This transaction adds or removes dead letters without the runtime's help."""
        self._dead_letters.recount(tx)

    # --- hooks

    def load(self, tx: Tx) -> None:
        """Read the state from the tables; also after the clock was set back, when times in them may lie ahead."""

    def expire(self, tx: Tx) -> int:
        """Delete some of what is too old: at most EXPIRY_BATCH_ROWS of each table. Returns how many rows were deleted;
        it is called again soon until there is nothing to delete."""
        return dead_letters.expire(tx.cursor, self.settings.retention.dead_letters, EXPIRY_BATCH_ROWS)

    def dead_letters_kept(self, tx: Tx, limit: int) -> tuple[tuple[DeadLetter, ...], int]:
        """The oldest dead letters, and how many there are."""
        return self._dead_letters.listed(tx, limit)

    def retry_dead_letter(self, id: str) -> Settled:
        """Let a dead letter take effect and remove it, in one transaction."""
        return self._dead_letters.retry(id)

    def retry_own(self, seq: int, event: Any, tx: Tx) -> None:
        """Take up an event that this actor turned into a dead letter of its own, from itself to itself, as `seq`."""
        self._take_effect(event, tx)

    def discard_dead_letter(self, id: str) -> Settled:
        """Remove a dead letter."""
        return self._dead_letters.discard(id)

    def take_Tombstone(self, event: Tombstone, tx: Tx) -> None:
        """The event in this place could not be read."""

    # --- messages

    def receiveMsg_Deliver(self, message: Deliver, sender: ActorAddress) -> None:
        """Take the next event of a source in one transaction. In any case, say how far this actor has come."""
        self.soon(functools.partial(self._take_delivery, message, sender))

    def _take_delivery(self, message: Deliver, sender: ActorAddress) -> None:
        try:
            self._inbox.receive(message)
        finally:
            seq = self._inbox.last_taken(message.source)
            self.send(sender, Ack(source=message.source, receiver=self.name, seq=seq))

    def receiveMsg_Ack(self, ack: Ack, sender: ActorAddress) -> None:
        """Let the next events leave."""
        self._outbox.acknowledge(ack)

    def receiveMsg_ListDeadLetters(self, query: ListDeadLetters, sender: ActorAddress) -> None:
        """List what could not be delivered."""
        with self.transaction() as tx:
            listed, total = self.dead_letters_kept(tx, min(max(query.limit, 0), MOST_LISTED))
        self.send(sender, DeadLettersListed(request_id=query.request_id, dead_letters=listed, total=total))

    def receiveMsg_RetryDeadLetter(self, command: RetryDeadLetter, sender: ActorAddress) -> None:
        """Try it once more."""
        self._answer_operator(command, self.retry_dead_letter(command.id), sender)

    def receiveMsg_DiscardDeadLetter(self, command: DiscardDeadLetter, sender: ActorAddress) -> None:
        """Give it up."""
        self._answer_operator(command, self.discard_dead_letter(command.id), sender)

    def _answer_operator(
        self, command: RetryDeadLetter | DiscardDeadLetter, settled: Settled, sender: ActorAddress
    ) -> None:
        outcome, detail = settled
        reply = DeadLetterSettled(request_id=command.request_id, id=command.id, outcome=outcome, detail=detail)
        self.send(sender, reply)

    def receiveMsg_ActorExitRequest(self, message: Any, sender: ActorAddress) -> None:
        """Leave, and close the connection."""
        try:
            super().receiveMsg_ActorExitRequest(message, sender)
        finally:
            if self._is_open:
                self._database.close()

    # --- tables

    def _open_tables(self, begin: Begin) -> None:
        limit = CALL_LIMIT if begin.plan.call_limit is None else begin.plan.call_limit
        self._database = self.open_database(begin.dsn, self.SCHEMA, limit, begin.epoch)
        self._is_open = True
        self._dead_letters = DeadLetterService(self, self._take_effect, self.retry_own)
        self._outbox = OutboxSender(self, self._database, self._dead_letters, self.DESTINATIONS)
        self._inbox = Inbox(self, self._dead_letters, self._take_effect, self.congested)
        try:
            self._database.migrate({"runtime": RUNTIME_MIGRATIONS, self.SCHEMA: self.MIGRATIONS})
            self._read_tables()
        except (DatabaseAway, LeaseLost, MigrationRefused) as error:
            raise BeginRefusal(str(error)) from error
        self._database.began()
        self._clocks = ClockReading(wall=self.now(), clock=self.clock())
        self.every(HOUSEKEEPING_SECONDS, self._keep_house)
        self._expiry = self.after(self.settings.retention.interval, self._expire)

    def settings_changed(self, before: Settings) -> None:
        """Look for what is too old as often as is said now."""
        if self._expiry is not None and self.settings.retention != before.retention:
            self._expiry.cancel()
            self._expiry = self.after(self.settings.retention.interval, self._expire)

    def _read_tables(self) -> None:
        with self._database.transaction() as cursor:
            windows = self._outbox.read(cursor)
            taken = store.taken(cursor)
            backlog = self._dead_letters.read(cursor)
            self.load(Tx(cursor))
        self._outbox.adopt(windows)
        self._inbox.adopt(taken)
        self._dead_letters.adopt(backlog)
        self._is_stale, self._reload_failure = False, None
        self._is_back()

    def _take_effect(self, event: Any, tx: Tx) -> None:
        getattr(self, f"take_{type(event).__name__}")(event, tx)

    def _after_commit(self, tx: Tx) -> None:
        """A failure here does not undo what was committed, but the memory may now disagree with the tables."""
        try:
            for call in tx.calls:
                call()
        except Exception as error:
            self._is_stale = True
            self.report_failure("after a commit", error)

    def _refuse_if_stale(self) -> None:
        if self._is_stale:
            raise self._reload_failure or DatabaseAway("the tables are about to be read again")

    def _lost_database(self, error: Outage) -> None:
        self._reload_failure = type(error)(str(error))  # without the trace, which would grow
        self._database_problems.lost(error, self.now())

    def _is_back(self) -> None:
        waits = self._database.waits_for_locks()
        if self._database_problems.answers(self.clock(), waits_for_locks=waits):
            self.outage_over("the database can be used again")

    # --- between turns

    def begin_turn(self) -> None:
        """Read the tables again if the memory may disagree with them. A clock that was set back is noticed before its
        time is compared with an earlier one, or stored next to one."""
        if self._clocks is None:
            return
        self._look_at_clocks(self._clocks)
        if self._is_stale:
            try:
                self._read_tables()
            except Outage as error:  # health says it, and every transaction raises it until the tables were read
                self._lost_database(error)

    def _look_at_clocks(self, before: ClockReading) -> None:
        clocks = ClockReading(wall=self.now(), clock=self.clock())
        if seconds := set_back(before, clocks):
            self.log.warning("the clock was set back by %.0f s: everything that is due is scheduled again", seconds)
            self._is_stale = True
        self._clocks = clocks

    def _keep_house(self) -> None:
        self._refuse_if_stale()
        self._outbox.keep_house()
        if not self._database_problems.away:
            self._is_back()

    def _reach(self, names: set[str]) -> None:
        self._outbox.reach(names)

    def _expire(self) -> None:
        gone = 0
        try:
            with self.transaction() as tx:
                gone = self.expire(tx)
                if gone:
                    self._dead_letters.recount(tx)
        finally:
            pause = EXPIRY_PAUSE_SECONDS if gone else self.settings.retention.interval
            self._expiry = self.after(pause, self._expire)
        if gone:
            self.count("rows_expired", gone)

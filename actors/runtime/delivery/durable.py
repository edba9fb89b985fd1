"""Actors with tables: one transaction for what a message changes and the events that it causes, and their delivery."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime.database.connection import CALL_LIMIT
from actors.runtime.delivery import dead_letters, store, window
from actors.runtime.delivery.sending import SendingActor
from actors.runtime.delivery.tx import Tx
from actors.runtime.failures import BeginRefusal, DatabaseAway, LeaseLost, MigrationRefused, Outage
from actors.runtime.wallclock import Look, set_back
from messages.delivery import Ack, Deliver, Tombstone
from messages.health import ActorStatus
from messages.lifecycle import Begin

__all__ = ["DurableActor", "Tx"]

RUNTIME_MIGRATIONS = "actors.runtime.delivery.migrations"

HOUSEKEEPING = 0.5
"""Seconds between two looks at what was not acknowledged in time, and at what was and can be deleted."""


class DurableActor(SendingActor):
    """Base of the actors that own tables.

    Durable events come to `take_<Event>(event, tx)`, inside the transaction that moves the inbox on: an event takes
    effect once, however often it is delivered. One that fails three times goes to the dead letters. An outage of the
    database is no failure of the event: it is simply delivered again. While too many of its own events wait for one
    destination, an actor takes none from others.
    """

    MIGRATIONS: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._taken: dict[str, int] = {}
        self._tried: set[str] = set()
        self._look: Look | None = None
        self._prevented: dict[str, str] = {}

    # --- what the runtime gives

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """One transaction: committed at the end, rolled back on any exception. When the last one ended with the server
        away, so that its outcome is not known, the memory is read anew from the tables first. Raises DatabaseAway."""
        try:
            if self._stale:
                self._read_tables()
            with self._db.transaction() as cursor:
                tx = Tx(cursor)
                yield tx
                posts = self._numbered(tx.emitted)
                if posts:
                    store.append(cursor, posts)
        except DatabaseAway as error:
            self._stale = True
            self._away = self._away or f"its tables cannot be reached since {self.now():%H:%M:%S} UTC: {error}"
            raise
        self._away = ""
        for post in posts:
            self._windows[post.destination] = window.appended(self._windows[post.destination], post.seq)
        self._after_commit(tx)
        for destination in dict.fromkeys(post.destination for post in posts):
            self._leave(destination, posts)

    def _after_commit(self, tx: Tx) -> None:
        """What fails here is no failure of what was committed: the memory is read anew from the tables before long."""
        try:
            for call in tx.calls:
                call()
        except Exception as error:
            self._stale = True
            self._report("after a commit", error)

    def still_leads(self) -> bool:
        """Whether it is certain that no other instance leads at this moment: to be asked right before something is done
        outside of the database that must not be done twice. The database is asked only when the last answer is too old.
        Raises DatabaseAway, LeaseLost."""
        if not self._db.leads():
            with self._db.transaction():
                pass
        return self._db.leads()

    @contextmanager
    def trying(self, what: str) -> Iterator[None]:
        """While the database keeps the block from its end, health says since when and why, though other transactions
        may come to theirs: `what` completes "it cannot"."""
        try:
            yield
        except Outage as error:
            self._prevented.setdefault(what, f"since {self.now():%H:%M:%S} UTC: {error}")
            raise
        self._prevented.pop(what, None)

    def status(self, *reasons: str) -> ActorStatus:
        """With what the database prevents."""
        own = [f"{self.name}: cannot {what} {why}" for what, why in self._prevented.items()]
        return super().status(*reasons, *own)

    # --- hook

    def load(self, tx: Tx) -> None:
        """Read the state from the tables; also after the clock was set back, when times in them may lie ahead of it."""

    # --- events in

    def receiveMsg_Deliver(self, message: Deliver, sender: ActorAddress) -> None:
        """Take the next event of a source in one transaction; say how far this actor has come in any case."""
        try:
            self._take_in(message)
        finally:
            seq = self._taken.get(message.source, 0)
            self.send(sender, Ack(source=message.source, receiver=self.name, seq=seq))

    def take_Tombstone(self, event: Tombstone, tx: Tx) -> None:
        """What stood there could not be read."""

    def _take_in(self, message: Deliver) -> None:
        if message.first > self._taken.get(message.source, 0) + 1:
            self._skip_gap(message)
        if message.seq != self._taken.get(message.source, 0) + 1:
            return
        if self.congested(message.source) is not None:
            self.count("events_refused")
            return
        with self.trying(f"take the events of {message.source}"):
            self._try_to_take(message)

    def _try_to_take(self, message: Deliver) -> None:
        if message.source not in self._tried and not self._may_try(message):
            return
        try:
            self._take(message)
        except Outage:
            raise
        except Exception as error:
            self._report(f"take_{type(message.event).__name__}", error)
            self._count_failure(message, error)

    def _may_try(self, message: Deliver) -> bool:
        """Whether to take the first event of a source after a start: one that has ended its actor often enough is not
        taken again. That it was begun is committed before."""
        with self.transaction() as tx:
            begun = store.count_beginning(tx.cursor, message.source)
            if begun > store.BEGINNINGS_UNTIL_DEAD:
                self._add_dead_letter(tx, message, "the actor ended each time that it took this event", begun - 1)
        self._tried.add(message.source)
        return begun <= store.BEGINNINGS_UNTIL_DEAD

    def _skip_gap(self, message: Deliver) -> None:
        """The source no longer has what would be next: keep a letter of the gap, and go on after it."""
        with self.transaction() as tx:
            first = store.skip_gap(tx.cursor, message.source, message.first)
            if first is None:
                self._stale = True
                return
            last = message.first - 1
            lost = dead_letters.gap(message.source, self.name, first, last)
            dead_letters.add_dead_letter(
                tx.cursor, lost, "these events were acknowledged and are not in the tables any more", 1
            )
            self._learn_standing(tx)
            tx.after_commit(lambda: self._taken.update({message.source: last}))
        self.count("gaps")
        self.log.error(
            "events %d to %d from %s are gone: were the schemas restored apart?", first, last, message.source
        )

    def _take(self, message: Deliver) -> None:
        take = getattr(self, f"take_{type(message.event).__name__}")
        with self.transaction() as tx:
            if store.move_on(tx.cursor, message.source, message.seq):
                tx.after_commit(lambda: self._took(message))
                take(message.event, tx)
            else:
                self._stale = True

    def _took(self, message: Deliver) -> None:
        self._taken[message.source] = message.seq
        self.count("events_taken")

    def _count_failure(self, message: Deliver, error: Exception) -> None:
        with self.transaction() as tx:
            failures = store.count_failure(tx.cursor, message.source)
            if failures >= store.FAILURES_UNTIL_DEAD:
                self._add_dead_letter(tx, message, f"{type(error).__name__}: {error}", failures)

    def _add_dead_letter(self, tx: Tx, message: Deliver, error: str, failures: int) -> None:
        row = dead_letters.row_of(message.source, self.name, message.seq, message.event)
        dead_letters.add_dead_letter(tx.cursor, row, error, failures)
        store.move_on(tx.cursor, message.source, message.seq)
        self._learn_standing(tx)
        tx.after_commit(lambda: self._buried(message, failures))

    def _buried(self, message: Deliver, failures: int) -> None:
        self._taken[message.source] = message.seq
        self.count("dead_letters")
        self.log.error(
            "%s %d from %s failed %d times and lies in %s.dead_letters: see run.py letters",
            type(message.event).__name__, message.seq, message.source, failures, self.SCHEMA,
        )  # fmt: skip

    # --- tables

    def _open_tables(self, begin: Begin) -> None:
        limit = CALL_LIMIT if begin.plan.call_limit is None else begin.plan.call_limit
        self._database = self.open_database(begin.dsn, self.SCHEMA, limit, begin.epoch)
        try:
            self._database.migrate((RUNTIME_MIGRATIONS, self.MIGRATIONS))
            self._read_tables()
        except (DatabaseAway, LeaseLost, MigrationRefused) as error:
            raise BeginRefusal(str(error)) from error
        self._database.began()
        self.every(HOUSEKEEPING, self._keep_house)
        self.after(self.settings.retention.interval, self._expire)

    def _keep_house(self) -> None:
        if self._away:
            with self.transaction():
                """Raises while the database is away; what was waiting for it goes on when it is not."""
        self._look_at_clock()
        super()._keep_house()

    def begin_turn(self) -> None:
        """See that the clock was set back before a time of before is compared with it, or stored beside one of now."""
        if self._look is not None and not self._away:
            self._look_at_clock()

    def _look_at_clock(self) -> None:
        look = Look(wall=self.now(), clock=self.loop.time())
        if self._look is not None and (seconds := set_back(self._look, look)):
            self.log.warning("the clock was set back by %.0f s: what is due is planned anew", seconds)
            self._read_tables()
        self._look = look

    def _read_tables(self) -> None:
        with self._db.transaction() as cursor:
            windows = self._windows_of(cursor)
            self._taken = store.taken(cursor)
            self._know(dead_letters.standing(cursor))
            self.load(Tx(cursor))
        self._windows = windows
        self._stale = False

    def receiveMsg_ActorExitRequest(self, message: Any, sender: ActorAddress) -> None:
        """Leave, and close the connection."""
        try:
            super().receiveMsg_ActorExitRequest(message, sender)
        finally:
            if self._database is not None:
                self._database.close()

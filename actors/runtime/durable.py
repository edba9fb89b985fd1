"""Actors with tables: one transaction for what a message changes and the events that it causes, and their delivery."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime import delivery, window
from actors.runtime.actor import CallboardActor
from actors.runtime.database import Database
from actors.runtime.failures import BeginRefusal, DatabaseAway, LeaseLost, MigrationRefused, Outage
from messages.delivery import Ack, Deliver
from messages.lifecycle import Begin

RUNTIME_MIGRATIONS = "actors.runtime.migrations"

HOUSEKEEPING = 0.5
"""Seconds between two looks at what was not acknowledged in time, and at what was and can be deleted."""


class Tx:
    """One transaction of an actor: its cursor, the events that it causes, and what to do once it is committed."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.emitted: list[tuple[str, Any]] = []
        self.calls: list[Callable[[], None]] = []

    def emit(self, destination: str, event: Any) -> None:
        """Append a durable event for `destination`; it leaves after the commit."""
        self.emitted.append((destination, event))

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call `call` when the transaction is committed: the place to assign memory and to send replies."""
        self.calls.append(call)


class DurableActor(CallboardActor):
    """Base of the actors that own tables.

    Durable events come to `take_<Event>(event, tx)`, inside the transaction that moves the inbox on: an event takes
    effect once, however often it is delivered. One that fails three times goes to the dead letters. An outage of the
    database is no failure of the event: it is simply delivered again.
    """

    SCHEMA: ClassVar[str]
    MIGRATIONS: ClassVar[str]
    DESTINATIONS: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._database: Database | None = None
        self._windows: dict[str, window.Window] = {}
        self._deletable: set[str] = set()
        self._taken: dict[str, int] = {}
        self._stale = False

    # --- what the runtime gives

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """One transaction: committed at the end, rolled back on any exception. When the last one ended with the server
        away, so that its outcome is not known, the memory is read anew from the tables first. Raises DatabaseAway."""
        if self._stale:
            self._read_tables()
        try:
            with self._db.transaction() as cursor:
                tx = Tx(cursor)
                yield tx
                posts = self._numbered(tx.emitted)
                if posts:
                    delivery.append(cursor, posts)
        except DatabaseAway:
            self._stale = True
            raise
        for post in posts:
            self._windows[post.destination] = window.appended(self._windows[post.destination], post.seq)
        for call in tx.calls:
            call()
        for destination in dict.fromkeys(post.destination for post in posts):
            self._send_out(destination, posts)

    def still_leads(self) -> bool:
        """Whether it is certain that no other instance leads at this moment: to be asked right before something is done
        outside of the database that must not be done twice. The database is asked only when the last answer is too old.
        Raises DatabaseAway, LeaseLost."""
        if not self._db.leads():
            with self._db.transaction():
                pass
        return self._db.leads()

    # --- hook

    def load(self, tx: Tx) -> None:
        """Read the state from the tables."""

    # --- events in

    def receiveMsg_Deliver(self, message: Deliver, sender: ActorAddress) -> None:
        """Take the next event of a source in one transaction; say how far this actor has come in any case."""
        if message.seq == self._taken.get(message.source, 0) + 1:
            try:
                self._take(message)
            except Outage:
                raise
            except Exception as error:
                self._report(f"take_{type(message.event).__name__}", error)
                self._count_failure(message, error)
        ack = Ack(source=message.source, receiver=self.name, seq=self._taken.get(message.source, 0))
        self.send(sender, ack)

    def _take(self, message: Deliver) -> None:
        take = getattr(self, f"take_{type(message.event).__name__}")
        with self.transaction() as tx:
            if delivery.move_on(tx.cursor, message.source, message.seq):
                tx.after_commit(lambda: self._took(message))
                take(message.event, tx)
            else:
                self._stale = True

    def _took(self, message: Deliver) -> None:
        self._taken[message.source] = message.seq
        self.count("events_taken")

    def _count_failure(self, message: Deliver, error: Exception) -> None:
        with self.transaction() as tx:
            if delivery.count_failure(tx.cursor, message.source) >= delivery.FAILURES_UNTIL_DEAD:
                text = f"{type(error).__name__}: {error}"
                delivery.bury(tx.cursor, message.source, message.seq, message.event, text)
                delivery.move_on(tx.cursor, message.source, message.seq)
                tx.after_commit(lambda: self._buried(message))

    def _buried(self, message: Deliver) -> None:
        self._taken[message.source] = message.seq
        self.count("dead_letters")
        self.log.error(
            "%s %d from %s failed %d times and lies in %s.dead_letters",
            type(message.event).__name__, message.seq, message.source, delivery.FAILURES_UNTIL_DEAD, self.SCHEMA,
        )  # fmt: skip

    # --- events out

    def receiveMsg_Ack(self, ack: Ack, sender: ActorAddress) -> None:
        """Let the next events leave."""
        known = self._windows.get(ack.receiver)
        if ack.source != self.name or known is None:
            return
        moved = window.acknowledged(known, ack.seq, self.loop.time())
        if moved != known:
            self._windows[ack.receiver] = moved
            self._deletable.add(ack.receiver)
            self._send_out(ack.receiver, ())

    def _send_out(self, destination: str, fresh: Sequence[delivery.Post]) -> None:
        """Send what the window lets; events that were just committed need not be read again."""
        address = self.address_of(destination)
        seqs = window.to_send(self._windows[destination])
        if address is None or not seqs:
            return
        posts: Mapping[int, delivery.Post] = {post.seq: post for post in fresh if post.destination == destination}
        if any(seq not in posts for seq in seqs):
            with self._db.transaction() as cursor:
                posts = {post.seq: post for post in delivery.read(cursor, destination, seqs)}
        for seq in seqs:
            self.send(address, Deliver(source=self.name, seq=seq, event=posts[seq].event))
        self._windows[destination] = window.sent(self._windows[destination], seqs[-1], self.loop.time())

    def _numbered(self, emitted: Sequence[tuple[str, Any]]) -> list[delivery.Post]:
        posts, last = [], {destination: known.last for destination, known in self._windows.items()}
        for destination, event in emitted:
            last[destination] += 1
            posts.append(delivery.Post(destination=destination, seq=last[destination], event=event))
        return posts

    def _keep_house(self) -> None:
        now = self.loop.time()
        for destination in self.DESTINATIONS:
            self._windows[destination] = window.impatient(self._windows[destination], now)
            self._send_out(destination, ())
        if self._deletable:
            with self._db.transaction() as cursor:
                for destination in self._deletable:
                    delivery.forget(cursor, destination, self._windows[destination].acked)
            self._deletable.clear()

    def _reach(self, names: set[str]) -> None:
        for destination in names & self._windows.keys():
            self._windows[destination] = window.rewound(self._windows[destination])
            self._send_out(destination, ())

    # --- tables

    @property
    def _db(self) -> Database:
        assert self._database is not None, "the actor has not begun"
        return self._database

    def _open_tables(self, begin: Begin) -> None:
        self._database = Database(begin.dsn, self.SCHEMA, epoch=begin.epoch)
        try:
            self._database.migrate((RUNTIME_MIGRATIONS, self.MIGRATIONS))
            self._read_tables()
        except (DatabaseAway, LeaseLost, MigrationRefused) as error:
            raise BeginRefusal(str(error)) from error
        self._database.began()
        self.every(HOUSEKEEPING, self._keep_house)

    def _read_tables(self) -> None:
        with self._db.transaction() as cursor:
            known = delivery.heads(cursor)
            self._taken = delivery.taken(cursor)
            self.load(Tx(cursor))
        for destination in self.DESTINATIONS:
            acked, last = known.get(destination, (0, 0))
            self._windows[destination] = window.Window(acked=acked, sent=acked, last=last)
        self._stale = False

    def receiveMsg_ActorExitRequest(self, message: Any, sender: ActorAddress) -> None:
        """Leave, and close the connection."""
        super().receiveMsg_ActorExitRequest(message, sender)
        if self._database is not None:
            self._database.close()

"""The sending side of durable delivery: an actor's outbox, a window of it at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime.database.connection import Database
from actors.runtime.delivery import dead_letters, store, window
from actors.runtime.delivery.keeping import KeepingActor
from messages.delivery import Ack, Deliver, Tombstone
from messages.health import ActorStatus


class SendingActor(KeepingActor):
    """The part of a DurableActor that sends what its transactions have appended to the outbox."""

    DESTINATIONS: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._database: Database | None = None
        self._windows: dict[str, window.Window] = {}
        self._deletable: set[str] = set()
        self._stale = False
        self._away = ""

    # --- what the runtime gives

    def congested(self, source: str = "") -> str | None:
        """The destination, other than `source`, for which too many events wait: what causes more should wait too. An
        actor goes on to take events from one for whom it has too many, so that two never wait for each other."""
        for destination, known in self._windows.items():
            if destination != source and window.waiting(known) > window.MOST_WAITING:
                return destination
        return None

    def waiting_for(self, destination: str) -> int:
        """Events for a destination that it has not acknowledged."""
        return window.waiting(self._windows[destination])

    def status(self, *reasons: str) -> ActorStatus:
        """With the destination that does not take what it is sent, and the database that is away."""
        slow = self.congested()
        own = [f"{self.name}: {slow} does not take the events for it"] if slow is not None else []
        own += [f"{self.name}: {self._away}"] if self._away else []
        return replace(super().status(*reasons, *own), waiting=sum(map(window.waiting, self._windows.values())))

    # --- the outbox

    def receiveMsg_Ack(self, ack: Ack, sender: ActorAddress) -> None:
        """Let the next events leave."""
        known = self._windows.get(ack.receiver)
        if ack.source != self.name or known is None:
            return
        if not known.acked <= ack.seq <= known.last:
            self._agree_with(ack, known)
            return
        moved = window.acknowledged(known, ack.seq, self.loop.time())
        self._windows[ack.receiver] = moved
        if moved.acked != known.acked:
            self._deletable.add(ack.receiver)
            self._send_out(ack.receiver, ())

    def _agree_with(self, ack: Ack, known: window.Window) -> None:
        """The receiver has had less than it once acknowledged, or more than was ever sent from here: what the tables
        still have is sent again (the receiver leaps over what they have not), or gets the numbers after those."""
        with self._db.transaction() as cursor:
            if ack.seq > known.last:
                store.renumber(cursor, ack.receiver, known.acked, ack.seq)
            windows = self._windows_of(cursor)
        self._windows = windows
        self.count("numbers_disagreed")
        self.log.error(
            "%s says that it has had events up to %d; it had acknowledged %d of %d: were the schemas restored apart?",
            ack.receiver, ack.seq, known.acked, known.last,
        )  # fmt: skip

    def _leave(self, destination: str, fresh: Sequence[store.Post]) -> None:
        """Send out; what goes wrong in that is no failure of what caused the events."""
        self._turns.guard("send out", lambda: self._send_out(destination, fresh))

    def _send_out(self, destination: str, fresh: Sequence[store.Post]) -> None:
        """Send what the window lets; events that were just committed need not be read again."""
        address = self.address_of(destination)
        seqs = window.to_send(self._windows[destination])
        if address is None or not seqs:
            return
        posts: Mapping[int, store.Post] = {post.seq: post for post in fresh if post.destination == destination}
        if any(seq not in posts for seq in seqs):
            posts = self._read_posts(destination, seqs)
        first = self._windows[destination].acked + 1
        for seq in seqs:
            self.send(address, Deliver(source=self.name, seq=seq, event=posts[seq].event, first=first))
        self._windows[destination] = window.sent(self._windows[destination], seqs[-1], self.loop.time())

    def _read_posts(self, destination: str, seqs: Sequence[int]) -> Mapping[int, store.Post]:
        """Events of the outbox; in the place of one that cannot be read, which becomes a dead letter, a void one."""
        posts: dict[int, store.Post] = {}
        unreadable: list[store.Unreadable] = []
        with self._db.transaction() as cursor:
            for read in store.read(cursor, destination, seqs):
                if isinstance(read, store.Unreadable):
                    unreadable.append(read)
                    dead_letters.add_unreadable(cursor, self.name, destination, read.seq, read.why)
                    posts[read.seq] = store.Post(destination=destination, seq=read.seq, event=Tombstone())
                else:
                    posts[read.seq] = read
            standing = dead_letters.standing(cursor) if unreadable else self._standing
        self._know(standing)
        for read in unreadable:
            self.count("dead_letters")
            self.log.error("event %d for %s is a dead letter: %s", read.seq, destination, read.why)
        return posts

    def _numbered(self, emitted: Sequence[tuple[str, Any]]) -> list[store.Post]:
        posts, last = [], {destination: known.last for destination, known in self._windows.items()}
        for destination, event in emitted:
            last[destination] += 1
            posts.append(store.Post(destination=destination, seq=last[destination], event=event))
        return posts

    def _keep_house(self) -> None:
        now = self.loop.time()
        for destination in self.DESTINATIONS:
            self._windows[destination] = window.impatient(self._windows[destination], now)
            self._leave(destination, ())
        if self._deletable:
            with self._db.transaction() as cursor:
                for destination in self._deletable:
                    store.forget(cursor, destination, self._windows[destination].acked)
            self._deletable.clear()

    def _reach(self, names: set[str]) -> None:
        for destination in names & self._windows.keys():
            self._windows[destination] = window.rewound(self._windows[destination])
            self._leave(destination, ())

    # --- tables

    @property
    def _db(self) -> Database:
        assert self._database is not None, "the actor has not begun"
        return self._database

    def _windows_of(self, cursor: Any) -> dict[str, window.Window]:
        known = store.heads(cursor)
        return {
            destination: window.Window(acked=acked, sent=acked, last=last)
            for destination in self.DESTINATIONS
            for acked, last in (known.get(destination, (0, 0)),)
        }

"""The sending side of durable delivery: what an actor's transactions put into its outbox leaves a window at a time."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from actors.runtime.database.connection import Database
from actors.runtime.delivery import store, window
from actors.runtime.delivery.dead_letters import DeadLetterService, add_unreadable
from actors.runtime.delivery.encoding import EncodedEvent, encoded_parts
from actors.runtime.delivery.owner import Owner
from messages.delivery import Ack, Deliver, Tombstone

Windows = Mapping[str, window.Window]
"""Destination to what is known about the events for it."""


class OutboxSender:
    """The outbox of one actor, with a window for each destination."""

    def __init__(
        self, owner: Owner, database: Database, dead_letters: DeadLetterService, destinations: Sequence[str]
    ) -> None:
        self._owner = owner
        self._database = database
        self._dead_letters = dead_letters
        self._destinations = tuple(destinations)
        self._windows: dict[str, window.Window] = {}
        self._deletable: set[str] = set()
        self._stored_since: Mapping[str, datetime] = {}
        self._commits: defaultdict[str, deque[tuple[int, datetime]]] = defaultdict(deque)

    # --- tables

    def read(self, cursor: Any) -> Windows:
        """The windows as the tables say: everything that was not acknowledged is sent again."""
        known = store.heads(cursor)
        self._stored_since = store.oldest(cursor)
        return {
            destination: window.Window(acked=acked, sent=acked, last=last)
            for destination in self._destinations
            for acked, last in (known.get(destination, (0, 0)),)
        }

    def adopt(self, windows: Windows) -> None:
        """Go on from what was read."""
        self._windows = dict(windows)
        for destination, known in windows.items():
            since = self._stored_since.get(destination)
            commits = self._commits[destination] = deque[tuple[int, datetime]]()
            if since is not None and known.last > known.acked:
                commits.append((known.last, since))

    def append(self, cursor: Any, emitted: Sequence[tuple[str, Any]]) -> list[store.Post]:
        """Number the events that a transaction emitted and write them to the outbox. One that is too big becomes
        several."""
        posts: list[tuple[store.Post, EncodedEvent]] = []
        last = {destination: known.last for destination, known in self._windows.items()}
        for destination, event in emitted:
            for part in encoded_parts(event):
                last[destination] += 1
                post = store.Post(destination=destination, seq=last[destination], event=part.event)
                posts.append((post, part))
        if posts:
            store.append(cursor, posts)
        return [post for post, _ in posts]

    def committed(self, posts: Sequence[store.Post]) -> None:
        """The transaction that appended these is committed."""
        now = self._owner.now()
        for post in posts:
            self._windows[post.destination] = window.appended(self._windows[post.destination], post.seq)
            commits = self._commits[post.destination]
            if commits and commits[-1][1] is now:
                commits.pop()
            commits.append((post.seq, now))

    # --- how much waits

    def congested(self, source: str = "") -> str | None:
        """The first destination, other than `source`, that too many events wait for."""
        for destination, known in self._windows.items():
            if destination != source and window.waiting(known) > window.MOST_WAITING:
                return destination
        return None

    def waiting_for(self, destination: str) -> int:
        """How many events the destination has not acknowledged."""
        return window.waiting(self._windows[destination])

    def waiting(self) -> int:
        """How many events wait in all."""
        return sum(map(window.waiting, self._windows.values()))

    def waiting_since(self) -> datetime | None:
        """Since when the oldest event waits; None if none does. Of events from before the last start, the oldest counts
        until all of them are acknowledged."""
        return min((commits[0][1] for commits in self._commits.values() if commits), default=None)

    # --- sending

    def send(self, posts: Sequence[store.Post]) -> None:
        """Send what was just committed, as far as the windows allow. A failure here is not the sender's."""
        for destination in dict.fromkeys(post.destination for post in posts):
            self._send_out(destination, posts)

    def reach(self, names: set[str]) -> None:
        """These actors are new: send them again what they have not acknowledged."""
        for destination in names & self._windows.keys():
            self._windows[destination] = window.rewound(self._windows[destination])
            self._send_out(destination, ())

    def acknowledge(self, ack: Ack) -> None:
        """Let the next events leave."""
        known = self._windows.get(ack.receiver)
        if ack.source != self._owner.name or known is None:
            return
        if not known.acked <= ack.seq <= known.last:
            self._agree_with(ack, known)
            return
        moved = window.acknowledged(known, ack.seq, self._owner.clock())
        self._windows[ack.receiver] = moved
        if moved.acked != known.acked:
            self._deletable.add(ack.receiver)
            commits = self._commits[ack.receiver]
            while commits and commits[0][0] <= moved.acked:
                commits.popleft()
            self._send_out(ack.receiver, ())

    def keep_house(self) -> None:
        """Send again what was not acknowledged in time, and delete what was acknowledged."""
        now = self._owner.clock()
        for destination in self._destinations:
            self._windows[destination] = window.impatient(self._windows[destination], now)
            self._send_out(destination, ())
        if self._deletable:
            with self._database.transaction() as cursor:
                for destination in self._deletable:
                    store.forget(cursor, destination, self._windows[destination].acked)
            self._deletable.clear()

    def _agree_with(self, ack: Ack, known: window.Window) -> None:
        """The receiver has taken less than it once acknowledged, or more than was ever sent. In the first case, send
        what the tables still have (the receiver skips the gap); in the second, number the waiting events after what the
        receiver has taken."""
        with self._database.transaction() as cursor:
            if ack.seq > known.last:
                store.renumber(cursor, ack.receiver, known.acked, ack.seq)
            windows = self.read(cursor)
        self.adopt(windows)
        self._owner.count("numbers_disagreed")
        self._owner.log.error(
            "%s says that it has taken events up to %d; it had acknowledged %d of %d: were the schemas restored apart?",
            ack.receiver, ack.seq, known.acked, known.last,
        )  # fmt: skip

    def _send_out(self, destination: str, fresh: Sequence[store.Post]) -> None:
        """Send what the window allows. Events in `fresh` need not be read from the table."""
        try:
            self._send_window(destination, fresh)
        except Exception as error:
            self._owner.report_failure("send out", error)

    def _send_window(self, destination: str, fresh: Sequence[store.Post]) -> None:
        address = self._owner.address_of(destination)
        seqs = window.to_send(self._windows[destination])
        if address is None or not seqs:
            return
        posts: Mapping[int, store.Post] = {post.seq: post for post in fresh if post.destination == destination}
        if any(seq not in posts for seq in seqs):
            posts = self._read_posts(destination, seqs)
        first = self._windows[destination].acked + 1
        for seq in seqs:
            deliver = Deliver(source=self._owner.name, seq=seq, event=posts[seq].event, first=first)
            self._owner.send(address, deliver)
        self._windows[destination] = window.sent(self._windows[destination], seqs[-1], self._owner.clock())

    def _read_posts(self, destination: str, seqs: Sequence[int]) -> Mapping[int, store.Post]:
        """Events of the outbox. An event that cannot be read becomes a dead letter, and a tombstone takes its place."""
        posts: dict[int, store.Post] = {}
        unreadable: list[store.Unreadable] = []
        with self._database.transaction() as cursor:
            for read in store.read(cursor, destination, seqs):
                if isinstance(read, store.Unreadable):
                    unreadable.append(read)
                    add_unreadable(cursor, self._owner.name, destination, read.seq, self._owner.redact(read.why))
                    posts[read.seq] = store.Post(destination=destination, seq=read.seq, event=Tombstone())
                else:
                    posts[read.seq] = read
            backlog = self._dead_letters.read(cursor) if unreadable else None
        if backlog is not None:
            self._dead_letters.adopt(backlog)
        for read in unreadable:
            self._owner.count("dead_letters")
            self._owner.log.error("event %d for %s is a dead letter: %s", read.seq, destination, read.why)
        return posts

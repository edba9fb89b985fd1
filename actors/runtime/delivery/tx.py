"""What a handler does inside one transaction, and what follows its commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


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

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail alone: an exception undoes what it wrote and emitted, and the rest can go on. If the
        connection is gone, there is nothing left to go on with, and `is_lost` is true."""
        emitted, calls = len(self.emitted), len(self.calls)
        self.cursor.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            del self.emitted[emitted:], self.calls[calls:]
            if not self.is_lost:
                self.cursor.execute("ROLLBACK TO SAVEPOINT part")
            raise
        self.cursor.execute("RELEASE SAVEPOINT part")

    @property
    def is_lost(self) -> bool:
        """Whether the connection broke in this transaction."""
        return bool(self.cursor.connection.closed)

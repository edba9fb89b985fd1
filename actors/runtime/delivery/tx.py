"""What a handler does inside one transaction, and what follows its commit."""

from collections.abc import Callable
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

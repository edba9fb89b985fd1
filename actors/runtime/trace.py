"""The last turns of an actor: a small ring that costs a few appends a turn. Names are looked up when somebody asks."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from messages.delivery import Deliver
from messages.trace import TracedTurn

MOST_TURNS = 1000
"""Turns that an actor remembers."""

MOST_SENT = 20
"""Messages of one turn that are remembered; a prober with a new index sends hundreds."""


LOOP = "the private loop"


_Turn = tuple[float, str, Any, float, list[tuple[str, Any]]]
"""When it began, what was handled, who sent it, how long it took, and what it sent to which address."""


class TraceRing:
    """Of one actor. A turn begins, sends, and ends; turns do not nest. What coroutines send between turns is kept as a
    turn of the private loop. `clock` is the wall clock, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._turns: deque[_Turn] = deque(maxlen=MOST_TURNS)
        self._sent: list[tuple[str, Any]] = []
        self._began = 0.0

    def begin(self) -> None:
        """A turn begins."""
        self.between()
        self._began = self._clock()

    def sends(self, message: Any, address: Any) -> None:
        """It sends a message."""
        if len(self._sent) < MOST_SENT:
            self._sent.append((kind_of(message), address))

    def end(self, what: str, sender: Any) -> None:
        """It ends. `sender` is None for a call of the actor's own."""
        self._turns.append((self._began, what, sender, max(0.0, self._clock() - self._began), self._sent))
        self._sent = []

    def between(self) -> None:
        """No turn goes on: keep what was sent without one."""
        if self._sent:
            self._turns.append((self._clock(), LOOP, None, 0.0, self._sent))
            self._sent = []

    def newest(self, limit: int, actor: str, name_of: Callable[[Any], str]) -> tuple[TracedTurn, ...]:
        """The last turns, oldest first."""
        turns = list(self._turns)[-limit:] if limit > 0 else []
        return tuple(
            TracedTurn(
                actor=actor,
                at=datetime.fromtimestamp(began, UTC),
                what=what,
                sender="" if sender is None else name_of(sender),
                seconds=round(seconds, 6),
                sent=tuple((kind, name_of(address)) for kind, address in sent),
            )
            for began, what, sender, seconds, sent in turns
        )


def kind_of(message: Any) -> str:
    """Its class; of a durable event that of the event."""
    return type(message.event if isinstance(message, Deliver) else message).__name__

"""What happened between the actors, in one list. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from messages.trace import TracedTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Turns of all actors, oldest first; `unheard` are those that did not answer."""

    turns: tuple[TracedTurn, ...]
    unheard: tuple[str, ...]


def merged_trace(turns: Iterable[Iterable[TracedTurn]], unheard: tuple[str, ...], limit: int) -> Trace:
    """The newest `limit` turns of all actors together."""
    every = sorted((turn for each in turns for turn in each), key=lambda turn: (turn.at, turn.actor))
    return Trace(turns=tuple(every[-limit:] if limit > 0 else ()), unheard=unheard)

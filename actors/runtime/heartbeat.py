"""Heartbeats: who was asked for a sign, and how long it has given none. Pure.

Silence is measured in the asker's own ticks: one that was itself stopped, or slept with its machine, has heard nothing
from anybody meanwhile, and that counts for at most two ticks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

TICKS_PER_LIMIT = 12
"""In which a silence reaches its limit, at least six of them in a process that runs."""


ASKS_PER_LIMIT = 3
"""How often an open question is asked within the limit. Not at each tick: see health's `_ask_everybody`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Of one actor: whether a question to it is open, and for how many seconds."""

    asked: bool = False
    silent: float = 0.0


def interval(limit: float) -> float:
    """Seconds between two ticks."""
    return limit / TICKS_PER_LIMIT


def after_tick(beats: Mapping[str, Beat], elapsed: float, limit: float) -> dict[str, Beat]:
    """A tick, `elapsed` seconds after the one before: open questions are older by that, or by at most two ticks."""
    counted = min(elapsed, 2 * interval(limit))
    return {
        name: replace(beat, silent=beat.silent + counted) if beat.asked else Beat(asked=True)
        for name, beat in beats.items()
    }


def to_ask(before: Mapping[str, Beat], after: Mapping[str, Beat], limit: float) -> tuple[str, ...]:
    """Who is to be asked after a tick: those without an open question, and now and then the others again, lest one that
    got lost be taken for silence."""
    between = limit / ASKS_PER_LIMIT
    return tuple(
        name
        for name, beat in after.items()
        if not before[name].asked or beat.silent // between > before[name].silent // between
    )


def hung(beats: Mapping[str, Beat], limit: float) -> str | None:
    """Who has been silent for longest, if that is too long. One at a time: it may be what the others wait for."""
    worst = max(beats, key=lambda name: beats[name].silent, default=None)
    return worst if worst is not None and beats[worst].silent >= limit else None


def reset_silence(beats: Mapping[str, Beat]) -> dict[str, Beat]:
    """Everybody's silence is counted from zero: the actor they may have waited for has been killed."""
    return {name: replace(beat, silent=0.0) for name, beat in beats.items()}

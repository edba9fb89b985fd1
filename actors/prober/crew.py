"""The prober's worker and the batch that it has: hired, given work, missed, replaced."""

import math
from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from thespian.actors import ActorAddress, ActorExitRequest

from actors.prober import names
from actors.prober.worker import ProbeWorker
from actors.runtime.actor import CallboardActor
from messages.probing import BeginProbing, DraftName, ProbeBatch

WORKER = "probe-worker"

BATCH_GRACE = 5.0
"""Seconds beyond what a batch can take before it counts as lost."""

HIRE_AGAIN = 0.1
HIRE_AGAIN_LIMIT = 10.0
"""Seconds before a lost worker is replaced, doubled each time one is lost without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The batch that the worker has; `limit` is the timer after which it counts as lost."""

    generation: int
    names: tuple[DraftName, ...]
    at: datetime
    limit: TimerHandle


class Crew:
    """Owned by the prober. `free()` is called when a worker has come to whom a batch can be given, `lost(batch)` for
    each batch of which no answer will come. What a worker says of a batch that was lost is known by its generation."""

    def __init__(self, actor: CallboardActor, free: Callable[[], None], lost: Callable[[Given], None]) -> None:
        self._actor = actor
        self._free = free
        self._lost = lost
        self._command: BeginProbing | None = None
        self._worker: ActorAddress | None = None
        self._given: Given | None = None
        self._generation = 0
        self._losses = 0
        self._left = False

    @property
    def is_free(self) -> bool:
        """Whether a batch can be given."""
        return self._worker is not None and self._given is None and not self._left

    def begin(self, command: BeginProbing) -> None:
        """Hire the worker, who is to ask like this."""
        self._command = command
        self._hire()

    def give(self, asked_for: tuple[DraftName, ...], spread: float, now: datetime) -> None:
        """Let the worker ask for these names, the starts spread over `spread` seconds. Only when `is_free`."""
        assert self._command is not None, "the crew has not begun"
        self._generation += 1
        rounds = math.ceil(len(asked_for) / self._command.concurrency) + 5  # four canaries, and a slow start
        seconds = spread + rounds * self._command.deadline + BATCH_GRACE
        limit = self._actor.after(seconds, self._missed)
        self._given = Given(generation=self._generation, names=asked_for, at=now, limit=limit)
        canary = names.canary(self._generation)
        batch = ProbeBatch(generation=self._generation, names=asked_for, canary=canary, spread=spread)
        self._actor.send(self._worker, batch)

    def answered(self, generation: int) -> Given | None:
        """The batch that is over with its answers; None for answers that come too late."""
        given = self._given
        if given is None or generation != given.generation:
            return None
        self._losses = 0
        self._forget()
        return given

    def recall(self) -> None:
        """The batch on its way is of no use any more."""
        if (given := self._given) is not None:
            self._forget()
            self._lost(given)

    def ended(self, address: ActorAddress) -> None:
        """A child of the prober has ended: if it was the worker, hire another."""
        if address == self._worker:
            self._replace("the probe worker ended")

    def leave(self) -> None:
        """Take the batch back, and let the worker go. No other is hired."""
        self._left = True
        self.recall()
        self._dismiss()

    def close(self) -> None:
        """The worker goes with its parent: its end is no loss."""
        self._left = True
        self._worker = None

    def _hire(self) -> None:
        self._worker = self._actor.hire(ProbeWorker, WORKER)
        self._actor.send(self._worker, self._command)
        self._free()

    def _missed(self) -> None:
        self._dismiss()
        self._replace("the probe worker did not answer in time")

    def _dismiss(self) -> None:
        if self._worker is not None:
            self._actor.send(self._worker, ActorExitRequest())
            self._worker = None

    def _replace(self, why: str) -> None:
        self._worker = None
        self.recall()
        self._actor.count("workers_lost")
        self._actor.trouble(why)
        if self._left:
            return
        pause = min(HIRE_AGAIN * 2.0 ** min(self._losses, 10), HIRE_AGAIN_LIMIT)
        self._losses += 1
        self._actor.log.warning("%s; another one is hired in %.1f s", why, pause)
        self._actor.after(pause, self._hire)

    def _forget(self) -> None:
        if self._given is not None:
            self._given.limit.cancel()
            self._given = None

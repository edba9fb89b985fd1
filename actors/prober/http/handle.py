"""The prober's worker and the batch that it has: hired, given work, missed, replaced."""

import math
from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from thespian.actors import ActorAddress

from actors.prober.frontmatter.child import LIMIT
from actors.prober.http.actor import ProbeWorker
from actors.prober.http.connectivity import WITNESS_LIMIT
from actors.prober.model import names
from actors.prober.model.batch import Portion
from actors.runtime.actor import CallboardActor
from messages.probing import BeginProbing, DropBatch, ProbeBatch, ReadFiles, ReadRobots

WORKER = "probe-worker"

BATCH_GRACE = 5.0
"""Seconds beyond what a batch can take before it counts as lost."""

HIRE_AGAIN = 0.1
HIRE_AGAIN_LIMIT = 10.0
"""Seconds before a lost worker is replaced, doubled each time one is lost without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The batch that the worker has, an empty one while it reads robots.txt; `limit` is the timer after which it counts
    as lost."""

    generation: int
    portion: Portion
    at: datetime
    limit: TimerHandle


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The last worker, on its way out; `gone` is to be called when it has left."""

    worker: ActorAddress
    gone: Callable[[], None]


class Crew:
    """Owned by the prober. `free()` is called when a worker has come to whom a batch can be given, `lost(portion)` for
    the work of each batch of which no answer will come. What a worker says of a batch that was lost is known by its
    generation."""

    def __init__(self, actor: CallboardActor, free: Callable[[], None], lost: Callable[[Portion], None]) -> None:
        self._actor = actor
        self._free = free
        self._lost = lost
        self._command: BeginProbing | None = None
        self._worker: ActorAddress | None = None
        self._given: Given | None = None
        self._generation = 0
        self._losses = 0
        self._left = False
        self._leaving: Leaving | None = None

    @property
    def is_free(self) -> bool:
        """Whether a batch can be given."""
        return self._worker is not None and self._given is None and not self._left

    def begin(self, command: BeginProbing) -> None:
        """Hire the worker, who is to ask like this."""
        self._command = command
        self._hire()

    def give(self, portion: Portion, spread: float, now: datetime) -> None:
        """Let the worker ask for these names, the starts spread over `spread` seconds, or read these files. Only when
        `is_free`."""
        if portion.reads:
            self._read(portion, now)
            return
        rounds = math.ceil(len(portion.names) / self._told.concurrency) + 5  # four canaries, and a slow start
        generation = self._expect(portion, spread + rounds * self._told.deadline, now)
        batch = ProbeBatch(
            generation=generation,
            names=portion.names,
            canary=names.canary(generation),
            spread=spread,
            validators=portion.validators,
        )
        self._actor.send(self._worker, batch)

    def read_robots(self, now: datetime) -> None:
        """Let the worker read robots.txt. Only when `is_free`."""
        self._actor.send(self._worker, ReadRobots(generation=self._expect(Portion(), self._told.deadline, now)))

    def _read(self, portion: Portion, now: datetime) -> None:
        """Let the worker read files, which come one after the other at the worst."""
        generation = self._expect(portion, len(portion.reads) * (self._told.deadline + LIMIT), now)
        self._actor.send(self._worker, ReadFiles(generation=generation, names=portion.reads))

    def answered(self, generation: int) -> Given | None:
        """The batch that is over with its answers; None for answers that come too late."""
        given = self._given
        if given is None or generation != given.generation:
            return None
        self._losses = 0
        self._forget()
        return given

    def recall(self) -> None:
        """The batch on its way is of no use any more: the worker is to stop."""
        if (given := self._given) is not None:
            self._forget()
            self._lost(given.portion)
            if self._worker is not None:
                self._actor.send(self._worker, DropBatch())

    def ended(self, address: ActorAddress) -> None:
        """A child of the prober has ended: if it was the worker, hire another."""
        if address == self._worker:
            self._replace("the probe worker ended")
        elif self._leaving is not None and address == self._leaving.worker:
            self._leaving.gone()

    def leave(self, gone: Callable[[], None]) -> None:
        """Take the batch back, and let the worker go; `gone()` is called when it has: nothing is asked any more. No
        other is hired."""
        self._left = True
        self.recall()
        if self._worker is None:
            gone()
        else:
            self._leaving = Leaving(worker=self._worker, gone=gone)
            self._dismiss()

    def close(self) -> None:
        """The worker goes with its parent: its end is no loss."""
        self._left = True
        self._worker = None

    @property
    def _told(self) -> BeginProbing:
        assert self._command is not None, "the crew has not begun"
        return self._command

    def _expect(self, portion: Portion, seconds: float, now: datetime) -> int:
        self._generation += 1
        limit = self._actor.after(seconds + WITNESS_LIMIT + BATCH_GRACE, self._missed)
        self._given = Given(generation=self._generation, portion=portion, at=now, limit=limit)
        return self._generation

    def _hire(self) -> None:
        self._worker = self._actor.hire(ProbeWorker, WORKER)
        self._actor.send(self._worker, self._told)
        self._free()

    def _missed(self) -> None:
        self._dismiss()
        self._replace("the probe worker did not answer in time")

    def _dismiss(self) -> None:
        if self._worker is not None:
            self._actor.dismiss(self._worker)
            self._worker = None

    def _replace(self, why: str) -> None:
        self._worker = None
        self.recall()
        self._actor.count("workers_lost")
        self._actor.record_error(why)
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

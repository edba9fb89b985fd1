"""The prober's worker and its current batch: the worker is started, given work, missed and replaced."""

import math
from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from thespian.actors import ActorAddress

from actors.prober.frontmatter.child.reader import LIMIT
from actors.prober.http.actor import ProbeWorker
from actors.prober.http.connectivity import CONNECT_LIMIT_SECONDS
from actors.prober.model import names
from actors.prober.model.batch import Batch
from actors.runtime.actor import CallboardActor
from messages.probing import BeginProbing, DropBatch, ProbeBatch, ReadFiles, ReadRobots

WORKER = "probe-worker"

BATCH_GRACE_SECONDS = 5.0
"""A batch counts as lost this long after the longest time it can take."""

REPLACE_WORKER_SECONDS = 0.1
REPLACE_WORKER_LIMIT_SECONDS = 10.0
"""Pause before a lost worker is replaced, doubled for each worker in a row that is lost without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlightBatch:
    """The batch that the worker is working on, an empty one while it reads robots.txt. After the timer `limit` it
    counts as lost."""

    generation: int
    batch: Batch
    at: datetime
    limit: TimerHandle


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingWorker:
    """The last worker while it leaves; `gone` is called when it has left."""

    worker: ActorAddress
    gone: Callable[[], None]


class WorkerHandle:
    """Owned by the prober. `free()` is called when a new worker can take a batch, `lost(batch)` for each batch that
    will get no answer. A late reply to a lost batch is recognized by its generation."""

    def __init__(self, actor: CallboardActor, free: Callable[[], None], lost: Callable[[Batch], None]) -> None:
        self._actor = actor
        self._free = free
        self._lost = lost
        self._command: BeginProbing | None = None
        self._worker: ActorAddress | None = None
        self._in_flight: InFlightBatch | None = None
        self._generation = 0
        self._losses = 0
        self._left = False
        self._leaving: LeavingWorker | None = None

    @property
    def is_free(self) -> bool:
        """Whether the worker can take a batch."""
        return self._worker is not None and self._in_flight is None and not self._left

    def begin(self, command: BeginProbing) -> None:
        """Start the worker with these settings."""
        self._command = command
        self._hire()

    def give(self, batch: Batch, spread: float, now: datetime) -> None:
        """Let the worker probe these names, spread over `spread` seconds, or read these files. Only if `is_free`."""
        if batch.files_to_read:
            self._read(batch, now)
            return
        rounds = math.ceil(len(batch.names) / self._settings.concurrency) + 5  # four canaries, and a slow start
        generation = self._expect(batch, spread + rounds * self._settings.deadline, now)
        order = ProbeBatch(
            generation=generation,
            names=batch.names,
            canary=names.canary(generation),
            spread=spread,
            validators=batch.validators,
        )
        self._actor.send(self._worker, order)

    def read_robots(self, now: datetime) -> None:
        """Let the worker read robots.txt. Only if `is_free`."""
        self._actor.send(self._worker, ReadRobots(generation=self._expect(Batch(), self._settings.deadline, now)))

    def _read(self, batch: Batch, now: datetime) -> None:
        """Let the worker read files; in the worst case they come one after the other."""
        generation = self._expect(batch, len(batch.files_to_read) * (self._settings.deadline + LIMIT), now)
        self._actor.send(self._worker, ReadFiles(generation=generation, names=batch.files_to_read))

    def answered(self, generation: int) -> InFlightBatch | None:
        """The batch that these answers complete; None for late answers."""
        in_flight = self._in_flight
        if in_flight is None or generation != in_flight.generation:
            return None
        self._losses = 0
        self._forget()
        return in_flight

    def recall(self) -> None:
        """Drop the batch on its way: the worker stops."""
        if (in_flight := self._in_flight) is not None:
            self._forget()
            self._lost(in_flight.batch)
            if self._worker is not None:
                self._actor.send(self._worker, DropBatch())

    def ended(self, address: ActorAddress) -> None:
        """A child of the prober has ended: replace it if it was the worker."""
        if address == self._worker:
            self._replace("the probe worker ended")
        elif self._leaving is not None and address == self._leaving.worker:
            self._leaving.gone()

    def leave(self, gone: Callable[[], None]) -> None:
        """Take the batch back and let the worker leave. `gone()` is called when it has left and nothing is sent any
        more. It is not replaced."""
        self._left = True
        self.recall()
        if self._worker is None:
            gone()
        else:
            self._leaving = LeavingWorker(worker=self._worker, gone=gone)
            self._dismiss()

    def close(self) -> None:
        """The worker ends with its parent, which is no loss."""
        self._left = True
        self._worker = None

    @property
    def _settings(self) -> BeginProbing:
        assert self._command is not None, "the worker has not been started"
        return self._command

    def _expect(self, batch: Batch, seconds: float, now: datetime) -> int:
        self._generation += 1
        limit = self._actor.after(seconds + CONNECT_LIMIT_SECONDS + BATCH_GRACE_SECONDS, self._missed)
        self._in_flight = InFlightBatch(generation=self._generation, batch=batch, at=now, limit=limit)
        return self._generation

    def _hire(self) -> None:
        self._worker = self._actor.hire(ProbeWorker, WORKER)
        self._actor.send(self._worker, self._settings)
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
        pause = min(REPLACE_WORKER_SECONDS * 2.0 ** min(self._losses, 10), REPLACE_WORKER_LIMIT_SECONDS)
        self._losses += 1
        self._actor.log.warning("%s; a new one starts in %.1f s", why, pause)
        self._actor.after(pause, self._hire)

    def _forget(self) -> None:
        if self._in_flight is not None:
            self._in_flight.limit.cancel()
            self._in_flight = None

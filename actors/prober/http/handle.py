"""The prober's worker and its current batch: the worker is started, given work, missed and replaced."""

import math
from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from thespian.actors import ActorAddress

from actors.prober.frontmatter.child.reader import LIMIT
from actors.prober.http.actor import MAX_PARALLEL_FETCHES, ProbeWorker
from actors.prober.model import names
from actors.prober.model.batch import Batch
from actors.runtime.actor import CallboardActor
from actors.runtime.http.connectivity import CONNECT_LIMIT_SECONDS
from messages.probing import BeginProbing, DraftName, DropBatch, ProbeBatch, ReadFiles, ReadRobots

WORKER = "probe-worker"

BATCH_GRACE_SECONDS = 5.0
"""A batch counts as lost this long after the longest time it can take."""

REPLACE_WORKER_SECONDS = 0.1
REPLACE_WORKER_LIMIT_SECONDS = 10.0
"""Pause before a lost worker is replaced, doubled for each worker in a row that is lost without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlightBatch:
    """A batch that the worker is working on, an empty one while it reads robots.txt. After the timer `limit` it counts
    as lost."""

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
    """Owned by the prober. The worker probes one batch at a time, and fetches some files beside it. `free()` is called
    when a new worker can take a batch, `lost(batch)` for each batch that will get no answer. A late reply to a lost
    batch is recognized by its generation."""

    def __init__(self, actor: CallboardActor, free: Callable[[], None], lost: Callable[[Batch], None]) -> None:
        self._actor = actor
        self._free = free
        self._lost = lost
        self._command: BeginProbing | None = None
        self._worker: ActorAddress | None = None
        self._in_flight: InFlightBatch | None = None
        self._fetches: dict[int, InFlightBatch] = {}
        self._generation = 0
        self._losses = 0
        self._left = False
        self._leaving: LeavingWorker | None = None

    @property
    def is_free(self) -> bool:
        """Whether the worker can take a batch of names."""
        return self._worker is not None and self._in_flight is None and not self._left

    @property
    def free_fetches(self) -> int:
        """How many files the worker can fetch beside what it does."""
        is_here = self._worker is not None and not self._left
        return MAX_PARALLEL_FETCHES - len(self._fetches) if is_here else 0

    def begin(self, command: BeginProbing) -> None:
        """Start the worker with these settings."""
        self._command = command
        self._hire()

    def give(self, batch: Batch, spread: float, now: datetime) -> None:
        """Let the worker probe these names, spread over `spread` seconds. Only if `is_free`."""
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

    def read(self, file: DraftName, now: datetime) -> None:
        """Let the worker read a file; others may have to be parsed before it. Only if there are `free_fetches`."""
        seconds = self._settings.deadline + MAX_PARALLEL_FETCHES * LIMIT
        fetch = self._begun(Batch(files_to_read=(file,)), seconds, now)
        self._fetches[fetch.generation] = fetch
        self._actor.send(self._worker, ReadFiles(generation=fetch.generation, names=(file,)))

    def answered(self, generation: int) -> InFlightBatch | None:
        """The batch that these answers complete; None for late answers."""
        in_flight = self._fetches.pop(generation, None)
        if in_flight is None:
            if self._in_flight is None or generation != self._in_flight.generation:
                return None
            in_flight, self._in_flight = self._in_flight, None
        in_flight.limit.cancel()
        self._losses = 0
        return in_flight

    def recall(self) -> None:
        """Drop everything on its way: the worker stops."""
        dropped = [*self._fetches.values(), *([self._in_flight] if self._in_flight is not None else [])]
        self._fetches, self._in_flight = {}, None
        for in_flight in dropped:
            in_flight.limit.cancel()
            self._lost(in_flight.batch)
        if dropped and self._worker is not None:
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
        self._in_flight = self._begun(batch, seconds, now)
        return self._in_flight.generation

    def _begun(self, batch: Batch, seconds: float, now: datetime) -> InFlightBatch:
        self._generation += 1
        limit = self._actor.after(seconds + CONNECT_LIMIT_SECONDS + BATCH_GRACE_SECONDS, self._missed)
        return InFlightBatch(generation=self._generation, batch=batch, at=now, limit=limit)

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

"""Sends what is due: decides what may be sent now, gives it to the worker, and sees when to look again."""

import random
from asyncio import TimerHandle
from collections.abc import Callable
from datetime import datetime

from actors.prober.http.handle import WorkerHandle
from actors.prober.model.batch import Batch
from actors.prober.operator_probes import OperatorProbes
from actors.prober.politeness import host as hosts
from actors.prober.politeness import rate_limiter
from actors.prober.politeness.host import NextStep
from actors.prober.state import ProberState
from actors.runtime.delivery.durable import DurableActor

CONGESTION_RETRY_SECONDS = 1.0
"""Pause before we check again whether a slow receiver has caught up."""


class Dispatcher:
    """Owned by the prober. `state()` is what it knows now; `chance` spreads the requests."""

    def __init__(
        self,
        actor: DurableActor,
        worker: WorkerHandle,
        operator_probes: OperatorProbes,
        state: Callable[[], ProberState],
    ) -> None:
        self._actor = actor
        self._worker = worker
        self._operator_probes = operator_probes
        self._state = state
        self._timer: TimerHandle | None = None
        self.chance = random.Random()

    def send_next(self) -> None:
        """Send the next batch, or wait until there is one to send."""
        now, state = self._actor.now(), self._state()
        if self._operator_probes.is_waiting and (detail := state.refusal(now.timestamp())) is not None:
            self._operator_probes.refuse_all(detail)
        is_due = self._operator_probes.is_waiting or state.work_queue.next_at() is not None
        can_probe = is_due and self._worker.is_free
        can_read = state.work_queue.next_file_at() is not None and self._worker.free_fetches > 0
        if not (state.is_on and (can_probe or can_read)):
            return
        if self._actor.congested() is not None:
            self.send_later(CONGESTION_RETRY_SECONDS)
            return
        granted = rate_limiter.grant(state.host.rate_limit)
        if (wait := granted.at - now.timestamp()) > 0:
            self.send_later(wait)
            return
        match hosts.next_step(state.host, now.timestamp()):
            case NextStep.READ_ROBOTS if self._worker.is_free:
                self._charge(1, now)
                self._worker.read_robots(now)
            case NextStep.READ_ROBOTS:
                pass  # once the batch on its way is answered
            case NextStep.NOTHING:
                self.send_later(state.host.robots.due_at - now.timestamp())
            case NextStep.PROBE:
                self._send(granted.size, now)

    def _send(self, size: int, now: datetime) -> None:
        """Fetch files, whatever else is on the way: people wait for them. If none is due, send a batch of names."""
        files = self._state().work_queue.take_files(min(size, self._worker.free_fetches), now)
        if files:
            self._charge(len(files), now)
            for file in files:
                self._worker.read(file, now)
            self.send_next()
        elif self._worker.is_free:
            self._send_batch(self._next_batch(size, now), now)
        else:
            self._send_when_due(now)

    def _next_batch(self, size: int, now: datetime) -> Batch:
        requested, work_queue = self._operator_probes.take(), self._state().work_queue
        return work_queue.requested(requested) if requested else work_queue.take(size, now)

    def _send_batch(self, batch: Batch, now: datetime) -> None:
        if batch.size:
            spread = rate_limiter.spread(self._state().host.rate_limit, batch.size)
            self._charge(batch.size, now)
            self._worker.give(batch, spread, now)
        self._send_when_due(now)

    def _send_when_due(self, now: datetime) -> None:
        """Go on when there is something that the worker can take."""
        names_at = self._state().work_queue.next_at() if self._worker.is_free else None
        files_at = self._state().work_queue.next_file_at() if self._worker.free_fetches else None
        if (at := min((at for at in (names_at, files_at) if at is not None), default=None)) is not None:
            self.send_later(at - now.timestamp())

    def _charge(self, requests: int, now: datetime) -> None:
        jitter = self.chance.uniform(0.8, 1.2)
        self._state().host = hosts.started(self._state().host, requests, jitter, now.timestamp())

    def send_later(self, seconds: float) -> None:
        """Look again in so many seconds, whatever was said before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._actor.after(max(seconds, 0.001), self.send_next)

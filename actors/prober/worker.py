"""The ProbeWorker: a child of the prober that asks."""

import time
from asyncio import Task
from typing import Any

from thespian.actors import ActorAddress

from actors.prober.batch import BatchRun
from actors.prober.isocpp import PapersFolder
from actors.runtime.actor import CallboardActor
from messages.probing import PROBE_WORKER_ACCEPTS, BeginProbing, ProbeBatch, ProbeResults


class ProbeWorker(CallboardActor):
    """Owns one HTTP client and at most one batch. Accepts BeginProbing, then ProbeBatch; answers each batch, all of it,
    with ProbeResults. A new batch means that the prober has given up the one before, which is dropped. It holds no
    state worth keeping: when it fails or dies, the prober gives the batch out again.
    """

    ACCEPTS = PROBE_WORKER_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._folder: PapersFolder | None = None
        self._concurrency = 1
        self._batch: Task[Any] | None = None

    def receiveMsg_BeginProbing(self, message: BeginProbing, sender: ActorAddress) -> None:
        """Open the client."""
        self._folder = self.open_folder(message)
        self._concurrency = message.concurrency

    def receiveMsg_ProbeBatch(self, message: ProbeBatch, sender: ActorAddress) -> None:
        """Ask for the names of a batch."""
        if self._folder is None:
            raise RuntimeError("a ProbeBatch came before BeginProbing")
        if self._batch is not None:
            self._batch.cancel()

        def answered(results: ProbeResults) -> None:
            self._batch = None
            self.send(sender, results)

        self._batch = self.run(self._probe(self._folder, message), answered)

    def open_folder(self, begin: BeginProbing) -> PapersFolder:
        """The client of the papers folder."""
        return PapersFolder(begin, self.now)

    def close(self) -> None:
        """Close the client."""
        if self._folder is not None:
            self.finish(self._folder.close())

    async def _probe(self, folder: PapersFolder, batch: ProbeBatch) -> ProbeResults:
        cpu = time.process_time()
        run = BatchRun(folder.head, batch, self._concurrency)
        results = await run.results()
        return ProbeResults(
            generation=batch.generation, results=results, canary=run.canary, cpu=time.process_time() - cpu
        )

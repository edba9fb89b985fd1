"""The ProbeWorker: a child of the prober that sends the requests."""

import asyncio
import time
from asyncio import Task
from dataclasses import replace
from typing import Any

from thespian.actors import ActorAddress

from actors.prober.frontmatter.child import reader
from actors.prober.http.batch import BatchRun
from actors.prober.http.bodies import Body
from actors.prober.http.client import PapersFolder
from actors.prober.http.contents import pretense
from actors.runtime.actor import CallboardActor
from actors.runtime.http.client import network_of_this_process
from actors.runtime.http.connectivity import check_network
from messages.drafts import Extension
from messages.probing import (
    PROBE_WORKER_ACCEPTS,
    BeginProbing,
    Contact,
    DraftName,
    DropBatch,
    FileReading,
    FilesRead,
    Network,
    ProbeBatch,
    ProbeResults,
    ReadFiles,
    ReadRobots,
    RobotsRead,
    Verdict,
)

MAX_PARALLEL_FETCHES = 4
"""The most files that are fetched at the same time."""

MAX_PARALLEL_READERS = 2
"""The most files that are read at the same time: each has a child process."""


class ProbeWorker(CallboardActor):
    """Owns two HTTP clients, one for probing and one for reading, so that a body that comes slowly is in nobody's way.
    Accepts BeginProbing, then ProbeBatch, ReadFiles and ReadRobots, and replies to each once it is complete, with
    ProbeResults, FilesRead or RobotsRead. A new ProbeBatch or ReadRobots means that the prober has given up the
    previous one, which is dropped; files are read beside it and beside each other. DropBatch drops everything. It holds
    no state worth keeping: if it fails or dies, the prober sends the batch again."""

    ACCEPTS = PROBE_WORKER_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._folder: PapersFolder | None = None
        self._bodies: PapersFolder | None = None
        self._readers = asyncio.Semaphore(MAX_PARALLEL_READERS)
        self._readings: dict[int, Task[Any]] = {}
        self._concurrency = 1
        self._connectivity_hosts: tuple[str, ...] = ()
        self._task: Task[Any] | None = None

    def receiveMsg_BeginProbing(self, message: BeginProbing, sender: ActorAddress) -> None:
        """Open the client."""
        self._folder = self.open_folder(message)
        self._bodies = self.open_folder(replace(message, concurrency=MAX_PARALLEL_FETCHES))
        self._concurrency = message.concurrency
        self._connectivity_hosts = message.connectivity_hosts

    def receiveMsg_ProbeBatch(self, message: ProbeBatch, sender: ActorAddress) -> None:
        """Probe the names of a batch."""
        self._begin_task(self._probe(_opened(self._folder), message), sender)

    def receiveMsg_ReadFiles(self, message: ReadFiles, sender: ActorAddress) -> None:
        """Fetch files and read their front matter."""
        generation = message.generation

        def answered(answer: FilesRead) -> None:
            del self._readings[generation]
            self.send(sender, answer)

        self._readings[generation] = self.run(self._read_files(_opened(self._bodies), message), answered)

    def receiveMsg_ReadRobots(self, message: ReadRobots, sender: ActorAddress) -> None:
        """Fetch robots.txt."""
        self._begin_task(self._read_robots(_opened(self._folder), message), sender)

    def receiveMsg_DropBatch(self, message: DropBatch, sender: ActorAddress) -> None:
        """Stop everything."""
        self._drop()
        for task in self._readings.values():
            task.cancel()
        self._readings.clear()

    def open_folder(self, begin: BeginProbing) -> PapersFolder:
        """The client of the papers folder."""
        return PapersFolder(begin, self.now)

    def close(self) -> None:
        """Close the clients."""
        self.finish(*(folder.close() for folder in (self._folder, self._bodies) if folder is not None))

    def _begin_task(self, work: Any, sender: ActorAddress) -> None:
        self._drop()

        def answered(answer: ProbeResults | RobotsRead) -> None:
            self._task = None
            self.send(sender, answer)

        self._task = self.run(work, answered)

    def _drop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _probe(self, folder: PapersFolder, batch: ProbeBatch) -> ProbeResults:
        cpu, requests = time.process_time(), folder.requests
        run = BatchRun(folder.ask, batch, self._concurrency)
        results = await run.results()
        return ProbeResults(
            generation=batch.generation,
            results=results,
            canary=run.canary,
            network=await self._network({result.contact for result in results}),
            requests=folder.requests - requests,
            cpu=time.process_time() - cpu,
        )

    async def _read_files(self, folder: PapersFolder, message: ReadFiles) -> FilesRead:
        requests = folder.requests
        readings = await asyncio.gather(*(self._read_file(folder, name) for name in message.names))
        return FilesRead(
            generation=message.generation,
            readings=tuple(readings),
            network=await self._network({reading.contact for reading in readings}),
            requests=folder.requests - requests,
        )

    async def _read_robots(self, folder: PapersFolder, message: ReadRobots) -> RobotsRead:
        answer = await folder.robots()
        return RobotsRead(
            generation=message.generation,
            status=answer.status,
            text=answer.text,
            retry_after=answer.retry_after,
            network=await self._network({answer.contact}),
            error=answer.error,
        )

    async def _network(self, contacts: set[Contact]) -> Network:
        if contacts != {Contact.UNREACHED}:
            return Network.UP
        return await self.look_for_network()

    async def _read_file(self, folder: PapersFolder, name: DraftName) -> FileReading:
        body = await folder.body(name)
        if body.verdict is Verdict.HIT and (wrong := pretense(body.content, name.extension)):
            body = replace(body, verdict=Verdict.SUSPICIOUS, error=f"status {body.status} with {wrong}")
        read = None
        if body.verdict is Verdict.HIT:
            async with self._readers:
                read = await self.read_body(body, name.extension)
        return FileReading(
            name=name,
            verdict=body.verdict,
            front_matter=read.front_matter if read is not None else None,
            retry_after=body.retry_after,
            contact=body.contact,
            error=body.error or (read.error if read is not None else ""),
            status=body.status,
        )

    async def read_body(self, body: Body, extension: Extension) -> reader.Read:
        """The front matter in a body, by a child process."""
        return await reader.read(body.content, extension, body.content_type)

    async def look_for_network(self) -> Network:
        """Whether our own network is down."""
        return await check_network(self._connectivity_hosts, network_of_this_process())


def _opened(folder: PapersFolder | None) -> PapersFolder:
    if folder is None:
        raise RuntimeError("a command arrived before BeginProbing")
    return folder

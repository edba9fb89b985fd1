"""The ProbeWorker: a child of the prober that sends the requests."""

import asyncio
import time
from asyncio import Task
from typing import Any

from thespian.actors import ActorAddress

from actors.prober.frontmatter.child import reader
from actors.prober.http.batch import BatchRun
from actors.prober.http.client import PapersFolder
from actors.prober.http.connectivity import check_network
from actors.runtime.actor import CallboardActor
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

MAX_PARALLEL_READERS = 2
"""The most files that are read at the same time: each has a child process."""


class ProbeWorker(CallboardActor):
    """Owns one HTTP client and at most one task. Accepts BeginProbing, then ProbeBatch, ReadFiles and ReadRobots, and
    replies to each once it is complete, with ProbeResults, FilesRead or RobotsRead. A new command, or DropBatch, means
    that the prober has given up the previous one, which is dropped. It holds no state worth keeping: if it fails or
    dies, the prober sends the batch again."""

    ACCEPTS = PROBE_WORKER_ACCEPTS

    def __init__(self) -> None:
        super().__init__()
        self._folder: PapersFolder | None = None
        self._concurrency = 1
        self._connectivity_hosts: tuple[str, ...] = ()
        self._task: Task[Any] | None = None

    def receiveMsg_BeginProbing(self, message: BeginProbing, sender: ActorAddress) -> None:
        """Open the client."""
        self._folder = self.open_folder(message)
        self._concurrency = message.concurrency
        self._connectivity_hosts = message.connectivity_hosts

    def receiveMsg_ProbeBatch(self, message: ProbeBatch, sender: ActorAddress) -> None:
        """Probe the names of a batch."""
        self._begin_task(self._probe(self._opened, message), sender)

    def receiveMsg_ReadFiles(self, message: ReadFiles, sender: ActorAddress) -> None:
        """Fetch files and read their front matter."""
        self._begin_task(self._read_files(self._opened, message), sender)

    def receiveMsg_ReadRobots(self, message: ReadRobots, sender: ActorAddress) -> None:
        """Fetch robots.txt."""
        self._begin_task(self._read_robots(self._opened, message), sender)

    def receiveMsg_DropBatch(self, message: DropBatch, sender: ActorAddress) -> None:
        """Stop the current task."""
        self._drop()

    def open_folder(self, begin: BeginProbing) -> PapersFolder:
        """The client of the papers folder."""
        return PapersFolder(begin, self.now)

    def close(self) -> None:
        """Close the client."""
        if self._folder is not None:
            self.finish(self._folder.close())

    @property
    def _opened(self) -> PapersFolder:
        if self._folder is None:
            raise RuntimeError("a command arrived before BeginProbing")
        return self._folder

    def _begin_task(self, work: Any, sender: ActorAddress) -> None:
        self._drop()

        def answered(answer: ProbeResults | FilesRead | RobotsRead) -> None:
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
        requests, places = folder.requests, asyncio.Semaphore(MAX_PARALLEL_READERS)

        async def in_turn(name: DraftName) -> FileReading:
            async with places:
                return await _read_file(folder, name)

        readings = await asyncio.gather(*map(in_turn, message.names))
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

    async def look_for_network(self) -> Network:
        """Whether our own network is down."""
        return await check_network(self._connectivity_hosts)


async def _read_file(folder: PapersFolder, name: DraftName) -> FileReading:
    body = await folder.body(name)
    is_there = body.verdict is Verdict.HIT
    read = await reader.read(body.content, name.extension, body.content_type) if is_there else None
    return FileReading(
        name=name,
        verdict=body.verdict,
        front_matter=read.front_matter if read is not None else None,
        retry_after=body.retry_after,
        contact=body.contact,
        error=body.error or (read.error if read is not None else ""),
    )

"""A program of ours in a child process, which does for an actor what would take too long on its turn.

What it is given and what it answers lie in memory files (memfd_create(2)), so nothing is pumped through pipes, and the
end is told by a descriptor (pidfd_open(2)) on the private loop: no thread, no signal handler. The child is a new
program, not a fork of the actor.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from actors.runtime.os.linux import interrupts_kept_out


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramEnd:
    """What a child has left on its standard output and its standard error, cut off where it was too much; its exit
    code, negative for a signal."""

    answer: bytes
    complaint: bytes
    code: int


async def run_program(
    words: Sequence[str],
    given: bytes,
    limit: float,
    *,
    environment: Mapping[str, str],
    folder: Path,
    most_answer: int,
    most_complaint: int,
) -> ProgramEnd:
    """Run `python WORDS` in a folder until it ends. Raises TimeoutError after `limit` seconds. No child is left when
    this returns, raises or is cancelled."""
    with ExitStack() as stack:
        descriptors = [_memory_file(stack, name) for name in ("body", "answer", "complaint")]
        _write(descriptors[0], given)
        child = _start(words, descriptors, environment, folder)
        stack.callback(_end, child)
        async with asyncio.timeout(limit):
            await _ended(child.pid, stack)
        return ProgramEnd(
            answer=os.pread(descriptors[1], most_answer, 0),
            complaint=os.pread(descriptors[2], most_complaint, 0),
            code=child.wait(),
        )


def _memory_file(stack: ExitStack, name: str) -> int:
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    stack.callback(os.close, descriptor)
    return descriptor


def _write(descriptor: int, body: bytes) -> None:
    view = memoryview(body)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)


def _start(
    words: Sequence[str], descriptors: Sequence[int], environment: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    given, answer, complaint = descriptors
    with interrupts_kept_out():
        return subprocess.Popen(
            [sys.executable, *words], stdin=given, stdout=answer, stderr=complaint, cwd=folder, env=dict(environment)
        )


async def _ended(pid: int, stack: ExitStack) -> None:
    loop = asyncio.get_running_loop()
    watch = os.pidfd_open(pid)
    stack.callback(os.close, watch)
    over = loop.create_future()
    loop.add_reader(watch, lambda: None if over.done() else over.set_result(None))
    try:
        await over
    finally:
        loop.remove_reader(watch)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
        child.wait()

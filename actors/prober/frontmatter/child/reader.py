"""The child process that reads a body, seen from the actor that owns it.

Body and answer lie in memory files (memfd_create(2)), so nothing is pumped through pipes, and the end is told by a
descriptor (pidfd_open(2)) on the private loop: no thread, no signal handler. The child is a new program, not a fork of
the actor.
"""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from messages.drafts import Extension, FrontMatter

LIMIT = 15.0
"""Seconds after which a child is killed: what it may compute (5 s) on a machine that has others to serve."""

MOST_ANSWER = 64 * 1024
MOST_COMPLAINT = 300

_ROOT = Path(__file__).resolve().parents[__name__.count(".")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """`front_matter` is None when it could not be read; `error` says why."""

    front_matter: FrontMatter | None
    error: str


async def read(body: bytes, extension: Extension, content_type: str, limit: float = LIMIT) -> Read:
    """What a body says of itself. The child is gone when this returns, raises or is cancelled."""
    with ExitStack() as stack:
        given, answer, complaint = (_memory_file(stack, name) for name in ("body", "answer", "complaint"))
        _write(given, body)
        child = _start(extension, content_type, given, answer, complaint)
        stack.callback(_end, child)
        try:
            async with asyncio.timeout(limit):
                await _ended(child.pid, stack)
        except TimeoutError:
            return Read(front_matter=None, error=f"it took more than {limit:g} s to read")
        return _judged(os.pread(answer, MOST_ANSWER, 0), os.pread(complaint, MOST_COMPLAINT, 0), child.wait())


def _memory_file(stack: ExitStack, name: str) -> int:
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    stack.callback(os.close, descriptor)
    return descriptor


def _write(descriptor: int, body: bytes) -> None:
    view = memoryview(body)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)


def _start(extension: Extension, content_type: str, given: int, answer: int, complaint: int) -> subprocess.Popen[bytes]:
    plain = "".join(letter for letter in content_type[:200] if letter.isprintable() and letter.isascii())
    return subprocess.Popen(
        [sys.executable, "-m", "actors.prober.frontmatter", extension.value, plain, str(os.getpid())],
        stdin=given,
        stdout=answer,
        stderr=complaint,
        cwd=_ROOT,
        env={},
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


def _judged(answer: bytes, complaint: bytes, code: int) -> Read:
    if code == 0:
        try:
            return Read(front_matter=msgspec.json.decode(answer, type=FrontMatter), error="")
        except msgspec.DecodeError as error:
            return Read(front_matter=None, error=f"its reader gave no answer that can be read: {error}")
    if code < 0:
        return Read(front_matter=None, error=f"its reader was ended by {signal.Signals(-code).name}")
    return Read(
        front_matter=None, error=complaint.decode("utf-8", "replace").rpartition("\n")[2][:200] or f"exit {code}"
    )

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
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from actors.prober.frontmatter.child import REFUSED
from actors.prober.frontmatter.text.page import Part
from messages.drafts import Extension, FrontMatter

WHOLE_LIMIT, BEGINNING_LIMIT = 15.0, 5.0
"""Seconds after which a child is killed: what it may compute (5 s, and 1 s for a beginning) on a machine that has
others to serve."""

LIMIT = WHOLE_LIMIT + BEGINNING_LIMIT
"""Seconds that a body takes at most."""

MOST_ANSWER = 64 * 1024
MOST_COMPLAINT = 300

_ROOT = Path(__file__).resolve().parents[__name__.count(".")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """`front_matter` is None when nothing could be read; `error` says why, or why only the beginning was."""

    front_matter: FrontMatter | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What a child has left; `is_hopeless` where its document cannot be read at all."""

    front_matter: FrontMatter | None = None
    error: str = ""
    is_hopeless: bool = False


async def read(body: bytes, extension: Extension, content_type: str, limit: float = WHOLE_LIMIT) -> Read:
    """What a body says of itself. Where something further down breaks the child, or takes it too much time or memory,
    the beginning is read alone. No child is left when this returns, raises or is cancelled."""
    whole = await _attempt(body, extension, content_type, Part.WHOLE, limit)
    if whole.front_matter is not None or whole.is_hopeless:
        return Read(front_matter=whole.front_matter, error=whole.error)
    begin = (await _attempt(body, extension, content_type, Part.BEGINNING, min(limit, BEGINNING_LIMIT))).front_matter
    if begin is None or not (begin.title or begin.authors or begin.text):
        return Read(front_matter=None, error=whole.error)
    return Read(front_matter=begin, error=f"only its beginning could be read: {whole.error}")


async def _attempt(body: bytes, extension: Extension, content_type: str, part: Part, limit: float) -> _Attempt:
    with ExitStack() as stack:
        given, answer, complaint = (_memory_file(stack, name) for name in ("body", "answer", "complaint"))
        _write(given, body)
        child = _start((extension.value, _plain(content_type), str(os.getpid()), part.value), given, answer, complaint)
        stack.callback(_end, child)
        try:
            async with asyncio.timeout(limit):
                await _ended(child.pid, stack)
        except TimeoutError:
            return _Attempt(error=f"it took more than {limit:g} s to read")
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


def _plain(content_type: str) -> str:
    return "".join(letter for letter in content_type[:200] if letter.isprintable() and letter.isascii())


def _start(arguments: Sequence[str], given: int, answer: int, complaint: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "actors.prober.frontmatter", *arguments],
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


def _judged(answer: bytes, complaint: bytes, code: int) -> _Attempt:
    if code == 0:
        try:
            return _Attempt(front_matter=msgspec.json.decode(answer, type=FrontMatter))
        except msgspec.DecodeError as error:
            return _Attempt(error=f"its reader gave no answer that can be read: {error}")
    if code < 0:
        return _Attempt(error=f"its reader was ended by {signal.Signals(-code).name}")
    said = complaint.decode("utf-8", "replace").rpartition("\n")[2][:200] or f"exit {code}"
    return _Attempt(error=said, is_hopeless=code == REFUSED)

"""What writes to a terminal or pipe neither waits for its reader nor fails, and says what was lost."""

import fcntl
import os
import pty
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from actors.runtime.output.streams import QUEUE_BYTES, ServiceStream, offer

ROOT = Path(__file__).parents[4]
LINE = "x" * 99 + "\n"
MANY = 2 * QUEUE_BYTES // len(LINE)
SAID = re.compile(r"^\S+Z WARNING output: ([\d,]+) lines were dropped here: nobody read them$", re.MULTILINE)


def _pipe() -> tuple[int, int]:
    return os.pipe()


def _terminal() -> tuple[int, int]:
    return pty.openpty()


def _socket() -> tuple[int, int]:
    near, far = socket.socketpair()
    return near.detach(), far.detach()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


Ends = Callable[[], tuple[int, int]]
KINDS = [
    pytest.param(_pipe, "/proc/self/fd", id="pipe"),
    pytest.param(_pipe, "/nowhere", id="pipe of another user"),
    pytest.param(_terminal, "/proc/self/fd", id="terminal"),
    pytest.param(_terminal, "/nowhere", id="terminal of another user"),
    pytest.param(_socket, "/proc/self/fd", id="socket"),
]


def _opened(stack: ExitStack, ends: Ends, descriptors: str = "/proc/self/fd") -> tuple[int, int, ServiceStream]:
    reading, writing = ends()
    stack.callback(os.close, writing)
    stack.callback(lambda: _close(reading))
    return reading, writing, ServiceStream(writing, "utf-8", descriptors)


def _close(descriptor: int) -> None:
    with suppress(OSError):  # a test may have closed it
        os.close(descriptor)


def _read_all(reading: int, stream: ServiceStream) -> str:
    """What a reader gets who is back: all that was kept, while the stream gets its turns."""
    os.set_blocking(reading, False)
    got, deadline = b"", time.monotonic() + 60
    while time.monotonic() < deadline:
        over = stream.push()
        try:
            got += os.read(reading, 65536)
        except BlockingIOError:
            if over:
                return got.decode().replace("\r\n", "\n")
    raise AssertionError(f"{len(got)} bytes after 60 s: {stream.problem}")


@pytest.mark.parametrize(("ends", "descriptors"), KINDS)
def test_a_reader_that_pauses_is_not_waited_for_and_reads_on_where_it_stopped(
    stack: ExitStack, ends: Ends, descriptors: str
) -> None:
    reading, writing, stream = _opened(stack, ends, descriptors)
    began = time.monotonic()
    for number in range(MANY):
        stream.write(f"{number:05} {LINE}")
    assert time.monotonic() - began < 60
    assert not fcntl.fcntl(writing, fcntl.F_GETFL) & os.O_NONBLOCK, "others write there too"
    assert stream.problem == "it is not being read"
    dropped = stream.take_dropped()
    assert MANY / 4 < dropped < MANY
    assert stream.take_dropped() == 0
    text = _read_all(reading, stream)
    (said,) = SAID.findall(text)
    assert int(said.replace(",", "")) == dropped
    kept = [line[:5] for line in text.splitlines() if line.endswith("x")]
    assert kept == [f"{number:05}" for number in range(MANY - dropped)]
    stream.write("again\n")
    assert _read_all(reading, stream) == "again\n"


@pytest.mark.parametrize(("ends", "descriptors"), KINDS)
def test_a_reader_that_has_left_ends_nothing(stack: ExitStack, ends: Ends, descriptors: str) -> None:
    reading, _, stream = _opened(stack, ends, descriptors)
    os.close(reading)
    for _ in range(MANY):
        stream.write(LINE)
    stream.flush()
    assert stream.problem
    assert stream.take_dropped() > MANY / 4
    assert offer(stream, "kept elsewhere\n") == stream.problem


def test_a_full_disk_and_a_closed_descriptor_end_nothing_and_say_why() -> None:
    for name, flags, why in (("/dev/full", os.O_WRONLY, "No space"), (os.devnull, os.O_RDONLY, "Bad file descriptor")):
        descriptor = os.open(name, flags)
        stream = ServiceStream(descriptor, "utf-8")
        print("a banner", file=stream, flush=True)
        stream.drain(0.01)
        assert why in stream.problem
        os.close(descriptor)


def test_what_a_file_has_no_room_for_is_written_when_it_has(tmp_path: Path) -> None:
    script = f"""
import resource, signal
from actors.runtime.output.streams import ServiceStream
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5, resource.RLIM_INFINITY))
file = open({str(tmp_path / "log")!r}, "w")
stream = ServiceStream(file.fileno(), "utf-8")
stream.write("one and two\\n")
assert stream.problem, "the file had room"
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert stream.push()
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)
    assert (tmp_path / "log").read_text() == "one and two\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("ascii", "?? to Nu?ez ?"),
        ("iso8859-1", "?? to Nuñez ?"),
        ("shift_jis", "── to Nu?ez ?"),
        ("utf-16", "── to Nuñez �"),
        ("utf-8", "── to Nuñez ?"),
    ],
)
def test_what_an_encoding_does_not_have_is_replaced(stack: ExitStack, encoding: str, expected: str) -> None:
    reading, writing = os.pipe()
    stack.callback(os.close, reading)
    stack.callback(os.close, writing)
    stream = ServiceStream(writing, encoding)
    stream.write("── to Nuñez ")
    stream.write("\ud800")
    assert os.read(reading, 100).decode(encoding).replace("�", "?") == expected.replace("�", "?")


@pytest.mark.parametrize(("ends", "descriptors"), KINDS)
def test_what_is_offered_is_taken_or_refused_as_a_whole(stack: ExitStack, ends: Ends, descriptors: str) -> None:
    reading, _, stream = _opened(stack, ends, descriptors)
    taken = 0
    while offer(stream, f"{taken:05} {LINE}") == "":
        taken += 1
    assert 10 < taken < MANY
    assert offer(stream, f"never {LINE}") == "it is not being read"
    text = _read_all(reading, stream)
    assert [line[:5] for line in text.splitlines()] == [f"{number:05}" for number in range(taken)]
    assert offer(stream, "taken\n") == ""
    assert _read_all(reading, stream) == "taken\n"


def test_a_forked_process_does_not_repeat_what_waited_in_its_parent(stack: ExitStack) -> None:
    reading, _, stream = _opened(stack, _pipe)
    for _ in range(1000):
        stream.write(LINE)
    child = os.fork()
    if child == 0:
        stream.write("of the child\n")
        os._exit(0 if len(stream._queue) <= len("of the child\n") else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert _read_all(reading, stream).replace("of the child\n", "").count("\n") == 1000

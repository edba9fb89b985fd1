"""Standard output and standard error of a running service, written without waiting and without failing.

A terminal that was stopped (Ctrl-S), a pager or a log driver that does not read makes `write` wait; a reader that has
left, a full disk or a closed descriptor makes it fail. Neither may stop the service. What cannot be written now waits
in a bounded queue and is written on a later turn; what does not fit is dropped and counted, and a line at that place
says so. The descriptor itself is not made non-blocking, for it is shared with the shell and other programs: see
docs/decisions/0042-output-never-waits.md.
"""

import array
import codecs
import contextlib
import errno
import fcntl
import io
import os
import re
import select
import signal
import socket
import stat
import sys
import termios
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TextIO

QUEUE_BYTES = 1024 * 1024
"""What waits for a reader at most."""

DRAIN_LIMIT = 1.0
"""Seconds that a process which ends gives its reader to take what waits."""

_PIECE = 4096
"""Bytes of one write: PIPE_BUF of Linux (pipe(7)), which a pipe takes whole or not at all."""

_TERMINAL_PIECE = re.compile(rb"[^\x00-\x1f\x7f]{1,128}|.", re.DOTALL)
"""What goes to a terminal in one write when poll says that there is room: the kernel gives out its buffer in blocks of
256 bytes, takes a run of characters as one, and looks for room again before each control character."""

_PIPE_SHARE = 8
"""See `_write_by_poll`."""

_RETRY = 0.02
_NOT_OFFERED = (errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


class ServiceStream(io.TextIOBase):
    """Takes the place of `sys.stdout` or `sys.stderr`. `write` and `flush` neither wait nor raise OSError; characters
    that the encoding does not have become replacement characters. A forked process starts with an empty queue."""

    errors = "replace"

    def __init__(self, descriptor: int, encoding: str, descriptors: str = "/proc/self/fd") -> None:
        """`descriptors` is the directory where `descriptor` is opened again, if it can be."""
        self._encoding = codecs.lookup(encoding).name
        self._encoder = codecs.getincrementalencoder(encoding)("replace")
        self._descriptor, self._write = _writer(descriptor, descriptors)
        self._queue = bytearray()
        self._process = os.getpid()
        self._dropped = self._unreported = 0
        self._ends_line = True
        self.problem = ""
        """Why the last write was not taken; empty when all was."""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # in C it is read-only too
        """The name of the encoding."""
        return self._encoding

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def fileno(self) -> int:
        """Where it writes: a description of our own, which does not wait, where one could be opened."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Write, or queue, or drop and count. Once something was dropped all is, until the queue is empty again."""
        data = self._encoder.encode(text)
        self.push()
        if self._queue and (self._dropped or len(self._queue) + len(data) > QUEUE_BYTES):
            self._dropped += text.count("\n")
            self._unreported += text.count("\n")
        elif data:
            self._add(data, text.endswith("\n"))
            self.push()
        return len(text)

    def write_now(self, data: bytes) -> None:
        """Past the queue, which may be half changed at this very moment: for signal handlers."""
        with contextlib.suppress(OSError):
            while data:
                data = data[self._write(data[:_PIECE]) :]

    def flush(self) -> None:
        """Write what the reader takes now."""
        self.push()

    def push(self) -> bool:
        """Write what the reader takes now; whether that is all."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._queue.clear()
            self._dropped = self._unreported = 0
        while self._queue or self._dropped:
            if not self._queue:
                self._say_dropped()
            try:
                written = self._write(bytes(self._queue[:_PIECE]))
            except OSError as error:
                self.problem = "it is not being read" if isinstance(error, BlockingIOError) else str(error.strerror)
                return False
            del self._queue[:written]
        self.problem = ""
        return True

    def offer(self, text: str) -> bool:
        """Take `text` for writing only if all before it is written and its beginning is taken now: what is refused can
        be kept elsewhere."""
        if not self.push():
            return False
        data = self._encoder.encode(text)
        self._add(data, text.endswith("\n"))
        self.push()
        if len(self._queue) < len(data):
            return True
        self._queue.clear()
        return False

    def take_dropped(self) -> int:
        """The lines dropped since this was last asked."""
        dropped, self._unreported = self._unreported, 0
        return dropped

    def drain(self, seconds: float) -> None:
        """Give the reader so long to take what waits."""
        deadline = time.monotonic() + seconds
        while not self.push() and time.monotonic() < deadline:
            time.sleep(_RETRY)

    def _add(self, data: bytes, ends_line: bool) -> None:
        self._queue += data
        self._ends_line = ends_line

    def _say_dropped(self) -> None:
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        text = f"{at} WARNING output: {self._dropped:,} lines were dropped here: nobody read them\n"
        self._add(self._encoder.encode(text if self._ends_line else "\n" + text), ends_line=True)
        self._dropped = 0


def serve() -> None:
    """From now on this process, and each that it forks, writes its standard output and error in this way. A terminal
    that stops background jobs when they write (`stty tostop`) does not stop this one."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    sys.stdout = ServiceStream(1, getattr(sys.stdout, "encoding", None) or "utf-8")
    sys.stderr = ServiceStream(2, getattr(sys.stderr, "encoding", None) or "utf-8")


def push() -> int:
    """Write what waits and is taken now; how many lines were dropped since the last time."""
    dropped = 0
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, ServiceStream):
            stream.push()
            dropped += stream.take_dropped()
    return dropped


def drain() -> None:
    """The process ends: give the readers a moment."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, ServiceStream):
            stream.drain(DRAIN_LIMIT)


def offer(stream: TextIO | ServiceStream, text: str) -> str:
    """Write `text`, or say why that is not possible now."""
    if isinstance(stream, ServiceStream):
        return "" if stream.offer(text) else stream.problem
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError) as error:
        return str(error)
    return ""


def write_at_once(text: str) -> None:
    """To standard error, from a signal handler: what is not taken now is lost."""
    data = text.encode(errors="backslashreplace")
    if isinstance(sys.stderr, ServiceStream):
        sys.stderr.write_now(data)
    else:
        while data:
            data = data[os.write(2, data) :]


def for_traces() -> int:
    """The descriptor that faulthandler writes to, which knows no Python streams."""
    if isinstance(sys.stderr, ServiceStream):
        return sys.stderr.fileno()
    stream = sys.__stderr__ or sys.stderr
    return 2 if stream is None else stream.fileno()


def keep_descriptors() -> None:
    """Give descriptors 0, 1 and 2 to nothing where they are closed, lest the next file or socket that is opened get
    one of these numbers, and with it what is meant for the terminal. They cannot be written to, as before."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # the lowest number that is free is given: this one


def _writer(descriptor: int, descriptors: str) -> tuple[int, Callable[[bytes], int]]:
    """The descriptor to use, and how it is written to without waiting."""
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISSOCK(mode):
        connected = socket.socket(fileno=os.dup(descriptor))
        return descriptor, lambda data: connected.send(data, socket.MSG_DONTWAIT)
    if stat.S_ISFIFO(mode) or os.isatty(descriptor):
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        with contextlib.suppress(OSError):  # it belongs to another user, as in a container, or after `su`
            own = os.open(f"{descriptors}/{descriptor}", flags)
            return own, partial(os.write, own)
        return descriptor, partial(_write_by_poll, descriptor, stat.S_ISFIFO(mode))
    return descriptor, partial(os.write, descriptor)  # files and devices do not wait for a reader


def _write_by_poll(descriptor: int, is_pipe: bool, data: bytes) -> int:
    """Write to a description that waits only as much as goes without waiting.

    Linux 6.5 and later take a flag for one write to a pipe. Without it another process of ours may fill the pipe
    between poll and write; so only a pipe that holds little is written to: what holds an eighth of its bytes uses
    less than a third of its pages, and ten processes that write a page each still find room.
    """
    poller = select.poll()
    poller.register(descriptor, select.POLLOUT)
    if not poller.poll(0):
        raise BlockingIOError(errno.EAGAIN, "not now")
    if not is_pipe:
        piece = _TERMINAL_PIECE.match(data)
        return 0 if piece is None else os.write(descriptor, piece.group())
    try:
        return os.pwritev(descriptor, [data], -1, os.RWF_NOWAIT)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
    queued = array.array("i", [0])
    fcntl.ioctl(descriptor, termios.FIONREAD, queued)
    if queued[0] * _PIPE_SHARE > fcntl.fcntl(descriptor, fcntl.F_GETPIPE_SZ):
        raise BlockingIOError(errno.EAGAIN, "not now")
    return os.write(descriptor, data)

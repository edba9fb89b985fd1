"""The server's first process: found by its data, held by a descriptor, ended."""

import contextlib
import os
import select
import signal
import subprocess
from pathlib import Path
from typing import Self

WORKING = (" startup", " walwriter")
"""The children of a server that recovers, and of one that serves: in their titles, after the cluster's name if any."""


class ServerProcess:
    """Held by a descriptor of the process itself, so that its number cannot come to mean another program's process."""

    def __init__(self, pid: int, descriptor: int, child: subprocess.Popen[bytes] | None = None) -> None:
        self.pid = pid
        self.child = child
        self._descriptor: int | None = descriptor

    @classmethod
    def of_child(cls, child: subprocess.Popen[bytes]) -> "ServerProcess":
        """One that this process has started."""
        return cls(child.pid, os.pidfd_open(child.pid), child)

    @classmethod
    def found(cls, data: Path) -> Self | None:
        """The server that runs on this cluster, None if there is none. The number in postmaster.pid may be another
        program's by now; the server is the one whose working directory is the cluster."""
        try:
            pid = int((data / "postmaster.pid").read_text().splitlines()[0])
            descriptor = os.pidfd_open(pid)
        except (OSError, ValueError, OverflowError, IndexError):
            return None
        if _works_in(pid, data):
            return cls(pid, descriptor)
        os.close(descriptor)
        return None

    def gone(self, limit: float = 0.0) -> bool:
        """Whether it has ended, waiting up to `limit` seconds for it."""
        if self._descriptor is None:
            return True
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        if not poller.poll(limit * 1000):
            return False
        os.close(self._descriptor)
        self._descriptor = None
        if self.child is not None:
            self.child.wait()
        return True

    def end(self, number: signal.Signals, limit: float) -> bool:
        """Send the signal; whether it has ended within `limit` seconds. SIGKILL goes to its children too: one that is
        stopped would not notice that the server is gone, and keep its memory from the next one."""
        if self._descriptor is not None and not self.gone():
            left = _children(self.pid) if number == signal.SIGKILL else []
            signal.pidfd_send_signal(self._descriptor, number)
            for child in left:
                signal.pidfd_send_signal(child, number)
                os.close(child)
        return self.gone(limit)

    def works(self) -> bool:
        """Whether it serves or recovers: it has the child for the one or for the other. A server that was killed around
        in the midst of its recovery can be left with neither, for ever (seen with PostgreSQL 18)."""
        titles = [_title(number) for number in _numbers(self.pid)]
        return any(work in title for title in titles if title.startswith("postgres:") for work in WORKING)


def _children(pid: int) -> list[int]:
    """A descriptor of each child of a process (proc_pid_task(5))."""
    found = []
    for number in _numbers(pid):
        with contextlib.suppress(ProcessLookupError):
            found.append(os.pidfd_open(number))
    return found


def _numbers(pid: int) -> list[int]:
    try:
        return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


def _works_in(pid: int, directory: Path) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(directory)
    except OSError:
        return False

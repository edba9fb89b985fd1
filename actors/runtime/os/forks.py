"""What a process does first that Thespian forks, long before an actor begins in it.

Thespian's admin forks itself away from the front and leads a process group of its own; all others are its children and
theirs. Until an actor has begun in such a process nothing of ours runs there, but for this.
"""

import os
import select
import struct

from actors.runtime.os.linux import die_with_parent

_PID = struct.Struct("i")
_ADMIN = 2
"""Forks from the front to the admin."""


class Forks:
    """Made in the front before the actor system, and told by `settled` when that is there. A hook of `os.fork` cannot
    be taken away again: after `over` it does nothing."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        self._is_open = True
        self._depth = 0
        self._process = os.getpid()
        self._is_over = False
        os.register_at_fork(after_in_child=self._forked)

    def settled(self) -> int:
        """The process group of the actor system; 0 if there is none, an admin having been there before."""
        poller = select.poll()
        poller.register(self._reading, select.POLLIN)
        said = os.read(self._reading, _PID.size) if poller.poll(0) else b""
        self._is_open = False
        os.close(self._reading)
        os.close(self._writing)
        return int(_PID.unpack(said)[0]) if said else 0

    def over(self) -> None:
        """The actor system has ended."""
        self._is_over = True

    def _forked(self) -> None:
        if self._is_over:
            return
        parent, self._process = self._process, os.getpid()
        self._depth += 1
        if self._depth == 1 and self._is_open:
            os.write(self._writing, _PID.pack(self._process))
        elif self._depth > _ADMIN:
            die_with_parent(parent)

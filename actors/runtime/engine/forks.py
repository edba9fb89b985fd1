"""What a process does first that Thespian forks, long before an actor begins in it.

Thespian's admin forks itself away from the front and leads a process group of its own; all others are its children and
theirs. Until an actor has begun in such a process nothing of ours runs there, but for this.
"""

import os
import select
import struct
import weakref
from collections.abc import Callable

from actors.runtime.os.linux import die_with_parent

_PID = struct.Struct("i")
_ADMIN = 2
"""Forks from the front to the admin."""


class ForkHooks:
    """What is called in a child right after a fork. `os.fork` has one hook of ours, for it cannot be taken away again:
    with one for each loop and each actor system, a process that lives long would have ever more."""

    def __init__(self) -> None:
        self._methods: set[weakref.WeakMethod[Callable[[], None]]] = set()
        os.register_at_fork(after_in_child=self._forked)

    def __len__(self) -> int:
        return len(self._methods)

    def add(self, method: Callable[[], None]) -> None:
        """Call a bound method in each child, as long as its object lives."""
        self._methods.add(weakref.WeakMethod(method, self._methods.discard))

    def _forked(self) -> None:
        for reference in tuple(self._methods):
            if (method := reference()) is not None:
                method()


FORK_HOOKS = ForkHooks()
"""Of this process, as the hook itself is: the one thing here that is not an actor's own."""


class Forks:
    """Made in the front before the actor system, and told by `settled` when that is there. After `over` it does nothing
    more."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        self._is_open = True
        self._depth = 0
        self._process = os.getpid()
        self._is_over = False
        FORK_HOOKS.add(self._forked)

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

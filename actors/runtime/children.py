"""The children that an actor hired, and how it notices that one has ended.

Thespian tells of one ended child at a time, and forgets another that ends in the same moment. So on a multiprocess base
each child that has begun is watched by a descriptor of its process too, and one that does not begin in time counts as
ended. An end that is noticed twice is told once.

A child that does not begin or leave in time, or hangs, is killed. That needs a process of its own: on the simple base
a child that hangs takes everybody with it, and the driver of the actor system ends the process.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Any

from thespian.actors import Actor, ActorAddress

from actors.runtime.engine.loop import PrivateLoop

BEGIN_LIMIT = 90.0
"""Seconds that a child has to say that it has begun: longer than the longest call to the database meanwhile."""

LEAVE_LIMIT = 2.0
"""Seconds that a child has to leave when it is dismissed."""

TRACE_LIMIT = 5.0
"""Seconds that a child which hangs has to write its trace (SIGABRT) before SIGKILL: it ends as soon as it has, which
takes a while on a machine that is busy; a stopped one writes none."""

REAP_LIMIT = 1.0
"""Seconds that its parent waits for a child that it has killed."""


@dataclass(slots=True, kw_only=True)
class Child:
    """One hired child: `process` is None on the simple base; `descriptor` watches it, `limit` is the timer until it
    must have begun, or left."""

    name: str
    address: ActorAddress
    process: BaseProcess | None
    descriptor: int | None
    limit: Any


def newest_process(parent: Actor) -> BaseProcess:
    """The process of the child that `parent` has just created. Thespian has it, and offers no way to ask."""
    process: BaseProcess = parent._myRef._child_procs[-1].childProc
    return process


class Children:
    """Of one actor. `ended(name, address)` is called once for each child that ends; `last_words` says meanwhile how."""

    def __init__(self, loop: PrivateLoop, ended: Callable[[str, ActorAddress], None]) -> None:
        self._loop = loop
        self._ended = ended
        self._children: list[Child] = []
        self.last_words = ""

    def hired(self, name: str, address: ActorAddress, process: BaseProcess | None) -> None:
        """A child was created and told to begin."""
        limit = self._loop.after(BEGIN_LIMIT, f"{name} did not begin", lambda: self._did_not_begin(address))
        self._children.append(Child(name=name, address=address, process=process, descriptor=None, limit=limit))

    def begun(self, address: ActorAddress, pid: int) -> bool:
        """A child has begun, in the process `pid`; in this very process it ends with us. False for one that counts as
        ended."""
        child = self._find(address)
        if child is None:
            return False
        child.limit.cancel()
        if pid == os.getpid():
            return True
        try:
            child.descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self.gone(address)
            return False
        self._loop.reader(child.descriptor, f"{child.name} ended", lambda: self.gone(address))
        return True

    def dismissed(self, address: ActorAddress) -> None:
        """A child was asked to leave: it has a limit for that, where it can be killed."""
        child = self._find(address)
        if child is not None and child.process is not None:
            self._kill_in(child, LEAVE_LIMIT)

    def hangs(self, address: ActorAddress) -> None:
        """End a child that hangs; its trace is written if it can still do that."""
        child = self._find(address)
        if child is not None and child.process is not None and child.process.pid is not None:
            if child.process.exitcode is None:
                os.kill(child.process.pid, signal.SIGABRT)
            self._kill_in(child, TRACE_LIMIT)

    def gone(self, address: ActorAddress) -> None:
        """A child has ended, by whatever way that was noticed."""
        child = self._find(address)
        if child is not None:
            self._children.remove(child)
            self._release(child)
            self.last_words = _last_words(child)
            self._ended(child.name, child.address)

    def close(self) -> None:
        """Watch no more."""
        for child in self._children:
            self._release(child)
        self._children.clear()

    def _did_not_begin(self, address: ActorAddress) -> None:
        child = self._find(address)
        if child is not None and child.process is not None:
            child.process.kill()
            child.process.join(REAP_LIMIT)
        self.gone(address)

    def _kill_in(self, child: Child, seconds: float) -> None:
        assert child.process is not None, "there is a process to kill"
        child.limit.cancel()
        child.limit = self._loop.after(seconds, f"{child.name} does not leave", child.process.kill)

    def _release(self, child: Child) -> None:
        child.limit.cancel()
        if child.descriptor is not None:
            self._loop.no_reader(child.descriptor)
            os.close(child.descriptor)
            child.descriptor = None

    @property
    def addresses(self) -> tuple[ActorAddress, ...]:
        """All that are there."""
        return tuple(child.address for child in self._children)

    def name_of(self, address: ActorAddress) -> str:
        """The name of the child with this address; empty if there is none."""
        child = self._find(address)
        return "" if child is None else child.name

    def _find(self, address: ActorAddress) -> Child | None:
        return next((child for child in self._children if child.address == address), None)


def _last_words(child: Child) -> str:
    code = None if child.process is None else child.process.exitcode
    if code is None:
        return "it has left"
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

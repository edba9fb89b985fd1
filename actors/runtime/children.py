"""The children that an actor hired, and how it notices that one has ended.

Thespian tells of one ended child at a time, and forgets another that ends in the same moment. So on a multiprocess base
each child that has begun is watched by a descriptor of its process too, and one that does not begin in time counts as
ended. An end that is noticed twice is told once.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from thespian.actors import ActorAddress

from actors.runtime.loop import PrivateLoop

BEGIN_LIMIT = 60.0
"""Seconds that a child has to say that it has begun."""


@dataclass(slots=True, kw_only=True)
class Child:
    """One hired child: `descriptor` watches its process, `limit` is the timer until it must have begun."""

    name: str
    address: ActorAddress
    descriptor: int | None
    limit: Any


class Children:
    """Of one actor. `ended(name, address)` is called once for each child that ends."""

    def __init__(self, loop: PrivateLoop, ended: Callable[[str, ActorAddress], None]) -> None:
        self._loop = loop
        self._ended = ended
        self._children: list[Child] = []

    def hired(self, name: str, address: ActorAddress) -> None:
        """A child was created and told to begin."""
        limit = self._loop.after(BEGIN_LIMIT, f"{name} did not begin", lambda: self.gone(address))
        self._children.append(Child(name=name, address=address, descriptor=None, limit=limit))

    def begun(self, address: ActorAddress, pid: int) -> None:
        """A child has begun, in the process `pid`; in this very process it ends with us."""
        child = self._find(address)
        if child is None:
            return
        child.limit.cancel()
        if pid == os.getpid():
            return
        try:
            child.descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self.gone(address)
        else:
            self._loop.reader(child.descriptor, f"{child.name} ended", lambda: self.gone(address))

    def gone(self, address: ActorAddress) -> None:
        """A child has ended, by whatever way that was noticed."""
        child = self._find(address)
        if child is not None:
            self._children.remove(child)
            self._release(child)
            self._ended(child.name, child.address)

    def close(self) -> None:
        """Watch no more."""
        for child in self._children:
            self._release(child)
        self._children.clear()

    def _release(self, child: Child) -> None:
        child.limit.cancel()
        if child.descriptor is not None:
            self._loop.no_reader(child.descriptor)
            os.close(child.descriptor)
            child.descriptor = None

    def _find(self, address: ActorAddress) -> Child | None:
        return next((child for child in self._children if child.address == address), None)

"""The one owner of a simulated world, on one asyncio loop."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from actors.stage.world.script import Event
from actors.stage.world.world import World, fold


class Stage:
    """`now` returns the stage's time, with its zone."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self.now = now
        self._world = world
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def world(self) -> World:
        """As it is now; the value never changes."""
        return self._world

    def apply(self, event: Event) -> None:
        """Apply the event."""
        self._world = fold(self._world, event)
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def past(self, seq: int) -> None:
        """Wait until more than `seq` events have happened."""
        while self._world.seq <= seq:
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future

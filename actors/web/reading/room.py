"""How many questions of readers may be before one actor."""

import asyncio
from collections import Counter

MOST_ASKED = 6
"""Questions of readers' own choice, such as a search, that one actor has before it at a time. With the two that every
page needs of it these are eight: Thespian must not have hundreds of messages that nobody reads."""


class AskingRoom:
    """Room for questions before each actor. While one does not answer, it has room for a single one."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._silent: set[str] = set()
        self._changed: dict[str, asyncio.Future[None]] = {}

    def has_room(self, actor: str) -> bool:
        """Whether one more may be asked now."""
        return self._open[actor] < (1 if actor in self._silent else MOST_ASKED)

    async def wait(self, actor: str, seconds: float) -> bool:
        """Whether there is room within `seconds`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self.has_room(actor):
            left = end - loop.time()
            if left <= 0 or actor in self._silent:
                return False
            changed = self._changed.setdefault(actor, loop.create_future())
            await asyncio.wait({changed}, timeout=left)
        return True

    def asked(self, actor: str) -> None:
        """One more is before it."""
        self._open[actor] += 1

    def over(self, actor: str, is_answered: bool) -> None:
        """One has its answer, or was given up."""
        self._open[actor] -= 1
        if is_answered:
            self._silent.discard(actor)
        else:
            self._silent.add(actor)
        changed = self._changed.pop(actor, None)
        if changed is not None and not changed.done():
            changed.set_result(None)

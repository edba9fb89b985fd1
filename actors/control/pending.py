"""Requests to other actors, and who waits for their replies."""

import asyncio
from collections.abc import Callable
from typing import Any

from thespian.actors import ActorAddress

ANSWER_LIMIT = 5.0
"""Seconds that an actor has to answer an operator."""


class NoAnswer(Exception):
    """An actor did not answer in time; the text says which."""


class PendingRequests:
    """Owned by an actor, which hands every reply to `settle`. `address_of` knows the other actors by name, `send` sends
    as the owner does."""

    def __init__(
        self, address_of: Callable[[str], ActorAddress | None], send: Callable[[ActorAddress, Any], None]
    ) -> None:
        self._address_of = address_of
        self._send = send
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    async def ask(self, name: str, query: Any, limit: float = ANSWER_LIMIT) -> Any:
        """The reply of an actor to a query with a `request_id`, within so many seconds. Raises NoAnswer."""
        address = self._address_of(name)
        if address is None:
            raise NoAnswer(f"{name} has not started yet: try again in a moment")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[query.request_id] = future
        self._send(address, query)
        try:
            return await asyncio.wait_for(future, limit)
        except TimeoutError as error:
            raise NoAnswer(
                f"{name} did not answer within {limit:.0f} s: `callboard status` and the log may say why"
            ) from error
        finally:
            del self._waiting[query.request_id]

    def settle(self, reply: Any) -> bool:
        """Give a reply to the request that waits for its `request_id`; False if it came too late for that."""
        future = self._waiting.get(reply.request_id)
        if future is None or future.done():
            return False
        future.set_result(reply)
        return True

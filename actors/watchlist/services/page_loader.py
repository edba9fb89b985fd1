"""Asks the index for its papers page by page, until the last page has come."""

from collections.abc import Callable
from typing import Any

from actors.runtime.actor import CallboardActor

RETRY_SECONDS = 1.0
MAX_RETRY_SECONDS = 60.0
"""When the index is asked again if it is not loaded or does not answer; the delay doubles each time."""


class PageLoader:
    """Owned by a service of the WatchlistActor. `query` makes the query for a request ID and the last ID that came."""

    def __init__(self, actor: CallboardActor, name: str, query: Callable[[str, str], Any]) -> None:
        self._actor = actor
        self._name = name
        self._query = query
        self._after = ""
        self._delay = RETRY_SECONDS
        self._timer: Any = None
        self._done = False

    def begin(self) -> None:
        """Ask for the first page, unless one is being waited for."""
        if self._timer is None:
            self._ask()

    def hurry(self) -> None:
        """Ask again soon: the index has just said something."""
        if self._timer is not None and not self._done and self._delay > 2 * RETRY_SECONDS:
            self._timer.cancel()
            self._delay = RETRY_SECONDS
            self._timer = self._actor.after(self._delay, self._ask)

    def expects(self, request_id: str) -> bool:
        """Whether this is the reply that is being waited for."""
        return not self._done and request_id == self._request_id()

    def took(self, last: str | None) -> None:
        """A page was stored; `last` is its last ID, None if no page follows."""
        self._timer.cancel()
        self._done = last is None
        if last is not None:
            self._after = last
            self._delay = RETRY_SECONDS
            self._ask()

    def _ask(self) -> None:
        self._timer = self._actor.after(self._delay, self._ask)
        self._delay = min(self._delay * 2, MAX_RETRY_SECONDS)
        if (address := self._actor.address_of("index")) is not None:
            self._actor.send(address, self._query(self._request_id(), self._after))

    def _request_id(self) -> str:
        return f"{self._name} after {self._after}"

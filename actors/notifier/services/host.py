"""What a service may use of the actor that owns it."""

import logging
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from actors.runtime.delivery.durable import Tx
from messages.settings import Settings

T = TypeVar("T")

DATABASE_RETRY_SECONDS = 1.0
"""When to try again what failed because the database was away."""


class ServiceHost(Protocol):
    """A DurableActor, seen by its services. Everything here is called on the actor's own turn."""

    name: str
    settings: Settings
    log: logging.Logger

    def now(self) -> datetime:
        """The wall clock, in UTC."""

    def clock(self) -> float:
        """Monotonic seconds."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """One transaction. Raises DatabaseAway."""

    def trying(self, what: str) -> AbstractContextManager[None]:
        """While the database keeps the block from finishing, health says that the actor cannot do `what`."""

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """Call `call` in `seconds`. The handle has `cancel()`."""

    def every(self, seconds: float, call: Callable[[], None]) -> None:
        """Call `call` every `seconds`."""

    def run(
        self,
        coroutine: Coroutine[Any, Any, T],
        then: Callable[[T], None],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> Any:
        """Run `coroutine` on the private loop, then call `then` or `otherwise`. The task has `cancel()`."""

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""

    def redact(self, text: str) -> str:
        """The text without secrets, fit to be stored."""

    def record_error(self, text: str) -> None:
        """Set the last error that health shows."""

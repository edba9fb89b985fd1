"""What the services of delivery need from the actor that owns them."""

from contextlib import AbstractContextManager
from datetime import datetime
from logging import Logger
from typing import Any, Protocol

from thespian.actors import ActorAddress

from actors.runtime.delivery.tx import Tx


class Owner(Protocol):
    """A DurableActor, as its outbox, its inbox and its dead letters see it."""

    name: str
    log: Logger

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def clock(self) -> float:
        """Seconds of the monotonic clock."""

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter that health shows."""

    def redact(self, text: str) -> str:
        """The text without secrets, fit to be stored."""

    def record_error(self, text: str) -> None:
        """Remember the last error that health shows."""

    def report_failure(self, handler: str, error: BaseException) -> None:
        """Log and count what a handler raised, and tell the parent."""

    def address_of(self, name: str) -> ActorAddress | None:
        """The address of an introduced actor."""

    def send(self, address: Any, message: Any) -> None:
        """Send a message."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """One transaction on the actor's tables. Raises DatabaseAway."""

    def trying(self, what: str) -> AbstractContextManager[None]:
        """Say in health what the database prevents: `what` completes "cannot"."""

    def reload_soon(self) -> None:
        """The memory no longer agrees with the tables: read them before the next turn."""

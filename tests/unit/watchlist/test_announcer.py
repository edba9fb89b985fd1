"""When the announcer works."""

from collections.abc import Callable
from typing import Any, cast

from actors.runtime.delivery.durable import DurableActor
from actors.watchlist.services.announcer import Announcer
from actors.watchlist.state import WatchlistState


class Clockwork:
    """What an announcer needs of its actor to be called again."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def after(self, seconds: float, call: Callable[[], None]) -> Any:
        """Remember it."""
        self.waits.append(seconds)
        return object()


def test_an_event_of_a_commit_in_doubt_is_looked_for_when_the_tables_were_read_again() -> None:
    """The event was queued, its sender was not told, and delivers it again: nothing else says that it is there."""
    actor = Clockwork()
    announcer = Announcer(cast(DurableActor, actor), WatchlistState())
    announcer.read_again()
    announcer.read_again()
    assert actor.waits == [0]

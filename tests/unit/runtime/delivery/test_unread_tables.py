"""An actor whose tables could not be read."""

import pytest

from actors.runtime.failures import DatabaseAway
from actors.watchlist.actor import WatchlistActor


def test_nothing_is_done_with_tables_that_were_never_read() -> None:
    """A timer may come between a beginning that was refused and the end of the actor."""
    actor = WatchlistActor()
    with pytest.raises(DatabaseAway), actor.transaction():
        raise AssertionError("the outbox has no numbers yet")

"""The tables of this room, and a room to open."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.actors.checks.room import Room
from tests.actors.harness import Harness


@pytest.fixture
def schemas() -> frozenset[str]:
    return frozenset({"checks"})


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Iterator[Room]:
    """A room to open."""
    with ExitStack() as stack:
        yield Room(make_harness, database, stack)

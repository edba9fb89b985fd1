"""A room for each test of the notifier."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.actors.harness import Harness
from tests.actors.notifier.room import Room


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Iterator[Room]:
    """Not yet open."""
    with ExitStack() as stack:
        yield Room(make_harness, database, stack)


@pytest.fixture
def schemas() -> frozenset[str]:
    return frozenset({"notifier"})

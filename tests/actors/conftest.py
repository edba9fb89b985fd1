"""A harness factory that ends what it made."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.actors.harness import CALL_LIMIT, Harness
from tests.builders import settings as default_settings


@pytest.fixture
def make_harness(base: str) -> Iterator[Callable[..., Harness]]:
    """`make_harness(settings=..., dsn=...)` on this test's base; with `call_limit=None` a call to the database may take
    as long as in a service."""
    made: list[Harness] = []

    def make(settings: Any = None, dsn: str = "", call_limit: float | None = CALL_LIMIT) -> Harness:
        harness = Harness(base, settings or default_settings(), dsn, call_limit)
        made.append(harness)
        return harness

    yield make
    for harness in made:
        harness.close()

"""A harness factory that ends what it made."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.actors.harness import Harness
from tests.builders import settings as default_settings


@pytest.fixture
def make_harness(base: str) -> Iterator[Callable[..., Harness]]:
    """`make_harness(settings=..., dsn=...)` on this test's base."""
    made: list[Harness] = []

    def make(settings: Any = None, dsn: str = "") -> Harness:
        harness = Harness(base, settings or default_settings(), dsn)
        made.append(harness)
        return harness

    yield make
    for harness in made:
        harness.close()

"""The tables of this room."""

import pytest


@pytest.fixture
def schemas() -> frozenset[str]:
    return frozenset({"index"})

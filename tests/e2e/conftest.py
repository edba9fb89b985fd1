"""Services that end with their test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.service import Service
from tests.leavings import remove_database


@pytest.fixture
def make_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """`make_service(index={...})`, not yet started."""
    made: list[Service] = []

    def make(**sections: object) -> Service:
        directory = tmp_path / f"service-{len(made)}"
        directory.mkdir()
        made.append(Service(directory, **sections))
        return made[-1]

    yield make
    for service in made:
        service.end()
        remove_database(service.data_dir)

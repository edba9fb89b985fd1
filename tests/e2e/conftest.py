"""Services that end with their test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from actors.embedded_postgres.place import remove_sheltered
from tests.e2e.service import Service


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
        remove_sheltered(service.data_dir)

"""Services that end with their test, and the databases that they share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from actors.embedded_postgres.place import remove_sheltered
from tests.clusters import ALL, Cluster
from tests.e2e.service import Service


@pytest.fixture
def make_service(tmp_path: Path, cluster: Cluster) -> Iterator[Callable[..., Service]]:
    """`make_service(index={...})`, not yet started; with `cluster=None` its first start makes one."""
    made: list[Service] = []

    def make(cluster: Cluster | None = cluster, **sections: object) -> Service:
        directory = tmp_path / f"service-{len(made)}"
        directory.mkdir()
        made.append(Service(directory, cluster, **sections))
        return made[-1]

    yield make
    for service in made:
        service.end()
        remove_sheltered(service.data_dir)


@pytest.fixture
def schemas() -> frozenset[str]:
    return ALL

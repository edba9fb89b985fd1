"""A stage for the tests of a file, empty before each."""

from collections.abc import Iterator

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage


@pytest.fixture(scope="module")
def running() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def stage(running: StageClient) -> Iterator[StageClient]:
    yield running
    running.reset()

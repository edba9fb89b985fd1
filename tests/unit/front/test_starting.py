"""What the front hears while the actors begin."""

import os
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from actors.front.run.databases import RunDatabase
from actors.front.run.service import ServiceFailed, await_message
from actors.front.run.signals import StopRequests
from messages.lifecycle import ServiceStarted, StartFailed
from messages.reloading import ConfigChanged
from messages.settings import Settings

STARTED = ServiceStarted(process_group=0, pids=(1,), health_url="http://127.0.0.1:1/", leader="")


class ToldDriver:
    """The actors say what the test says."""

    process_group = 0

    def __init__(self, *messages: Any) -> None:
        self._messages = list(messages)

    def create(self, actor_class: Any) -> Any:
        raise AssertionError("nobody is created here")

    def tell(self, address: Any, message: Any) -> None:
        raise AssertionError("nobody is told anything here")

    def listen(self, seconds: float, wake: int | None = None) -> Any:
        return self._messages.pop(0)

    def shut_down(self) -> None:
        """There is nothing."""


@pytest.fixture
def stop() -> Iterator[StopRequests]:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    yield StopRequests(reading, lambda: False)
    os.close(reading)
    os.close(writing)


@pytest.fixture
def database() -> RunDatabase:
    """Somebody else's server, which is not looked after."""
    usual = Settings()
    url = msgspec.structs.replace(usual.database, url="postgresql://127.0.0.1/callboard")
    return RunDatabase(msgspec.structs.replace(usual, database=url))


def test_a_configuration_that_changes_during_the_start_is_not_missed(stop: StopRequests, database: RunDatabase) -> None:
    """Its new secrets have to be hidden in the log of this process too."""
    settings = msgspec.structs.replace(Settings(), data_dir="/tmp/other")
    driver, heard = ToldDriver(ConfigChanged(settings=settings, version=1), None, STARTED), list[Settings]()
    assert await_message(ServiceStarted, driver, stop, time.monotonic() + 60.0, database, heard.append) == STARTED
    assert heard == [settings]


def test_a_start_that_fails_says_why(stop: StopRequests, database: RunDatabase) -> None:
    driver = ToldDriver(StartFailed(actor="index", reason="index.url: nobody there"))
    with pytest.raises(ServiceFailed, match="nobody there"):
        await_message(ServiceStarted, driver, stop, time.monotonic() + 60.0, database, lambda _: None)

"""systemd hears when the service is ready, that it lives, and that it stops."""

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.runtime.os.service_manager import ServiceManager

LOG = logging.getLogger("callboard.test")


@pytest.fixture(params=["path", "abstract"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """What systemd listens on, and its address as the environment has it."""
    name = f"@callboard-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(name.replace("@", "\0"))
        bound.setblocking(False)
        yield bound, name


def heard(bound: socket.socket) -> list[bytes]:
    found = []
    try:
        while True:
            found.append(bound.recv(100))
    except BlockingIOError:
        return found


def test_it_hears_of_the_start_of_signs_of_life_and_of_the_end(listener: tuple[socket.socket, str]) -> None:
    bound, name = listener
    now = [100.0]
    environment = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "9000000", "WATCHDOG_PID": str(os.getpid()), "PATH": "/bin"}
    manager = ServiceManager(environment, LOG, lambda: now[0])
    assert environment == {"PATH": "/bin"}
    manager.ready()
    assert heard(bound) == [b"READY=1"]
    for now[0] in (100.0, 101.0, 102.9, 103.0, 105.9, 106.0):
        manager.alive()
    assert heard(bound) == [b"WATCHDOG=1"] * 3
    manager.stopping()
    assert heard(bound) == [b"STOPPING=1"]


@pytest.mark.parametrize("watchdog", [{}, {"WATCHDOG_USEC": "9000000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"}])
def test_signs_of_life_are_given_only_where_they_are_wanted_of_this_process(
    listener: tuple[socket.socket, str], watchdog: dict[str, str]
) -> None:
    bound, name = listener
    ServiceManager({"NOTIFY_SOCKET": name, **watchdog}, LOG).alive()
    assert heard(bound) == []


def test_without_a_service_manager_nothing_happens() -> None:
    manager = ServiceManager({}, LOG)
    manager.ready()
    manager.alive()
    manager.stopping()


def test_a_service_manager_that_is_gone_is_a_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}, LOG)
    manager.ready()
    assert "the service manager cannot be told READY=1: No such file or directory" in caplog.text

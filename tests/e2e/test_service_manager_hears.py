"""The service under systemd, as far as that can be had without it: what the service manager hears."""

import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.e2e.service import LIMIT, Service


def test_it_hears_when_the_service_is_ready_that_it_lives_and_that_it_stops(
    make_service: Callable[..., Service], base: str, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(LIMIT)
        service = make_service(system={"base": base})
        service.environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "3000000"}
        service.start()
        assert [manager.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        written = [path for path in service.data_dir.iterdir() if path.is_file()]
        assert [path.name for path in written if path.stat().st_mode & 0o077] == []
        manager.settimeout(0)
        with suppress(BlockingIOError):
            while True:
                assert manager.recv(100) == b"WATCHDOG=1"  # what is not read leaves no room for the next
        assert service.terminate(signal.SIGTERM) == 0
        heard: list[bytes] = []
        while not heard or heard[-1] != b"STOPPING=1":
            heard.append(manager.recv(100))

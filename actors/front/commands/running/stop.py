"""`callboard stop`: ask over the control socket, and wait until the front process has ended."""

import os
import select
from pathlib import Path

from actors.control.client import RequestRefused, ServiceNotRunning, ask, not_permitted
from actors.control.protocol import ControlRequest
from actors.front.instance.lock import holder

LIMIT = 15.0


def stop_service(data_dir: str) -> None:
    """Raises ServiceNotRunning, or RequestRefused if the service does not end in time."""
    try:
        running = holder(Path(data_dir))
    except PermissionError as error:
        raise RequestRefused(not_permitted(data_dir)) from error
    if running is None:
        raise ServiceNotRunning(f"no service is running on {data_dir}")
    front = os.pidfd_open(running.pid)
    try:
        ask(data_dir, ControlRequest(op="stop"))
        poller = select.poll()
        poller.register(front, select.POLLIN)
        if not poller.poll(LIMIT * 1000):
            raise RequestRefused(
                f"the service (process {running.pid}) has not stopped within {LIMIT:.0f} s: its log may say why"
            )
    finally:
        os.close(front)

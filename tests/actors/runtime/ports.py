"""Where an actor system under test listens, and what its processes hold."""

import os
from collections.abc import Iterator
from typing import Any

import psutil

from tests.actors.harness import Harness
from tests.e2e.service import members


def listening_ports(harness: Harness) -> Iterator[tuple[str, int]]:
    """Where this process and the actor processes listen."""
    group = {process.pid for process in members(harness.driver.process_group)}
    for connection in psutil.net_connections("inet"):
        if connection.status == psutil.CONN_LISTEN and connection.pid in {os.getpid(), *group}:
            address: Any = connection.laddr
            yield address.ip, address.port


def memory_and_descriptors(harness: Harness) -> tuple[int, int]:
    """Bytes of all actor processes together, and descriptors of the one that has most."""
    processes = list(members(harness.driver.process_group))
    return sum(each.memory_info().rss for each in processes), max(each.num_fds() for each in processes)

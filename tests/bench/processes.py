"""What the processes of a service take of the machine, PostgreSQL not counted."""

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from tests.e2e.service import Service

MB = 1e6


def processes_of(service: Service) -> list[psutil.Process]:
    """The front and, on multiprocTCPBase, all processes of the actor system."""
    assert service.front is not None
    return [psutil.Process(service.front.pid), *service.actor_processes()]


def share_of_a_core(processes: Sequence[psutil.Process], seconds: float) -> float:
    """How many percent of one core they use together over the next so many seconds."""
    before, began = _cpu(processes), time.monotonic()
    time.sleep(seconds)  # not to wait for anything: this is the time that is measured
    return 100 * (_cpu(processes) - before) / (time.monotonic() - began)


def _cpu(processes: Sequence[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return sum(time.user + time.system for time in times)


def resident(processes: Sequence[psutil.Process]) -> float:
    """MB in RAM; pages that several processes share are counted for each."""
    return float(sum(process.memory_info().rss for process in processes)) / MB


def proportional(processes: Sequence[psutil.Process]) -> float:
    """MB in RAM; of a page that several processes share each has its part."""
    return float(sum(process.memory_full_info().pss for process in processes)) / MB


def peak(process: psutil.Process) -> float:
    """MB in RAM at the worst moment so far."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None, status
    return int(found[1]) * 1024 / MB


def database_seconds(service: Service) -> float:
    """CPU of the embedded server so far, its sessions that have ended included. They are found by the postmaster: the
    cluster may lie outside the data directory, where the user who runs it may read."""
    found = 0.0
    for process in service.database_family():
        with suppress(psutil.NoSuchProcess):
            found += sum(process.cpu_times()[:4])
    return found

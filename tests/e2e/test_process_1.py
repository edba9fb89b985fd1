"""The service as process 1 of a container: in a PID namespace of its own."""

import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from tests.e2e.service import LIMIT, RUN, Service, wait_for

IN_A_NAMESPACE = f"""
import os, sys
command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, {str(RUN)!r}, "start", *sys.argv[1:]]
os.execvp("unshare", command)
"""


def has_namespaces() -> bool:
    try:
        done = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "true"], capture_output=True, timeout=60)
    except FileNotFoundError:
        return False
    return done.returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="this user cannot make a PID namespace (unshare)")
@pytest.mark.long
def test_as_process_1_it_leaves_no_zombies_and_ends_in_order(make_service: Callable[..., Service], base: str) -> None:
    service = make_service(system={"base": base})
    service.program = ("-c", IN_A_NAMESPACE)
    service.start()
    assert service.front is not None
    (first,) = psutil.Process(service.front.pid).children()
    try:
        servers = [each for each in first.children(recursive=True) if is_server(each)]
        server = min(servers, key=lambda each: each.create_time())  # a new child of it has its name for a moment
        left = server.children()
        assert left, "they become children of process 1"
        server.kill()
        wait_for(lambda: not any(each.is_running() for each in left))
        wait_for(lambda: "is being started again" in service.said() and service.takes_orders())
        wait_for(lambda: zombies(first) == [])
        first.send_signal(signal.SIGTERM)
        assert service.front.wait(LIMIT) == 0, service.said()
    finally:
        with suppress(psutil.NoSuchProcess):
            first.kill()


def is_server(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return "-D" in process.cmdline()
    return False


def zombies(first: psutil.Process) -> list[psutil.Process]:
    found = []
    for process in first.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if process.status() == psutil.STATUS_ZOMBIE:
                found.append(process)
    return found

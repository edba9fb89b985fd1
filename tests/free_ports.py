"""Ports for tests that have to name one before anybody listens on it."""

import random
import socket
from pathlib import Path

GIVEN_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")
UNPRIVILEGED = range(1024, 65536)
FEWEST = 1000
"""Ports to choose among, so that two tests hardly ever choose the same."""

TRIES = 100


def free_port() -> int:
    """One on loopback that nobody has now, and none that the system gives to a program which asks for any port: so no
    connection has it by the time it is needed."""
    first, last = map(int, GIVEN_OUT.read_text().split())
    ports = _ports_beside(first, last)
    chance = random.SystemRandom()
    for _ in range(TRIES):
        port = chance.choice(ports)
        with socket.socket() as asked:
            try:
                asked.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError(f"{TRIES} ports of {ports} were all taken")


def _ports_beside(first: int, last: int) -> range:
    """Those below the ports that the system gives out, or those above; any port where it gives out nearly all."""
    below = range(max(UNPRIVILEGED.start, first // 2), first)
    above = range(max(UNPRIVILEGED.start, last + 1), UNPRIVILEGED.stop)
    return next((ports for ports in (below, above) if len(ports) >= FEWEST), UNPRIVILEGED)

"""Ports for who has to name one before anybody listens on it."""

import random
import socket
from pathlib import Path

GIVEN_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """One on loopback that nobody has now, and below those that the system gives to whoever asks for any one: so no
    connection has it by the time it is needed."""
    first = int(GIVEN_OUT.read_text().split()[0])
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(first // 2, first)
        with socket.socket() as asked:
            try:
                asked.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
